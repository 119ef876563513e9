"""The structure of the database: brought up to date, and compared with what the code expects.

Alembic is imported only here and when it is used: a start that has nothing to migrate does without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from lms.content import locate
from lms.core.db import db

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "current"
EMPTY = "empty"
BEHIND = "behind the code"
AHEAD = "newer than the code"


def upgrade() -> None:
    """Bring the current application's database to the newest structure. Nothing happens when it has that."""
    from alembic import command

    command.upgrade(_config(), "head")


def write_revision(message: str) -> None:
    """For developers: write a migration of what the models have and the database has not."""
    from alembic import command

    command.revision(_config(), message=message, autogenerate=True)


def state() -> str:
    """How the database's structure stands to the code: CURRENT, EMPTY, BEHIND or AHEAD."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return EMPTY
        present = connection.scalar(text("SELECT version_num FROM alembic_version"))
    # The name of a migration's file begins with its revision, and the newest sorts last.
    known = sorted(path.name.partition("_")[0] for path in locate.shipped("migrations").glob("versions/*_*.py"))
    if present == known[-1]:
        return CURRENT
    return BEHIND if present is None or present in known else AHEAD


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(locate.shipped("migrations")).replace("%", "%%"))
    return config
