"""Draw a draft as its document would be, in a process of its own: marked as a preview, never sealed.

Only workers render where a document is issued; a preview is drawn by a process that has no key, no
database and no network address, and is thrown away.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any, Final

from formsvc import clock
from formsvc.access.views import View, make_view
from formsvc.definitions.model import Stage
from formsvc.errors import RenderFailed
from formsvc.fields.moments import stored_utc
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, make_snapshot
from formsvc.settings import Settings
from formsvc.store import logos
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.read_draft import Draft, file_of_draft, files_in

SECONDS: Final = 20
MEMORY_BYTES: Final = 1024 * 1024 * 1024
MARKING: Final = "PREVIEW - NOT ISSUED"

_DRAW_APART: Final = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from formsvc.workflow.preview_apart import draw
draw()
"""


def preview_draft(store: Store, draft: Draft, *, actor: Actor, settings: Settings) -> bytes:
    """Return the unsealed PDF of a draft as it stands; raise RenderFailed. The reading is logged."""
    with store.write() as tx:
        note(
            tx,
            actor,
            "draft.preview",
            child_id=draft.record.child_id,
            record_id=draft.record.id,
            subject_id=draft.revision.id,
        )
    view = preview_view(store, draft, settings=settings)
    told = {
        "view": dict(view.data),
        "files": {sha256: base64.b64encode(data).decode() for sha256, data in view.files.items()},
        "fonts": str(settings.fonts),
    }
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and a constant
            [sys.executable, "-c", _DRAW_APART],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise RenderFailed from error
    if not done.stdout.startswith(b"%PDF-"):
        raise RenderFailed
    return done.stdout


def preview_view(store: Store, draft: Draft, *, settings: Settings) -> View:
    """Return the view of a draft as its editor reads it, marked as a preview, without what was unreadable."""
    effective = draft.effective
    judged = Gate(effective).judge(draft.whole(), stage=Stage.DRAFT)
    files: dict[str, bytes] = {}
    carried: list[Attachment] = []
    answers = draft.shown_of(judged.answers)
    for field in effective.fields():
        for sha256 in sorted(files_in(answers.get(field.id))):
            kept, key = file_of_draft(store, draft, sha256=sha256)
            files[sha256] = store.blobs.get(kept.stored, key=key)
            carried.append(
                Attachment(
                    path=field.id,
                    name=field.label,
                    media_type=kept.media_type,
                    sha256=sha256,
                    size=kept.stored.size,
                )
            )
    with store.read() as tx:
        logo = logos.printed(tx, organisation_id=draft.record.controller_id)
    marked = replace(effective, marking=f"{MARKING} - {effective.marking}")
    snapshot = make_snapshot(
        marked,
        record=draft.record.id,
        reference=draft.record.reference,
        revision=draft.revision.number,
        supersedes=draft.revision.supersedes,
        controller=(draft.record.controller_id, draft.record.controller_name),
        answers=judged.answers,
        not_asked=judged.not_asked,
        notices=judged.notices,
        signoffs=(),
        attachments=carried,
        salt=clock.new_salt(),
        at=stored_utc(clock.now()),
        logo=logo,
    )
    return make_view(
        snapshot,
        marked,
        draft.audience,
        verify_at=f"{settings.base_url}/verify",
        demonstration=False,
        files=files,
    )


def draw() -> None:
    """Read a view from standard input and write its PDF: what the other process does."""
    from pathlib import Path

    from formsvc.documents import pdf

    told: dict[str, Any] = json.load(sys.stdin)
    files = {sha256: base64.b64decode(data) for sha256, data in told["files"].items()}
    view = View(data=told["view"], files=files)
    sys.stdout.buffer.write(pdf.render(view, fonts=Path(told["fonts"])))
