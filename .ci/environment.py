"""Make the project's virtual environment from a lock file; do nothing when it is already there.

    python3 .ci/environment.py requirements.lock

Run by the Makefile with the machine's own Python, so it uses the standard library alone and is written to be
understood by old Pythons as well: they get a sentence, not a traceback.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)


def main(lock_name):
    if sys.version_info < OLDEST:
        sys.exit(
            "Python {}.{} or newer is needed; {} is {}.{}.\n"
            "Name a newer one, for instance: make run PYTHON=python3.12".format(
                *OLDEST, sys.executable, *sys.version_info[:2]
            )
        )
    lock = ROOT / lock_name
    stamp = VENV / (lock.name + ".sha256")
    wanted = digest(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not is_made():
        create()
    print(f"Installing {lock.name} (needed once).", flush=True)
    pip = [str(python()), "-m", "pip", "--disable-pip-version-check", "--quiet", "--quiet"]
    run([*pip, "install", "--require-hashes", "--requirement", str(lock)])
    add_checkout()
    stamp.write_text(wanted)


def python():
    return BIN / ("python.exe" if os.name == "nt" else "python")


def digest(lock):
    return hashlib.sha256(lock.read_bytes() + maker().encode()).hexdigest()


def maker():
    """What an environment is good for: one Python, in one place."""
    return f"{sys.version}\n{ROOT}\n"


def is_made():
    """Whether an environment is here that this Python made in this place; any other is made anew."""
    made_by = VENV / "made-by.txt"
    return python().exists() and made_by.exists() and made_by.read_text() == maker()


def create():
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart from Python)
    except ImportError:
        install_ensurepip()
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    (VENV / "made-by.txt").write_text(maker())


def install_ensurepip():
    """Debian and Ubuntu keep what `python3 -m venv` needs in a package of its own."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    try:
        if os.name == "nt" or os.geteuid() != 0:
            raise OSError("only root can install packages")
        print(f"Installing {package} (needed once).", flush=True)
        subprocess.run(["apt-get", "update", "--quiet"], check=True)
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit("This Python cannot make virtual environments. First: sudo " + " ".join(command))


def add_checkout():
    """Make `lms` importable and a command, straight from the checkout: an edit needs no new installation."""
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([str(python()), "-c", purelib], check=True, stdout=subprocess.PIPE, text=True)
    Path(site.stdout.strip(), "lms-checkout.pth").write_text(str(ROOT) + "\n")
    if os.name != "nt":
        command = BIN / "lms"
        command.write_text(f"#!{python()}\nfrom lms.cli import main\n\nmain()\n")
        command.chmod(0o755)


def run(command):
    finished = subprocess.run(command, check=False)
    if finished.returncode:
        sys.exit(finished.returncode)


if __name__ == "__main__":
    main(sys.argv[1])
