"""The one place that asks what time it is, always in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Dates printed for people (certificates, "saved at") are those of the programme's own time zone.
LOCAL_ZONE = ZoneInfo("America/Chicago")


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar day on which `moment` falls for the programme's learners."""
    return moment.astimezone(LOCAL_ZONE).date()


def long_date(day: date) -> str:
    """`23 November 2026`, the form used everywhere on the site."""
    return f"{day.day} {day:%B %Y}"
