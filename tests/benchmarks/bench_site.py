"""What else a site costs: its start, its memory, statements, a certificate, the first visit."""

from __future__ import annotations

import gzip
import http.client
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import Engine, event

from lms.app import create_app
from lms.certificates import pdf
from lms.core.db import db
from tests.benchmarks.conftest import LESSON, Site, web_processes
from tests.certificates.test_pdf import snapshot
from tests.support.people import People


def test_start(site: Site) -> None:
    program = "import time; from lms.app import create_app; create_app(); print(time.process_time())"
    environment = {"LMS_DATA_DIR": str(site.settings.data_dir), "PATH": "/usr/bin:/bin"}
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
            ).stdout
        )
        for _ in range(3)
    ]
    print(
        f"\nstart: create_app {min(seconds):.2f} s of processor time with its imports; "
        f"lms serve answers {site.seconds_to_start:.2f} s after it was started"
    )


def test_memory(site: Site) -> None:
    for number, process in enumerate(web_processes(site.server.port)):
        memory = process.memory_full_info()
        kind = f"web process {number}" if number else "server"
        print(
            f"\nmemory: {kind} {memory.rss / 2**20:.0f} MB resident, {memory.pss / 2**20:.0f} MB as its share", end=""
        )
    print()


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT pg_catalog")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/", "/courses/mtm", "/training", f"/training/mtm/1-the-why/{LESSON}"])
def test_statements(site: Site, path: str) -> None:
    app = create_app(site.settings)
    client = People(app).client("counted" + re.sub(r"\W", "", path), enrolled=True)
    client.get(path)
    with app.app_context(), counted(db.engine) as statements:
        assert client.get(path).status_code == 200
    print(f"\nstatements: {path} {len(statements)}")
    with app.app_context():
        db.engine.dispose()


def test_certificate() -> None:
    value = snapshot()
    pdf.render(value)
    times = []
    for _ in range(10):
        started = time.perf_counter()
        pdf.render(value)
        times.append(1000 * (time.perf_counter() - started))
    print(f"\ncertificate: {statistics.median(times):.1f} ms for the PDF")


@pytest.mark.parametrize("path", ["/", "/courses/mtm"])
def test_first_visit(site: Site, path: str) -> None:
    """A page with all that a browser fetches for it, weighed as a browser gets it."""
    seen: dict[str, tuple[int, int]] = {}
    waiting = [path]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        plain, sent, kind = fetch(site.server.port, address)
        seen[address] = (len(plain), sent)
        waiting += [urljoin(address, found) for found in parts_of(plain.decode(errors="replace"), kind)]
    total, compressed = (sum(sizes[number] for sizes in seen.values()) for number in (0, 1))
    print(
        f"\nfirst visit: {path} {len(seen)} requests, {compressed / 1024:.1f} KB sent, {total / 1024:.1f} KB unpacked"
    )
    for address, (size, sent) in seen.items():
        print(f"    {sent / 1024:6.1f} of {size / 1024:6.1f} KB  {address}")


def fetch(port: int, path: str) -> tuple[bytes, int, str]:
    """A body unpacked, how many bytes were sent, and its type."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    assert reply.status == 200, (path, reply.status)
    plain = gzip.decompress(body) if reply.headers["Content-Encoding"] == "gzip" else body
    return plain, len(body), reply.headers.get_content_type()


def parts_of(text: str, kind: str) -> Iterator[str]:
    """Addresses on this site that a browser fetches by itself."""
    patterns = {
        "text/html": (
            r'<link rel="(?:icon|stylesheet|modulepreload)" href="([^"]+)"',
            r'\bsrc="([^"]+)"',
            r'<use href="([^"#]+)',
        ),
        "text/css": (r"url\([\"']?([^\"')]+)", r"@import [\"']([^\"']+)"),
        "text/javascript": (r"(?:from|import)\s*[\"'](\.[^\"']+)[\"'](?!\))",),
    }
    for pattern in patterns.get(kind, ()):
        for found in re.findall(pattern, text):
            if not found.startswith(("data:", "#")) and not urlsplit(found).netloc:
                yield found
