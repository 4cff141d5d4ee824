"""An invented library and an installation in which every answer holds a word that is nowhere else.

Three forms of the area LAN: an ordinary plan with a part that is withheld from somebody by name, a return
interview, and minutes with a closed part and a part of named readers. Each has a question for every class in
every part, in rows too; each answer is a unique word. What each audience may read is written here a second
time, from the area's own file and the parts below, so that the search judges the code with other eyes.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from formsvc.definitions.library import load_library
from formsvc.demo import AREA, CHILDREN, USERS
from formsvc.records.attachments import accept_file
from formsvc.settings import PROJECT
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import freeze
from formsvc.workflow.save_section import save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import start_record
from formsvc.workflow.start_revision import start_revision
from tests.web.plans import AUTHOR, MANAGER

AUDIENCES: Final = ("full", "police", "home", "health", "education", "reviewing_officer", "child", "parent")
CHILD: Final = CHILDREN[0].id
PLAN, INTERVIEW, MINUTES = "planted_plan", "return_interview", "planted_minutes"
PARTS: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    PLAN: {
        "main": {"title": "Plan", "audiences": AUDIENCES},
        "restricted": {"title": "Restricted", "audiences": AUDIENCES},
    },
    INTERVIEW: {
        "open": {"title": "Interview", "audiences": ("full", "police", "reviewing_officer", "child")},
        "restricted": {"title": "Restricted", "audiences": ("full",)},
    },
    MINUTES: {
        "open": {"title": "Minutes", "audiences": AUDIENCES},
        "closed": {
            "title": "Closed part",
            "audiences": ("full", "police", "home", "health", "reviewing_officer"),
        },
        "named": {"title": "Disclosure", "audiences": ("full",), "named": True},
    },
}
TAUGHT: Final = f"{INTERVIEW}.o_risk"
"""A fact that the interview teaches and the plan asks for."""
WRITERS: Final = {
    PLAN: ["social_worker", "team_manager", "residential_manager"],
    INTERVIEW: ["social_worker", "team_manager", "return_interviewer"],
    MINUTES: ["social_worker", "team_manager"],
}
_LETTERS: Final = "bcdfghjkmnprstvz"


@dataclass(frozen=True, kw_only=True)
class Word:
    """A planted word: in which form, part and class, and what it is (answer, row, file, sign-off ...)."""

    text: str
    definition: str
    part: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What was planted: the words, the records by definition, and the records' documents are in the store."""

    words: tuple[Word, ...]
    records: Mapping[str, str]
    readers: Mapping[str, frozenset[str]] = field(repr=False)

    def audiences(self, word: Word) -> frozenset[str]:
        """Return who may read a word: worked out from the area's file and the parts, by hand."""
        if word.kind == "signoff":
            return (
                frozenset().union(*(frozenset(part["audiences"]) for part in PARTS[word.definition].values()))
                & self.readers["voice"]
            )
        return self.readers[word.name] & frozenset(PARTS[word.definition][word.part]["audiences"])

    def of(self, audience: str, *, definition: str = "") -> frozenset[str]:
        """Return the words that an audience may read, of one definition or of all."""
        return frozenset(
            one.text
            for one in self.words
            if audience in self.audiences(one) and definition in ("", one.definition)
        )

    def parts(self, *parts: tuple[str, str]) -> frozenset[str]:
        """Return the words of some parts, each named as definition and part."""
        return frozenset(one.text for one in self.words if (one.definition, one.part) in parts)


def number_word(number: int, mark: str = "zq") -> str:
    """Return the word of a number: letters alone, so that every extraction keeps it whole."""
    digits = [_LETTERS[(number >> shift) & 15] for shift in (8, 4, 0)]
    return f"{mark}{''.join(digits)}xw"


PATTERN: Final = re.compile(rf"zq[{_LETTERS}]{{3}}xw", re.IGNORECASE)


def words_in(text: str) -> frozenset[str]:
    """Return every planted word in a text."""
    return frozenset(one.lower() for one in PATTERN.findall(text))


def readers_of_area(folder: Path) -> dict[str, frozenset[str]]:
    """Return class -> audiences as the area's file writes them, read by YAML alone."""
    data = yaml.safe_load((folder / "areas" / f"{AREA}.yaml").read_text("utf-8"))
    return {name: frozenset(found) for name, found in data["readers"].items()}


def library_in(folder: Path, *, widened: Mapping[str, str] | None = None) -> None:
    """Put the project's library with the three forms into a folder; `widened` class -> one more audience."""
    shutil.copytree(PROJECT / "form_templates", folder)
    classes = sorted(readers_of_area(folder))
    for id in PARTS:
        (folder / f"{id}.yaml").write_text(json.dumps(_definition(id, classes)), "utf-8")
    policy = folder / "access" / "policy.yaml"
    entries = "".join(
        f"  {id}:\n    write: [{', '.join(WRITERS[id])}]\n    approve: [team_manager, service_manager]\n"
        f"    read: [reviewing_officer, out_of_hours, missing_coordinator]\n"
        for id in PARTS
    )
    text = _without_entry(policy.read_text("utf-8"), INTERVIEW)
    for area in (folder / "areas").glob("*.yaml"):  # the planted interview takes the place of the real one
        area.write_text(_without_entry(area.read_text("utf-8"), INTERVIEW), "utf-8")
    policy.write_text(text.replace("\ndefinitions:\n", f"\ndefinitions:\n{entries}", 1), "utf-8")
    for name, audience in (widened or {}).items():
        area = folder / "areas" / f"{AREA}.yaml"
        area.write_text(
            re.sub(rf"(?m)^(  {name}: \[)", rf"\g<1>{audience}, ", area.read_text("utf-8")), "utf-8"
        )


def _without_entry(text: str, id: str) -> str:
    """Return the text of a YAML file without the entry of a document, all of its lines."""
    return re.sub(rf"(?m)^  {id}:(?: +#.*)?\n(?:(?:    .*)?\n)*", "", text)


def _definition(id: str, classes: list[str]) -> dict[str, Any]:
    pages = []
    for part in PARTS[id]:
        fields = []
        for name in classes:
            key = f"{part[:1]}_{name}"
            fields.append(_field(key, "text", name, part, fact=f"{id}.{key}"))
        rows = [_field(f"{part[:1]}r_{name}", "text", name, part) for name in ("plan", "office", "health")]
        group = _field(f"{part[:1]}_rows", "rows", "plan", part)
        options = {"min": 0, "max": 5, "one": "line", "heading": rows[0]["id"], "show": "table"}
        fields.append({**group, "fields": rows, "options": options})
        fields.append(_field(f"{part[:1]}_file", "file", "health", part))
        pages.append({"id": f"p_{part}", "title": f"Page of {part}", "fields": fields})
    if id == PLAN:
        asked = _field("known", "text", "risk", "main", fact=TAUGHT)
        pages.append({"id": "p_known", "title": "Page of what is known", "fields": [asked]})
    return {
        "id": id,
        "version": 1,
        "title": f"Planted {id.replace('_', ' ')}",
        "short_title": f"Planted {id[:7]}",
        "home_area": AREA,
        "marking": "OFFICIAL",
        "layout": "plan",
        "reference_prefix": id[:1].upper() + "P",
        "purpose": "To be searched.",
        "completed_by": WRITERS[id],
        "parts": {key: dict(one, audiences=list(one["audiences"])) for key, one in PARTS[id].items()},
        "signoffs": [
            _rule("author", ["social_worker"], required=True),
            _rule("child", ["child"], required=False),
        ],
        "pages": pages,
    }


def _field(id: str, type: str, name: str, part: str, **keys: Any) -> dict[str, Any]:
    return {
        "id": id,
        "type": type,
        "label": f"Asked {id}",
        "own": "planted",
        "class": name,
        "part": part,
        **keys,
    }


def _rule(id: str, roles: list[str], *, required: bool) -> dict[str, Any]:
    return {
        "id": id,
        "title": id.capitalize(),
        "roles": roles,
        "statement": "I say so.",
        "required": required,
    }


def plant(
    store: Store,
    folder: Path,
    *,
    definitions: Collection[str] = tuple(PARTS),
    audiences: Collection[str] = AUDIENCES,
    kinds: Collection[str] = ("pdf", "docx"),
) -> Planted:
    """Fill each form with a word in every answer, issue it, and begin its next revision."""
    library = load_library(folder)
    words: list[Word] = []
    made: dict[str, str] = {}

    def word(definition: str, part: str, name: str, kind: str) -> str:
        one = Word(text=number_word(len(words) + 1), definition=definition, part=part, name=name, kind=kind)
        words.append(one)
        return one.text

    for id in definitions:
        effective = library.effective(id, AREA)
        begun = start_record(store, actor=AUTHOR, child_id=CHILD, effective=effective)
        made[id] = begun.record_id
        for page in (one for one in effective.pages if one.id != "p_known"):
            answers: dict[str, Any] = {}
            for one in page.fields:
                if one.children:
                    row = {child.id: word(id, child.part, child.sensitivity, "row") for child in one.children}
                    answers[one.id] = [{"id": "aaaaaaaa", **row}]
                elif one.type.name == "file":
                    answers[one.id] = _file(
                        store,
                        begun.record_id,
                        name=word(id, one.part, one.sensitivity, "file name"),
                        held=word(id, one.part, one.sensitivity, "file"),
                    )
                else:
                    answers[one.id] = word(id, one.part, one.sensitivity, "answer")
            save_section(
                store,
                actor=AUTHOR,
                revision_id=begun.revision_id,
                page_id=page.id,
                version=0,
                typed=answers,
            )
        awaiting = freeze(store, actor=AUTHOR, revision_id=begun.revision_id)
        signed: dict[str, Any] = {"revision_id": begun.revision_id, "binds": awaiting.binds}
        sign_off(store, actor=AUTHOR, rule_id="author", name="Theodora Blakiston-Nwosu", **signed)
        said = word(id, next(iter(PARTS[id])), "voice", "signoff")
        sign_off(store, actor=AUTHOR, rule_id="child", role="child", name="The child", words=said, **signed)
        finalise(
            store,
            actor=MANAGER,
            revision_id=begun.revision_id,
            audiences=tuple(audiences),
            kinds=tuple(kinds),
        )
        start_revision(store, actor=AUTHOR, record_id=begun.record_id, effective=effective)
    return Planted(words=tuple(words), records=made, readers=readers_of_area(PROJECT / "form_templates"))


def _file(store: Store, record_id: str, *, name: str, held: str) -> dict[str, str]:
    accepted = accept_file(_small_docx(held))
    attach_file(store, actor=AUTHOR, place=place_for_files(store, record_id=record_id), accepted=accepted)
    return {"sha256": accepted.sha256, "media_type": accepted.media_type, "name": f"{name}.docx"}


def _small_docx(text: str) -> bytes:
    import docx

    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


@cache
def text_of(data: bytes) -> str:
    """Return all that can be read out of a reply: a PDF with what is attached, a Word file's parts, text."""
    if data.startswith(b"%PDF-"):
        return _text_of_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return "\n".join(text_of(opened.read(name)) for name in opened.namelist())
    return data.decode("utf-8", "replace")


def _text_of_pdf(data: bytes) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "it.pdf"
        file.write_bytes(data)
        said = subprocess.run(
            ["/usr/bin/pdftotext", "-raw", str(file), "-"], capture_output=True, check=True
        ).stdout.decode("utf-8", "replace")
        subprocess.run(
            ["/usr/bin/pdfdetach", "-saveall", "-o", folder, str(file)], capture_output=True, check=False
        )
        kept = [text_of(one.read_bytes()) for one in sorted(Path(folder).iterdir()) if one != file]
    return "\n".join((said, *kept))


def people() -> Iterator[tuple[str, str, str, str]]:
    """Yield (role, user id, membership id, title) of everybody in the demonstration."""
    for one in USERS:
        yield one.role, one.id, one.membership_id, one.title


def actor_of(role: str) -> Actor:
    """Return somebody of the demonstration as workflows know them."""
    one = next(user for user in USERS if user.role == role)
    return Actor(user_id=one.id, organisation_id=one.organisation_id, role=role)
