"""Complete a form: the task list, one section a page, check your answers, your drafts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("records", __name__)
