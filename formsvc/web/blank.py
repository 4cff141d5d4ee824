"""Blank forms to print, for when systems are down. They hold nobody's data."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from formsvc.access.table import Action
from formsvc.web.guarding import needs, settings
from formsvc.web.library import library
from formsvc.workflow.blank_form import blank_form_apart, file_name

blueprint = Blueprint("blank", __name__)


@blueprint.get("/forms/<definition_id>/<area_id>/blank")
@needs(Action.begin)
def form(*, definition_id: str, area_id: str) -> Response:
    """Hand out a form with room for a pen."""
    effective = library().effective(definition_id, area_id)
    return Response(
        blank_form_apart(effective, settings=settings()),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(effective)}"'},
    )
