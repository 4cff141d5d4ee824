"""The composition root: settings in, a WSGI application out. Only `formsvc serve` and tests import it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.wrappers import Response

from formsvc.settings import Settings
from formsvc.store.session import open_store
from formsvc.web import assets, home, verify
from formsvc.web.failures import register_failures

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(settings: Settings) -> Flask:
    """Return the application of these settings."""
    app = Flask("formsvc", template_folder="web/templates", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_limit
    app.config["MAX_FORM_PARTS"] = 2000
    app.extensions["formsvc"] = {"settings": settings, "store": open_store(settings)}
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = ChainableUndefined
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("formsvc", "web/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.globals.update(organisation=settings.organisation)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(home.blueprint)
    app.register_blueprint(verify.blueprint)
    register_failures(app)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    return response


def run(settings: Settings) -> None:
    """Serve until stopped, with two worker processes that restart when they fall."""

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            self.cfg.set("bind", f"{settings.host}:{settings.port}")
            self.cfg.set("workers", 2)
            self.cfg.set("timeout", 60)
            self.cfg.set("loglevel", "warning")

        def load(self) -> Any:
            return create_app(settings)

    Server().run()
