"""In a Word document of ours: text that is there and cannot be seen, by its size, colour, place or strokes.

A style hides by what it says itself or takes from the style it is based on; it counts where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNSEEN: Final = "text that cannot be seen"

_LEAST_SIZE: Final = 10  # half-points: 5 pt
_LEAST_WIDTH: Final = 40  # per cent of a letter's width
_MOST_RAISED: Final = 48  # half-points
_MOST_CONDENSED: Final = 40  # twentieths of a point
_LEAST_LINE: Final = 100  # twentieths of a point
_MOST_INDENT: Final = 9000  # twentieths of a point: 16 cm
_PALE: Final = 0xC0  # the least of red, green and blue from which a colour is near that of paper
_HEX: Final = re.compile(r"[0-9A-Fa-f]{6}")
_PALE_THEME: Final = frozenset({"background1", "background2", "light1", "light2"})
_SAYING: Final = frozenset("sz w position spacing strike dstrike shd highlight color".split())
_TEXT: Final = tuple(W + name for name in ("t", "instrText", "delText"))

Properties = Mapping[str, Any]
"""Name -> element, of what a run's properties say."""


def unseen(root: etree._Element, *, styles: Mapping[str, Properties]) -> Iterator[str]:
    """Yield what hides text in a part of the document; `styles` are those of `style_properties`."""
    known: dict[tuple[str, str], bool] = {}
    for run in root.iter(W + "r"):
        if not any((one.text or "").strip() for one in run.iterchildren(*_TEXT)):
            continue
        paragraph = next(run.iterancestors(W + "p"), None)
        around = "-" if paragraph is None else _style(paragraph, "pPr", "pStyle")
        named = (around, _style(run, "rPr", "rStyle"))
        own = _properties(run.find(W + "rPr"))
        if own.keys() & _SAYING:
            hidden = _hides({**_of(styles, named), **own})
        else:
            if named not in known:
                known[named] = _hides(_of(styles, named))
            hidden = known[named]
        if hidden:
            yield UNSEEN
    for one in root.iter(*(W + name for name in ("spacing", "trHeight", "ind", "framePr"))):
        if _squeezes(one):
            yield UNSEEN


def _of(styles: Mapping[str, Properties], named: tuple[str, str]) -> dict[str, etree._Element]:
    return {name: one for style in ("", *named) for name, one in styles.get(style, {}).items()}


def style_properties(root: etree._Element | None) -> dict[str, Properties]:
    """Return the run properties of each style by id, its base's with it; "" the defaults."""
    if root is None:
        return {}
    told = {_value(one, "styleId"): one for one in root.iter(W + "style")}
    found: dict[str, Properties] = {"": _properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))}
    for name in told:
        chain: list[etree._Element] = []
        at = name
        while at in told and told[at] not in chain:
            chain.append(told[at])
            base = told[at].find(W + "basedOn")
            at = "" if base is None else _value(base, "val")
        merged: dict[str, etree._Element] = {}
        for one in reversed(chain):
            merged |= _properties(one.find(W + "rPr"))
        found[name] = merged
    return found


def _properties(holder: etree._Element | None) -> dict[str, etree._Element]:
    return {} if holder is None else {str(one.tag).removeprefix(W): one for one in holder.iterchildren("*")}


def _style(element: etree._Element, holder: str, name: str) -> str:
    found = element.find(f"{W}{holder}/{W}{name}")
    return "-" if found is None else _value(found, "val")


def _hides(said: Properties) -> bool:
    """Say whether run properties make letters that a reader does not see."""
    size, width = _number(said, "sz", 20), _number(said, "w", 100)
    if size < _LEAST_SIZE or width < _LEAST_WIDTH:
        return True
    if abs(_number(said, "position", 0)) > _MOST_RAISED or _number(said, "spacing", 0) < -_MOST_CONDENSED:
        return True
    if any(
        name in said and _value(said[name], "val") not in ("0", "false", "off")
        for name in ("strike", "dstrike")
    ):
        return True
    ground = _value(said["shd"], "fill") if "shd" in said else ""
    if _HEX.fullmatch(ground) and not _pale(ground):
        return True  # dark behind the letters
    if "highlight" in said and _value(said["highlight"], "val").startswith(("black", "dark")):
        return True
    colour = said.get("color")
    return colour is not None and (
        _value(colour, "themeColor") in _PALE_THEME or _pale(_value(colour, "val"))
    )


def _squeezes(one: etree._Element) -> bool:
    """Say whether a paragraph's or a row's property takes text off the page or its height away."""
    exact = "exact" in (_value(one, "lineRule"), _value(one, "hRule"))
    height = _value(one, "line") or _value(one, "val")
    if exact and height.isdigit() and int(height) < _LEAST_LINE:
        return True
    if one.tag == W + "framePr":
        return True
    return one.tag == W + "ind" and any(
        abs(int(text)) > _MOST_INDENT
        for name in ("left", "right", "start", "end", "firstLine", "hanging")
        if re.fullmatch(r"-?\d{1,9}", text := _value(one, name))
    )


def _pale(colour: str) -> bool:
    return bool(_HEX.fullmatch(colour)) and min(bytes.fromhex(colour)) >= _PALE


def _number(said: Properties, name: str, default: int) -> int:
    text = _value(said[name], "val") if name in said else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def _value(element: etree._Element, name: str) -> str:
    return str(element.get(W + name, ""))
