"""The first page: the demonstration's documents."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from formsvc.fields.moments import london_words, stored_utc
from formsvc.store.documents import Document
from formsvc.workflow.demo_documents import demo_documents, download_demo, waiting

blueprint = Blueprint("home", __name__)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
KINDS = {"pdf": "PDF", "docx": "Word"}


@blueprint.get("/")
def home() -> str:
    """List the demonstration's documents."""
    here = current_app.extensions["formsvc"]
    found = demo_documents(here["store"], settings=here["settings"])
    groups = [
        _group(list(of)) for _, of in groupby(found, key=lambda one: (one.reference, one.revision_number))
    ]
    return render_template("home.html", groups=groups, pending=waiting(here["store"]))


@blueprint.get("/documents/<document_id>")
def download(document_id: str) -> Response:
    """Hand out a document of the demonstration."""
    here = current_app.extensions["formsvc"]
    document, data = download_demo(here["store"], settings=here["settings"], document_id=document_id)
    name = f"{document.reference}_r{document.revision_number}_{document.audience_id}.{document.kind}"
    return Response(
        data,
        mimetype=MEDIA_TYPES[document.kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _group(documents: list[Document]) -> dict[str, Any]:
    first = documents[0]
    return {
        "reference": first.reference,
        "revision": first.revision_number,
        "issued": london_words(stored_utc(first.issued_at)),
        "superseded": first.state == "superseded",
        "documents": [
            {
                "id": one.id,
                "audience": {"full": "Full copy", "police": "Police copy"}.get(
                    one.audience_id, one.audience_id
                ),
                "kind": KINDS[one.kind],
                "size": f"{one.size // 1024} KB",
            }
            for one in sorted(documents, key=lambda one: (one.audience_id, one.kind), reverse=False)
        ],
    }
