"""Find a browser for the tests, or get one.

In this order: one named by LMS_TEST_BROWSER, one that is installed, Debian's package (as root, or where
`sudo` asks for no password), Playwright's own download. If none can be had, this fails and says so; the
browser tests are never skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
MISSING = (
    "The browser tests need Chromium, Chrome or Edge, and none was found or could be installed.\n"
    "Install one (Debian: sudo apt-get install chromium), or name one: LMS_TEST_BROWSER=/path/to/it make test"
)


def find_browser() -> str | None:
    """The path of a browser that starts, or None. LMS_TEST_BROWSER comes first and alone."""
    named = os.environ.get("LMS_TEST_BROWSER")
    candidates = [named] if named else chain(NAMES, playwrights_own())
    return next((path for name in candidates if (path := shutil.which(name)) and starts(path)), None)


def starts(path: str) -> bool:
    """Whether it is a browser indeed: some distributions install a placeholder under the same name."""
    try:
        version = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return version.returncode == 0


def playwrights_own() -> Iterator[str]:
    """Chromium as Playwright downloads it, whether it is there or not; asked last, as its driver is slow."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def install_browser() -> None:
    """Debian's package first (it brings its libraries), then Playwright's own."""
    if is_debian() and (prefix := root_prefix()) is not None:
        print("Installing Debian's Chromium for the browser tests (needed once).", flush=True)
        if attempt([*prefix, "apt-get", "update", "--quiet"]):
            attempt([*prefix, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
        if find_browser():
            return
    print("Downloading Playwright's Chromium for the browser tests (needed once).", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def is_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def root_prefix() -> list[str] | None:
    """What to put before a command that only root may run; None when there is no way without asking."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and attempt(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def attempt(command: list[str]) -> bool:
    """Run it, with its output on standard error so that it never mixes with a test report."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, env=environment, stdout=sys.stderr).returncode == 0


def main() -> None:
    if find_browser():
        return
    if "LMS_TEST_BROWSER" not in os.environ:
        install_browser()
    if not find_browser():
        sys.exit(MISSING)


if __name__ == "__main__":
    main()
