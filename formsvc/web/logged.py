"""The service's own log: one JSON object a line, in UTC, without tokens, queries or what people typed."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import structlog

_TOKEN: Final = re.compile(r"(/(?:invitation|password|held)/)[^/\s?#\"']+")
_QUERY: Final = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")


def redacted(text: str) -> str:
    """Return a text without the tokens and queries of the addresses in it, on one line."""
    plain = _QUERY.sub(r"\1?-", _TOKEN.sub(r"\1-", text))
    return "".join(one if one.isprintable() else " " for one in plain)


def configure_log(stream: TextIO | None = None) -> None:
    """Let every entry be one JSON object on a line of standard error, or of another stream."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _redact,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


class OneLine(logging.Formatter):
    """One entry of a library as a JSON object on a line; of an error its kind alone."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an entry."""
        told = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat().replace("+00:00", "Z"),
            "event": redacted(record.getMessage()),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["kind"] = record.exc_info[0].__name__
        return json.dumps(told, sort_keys=True)


def _redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redacted(value) if isinstance(value, str) else value for key, value in event.items()}
