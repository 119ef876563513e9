"""The guard that keeps tests on this machine, and that it bites."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.network import OutsideNetworkError, is_local, take_attempts
from tests.support.server import ROOT

OUTSIDE = "192.0.2.1"  # RFC 5737: an address for documentation, routed nowhere


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "", None, b"127.0.0.1"])
def test_this_machine_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", [OUTSIDE, "example.org", "10.0.0.1", "::2", "localhost.example.org"])
def test_any_other_is_not(host: object) -> None:
    assert not is_local(host)


def test_a_connection_beyond_is_refused_before_it_is_made() -> None:
    with socket.socket() as outgoing, pytest.raises(OutsideNetworkError):
        outgoing.connect((OUTSIDE, 80))
    assert take_attempts() == [f"socket.connect {OUTSIDE}"]


def test_a_datagram_and_a_name_look_up_are_refused_too() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outgoing, pytest.raises(OutsideNetworkError):
        outgoing.sendto(b"?", (OUTSIDE, 53))
    with pytest.raises(OutsideNetworkError):
        socket.getaddrinfo("example.org", 443)
    assert take_attempts() == [f"socket.sendto {OUTSIDE}", "socket.getaddrinfo example.org"]


def test_a_connection_on_this_machine_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_test_fails_though_its_code_swallowed_the_refusal(tmp_path: Path) -> None:
    careless = tmp_path / "test_careless.py"
    careless.write_text(
        "import socket\n"
        "def test_careless():\n"
        "    try:\n"
        f"        socket.create_connection(('{OUTSIDE}', 80))\n"
        "    except OSError:\n"
        "        pass\n"
    )
    plugins = ["-p", "tests.support.network", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "--rootdir", str(tmp_path), str(careless)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 1, run.stdout
    assert f"tried to leave this machine: socket.getaddrinfo {OUTSIDE}" in run.stdout
