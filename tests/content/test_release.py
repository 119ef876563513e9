"""The release document: canonical, named by its digest, and read back to an equal course."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.content.course import Course, DataTable, Html
from lms.content.release import ReleaseError, digest, document, read

SAMPLE = Path(__file__).parent / "sample"
SCRIPT = """
import datetime, pathlib, sys
from lms.content.loader import load
from lms.content.release import digest, document
today = datetime.date(2026, 11, 23)
result = load(pathlib.Path(sys.argv[1]), calculators={"pot-cost"}, today=today)
print(digest(document(result.course)))
"""


def test_document_reads_back_to_an_equal_course(tea: Course) -> None:
    content = document(tea)
    assert read(content) == tea
    assert document(read(content)) == content
    assert list(read(content).sources) == list(tea.sources)
    assert digest(content) == digest(document(tea))


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_digest_is_the_same_in_every_process(tea: Course, seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SAMPLE.parents[2])}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(SAMPLE)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == digest(document(tea))


def test_digest_does_not_depend_on_the_order_of_entries(folder, tea: Course) -> None:
    path = "modules/sources.yaml"
    first, second = folder.read(path).split("pot2021:")
    folder.write(path, f"pot2021:{second}{first}")
    assert document(folder.load().course) == document(tea)


def test_digest_changes_with_the_text(folder, tea: Course) -> None:
    folder.replace("modules/1-first/why-tea.md", "Tea helps", "Tea may help")
    assert digest(document(folder.load().course)) != digest(document(tea))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
cells = st.none() | st.integers(-(10**12), 10**12) | st.decimals(allow_nan=False, allow_infinity=False) | texts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=texts, html=texts, values=st.dictionaries(texts, cells, max_size=4))
def test_any_course_survives_its_document(tea: Course, title: str, html: str, values: dict[str, object]) -> None:
    table = tea.data["pot-prices"].model_dump()
    table["rows"] = [{"key": "a", "values": values}]
    lesson = tea.lessons[0].model_copy(update={"title": title, "blocks": (Html(html=html),)})
    module = tea.modules[0].model_copy(update={"lessons": (lesson,)})
    course = Course.model_validate(
        {
            **{name: getattr(tea, name) for name in Course.model_fields},
            "modules": (module,),
            "data": {"pot-prices": DataTable.model_validate(table)},
        }
    )
    again = read(document(course))
    assert again == course
    assert document(again) == document(course)
    assert {key: str(cell) for key, cell in again.data["pot-prices"].rows[0].values.items()} == {
        key: str(cell) for key, cell in values.items()
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"format": 2, "course": {}}',
        b'{"format": 1, "course": {}}',
        b"[" * 100_000,
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ReleaseError):
        read(content)


def test_document_with_an_unknown_field_is_refused(tea: Course) -> None:
    parsed = json.loads(document(tea))
    parsed["course"]["extra"] = 1
    with pytest.raises(ReleaseError):
        read(json.dumps(parsed).encode())
