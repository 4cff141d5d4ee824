"""Hand a draft in: judged as final, frozen, hashed. From here on every sign-off binds to that hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from formsvc import clock
from formsvc.definitions.model import Effective, Field, Stage
from formsvc.errors import AnswerError, AnswersInvalid, StaleVersion, WrongState
from formsvc.fields.base import Widget
from formsvc.records.attachments import CARRIED_BYTES, CARRIED_MOST
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, commitment
from formsvc.store import attachments, records, revisions, sections, signoffs
from formsvc.store.attachments import KeptFile
from formsvc.store.revisions import Frozen
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.drafts import whole
from formsvc.workflow.effective import effective_of
from formsvc.workflow.see_child import Still, judge_still

FILE_MISSING = "file_missing"
"""The code of an answer that names a file its record does not carry."""
FILES_TOO_LARGE = "files_too_large"
"""The code of the answer from which on the files of a form are more than one document carries."""


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """A frozen revision: what a sign-off must name to bind to it."""

    revision_id: str
    binds: str
    notices: tuple[tuple[str, str], ...]


def freeze(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    versions: Mapping[str, int] | None = None,
    still: Still | None = None,
) -> Awaiting:
    """Freeze a draft; raise AnswersInvalid with everything that keeps it from being final.

    `versions` are those of the pages that were read before handing in: where another was saved since,
    StaleVersion is raised and nothing is frozen. `still` is who hands in, to be judged in the same
    transaction. Raises WrongState when it is no draft.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=revision.record_id)
        if revision.state != "draft":
            raise WrongState
        held = sections.all_of(tx, revision_id=revision_id, child_id=revision.child_id)
        if versions is not None and dict(versions) != {one.page_id: one.version for one in held.values()}:
            raise StaleVersion
        effective = effective_of(tx, revision.definition_hash)
        judged = Gate(effective).judge(whole(held.values()), stage=Stage.FINAL)
        files = attachments.of_record(tx, revision.record_id)
        carried, missing = _carried(effective, judged.answers, files)
        if judged.errors or missing:
            raise AnswersInvalid((*judged.errors, *missing))
        salt = clock.new_salt()
        binds = commitment(
            salt=salt, definition_hash=effective.hash, answers=judged.answers, attachments=carried
        )
        frozen = Frozen(
            answers=judged.answers,
            not_asked=tuple(sorted(judged.not_asked)),
            notices=judged.notices,
            attachments=tuple(asdict(one) for one in carried),
        )
        revisions.freeze(tx, revision, frozen=frozen, salt=salt, frozen_hash=binds, by=actor.user_id)
        signoffs.resolve(tx, revision_id=revision_id)
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "revision.freeze",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            binds=binds,
        )
        return Awaiting(revision_id=revision_id, binds=binds, notices=judged.notices)


def _carried(
    effective: Effective, answers: Mapping[str, Any], files: Mapping[str, KeptFile]
) -> tuple[list[Attachment], list[AnswerError]]:
    """Return the files the answers name, in the order of the form, and the answers whose file is refused."""
    carried: list[Attachment] = []
    missing: list[AnswerError] = []
    count = size = 0
    for path, field, value in _leaves(tuple(effective.fields()), answers, prefix=""):
        if not isinstance(value, dict) or "sha256" not in value:
            continue
        file = files.get(value["sha256"])
        if file is None or file.media_type != value.get("media_type"):
            missing.append(AnswerError(path=path, code=FILE_MISSING))
            continue
        if field.type.widget is Widget.FILE:
            count, size = count + 1, size + file.stored.size
            if count > CARRIED_MOST or size > CARRIED_BYTES:
                missing.append(AnswerError(path=path, code=FILES_TOO_LARGE))
                break
        carried.append(
            Attachment(
                path=path,
                name=str(value.get("name") or field.label),
                media_type=file.media_type,
                sha256=value["sha256"],
                size=file.stored.size,
                signed=file.signed,
            )
        )
    return carried, missing


def _leaves(
    fields: tuple[Field, ...], answers: Mapping[str, Any], *, prefix: str
) -> Iterator[tuple[str, Field, Any]]:
    for field in fields:
        value = answers.get(field.id)
        if field.children and isinstance(value, list):
            for row in value:
                yield from _leaves(field.children, row, prefix=f"{prefix}{field.id}.{row['id']}.")
        elif value is not None:
            yield prefix + field.id, field, value
