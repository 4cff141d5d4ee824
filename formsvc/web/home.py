"""The first page of each role, which leads to the next thing to do; and the demonstration's documents."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, Response, render_template

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.table import Action, Role, ever
from formsvc.fields.moments import london_words, stored_utc
from formsvc.store.documents import Document
from formsvc.web import said
from formsvc.web.guarding import actor, needs, open_route, person, policy, settings, store
from formsvc.web.printing import folder_words
from formsvc.web.recalls import words
from formsvc.workflow.answer_invitation import invitations_for
from formsvc.workflow.answer_recall import called_back
from formsvc.workflow.begin_day import begin_day
from formsvc.workflow.demo_documents import demo_documents, download_demo, waiting
from formsvc.workflow.follow_recall import open_recalls
from formsvc.workflow.keep_late import late_for
from formsvc.workflow.review_after_move import reviews_for
from formsvc.workflow.review_emergency import emergencies_for
from formsvc.workflow.take_to_case_file import uploads_for

blueprint = Blueprint("home", __name__)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TITLES: Final[Mapping[Role, tuple[str, str, str]]] = {
    Role.social_worker: ("Your day", "Newest plans", "Your children"),
    Role.team_manager: ("Your team's day", "Newest plans of the team", "The team's children"),
    Role.service_manager: ("Your service's day", "Newest plans", "The authority's children"),
    Role.out_of_hours: ("Tonight", "Newest plans", "The authority's children"),
    Role.missing_coordinator: ("Missing children", "Newest plans", "The authority's children"),
    Role.residential_manager: ("Your home", "Plans to keep at hand", "Children who live here"),
    Role.home_staff: ("Your home", "Plans to keep at hand", "Children who live here"),
    Role.police_coordinator: ("Plans of your area", "Newest plans", "Children placed in your area"),
    Role.reviewing_officer: ("Plans to review", "Newest plans", "Children"),
    Role.return_interviewer: ("Your interviews", "Newest plans", "Children allocated to you"),
    Role.administrator: ("Looking after the service", "", ""),
    Role.operator: ("Running the service", "", ""),
}
"""Role -> what the page, the plans and the children are called."""


@blueprint.get("/")
@needs(Action.begin)
def home() -> str:
    """Show what waits for this person in this role."""
    who = person()
    title, plans, children = TITLES[who.role]
    return render_template(
        "home/home.html",
        called=called_back(store(), actor=actor()),
        recalls=open_recalls(store(), person=who) if ever(who.role, Action.recall) else (),
        **words(),
        asked=asked_of(who),
        folder=folder_words(who),
        day=begin_day(store(), policy=policy(), person=who),
        person=who,
        title=title,
        plans_title=plans,
        children_title=children,
    )


def asked_of(who: Person) -> dict[str, Any]:
    """Return what others' acts ask of a person: looks to review, forms to review, pages that came late."""
    return {
        "emergencies": emergencies_for(store(), person=who),
        "late": late_for(store(), person=who),
        "invited": len(invitations_for(store(), user_id=who.user_id)),
        "reviews": reviews_for(store(), policy=policy(), person=who),
        "uploads": uploads_for(store(), policy=policy(), person=who),
        "now": clock.now(),
    }


@blueprint.get("/demo")
@open_route
def demo() -> str:
    """List the demonstration's documents, for whoever looks round."""
    found = demo_documents(store(), settings=settings())
    groups = [
        _group(list(of)) for _, of in groupby(found, key=lambda one: (one.reference, one.revision_number))
    ]
    return render_template("home/demo.html", groups=groups, pending=waiting(store()))


@blueprint.get("/demo/<document_id>")
@open_route
def demo_document(document_id: str) -> Response:
    """Hand out a document of the demonstration."""
    document, data = download_demo(store(), settings=settings(), document_id=document_id)
    name = f"{document.reference}_r{document.revision_number}_{document.audience_id}.{document.kind}"
    return Response(
        data,
        mimetype=MEDIA_TYPES[document.kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
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
                "audience": said.AUDIENCES.get(one.audience_id, one.audience_id),
                "kind": said.KINDS[one.kind],
                "size": said.size(one.size),
            }
            for one in sorted(documents, key=lambda one: (one.audience_id, one.kind != "pdf"))
        ],
    }
