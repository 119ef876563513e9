"""Builds the application from its features. The only module that knows them all."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.typing import ResponseReturnValue

from lms.accounts import setup as accounts
from lms.accounts import views as accounts_views
from lms.assessment import jobs as assessment_jobs
from lms.assessment import subscribers as assessment_subscribers
from lms.assessment import views as assessment_views
from lms.assistance import views as assistance_views
from lms.calculators import subscribers as calculators_subscribers
from lms.calculators import views as calculators_views
from lms.catalog import views as catalog_views
from lms.certificates import subscribers as certificates_subscribers
from lms.certificates import views as certificates_views
from lms.checkout import subscribers as checkout_subscribers
from lms.checkout import views as checkout_views
from lms.core import db as database
from lms.core import jobs, logs, mail, outbox
from lms.core.settings import Settings, from_environment, secret_key
from lms.interop import views as interop_views
from lms.learning import gate
from lms.learning import subscribers as learning_subscribers
from lms.learning import views as learning_views
from lms.public import views as public_views
from lms.releases import models as releases_models
from lms.reviews import jobs as reviews_jobs
from lms.reviews import subscribers as reviews_subscribers
from lms.reviews import views as reviews_views
from lms.web import errors, limits, policy, security, templating
from lms.web import views as web_views

#: Feature folders, lowest first; their order is the order of their routes.
FEATURES = {
    "web": web_views,
    "accounts": accounts_views,
    "calculators": calculators_views,
    "assessment": assessment_views,
    "learning": learning_views,
    "checkout": checkout_views,
    "certificates": certificates_views,
    "reviews": reviews_views,
    "catalog": catalog_views,
    "public": public_views,
    "assistance": assistance_views,
    "interop": interop_views,
}

#: Modules imported for what they declare: tables, and listeners to signals from below.
DECLARATIONS = (
    releases_models,
    calculators_subscribers,
    assessment_subscribers,
    learning_subscribers,
    checkout_subscribers,
    certificates_subscribers,
    reviews_subscribers,
)


def create_app(
    settings: Settings | None = None, *, arrival: Callable[[], ResponseReturnValue | None] | None = None
) -> Flask:
    """A complete application for these settings (default: the environment's `LMS_*`).

    `arrival` runs before the policy of each request is enforced, and signs people in for us: see `lms.hosting`.
    Has no side effect outside the process but a generated secret key (and log lines of our form, unless the process
    has set another one): it neither migrates nor publishes.
    Raises ConfigurationError when a setting is wrong and RuntimeError when a route declares no policy.
    """
    settings = settings or from_environment()
    logs.configure_by_default(settings.log_format)
    app = Flask("lms", static_folder=None, template_folder=None, instance_path=str(settings.data_dir.resolve()))
    app.extensions["lms.settings"] = settings
    app.config["SECRET_KEY"] = secret_key(settings)
    app.url_map.merge_slashes = False

    #: True where another application signs people in: pages about passwords are then left out.
    app.config["SIGNED_IN_BY_HOST"] = arrival is not None
    security.init_app(app, settings)
    if arrival is not None:
        app.before_request(arrival)
    app.before_request(policy.enforce)
    errors.init_app(app)
    templating.init_app(app, settings, FEATURES)

    database.init_app(app, settings.effective_database_url)
    limits.init_app(app, settings.limits_url)
    queue = jobs.init_app(app, settings)
    queue.every("sweep_rate_counters", limits.sweep, minute="17")
    queue.every("close_expired_attempts", assessment_jobs.close_expired)
    queue.every("sweep_outbox", outbox.sweep, minute="23", hour="3")
    queue.every("mail_reviews", reviews_jobs.mail_due, minute="*/10")
    with app.app_context():
        outbox.handles(outbox.handlers(), "mail", mail.handler(settings))

    accounts.init_app(app, settings)
    for views in FEATURES.values():
        app.register_blueprint(views.blueprint)
    policy.close(app, foreign=accounts.POLICIES, enrolment_gate=gate.may_learn)
    return app
