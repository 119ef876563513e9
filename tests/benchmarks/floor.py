"""The floor that pages are compared with: bare Flask that reads one row and renders one template.

Served by gunicorn with the settings that `lms serve` uses: python floor.py PORT DATABASE_URL
"""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, render_template_string
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, text

PAGE = """<!doctype html>
<html lang="en"><head><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul></body></html>
"""


def build(url: str) -> Flask:
    app = Flask(__name__)
    engine = create_engine(url)
    lines = [f"Line {number} of a short page" for number in range(20)]
    read = text("SELECT title FROM content_title WHERE id = :id")

    @app.get("/")
    def page() -> str:
        with engine.connect() as connection:
            title = connection.execute(read, {"id": 1}).scalar_one()
        return render_template_string(PAGE, title=title, lines=lines)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS content_title (id INTEGER PRIMARY KEY, title TEXT)"))
        connection.execute(text("DELETE FROM content_title"))
        connection.execute(text("INSERT INTO content_title VALUES (1, 'A page')"))
    engine.dispose()
    return app


class Server(BaseApplication):
    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "worker_class": "gthread",
            "workers": 2,
            "threads": 4,
            "preload_app": True,
            "keepalive": 5,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return build(sys.argv[2])


if __name__ == "__main__":
    Server().run()
