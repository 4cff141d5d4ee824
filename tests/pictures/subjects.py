"""What is drawn and compared: documents about invented children, the same each time.

Time, chance and the check code stand still, and the hash of the definition too: a picture changes when
what a reader sees changes, and not when a form is given another trace.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from formsvc import clock
from formsvc.access.sheets import SHEET, WHOLE
from formsvc.access.views import View, make_view
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective, Stage
from formsvc.documents import docx, pdf
from formsvc.documents.content import Content, build
from formsvc.documents.docx.templates import chosen
from formsvc.documents.pdf.blank import blank
from formsvc.records.attachments import accept_photo
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, make_snapshot
from formsvc.settings import Settings, load
from formsvc.workflow.answers_file import judge_signoffs
from tests.builders import DATA, kitchen_sink
from tests.conftest import HELD_AT

_AT = "2026-11-22T18:05:00Z"
_HASH = "0" * 64
_CODE = "0123 4567 89ab cdef"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A document, and the pages of it that are compared; none named: all."""

    make: Callable[[], bytes]
    pages: tuple[int, ...] = ()


@cache
def settings() -> Settings:
    """Return the settings of an installation with nothing set."""
    return load({})


@cache
def plan() -> Effective:
    """Return the Trigger Plan as its home area has it."""
    return load_library(settings().form_templates).effective("trigger_plan")


def example(name: str, *, definition: str = "trigger_plan") -> dict[str, Any]:
    """Return a file of answers of a form, the Trigger Plan's unless another is named."""
    found: dict[str, Any] = json.loads(
        (settings().form_templates / "examples" / f"{definition}.{name}.json").read_text("utf-8")
    )
    return found


def example_of(definition: str, area: str, **more: Any) -> View:
    """Return the view of the example of a form in an area, without the files of its rows."""
    effective = load_library(settings().form_templates).effective(definition, area)
    filed = example(area, definition=definition)
    for one in effective.fields():
        if any(child.type.name == "file" for child in one.children):
            filed["answers"].pop(one.id, None)
    pictures = tuple(one for one in effective.search_sheet.get("photo", ()) if isinstance(one, str))
    return view_of(effective, filed, pictures=pictures, **more)


def view_of(
    effective: Effective,
    filed: Mapping[str, Any],
    *,
    audience: str = "full",
    stage: Stage = Stage.FINAL,
    without: tuple[str, ...] = (),
    pictures: tuple[str, ...] = (),
    extent: str = WHOLE,
) -> View:
    """Return the view of answers, `without` some sign-offs; `pictures` are the fields that hold the photo."""
    answers = json.loads(json.dumps(filed["answers"]))
    photo = accept_photo((settings().form_templates / "examples" / "photo.jpg").read_bytes())
    for path in pictures:
        answers[path] = {
            **(answers.get(path) or {}),
            "sha256": photo.sha256,
            "media_type": photo.media_type,
        }
    with clock.held(HELD_AT, randomness=_counted()):
        judged = Gate(effective).judge(answers, stage=stage)
        assert judged.errors == (), judged.errors
        rules = {rule.id: (rule.title, rule.statement) for rule in effective.signoffs}
        signed = [one for one in filed.get("signoffs", ()) if one["id"] not in without]
        snapshot = make_snapshot(
            replace(effective, hash=_HASH),
            record="pictured222222222222",
            reference=f"{effective.reference_prefix}-PICT-URED",
            revision=1,
            supersedes=None,
            controller=("own", "Calderholme County Council"),
            answers=judged.answers,
            not_asked=judged.not_asked,
            notices=judged.notices,
            signoffs=judge_signoffs(signed, rules=rules, at=_AT),
            attachments=[
                Attachment(
                    path=path,
                    name="photo.jpg",
                    media_type=photo.media_type,
                    sha256=photo.sha256,
                    size=len(photo.data),
                )
                for path in pictures
            ],
            salt=_HASH,
            at=_AT,
        )
    return make_view(
        snapshot,
        effective,
        audience,
        verify_at="https://forms.example.org/verify",
        demonstration=False,
        files={photo.sha256: photo.data},
        extent=extent,
    )


def _counted() -> Callable[[int], bytes]:
    """Return chance that always falls the same way, and never twice on the same id."""
    counter = itertools.count()
    return lambda count: bytes((next(counter) * 7 + at) % 240 for at in range(count))


def _said(view: View) -> Content:
    return replace(build(view), short_hash=_CODE)


def pdf_of(view: View) -> bytes:
    """Return the PDF of a view."""
    return pdf.render(view, fonts=settings().fonts, content=_said(view))


def docx_of(view: View) -> bytes:
    """Return the Word file of a view."""
    template = chosen(settings().docx_templates, definition=view.data["definition"]["id"], layout="plan")
    return docx.render(view, template=template, content=_said(view))


def example_view(audience: str = "full", **more: Any) -> View:
    """Return the view of the example plan, with its photo."""
    return view_of(plan(), example("LAN"), audience=audience, pictures=("photo",), **more)


def sink_view() -> View:
    """Return the view of every field type, with a photo; other files are left out."""
    filed = json.loads((DATA / "kitchen_sink.answers.json").read_text("utf-8"))
    for place in filed["answers"]["places"]:
        place.pop("front", None)
    return view_of(kitchen_sink(), filed, pictures=("photo",))


def empty_view() -> View:
    """Return the view of a plan that was only begun."""
    return view_of(plan(), {"answers": {"full_name": "Emlyn Ravensdale-Okoye"}}, stage=Stage.DRAFT)


SUBJECTS: Mapping[str, Subject] = {
    "plan-full": Subject(make=lambda: pdf_of(example_view())),
    "plan-police": Subject(make=lambda: pdf_of(example_view("police"))),
    "plan-hard": Subject(make=lambda: pdf_of(view_of(plan(), example("hard"))), pages=(1, 2, 3, 5, 14, 29)),
    "plan-not-yet-approved": Subject(make=lambda: pdf_of(example_view(without=("manager",))), pages=(1, 2)),
    "plan-nearly-empty": Subject(make=lambda: pdf_of(empty_view())),
    "minutes": Subject(make=lambda: pdf_of(example_of("strategy_minutes", "LAN")), pages=(1, 2)),
    "interview": Subject(make=lambda: pdf_of(example_of("return_interview", "LAN")), pages=(1, 2, 3)),
    "interview-declined": Subject(make=lambda: pdf_of(example_of("return_interview", "NEL")), pages=(1,)),
    "assessment": Subject(make=lambda: pdf_of(example_of("esp_assessment", "BED")), pages=(1, 2)),
    "report": Subject(make=lambda: pdf_of(example_of("missing_report", "NEL")), pages=(1,)),
    "own-copy": Subject(make=lambda: pdf_of(example_of("own_copy", "NEL", audience="child"))),
    "grab-sheet": Subject(make=lambda: pdf_of(example_view("police", extent=SHEET))),
    "grab-sheet-hard": Subject(make=lambda: pdf_of(view_of(plan(), example("hard"), extent=SHEET))),
    "kitchen-sink": Subject(make=lambda: pdf_of(sink_view())),
    "blank-plan": Subject(
        make=lambda: blank(replace(plan(), hash=_HASH), fonts=settings().fonts),
        pages=(1, 2, 4, 5, 11, 12, 20, 21),
    ),
    "blank-kitchen-sink": Subject(
        make=lambda: blank(replace(kitchen_sink(), hash=_HASH), fonts=settings().fonts)
    ),
}
