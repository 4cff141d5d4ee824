"""People: invite, release, reset; choose a password by a link."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
