"""The definitions and areas of this application."""

from __future__ import annotations

from flask import current_app

from formsvc.definitions.library import Library, load_library
from formsvc.web.guarding import settings


def library() -> Library:
    """Return the definitions and areas, read once for this application."""
    here = current_app.extensions["formsvc"]
    if "library" not in here:
        here["library"] = load_library(settings().form_templates)
    found: Library = here["library"]
    return found
