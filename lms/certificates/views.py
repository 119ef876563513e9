"""Issue, show, download, mail and correct a certificate; verify one by its code."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.queries import access_person, email_is_confirmed
from lms.certificates import emails, pdf, queries, services
from lms.certificates.domain import Reason, Snapshot, Status, display_name, grouped_code
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.web import limits, policy

blueprint = Blueprint("certificates", __name__)


@blueprint.post("/training/<course>/certificate")
@policy.enrolled
def issue(course: str) -> ResponseReturnValue:
    """Issue the certificate, or go to the one that there is."""
    person_id = current_user.id
    with unit_of_work() as session:
        certificate = services.issue_certificate(session, person_id=person_id, course=course, settings=_settings())
        code = certificate.code
    return redirect(url_for(".show", code=code), 303)


@blueprint.get("/certificates/<code>")
@policy.signed_in
def show(code: str) -> ResponseReturnValue:
    """The owner's page: the certificate as text, with ways to take it away."""
    certificate = queries.access_certificate(db.session(), person_id=current_user.id, code=code)
    snapshot = services.snapshot_of(certificate)
    return render_template(
        "lms/certificates/show.html",
        certificate=certificate,
        snapshot=snapshot,
        code=grouped_code(snapshot.code),
        reason=_reason(certificate.status_reason),
        linkedin=_linkedin(snapshot),
        confirmed=email_is_confirmed(current_user),
        name_differs=certificate.status == Status.VALID and display_name(current_user.name) != snapshot.learner_name,
    )


@blueprint.get("/certificates/<code>.pdf", endpoint="pdf")
@policy.signed_in
def pdf_file(code: str) -> Response:
    """The PDF, the same bytes each time."""
    certificate = queries.access_certificate(db.session(), person_id=current_user.id, code=code)
    snapshot = services.snapshot_of(certificate)
    response = make_response(pdf.render(snapshot))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{snapshot.course_slug}.pdf"'
    return response


@blueprint.post("/certificates/<code>/mail")
@policy.signed_in
def send(code: str) -> ResponseReturnValue:
    """Mail the PDF to the owner's confirmed address."""
    limits.hit("certificate mail by person", "5 per hour", str(current_user.id))
    person_id, address = current_user.id, current_user.email
    with unit_of_work() as session:
        certificate = queries.access_certificate(session, person_id=person_id, code=code)
        if not email_is_confirmed(access_person(session, person_id)):
            raise Conflict("Confirm your email address first: the link is in the mail that we sent you.")
        emails.send_certificate(session, to=address, snapshot=services.snapshot_of(certificate))
    flash(f"The certificate is on its way to {address}.", "success")
    return redirect(url_for(".show", code=code), 303)


@blueprint.post("/certificates/<code>/correct")
@policy.signed_in
def correct(code: str) -> ResponseReturnValue:
    """Issue a new certificate with the name that the account has now; this one becomes superseded."""
    person_id = current_user.id
    with unit_of_work() as session:
        certificate = queries.access_certificate(session, person_id=person_id, code=code)
        successor = services.correct_certificate(
            session,
            certificate=certificate,
            reason=Reason.NAME_CORRECTION,
            settings=_settings(),
            actor_id=person_id,
        )
        new_code = successor.code
    flash(
        "A new certificate with your present name is issued. The old one now says that it is superseded.",
        "success",
    )
    return redirect(url_for(".show", code=new_code), 303)


@blueprint.get("/verify")
@policy.public
def verify_form() -> ResponseReturnValue:
    """A field for a code typed from paper."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for(".verify", code=typed[:80]), 303)
    return render_template("lms/certificates/verify_form.html", typed="")


@blueprint.get("/verify/<code>")
@policy.by_secret
def verify(code: str) -> ResponseReturnValue:
    """What is true of the certificate today: printed name, title, date, hours, standing. Nothing else."""
    certificate = queries.by_code(db.session(), code[:80])
    if certificate is None:
        limits.hit("wrong certificate code by address", "30 per 10 minutes", limits.client_address())
        page = make_response(render_template("lms/certificates/verify_form.html", typed=code[:80]), 404)
    else:
        snapshot = services.snapshot_of(certificate)
        page = make_response(
            render_template(
                "lms/certificates/verify.html",
                certificate=certificate,
                snapshot=snapshot,
                code=grouped_code(snapshot.code),
                reason=_reason(certificate.status_reason),
            )
        )
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _settings() -> Settings:
    settings: Settings = current_app.extensions["lms.settings"]
    return settings


def _reason(stored: str | None) -> Reason | None:
    return Reason(stored) if stored else None


def _linkedin(snapshot: Snapshot) -> str:
    """Address that fills LinkedIn's "add a certification" form; followed only when the owner presses it."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": f"{snapshot.course_title} (certificate of completion)",
        "organizationName": snapshot.provider.name,
        "issueYear": snapshot.completed_on.year,
        "issueMonth": snapshot.completed_on.month,
        "certUrl": snapshot.verify_url,
        "certId": grouped_code(snapshot.code),
    }
    return "https://www.linkedin.com/profile/add?" + urlencode(facts)
