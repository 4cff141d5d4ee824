"""What it takes to finish a Philomena form, before and after prefill, and what prefill itself costs.

A field is an answer that somebody has to give; a row counts its answers. A click is a page opened, a page
saved, a row added, a row saved: what the pages ask for, text typed not counted. The form is the example,
whole, as far as its facts go; what belongs to one occasion has to be given in either case. Before: nothing
is known. After: the child has a current Trigger Plan, three answers of which are old and want a tick.

The floor of the cost is the same form begun with nothing to fill in, in the same run; beside it, one
canonical JSON of what is filled in, sealed and opened, which is the least that carrying it could cost.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formsvc.app import create_app
from formsvc.definitions.model import Effective, Field
from formsvc.fields.base import Widget
from formsvc.settings import load
from formsvc.store import canonical, keys, persons, sections
from formsvc.workflow.drafts import part_of
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.set_up import set_up
from formsvc.workflow.start_record import start_record
from tests.bench.pages import median_ms
from tests.web.conftest import Installation
from tests.web.prefilling import CHILD, WORKER, example, form, issued

OLD = 3
CLICKED = frozenset({Widget.RADIOS, Widget.CHECKBOXES, Widget.GRADE, Widget.PHOTO, Widget.FILE})
RUNS = 20


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What a person has to do: answers to give, and clicks."""

    fields: int
    clicks: int


def effort(asked: Effective, wanted: Mapping[str, Any], there: Mapping[str, Any]) -> Effort:
    """Return what is left to do to a form that holds `there` and shall hold `wanted`."""
    fields = clicks = 0
    for page in asked.pages:
        missing = [one for one in page.fields if one.id in wanted and one.id not in there]
        if not missing:
            continue
        clicks += 2  # opened, saved
        for one in missing:
            given, pressed = _own(one, wanted[one.id])
            fields, clicks = fields + given, clicks + pressed
    return Effort(fields=fields, clicks=clicks)


def _own(asked: Field, value: Any) -> tuple[int, int]:
    """Return (answers, clicks) of one question: of a row its answers, and the row added and saved."""
    if asked.type.widget is Widget.ROWS and isinstance(value, list):
        return sum(len(row) - ("id" in row) for row in value), 2 * len(value)
    is_chosen = asked.type.widget in (
        Widget.RADIOS,
        Widget.CHECKBOXES,
        Widget.GRADE,
        Widget.PHOTO,
        Widget.FILE,
    )
    return 1, 1 if is_chosen else 0


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"FORMSVC_INSTANCE": str(Path(folder) / "instance")})
        set_up(settings)
        load_demo(settings)
        demo = Installation(settings=settings, app=create_app(settings))
        issued(demo)
        _report(demo)
        demo.store.close()
    return 0


def _report(demo: Installation) -> None:
    asked, wanted = form(demo, "philomena"), example("philomena")
    with demo.store.read() as tx:
        (person,) = persons.of_user(tx, WORKER.user_id or "")
    begun = start_record(demo.store, actor=WORKER, child_id=CHILD.id, effective=asked, person=person)
    with demo.store.read() as tx:
        held = sections.all_of(tx, revision_id=begun.revision_id, child_id=CHILD.id)
    there = {id: value for one in held.values() for id, value in one.answers.items()}
    before, after = effort(asked, wanted, {}), effort(asked, wanted, there)
    facts = [one for one in asked.fields() if one.fact]
    filled = sum(one.id in there for one in facts)
    share = f"{len(facts)}, filled in {filled} ({100 * filled // len(facts)} in 100)"
    lines = (
        "A finished Philomena form (the example of NEL, whole)",
        f"  facts it asks for            {share}",
        f"  before prefill               {before.fields} answers, {before.clicks} clicks",
        f"  after, all as it was         {after.fields} answers, {after.clicks} clicks",
        f"  after, {OLD} old ones ticked      {after.fields} answers, {after.clicks + 3 * OLD} clicks",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    _cost(demo, asked, person, there)


def _cost(demo: Installation, asked: Effective, person: Any, there: Mapping[str, Any]) -> None:
    def begin(*, with_facts: bool) -> None:
        start_record(
            demo.store,
            actor=WORKER,
            child_id=CHILD.id,
            effective=asked,
            person=person if with_facts else None,
        )

    def carry() -> None:
        with demo.store.read() as tx:
            key = keys.of_child(tx, CHILD.id)
            for page in asked.pages:
                part = part_of(page, there)
                key.open_json(key.seal_json(part, about=("bench", page.id)), about=("bench", page.id))
            canonical.dumps(dict(there))

    floor = median_ms(lambda: begin(with_facts=False), RUNS)
    whole = median_ms(lambda: begin(with_facts=True), RUNS)
    least = median_ms(carry, RUNS)
    lines = (
        "What prefill costs, in ms (median)",
        f"  begun with nothing           {floor:.1f}",
        f"  begun filled in              {whole:.1f}   {whole / floor:.1f} times",
        f"  sealing and opening alone    {least:.1f}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
