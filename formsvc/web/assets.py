"""Style sheets, fonts and icons that set-up fetched: public, cacheable, nothing about anybody."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, send_from_directory
from werkzeug.wrappers import Response

from formsvc.settings import PROJECT, Settings
from formsvc.web.guarding import open_route

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


OWN = {".css": "build", ".js": "js", ".svg": "icons"}
"""Where in `static/` our own files of each ending lie."""


@blueprint.get("/app/<path:name>")
@open_route
def app(name: str) -> Response:
    """Serve a style sheet, script or icon of ours; what a script makes better works without it."""
    folder = PROJECT / "static" / OWN.get(Path(name).suffix, "")
    return _send(folder, name, tuple(OWN))


@blueprint.get("/govuk-frontend.js")
@open_route
def patterns() -> Response:
    """Serve the script of the GOV.UK patterns, as it was fetched at set-up."""
    settings: Settings = current_app.extensions["formsvc"]["settings"]
    return _send(settings.node_modules / "govuk-frontend/dist/govuk", "govuk-frontend.min.js", (".js",))


@blueprint.get("/govuk/<path:name>")
@open_route
def govuk(name: str) -> Response:
    """Serve a picture of the GOV.UK patterns."""
    settings: Settings = current_app.extensions["formsvc"]["settings"]
    return _send(settings.node_modules / "govuk-frontend/dist/govuk/assets", name, (".svg", ".png"))


@blueprint.get("/fonts/<path:name>")
@open_route
def fonts(name: str) -> Response:
    """Serve a font."""
    settings: Settings = current_app.extensions["formsvc"]["settings"]
    return _send(settings.fonts, name, (".ttf",))


def _send(folder: Path, name: str, endings: tuple[str, ...]) -> Response:
    if not name.endswith(endings):
        abort(404)
    response = send_from_directory(folder, name, max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
