"""Smaller replies: gzip for text, where that tells nobody anything.

The size of a compressed page can betray a secret on it to someone who reads the network and can put text of their
own choice on the same page (the BREACH attack). So only pages that cannot carry such text are compressed: replies to
GET without a query. A search, a filled-in form or an error page that repeats what was typed is sent as it is.
The form token on a page changes its signature every second, so it cannot be pieced together in any case.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

_TYPES = {
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/xml",
}
#: Bytes below which a reply fits into one packet anyway.
_SMALL = 1000
#: Pages are compressed anew for each reader, so quickly: level 5 takes more than twice as long as 2 to save a tenth.
_PAGE_LEVEL = 2
#: Far more than any page or static file has.
_LARGE = 2 * 2**20


def compress(response: Response) -> Response:
    """Compress a reply if that is safe, worthwhile and asked for. Runs after each request."""
    if response.mimetype not in _TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if not _may_be_compressed(response):
        return response
    if request.endpoint == "web.static":
        response.set_data(_once(response.get_data()))
    else:
        response.set_data(gzip.compress(response.get_data(), _PAGE_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _weak = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the same file, in other bytes
    return response


def _may_be_compressed(response: Response) -> bool:
    repeats_nothing = request.endpoint == "web.static" or not request.query_string
    return (
        response.status_code == 200
        and request.method == "GET"
        and repeats_nothing
        and request.accept_encodings.quality("gzip") > 0
        and "Content-Encoding" not in response.headers
        and _SMALL <= (response.content_length or 0) <= _LARGE
    )


@lru_cache(maxsize=128)
def _once(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
