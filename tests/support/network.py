"""No test reaches beyond this machine.

An audit hook sees every connection Python opens, whichever library asks for it. One that leaves the loopback
is refused, and the test fails even when the code under test swallows the refusal.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator

import pytest

WATCHED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})

_attempts: list[str] = []
_watching = False


class OutsideNetworkError(OSError):
    """Raised instead of opening a connection beyond this machine."""


def is_local(host: object) -> bool:
    """Whether a host, as given to a socket, is this machine (no host means any address of this machine)."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    """The audit hook: raises OutsideNetworkError when a watched call names a host beyond this machine."""
    if not _watching or event not in WATCHED:
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        address = arguments[1]
        if not isinstance(address, tuple):  # a Unix socket's path, or an already connected socket
            return
        host = address[0]
    if not is_local(host):
        _attempts.append(f"{event} {host}")
        raise OutsideNetworkError(f"A test tried to reach {host!r} ({event}); tests stay on this machine.")


def take_attempts() -> list[str]:
    """The refused connections since the last call, so that a test of the guard can account for its own."""
    attempts = _attempts[:]
    _attempts.clear()
    return attempts


def pytest_configure() -> None:
    global _watching
    if not _watching:
        sys.addaudithook(refuse_outside)
        _watching = True


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails the test that tried to leave this machine."""
    take_attempts()
    yield
    if attempts := take_attempts():
        pytest.fail("tried to leave this machine: " + ", ".join(attempts))
