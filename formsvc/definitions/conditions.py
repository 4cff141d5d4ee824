"""The closed language of conditions: parsed, never evaluated as code.

    condition := clause (("and" | "or") clause)*      "and" binds closer than "or"
    clause    := "not" clause | "(" condition ")" | test
    test      := "answered" "(" id ")" | id "=" word | id "!=" word | id "in" "(" word ("," word)* ")"
               | id "before" id | id "over" days "days" "after" id
    word      := bare word of letters, digits, "_" and "-", or text in single quotes
    days      := digits, at most four

An id names a field that stands earlier in the same form, or earlier in the same row. For a value
that is an object the test looks at what it answers (`answer`, `grade`, `choice`, `held`); for a list,
at whether the word is among its items. The answer "not known" is the word `not_known`. Of an answer
that is absent only `!=` and `not` hold. Dates are compared only where both are whole dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

LONGEST = 500
DEEPEST = 20
RESERVED = frozenset({"and", "or", "not", "in", "answered"})
"""Words of the language: no field may have one of them as its id."""

_ANSWERED = ("answer", "grade", "choice", "held")
_ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TOKEN = re.compile(r"\s*(?:(?P<sign>!=|=|\(|\)|,)|'(?P<quoted>[^'\n]*)'|(?P<bare>[A-Za-z0-9_-]+))")


@dataclass(frozen=True)
class _Token:
    """A sign, a bare word or a quoted text, and the character (from 1) where it stands."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class _Answered:
    """`answered(id)`."""

    id: str

    def holds(self, words: Mapping[str, frozenset[str] | None]) -> bool:
        return words[self.id] is not None

    def text(self) -> str:
        return f"answered({self.id})"

    def ids(self) -> Iterator[str]:
        yield self.id


@dataclass(frozen=True)
class _Is:
    """`id = word`, `id != word` and `id in (word, ...)`."""

    id: str
    sign: str
    words: tuple[str, ...]

    def holds(self, words: Mapping[str, frozenset[str] | None]) -> bool:
        found = not (words[self.id] or frozenset()).isdisjoint(self.words)
        return found != (self.sign == "!=")

    def text(self) -> str:
        shown = [_word(word) for word in self.words]
        return (
            f"{self.id} in ({', '.join(shown)})" if self.sign == "in" else f"{self.id} {self.sign} {shown[0]}"
        )

    def ids(self) -> Iterator[str]:
        yield self.id


@dataclass(frozen=True)
class _Dates:
    """`id before id` (no days) and `id over N days after id`."""

    id: str
    days: int | None
    other: str

    def holds(self, words: Mapping[str, frozenset[str] | None]) -> bool:
        ours, theirs = _day(words[self.id]), _day(words[self.other])
        if ours is None or theirs is None:
            return False
        return ours < theirs if self.days is None else ours - theirs > timedelta(days=self.days)

    def text(self) -> str:
        relation = "before" if self.days is None else f"over {self.days} days after"
        return f"{self.id} {relation} {self.other}"

    def ids(self) -> Iterator[str]:
        yield from (self.id, self.other)


@dataclass(frozen=True)
class _Not:
    """`not clause`."""

    inner: _Node

    def holds(self, words: Mapping[str, frozenset[str] | None]) -> bool:
        return not self.inner.holds(words)

    def text(self) -> str:
        inner = self.inner.text()
        return f"not ({inner})" if isinstance(self.inner, _Join) else f"not {inner}"

    def ids(self) -> Iterator[str]:
        yield from self.inner.ids()


@dataclass(frozen=True)
class _Join:
    """Two or more clauses held together by one word, `and` or `or`."""

    sign: str
    clauses: tuple[_Node, ...]

    def holds(self, words: Mapping[str, frozenset[str] | None]) -> bool:
        every = all if self.sign == "and" else any
        return every(clause.holds(words) for clause in self.clauses)

    def text(self) -> str:
        shown = (
            f"({clause.text()})" if self.sign == "and" and isinstance(clause, _Join) else clause.text()
            for clause in self.clauses
        )
        return f" {self.sign} ".join(shown)

    def ids(self) -> Iterator[str]:
        for clause in self.clauses:
            yield from clause.ids()


_Node = _Answered | _Is | _Dates | _Not | _Join


@dataclass(frozen=True)
class Condition:
    """A parsed condition; `source` is its text in canonical form, `needs` the ids it looks at.

    Two conditions are equal when their canonical sources are.
    """

    source: str
    needs: frozenset[str]
    node: _Node = field(repr=False, compare=False)

    def holds(self, answers: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> bool:
        """Say whether the condition holds, looking in the row first."""
        near = row or {}
        return self.node.holds({id: _words(near[id] if id in near else answers.get(id)) for id in self.needs})

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield each (id, word) pair that the condition compares, in the order it is read."""
        for test in self._tests():
            if isinstance(test, _Is):
                yield from ((test.id, word) for word in test.words)

    def dates(self) -> Iterator[str]:
        """Yield each id that the condition takes for a date."""
        for test in self._tests():
            if isinstance(test, _Dates):
                yield from test.ids()

    def _tests(self) -> Iterator[_Answered | _Is | _Dates]:
        waiting: list[_Node] = [self.node]
        while waiting:
            match waiting.pop(0):
                case _Not(inner):
                    waiting.insert(0, inner)
                case _Join(_, clauses):
                    waiting[:0] = clauses
                case test:
                    yield test


@lru_cache(maxsize=4096)
def parse(source: str) -> Condition:
    """Parse a condition; raise ValueError that says where it went wrong.

    Areas ask the same questions under the same conditions: each is parsed once and shared, being frozen.
    """
    if len(source) > LONGEST:
        raise ValueError(f"a condition has at most {LONGEST} characters, this one {len(source)}")
    parser = _Parser(source)
    node = parser.condition(1)
    parser.end()
    return Condition(source=node.text(), needs=frozenset(node.ids()), node=node)


class _Parser:
    """Recursive descent over the tokens of one source."""

    def __init__(self, source: str) -> None:
        self.tokens = list(_tokens(source))
        self.next = 0

    def look(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.look()
        self.next += 1
        return token

    def sees(self, kind: str, text: str) -> bool:
        return (self.look().kind, self.look().text) == (kind, text)

    def expect(self, sign: str) -> None:
        if not self.sees("sign", sign):
            raise _unexpected(self.look(), f'"{sign}"')
        self.take()

    def end(self) -> None:
        if self.look().kind != "end":
            raise _unexpected(self.look(), '"and", "or" or the end')

    def condition(self, depth: int) -> _Node:
        if depth > DEEPEST:
            raise ValueError(f"at character {self.look().at}: more than {DEEPEST} levels deep")
        either = [self.every(depth)]
        while self.sees("bare", "or"):
            self.take()
            either.append(self.every(depth))
        return _joined("or", either)

    def every(self, depth: int) -> _Node:
        clauses = [self.clause(depth)]
        while self.sees("bare", "and"):
            self.take()
            clauses.append(self.clause(depth))
        return _joined("and", clauses)

    def clause(self, depth: int) -> _Node:
        if depth > DEEPEST:
            raise ValueError(f"at character {self.look().at}: more than {DEEPEST} levels deep")
        if self.sees("bare", "not"):
            self.take()
            return _Not(self.clause(depth + 1))
        if self.sees("sign", "("):
            self.take()
            inner = self.condition(depth + 1)
            self.expect(")")
            return inner
        return self.test()

    def test(self) -> _Node:
        if self.sees("bare", "answered"):
            self.take()
            self.expect("(")
            answered = _Answered(self.id())
            self.expect(")")
            return answered
        id = self.id()
        token = self.take()
        if token.kind == "sign" and token.text in ("=", "!="):
            return _Is(id, token.text, (self.word(),))
        if (token.kind, token.text) == ("bare", "in"):
            return _Is(id, "in", self.words())
        if (token.kind, token.text) == ("bare", "before"):
            return _Dates(id, None, self.id())
        if (token.kind, token.text) == ("bare", "over"):
            return _Dates(id, self.days(), self.id())
        raise _unexpected(token, '"=", "!=", "in", "before" or "over"')

    def days(self) -> int:
        token = self.take()
        if token.kind != "bare" or not re.fullmatch(r"[0-9]{1,4}", token.text):
            raise _unexpected(token, "a number of days")
        for word in ("days", "after"):
            if not self.sees("bare", word):
                raise _unexpected(self.look(), f'"{word}"')
            self.take()
        return int(token.text)

    def words(self) -> tuple[str, ...]:
        self.expect("(")
        words = [self.word()]
        while self.sees("sign", ","):
            self.take()
            words.append(self.word())
        self.expect(")")
        return tuple(dict.fromkeys(words))

    def word(self) -> str:
        if self.look().kind not in ("bare", "quoted"):
            raise _unexpected(self.look(), "a word")
        return self.take().text

    def id(self) -> str:
        token = self.look()
        if token.kind != "bare" or token.text in RESERVED or not _ID.fullmatch(token.text):
            raise _unexpected(token, "the id of a field")
        return self.take().text


def _tokens(source: str) -> Iterator[_Token]:
    """Yield the tokens of a source and a last one of kind "end"."""
    at, length = 0, len(source.rstrip())
    while at < length:
        match = _TOKEN.match(source, at)
        if match is None:
            at += len(source[at:]) - len(source[at:].lstrip())
            why = "a quote is not closed" if source[at] == "'" else f"{source[at]!r} has no meaning here"
            raise ValueError(f"at character {at + 1}: {why}")
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + (0 if kind == "quoted" else 1))
        at = match.end()
    yield _Token("end", "", length + 1)


def _unexpected(token: _Token, wanted: str) -> ValueError:
    found = "the condition ends" if token.kind == "end" else f'"{token.text}" stands'
    return ValueError(f"at character {token.at}: {found} where {wanted} should be")


def _joined(sign: str, clauses: list[_Node]) -> _Node:
    """Return one node for the clauses, taking in those already joined by the same word."""
    flat: list[_Node] = []
    for clause in clauses:
        flat.extend(clause.clauses if isinstance(clause, _Join) and clause.sign == sign else [clause])
    return flat[0] if len(flat) == 1 else _Join(sign, tuple(flat))


def _day(words: frozenset[str] | None) -> date | None:
    """Return the day of a date or a moment, None where the answer is neither."""
    if words is None or len(words) != 1:
        return None
    try:
        return date.fromisoformat(next(iter(words))[:10])
    except ValueError:
        return None


def _word(word: str) -> str:
    return word if _BARE.fullmatch(word) and word not in RESERVED else f"'{word}'"


def _words(value: Any) -> frozenset[str] | None:
    """Return the words a value can be compared with, or None when the answer is absent."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, Mapping):
        if value.get("not_known") is True:
            return frozenset({"not_known"})
        heard = {str(value[key]) for key in _ANSWERED if value.get(key) is not None}
        chosen = value.get("choices")
        if isinstance(chosen, list | tuple):
            heard |= {str(one) for one in chosen if isinstance(one, str | int)}
        return frozenset(heard)
    if isinstance(value, list | tuple):
        return frozenset(str(one) for one in value if isinstance(one, str | int))
    if isinstance(value, bool):
        return frozenset({"true" if value else "false"})
    return frozenset({str(value)})
