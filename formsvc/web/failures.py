"""The one handler of this surface: every failure becomes a page in words with the right status."""

from __future__ import annotations

import structlog
from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from formsvc.errors import Forbidden, FormsvcError
from formsvc.web.holding import register_holding

WORDS: dict[int, tuple[str, str]] = {
    400: ("That could not be read", "Go back and try again."),
    403: ("You may not see this", "If you need it for your work, ask whoever manages this service."),
    404: ("Page not found", "Check the address, or start from the first page."),
    405: ("That cannot be done here", "Go back and use the button on the page."),
    413: ("That file is too large", "Choose a file of 50 MB or less."),
    429: ("Too many tries", "Wait a minute and try again."),
    500: ("Something went wrong here", "Nothing you typed was changed. Try again in a few minutes."),
}

log = structlog.get_logger()


def register_failures(app: Flask) -> None:
    """Give an application its failure pages."""
    register_holding(app)

    @app.errorhandler(FormsvcError)
    def typed(error: FormsvcError) -> tuple[str, int]:
        return _page(error.status, why=error.words if isinstance(error, Forbidden) else "")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        return _page(error.code or 500)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> tuple[str, int]:
        log.error("unforeseen", kind=type(error).__name__, exc_info=app.debug)
        return _page(500)


def _page(status: int, *, why: str = "") -> tuple[str, int]:
    heading, way_on = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    return render_template("failure.html", heading=heading, why=why, way_on=way_on), status
