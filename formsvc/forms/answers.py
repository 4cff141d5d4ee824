"""An effective definition as WTForms forms: what was typed comes in, and goes back, as it was typed.

Nothing here judges: `typed` hands raw text to the gate, `filled` shows answers again, and
`show_errors` puts what the gate found beside the input it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import wtforms
from wtforms.form import BaseForm

from formsvc import clock
from formsvc.definitions.model import Effective, Page
from formsvc.errors import AnswerError
from formsvc.fields.base import Spec
from formsvc.fields.gather import TICK, Parts, Rows, Unbound, level
from formsvc.fields.reading import is_blank
from formsvc.fields.words import words


class AnswersForm(wtforms.Form):
    """A form whose fields are found by id, `form["full_name"]`, never as attributes.

    A field may have any id, "data" and "errors" too; so none is set on the form itself.
    """

    inputs: ClassVar[Mapping[str, Unbound]] = {}

    def __init__(
        self, formdata: Any = None, *, data: Mapping[str, Any] | None = None, prefix: str = ""
    ) -> None:
        BaseForm.__init__(self, self.inputs, prefix=prefix)
        self.process(formdata, data=data)

    def __getitem__(self, name: str) -> Any:
        """Return the field of that id: a Line, Codes, Parts or Rows, with its `spec` and its `errors`."""
        return super().__getitem__(name)


def form_class(source: Effective | Page) -> type[AnswersForm]:
    """Return the form of a whole definition, or of one page of it."""

    class DefinedForm(AnswersForm):
        inputs: ClassVar[Mapping[str, Unbound]] = level(_specs(source))

    return DefinedForm


def typed(form: BaseForm) -> dict[str, Any]:
    """Return what was typed, as plain data for the gate: new rows given their ids, empty ones left out."""
    found: dict[str, Any] = {}
    for field in form:
        spec: Spec | None = getattr(field, "spec", None)
        if spec is not None:
            raw = _rows(field) if isinstance(field, Rows) else field.data
            tick = form[spec.id + TICK].data if spec.id + TICK in form else ""
            found[spec.id] = _ticked(raw, tick) if tick else raw
    return found


def filled(source: Effective | Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers, values or as typed, as the `data` of the form that shows them again."""
    return _filled(_specs(source), answers)


def show_errors(
    form: BaseForm, errors: Iterable[AnswerError], *, own: Mapping[str, str] | None = None
) -> tuple[AnswerError, ...]:
    """Add each error in words to the field it is about; return those that this form does not show.

    `own` are the words of the definition's cross-checks, by code.
    """
    left = []
    for error in errors:
        field = _found(form, error.path.split("."))
        if field is None:
            left.append(error)
        else:
            field.errors = [*field.errors, words(error.code, getattr(field, "spec", None), own=own)]
    return tuple(left)


def _specs(source: Effective | Page) -> tuple[Spec, ...]:
    return source.fields if isinstance(source, Page) else tuple(source.fields())


def _rows(field: Rows) -> list[dict[str, Any]]:
    rows = []
    for entry in field.entries:
        answers = typed(entry.form)
        if is_blank(answers):
            continue
        identity = entry.form["id"]
        identity.data = identity.data or clock.new_id(8)
        rows.append({"id": identity.data, **answers})
    return rows


def _ticked(raw: Any, tick: str) -> dict[str, Any]:
    """Return an answer with its tick "not known"; what was typed beside it is not thrown away."""
    if is_blank(raw):
        return {"not_known": tick}
    return {**raw, "not_known": tick} if isinstance(raw, dict) else {"not_known": tick, "typed": raw}


def _filled(specs: Iterable[Spec], answers: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for spec in specs:
        raw = answers.get(spec.id)
        if isinstance(raw, Mapping) and "not_known" in raw:
            data[spec.id + TICK] = "yes" if raw["not_known"] else ""
            rest = {key: one for key, one in raw.items() if key != "not_known"}
            raw = rest.get("typed", rest) if rest else None
        if raw is None:
            continue
        if spec.children:
            rows = raw if isinstance(raw, list) else []
            data[spec.id] = [
                {"id": row.get("id"), **_filled(spec.children, row)}
                for row in rows
                if isinstance(row, Mapping)
            ]
        else:
            data[spec.id] = spec.type.spread(spec, raw)
    return data


def _found(form: BaseForm, steps: list[str]) -> wtforms.Field | None:
    """Return the field at the steps of a path, rows found by their ids."""
    name, *inside = steps
    field = form[name] if name in form and getattr(form[name], "spec", None) is not None else None
    if not inside or not isinstance(field, Rows):
        return field if not inside else None
    row_id, *below = inside
    for entry in field.entries:
        if isinstance(entry, Parts) and entry.form["id"].data == row_id and below:
            return _found(entry.form, below)
    return None
