"""The form, its confirmation, and the inbox."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assistance import queries, services
from lms.assistance.forms import TOPICS, AssistanceForm
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.web import limits, policy

blueprint = Blueprint("assistance", __name__)


@blueprint.route("/assistance", methods=["GET", "POST"])
@policy.public
def contact() -> ResponseReturnValue:
    """Need assistance? Connect with us!"""
    form = AssistanceForm()
    if request.method == "GET" and current_user.is_authenticated:
        form.name.data, form.email.data = current_user.name, current_user.email
    if form.validate_on_submit():
        limits.hit("assistance by address", "10 per hour", limits.client_address())
        settings: Settings = current_app.extensions["lms.settings"]
        person_id = current_user.id if current_user.is_authenticated else None
        with unit_of_work() as work:
            stored = services.ask(
                work,
                name=form.name.data or "",
                email=form.email.data,
                phone=form.phone.data,
                organization=form.organization.data,
                topic=form.topic.data,
                topic_label=dict(TOPICS)[form.topic.data],
                message=form.message.data or "",
                person_id=person_id,
                inbox=settings.assistance_inbox,
            )
            session["assistance_reference"] = stored.reference
            session["assistance_email"] = bool(form.email.data)
        return redirect(url_for(".received"), 303)
    page = render_template("lms/assistance/contact.html", form=form)
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/assistance/received")
@policy.public
def received() -> ResponseReturnValue:
    """The confirmation, with the request's reference."""
    reference = session.get("assistance_reference")
    if reference is None:
        return redirect(url_for(".contact"), 303)
    return render_template(
        "lms/assistance/received.html", reference=reference, has_email=session.get("assistance_email", False)
    )


@blueprint.get("/admin/assistance")
@policy.admin
def inbox() -> str:
    """Requests, newest first."""
    handled = request.args.get("show") == "handled"
    rows, next_key = queries.inbox(db.session(), handled=handled, before=_before())
    return render_template(
        "lms/assistance/inbox.html", rows=rows, next_key=next_key, handled=handled, topics=dict(TOPICS)
    )


def _before() -> int | None:
    """The key of the page that was asked for; a number that no row can have asks for the first page."""
    before = request.args.get("before", type=int)
    return before if before is not None and 0 < before < 2**31 else None


@blueprint.post("/admin/assistance/<reference>/handled")
@policy.admin
def mark_handled(reference: str) -> ResponseReturnValue:
    """Take a request off the open list."""
    with unit_of_work() as work:
        services.mark_handled(work, reference=reference, actor_id=current_user.id)
    flash(f"Request {reference} is marked as handled.", "success")
    return redirect(url_for(".inbox"), 303)


@blueprint.post("/admin/assistance/<reference>/remove")
@policy.admin
def remove(reference: str) -> ResponseReturnValue:
    """Delete a request for good."""
    with unit_of_work() as work:
        services.remove(work, reference=reference, actor_id=current_user.id)
    flash(f"Request {reference} is deleted.", "success")
    return redirect(url_for(".inbox"), 303)
