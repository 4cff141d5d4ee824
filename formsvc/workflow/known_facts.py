"""What is known about a child, and what of it may stand in a form: for whom, cut how far, from where.

Audience travels with a fact. It fills a question in only where the person reads both, where the question
is for nobody whom the fact is not for, and where nothing of it is kept from anybody by name; a row is cut to
the answers of which all that holds. Everything is asked at once, in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.readable import FULL
from formsvc.access.table import audience_for
from formsvc.definitions.model import Effective, Field
from formsvc.fields.base import is_not_known
from formsvc.store import facts, withholdings
from formsvc.store.facts import Standing
from formsvc.store.session import Tx
from formsvc.workflow.effective import effective_of, reached_by
from formsvc.workflow.registered import Registered, registered
from formsvc.workflow.same_answers import is_same, is_same_place, takes

CHILDS_PAGE: Final = "the child's page"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What may stand in a question. `words` say it where the question cannot take it, and then it is offered.

    `source` is "fact", or which part of the child's own page says it. `record_id` is empty where the person
    has no form that says it, or none does.
    """

    value: Any = field(repr=False)
    reference: str
    title: str
    confirmed_at: datetime
    source: str = "fact"
    fact_id: str | None = None
    version: int | None = None
    record_id: str = ""
    readers: frozenset[str] = frozenset()
    words: str = field(default="", repr=False)

    @property
    def fits(self) -> bool:
        """Whether the question can be filled in with it."""
        return not self.words


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """Another answer to the same question in another current form, in words.

    `value` is what it would be here, None where it may not, or cannot, stand here. `fact_id` is the part of
    the child's own page where no form says it.
    """

    words: str = field(repr=False)
    reference: str
    title: str
    confirmed_at: datetime
    record_id: str
    fact_id: str
    version: int
    value: Any = field(repr=False)
    source: str = "fact"
    readers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What is known about a child, for one person. Made by `knowledge`."""

    audience: str
    standing: tuple[Standing, ...]
    forms: Mapping[str, Effective]
    reaches: Mapping[str, frozenset[str]]
    registered: Mapping[str, Registered]
    mine: frozenset[tuple[str, str]]
    anybodys: frozenset[tuple[str, str]]

    def fill(self, form: Effective, asked: Field) -> Known | None:
        """Return what a question is filled in with or, where it cannot take that, offered; None for nothing.

        Of several forms that say it, the one in which it was last confirmed and that has it for everybody
        who will read the question.
        """
        if not asked.fact:
            return None
        told = [
            one for one in self.standing if one.fact.name == asked.fact and self._may_fill(form, asked, one)
        ]
        told.sort(
            key=lambda one: (one.fact.confirmed_at, not one.fact.origin_id, one.fact.version), reverse=True
        )
        made = (self._known(form, asked, one) for one in told)
        best = next((one for one in made if one is not None), None)
        registered = self._registered(form, asked)
        if registered is None or best is None:
            return best or registered
        is_newer = registered.source == "placement" and registered.confirmed_at > best.confirmed_at
        return registered if is_newer else best

    def without(self, record_id: str) -> Knowledge:
        """Return the same without what one record says."""
        return replace(self, standing=tuple(one for one in self.standing if one.record_id != record_id))

    def only(self, record_ids: Collection[str]) -> Knowledge:
        """Return the same, of what some records say alone."""
        return replace(self, standing=tuple(one for one in self.standing if one.record_id in record_ids))

    def others(self, form: Effective, asked: Field, *, held: Any, record_id: str) -> tuple[Otherwise, ...]:
        """Return what other current forms answer otherwise, the last confirmed first.

        `held` is what the form at hand answers; "not known" and no answer are no contradiction.
        """
        if not asked.fact or held is None or is_not_known(held):
            return ()
        found = []
        for one in self.standing:
            if one.fact.name != asked.fact or one.record_id in ("", record_id) or not self.may_see(one):
                continue
            words = self.words(one)
            if words and not is_same(asked, held, self._seen(one), words):
                usable = self._fitted(form, asked, one) if self._may_fill(form, asked, one) else None
                found.append(self._otherwise(one, words=words, value=usable))
        found.sort(key=lambda one: one.confirmed_at, reverse=True)
        registered = self._registered_otherwise(form, asked, held)
        return tuple(found) if registered is None else (registered, *found)

    def disagreements(self) -> tuple[tuple[str, tuple[Otherwise, ...]], ...]:
        """Return (question, its answers) of each fact that current forms say differently, newest first."""
        by_name: dict[str, list[Standing]] = {}
        for one in self.standing:
            if one.record_id and self.may_see(one) and self.words(one):
                by_name.setdefault(one.fact.name, []).append(one)
        found = []
        for stand in by_name.values():
            stand.sort(key=lambda one: (one.fact.confirmed_at, one.fact.version), reverse=True)
            newest, asked = stand[0], self._source(stand[0])
            if asked is None:
                continue
            said = self._seen(newest)
            apart = [one for one in stand[1:] if not is_same(asked, said, self._seen(one), self.words(one))]
            if apart:
                told = (self._otherwise(one, words=self.words(one), value=None) for one in (newest, *apart))
                found.append((asked.label, tuple(told)))
        return tuple(found)

    def may_see(self, one: Standing) -> bool:
        """Say whether the person may have a fact at all."""
        place = self._place(one)
        return self.audience in one.fact.audiences and not any(
            (one.record_id, part) in self.mine for part in (place, "")
        )

    def source_of(self, one: Standing) -> tuple[str, str, str]:
        """Return (title, reference, record id) of its form; all empty where the person has none."""
        if not one.definition_hash or self.audience not in self.reaches[one.source_hash]:
            return "", "", ""
        return one.source_title, one.source_reference, one.record_id

    def words(self, one: Standing) -> str:
        """Return what a fact says, in words, as far as the person may have it."""
        if is_not_known(one.fact.value):
            return ""
        asked = self._source(one)
        if asked is None:
            return one.fact.value if isinstance(one.fact.value, str) else ""
        return asked.type.text(asked, self._seen(one))

    def _seen(self, one: Standing) -> Any:
        """Return a fact's value as far as the person may have it."""
        asked, value = self._source(one), one.fact.value
        if asked is None or not asked.children or not isinstance(value, list):
            return value
        inside = [
            "id",
            *(child.id for child in asked.children if self.audience in self._inside(one, child.id)),
        ]
        rows = [{key: row[key] for key in inside if key in row} for row in value]
        return [row for row in rows if len(row) > 1]

    def _may_fill(self, form: Effective, asked: Field, one: Standing) -> bool:
        place = self._place(one)
        kept_back = any((one.record_id, part) in self.anybodys for part in (place, ""))
        return self.may_see(one) and not kept_back and form.audiences(asked) <= one.fact.audiences

    def _known(self, form: Effective, asked: Field, one: Standing) -> Known | None:
        value = self._fitted(form, asked, one)
        words = self.words(one) if value is None else ""
        if value is None and not words:
            return None
        title, reference, record_id = self.source_of(one)
        return Known(
            value=value,
            reference=reference,
            title=title,
            confirmed_at=one.fact.confirmed_at,
            fact_id=one.fact.id,
            version=one.fact.version,
            record_id=record_id,
            readers=self.reaches.get(one.source_hash, frozenset()),
            words=words,
        )

    def _otherwise(self, one: Standing, *, words: str, value: Any) -> Otherwise:
        title, reference, record_id = self.source_of(one)
        return Otherwise(
            words=words,
            reference=reference,
            title=title,
            confirmed_at=one.fact.confirmed_at,
            record_id=record_id,
            fact_id=one.fact.id,
            version=one.fact.version,
            value=value,
            readers=self.reaches.get(one.source_hash, frozenset()),
        )

    def _fitted(self, form: Effective, asked: Field, one: Standing) -> Any:
        """Return a fact as a question takes it, rows cut to what it may have; None where it takes nothing."""
        value = one.fact.value
        if is_not_known(value) or asked.type.secretive:
            return None
        if asked.children:
            rows = value if isinstance(value, list) else []
            value = [row for row in (self._row(form, asked, one, row) for row in rows) if len(row) > 1]
        return value if value and takes(asked, value) else None

    def _row(self, form: Effective, asked: Field, one: Standing, row: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"id": row["id"]}
        for child in asked.children:
            value = row.get(child.id)
            if value is None or child.type.secretive or not child.type.holds_answer:
                continue
            if not form.audiences(child) <= self._inside(one, child.id):
                continue
            if child.not_known if is_not_known(value) else takes(child, value):
                kept[child.id] = value
        return kept

    def _inside(self, one: Standing, child_id: str) -> frozenset[str]:
        """Return who may have one answer of a row: a release of the rows widens none that was narrower."""
        asked = self._source(one)
        if asked is None:
            return one.fact.audiences
        source = self.forms[one.definition_hash]
        own = next((source.audiences(child) for child in asked.children if child.id == child_id), frozenset())
        return one.fact.audiences if source.audiences(asked) <= own else own & one.fact.audiences

    def _source(self, one: Standing) -> Field | None:
        form = self.forms.get(one.definition_hash)
        return next((asked for asked in form.fields() if asked.id == one.fact.path), None) if form else None

    def _place(self, one: Standing) -> str:
        asked = self._source(one)
        return asked.part if asked else ""

    def _registered(self, form: Effective, asked: Field) -> Known | None:
        one = self.registered.get(asked.fact)
        if (
            one is None
            or not one.value
            or not takes(asked, one.value)
            or not self._may_hold(form, asked, one)
        ):
            return None
        return Known(value=one.value, reference="", title=CHILDS_PAGE, confirmed_at=one.at, source=one.source)

    def _registered_otherwise(self, form: Effective, asked: Field, held: Any) -> Otherwise | None:
        """Return what the child's own page says otherwise, for who may know it."""
        one = self.registered.get(asked.fact)
        if one is None or one.source == "worker" or not one.value or not takes(asked, one.value):
            return None
        may = form.area.readers.get(one.place, frozenset({FULL})) if one.place else None
        if (may is not None and self.audience not in may) or is_same(asked, held, one.value, ""):
            return None
        if one.source == "placement" and is_same_place(held, one.value):
            return None
        return Otherwise(
            words=" ".join(asked.type.text(asked, one.value).split()),
            reference="",
            title=CHILDS_PAGE,
            confirmed_at=one.at,
            record_id="",
            fact_id=one.source,
            version=0,
            value=one.value if self._may_hold(form, asked, one) else None,
            source=one.source,
        )

    def _may_hold(self, form: Effective, asked: Field, one: Registered) -> bool:
        """Say whether a question may be filled in with an address of a class: one for nobody further.

        A confidential address never stands in a question whose readers may not have it, nor a foster
        carer's in what a parent or the child receives. Who completes the form need not read the question.
        """
        if not one.place:
            return True
        return form.audiences(asked) <= form.area.readers.get(one.place, frozenset({FULL}))


def knowledge(tx: Tx, *, child_id: str, person: Person | None) -> Knowledge:
    """Return what is known about a child, for a person; without one whole, for the service itself."""
    stand = facts.standing(tx, child_id=child_id)
    hashes = {hash for one in stand for hash in (one.definition_hash, one.source_hash) if hash}
    forms = {hash: effective_of(tx, hash) for hash in sorted(hashes)}
    kept = withholdings.parts_of_child(tx, child_id)
    user_id = person.user_id if person else None
    named = {
        (one.record_id, part.id)
        for one in stand
        if one.definition_hash
        for part in forms[one.definition_hash].parts.values()
        if part.named
    }
    return Knowledge(
        audience=FULL if person is None else audience_for(person.role),
        standing=stand,
        forms=forms,
        reaches={hash: reached_by(tx, hash) for hash in forms},
        registered=registered(tx, child_id=child_id),
        mine=frozenset({(record, part) for who, record, part in kept if who == user_id} | named),
        anybodys=frozenset({(record, part) for _, record, part in kept} | named),
    )
