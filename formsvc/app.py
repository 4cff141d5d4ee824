"""The composition root: settings in, a WSGI application out. Only `formsvc serve` and tests import it."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from formsvc.access.policy import load_policy
from formsvc.settings import Settings
from formsvc.store.session import open_store
from formsvc.web import (
    allocating,
    areas,
    assets,
    audit,
    blank,
    children,
    disposing,
    disputes,
    documents,
    emergencies,
    exporting,
    home,
    invitations,
    jobs,
    keeping,
    on_call,
    organisations,
    pasting,
    people,
    placements,
    printing,
    reading,
    recalls,
    records,
    references,
    second_factor,
    secrets,
    sheets,
    shifts,
    signing_in,
    signing_off,
    starting,
    uploads,
    verify,
    withholding,
)
from formsvc.web.failures import register_failures
from formsvc.web.guarding import open_route, refuse_unmarked
from formsvc.web.logged import OneLine
from formsvc.web.showing import register_showing
from formsvc.workflow.passwords import is_right

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

BLUEPRINTS: Final = (
    signing_in.blueprint,
    home.blueprint,
    children.blueprint,
    starting.blueprint,
    pasting.blueprint,
    people.blueprint,
    invitations.blueprint,
    shifts.blueprint,
    on_call.blueprint,
    second_factor.blueprint,
    records.blueprint,
    signing_off.blueprint,
    documents.blueprint,
    placements.blueprint,
    printing.blueprint,
    allocating.blueprint,
    emergencies.blueprint,
    secrets.blueprint,
    recalls.blueprint,
    disputes.blueprint,
    reading.blueprint,
    sheets.blueprint,
    references.blueprint,
    uploads.blueprint,
    withholding.blueprint,
    keeping.blueprint,
    disposing.blueprint,
    exporting.blueprint,
    blank.blueprint,
    jobs.blueprint,
    organisations.blueprint,
    areas.blueprint,
    verify.blueprint,
    assets.blueprint,
    audit.blueprint,
)


def create_app(settings: Settings) -> Flask:
    """Return the application of these settings."""
    app = Flask("formsvc", template_folder="web/templates", static_folder=None)
    store = open_store(settings)
    is_secure = settings.base_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_PARTS=2000,
        # Flask's own cookie holds nothing but the seed of the anti-forgery token; who is signed in
        # stands in the store.
        SECRET_KEY=store.keyring.current.token("pages", controller_id="", text="anti-forgery"),
        SESSION_COOKIE_NAME="__Host-formsvc-form" if is_secure else "formsvc-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over a visit is still the same person's
        WTF_CSRF_SSL_STRICT=False,  # no page of ours sends a referrer
    )
    app.extensions["formsvc"] = {
        "settings": settings,
        "store": store,
        "policy": load_policy(settings.form_templates),
    }
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = ChainableUndefined
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("formsvc", "web/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    forgery = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for name, view in app.view_functions.items():
        if name.startswith("verify."):
            open_route(view)  # anybody may check a document
    forgery.exempt(verify.blueprint)  # does nothing on anybody's behalf, and keeps nothing
    register_showing(app, organisation=settings.organisation)
    register_failures(app)
    app.before_request(refuse_unmarked)
    app.after_request(_protect)
    if is_secure:
        app.after_request(_only_by_https)
        if settings.trusted_proxies:
            app.before_request(_refuse_plain)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    is_right("", kept=None)  # the first wrong name takes no longer than the second
    return app


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse_plain() -> Response | None:
    """Refuse what a proxy of ours says came in the clear: nothing goes back that way, not even a redirect."""
    said = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    return Response("Use https.\n", status=403, mimetype="text/plain") if said == "http" else None


def _only_by_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """What the server itself says, in the form of our log: no traceback, no token, no line a request."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up as gunicorn does, and let each write our lines."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(OneLine())


def run(settings: Settings) -> None:
    """Serve until stopped, with two worker processes that restart when they fall."""

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            self.cfg.set("bind", f"{settings.host}:{settings.port}")
            self.cfg.set("workers", 2)
            self.cfg.set("timeout", 60)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("accesslog", None)  # addresses bear ids and tokens; the audit says who looked
            self.cfg.set("logger_class", ServerLog)

        def load(self) -> Any:
            return create_app(settings)

    Server().run()
