"""A small website with people, pages and a database of its own, and the training mounted under /learn.

    LMS_DATA_DIR=training-data .venv/bin/flask --app docs/examples/host_app/app.py run

Sign in as `ada` or `grace`, with the password `example`.
"""

# ruff: noqa: INP001, S106
from __future__ import annotations

from pathlib import Path

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from lms.core.settings import Settings
from lms.hosting import LMS


class Base(DeclarativeBase):
    """The host's own tables."""


db = SQLAlchemy(model_class=Base)


class Person(UserMixin, db.Model):  # type: ignore[name-defined]
    """A member of the website. The training has a table of this name too, in its own database."""

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 -- no id is ever given to a second person

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]


def create_host(database_url: str = "sqlite:///host.sqlite3", training: Settings | None = None) -> Flask:
    """The website. `training` are the settings of the mounted site; without them, the environment's LMS_* count."""
    app = Flask(__name__, root_path=str(Path(__file__).parent))
    app.config.update(SECRET_KEY="change me in production", SQLALCHEMY_DATABASE_URI=database_url)
    db.init_app(app)
    logins = LoginManager(app)
    logins.login_view = "sign_in"
    with app.app_context():
        db.create_all()
        add_members()

    @logins.user_loader
    def load_person(key: str) -> Person | None:
        return db.session.get(Person, int(key))

    @app.get("/")
    def home() -> str:
        return render_template("home.html")

    @app.get("/members")
    @login_required
    def members() -> str:
        return render_template("members.html", people=db.session.scalars(select(Person)).all())

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        if request.method == "POST":
            known = select(Person).where(Person.username == request.form["username"])
            person = db.session.scalar(known)
            if person and check_password_hash(person.password_hash, request.form["password"]):
                login_user(person, remember=True)
                return redirect(local(request.args.get("next")) or url_for("home"), 303)
            flash("The name or the password is not right.")
        return render_template("sign_in.html")

    @app.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        logout_user()
        return redirect(url_for("home"), 303)

    # The training, in three lines: mount it, say who is signed in, and make its database ready.
    lms = LMS(app, "/learn", identity=lambda: current_user, settings=training, sign_in_url="/sign-in")
    lms.prepare()
    app.extensions["training"] = lms
    return app


def local(target: str | None) -> str | None:
    """The address to come back to, refused when it leads to another site."""
    if target and (not target.startswith("/") or target.startswith(("//", "/\\"))):
        abort(400)
    return target


def add_members() -> None:
    """Two people to try it with."""
    if db.session.scalar(select(Person).limit(1)) is None:
        for username, name in (("ada", "Ada Adams"), ("grace", "Grace Green")):
            word = generate_password_hash("example")
            email = f"{username}@host.example"
            db.session.add(Person(username=username, name=name, email=email, password_hash=word))
        db.session.commit()


def create_app() -> Flask:
    """Entry point of `flask --app … run` and of WSGI servers."""
    return create_host()
