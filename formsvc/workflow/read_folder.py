"""The paper folder of a home: which forms are current, which are on paper, what is to be taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.readable import WHOLE
from formsvc.access.terms import Relation
from formsvc.store import children, paper, relations
from formsvc.store.children import ChildLine, Identity
from formsvc.store.paper import Newest, Paper
from formsvc.store.relations import within
from formsvc.store.session import Store, Tx
from formsvc.workflow.effective import effective_of
from formsvc.workflow.reading import Reads, reads

FORMS: Final = ("philomena", "keep_safe_plan", "trigger_plan")
"""What a home keeps ready for each child: the first of these that her area has, or a later one meanwhile."""
MOST: Final = 200
"""Children of one home that are listed."""

Has = Callable[[str], Collection[str]]
"""Area -> the documents it has."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One child who lives here. `newest` is the form to print, None without a current one.

    `wanted` is the form the child's area asks for, empty where it has none. `paper` is current, outdated,
    never, or empty without a form; `on_paper` what the home has of it, the newest.
    """

    child: ChildLine
    wanted: str
    newest: Newest | None
    was_withdrawn: bool
    is_kept_back: bool
    paper: str
    on_paper: Paper | None

    @property
    def can_print(self) -> bool:
        """Whether there is a sealed copy to print for this person."""
        return self.newest is not None and bool(self.newest.document_id)

    @property
    def stands_in(self) -> bool:
        """Whether another form stands for the one that the area asks for."""
        return self.newest is not None and self.newest.definition_id != self.wanted


@dataclass(frozen=True, kw_only=True)
class Out:
    """Paper that does not belong in the folder: `why` is withdrawn, left or superseded.

    `name` and `title` are empty where the person may not be told of whom it is: the reference finds it.
    """

    paper: Paper
    why: str
    name: str = field(default="", repr=False)
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The paper folder of one home as one person sees it."""

    lines: tuple[Line, ...]
    out: tuple[Out, ...]

    @property
    def outdated(self) -> int:
        """How many papers are older than the form."""
        return sum(one.paper == "outdated" for one in self.lines)

    @property
    def never(self) -> int:
        """How many current forms were never printed."""
        return sum(one.paper == "never" for one in self.lines)


def read_folder(store: Store, *, policy: Policy, person: Person, has: Has) -> Folder:
    """Return the paper folder of a person's home, empty for whoever has no home."""
    with store.read() as tx:
        return folder_in(tx, policy=policy, person=person, has=has)


def folder_in(tx: Tx, *, policy: Policy, person: Person, has: Has) -> Folder:
    """Return the same in the caller's transaction."""
    if person.home_id is None:
        return Folder(lines=(), out=())
    here = within(tx, person, frozenset({Relation.placement}))
    lives = sorted(
        children.listing(tx, where=here, limit=MOST), key=lambda one: (one.identity.name.casefold(), one.id)
    )
    may = reads(tx, policy, person)
    found = paper.newest(
        tx,
        [one.id for one in lives],
        definitions=FORMS,
        audience_id=may.audience,
        shown=relations.shown(tx, person, forms=may.copies),
    )
    held = paper.of_home(tx, person.home_id)
    lines = tuple(
        _line(
            tx,
            one,
            forms=[each for each in found if each.child_id == one.id],
            held=[each for each in held if each.child_id == one.id],
            has=has(one.area_id),
            may=may,
        )
        for one in lives
    )
    told = _told(tx, person, held)
    out = (_out(one, lines, told=told, may=may) for one in held)
    return Folder(lines=lines, out=tuple(one for one in out if one is not None))


def _line(
    tx: Tx,
    child: ChildLine,
    *,
    forms: Sequence[Newest],
    held: Sequence[Paper],
    has: Collection[str],
    may: Reads,
) -> Line:
    final = [one for one in forms if one.state == "final"]
    newest = next((one for name in FORMS for one in final if one.definition_id == name), None)
    is_kept_back = newest is not None and may.of(newest.record_id).is_carried_by(
        effective_of(tx, newest.definition_hash), may.audience
    )
    if newest is not None and is_kept_back:
        newest = replace(newest, document_id="")
    of_it = [one for one in held if newest is not None and one.record_id == newest.record_id]
    latest = max(of_it, key=lambda one: one.number, default=None)
    state = ""
    if newest is not None and not is_kept_back:
        state = "never" if latest is None or latest.state == "withdrawn" else "outdated"
        if latest is not None and latest.number == newest.number:
            state = "current"
    return Line(
        child=child,
        wanted=next((name for name in FORMS if name in has), ""),
        newest=newest,
        was_withdrawn=any(one.state == "withdrawn" for one in forms),
        is_kept_back=is_kept_back,
        paper=state,
        on_paper=latest,
    )


def _out(one: Paper, lines: Sequence[Line], *, told: Mapping[str, Identity], may: Reads) -> Out | None:
    """Return what is to be done with a paper that does not belong in the folder; None where it does."""
    line = next((each for each in lines if each.child.id == one.child_id), None)
    if not one.lives_here:
        why = "left"
    elif one.state == "withdrawn":
        why = "withdrawn"
    elif one.state == "superseded" and not _is_reprinted(one, line):
        why = "superseded"
    else:
        return None
    is_told = one.child_id in told and WHOLE not in may.of(one.record_id).withheld
    name = told[one.child_id].name if is_told else ""
    return Out(paper=one, why=why, name=name, title=one.title if is_told else "")


def _is_reprinted(one: Paper, line: Line | None) -> bool:
    """Say whether a paper is the one whose line asks for a reprint: it is told there, and taken out after."""
    if line is None or line.paper != "outdated" or line.on_paper is None:
        return False
    return line.on_paper.revision_id == one.revision_id


def _told(tx: Tx, person: Person, held: Sequence[Paper]) -> dict[str, Identity]:
    """Return who they are of whose papers a person may be told: those who live here, or lived here."""
    ids = sorted({one.child_id for one in held})
    if not ids:
        return {}
    ties = frozenset({Relation.placement, Relation.former_placement})
    known = children.listing(tx, where=within(tx, person, ties), among=ids, limit=len(ids))
    return {one.id: one.identity for one in known}
