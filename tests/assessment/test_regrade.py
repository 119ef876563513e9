"""Regrading after a question was corrected: who gains, what is written, and that it happens once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment import item_types
from lms.assessment.item_types import Response
from lms.assessment.models import Answer, Attempt, Evidence, Regrade, RegradedAttempt
from lms.assessment.regrading import queries as regrading_queries
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.content.course import Item
from lms.core.audit import AuditEvent
from lms.core.outbox import OutboxMessage
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from tests.assessment.conftest import MODULE
from tests.support import journey, sittings
from tests.support.corrected import other_key, with_item, withdrawn
from tests.support.people import People
from tests.support.together import all_at_once

LIST = "/instructor/mtm/regrade"
QUIZ = journey.quiz_address(MODULE)
REASON = "The newer guideline says otherwise."
SEED = 7


@pytest.fixture
def teacher(people: People) -> FlaskClient:
    return people.client("teacher", roles=("instructor",))


@pytest.fixture
def bank(app: Flask) -> tuple[Item, ...]:
    return journey.course(app).module(MODULE).quiz.items


@pytest.fixture
def item(bank: tuple[Item, ...]) -> Item:
    """The question that is corrected in most tests."""
    return next(each for each in bank if each.type == "single")


def stored(item: Item, parts: journey.Parts) -> Response:
    return item_types.of(item).read(item, parts)


def right(item: Item) -> Response:
    return stored(item, journey.right(item, SEED))


def by_new_key(item: Item) -> Response:
    """Not right by the key as it was served, but by that of `other_key`."""
    return right(other_key(item))


def sit(app: Flask, person_id: int, item: Item, response: Response | None, *, others: int = 0, number: int = 1) -> str:
    """An attempt with the item and nine more, of which so many are right. Seven of ten pass."""
    rest = [each for each in journey.course(app).module(MODULE).quiz.items if each.key != item.key][:9]
    answers = {each.key: right(each) if place < others else None for place, each in enumerate(rest)}
    return sittings.sit(app, person_id, MODULE, {item.key: response, **answers}, number=number, seed=SEED)


def correct(app: Flask, key: str, change: Callable[[Item], Item | None] = other_key) -> None:
    """Publish the course with one item corrected."""
    journey.publish(app, with_item(journey.course(app), key, change))


def preview(client: FlaskClient, item: Item, query: str = "") -> tuple[str, dict[str, str]]:
    """The page of a regrade, and the fields that its form sends."""
    page = client.get(f"{LIST}/{item.key}{query}").text
    found = re.search(r'name="fingerprint"[^>]*value="([^"]*)"', page)
    return page, {"fingerprint": found[1] if found else "", "reason": REASON}


def regrade(client: FlaskClient, item: Item, query: str = "") -> None:
    _page, fields = preview(client, item, query)
    assert journey.post(client, f"{LIST}/{item.key}{query}", fields).status_code == 303


def facts(page: str) -> Mapping[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", page))


def row(session: Session, attempt: str) -> Attempt:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Attempt).where(Attempt.public_id == attempt)).one()


def points(session: Session, attempt: str, item: Item) -> tuple[int, int | None]:
    """Of one question, as evidence and as answer hold them."""
    answer = session.get(Answer, (row(session, attempt).id, item.key))
    evidence = select(Evidence.points).where(Evidence.reference == attempt, Evidence.item == item.key)
    return session.scalars(evidence).one(), answer.points if answer else None


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def mails(session: Session) -> list[dict[str, str]]:
    session.rollback()
    found = session.scalars(
        select(OutboxMessage).where(OutboxMessage.payload["subject"].as_string().like("%regraded%"))
    )
    return [message.payload for message in found]


def test_another_key_raises_who_gave_the_right_answer(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    attempt = sit(app, people.ids["alice"], item, by_new_key(item), others=5)
    assert item.key not in teacher.get(LIST).text
    correct(app, item.key)
    page = teacher.get(LIST).text
    assert item.key in page
    assert "Another answer is right" in page
    page, fields = preview(teacher, item)
    assert (facts(page)["Attempts looked at"], facts(page)["Results that rise"]) == ("1", "1")
    assert "Alice" in page
    assert "alice@example.org" not in page
    assert "50 % → 60 %" in page
    assert points(session, attempt, item) == (0, 0), "looking changes nothing"
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 303
    assert points(session, attempt, item) == (1000, 1000)
    assert (row(session, attempt).points, row(session, attempt).passed) == (6000, False)
    done = session.scalars(select(Regrade)).one()
    assert (done.examined, done.raised, done.lowered, done.newly_passed) == (1, 1, 0, 0)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "item.regraded")).one()
    assert (event.actor_id, event.detail["raised"], event.detail["reason"]) == (people.ids["teacher"], 1, REASON)
    page = alice.get(f"{QUIZ}/{attempt}/result").text
    assert re.search(r"Regraded on \d+ \w+ \d{4}: " + re.escape(REASON), page)
    assert "60 %" in page
    assert "60 %" in alice.get(QUIZ).text
    page = teacher.get(LIST).text
    assert "not yet" not in page
    assert item.key in page, "among those that were regraded"


def test_the_corrected_version_is_explained_and_withheld_like_any_other(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, item: Item
) -> None:
    """Abuse case 13: before passing, a regrade names no right answer."""
    new = next(option for option in item.options if not option.correct)
    wrong = next(option for option in item.options if not option.correct and option is not new)
    attempt = sit(app, people.ids["alice"], item, by_new_key(item))
    other = sit(app, people.ids["alice"], item, stored(item, {"": [wrong.key]}), number=2)

    def reworded(old: Item) -> Item:
        changed = other_key(old)
        options = tuple(
            each.model_copy(update={"feedback_html": f"<p>New words for {each.key}</p>"}) for each in changed.options
        )
        return changed.model_copy(update={"options": options, "rationale_html": "<p>New reasons.</p>"})

    correct(app, item.key, reworded)
    assert "New reasons." not in alice.get(f"{QUIZ}/{attempt}/result").text, "shown as served until it is regraded"
    regrade(teacher, item)
    page = alice.get(f"{QUIZ}/{attempt}/result").text
    assert "New reasons." in page
    assert f"New words for {new.key}" in page
    page = alice.get(f"{QUIZ}/{other}/result").text
    assert "Your points for it stay as they were." in page
    assert f"New words for {wrong.key}" in page
    assert f"New words for {new.key}" not in page
    assert "Correct; you did not choose it" not in page


def test_a_raise_to_passed_completes_the_course(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    person_id = people.ids["alice"]
    journey.finish(app, person_id)
    with app.app_context(), unit_of_work() as work:  # as if her only attempt had been this one
        work.delete(work.scalars(select(Attempt).where(Attempt.quiz == MODULE)).one())
        work.scalars(select(Enrolment)).one().completed_at = None
    attempt = sit(app, person_id, item, by_new_key(item), others=6)
    correct(app, item.key)
    page, _fields = preview(teacher, item)
    assert facts(page)["Newly passed"] == "1"
    assert session.scalars(select(Enrolment.completed_at)).one() is None
    regrade(teacher, item)
    assert row(session, attempt).passed is True
    assert session.scalars(select(Enrolment.completed_at)).one() is not None
    (mail,) = mails(session)
    assert mail["to"] == "alice@example.org"
    assert REASON in mail["text"]
    assert "60 % before, 70 % now. With this you have passed." in mail["text"]
    assert f"{QUIZ}/{attempt}/result" in mail["text"]
    assert "<h1>Passed" in alice.get(f"{QUIZ}/{attempt}/result").text
    assert journey.post(alice, "/training/mtm/certificate").status_code == 303


def test_who_was_right_by_the_old_key_keeps_the_points_unless_told_otherwise(
    app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    """Abuse case 25: regraded down, a completed course stays completed and the certificate stays valid."""
    person_id = people.make("alice", enrolled=True)
    journey.finish(app, person_id)
    with app.app_context(), unit_of_work() as work:
        certificates.issue_certificate(work, person_id=person_id, course="mtm", settings=app.extensions["lms.settings"])
        work.delete(work.scalars(select(Attempt).where(Attempt.quiz == MODULE)).one())
    attempt = sit(app, person_id, item, right(item), others=6)
    assert row(session, attempt).passed is True
    correct(app, item.key)
    page, fields = preview(teacher, item)
    assert "Nothing would change" in page
    assert "1 answer would earn less now" in page
    with app.app_context():
        release_id = session.scalars(select(Attempt.release_id).where(Attempt.public_id == attempt)).one()
        fields["fingerprint"] = regrading_queries.preview(
            session, journey.course(app), release_id + 1, item.key, may_lower=False
        ).fingerprint
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 422
    assert count(session, Regrade) == 0
    page, fields = preview(teacher, item, "?lowering=yes")
    assert (facts(page)["Results that fall"], facts(page)["No longer passed"]) == ("1", "1")
    assert "a certificate is never taken back" in page
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 409, "confirmed where nothing may fall"
    assert journey.post(teacher, f"{LIST}/{item.key}?lowering=yes", fields).status_code == 303
    assert points(session, attempt, item) == (0, 0)
    assert row(session, attempt).passed is False
    assert session.scalars(select(Enrolment.completed_at)).one() is not None
    assert session.scalars(select(Certificate.status)).one() == "valid"
    (mail,) = mails(session)
    assert "70 % before, 60 % now. With this it is not passed any more." in mail["text"]
    assert "A certificate that you have stays valid." in mail["text"]


def test_a_withdrawn_question_counts_in_full_for_everyone(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    unanswered = sit(app, people.ids["alice"], item, None)
    wrong = sit(app, people.make("bob"), item, stored(item, journey.wrong(item)))
    correct(app, item.key, withdrawn)
    page, _fields = preview(teacher, item)
    assert "gives everyone who was asked it full credit" in page
    assert "It is withdrawn" in teacher.get(LIST).text
    regrade(teacher, item)
    assert points(session, unanswered, item) == (1000, None)
    assert points(session, wrong, item) == (1000, 1000)
    page = alice.get(f"{QUIZ}/{unanswered}/result").text
    assert "counts in full" in page
    assert f"item-{item.key}-stem" not in page, "what was wrong with it is not explained as if it were right"
    assert re.search(r"Withdrawn on \d+ \w+ \d{4}: ", page)


def test_a_wider_tolerance_and_another_accepted_text(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, bank: tuple[Item, ...]
) -> None:
    numeric = next(each for module in journey.course(app).modules for each in module.quiz.items if each.numeric)
    short = next(each for module in journey.course(app).modules for each in module.quiz.items if each.type == "short")
    number = right(numeric)
    number["value"] = str(Decimal(number["value"]) + 1)
    written = stored(short, {gap.key: ["quite another word"] for gap in short.gaps.gaps}) if short.gaps else {}
    attempt = sittings.sit(app, people.ids["alice"], MODULE, {numeric.key: number, short.key: written}, seed=SEED)
    assert points(session, attempt, numeric)[0] in {0, 200}
    assert points(session, attempt, short) == (0, 0)

    def wider(old: Item) -> Item:
        assert old.numeric
        return old.model_copy(update={"numeric": old.numeric.model_copy(update={"tolerance": Decimal(2)})})

    def accepting(old: Item) -> Item:
        assert old.gaps
        found = tuple(gap.model_copy(update={"right": (*gap.right, "quite another word")}) for gap in old.gaps.gaps)
        return old.model_copy(update={"gaps": old.gaps.model_copy(update={"gaps": found})})

    correct(app, numeric.key, wider)
    correct(app, short.key, accepting)
    page = teacher.get(LIST).text
    assert "Another tolerance" in page
    assert "Other answers are accepted" in page
    for each in (numeric, short):
        regrade(teacher, each)
        assert points(session, attempt, each) == (1000, 1000)
    assert alice.get(f"{QUIZ}/{attempt}/result").text.count("Regraded on") == 4, "above the questions and at each"


def test_twice_changes_nothing(app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item) -> None:
    """A second press of the button, and a second visit."""
    attempt = sit(app, people.make("alice"), item, by_new_key(item))
    correct(app, item.key)
    _page, fields = preview(teacher, item)
    for _press in range(2):
        assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 303
    assert (count(session, Regrade), count(session, RegradedAttempt), len(mails(session))) == (1, 1, 1)
    assert points(session, attempt, item) == (1000, 1000)
    page, fields = preview(teacher, item)
    assert "Nothing would change" in page
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 409
    assert count(session, Regrade) == 1


def test_an_answer_since_the_preview_shows_the_new_one(
    app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    sit(app, people.make("alice"), item, by_new_key(item))
    late = sittings.start(app, people.make("bob"), MODULE, {item.key: by_new_key(item)}, seed=SEED)
    correct(app, item.key)
    _page, fields = preview(teacher, item)
    sittings.submit(app, late)
    reply = journey.post(teacher, f"{LIST}/{item.key}", fields)
    assert reply.status_code == 409
    assert "The preview is out of date" in reply.text
    assert REASON in reply.text, "what was typed is kept"
    assert facts(reply.text)["Results that rise"] == "2"
    assert count(session, Regrade) == 0
    regrade(teacher, item)
    assert points(session, late, item) == (1000, 1000)


def test_a_release_since_the_preview_shows_the_new_one(
    app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    sit(app, people.make("alice"), item, by_new_key(item))
    correct(app, item.key)
    _page, fields = preview(teacher, item)
    correct(app, item.key, withdrawn)
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 409
    assert count(session, Regrade) == 0


def test_an_attempt_submitted_after_a_regrade_asks_for_another(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, item: Item
) -> None:
    """An attempt is graded by the release that served it; the list says that there is something to look at."""
    sit(app, people.make("bob"), item, by_new_key(item))
    late = sittings.start(app, people.ids["alice"], MODULE, {item.key: by_new_key(item)}, seed=SEED)
    correct(app, item.key)
    regrade(teacher, item)
    assert "not yet" not in teacher.get(LIST).text
    sittings.submit(app, late)
    assert points(session, late, item) == (0, 0)
    assert REASON not in alice.get(f"{QUIZ}/{late}/result").text
    assert "not yet" in teacher.get(LIST).text
    regrade(teacher, item)
    assert points(session, late, item) == (1000, 1000)
    assert len(mails(session)) == 2


def test_one_mail_each_to_confirmed_addresses(
    app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In several batches, and for several attempts of one person."""
    monkeypatch.setattr(regrading_queries, "BATCH", 2)
    twice = people.make("alice")
    for number in (1, 2):
        sit(app, twice, item, by_new_key(item), number=number)
    for name, columns in {"bob": {}, "carol": {}, "dora": {"confirmed": False}, "emil": {"active": False}}.items():
        sit(app, people.make(name, **columns), item, by_new_key(item))
    correct(app, item.key)
    regrade(teacher, item)
    sent = mails(session)
    assert [each["to"] for each in sent] == [f"{name}@example.org" for name in ("alice", "bob", "carol")]
    assert sent[0]["text"].count("% before") == 2
    assert count(session, RegradedAttempt) == 6
    found = session.scalars(select(Evidence.points).where(Evidence.item == item.key)).all()
    assert found == [1000] * 6


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed(
    app: Flask, teacher: FlaskClient, people: People, session: Session, item: Item, reason: str
) -> None:
    sit(app, people.make("alice"), item, by_new_key(item))
    correct(app, item.key)
    _page, fields = preview(teacher, item)
    reply = journey.post(teacher, f"{LIST}/{item.key}", {**fields, "reason": reason})
    assert reply.status_code == 422
    assert "Error:" in reply.text
    assert count(session, Regrade) == 0


def test_learners_get_nothing(app: Flask, alice: FlaskClient, people: People, session: Session, item: Item) -> None:
    """Abuse case 5: not even with the fingerprint of a preview and a valid form token."""
    sit(app, people.ids["alice"], item, by_new_key(item))
    correct(app, item.key)
    _page, fields = preview(people.client("teacher", roles=("instructor",)), item)
    assert fields["fingerprint"]
    assert alice.get(LIST).status_code == 403
    assert alice.get(f"{LIST}/{item.key}").status_code == 403
    assert journey.post(alice, f"{LIST}/{item.key}", fields).status_code == 403
    assert count(session, Regrade) == 0


def test_what_is_not_there_is_not_found(teacher: FlaskClient, item: Item) -> None:
    for where in (f"{LIST}/no-such-item", "/instructor/nothing/regrade", f"/instructor/nothing/regrade/{item.key}"):
        assert teacher.get(where).status_code == 404
    fields = {"reason": REASON, "fingerprint": "x"}
    assert journey.post(teacher, f"{LIST}/no-such-item", fields).status_code == 404
    assert "Nothing would change" in teacher.get(f"{LIST}/{item.key}").text


def test_many_at_once_regrade_once(any_database: str, app: Flask, people: People, session: Session, item: Item) -> None:
    """Abuse case 17 for regrades: two instructors, several tabs each."""
    assert any_database
    attempt = sit(app, people.make("alice"), item, by_new_key(item))
    correct(app, item.key)
    cookies = []
    for name in ("teacher", "other"):
        client = people.client(name, roles=("instructor",))
        _page, fields = preview(client, item)
        found = journey.token(client)
        cookie = client.get_cookie("lms_session")
        assert cookie is not None
        cookies.append((cookie.value, {**fields, "csrf_token": found}))

    def press(number: int) -> int:
        cookie, data = cookies[number % 2]
        tab = app.test_client()
        tab.checks_pages = False  # type: ignore[attr-defined]
        tab.set_cookie("lms_session", cookie)
        return tab.post(f"{LIST}/{item.key}", data=data).status_code

    assert Counter(all_at_once(press, 8)) == {303: 8}
    assert (count(session, Regrade), count(session, RegradedAttempt), len(mails(session))) == (1, 1, 1)
    assert points(session, attempt, item) == (1000, 1000)
    assert count(session, AuditEvent) >= 1
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "item.regraded")).all()
    assert len(events) == 1
