"""The first file of a new document: small, whole and sound, with what to decide next said beside it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from formsvc.definitions.areas import AREA_ID, AREA_ID_WORDS
from formsvc.definitions.compile import LAYOUTS
from formsvc.definitions.reading import ID, ID_WORDS, Report
from formsvc.definitions.source import meant
from formsvc.errors import DefinitionInvalid

PREFIX: Final = re.compile(r"[A-Z]{2,4}")
_PLAIN: Final = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,40}")

_FILE: Final = """\
# {title}. Say here, in our own words, which source asks for it and who reads it first.
id: {id}
version: 1
title: {title}
short_title: {title}
home_area: {area}
areas: [{area}]
# One living record a child, which is revised. Remove the line where each occasion has a record of its own.
standing: true
marking: OFFICIAL-SENSITIVE
layout: {layout}
reference_prefix: {prefix}
purpose: Say in one plain sentence what this document is for.
clauses: []
completed_by: [social_worker]

signoffs:
  - id: author
    title: Completed by
    roles: [social_worker]
    statement: I completed this with the people named in it. It is accurate today.
    required: true

parts:
  main:
    title: {title}
    audiences: [full]

# Page one: slot -> fields in order. docs/write-a-form.md lists the slots.
search_sheet:
  name: [full_name]
  date_of_birth: [date_of_birth]

pages:
  - id: child
    title: The child
    fields:
      - id: full_name
        type: text
        label: Full name
        class: identity
        fact: child.full_name
        required: final
        own: A document is about somebody. Name the requirement under trace where a source asks for it.
      - id: date_of_birth
        type: date
        label: Date of birth
        class: identity
        fact: child.date_of_birth
        not_known: true
        options: {{latest: today}}
        own: The age is worked out from this.
  - id: story
    title: What happened
    fields:
      - id: what_happened
        type: long_text
        label: What happened?
        hint: The first question of your own. Replace it.
        class: plan
        own: Say here why it is asked, or name the requirement under trace.
"""


def begun(*, id: str, title: str, prefix: str, layout: str, area: str, taken: Collection[str]) -> str:
    """Return the file of a new definition; raise DefinitionInvalid with everything that cannot stand.

    `taken` are the ids that are used already.
    """
    report = Report(f"{id}.yaml")
    if not ID.fullmatch(id):
        report.add("id", f"{id!r} cannot be used", ID_WORDS)
    elif id in taken:
        report.add("id", f"there is a definition {id!r} already", "Choose another id: ids are never reused")
    if not _PLAIN.fullmatch(title.strip()):
        report.add("title", "must be one line of at most 40 characters, without quotes", "Shorten it")
    if not PREFIX.fullmatch(prefix):
        report.add("reference_prefix", f"{prefix!r} cannot be used", "Use two to four capital letters")
    if layout not in LAYOUTS:
        report.add("layout", f"{layout!r} is not known", meant(layout, LAYOUTS))
    if not AREA_ID.fullmatch(area):
        report.add("home_area", f"{area!r} cannot be used", AREA_ID_WORDS)
    if report.problems:
        raise DefinitionInvalid(report.problems)
    quoted = f'"{title.strip()}"'
    return _FILE.format(id=id, title=quoted, prefix=prefix, layout=layout, area=area).replace(
        f"# {quoted}.", f"# {title.strip()}.", 1
    )
