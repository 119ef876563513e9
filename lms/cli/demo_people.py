"""Who the sample people of `lms demo` are. All of them are made up; their addresses belong to nobody (RFC 2606)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Stands in every free text of a sample person.
MARK = "Sample text, made by lms demo."


@dataclass(frozen=True)
class SamplePerson:
    """One made-up person and how far they came."""

    name: str
    email: str
    story: str
    phone: str = "+12255550100"
    confirmed: bool = True
    role: str = ""
    details: Mapping[str, str | None] = field(default_factory=dict)
    #: "", "open" (began the checkout) or "paid" (enrolled).
    order: str = ""
    #: Share of the lessons that were completed, from the first one.
    share_read: float = 0
    #: For each module, the share of right answers in each try at its quiz; None: left open.
    scores: tuple[tuple[float | None, ...], ...] = ()
    note: str = ""
    asks: str = ""
    #: Answers the evaluation and takes the certificate.
    finishes: bool = False


PEOPLE = (
    SamplePerson("Odile Sample", "odile.sample@example.org", "administrator", role="admin"),
    SamplePerson("Ben Sample", "ben.sample@example.org", "registered, email not confirmed", confirmed=False),
    SamplePerson(
        "Noor Sample",
        "noor.sample@example.org",
        "stopped at the checkout",
        order="open",
        asks=f"{MARK} Does my whole team need an account each?",
    ),
    SamplePerson(
        "Trinh Sample",
        "trinh.sample@example.org",
        "has just enrolled",
        order="paid",
        details={"practice_setting": "Community pharmacy", "license_state": "LA"},
    ),
    SamplePerson(
        "Łukasz Sample",
        "lukasz.sample@example.org",
        "reads module 1, with a note and an open quiz",
        order="paid",
        share_read=0.3,
        scores=((None,),),
        note=f"{MARK} Ask the team who could keep the medication lists.",
        details={"credentials": "PharmD"},
    ),
    SamplePerson(
        "Josephine Sample-Thibodeaux",
        "josephine.sample@example.org",
        "failed the first quiz once, then passed two",
        order="paid",
        share_read=0.7,
        scores=((0.4, 1.0), (1.0,)),
        asks=f"{MARK} Where do I see which questions I missed?",
    ),
    SamplePerson(
        "Kofi Sample",
        "kofi.sample@example.org",
        "has only the evaluation left",
        order="paid",
        share_read=1,
        scores=((1.0,), (1.0,), (0.5, 1.0)),
    ),
    SamplePerson(
        "María José Sample Núñez",
        "maria.sample@example.org",
        "completed the course and has the certificate",
        order="paid",
        share_read=1,
        scores=((1.0,), (1.0,), (1.0,)),
        note=MARK,
        details={"credentials": "PharmD, BCACP", "practice_setting": "Clinic", "city": "Baton Rouge"},
        finishes=True,
    ),
)
