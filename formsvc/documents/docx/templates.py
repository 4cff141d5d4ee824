"""Word templates: compiled once by docxtpl, kept, and checked against the definition they print.

A template is a Word document whose text holds Jinja placeholders. docxtpl turns what Word stored
into a Jinja source; we compile it in a sandbox that escapes everything, knows no loader, no
globals and no filter that could let text through as markup.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
import jinja2.meta
from docxtpl import DocxTemplate
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.dangers import MAIN, STYLES, dangers
from formsvc.documents.docx.reading import W, hides
from formsvc.documents.docx.typeset import PICTURE
from formsvc.errors import Problem, RenderFailed, Unreadable

_KEPT: Final = frozenset(
    {"styles", "settings", "fontTable", "theme", "numbering", "header", "footer", "footnotes", "endnotes"}
)
"""The kinds of part that a document needs; whatever else Word put beside them is left out."""
_WHEN_USED: Final = frozenset({"image", "hyperlink"})
_FORBIDDEN_NODES: Final = (
    nodes.ScopedEvalContextModifier,
    nodes.Import,
    nodes.FromImport,
    nodes.Include,
    nodes.Extends,
)
_DRAWING = re.compile("<w:drawing>.*?</w:drawing>", re.DOTALL)
_SUBJECT = re.compile(r"{{\s*([a-z_.]+)\.alt\s*}}")
_EMBED = re.compile('r:embed="[^"]*"')
_PLACEHOLDER = re.compile("{{.*?}}|{%.*?%}|{#.*?#}")
_BRACES = re.compile("{{|}}|{%|%}|{#|#}")
_PART_NAME = re.compile('r:(?:embed|id|link)="([^"]+)"')


class _Word(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """docxtpl's reading of a Word file, used for its cleaning of what Word stored."""

    def source(self, xml: str) -> str:
        """Return the Jinja source of a part."""
        patched = str(self.patch_xml(xml)).replace("<w:t>", '<w:t xml:space="preserve">')
        return _DRAWING.sub(_own_picture, patched)


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A template ready to print: Jinja templates by part, and the parts that never change.

    `names` are the names of the context it uses, `said` what it takes from some of them, `placed` the
    fields it places by name, `slots` the slots of the sheet; `relations` are the relationships of the main
    part that every document of it has. `tight` maps the style of a paragraph that has a sibling for a full
    sheet ("Sheet value": "Sheet value tight") to that sibling.
    """

    jinja: Mapping[str, jinja2.Template]
    constant: Mapping[str, bytes]
    content_types: Mapping[str, str]
    relations: tuple[package.Relationship, ...]
    names: frozenset[str]
    said: Mapping[str, frozenset[str]]
    placed: frozenset[str]
    slots: frozenset[str]
    emoji_font: str
    tight: Mapping[str, str]


def load(path: Path) -> Compiled:
    """Return the compiled template of a file, kept until the file changes; raise RenderFailed if unusable."""
    try:
        state = path.stat()
    except OSError as error:
        raise RenderFailed(f"there is no Word template {path.name}") from error
    return _load(_Stamp(path=path, modified=state.st_mtime_ns, size=state.st_size))


@dataclass(frozen=True, kw_only=True)
class _Stamp:
    """A file as it stood: another stamp means another file."""

    path: Path
    modified: int
    size: int


@lru_cache(maxsize=64)
def _load(stamp: _Stamp) -> Compiled:
    path = stamp.path
    try:
        parts = package.read(path.read_bytes())
        refused = next((one for one in dangers(parts) if one.refused), None)
        if refused is not None:
            raise RenderFailed(f"{path.name}: {refused.place}: {refused.what}")
        sources = _sources(path, parts)
        environment = _environment()
        trees = {name: environment.parse(source) for name, source in sources.items()}
        problems = [what for tree in trees.values() for what in _forbidden(tree)]
        if problems:
            raise RenderFailed(f"{path.name}: {problems[0]}")
        if hides(package.parse(parts[STYLES])):
            raise RenderFailed(f"{path.name}: a style hides text")
        relations = _relations(parts, sources[MAIN])
        return Compiled(
            jinja={name: environment.from_string(tree) for name, tree in trees.items()},
            constant={name: parts[name] for name in _reached(parts, relations) if name not in sources},
            content_types=package.content_types(parts[package.CONTENT_TYPES])[0],
            relations=relations,
            names=frozenset().union(*map(jinja2.meta.find_undeclared_variables, trees.values())),
            said={name: _taken(trees.values(), name) for name in ("document", "fact", "subject")},
            placed=_taken(trees.values(), "field"),
            slots=_taken(trees.values(), "sheet"),
            emoji_font=_emoji_font(parts),
            tight=_tight(parts),
        )
    except (Unreadable, KeyError, jinja2.TemplateError) as error:
        raise RenderFailed(f"{path.name} cannot be used: {error}") from error


def _relations(parts: Mapping[str, bytes], source: str) -> tuple[package.Relationship, ...]:
    """Return what the main part goes on referring to."""
    used = set(_PART_NAME.findall(source))
    kept = []
    for one in package.relationships(parts, MAIN):
        kind = one.type.rpartition("/")[2]
        if kind in _KEPT or (kind in _WHEN_USED and one.id in used):
            kept.append(one)
    return tuple(kept)


def _reached(parts: Mapping[str, bytes], relations: Iterable[package.Relationship]) -> list[str]:
    """Return the parts that these relationships reach, with the parts that hold their relationships."""
    waiting = [one.target for one in relations if not one.external]
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in parts:
            continue
        found.append(name)
        if package.rels_name(name) in parts:
            found.append(package.rels_name(name))
            waiting += [one.target for one in package.relationships(parts, name) if not one.external]
    return found


def chosen(folder: Path, *, definition: str, layout: str, area: str = "") -> Path:
    """Return the template of a definition: its area's own, its own, or else the one its layout shares."""
    named = [folder / area / f"{definition}.docx"] if area.isalnum() else []
    named.append(folder / f"{definition}.docx")
    return next((one for one in named if one.exists()), folder / f"{layout}.docx")


def serving(folder: Path, *, definition: str, layout: str, area: str) -> list[Path]:
    """Return the template that prints a definition in an area, and its layout's, which may have to."""
    shared = folder / f"{layout}.docx"
    first = chosen(folder, definition=definition, layout=layout, area=area)
    return [first, shared] if shared.exists() and shared != first else [first]


def strangers(folder: Path, *, names: Collection[str], areas: Collection[str]) -> list[Problem]:
    """Return the Word files of a folder, and of its areas' folders, that print nothing by their name."""
    found = sorted((*folder.glob("*.docx"), *folder.glob("*/*.docx")))
    return [
        Problem(
            file=str(one.relative_to(folder)),
            key="file",
            what="prints no definition",
            remedy=f"Name it after one: {', '.join(sorted(names))}; an area's own stands in its folder",
        )
        for one in found
        if not one.name.startswith("~$")
        and (one.stem not in names or (one.parent != folder and one.parent.name not in areas))
    ]


def placeholders(path: Path) -> set[str]:
    """Return the ids of the fields and the slots of the sheet that a template places by name."""
    compiled = load(path)
    return set(compiled.placed | compiled.slots)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals.clear()
    keep = {"join", "length", "first", "last", "upper", "lower", "default"}
    environment.filters = {name: one for name, one in environment.filters.items() if name in keep}
    return environment


def _sources(path: Path, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return part name -> Jinja source of the document, its headers and its footers."""
    word = _Word(str(path))
    running = {f"{package.OFFICE}/header", f"{package.OFFICE}/footer"}
    names = [MAIN, *(one.target for one in package.relationships(parts, MAIN) if one.type in running)]
    sources = {}
    for name in names:
        root = package.parse(parts[name])
        _refuse_half_a_placeholder(path, root)
        sources[name] = word.source(etree.tostring(root, encoding="unicode"))
    return sources


def _refuse_half_a_placeholder(path: Path, root: etree._Element) -> None:
    """Raise RenderFailed for a placeholder that its own paragraph does not close: more would go with it."""
    w = f"{{{W}}}"
    for one in root.iter(f"{w}p"):
        said = "".join(text.text or "" for text in one.iter(f"{w}t"))
        if _BRACES.search(_PLACEHOLDER.sub("", said)):
            raise RenderFailed(f"{path.name}: a placeholder is not closed, or never opened: {said[:60]!r}")


def _own_picture(match: re.Match[str]) -> str:
    """Let a picture whose alternative text names a picture of the view show that picture."""
    drawing = match.group()
    subject = _SUBJECT.search(drawing)
    if subject is None:
        return drawing
    return _EMBED.sub(f'r:embed="{PICTURE}{{{{ {subject.group(1)}.sha256 }}}}"', drawing)


def _forbidden(tree: nodes.Template) -> Iterator[str]:
    for one in tree.find_all(_FORBIDDEN_NODES):
        yield f"a template may not say {type(one).__name__.lower()} (line {one.lineno})"


def _taken(trees: Iterable[nodes.Template], name: str) -> frozenset[str]:
    return frozenset(one for tree in trees for one in _named(tree, name))


def _named(tree: nodes.Template, name: str) -> Iterator[str]:
    """Yield what a template takes from a name of the context, `field` or `sheet` say, by name."""
    for one in tree.find_all((nodes.Getattr, nodes.Getitem)):
        holder: Any = one.node  # type: ignore[attr-defined]  # both kinds of node have one
        if isinstance(holder, nodes.Name) and holder.name == name:
            if isinstance(one, nodes.Getattr):
                yield one.attr
            elif isinstance(one, nodes.Getitem) and isinstance(one.arg, nodes.Const):
                yield str(one.arg.value)


def _tight(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return style -> its sibling for a sheet that holds much, by their identifiers."""
    w = f"{{{W}}}"
    named = {
        str(name.get(f"{w}val")).lower(): str(style.get(f"{w}styleId"))
        for style in package.parse(parts[STYLES]).iter(f"{w}style")
        if style.get(f"{w}type") == "paragraph" and (name := style.find(f"{w}name")) is not None
    }
    return {id: named[f"{name} tight"] for name, id in named.items() if f"{name} tight" in named}


def _emoji_font(parts: Mapping[str, bytes]) -> str:
    """Return the font of the template's character style "Emoji"."""
    w = f"{{{W}}}"
    for style in package.parse(parts[STYLES]).iter(f"{w}style"):
        name = style.find(f"{w}name")
        fonts = style.find(f"{w}rPr/{w}rFonts")
        if name is not None and name.get(f"{w}val") == "Emoji" and fonts is not None:
            return str(fonts.get(f"{w}ascii", "Segoe UI Emoji"))
    return "Segoe UI Emoji"
