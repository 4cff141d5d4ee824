"""The data inside a document, and whether the print says the same."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NoReturn

import rfc8785

from formsvc.access.views import FORMAT, View
from formsvc.documents.carried import Carried, carried
from formsvc.documents.content import Content, addressed, all_items, build
from formsvc.errors import FormsvcError, Unreadable
from formsvc.fields.blocks import Picture, leaves
from formsvc.seals.verify.validity import Definitions, judge_valid
from formsvc.seals.verify.verdicts import NOT_APPLICABLE, Issued, Status, Verdict, bad, good, unknown

_MOST_NAMED = 20
_DATA_BYTES = 50_000_000
_MOST_INTEGER = 2**53 - 1


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """The data inside a document: the verdict on it and, where it is as we write it, what it says."""

    verdict: Verdict
    valid: Verdict = NOT_APPLICABLE
    content: Content | None = None
    issued: Issued | None = None
    attachments: tuple[Carried, ...] = ()


def read_view(data: bytes, *, definitions: Definitions | None = None) -> Embedded:
    """Return the embedded JSON of a document, judged; `definitions` finds the definition that it names."""
    if len(data) > _DATA_BYTES:
        return _odd("it is too large")
    try:
        told = json.loads(
            data, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
        canonical = canonical_json(told)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return _odd("it is not proper JSON")
    if canonical != data:
        return _odd("it is not in its canonical form")
    if not isinstance(told, dict) or not isinstance(told.get("format"), str):
        return _odd("it does not name its format")
    if told["format"] != FORMAT:
        return Embedded(verdict=unknown("data_newer", format=told["format"][:60]))
    view = View(data=told)
    vars(view)["json"] = data  # it was found to be canonical: not to be worked out again
    try:
        content = build(view)
        said = addressed(content)
        attachments = carried(told)
        header = _issued(view)
        valid = judge_valid(view, definitions=definitions)
    except (FormsvcError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return _odd("it is not built like a view")
    verdict = good("data_good", format=FORMAT, hash=view.hash, answers=len(said))
    return Embedded(verdict=verdict, valid=valid, content=content, issued=header, attachments=attachments)


def _odd(why: str) -> Embedded:
    return Embedded(verdict=bad("data_odd", why=why))


def _issued(view: View) -> Issued:
    data = view.data
    document = data["document"]
    return Issued(
        record=_text(data["record"]),
        reference=_text(document["reference"]),
        revision=int(document["revision"]),
        issued_at=_text(document["issued_at"]),
        audience=_text(data["audience"]["id"]),
        demonstration=document["demonstration"] is True,
        view_hash=view.hash,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise TypeError("a header of the view is no short text")
    return value


def compare(
    content: Content,
    *,
    printed: Mapping[str, str],
    pictures: Mapping[str, AbstractSet[str]],
) -> Verdict:
    """Return the verdict on the print of a document against what its view says.

    `printed` is the text by address, `pictures` the SHA-256 of those that stand there. Texts are
    compared word by word: how lines were broken does not count, everything else does.
    """
    said = addressed(content)
    differing = sorted(
        path
        for path in said.keys() | printed.keys()
        if _words(printed.get(path, "")) != _words(said.get(path, ""))
    )
    missing = sorted(path for path, sha256 in _pictures(content) if sha256 not in pictures.get(path, ()))
    if differing or missing:
        return bad(
            "print_differs",
            paths=differing[:_MOST_NAMED],
            pictures=missing[:_MOST_NAMED],
            count=len(differing) + len(missing),
        )
    return good("print_equal", compared=len(said), pictures=len(list(_pictures(content))))


def judge_data(embedded: Embedded, *, signers: Iterable[Verdict]) -> Verdict:
    """Return the verdict on the data, bad where it and the seal differ on being a demonstration."""
    if embedded.issued is None or embedded.verdict.status is not Status.GOOD:
        return embedded.verdict
    keys = {one.detail["demonstration"] for one in signers if "demonstration" in one.detail}
    if keys and keys != {embedded.issued.demonstration}:
        return bad("demonstration_disagrees", document=embedded.issued.demonstration, seal=sorted(keys))
    return embedded.verdict


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


def _pictures(content: Content) -> Iterable[tuple[str, str]]:
    for item in all_items(content):
        for leaf in leaves(item):
            for block in leaf.blocks:
                if isinstance(block, Picture):
                    yield leaf.path, block.sha256


def canonical_json(told: Any) -> bytes:
    """Return canonical JSON (RFC 8785) of what holds safe integers, texts, booleans, null, lists, objects.

    For such values, and keys in ASCII, it is what the standard library writes, ten times as fast; keys
    beyond ASCII sort otherwise in UTF-16, and go the long way.
    """
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if written.isascii() or _ascii_keys(told):
        return written.encode("utf-8")
    return rfc8785.dumps(told)


def _ascii_keys(told: Any) -> bool:
    pending = [told]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            if not all(map(str.isascii, one)):
                return False
            pending += one.values()
        elif isinstance(one, list):
            pending += one
    return True


def _integer(text: str) -> int:
    number = int(text) if len(text) <= 17 else _MOST_INTEGER + 1
    if abs(number) > _MOST_INTEGER:
        raise ValueError(f"{text[:20]} is no safe integer")
    return number


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
