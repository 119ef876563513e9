"""What a certificate states, its code, and the changes it may undergo."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import domain
from lms.certificates.domain import ModuleObjectives, Provider, Reason, Snapshot, Status, display_name
from lms.core.errors import Conflict, DomainError


def snapshot(**changes: object) -> Snapshot:
    values: dict[str, object] = {
        "code": "7q2m9xk4c0vbnt5rwe8hjp3zyd6f",
        "learner_name": "Marie Thibodeaux",
        "course_slug": "mtm",
        "course_title": "Medication Therapy Management",
        "release_number": 3,
        "release_digest": "ab12" * 16,
        "modules": (ModuleObjectives(title="The Why", objectives=("Describe one thing", "List another")),),
        "instructional_minutes": 375,
        "completed_on": date(2026, 11, 23),
        "issued_at": datetime(2026, 11, 23, 18, 4, tzinfo=UTC),
        "provider": Provider(name="Pelican Pharmacy Learning", address="100 Sample Street"),
        "verify_url": "https://training.example.org/verify/7q2m9xk4c0vbnt5rwe8hjp3zyd6f",
    }
    return Snapshot(**(values | changes))  # type: ignore[arg-type]


def test_a_snapshot_survives_storage_unchanged() -> None:
    first = snapshot(presenters=("Ana Ruiz, PharmD",))
    assert Snapshot.from_json(first.to_json()) == first
    assert Snapshot.from_json(first.to_json()).to_json() == first.to_json()


@given(st.text(max_size=80))
def test_any_name_survives_storage(name: str) -> None:
    assert Snapshot.from_json(snapshot(learner_name=name).to_json()).learner_name == name


def test_a_snapshot_cannot_be_edited() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot().learner_name = "Somebody else"  # type: ignore[misc]


@pytest.mark.parametrize("damage", [{"schema": 2}, {"provider": None}, {"unknown": 1}])
def test_foreign_or_damaged_snapshots_are_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"schema|damaged"):
        Snapshot.from_json(json.dumps(json.loads(snapshot().to_json()) | damage))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issued_at": datetime(2026, 11, 23)}, "time zone"),  # noqa: DTZ001 - the fault under test
        ({"instructional_minutes": 0}, "positive"),
        ({"code": "7Q2M-9XK4"}, "stored form"),
    ],
)
def test_impossible_snapshots_cannot_be_made(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        snapshot(**changes)


@pytest.mark.parametrize(
    ("minutes", "duration", "hours"),
    [
        (375, "6 hours 15 minutes", "6.25"),
        (60, "1 hour", "1.00"),
        (1, "1 minute", "0.02"),
        (121, "2 hours 1 minute", "2.02"),
    ],
)
def test_time_is_given_in_words_and_in_hours(minutes: int, duration: str, hours: str) -> None:
    certificate = snapshot(instructional_minutes=minutes)
    assert certificate.duration == duration
    assert str(certificate.hours) == hours


def test_codes_hold_at_least_128_random_bits_and_do_not_repeat() -> None:
    codes = {domain.new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(len(code) * 5 >= 128 for code in codes)  # each character of base 32 is five bits
    assert {character for code in codes for character in code} == set("0123456789abcdefghjkmnpqrstvwxyz")


def test_a_code_typed_from_paper_is_understood() -> None:
    code = domain.new_code()
    printed = domain.grouped_code(code)
    assert [len(group) for group in printed.split("-")] == [4] * 7
    assert domain.normalize_code(printed) == code
    assert domain.normalize_code(f"  {printed.replace('-', ' ')} ") == code
    assert domain.normalize_code("O" * 14 + "iL" * 7) == "0" * 14 + "1" * 14


@given(st.text(max_size=40))
def test_only_whole_codes_are_accepted(typed: str) -> None:
    code = domain.normalize_code(typed)
    assert code is None or domain.normalize_code(domain.grouped_code(code)) == code


@given(st.text(max_size=500))
def test_printed_names_hold_nothing_that_disturbs_the_line(name: str) -> None:
    """Abuse case 27: whatever a name holds, what is printed is one clean line of bounded length."""
    shown = display_name(name)
    assert len(shown) <= domain.NAME_LIMIT
    assert shown == " ".join(shown.split())
    assert all(unicodedata.category(c)[0] != "C" or c in "\u200c\u200d" for c in shown)
    assert display_name(shown) == shown


@pytest.mark.parametrize(
    ("given_name", "printed"),
    [
        ("  Ana \t María\r\nRuiz ", "Ana María Ruiz"),
        ("Anna\u202egnp.exe\u2066\u200f", "Annagnp.exe"),
        ("Anna\x00\x1b[31m", "Anna[31m"),
        ("e\u0301lodie", "élodie"),
        ("Z" + "\u0335" * 60, "Z" + "\u0335" * 4),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<b>#panic()</b> $x$ *a*", "<b>#panic()</b> $x$ *a*"),
        ("\ue000\U000f0000", ""),
    ],
)
def test_names_are_cleaned_but_not_rewritten(given_name: str, printed: str) -> None:
    assert display_name(given_name) == printed


def test_a_name_too_long_to_print_is_visibly_cut() -> None:
    assert display_name("a" * 301) == "a" * 299 + "…"
    assert display_name("a" * 300) == "a" * 300


def test_standing_moves_only_forward() -> None:
    domain.check_change(Status.VALID, Status.SUPERSEDED, Reason.NAME_CORRECTION)
    domain.check_change(Status.SUPERSEDED, Status.REVOKED, Reason.INTEGRITY)
    for current, new in [
        (Status.REVOKED, Status.VALID),
        (Status.REVOKED, Status.SUPERSEDED),
        (Status.SUPERSEDED, Status.VALID),
        (Status.VALID, Status.VALID),
    ]:
        with pytest.raises(Conflict):
            domain.check_change(current, new, Reason.ISSUED_IN_ERROR)
    with pytest.raises(DomainError, match="not a reason"):
        domain.check_change(Status.VALID, Status.REVOKED, Reason.NAME_CORRECTION)


def test_every_reason_has_a_sentence_for_the_public() -> None:
    assert all(reason.sentence.endswith(".") for reason in Reason)
