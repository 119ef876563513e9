"""Settings: environment variables `LMS_*`, typed, checked once at start, listed by `lms settings`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lms.core.errors import ConfigurationError

PREFIX = "LMS_"


class Settings(BaseModel):
    """Everything that differs between two installations. Immutable once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Field(
        Path("instance"), description="Folder of the database, jobs, sent mail and the generated secret key."
    )
    database_url: str = Field("", description="SQLAlchemy address of the database. Empty: SQLite in the data folder.")
    secret_key: str = Field(
        "", description="Signs cookies and tokens. Empty: made once and kept in the data folder.", repr=False
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", description="Public address of the site, used in mails and QR codes."
    )
    site_name: str = Field("MTM Training", description="Name in the header and in page titles.")
    theme: Path | None = Field(None, description="Folder whose templates and static files override ours.")
    development: bool = Field(False, description="Shows the style guide and reloads templates. Loopback only.")
    mail_url: str = Field(
        "console:",
        description="Where mail goes: console:, folder:PATH, smtp://user:password@host:port, smtps://…",
    )
    mail_from: str = Field("MTM Training <no-reply@localhost>", description="Sender of the site's mails.")
    assistance_inbox: str = Field("", description="Address that receives requests for assistance. Empty: stored only.")
    provider_name: str = Field("", description="Organization that offers the course, as printed on certificates.")
    provider_address: str = Field("", description="Its postal address, as printed on certificates.")
    provider_phone: str = Field("", description="Its telephone number.")
    provider_website: str = Field("", description="Its website.")
    provider_email: str = Field("", description="Its public email address.")
    limits_url: str = Field("", description="Rate limit store: empty for the database, or redis://…")
    jobs_url: str = Field("", description="Job queue: empty for SQLite in the data folder, postgresql://… or redis://…")
    worker: Literal["included", "separate"] = Field(
        "included",
        description="included: lms serve also runs the jobs. separate: you run lms worker yourself.",
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="Number of reverse proxies whose X-Forwarded-* count.")
    frame_ancestors: str = Field("'self'", description="Sites that may show pages in a frame (CSP source list).")
    log_format: Literal["text", "json"] = Field("text", description="Form of log lines.")
    web_workers: int = Field(2, ge=1, le=64, description="Web processes of lms serve.")
    web_threads: int = Field(4, ge=1, le=64, description="Threads in each web process.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address like https://training.example.org")
        return value.rstrip("/")

    @field_validator("mail_url")
    @classmethod
    def _mail(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"console", "folder", "smtp", "smtps"}:
            raise ValueError("must start with console:, folder:, smtp:// or smtps://")
        return value

    @field_validator("frame_ancestors")
    @classmethod
    def _sources(cls, value: str) -> str:
        if any(character in value for character in ";,\r\n"):
            raise ValueError("must be a list of sources separated by spaces")
        return value

    @field_validator("secret_key")
    @classmethod
    def _strong(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters (or be empty, to have one made)")
        return value

    @property
    def effective_database_url(self) -> str:
        """The database's address, with the default filled in and the driver named."""
        url = self.database_url or f"sqlite:///{(self.data_dir / 'lms.sqlite3').resolve()}"
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.base_url).hostname in {"127.0.0.1", "localhost", "::1"}


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `LMS_*`. Raises ConfigurationError naming every wrong or unknown variable at once."""
    environ = os.environ if environ is None else environ
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'.'.join(str(part) for part in fault['loc']).upper()}: "
            + ("there is no such setting" if fault["type"] == "extra_forbidden" else fault["msg"])
            for fault in error.errors()
        ]
        raise ConfigurationError("\n".join(lines)) from None
    if settings.development and not settings.is_loopback:
        raise ConfigurationError("LMS_DEVELOPMENT: refused, because LMS_BASE_URL is not a loopback address")
    return settings


def secret_key(settings: Settings) -> str:
    """The configured key, or the one in the data folder, made at first need and readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written aside and then linked into place: of processes that start together one wins, and nobody reads a half.
        made = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    key = path.read_text().strip()
    if len(key) < 32:
        raise ConfigurationError(f"{path}: the stored secret key is damaged; remove the file to make a new one")
    return key
