"""Let a definition speak its area's language: `{return_interview}` in a text of it is the area's own word.

`{Return_interview}` begins with a capital letter. `{area_name}` is the area's name, `{stay_safe}` what a
child is given to stay safe, `{police_call}` how the police are called there. What is compiled and kept holds
the words themselves, so that a stored form says for ever what it said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from formsvc.definitions.model import Area
from formsvc.definitions.reading import Report
from formsvc.definitions.source import meant

_TERM: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def spoken(data: Any, *, area: Area, report: Report) -> Any:
    """Return plain data with the terms in its texts replaced; one the area lacks is reported by its place."""
    words = {**area.terms, **_said_by(area)}

    def said(text: str, key: str) -> str:
        def word(found: re.Match[str]) -> str:
            name = found[1]
            term = words.get(name) or words.get(name[0].lower() + name[1:])
            if term is None:
                what = f"names the term {name!r}, which area {area.id} has no word for"
                report.add(key, what, meant(name, words))
                return ""
            return term if name in words else term[0].upper() + term[1:]

        return _TERM.sub(word, text)

    def inside(value: Any, key: str) -> Any:
        if isinstance(value, str):
            return said(value, key) if "{" in value else value
        if isinstance(value, Mapping):
            return {name: inside(one, f"{key}.{name}" if key else str(name)) for name, one in value.items()}
        if isinstance(value, list):
            named = (one.get("id") if isinstance(one, Mapping) else None for one in value)
            return [
                inside(one, f"{key}.{name or at}")
                for at, (one, name) in enumerate(zip(value, named, strict=True))
            ]
        return value

    return inside(data, "")


def _said_by(area: Area) -> dict[str, str]:
    """Return what an area says in whole sentences, where it does."""
    told = {"stay_safe": " ".join(area.stay_safe), "police_call": area.word("police_call")}
    return {"area_name": area.name, **{name: words for name, words in told.items() if words}}
