"""A running site with a database and a mailbox of its own, for browsers and for journeys.

Its address is known before it is made, so that links in mails and the code on the certificate lead to it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page

from lms.app import create_app
from lms.assessment.responses import field_name
from lms.content.course import Item
from lms.core import outbox
from lms.core.db import db
from lms.core.settings import Settings
from tests.support.people import People
from tests.support.server import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PASSWORD = "four unrelated harbour words"


class Site:
    """The application, its address, its people, and the mails it has sent."""

    def __init__(self, app: Flask, url: str, mail: Path) -> None:
        self.app = app
        self.url = url
        self.people = People(app)
        self._mail = mail

    def sign_in(self, context: BrowserContext, name: str, **made: Any) -> None:
        """Give a browser the cookie of a person, who is stored first if need be. It replaces another's."""
        cookie = self.people.client(name, **made).get_cookie("lms_session")
        assert cookie is not None
        context.add_cookies([{"name": "lms_session", "value": cookie.value, "url": self.url}])

    def link_in_mail(self, address: str, path: str) -> str:
        """The newest link to `path…` in the mails to an address."""
        found = [link for text in self._mails(address) for link in re.findall(rf"{self.url}{path}\S+", text)]
        assert found, f"no link to {path} in the mails to {address}"
        return str(found[-1])

    def _mails(self, address: str) -> Iterator[str]:
        with self.app.app_context():
            outbox.drain()
            db.session.remove()
        for file in sorted(self._mail.glob("*.eml"), key=lambda file: int(file.stem.rpartition("-")[2])):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            body = mail.get_body(("plain",))
            if mail["To"] == address and body is not None:
                yield str(body.get_content())


@contextmanager
def running_site(template: Path, folder: Path, **changes: Any) -> Iterator[Site]:
    """Serve a copy of a filled database; `changes` are settings by name."""
    database = folder / "lms.sqlite3"
    shutil.copy(template, database)
    made: list[Flask] = []

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return made[0].wsgi_app(environ, start)

    with serving(application) as url:
        values = {
            "data_dir": folder,
            "base_url": url,
            "database_url": f"sqlite:///{database}",
            "mail_url": f"folder:{folder / 'mail'}",
            **changes,
        }
        app = create_app(Settings(**values))
        app.config["TESTING"] = True
        made.append(app)
        yield Site(app, url, folder / "mail")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def give(place: Page | Locator, item: Item, id_: str, given: Mapping[str, Sequence[str]]) -> None:
    """Answer a question of a page as its type wants it: choose options, type, or choose from lists."""
    if item.numeric:
        place.locator(f"#{id_}-value").fill(given[""][0])
        if given.get("unit"):
            place.locator(f"#{id_}-unit").select_option(given["unit"][0])
        return
    if item.gaps:
        for part, values in given.items():
            field = place.locator(f'[name="{field_name(item, part)}"]')
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(values[0])
            else:
                field.fill(values[0])
        return
    for option in given[""]:
        place.locator(f'label[for="{id_}-{option}"]').click()
