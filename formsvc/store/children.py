"""Children: identity sealed under their own key, found by a blind index of their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.cases.references import folded, found_by
from formsvc.errors import NotFound
from formsvc.store import erasure, keys, references
from formsvc.store import tables as t
from formsvc.store.findable import beginning, is_said, typed_words, what_is_found
from formsvc.store.session import Tx

_REFERENCE = re.compile(r"CH-[A-Z0-9]{4}-[A-Z0-9]{4}")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a child is. `date_of_birth` is 2011-03-17 or empty."""

    name: str
    known_as: str = ""
    date_of_birth: str = ""

    @property
    def names(self) -> str:
        """Everything she is called."""
        return f"{self.name} {self.known_as}"


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child and who controls what is held about her. `identity` is None after disposal."""

    id: str
    reference: str
    controller_id: str
    team_id: str | None
    identity: Identity | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChildLine:
    """One line of a list of children."""

    id: str
    reference: str
    controller_id: str
    identity: Identity
    home_id: str | None
    home_name: str
    area_id: str
    changed_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Of the current placement: kind, address, carer."""


def add(
    tx: Tx,
    *,
    controller_id: str,
    identity: Identity,
    created_by: str | None,
    team_id: str | None = None,
    id: str | None = None,
    reference: str | None = None,
) -> str:
    """Add a child with a data key of her own and return her id."""
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.child).values(
            id=made,
            controller_id=controller_id,
            reference=reference or _new_reference(tx),
            team_id=team_id,
            created_at=tx.at,
            created_by=created_by,
            changed_at=tx.at,
        )
    )
    keys.add(tx, child_id=made)
    _write_identity(tx, made, controller_id=controller_id, identity=identity)
    return made


def get(tx: Tx, child_id: str) -> Child:
    """Return a child; raise NotFound."""
    row = tx.c.execute(sa.select(t.child).where(t.child.c.id == child_id)).one_or_none()
    if row is None:
        raise NotFound
    return Child(
        id=row.id,
        reference=row.reference,
        controller_id=row.controller_id,
        team_id=row.team_id,
        identity=None if row.identity is None else _read_identity(tx, row.id, row.identity),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def lock(tx: Tx, child_id: str) -> None:
    """Let nobody else who asks for this begin anything about a child until the end."""
    of = t.child.c
    tx.c.execute(sa.select(of.id).where(of.id == child_id).with_for_update(key_share=True))


def hold(tx: Tx, child_id: str) -> None:
    """Let nobody else change who answers for a child, where she lives or who she is until the end.

    Raises NotFound for a child who is not here, or was disposed of.
    """
    of = t.child.c
    here = sa.select(of.id).where(of.id == child_id, of.disposed_at.is_(None)).with_for_update()
    if tx.c.execute(here).first() is None:
        raise NotFound


def watch(tx: Tx, child_id: str) -> None:
    """Let nobody change who answers for a child, or where she lives, until the end; many may watch."""
    tx.c.execute(sa.select(t.child.c.id).where(t.child.c.id == child_id).with_for_update(read=True))


def set_team(tx: Tx, *, child_id: str, team_id: str) -> None:
    """Give a child to a team."""
    tx.c.execute(sa.update(t.child).where(t.child.c.id == child_id).values(team_id=team_id, changed_at=tx.at))


def by_reference(tx: Tx, reference: str) -> str:
    """Return the id of the child a reference names; raise NotFound."""
    of = t.child.c
    found = tx.c.execute(
        sa.select(of.id).where(of.reference == reference.strip().upper(), of.disposed_at.is_(None))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return str(found)


def change_identity(tx: Tx, *, child_id: str, identity: Identity) -> None:
    """Replace a child's identity and what she is found by."""
    row = tx.c.execute(sa.select(t.child.c.controller_id).where(t.child.c.id == child_id)).one_or_none()
    if row is None:
        raise NotFound
    _write_identity(tx, child_id, controller_id=row.controller_id, identity=identity)


def index_again(tx: Tx, child_id: str) -> None:
    """Write anew what a child is found by: another system's reference came or ended."""
    child = get(tx, child_id)
    if child.identity is not None:
        _index(tx, child_id, controller_id=child.controller_id, identity=child.identity)


def rewrap(tx: Tx, *, limit: int) -> int:
    """Bring children whose key an older content key wrapped under the one in use; return how many."""
    turned = keys.rewrap(tx, limit=limit)
    for child_id in turned:
        index_again(tx, child_id)
    return len(turned)


def touch(tx: Tx, child_id: str) -> None:
    """Note that something about a child changed now."""
    tx.c.execute(sa.update(t.child).where(t.child.c.id == child_id).values(changed_at=tx.at))


def listing(
    tx: Tx,
    *,
    controllers: Sequence[str] = (),
    caseload_of: str | None = None,
    home_id: str | None = None,
    area_id: str | None = None,
    where: sa.ColumnElement[bool] | None = None,
    among: Sequence[str] | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 25,
) -> tuple[ChildLine, ...]:
    """Return children, most lately changed first; every condition given must hold.

    `among` are the ids of those it may be; `where` is a further condition on the child
    (formsvc.store.relations.within); `before` is (changed_at, id) of the last line of the page before.
    """
    of = t.child.c
    query = sa.select(of.id).where(of.disposed_at.is_(None))
    if where is not None:
        query = query.where(where)
    if among is not None:
        query = query.where(of.id.in_(list(among)))
    if controllers:
        query = query.where(of.controller_id.in_(controllers))
    if caseload_of is not None:
        held = t.allocation.c
        query = query.join(t.allocation, held.child_id == of.id).where(
            held.user_id == caseload_of, held.until_at.is_(None)
        )
    if home_id is not None or area_id is not None:
        here = t.placement.c
        query = query.join(t.placement, sa.and_(here.child_id == of.id, here.until_at.is_(None)))
        query = query.where(sa.true() if home_id is None else here.home_id == home_id)
        query = query.where(sa.true() if area_id is None else here.area_id == area_id)
    if before is not None:
        query = query.where(
            sa.or_(of.changed_at < before[0], sa.and_(of.changed_at == before[0], of.id < before[1]))
        )
    return _lines(tx, query, limit=limit)


def search(
    tx: Tx,
    text: str,
    *,
    controllers: Sequence[str],
    where: sa.ColumnElement[bool] | None = None,
    kinds: Sequence[str] = (),
    limit: int = 25,
) -> tuple[ChildLine, ...]:
    """Return the children of some organisations found by words of a name, a date of birth or a reference.

    Every word must begin a word of a name, or be the date (2011-03-17) or the reference. `where` is a
    further condition on the child (formsvc.store.relations.within); `kinds` are those of other systems'
    references that may find her, by the whole of one.
    """
    words = typed_words(text)
    if not words or not controllers:
        return ()
    index = tx.keyring.current
    tokens = [
        index.token("child", controller_id=controller_id, text=beginning(word))
        for controller_id in controllers
        for word in words
    ]
    of = t.child_token.c
    found = (
        sa.select(of.child_id)
        .where(of.token.in_(tokens))
        .group_by(of.child_id)
        .having(sa.func.count() == len({beginning(word) for word in words}))
    )
    named = text.strip().upper()
    known = _known_elsewhere(tx, text, controllers=controllers, kinds=kinds)
    matches = (
        t.child.c.reference == named
        if _REFERENCE.fullmatch(named)
        else sa.or_(t.child.c.id.in_(found), t.child.c.id.in_(known))
    )
    query = sa.select(t.child.c.id).where(
        matches, t.child.c.disposed_at.is_(None), t.child.c.controller_id.in_(controllers)
    )
    lines = _lines(tx, query if where is None else query.where(where), limit=limit)
    return tuple(
        one
        for one in lines
        if one.reference == named
        or one.id in known
        or is_said(words, names=one.identity.names, date_of_birth=one.identity.date_of_birth)
    )


def _known_elsewhere(
    tx: Tx, text: str, *, controllers: Sequence[str], kinds: Sequence[str]
) -> frozenset[str]:
    """Return the ids of the children whom another system knows by exactly this text."""
    if not kinds:
        return frozenset()
    index = tx.keyring.current
    tokens = [
        index.token("child", controller_id=controller_id, text=found_by(kind, text))
        for controller_id in controllers
        for kind in kinds
        if folded(text)
    ]
    of = t.child_token.c
    return frozenset(tx.c.execute(sa.select(of.child_id).where(of.token.in_(tokens))).scalars())


def dispose(tx: Tx, *, child_id: str) -> tuple[str, ...]:
    """Destroy a child's key and every row about her; return the addresses of her files, to be deleted.

    What stays is named in formsvc.store.erasure.KEPT. Done again, it changes nothing.
    """
    erasure.shut(tx, child_id)
    gone = erasure.erase(tx, child_id)
    keys.destroy(tx, child_id=child_id)
    tx.c.execute(
        sa.update(t.child)
        .where(t.child.c.id == child_id, t.child.c.disposed_at.is_(None))
        .values(identity=None, disposed_at=tx.at, changed_at=tx.at)
    )
    return gone


def _lines(tx: Tx, wanted: sa.Select[Any], *, limit: int) -> tuple[ChildLine, ...]:
    """Return the lines of the children a query names, latest first: chosen by id, then read."""
    of = t.child.c
    latest = (of.changed_at.desc(), of.id.desc())
    chosen = wanted.order_by(*latest).limit(limit).subquery("chosen")
    current = sa.and_(t.placement.c.child_id == of.id, t.placement.c.until_at.is_(None))
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.reference,
            of.controller_id,
            of.identity,
            of.changed_at,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
            t.placement.c.home_id,
            t.placement.c.area_id,
            t.placement.c.id.label("placement_id"),
            t.placement.c.details,
            t.home.c.name.label("home_name"),
        )
        .join(chosen, chosen.c.id == of.id)
        .join(t.child_key, t.child_key.c.child_id == of.id)
        .outerjoin(t.placement, current)
        .outerjoin(t.home, t.home.c.id == t.placement.c.home_id)
        .order_by(*latest)
    )
    return tuple(_line(tx, row) for row in rows)


def _line(tx: Tx, row: sa.Row[*tuple[Any, ...]]) -> ChildLine:
    key = keys.unwrapped(
        tx, child_id=row.id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    return ChildLine(
        id=row.id,
        reference=row.reference,
        controller_id=row.controller_id,
        identity=_read_identity(tx, row.id, row.identity),
        home_id=row.home_id,
        home_name=row.home_name or "",
        area_id=row.area_id or "",
        changed_at=row.changed_at,
        details={}
        if row.details is None
        else key.open_json(row.details, about=("placement", row.placement_id)),
    )


def _read_identity(tx: Tx, child_id: str, sealed: bytes) -> Identity:
    return Identity(**keys.of_child(tx, child_id).open_json(sealed, about=("child", child_id, "identity")))


def _write_identity(tx: Tx, child_id: str, *, controller_id: str, identity: Identity) -> None:
    sealed = keys.of_child(tx, child_id).seal_json(
        {"name": identity.name, "known_as": identity.known_as, "date_of_birth": identity.date_of_birth},
        about=("child", child_id, "identity"),
    )
    tx.c.execute(sa.update(t.child).where(t.child.c.id == child_id).values(identity=sealed, changed_at=tx.at))
    _index(tx, child_id, controller_id=controller_id, identity=identity)


def _index(tx: Tx, child_id: str, *, controller_id: str, identity: Identity) -> None:
    """Write what a child is found by, under the content key in use."""
    index = tx.keyring.current
    names = what_is_found(identity.names, date_of_birth=identity.date_of_birth)
    texts = {*names, *references.what_is_found(tx, child_id)}
    tokens = {index.token("child", controller_id=controller_id, text=text) for text in texts}
    tx.c.execute(sa.delete(t.child_token).where(t.child_token.c.child_id == child_id))
    tx.c.execute(sa.insert(t.child_token), [{"token": one, "child_id": child_id} for one in sorted(tokens)])


def _new_reference(tx: Tx) -> str:
    """Return a reference no child has; a clash (1 in 650,000,000,000) is tried again."""
    while True:
        made = clock.new_reference("CH")
        if tx.c.execute(sa.select(t.child.c.id).where(t.child.c.reference == made)).first() is None:
            return made
