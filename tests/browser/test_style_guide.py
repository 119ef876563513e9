"""The style guide: every component in every state, shown in development alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.site import Site, running_site
from tests.support.browser import OpenBrowser, assert_accessible, assert_no_sideways_scroll, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]


@pytest.fixture(scope="module")
def workshop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(sqlite_template, tmp_path_factory.mktemp("workshop"), development=True) as site:
        yield site


def test_it_is_shown_in_development_only(site: Site, workshop: Site) -> None:
    assert site.app.test_client().get("/styleguide").status_code == 404
    assert workshop.app.test_client().get("/styleguide").status_code == 200


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_component_in_every_state(dark: bool, workshop: Site, browser_at: OpenBrowser) -> None:
    page = browser_at("phone", dark=dark).new_page()
    page.goto(f"{workshop.url}/styleguide")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_sideways_scroll(page)
    assert_accessible(page)
    screenshot(page, f"style guide {'dark' if dark else 'light'}")
