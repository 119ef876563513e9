"""Entry point for WSGI servers: `gunicorn wsgi:app`."""

from lms import create_app

app = create_app()
