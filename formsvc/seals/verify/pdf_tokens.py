"""The words of a content stream (ISO 32000-2, 7.8.2): each operator with its operands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from formsvc.errors import Unreadable

_TOKEN: Final = re.compile(
    rb"""(?P<space>(?:[\x00\t\n\x0c\r\x20]++|%[^\r\n]*+)++)
    |(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r\x20]*>)
    |(?P<number>[+-]?(?:\d++(?:\.\d*+)?|\.\d++))
    |(?P<word>[A-Za-z'"][A-Za-z0-9'"*]*)
    |/(?P<name>[^\x00\t\n\x0c\r\x20()<>\[\]{}/%]*)
    |(?P<open><<|\[)
    |(?P<close>>>|\])
    |(?P<string>\()""",
    re.VERBOSE,
)
_NUMBER: Final = rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)"
_SPACES: Final = rb"[\x00\t\n\x0c\r\x20]"
_QUICK: Final = re.compile(
    (
        rb"%(space)b*+(?:"
        rb"(?P<numbers>(?:%(number)b%(space)b++)*+)(?P<plain>Tm|re|f|BT|ET|rg|g)%(after)b"
        rb"|\[(?P<shown>(?:%(space)b*+(?:<(?:[0-9A-Fa-f]{2})*+>|%(number)b))*+)%(space)b*+\]%(space)b*+TJ%(after)b"
        rb"|/(?P<font>[A-Za-z0-9]++)%(space)b++(?P<size>%(number)b)%(space)b++Tf%(after)b"
        rb"|/(?P<tag>[A-Za-z0-9]++)%(space)b*+<<%(space)b*+/MCID%(space)b++(?P<mark>\d{1,9})"
        rb"%(space)b*+>>%(space)b*+BDC%(after)b"
        rb"|(?P<end>EMC)%(after)b)"
    )
    % {b"number": _NUMBER, b"space": _SPACES, b"after": rb"(?=" + _SPACES + rb"|[/\[<(]|\Z)"}
)
"""What most of a page is made of, taken whole: places, areas, marks and shown text."""
_SHOWN: Final = re.compile(rb"<([0-9A-Fa-f]*)>|([-+.\d]++)")
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\x0c"}
_STRING_PART: Final = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|([()])|[^\\()]+", re.DOTALL)
_HEX_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONSTANTS: Final = frozenset({b"true", b"false", b"null"})
_MOST_NESTED: Final = 64


class Name(str):
    """A PDF name, without its solidus."""

    __slots__ = ()


class Number(bytes):
    """A PDF number as it was written; no string."""

    __slots__ = ()


def operations(content: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Yield each operator with its operands; strings are bytes, arrays lists, dictionaries dict."""
    words = _Words()
    at, end = 0, len(content)
    while at < end:
        if not words.operands and not words.outer and (quick := _QUICK.match(content, at)):
            at = quick.end()
            yield _whole(quick)
            continue
        found = _TOKEN.match(content, at)
        if found is None or found.lastgroup is None:
            raise Unreadable("a page is drawn with something unknown")
        at = found.end()
        kind, token = found.lastgroup, found[found.lastgroup]
        if kind == "space":
            continue
        if kind == "word" and token not in _CONSTANTS:
            yield token.decode("ascii"), words.take()
        elif kind == "string":
            text, at = literal_string(content, at)
            words.operands.append(text)
        else:
            words.add(kind, token)
    if words.take():
        raise Unreadable("the drawing of a page is cut short")


def _whole(quick: re.Match[bytes]) -> tuple[str, list[Any]]:
    """Return an operator that was taken whole, with its operands."""
    kind = quick.lastgroup
    if kind == "plain":
        return quick["plain"].decode("ascii"), list(map(Number, quick["numbers"].split()))
    if kind == "shown":
        return "TJ", [_pieces(quick["shown"])]
    if kind == "mark":
        return "BDC", [Name(quick["tag"].decode("ascii")), {"MCID": Number(quick["mark"])}]
    if kind == "size":
        return "Tf", [Name(quick["font"].decode("ascii")), Number(quick["size"])]
    return "EMC", []


class _Words:
    """Operands as they come in, with what is still open around them."""

    def __init__(self) -> None:
        self.operands: list[Any] = []
        self.outer: list[tuple[bytes, list[Any]]] = []

    def take(self) -> list[Any]:
        """Return the operands and begin anew."""
        if self.outer:
            raise Unreadable("a page is drawn with brackets that do not match")
        taken, self.operands = self.operands, []
        return taken

    def add(self, kind: str, token: bytes) -> None:
        """Add a token that is no operator."""
        if kind == "number":
            self.operands.append(Number(token))
        elif kind == "hex":
            self.operands.append(_hex(token[1:-1]))
        elif kind == "name":
            self.operands.append(Name(unescaped_name(token)))
        elif kind == "open":
            if len(self.outer) >= _MOST_NESTED:
                raise Unreadable("a page is drawn with something nested too deeply")
            self.outer.append((token, self.operands))
            self.operands = []
        elif kind == "close":
            self._close(token)
        else:
            self.operands.append(token.decode("ascii"))

    def _close(self, token: bytes) -> None:
        inner = self.operands
        opened, self.operands = self.outer.pop() if self.outer else (b"", [])
        if (opened, token) == (b"[", b"]"):
            self.operands.append(inner)
        elif (opened, token) == (b"<<", b">>"):
            self.operands.append(_dictionary(inner))
        else:
            raise Unreadable("a page is drawn with brackets that do not match")


def _pieces(shown: bytes) -> list[bytes]:
    """Return the strings and numbers of an array in their order."""
    return [
        Number(number) if number else bytes.fromhex(digits.decode("ascii"))
        for digits, number in _SHOWN.findall(shown)
    ]


def _hex(digits: bytes) -> bytes:
    digits = digits.translate(None, b"\x00\t\n\x0c\r ")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


@lru_cache(maxsize=4096)
def unescaped_name(token: bytes) -> str:
    """Return a name as it is meant: #20 is a space."""
    if b"#" in token:
        token = _HEX_NAME.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), token)
    return token.decode("latin-1")


def literal_string(content: bytes, at: int) -> tuple[bytes, int]:
    """Return a string in brackets and where it ends; `at` is just after its opening bracket."""
    parts: list[bytes] = []
    depth = 1
    while found := _STRING_PART.match(content, at):
        at = found.end()
        escaped, bracket = found.groups()
        if bracket:
            depth += 1 if bracket == b"(" else -1
            if not depth:
                return b"".join(parts), at
            parts.append(bracket)
        else:
            parts.append(found.group() if escaped is None else _unescaped(escaped))
    raise Unreadable("a text of a page is cut short")


def _unescaped(escaped: bytes) -> bytes:
    if escaped[:1].isdigit():
        return bytes((int(escaped, 8) & 0xFF,)) if escaped[0] < 0x38 else escaped
    return b"" if escaped in (b"\n", b"\r", b"\r\n") else _ESCAPES.get(escaped, escaped)


def _dictionary(flat: list[Any]) -> dict[str, Any]:
    keys = flat[::2]
    if len(flat) % 2 or not all(isinstance(one, Name) for one in keys) or len(set(keys)) != len(keys):
        raise Unreadable("a property list of a page is not whole")
    return dict(zip(keys, flat[1::2], strict=True))
