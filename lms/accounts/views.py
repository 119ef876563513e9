"""Pages of one's own account. Signing in, registering and the like are the library's routes, see `setup`."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import logout_user, verify_password
from flask_security.confirmable import send_confirmation_instructions

from lms.accounts import domain, services
from lms.accounts.emails import notify
from lms.accounts.forms import DeletionForm, ProfileForm
from lms.accounts.queries import access_person, email_is_confirmed, has_mailbox, open_sign_ins
from lms.accounts.sign_ins import current_key
from lms.core.clock import local_date, now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.web import policy

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-out")
@policy.public
def ask_sign_out() -> ResponseReturnValue:
    """Typed or bookmarked: asks first, because a link on another site must not be able to sign anyone out."""
    if not current_user.is_authenticated:
        return redirect(url_for("public.home"), 303)
    return render_template("lms/accounts/sign_out.html")


@blueprint.get("/account")
@policy.signed_in
def account() -> str:
    """Everything about one's account at a glance."""
    return render_template(
        "lms/accounts/account.html",
        person=current_user,
        phone=domain.show_phone(current_user.phone),
        confirmed=email_is_confirmed(current_user),
        reachable=has_mailbox(current_user),
        sign_ins=open_sign_ins(db.session(), current_user.id),
        this_key=current_key(),
    )


@blueprint.route("/account/profile", methods=["GET", "POST"])
@policy.signed_in
def profile() -> ResponseReturnValue:
    """Name, telephone number and the optional details."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        person_id = current_user.id
        with unit_of_work() as session:
            services.change_details(
                access_person(session, person_id),
                name=form.name.data,
                phone=form.phone.data,
                details={field: form[field].data for field in services.OPTIONAL_DETAILS},
            )
        flash("Your details were saved.", "success")
        return redirect(url_for("accounts.account"), 303)
    return render_template("lms/accounts/profile.html", form=form)


@blueprint.post("/account/confirmation")
@policy.signed_in
def resend_confirmation() -> ResponseReturnValue:
    """Send the link that confirms the address once more."""
    if has_mailbox(current_user) and not email_is_confirmed(current_user):
        send_confirmation_instructions(current_user)
        flash(f"We sent a new link to {current_user.email}.", "success")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/sign-out-everywhere")
@policy.signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in of the person, this one included."""
    person_id = current_user.id
    with unit_of_work() as session:
        services.end_sign_ins(session, person_id=person_id)
    logout_user()
    flash("You are signed out in every browser.", "success")
    return redirect(url_for("security.login"), 303)


@blueprint.get("/account/data")
@policy.signed_in
def download() -> Response:
    """Everything that the site holds about the person, as one JSON file."""
    parts = services.export_person(db.session(), person=current_user._get_current_object())
    body = json.dumps(parts, indent=2, ensure_ascii=False, default=str)
    name = f"my-data-{local_date(now()).isoformat()}.json"
    return Response(
        body, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.route("/account/delete", methods=["GET", "POST"])
@policy.signed_in
def delete() -> ResponseReturnValue:
    """Say what goes and what stays, ask for the password, and delete the account."""
    form = DeletionForm()
    if current_user.password is None or current_app.config["SIGNED_IN_BY_HOST"]:
        del form.password  # a host application signs this person in: being signed in is the proof there is
    if form.validate_on_submit() and _password_is_right(form):
        person_id, email = current_user.id, current_user.email
        with unit_of_work() as session:
            services.erase_person(session, person=access_person(session, person_id), actor_id=person_id)
            notify(
                session,
                to=email,
                subject="Your account was deleted",
                what="Your account was deleted, as you asked.",
            )
        logout_user()
        flash("Your account was deleted.", "success")
        return redirect(url_for("public.home"), 303)
    return render_template("lms/accounts/delete.html", form=form)


def _password_is_right(form: DeletionForm) -> bool:
    if form.password is None:
        return True
    typed = current_app.extensions["security"].password_util.normalize(form.password.data)
    if verify_password(typed, current_user.password):
        return True
    form.password.errors = ["This is not your password."]
    return False
