"""The pages of an account in a real browser: accessible, without sideways scrolling, and passkeys from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.browser import OpenBrowser, assert_accessible, assert_no_sideways_scroll, screenshot
from tests.support.server import serving

from .conftest import PASSWORD

pytestmark = pytest.mark.browser

PAGES = (
    "profile",
    "password",
    "email",
    "authenticator",
    "recovery-codes",
    "passkeys",
    "confirm-it-is-you",
    "delete",
)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        # Passkeys belong to a name, not to a number.
        yield address.replace("127.0.0.1", "localhost")


def register(page: Page, address: str) -> None:
    page.goto(f"{address}/register?next=/account")
    page.get_by_label("Full name").fill("Ada Byron")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Telephone number").fill("225 555 0123")
    page.get_by_role("button", name="Register and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_sideways_scroll(page)
        screenshot(page, f"accounts-{name}-{width}")


def test_pages_before_signing_in(browser_at: OpenBrowser, address: str) -> None:
    page = browser_at("phone").new_page()
    for path in ("/register", "/sign-in", "/reset-password", "/confirm-email", "/sign-in/passkey"):
        page.goto(address + path)
        look(page, path.strip("/"))
    page.goto(f"{address}/register")
    page.get_by_role("button", name="Register and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your name.")
    look(page, "register-errors")
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    look(page, "sign-in-errors")


def test_pages_of_the_account(browser_at: OpenBrowser, address: str) -> None:
    page = browser_at("phone", dark=True).new_page()
    register(page, address)
    look(page, "account")
    for path in (
        "profile",
        "password",
        "email",
        "authenticator",
        "recovery-codes",
        "passkeys",
        "confirm-it-is-you",
        "delete",
    ):
        page.goto(f"{address}/account/{path}")
        look(page, path)
    page.goto(f"{address}/account/authenticator")
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    look(page, "authenticator-code")
    page.goto(f"{address}/account/recovery-codes")
    page.get_by_role("button", name="Make new codes").click()
    look(page, "recovery-codes-shown")


def test_registering_without_scripts(browser_at: OpenBrowser, address: str) -> None:
    page = browser_at("phone", scripts=False).new_page()
    register(page, address)
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_passkey_of_the_device_itself(browser_at: OpenBrowser, address: str) -> None:
    """Adding a passkey on a built-in authenticator, signing in with it, confirming with it, removing it."""
    page = browser_at().new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    register(page, address)
    page.goto(f"{address}/account/passkeys")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    look(page, "passkey-add")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The passkey “Work laptop” was added.")).to_be_visible()
    look(page, "passkeys-one")

    page.goto(f"{address}/account")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")

    page.goto(f"{address}/account/confirm-it-is-you?next=/account/email")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your email address")

    page.goto(f"{address}/account/passkeys")
    page.get_by_role("button", name="Remove Work laptop").click()
    expect(page.get_by_text("The passkey “Work laptop” was removed.")).to_be_visible()
