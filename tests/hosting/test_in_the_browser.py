"""The example host and the mounted training in a real browser: cookies, paths and scripts as they are."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.support.browser import OpenBrowser, assert_accessible
from tests.support.server import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_hosts_sign_in_to_a_lesson_and_out_again(host: Flask, browser_at: OpenBrowser, scripts: bool) -> None:
    with serving(host) as address:
        context = browser_at("phone", scripts=scripts)
        page = context.new_page()
        page.goto(f"{address}/learn/courses/mtm")
        page.get_by_role("button", name="Start").first.click()
        expect(page.get_by_role("heading", name="Sign in to the Host")).to_be_visible()
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("example")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Continue").click()
        expect(page).to_have_url(f"{address}/learn/training")
        page.get_by_role("link", name="Start the first lesson").click()
        assert page.url.startswith(f"{address}/learn/training/mtm/")
        if scripts:
            assert_accessible(page)
        cookies = {cookie["name"]: cookie["path"] for cookie in context.cookies()}  # type: ignore[typeddict-item]
        assert cookies == {"session": "/", "remember_token": "/", "lms_session": "/learn"}
        lesson = page.url
        page.goto(address)
        page.get_by_role("button", name="Sign out").click()
        page.goto(lesson)
        expect(page.get_by_role("heading", name="Sign in to the Host")).to_be_visible()
