"""What is compressed, and what must not be."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/", "/courses/mtm", "/static/css/site.css", "/static/css/site.css?v=1"])
def test_text_is_sent_compressed_to_those_who_can_read_it(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    client.checks_pages = False  # type: ignore[attr-defined]
    small = client.get(path, headers=GZIP, buffered=True)
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert len(gzip.decompress(small.data)) == pytest.approx(len(plain.data), abs=200)


def test_a_page_that_can_repeat_what_was_typed_is_not_compressed(client: FlaskClient) -> None:
    """BREACH needs chosen text beside a secret: replies to a query or a form stay as they are."""
    for reply in (
        client.get("/sign-in?next=/training", headers=GZIP),
        client.post("/assistance", data={"name": "x" * 2000}, headers=GZIP),
        client.get("/no-such-page", headers=GZIP),
    ):
        assert len(reply.data) > 1000
        assert "Content-Encoding" not in reply.headers


def test_a_compressed_file_is_recognised_when_asked_for_again(client: FlaskClient) -> None:
    first = client.get("/static/css/site.css", headers=GZIP, buffered=True)
    known = {**GZIP, "If-None-Match": first.headers["ETag"]}
    again = client.get("/static/css/site.css", headers=known, buffered=True)
    assert again.status_code == 304
    assert not again.data
