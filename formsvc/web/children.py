"""Children: the list, search, a child's page, adding one, moving one."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("children", __name__, url_prefix="/children")
