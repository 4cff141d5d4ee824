"""What was typed becomes the same values and the same print as before, unless somebody says otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from formsvc.fields.base import Place, item
from formsvc.fields.blocks import leaves, text_of
from tests.builders import DATA, errors_of, judged, kitchen_sink


def test_the_kitchen_sink_reads_as_before(golden: Callable[[str, str], None], fixed_clock: datetime) -> None:
    """Every field type keeps its meaning: its value as data, and the text that is printed for each path."""
    typed = json.loads((DATA / "kitchen_sink.answers.json").read_text())["answers"]
    effective = kitchen_sink()
    found = judged(effective, typed)
    assert errors_of(found) == []
    lines = [f"What passed the gate on {fixed_clock:%d %B %Y}, and what is printed of it.", ""]
    for field in effective.fields():
        value = found.answers.get(field.id)
        printed = item(field, value, Place(path=field.id))
        lines += [
            f"{field.id} ({field.type.name})",
            f"  {json.dumps(value, ensure_ascii=False, sort_keys=True)}",
        ]
        for leaf in leaves(printed) if printed else ():
            text = text_of(leaf).replace("\n", "\n      ")
            lines.append(f"    {leaf.path}: {leaf.label}: {text}".rstrip())
        lines.append("")
    golden("kitchen_sink.txt", "\n".join(line.rstrip() for text in lines for line in text.split("\n")))
