"""Settings: read once, wrong ones named all at once, secrets never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, from_environment, secret_key
from tests.support.together import all_at_once


def test_every_wrong_setting_is_named_at_once() -> None:
    """Abuse case 63: one start tells all that is to be mended, and repeats no value."""
    with pytest.raises(ConfigurationError) as caught:
        from_environment(
            {
                "LMS_BASE_URL": "training.example.org",
                "LMS_MAIL_URL": "pigeon:loft",
                "LMS_SECRET_KEY": "tooshort-hush",
                "LMS_WEB_WORKERS": "many",
                "LMS_COLOUR": "green",
                "LMS_FRAME_ANCESTORS": "'self'; script-src *",
            }
        )
    text = str(caught.value)
    for name in ("BASE_URL", "MAIL_URL", "SECRET_KEY", "WEB_WORKERS", "COLOUR", "FRAME_ANCESTORS"):
        assert f"LMS_{name}: " in text
    assert len(text.splitlines()) == 6
    assert "hush" not in text


def test_the_defaults_are_enough() -> None:
    assert from_environment({}).is_loopback


def test_development_is_for_this_machine() -> None:
    """Abuse case 63."""
    with pytest.raises(ConfigurationError, match="LMS_DEVELOPMENT: refused"):
        from_environment({"LMS_DEVELOPMENT": "1", "LMS_BASE_URL": "https://training.example.org"})
    assert from_environment({"LMS_DEVELOPMENT": "1"}).development


def test_the_secret_key_is_not_printed() -> None:
    assert "x" * 40 not in repr(Settings(secret_key="x" * 40))


def test_the_made_key_is_one_for_all_and_its_owners_only(tmp_path: Path) -> None:
    keys = set(all_at_once(lambda _number: _eventually(Settings(data_dir=tmp_path / "new")), 8))
    assert len(keys) == 1
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def _eventually(settings: Settings) -> str:
    return secret_key(settings)


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ConfigurationError, match="damaged"):
        secret_key(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_a_postgresql_address_names_its_driver(url: str) -> None:
    assert Settings(database_url=url).effective_database_url == "postgresql+psycopg://u@h/d"
