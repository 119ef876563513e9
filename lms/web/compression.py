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
#: Static files are few and small; longer ones than this are streamed as they are.
_LARGE = 2 * 2**20


def compress(response: Response) -> Response:
    """Compress a reply if that is safe, worthwhile and asked for. Runs after each request."""
    if response.mimetype not in _TYPES:
        return response
    response.vary.add("Accept-Encoding")
    length = response.content_length
    if (
        response.status_code != 200
        or request.method != "GET"
        or (request.query_string and request.endpoint != "web.static")
        or "gzip" not in request.accept_encodings
        or "Content-Encoding" in response.headers
        or length is None
        or not _SMALL <= length <= _LARGE
    ):
        return response
    if request.endpoint == "web.static":
        response.direct_passthrough = False
        file = response.response
        response.set_data(_once(b"".join(response.iter_encoded())))
        if hasattr(file, "close"):
            file.close()
    else:
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _weak = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the same file, in other bytes
    return response


@lru_cache(maxsize=128)
def _once(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
