"""A form saved by whom the child has just left, home or worker: not saved into the record, and not lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

from flask import render_template, request
from flask.typing import ResponseReturnValue

from formsvc.errors import NotFound
from formsvc.web import holding
from formsvc.web.guarding import actor, person, store
from formsvc.workflow.keep_late import keep_late

P = ParamSpec("P")

_NEVER: Final = ("csrf_token", "opened-by", "do")
_MOST: Final = 1024 * 1024
_WORDS: Final = (
    "Not saved: the child is with another home, team or worker now. "
    "What you typed is kept for their social worker"
)


def keeps_late(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Keep what was typed for the child's worker where the child has left the home it was typed in."""

    @wraps(view)
    def kept(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except NotFound:
            place = {name: str(one) for name, one in kwargs.items()}
            if not holding.is_own_page(place) or not _keep(place):
                raise
        if request.form.get("do") == "autosave":
            return {"version": None, "words": _WORDS, "failed": True, "asked": {}, "files": {}}, 409
        return render_template("children/left.html"), 409

    return kept


def _keep(place: dict[str, str]) -> bool:
    """Keep the form of this request; False where it is about no child who has left this home."""
    pairs = [(name, one) for name, one in request.form.items(multi=True) if name not in _NEVER]
    if "group_id" in place:
        pairs += [("held-group", place["group_id"]), ("held-row", place["row_id"])]
    if sum(len(name) + len(one) for name, one in pairs) > _MOST:
        return False
    try:
        keep_late(
            store(),
            person=person(),
            actor=actor(),
            record_id=place["record_id"],
            page_id=place["page_id"][:40],
            typed=pairs,
        )
    except NotFound:
        return False
    return True
