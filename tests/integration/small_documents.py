"""Small real documents for jobs: sealed in a few milliseconds, genuine to the last byte."""

from __future__ import annotations

from collections.abc import Mapping

from formsvc.seals.opc import seal_docx
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.verify import verify
from formsvc.settings import Settings
from formsvc.workflow.issue import IssueWork, Made
from formsvc.workflow.trust import own_key, trust_of
from tests.unit.seals.small import AT, a_view, unsealed_docx, unsealed_pdf


def make_small(settings: Settings, work: IssueWork, files: Mapping[str, bytes], *, room: int = 4096) -> Made:
    """Seal a tiny document for a work with the key of the settings, with room for a time stamp."""
    key = own_key(settings)
    view = a_view(demonstration=True, told=f"{work.snapshot_id} {work.audience}")
    if work.kind == "pdf":
        data = seal_pdf(unsealed_pdf(view, room=contents_bytes(key, reserve=room)), key, at=AT)
    else:
        data = seal_docx(unsealed_docx(view), key, at=AT)
    found = verify(data, name="small", trust=trust_of(settings, key))
    assert found.genuine
    return Made(
        data=data,
        seal_id=str(found.identity),
        view_hash=view.hash,
        stamp_later=bool(settings.timestamp_url),
    )
