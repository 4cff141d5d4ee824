"""Read a YAML file of ours into plain data, safely and without surprises.

YAML 1.1 reads `no` as false, `2024-02-28` as a date and `0770` as a number. Here a bare `true` or
`false` is a boolean, a bare decimal whole number without leading nought is a number, an empty value or
`null` is nothing, and everything else is the text that was typed. A key is always the text that was
typed. Keys may not repeat, tags are refused, and what aliases expand to is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from formsvc.errors import DefinitionInvalid, Problem

LARGEST = 1_000_000
MOST_NODES = 100_000
DEEPEST = 40
MOST_NAMED = 16

YAML_REMEDY = (
    "Mend the indentation there, or put the text in quotes: one with a colon and a space in it, or with "
    "{ } or [ ], needs them"
)

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_PLAIN: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


def read(path: Path, *, name: str) -> Any:
    """Return the plain data of a file; raise DefinitionInvalid, with `name` as the file and the line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _invalid(
            name, "file", f"cannot be read ({error.strerror})", "Check that it is there"
        ) from error
    return parse(raw, name=name)


def parse(raw: bytes, *, name: str) -> Any:
    """Return the plain data of YAML text; raise DefinitionInvalid, with `name` as the file and the line."""
    if len(raw) > LARGEST:
        raise _invalid(name, "file", f"is larger than {LARGEST} bytes", "Split it")
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=_LOADER)
        return None if node is None else _Builder(name).build(node, 0)
    except UnicodeDecodeError as error:
        raise _invalid(name, "file", f"is not UTF-8 at byte {error.start}", "Save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        what = f"is not YAML: {error.problem or error.context}"
        raise _invalid(name, f"line {line}", what, YAML_REMEDY) from error
    except (yaml.YAMLError, RecursionError) as error:
        what = f"is not YAML: {type(error).__name__}"
        raise _invalid(name, "file", what, "Mend it") from error


class _Builder:
    """Turns YAML nodes into plain data, counting every one, aliases as often as they are used."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            what = "grows too large through its aliases" if depth <= DEEPEST else "is nested too deeply"
            raise self.refused(node, what, "Write it out plainly")
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if node.tag not in _TAGS:
            raise self.refused(node, f"has the tag {node.tag}", "Remove the tag")
        if isinstance(node, yaml.SequenceNode):
            return [self.build(one, depth + 1) for one in node.value]
        return self.mapping(node, depth)

    def mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag not in _TAGS:
                raise self.refused(key, "has a key that is not text", "Give it a plain key")
            if key.value in built:
                raise self.refused(key, f"has the key {key.value} twice", "Keep one of them")
            built[key.value] = self.build(value, depth + 1)
        return built

    def scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        if node.tag not in _TAGS:
            raise self.refused(node, f"has the tag {node.tag}", "Remove the tag")
        if node.style not in (None, ""):
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        return int(text) if _WHOLE.fullmatch(text) else text

    def refused(self, node: yaml.Node, what: str, remedy: str) -> DefinitionInvalid:
        return _invalid(self.name, f"line {node.start_mark.line + 1}", what, remedy)


def meant(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known word, or all of them when none is near."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    shown = ", ".join(names[:MOST_NAMED]) + (
        f" and {len(names) - MOST_NAMED} more" * (len(names) > MOST_NAMED)
    )
    return f"Known here: {shown}" if names else "There is none to choose from"


def _invalid(file: str, key: str, what: str, remedy: str) -> DefinitionInvalid:
    return DefinitionInvalid([Problem(file=file, key=key, what=what, remedy=remedy)])
