"""Make the Word document of a view from a template: unsealed bytes, the same each time."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import jinja2
from lxml import etree

from formsvc.access.views import View
from formsvc.documents.carried import Carried, carried_bytes
from formsvc.documents.content import Content, addressed, all_items, build
from formsvc.documents.docx import data, package, properties, styles
from formsvc.documents.docx.context import context, sheet_is_full
from formsvc.documents.docx.dangers import MAIN, STYLES
from formsvc.documents.docx.logo import put_logo
from formsvc.documents.docx.pictures import CONTENT_TYPES as PICTURE_TYPES
from formsvc.documents.docx.pictures import Frame, code, frames
from formsvc.documents.docx.reading import printed, same_text
from formsvc.documents.docx.restyled import SIGNED_MOST
from formsvc.documents.docx.templates import Compiled, load
from formsvc.documents.docx.typeset import typeset
from formsvc.errors import RenderFailed, Unreadable
from formsvc.fields.blocks import Item, Picture, leaves

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROOT: Final = (
    f'{_HEAD}<Relationships xmlns="{package.REL}">'
    f'<Relationship Id="rId1" Type="{package.OFFICE}/officeDocument" Target="{MAIN}"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
    f'core-properties" Target="{properties.CORE}"/>'
    f'<Relationship Id="rId3" Type="{package.OFFICE}/extended-properties" Target="{properties.APP}"/>'
    "</Relationships>"
).encode()


def render(view: View, *, template: Path, content: Content | None = None) -> bytes:
    """Return the unsealed Word document of a view; the same view and template give the same bytes.

    `content` is what `build(view)` returns, when it is at hand. Raises RenderFailed when a text cannot
    be printed, a picture is not what the view names, or the template would leave an answer out.
    """
    said = content if content is not None else build(view)
    compiled = load(template)
    check = code(said.check_address)
    check_sha256 = hashlib.sha256(check).hexdigest()
    pictures = frames(_files(view, said) | {check_sha256: check})
    names = context(said, placed=compiled.placed, slots=compiled.slots, code=check_sha256)
    roots = _printed(
        compiled, names, pictures, logo=said.logo, tight=compiled.tight if sheet_is_full(said) else {}
    )
    _nothing_lost(roots.values(), said, template)
    parts = {name: package.serialise(root) for name, root in roots.items()} | dict(compiled.constant)
    shown = [one for one in pictures.values() if one.relationship.encode() in parts[MAIN]]
    parts |= {one.part: one.data for one in shown}
    parts[STYLES] = styles.only(parts[STYLES], styles.used(roots.values()))
    relations = tuple(one for one in compiled.relations if _is_used(one, parts))
    for one in set(compiled.relations) - set(relations):
        del parts[one.target]
    files = carried_bytes(view)
    parts |= data.parts(view.json) | properties.property_parts(said) | data.attached_parts(files)
    parts[package.rels_name(MAIN)] = _relationships(relations, shown, [one for one, _ in files])
    parts[package.ROOT_RELS] = _ROOT
    parts[package.CONTENT_TYPES] = _content_types(compiled, parts, [one for one, _ in files])
    _few_enough(parts, shown)
    return package.write(parts)


def _few_enough(parts: Mapping[str, bytes], pictures: Sequence[Frame]) -> None:
    """Raise RenderFailed when a seal would refer to more parts than other people's verifiers read."""
    signed = len(parts.keys() - {package.CONTENT_TYPES, properties.CORE, properties.APP})
    if signed > SIGNED_MOST:
        most = len(pictures) - (signed - SIGNED_MOST) - 1  # the code is one of them
        raise RenderFailed(
            f"the Word document would show {len(pictures) - 1} different pictures, and can carry {most}: "
            "its seal covers at most 30 parts. The PDF carries them all"
        )


def _files(view: View, content: Content) -> dict[str, bytes]:
    """Return SHA-256 -> bytes of every picture that the content prints."""
    leafs = (leaf for item in all_items(content) for leaf in leaves(item))
    wanted = [block.sha256 for leaf in leafs for block in leaf.blocks if isinstance(block, Picture)]
    if any(sha256 not in view.files for sha256 in wanted):
        raise RenderFailed("a picture of the view has no bytes")
    return {sha256: view.files[sha256] for sha256 in wanted}


def _printed(
    compiled: Compiled,
    names: Mapping[str, Any],
    pictures: Mapping[str, Frame],
    *,
    logo: Item | None,
    tight: Mapping[str, str],
) -> dict[str, etree._Element]:
    """Return the document, its headers and its footers, printed and set."""
    roots: dict[str, etree._Element] = {}
    number = 1
    for name, template in compiled.jinja.items():
        try:
            root = package.parse(template.render(names).encode("utf-8"))
        except (jinja2.TemplateError, Unreadable, UnicodeEncodeError) as error:
            raise RenderFailed(f"the template cannot print {name}: {error}") from error
        if name == MAIN and logo is not None:
            put_logo(root, logo)
        number = typeset(
            root, pictures=pictures, emoji_font=compiled.emoji_font, styles=tight, first_id=number
        )
        roots[name] = root
    return roots


def _is_used(relation: package.Relationship, parts: Mapping[str, bytes]) -> bool:
    """Say whether a document needs what its template relates to: lists without a list do not travel."""
    if not relation.type.endswith("/numbering"):
        return True
    return any(b"numId" in content for name, content in parts.items() if name != relation.target)


def _relationships(
    relations: Iterable[package.Relationship], pictures: Iterable[Frame], files: Iterable[Carried]
) -> bytes:
    """Return the relationships of the main part."""
    folder = posixpath.dirname(MAIN)
    found = [
        (
            one.id,
            one.type,
            one.target if one.external else posixpath.relpath(one.target, folder),
            one.external,
        )
        for one in relations
    ]
    found += [
        (one.relationship, f"{package.OFFICE}/image", posixpath.relpath(one.part, folder), False)
        for one in pictures
    ]
    found.append(("rIdView", data.RELATIONSHIP, posixpath.relpath(data.ITEM, folder), False))
    found += [
        (
            f"rIdFile{one.number}",
            data.ATTACHED_RELATIONSHIP,
            posixpath.relpath(f"{data.ATTACHED}{one.inside}", folder),
            False,
        )
        for one in files
    ]
    written = "".join(
        f"<Relationship Id={quoteattr(id)} Type={quoteattr(type)} Target={quoteattr(target)}"
        f"{' TargetMode=' + quoteattr('External') if external else ''}/>"
        for id, type, target, external in found
    )
    return f'{_HEAD}<Relationships xmlns="{package.REL}">{written}</Relationships>'.encode()


def _content_types(compiled: Compiled, parts: Mapping[str, bytes], files: Iterable[Carried]) -> bytes:
    """Return the content types: a default for each extension used, an override for each part that has one."""
    declared = {name: type for name, type in compiled.content_types.items() if name in parts} | {
        properties.CORE: "application/vnd.openxmlformats-package.core-properties+xml",
        properties.APP: "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        data.PROPS: data.PROPS_TYPE,
    }
    declared |= {f"{data.ATTACHED}{one.inside}": one.media_type for one in files}
    extensions = {name.rpartition(".")[2] for name in parts}
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    defaults |= {one: PICTURE_TYPES[one] for one in sorted(extensions) if one in PICTURE_TYPES}
    written = "".join(
        f"<Default Extension={quoteattr(one)} ContentType={quoteattr(type)}/>"
        for one, type in defaults.items()
    )
    written += "".join(
        f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(type)}/>"
        for name, type in sorted(declared.items())
    )
    return f'{_HEAD}<Types xmlns="{package.CT}">{written}</Types>'.encode()


def _nothing_lost(roots: Iterable[etree._Element], content: Content, template: Path) -> None:
    """Raise RenderFailed unless the document prints every answer, each once, at its own address."""
    try:
        found = printed(roots)
    except Unreadable as error:
        raise RenderFailed(f"{template.name} prints what cannot be read back: {error.detail}") from error
    wanted = addressed(content)
    paths = wanted.keys() | found.keys()
    wrong = sorted(path for path in paths if not same_text(found.get(path), wanted.get(path)))
    if wrong:
        raise RenderFailed(f"{template.name} does not print as the view says: {', '.join(wrong[:8])}")
