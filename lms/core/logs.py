"""Structured logs: one line an event, as readable text or as JSON."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_by_default(log_format: str) -> None:
    """Set the form of log lines unless somebody has: a host application keeps its own."""
    if not structlog.is_configured():
        configure(log_format)


def configure(log_format: str) -> None:
    """Set the form of log lines for this process."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        # Plain traces: the richer ones print local variables, and those may hold passwords.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if log_format == "json":
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
