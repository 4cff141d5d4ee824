"""The files inside a document: is each that its data names there, equal and called so, and no other?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from formsvc.documents.carried import KINDS, Carried, size_words
from formsvc.seals.verify.verdicts import NOT_APPLICABLE, Verdict, bad, good

MOST_NAMED: Final = 20


def judge_attachments(wanted: Sequence[Carried], found: Iterable[tuple[str, str, bytes]]) -> Verdict:
    """Return the verdict on the files inside a document of ours.

    `wanted` are those that its data names, `found` the name, the media type and the content of those that
    are there. A file is known by its name: one whose content stands under another name was renamed. The
    verdict says numbers, kinds, sizes and hashes, never names: a name may be a child's.
    """
    there = [(name, kind, hashlib.sha256(content).hexdigest()) for name, kind, content in found]
    if not wanted and not there:
        return NOT_APPLICABLE
    missing, changed, renamed = [], [], []
    left = list(there)
    for one in wanted:
        here = next((file for file in left if file[0] == one.inside), None)
        same = here if here is not None else next((file for file in left if file[2] == one.sha256), None)
        if same is None:
            missing.append(one.number)
            continue
        left.remove(same)
        if here is None:
            renamed.append(one.number)
        elif (one.media_type, one.sha256) != here[1:]:
            changed.append(one.number)
    files = [_told(one) for one in wanted]
    if missing or changed or renamed or left:
        return bad(
            "attachments_wrong",
            why=list(_why(missing=missing, changed=changed, renamed=renamed, extra=len(left))),
            missing=missing,
            changed=changed,
            renamed=renamed,
            extra=[{"sha256": sha256} for _, _, sha256 in left[:MOST_NAMED]],
            files=files,
        )
    return good("attachments_whole", count=len(files), files=files)


def _why(*, missing: list[int], changed: list[int], renamed: list[int], extra: int) -> Iterable[str]:
    for numbers, said in (
        (missing, "is missing"),
        (changed, "is another file"),
        (renamed, "has another name"),
    ):
        yield from (f"file {number} {said}" for number in numbers)
    if extra:
        yield "1 file too many" if extra == 1 else f"{extra} files too many"


def _told(one: Carried) -> dict[str, Any]:
    return {
        "number": one.number,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "signed": None if one.signed is None else str(one.signed.state),
    }


def told_files(verdict: Verdict) -> tuple[str, ...]:
    """Return a line for each file that a document names, from the verdict on them: never a file's name."""
    wrong = {
        **dict.fromkeys(verdict.detail.get("missing", ()), "missing"),
        **dict.fromkeys(verdict.detail.get("changed", ()), "another file lies in its place"),
        **dict.fromkeys(verdict.detail.get("renamed", ()), "there under another name"),
    }
    files: list[dict[str, Any]] = list(verdict.detail.get("files", ()))
    return (
        *(
            f"File {one['number']}: {KINDS[one['media_type']][0]}, {size_words(one['size'])}, "
            f"{wrong.get(one['number'], 'there and equal')}. SHA-256 {one['sha256']}"
            for one in files
        ),
        *(f"Not named: SHA-256 {one['sha256']}" for one in verdict.detail.get("extra", ())),
    )
