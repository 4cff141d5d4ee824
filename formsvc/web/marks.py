"""Where an answer came from, how old it is, and what says otherwise: quiet words beside a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import current_app, url_for

from formsvc import clock
from formsvc.definitions.ages import Ages, load_ages
from formsvc.definitions.model import Field, Page
from formsvc.fields.moments import LONDON, day_words
from formsvc.store.prefills import Prefill
from formsvc.web.guarding import settings
from formsvc.workflow.known_facts import CHILDS_PAGE, Known, Otherwise
from formsvc.workflow.read_draft import Draft, is_open

RIGHT: Final = "right-"
"""What begins the name of the tick that an old answer is still right."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where an answer that arrived filled in came from. `asks` is the question that an old one asks."""

    words: str
    waits: bool
    asks: str = ""


@dataclass(frozen=True, kw_only=True)
class SaysOtherwise:
    """Another current form's answer, in words. `use` is what its button sends; empty: it cannot be taken.

    `record_id` is that of the form, where the person may see it.
    """

    words: str = field(repr=False)
    where: str
    when: str
    use: str
    record_id: str


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One answer that a form was filled in with, or is offered: where it stands, and why to look at it.

    `stands` says that the form holds an answer there, `is_filled` that it is still the one that arrived.
    """

    label: str
    page: Page
    href: str
    stands: bool
    is_filled: bool
    is_confirmed: bool
    why: str = ""


def ages() -> Ages:
    """Return how old an answer may be, read once for this application."""
    here = current_app.extensions["formsvc"]
    if "ages" not in here:
        here["ages"] = load_ages(settings().form_templates)
    found: Ages = here["ages"]
    return found


def mark_of(draft: Draft, page: Page, asked: Field, raw: Any) -> Mark | None:
    """Return the mark of an answer as it stands, None for one that the person gave."""
    arrived = draft.arrived.get(asked.id)
    if arrived is not None and raw == arrived.value:
        said = came_from(arrived.title, arrived.reference, arrived.known_at)
        if arrived.confirmed_at is not None:
            return Mark(words=f"{said}, and again here {since(arrived.confirmed_at)}", waits=False)
        asks = asks_again(asked, arrived)
        return Mark(words=said, waits=bool(asks) or not draft.is_saved(page.id), asks=asks)
    known = draft.known.get(asked.id)
    if known is not None and known.fits and raw == known.value:
        said = came_from(known.title, known.reference, known.confirmed_at)
        asks = (
            _asks(asked, known.confirmed_at) if known.source == "fact" and not draft.is_saved(page.id) else ""
        )
        return Mark(words=said, waits=not draft.is_saved(page.id), asks=asks)
    return None


def asks_again(asked: Field, arrived: Prefill) -> str:
    """Return the question that an old answer asks; empty for one that is not old, or was confirmed here."""
    if arrived.confirmed_at is not None or arrived.source != "fact":
        return ""
    return _asks(asked, arrived.known_at)


def _asks(asked: Field, said_at: datetime) -> str:
    if not ages().is_stale(asked, said_at=said_at, now=clock.now()):
        return ""
    return f"This is {_span(said_at)} old: is it still right?"


def offer_of(draft: Draft, asked: Field, raw: Any) -> SaysOtherwise | None:
    """Return what is known and the question cannot take, or does not hold though it was saved."""
    known = draft.known.get(asked.id)
    if known is None or not is_open(raw):
        return None
    words = asked.type.text(asked, known.value) if known.fits else known.words
    return SaysOtherwise(
        words=words,
        where=_where(known.title, known.reference),
        when=since(known.confirmed_at),
        use=f"use:{asked.id}:{known.fact_id or known.source}" if known.fits else "",
        record_id=known.record_id,
    )


def otherwise(draft: Draft, asked: Field) -> tuple[SaysOtherwise, ...]:
    """Return what other current forms answer otherwise to a question."""
    return tuple(
        SaysOtherwise(
            words=one.words,
            where=_where(one.title, one.reference),
            when=since(one.confirmed_at),
            use=f"use:{asked.id}:{one.fact_id}" if one.value is not None else "",
            record_id=one.record_id,
        )
        for one in draft.otherwise.get(asked.id, ())
    )


def confirmed_in(draft: Draft, page: Page, posted: Mapping[str, str], *, go_on: bool) -> frozenset[str]:
    """Return the questions of a page whose answers, as they arrived, the person confirms by sending it.

    An old answer is confirmed by its tick alone; any other by going on from the page that shows it.
    """
    ticked = {one.id for one in page.fields if posted.get(RIGHT + one.id) == "yes"}
    if not go_on:
        return frozenset(ticked)
    read = {
        one.id
        for one in page.fields
        if (mark := mark_of(draft, page, one, draft.held(page).get(one.id))) is not None and not mark.asks
    }
    return frozenset(ticked | read)


def chosen_in(draft: Draft, page: Page, order: str) -> dict[str, Known]:
    """Return what a "use this answer" button takes over, by question; nothing for any other button."""
    name, *rest = order.split(":")
    asked = next((one for one in page.fields if rest and one.id == rest[0]), None)
    if name != "use" or len(rest) != 2 or asked is None:
        return {}
    found = next((one for one in _takable(draft, asked) if (one.fact_id or one.source) == rest[1]), None)
    return {} if found is None else {asked.id: found}


def _takable(draft: Draft, asked: Field) -> Iterator[Known]:
    known = draft.known.get(asked.id)
    if known is not None and known.fits:
        yield known
    for one in draft.otherwise.get(asked.id, ()):
        if one.value is not None:
            yield _as_known(one)


def _as_known(one: Otherwise) -> Known:
    return Known(
        value=one.value,
        reference=one.reference,
        title=one.title,
        confirmed_at=one.confirmed_at,
        source=one.source,
        fact_id=one.fact_id if one.source == "fact" else None,
        version=one.version if one.source == "fact" else None,
        readers=one.readers,
        record_id=one.record_id,
    )


def arrived_in(draft: Draft, pages: Sequence[Page]) -> tuple[Arrived, ...]:
    """Return every answer that a form was filled in with and that still stands as it arrived, in order."""
    found = []
    for page in pages:
        held = draft.held(page)
        for asked in page.fields:
            mark = mark_of(draft, page, asked, held.get(asked.id))
            others, offer = draft.otherwise.get(asked.id), offer_of(draft, asked, held.get(asked.id))
            if mark is None and not others and offer is None:
                continue
            why = mark.asks if mark else ""
            why = why or (f"{_first(others[0].title)} says otherwise" if others else "")
            why = why or ("There is an answer that is not filled in" if offer else "")
            href = url_for("records.section", record_id=draft.record.id, page_id=page.id) + f"#q-{asked.id}"
            found.append(
                Arrived(
                    label=asked.label,
                    page=page,
                    href=href,
                    stands=held.get(asked.id) is not None,
                    is_filled=mark is not None,
                    is_confirmed=mark is not None and not mark.waits,
                    why=why,
                )
            )
    return tuple(found)


def _first(title: str) -> str:
    return "The child's page" if title == CHILDS_PAGE else "Another form"


def came_from(title: str, reference: str, at: datetime) -> str:
    """Return where an answer came from and when it was last confirmed."""
    where = _where(title, reference)
    return f"From {where}, confirmed {since(at)}"


def _where(title: str, reference: str) -> str:
    said = f"{title} {reference}".strip()
    return f"the {said}" if reference else said or "what is known"


def since(moment: datetime) -> str:
    """Return how long ago something was, with the day: "3 weeks ago, 1 November 2026"."""
    day = moment.astimezone(LONDON).date()
    days = (clock.now().astimezone(LONDON).date() - day).days
    said = {0: "today", 1: "yesterday"}.get(days) or f"{_span(moment)} ago"
    return f"{said}, {day_words(day)}"


def _span(moment: datetime) -> str:
    days = (clock.now().astimezone(LONDON).date() - moment.astimezone(LONDON).date()).days
    for most, each, one in ((14, 1, "day"), (61, 7, "week"), (731, 30.44, "month")):
        if days < most:
            count = int(days / each)
            return f"{count} {one}" if count == 1 else f"{count} {one}s"
    return f"{days * 100 // 36525} years"
