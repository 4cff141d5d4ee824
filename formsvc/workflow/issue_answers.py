"""Issue a document straight from a file of answers: stateless, keeps no child and no record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from formsvc import clock
from formsvc.access.views import View, make_view
from formsvc.definitions.model import Effective, Field, Stage
from formsvc.errors import AnswerError, AnswersInvalid, StampUnavailable, StampUnfit, Unreadable
from formsvc.fields.base import Widget
from formsvc.fields.moments import stored_utc
from formsvc.records.attachments import Accepted, accept_photo, file_name
from formsvc.records.gate import Gate
from formsvc.records.signed import Signed
from formsvc.records.snapshots import Attachment, Snapshot, make_snapshot
from formsvc.seals.keys import SealKey
from formsvc.seals.levels import Level
from formsvc.settings import Settings
from formsvc.workflow.answers_file import AnswersFile, judge_signoffs
from formsvc.workflow.attach_file import take_in
from formsvc.workflow.produce import produce
from formsvc.workflow.stamp_document import Stamp, authority_of, document_stamper


@dataclass(frozen=True, kw_only=True)
class Issued:
    """One issued document: what it is called, its sealed bytes, and the level of its seal.

    `stamp` says how its time stamp stands: none, pending or failed (then `why`), stamped (then `stamped_at`).
    """

    name: str
    kind: str
    audience: str
    data: bytes
    view: View
    level: Level = Level.B_B
    stamp: str = "none"
    stamped_at: datetime | None = None
    why: str = ""


def read_view(
    handed_in: AnswersFile,
    *,
    effective: Effective,
    audience: str,
    photo: Path | None,
    attach: Mapping[str, Path],
    demonstration: bool,
    settings: Settings,
) -> View:
    """Judge the answers and return the view of an audience; raise AnswersInvalid or Unreadable."""
    answers = deepcopy(handed_in.answers)
    carried = _carry(answers, effective=effective, photo=photo, attach=attach, settings=settings)
    judged = Gate(effective).judge(answers, stage=Stage.FINAL)
    at = stored_utc(clock.now())
    rules = {rule.id: (rule.title, rule.statement) for rule in effective.signoffs}
    signoff_errors: tuple[AnswerError, ...] = ()
    try:
        signoffs = judge_signoffs(handed_in.signoffs, rules=rules, at=at)
    except AnswersInvalid as error:
        signoff_errors = error.errors
    if judged.errors or signoff_errors:
        raise AnswersInvalid((*judged.errors, *signoff_errors))
    snapshot = make_snapshot(
        effective,
        record=clock.new_id(),
        reference=clock.new_reference(effective.reference_prefix),
        revision=1,
        supersedes=None,
        controller=("demonstration" if demonstration else "own", settings.organisation),
        answers=judged.answers,
        not_asked=judged.not_asked,
        notices=judged.notices,
        signoffs=signoffs,
        attachments=tuple(attachment for attachment, _ in carried),
        salt=clock.new_salt(),
        at=at,
    )
    return _view(snapshot, effective, audience, carried, demonstration=demonstration, settings=settings)


def issue(view: View, *, kinds: tuple[str, ...], key: SealKey, settings: Settings) -> tuple[Issued, ...]:
    """Return the sealed documents of a view, one for each kind, time-stamped where an authority says when.

    One that cannot be reached is asked once: the documents are then issued without, their stamps pending.
    """
    authority = authority_of(settings)
    at = clock.now().replace(microsecond=0)
    document, audience = view.data["document"], view.data["audience"]["id"]
    stem = f"{document['reference']}_r{document['revision']}_{audience}"
    sealed = [
        Issued(
            name=f"{stem}.{kind}",
            kind=kind,
            audience=audience,
            data=produce(view, kind=kind, key=key, at=at, settings=settings, authority=authority).data,
            view=view,
        )
        for kind in kinds
    ]
    return tuple(sealed) if authority is None else _stamped(sealed, document_stamper(settings, authority))


def _stamped(sealed: Iterable[Issued], stamp: Stamp) -> tuple[Issued, ...]:
    made: list[Issued] = []
    down: StampUnavailable | None = None
    for one in sealed:
        try:
            if down is not None:
                raise down
            raised = stamp(one.data)
        except StampUnavailable as error:
            down = error
            made.append(replace(one, stamp="pending", why=error.detail))
        except StampUnfit as error:
            made.append(replace(one, stamp="failed", why=error.detail))
        else:
            at = raised.at
            made.append(replace(one, data=raised.data, level=raised.level, stamp="stamped", stamped_at=at))
    return tuple(made)


def _view(
    snapshot: Snapshot,
    effective: Effective,
    audience: str,
    carried: list[tuple[Attachment, bytes]],
    *,
    demonstration: bool,
    settings: Settings,
) -> View:
    return make_view(
        snapshot,
        effective,
        audience,
        verify_at=f"{settings.base_url}/verify",
        demonstration=demonstration,
        files={attachment.sha256: data for attachment, data in carried},
    )


def _carry(
    answers: dict[str, Any],
    *,
    effective: Effective,
    photo: Path | None,
    attach: Mapping[str, Path],
    settings: Settings,
) -> list[tuple[Attachment, bytes]]:
    """Take the files in, put what they are into their answers, return them with their paths."""
    wanted = dict(attach)
    if photo is not None:
        slots = [one for one in effective.search_sheet.get("photo", ()) if isinstance(one, str)]
        if not slots:
            raise Unreadable(
                f"{effective.id} has no photo on page one: leave --photo out, or --attach FIELD=FILE"
            )
        wanted.setdefault(slots[0], photo)
    carried: list[tuple[Attachment, bytes]] = []
    for path, file in wanted.items():
        holder, key, field = _holder(answers, effective=effective, path=path)
        accepted, signed = _accept(field, file, settings=settings)
        value = holder.get(key)
        described = dict(value) if isinstance(value, dict) else {}
        described |= {"sha256": accepted.sha256, "media_type": accepted.media_type}
        if field.type.widget is Widget.FILE:
            described.setdefault("name", file_name(file.name, media_type=accepted.media_type))
        holder[key] = described
        carried.append(
            (
                Attachment(
                    path=path,
                    name=described.get("name", file.name),
                    media_type=accepted.media_type,
                    sha256=accepted.sha256,
                    size=len(accepted.data),
                    signed=None if signed is None else signed.to_data(),
                ),
                accepted.data,
            )
        )
    return carried


def _holder(answers: dict[str, Any], *, effective: Effective, path: str) -> tuple[dict[str, Any], str, Field]:
    try:
        field = effective.field(path)
    except KeyError as error:
        raise Unreadable(f"{effective.id} has no field {path}") from error
    if field.type.widget not in (Widget.PHOTO, Widget.FILE):
        raise Unreadable(f"{path} takes no file")
    steps = path.split(".")
    holder: Any = answers
    while len(steps) > 1:
        rows = holder.get(steps[0]) if isinstance(holder, dict) else None
        holder = next(
            (row for row in rows if isinstance(row, dict) and row.get("id") == steps[1])
            if isinstance(rows, list)
            else iter(()),
            None,
        )
        if holder is None:
            raise Unreadable(f"{path}: there is no row {steps[1]} in the answers")
        steps = steps[2:]
    return holder, steps[0], field


def _accept(field: Field, file: Path, *, settings: Settings) -> tuple[Accepted, Signed | None]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file}: cannot be read") from error
    try:
        if field.type.widget is Widget.PHOTO:
            return accept_photo(data), None
        taken = take_in(data, settings=settings)
        return taken.accepted, taken.signed
    except Unreadable as error:
        raise Unreadable(f"{file}: {error.detail}") from error
