"""One tree of typed errors: each carries a code, a suggested HTTP status and data, never prose about a child.

The tree holds what every room may raise. A surface (command line, browser, API) has one handler
that turns an error into words and a status; nothing below a surface prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


class FormsvcError(Exception):
    """The root: `code` is stable and machine-readable, `status` is only a suggestion to HTTP surfaces."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail or self.code


class SettingsInvalid(FormsvcError):
    """One or more settings cannot be used; `problems` holds every one, as (name, why)."""

    code = "settings_invalid"

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{name}: {why}" for name, why in self.problems))


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong in a file of ours: where it is, what is wrong and what mends it."""

    file: str
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.what}. {self.remedy}"


class DefinitionInvalid(FormsvcError):
    """A definition, an area or a Word template cannot be used; `problems` holds every one found."""

    code = "definition_invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DefinitionNotFound(FormsvcError):
    """No definition or area of that id."""

    code = "definition_not_found"
    status = 404


@dataclass(frozen=True, kw_only=True, order=True)
class AnswerError:
    """One answer that cannot be accepted: the path of the field and a code from the table of words."""

    path: str
    code: str


class AnswersInvalid(FormsvcError):
    """The answers cannot be accepted at this stage; `errors` is ordered as the form is read."""

    code = "answers_invalid"
    status = 422

    def __init__(self, errors: Iterable[AnswerError]) -> None:
        self.errors = tuple(errors)
        super().__init__(", ".join(f"{error.path}: {error.code}" for error in self.errors))


class NotFound(FormsvcError):
    """There is no such thing, or it may not be said that there is."""

    code = "not_found"
    status = 404


class Forbidden(FormsvcError):
    """The person may not do this. `words` says which rule, of roles and kinds of document alone."""

    code = "forbidden"
    status = 403

    def __init__(self, detail: str = "", *, rule: str = "", words: str = "") -> None:
        super().__init__(detail)
        self.rule = rule
        self.words = words


class StaleVersion(FormsvcError):
    """Somebody saved since the token was handed out."""

    code = "stale_version"
    status = 409


class WrongState(FormsvcError):
    """The revision is not in a state in which this can be done."""

    code = "wrong_state"
    status = 409


class GlyphsMissing(FormsvcError):
    """No font at hand can draw these characters: `characters` names them; nothing was written."""

    code = "glyphs_missing"
    status = 422

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(dict.fromkeys(characters))
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in self.characters)
        super().__init__(f"no font can draw: {named}")


class FontsMissing(FormsvcError):
    """A font file that set-up fetches is not there."""

    code = "fonts_missing"


class RenderFailed(FormsvcError):
    """A document could not be made from its view."""

    code = "render_failed"


class KeyUnusable(FormsvcError):
    """The seal key cannot be read or used. Never says what is in the file."""

    code = "key_unusable"


class SealFailed(FormsvcError):
    """A document could not be sealed, or did not verify after it was."""

    code = "seal_failed"


class StampUnavailable(FormsvcError):
    """The time-stamping authority cannot be reached, or what it answers is no stamp of ours: ask again later.

    `detail` says why in our own words; the authority's address and what it sent are in no error.
    """

    code = "stamp_unavailable"
    status = 503


class StampUnfit(FormsvcError):
    """A time stamp cannot be put into this document, and asking again cures nothing."""

    code = "stamp_unfit"
    status = 422


class Unreadable(FormsvcError):
    """A file is not what it should be and cannot be read; `detail` says why, in our own words."""

    code = "unreadable"
    status = 422
