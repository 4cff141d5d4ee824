"""A definition drawn from dummy answers, with no database, no key and no child."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from formsvc.access.readable import reached
from formsvc.access.views import View
from formsvc.definitions.model import Effective
from formsvc.documents import docx, pdf
from formsvc.errors import Problem, RenderFailed
from formsvc.fields.base import Widget
from formsvc.settings import Settings
from formsvc.workflow.answers_file import AnswersFile
from formsvc.workflow.issue_answers import read_view
from formsvc.workflow.produce import unsealed_docx


def preview(effective: Effective, *, audience: str, settings: Settings) -> dict[str, bytes]:
    """Return file name -> bytes of the unsealed PDF and DOCX of a definition's example."""
    view = example_view(effective, audience=audience, settings=settings)
    stem = f"preview_{effective.id}_{effective.area.id}_{audience}"
    return {
        f"{stem}.pdf": pdf.render(view, fonts=settings.fonts),
        f"{stem}.docx": unsealed_docx(view, settings=settings),
    }


def example_answers(effective: Effective, *, settings: Settings) -> dict[str, Any]:
    """Return the example of a definition as an answers file: the written one, or one made from types."""
    for area in (effective.area.id, effective.home_area):
        written = settings.form_templates / "examples" / f"{effective.id}.{area}.json"
        if written.is_file():
            found: dict[str, Any] = json.loads(written.read_text("utf-8"))
            return found
    answers = {one.id: one.type.example(one) for one in effective.fields() if one.type.holds_answer}
    return {"answers": answers, "signoffs": []}


def try_template(effective: Effective, *, template: Path, settings: Settings) -> list[Problem]:
    """Return what keeps a Word template from printing a definition's example for each of its audiences."""
    found = []
    for_them = reached(effective)
    for audience in (one for one in effective.area.audiences if one in for_them):
        try:
            docx.render(example_view(effective, audience=audience, settings=settings), template=template)
        except RenderFailed as error:
            what = f"cannot print the example of {effective.id} for {audience}: {error.detail}"
            remedy = "Put back what stood at the places it names, or compare with the template as it came"
            found.append(Problem(file=template.name, key="example", what=what, remedy=remedy))
    return found


def example_view(effective: Effective, *, audience: str, settings: Settings) -> View:
    """Return the view of the example for an audience."""
    example = example_answers(effective, settings=settings)
    photo = settings.form_templates / "examples" / "photo.jpg"
    return read_view(
        AnswersFile(answers=example["answers"], signoffs=tuple(example["signoffs"])),
        effective=effective,
        audience=audience,
        photo=None,
        attach={path: photo for path, _ in photos_in(effective, example["answers"])},
        demonstration=True,
        settings=settings,
    )


def photos_in(effective: Effective, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield path and answer of every photo that the answers hold, those in rows included."""
    for pattern, field in effective.walk():
        if field.type.widget is Widget.PHOTO:
            yield from _held(answers, pattern.split(".*."), prefix="")


def _held(holder: Mapping[str, Any], steps: Sequence[str], *, prefix: str) -> Iterator[tuple[str, Any]]:
    first, *inside = steps
    if not inside and first in holder:
        yield f"{prefix}{first}", holder[first]
    for row in holder.get(first, ()) if inside else ():
        if isinstance(row, dict) and "id" in row:
            yield from _held(row, inside, prefix=f"{prefix}{first}.{row['id']}.")
