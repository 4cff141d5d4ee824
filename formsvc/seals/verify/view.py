"""The data inside a document, and whether the print says the same."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import rfc8785

from formsvc.access.views import FORMAT, View
from formsvc.documents.content import Content, addressed, all_items, build
from formsvc.errors import FormsvcError, Unreadable
from formsvc.fields.blocks import Picture, leaves
from formsvc.seals.verify.verdicts import Issued, Status, Verdict, bad, good, unknown

_MOST_NAMED = 20
_DATA_BYTES = 50_000_000


def read_view(data: bytes) -> tuple[Verdict, View | None, Content | None]:
    """Return the verdict on embedded JSON, and the view and what it says where it is as we write it."""
    if len(data) > _DATA_BYTES:
        return bad("data_odd", why="it is too large"), None, None
    try:
        told = json.loads(data, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
        canonical = rfc8785.dumps(told)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return bad("data_odd", why="it is not proper JSON"), None, None
    if canonical != data:
        return bad("data_odd", why="it is not in its canonical form"), None, None
    if not isinstance(told, dict) or not isinstance(told.get("format"), str):
        return bad("data_odd", why="it does not name its format"), None, None
    if told["format"] != FORMAT:
        return unknown("data_newer", format=told["format"][:60]), None, None
    view = View(data=told)
    try:
        content = build(view)
        said = addressed(content)
    except (FormsvcError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return bad("data_odd", why="it is not built like a view"), None, None
    return good("data_good", format=FORMAT, hash=view.hash, answers=len(said)), view, content


def issued(view: View) -> Issued:
    """Return which document a view is. It was built already, so that its header is known to be there."""
    data = view.data
    document = data["document"]
    return Issued(
        record=str(data["record"]),
        reference=str(document["reference"]),
        revision=int(document["revision"]),
        issued_at=str(document["issued_at"]),
        audience=str(data["audience"]["id"]),
        demonstration=bool(document["demonstration"]),
        view_hash=view.hash,
    )


def compare(
    content: Content,
    *,
    printed: Mapping[str, str],
    pictures: AbstractSet[str],
    same: Callable[[str, str], bool],
) -> Verdict:
    """Return the verdict on print (address -> text) and pictures (SHA-256) against what the view says.

    `same` says whether two texts are the same print: how lines were broken does not count.
    """
    said = addressed(content)
    differing = sorted(
        path for path in said.keys() | printed.keys() if not same(printed.get(path, ""), said.get(path, ""))
    )
    missing = sorted(path for path, sha256 in _pictures(content) if sha256 not in pictures)
    if differing or missing:
        return bad(
            "print_differs",
            paths=differing[:_MOST_NAMED],
            pictures=missing[:_MOST_NAMED],
            count=len(differing) + len(missing),
        )
    return good("print_equal", compared=len(said), pictures=len(list(_pictures(content))))


def demonstration_agrees(data: Verdict, told: Issued | None, signers: Iterable[Verdict]) -> Verdict:
    """Return the verdict on the data, bad where it and the seal differ on being a demonstration."""
    if told is None or data.status is not Status.GOOD:
        return data
    keys = {one.detail["demonstration"] for one in signers if "demonstration" in one.detail}
    if keys and keys != {told.demonstration}:
        return bad("demonstration_disagrees", document=told.demonstration, seal=sorted(keys))
    return data


def same_letters(printed: str, said: str) -> bool:
    """Say whether two texts are the same letter by letter, composed (NFC), white space left out."""
    return _squeezed(printed) == _squeezed(said)


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _pictures(content: Content) -> Iterable[tuple[str, str]]:
    for item in all_items(content):
        for leaf in leaves(item):
            for block in leaf.blocks:
                if isinstance(block, Picture):
                    yield leaf.path, block.sha256


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _float(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no safe integer")


def unreadable_print(error: Unreadable) -> Verdict:
    """Return the verdict on print that cannot be read back strictly."""
    return bad("print_unreadable", why=error.detail)
