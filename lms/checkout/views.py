"""Start, the checkout page, a typed code, Continue."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.checkout import queries, services
from lms.checkout.forms import CodeForm, ContinueForm
from lms.checkout.models import Order
from lms.core.db import db
from lms.core.errors import Conflict, DomainError
from lms.core.unit_of_work import unit_of_work
from lms.learning.queries import is_enrolled
from lms.releases.queries import current
from lms.web import limits, policy

blueprint = Blueprint("checkout", __name__)


@blueprint.route("/courses/<course>/start", methods=["GET", "POST"])
@policy.signed_in
def start(course: str) -> ResponseReturnValue:
    """Begin an order, or go on with the one begun. GET is where a newcomer lands after registering or signing in."""
    person_id = current_user.id
    if is_enrolled(db.session(), person_id, course):
        return redirect(url_for("learning.dashboard"), 303)
    _release, value = current(db.session(), course)
    with unit_of_work() as session:
        order = services.start_order(session, person_id=person_id, course=value)
        address = url_for(".order", order=order.public_id)
    return redirect(address, 303)


@blueprint.get("/checkout/<order>")
@policy.signed_in
def order(order: str) -> ResponseReturnValue:
    """List price, code, discount, total, and Continue."""
    return _order_page(queries.access_order(db.session(), person_id=current_user.id, public_id=order))


@blueprint.post("/checkout/<order>/code")
@policy.signed_in
def apply_code(order: str) -> ResponseReturnValue:
    """Apply a typed code."""
    person_id = current_user.id
    limits.hit("discount code by person", "20 per hour", str(person_id))
    form = CodeForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                found = queries.access_order(session, person_id=person_id, public_id=order)
                services.apply_code(session, order=found, typed=form.code.data or "")
        except DomainError as error:
            if error.field != "code":
                raise
            form.code.errors = [error.message]
        else:
            flash("The code is applied.", "success")
            return redirect(url_for(".order", order=order), 303)
    found = queries.access_order(db.session(), person_id=person_id, public_id=order)
    return _order_page(found, code_form=form), 422


@blueprint.post("/checkout/<order>/continue")
@policy.signed_in
def complete(order: str) -> ResponseReturnValue:
    """Finish the order and go to the training dashboard."""
    person_id = current_user.id
    shown = ContinueForm().total.data or ""
    try:
        with unit_of_work() as session:
            found = queries.access_order(session, person_id=person_id, public_id=order)
            services.complete_order(session, order=found, shown_total=shown or None)
    except (Conflict, services.PaymentNotConfigured) as error:
        with unit_of_work() as session:
            found = queries.access_order(session, person_id=person_id, public_id=order)
            services.refresh_price(session, order=found)
        if found.status != "paid":  # paid: a second press of Continue, which is no conflict for the person
            return _order_page(found, problem=error.message), error.status
    return redirect(url_for("learning.dashboard"), 303)


def _order_page(found: Order, *, code_form: CodeForm | None = None, problem: str | None = None) -> str:
    return render_template(
        "lms/checkout/order.html",
        order=found,
        code_form=code_form or CodeForm(formdata=None),
        continue_form=ContinueForm(formdata=None, total=str(found.total_cents)),
        problem=problem,
    )
