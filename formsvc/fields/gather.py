"""The inputs of a browser's form, as WTForms fields: they hold raw text and judge nothing.

There are four shapes, whatever the type: one line, several codes, named parts, and rows of parts.
`web` draws them by the widget kind of `spec`; what was typed always comes back as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import wtforms
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.utils import unset_value

from formsvc.fields.reading import shown

if TYPE_CHECKING:
    from formsvc.fields.base import Spec

Unbound: TypeAlias = "UnboundField[Any]"

if TYPE_CHECKING:
    _FieldList = wtforms.FieldList[Any]
else:
    _FieldList = wtforms.FieldList

TICK = "-not_known"
"""What follows the name of a field in the name of its tick; no field and no part is called so."""

INDEX = re.compile(r"[0-9]{1,6}")


class Line(wtforms.StringField):
    """One input of text: a line, an area, a group of radios, a hidden value."""

    def __init__(self, *, spec: Spec | None = None, **options: Any) -> None:
        super().__init__(**_labelled(spec, options))
        self.spec = spec
        self.errors: list[str] = []

    def process_data(self, value: Any) -> None:
        self.data = shown(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = shown(valuelist[0]) if valuelist else ""


class Codes(wtforms.Field):
    """Several inputs of one name: checkboxes."""

    def __init__(self, *, spec: Spec | None = None, **options: Any) -> None:
        super().__init__(**_labelled(spec, options))
        self.spec = spec
        self.errors: list[str] = []

    def process_data(self, value: Any) -> None:
        self.data = [shown(one) for one in value] if isinstance(value, list | tuple) else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [shown(one) for one in valuelist]


class Parts(wtforms.Field):
    """Named inputs that belong to one answer, or to one row; `form` holds them."""

    def __init__(self, fields: Mapping[str, Unbound], *, spec: Spec | None = None, **options: Any) -> None:
        super().__init__(**_labelled(spec, options))
        self.spec = spec
        self.errors: list[str] = []
        self.unbound = fields
        self.form: BaseForm

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.object_data = data
        self.form = BaseForm(self.unbound, prefix=f"{self.name}-")
        self.form.process(formdata, data=data if isinstance(data, dict) else {})

    def __iter__(self) -> Iterator[wtforms.Field]:
        return iter(self.form)

    def __getitem__(self, name: str) -> Any:
        return self.form[name]

    def __contains__(self, name: str) -> bool:
        return name in self.form

    @property
    def data(self) -> dict[str, Any]:
        return self.form.data


class Rows(_FieldList):
    """Rows of parts, as many as were sent."""

    def __init__(self, row: Unbound, *, spec: Spec | None = None, **options: Any) -> None:
        super().__init__(row, **_labelled(spec, options))
        self.spec = spec
        self.errors: list[str] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        rows = data if isinstance(data, list | tuple) else []
        super().process(formdata, [one if isinstance(one, dict) else {} for one in rows])

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Yield the number of each row sent; WTForms' own stumbles over digits that are not 0 to 9."""
        start = f"{prefix}-"
        for key in formdata:
            number = key[len(start) :].partition("-")[0] if key.startswith(start) else ""
            if INDEX.fullmatch(number):
                yield int(number)


def line(spec: Spec) -> Unbound:
    """Return the input of a type that is one line."""
    return UnboundField(Line, spec=spec)


def named(spec: Spec, *names: str, **others: Unbound) -> Unbound:
    """Return the inputs of a type with parts: `names` are lines, `others` what they say."""
    fields = {name: UnboundField(Line) for name in names}
    return UnboundField(Parts, {**fields, **others}, spec=spec)


def _labelled(spec: Spec | None, options: dict[str, Any]) -> dict[str, Any]:
    return {"label": spec.label, "description": spec.hint, **options} if spec else options


def inner(*names: str) -> Unbound:
    """Return lines that belong together inside the parts of an answer."""
    return UnboundField(Parts, {name: UnboundField(Line) for name in names})


def rows(spec: Spec) -> Unbound:
    """Return the rows of a repeating group: what each holds, and its id."""
    fields = {"id": UnboundField(Line), **level(spec.children)}
    return UnboundField(Rows, UnboundField(Parts, fields), spec=spec)


def level(specs: Iterable[Spec]) -> dict[str, Unbound]:
    """Return the inputs of the fields of a form, or of one row, each with its tick "not known"."""
    fields: dict[str, Unbound] = {}
    for spec in specs:
        if spec.type.holds_answer:
            fields[spec.id] = spec.type.gather(spec)
            if spec.not_known:
                fields[spec.id + TICK] = UnboundField(Line)
    return fields
