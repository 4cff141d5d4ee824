"""An export as files: one page to read, what to look at before release, and all of it for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from formsvc.workflow.export_reading import Chapter, Line, Reading, redactions

STYLE: Final = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#0b0c0c}"
    "dt{font-weight:bold;margin-top:.8rem}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    ".mark{background:#fff7bf;border:1px solid #594d00;padding:0 .4rem;font-size:.85rem}"
    ".child{background:#eef;border:1px solid #336;padding:0 .4rem;font-size:.85rem}"
    "h2{border-top:2px solid #0b0c0c;padding-top:.6rem;margin-top:2.4rem}"
    "@media print{h2{break-after:avoid}dt,dd{break-inside:avoid}}"
)
INTRODUCTION: Final = (
    "This holds everything that is held here on the child: it is for the officer who answers the request, "
    "and not to be handed on as it is. What is marked is a question to decide before release; nothing was "
    "left out because of a mark. Secrets are never exported. People who work here are named by their role."
)


def pages(reading: Reading, *, files: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of an export by name; `files` maps the name of each carried file to what it is."""
    marked = redactions(reading)
    return {
        "index.html": _page(f"Everything held: {reading.reference}", _index(reading, files)).encode(),
        "redactions.html": _page(f"To decide before release: {reading.reference}", _list(marked)).encode(),
        "redactions.json": _json([_told(one) for one in marked]),
        "data.json": _json(
            {
                "format": "formsvc.export/1",
                "reference": reading.reference,
                "held": reading.tables,
                "read": [_chapter_data(one) for one in reading.chapters],
                "who_looked": list(reading.audit),
                "files": dict(files),
            }
        ),
    }


def _index(reading: Reading, files: Mapping[str, str]) -> Iterator[str]:
    yield f"<p>{escape(INTRODUCTION)}</p>"
    yield '<p><a href="redactions.html">What to decide before release</a></p><nav aria-label="Chapters"><ul>'
    for one in reading.chapters:
        yield f'<li><a href="#{escape(one.id)}">{escape(one.title)}</a></li>'
    yield '<li><a href="#files">Files</a></li></ul></nav>'
    for one in reading.chapters:
        yield from _chapter(one)
    yield '<h2 id="files">Files</h2><ul>'
    for name, words in files.items():
        yield f'<li><a href="{escape(name)}">{escape(name)}</a>: {escape(words)}</li>'
    yield "</ul>"


def _chapter(one: Chapter) -> Iterator[str]:
    yield f'<h2 id="{escape(one.id)}">{escape(one.title)}</h2>'
    for title, lines in one.groups:
        if title:
            yield f"<h3>{escape(title)}</h3>"
        yield "<dl>"
        for line in lines:
            yield f"<dt>{escape(line.label)}{_marks(line)}</dt><dd dir=auto>{escape(line.text)}</dd>"
        yield "</dl>"


def _marks(line: Line) -> str:
    told = [f' <span class="mark">{escape(one.words)}</span>' for one in line.marks]
    if line.not_child:
        told.append(f' <span class="child">{escape(line.not_child)}</span>')
    return "".join(told)


def _list(marked: tuple[Line, ...]) -> Iterator[str]:
    asks = {mark.words: mark.ask for line in marked for mark in line.marks}
    yield "<p>Each line is a place in the export. Decide about it before a copy is released.</p>"
    yield "<dl>" + "".join(
        f'<dt><span class="mark">{escape(words)}</span></dt><dd>{escape(ask)}</dd>'
        for words, ask in asks.items()
    )
    yield "</dl><h2>Where</h2><dl>"
    for line in marked:
        yield (
            f"<dt>{escape(line.where)}: {escape(line.label)}{_marks(line)}</dt>"
            f"<dd dir=auto>{escape(line.text)}</dd>"
        )
    yield "</dl>"


def _page(title: str, inside: Iterator[str]) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>{''.join(inside)}</main></body></html>\n"
    )


def _told(one: Line) -> dict[str, object]:
    return {
        "where": one.where,
        "label": one.label,
        "text": one.text,
        "marks": [mark.id for mark in one.marks],
        "ask": [mark.ask for mark in one.marks],
        "not_child": one.not_child,
    }


def _chapter_data(one: Chapter) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "groups": [{"title": title, "lines": [_told(line) for line in lines]} for title, lines in one.groups],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
