"""The one table of error codes and what they say to a person: what is wrong and how to mend it.

A code never changes meaning. `{label}` is the field's label inside a sentence ("date of birth"),
`{Label}` at the start of one, `{or_not_known}` the way out where the field has one; the other
placeholders are options of the field. `part` names the input within the answer that is to be mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from formsvc.fields.moments import day_words

if TYPE_CHECKING:
    from formsvc.fields.base import Spec


class Code(StrEnum):
    """Every code that a field type, the gate or the file of answers may raise, with its words."""

    words: str
    part: str

    def __new__(cls, value: str, words: str, part: str = "") -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.words = words
        made.part = part
        return made

    REQUIRED = "required", "Enter {label}{or_not_known}"
    REQUIRED_CHOICE = "required_choice", "Choose {label}{or_not_known}"
    REQUIRED_FILE = "required_file", "Add {label}{or_not_known}"
    REQUIRED_ROWS = "required_rows", "Add at least one {one}{or_not_known}"

    ANSWERS_SHAPE = (
        "answers_shape",
        "The answers cannot be read: send one object with an answer for each field",
    )
    UNKNOWN_FIELD = "unknown_field", "This form does not ask for this: leave it out"
    UNKNOWN_PART = "unknown_part", "A part of {label} is not one this form asks for: leave that part out"
    WRONG_SHAPE = "wrong_shape", "{Label} cannot be read as it was sent: enter it again"
    TOO_MUCH = "too_much", "{Label} holds more than this form can take: shorten it"
    NOT_KNOWN_NOT_OFFERED = (
        "not_known_not_offered",
        "{Label} cannot be answered “not known”: enter it, or leave it empty for now",
    )
    NOT_KNOWN_AND_ANSWERED = (
        "not_known_and_answered",
        "Either enter {label} or say it is not known, not both",
    )

    TEXT_TOO_LONG = "text_too_long", "{Label} must be {max_length} characters or fewer"
    PART_TOO_LONG = "part_too_long", "A part of {label} is too long: shorten it"

    NUMBER_UNREADABLE = "number_unreadable", "{Label} must be a number, like {number_example}"
    NUMBER_NOT_WHOLE = "number_not_whole", "{Label} must be a whole number, like 12"
    NUMBER_TOO_LARGE = "number_too_large", "{Label} has more digits than this form can take: check the number"
    NUMBER_TOO_EXACT = (
        "number_too_exact",
        "{Label} must have no more than {places} digits after the decimal point",
    )
    NUMBER_TOO_LOW = "number_too_low", "{Label} must be {min}{unit} or more"
    NUMBER_TOO_HIGH = "number_too_high", "{Label} must be {max}{unit} or less"

    DATE_UNREADABLE = "date_unreadable", "{Label} must be a date, like 8 November 2026"
    DATE_INCOMPLETE = "date_incomplete", "Enter the day, the month and the year of {label}{or_not_known}"
    DATE_UNREAL = "date_unreal", "{Label} must be a day that exists: check the day and the month"
    DATE_YEAR_SHORT = "date_year_short", "The year of {label} must have 4 digits", "year"
    DATE_YEAR_UNLIKELY = "date_year_unlikely", "The year of {label} must be between 1900 and 2199", "year"
    DATE_WEEKDAY = (
        "date_weekday",
        "{Label} names a day of the week that does not belong to that date: check both",
    )
    DATE_IN_FUTURE = "date_in_future", "{Label} must be today or in the past"
    DATE_IN_PAST = "date_in_past", "{Label} must be today or in the future"
    DATE_TOO_EARLY = "date_too_early", "{Label} must be {earliest} or later"
    DATE_TOO_LATE = "date_too_late", "{Label} must be {latest} or earlier"
    APPROXIMATE_UNREADABLE = (
        "approximate_unreadable",
        "{Label} must be a day, a month, a season or a year, like summer 2026 or November 2026",
    )
    APPROXIMATE_YEAR_MISSING = (
        "approximate_year_missing",
        "Enter at least the year of {label}{or_not_known}",
        "year",
    )
    APPROXIMATE_TWICE = (
        "approximate_twice",
        "{Label} must have either a month or a season, not both",
        "season",
    )
    TIME_MISSING = "time_missing", "Enter the time of {label}, like 18:05", "time"
    TIME_UNREADABLE = "time_unreadable", "The time of {label} must be like 18:05 or 6:05pm", "time"
    TIME_SKIPPED = (
        "time_skipped",
        "The time of {label} does not exist: the clocks went forward that night. Enter the hour after",
        "time",
    )
    TIME_TWICE = (
        "time_twice",
        "The time of {label} happened twice: the clocks went back that night. Choose the first or the second",
        "fold",
    )

    ANSWER_UNKNOWN = "answer_unknown", "Answer yes, no or not known to {question}", "answer"
    ANSWER_MISSING = "answer_missing", "Answer yes, no or not known to {question}: only the detail is there"
    DETAIL_MISSING = "detail_missing", "Enter the detail that belongs to {label}", "detail"

    CHOICE_UNKNOWN = "choice_unknown", "Choose one of the answers offered for {label}"
    CHOICE_MISSING = "choice_missing", "Choose one of the answers offered for {label}: only “other” is there"
    CHOICES_TOO_FEW = "choices_too_few", "Choose at least {min} for {label}"
    CHOICES_TOO_MANY = "choices_too_many", "Choose no more than {max} for {label}"
    OTHER_MISSING = "other_missing", "Say what “other” is for {label}", "other"

    GRADE_UNKNOWN = "grade_unknown", "Choose one of the grades offered for {label}", "grade"
    GRADE_MISSING = "grade_missing", "Choose a grade for {label}: only the circumstances are there", "grade"
    CIRCUMSTANCES_MISSING = (
        "circumstances_missing",
        "Say what makes {label} that grade: enter the circumstances",
        "circumstances",
    )

    MEASURE_UNREADABLE = "measure_unreadable", "{Label} must be like 163 cm, 1.63 m or 5 ft 4 in"
    MEASURE_NO_UNIT = "measure_no_unit", "Say whether {label} is in cm, in metres or in feet and inches"
    MEASURE_DISAGREES = "measure_disagrees", "{Label} is given twice and the two do not agree: enter it once"
    MEASURE_TOO_SMALL = "measure_too_small", "{Label} must be {min_cm} cm or more"
    MEASURE_TOO_LARGE = "measure_too_large", "{Label} must be {max_cm} cm or less"

    PHONE_UNREADABLE = (
        "phone_unreadable",
        "{Label} must be a whole telephone number, like 01632 960100 or +44 1632 960100",
    )
    PHONE_TWO = "phone_two", "{Label} holds more than one telephone number: enter one"
    PHONE_NOTE_NOT_OFFERED = "phone_note_not_offered", "{Label} must be the telephone number alone"
    EMAIL_UNREADABLE = "email_unreadable", "{Label} must be an email address, like dara@example.org"
    POSTCODE_UNREADABLE = (
        "postcode_unreadable",
        "The postcode of {label} must be whole, like BB96 4QT. Put a foreign code in the address lines",
        "postcode",
    )
    ADDRESS_LINE_MISSING = "address_line_missing", "Enter at least one line of {label}", "line1"
    ADDRESS_TOO_LONG = "address_too_long", "{Label} must have 6 lines or fewer", "line1"
    PERSON_NAME_MISSING = "person_name_missing", "Enter the name of {label}", "name"
    PERSON_ROLE_MISSING = "person_role_missing", "Enter the role of {label}", "role"
    PERSON_PHONE_MISSING = "person_phone_missing", "Enter a telephone number for {label}", "phone"
    PERSON_PHONE_UNREADABLE = (
        "person_phone_unreadable",
        "The telephone number of {label} must be whole, like 01632 960100, with nothing else beside it",
        "phone",
    )
    PERSON_EMAIL_UNREADABLE = (
        "person_email_unreadable",
        "The email address of {label} must be like dara@example.org",
        "email",
    )

    PHOTO_MISSING = "photo_missing", "Add the photo itself for {label}"
    PHOTO_TAKEN_MISSING = (
        "photo_taken_missing",
        "Enter the date the photo was taken, or say it is not known",
        "taken",
    )
    PHOTO_TAKEN_UNREADABLE = (
        "photo_taken_unreadable",
        "The date the photo was taken must be a day, a month, a season or a year that exists",
        "taken",
    )
    PHOTO_TAKEN_IN_FUTURE = "photo_taken_in_future", "The photo must have been taken in the past", "taken"
    PHOTO_CONSENT_UNKNOWN = (
        "photo_consent_unknown",
        "Say of each use of the photo whether it was agreed, refused or not asked",
        "consent",
    )
    PHOTO_KIND = "photo_kind", "The photo must be a JPEG or PNG picture"
    FILE_MISSING = "file_missing", "Add the file itself for {label}"
    FILE_UNREADABLE = "file_unreadable", "{Label} cannot be read as a file: add it again"
    FILES_TOO_LARGE = (
        "files_too_large",
        "Remove files, or make them smaller: one document carries 12, of 20 MB in all",
    )
    FILE_KIND = "file_kind", "{Label} must be a file of one of these kinds: {accept}"

    SECRET_HELD_UNKNOWN = (
        "secret_held_unknown",
        "Say whether {label} is not held, held elsewhere or held here",
        "held",
    )
    SECRET_NOT_HERE = (
        "secret_not_here",
        "This area does not keep {label} here: say where it is held instead",
        "held",
    )
    SECRET_WHERE_MISSING = "secret_where_missing", "Say where {label} is held", "where"
    SECRET_REF_UNREADABLE = (
        "secret_ref_unreadable",
        "{Label} cannot be found where it is kept: enter it again",
    )

    ROWS_SHAPE = (
        "rows_shape",
        "{Label} cannot be read as it was sent: enter it again, one {one} after another",
    )
    ROWS_ID_UNREADABLE = "rows_id_unreadable", "{Label} was changed on its way here: open the page again"
    ROWS_ID_TWICE = "rows_id_twice", "The same {one} stands twice in {label}: take one away"
    ROWS_TOO_FEW = "rows_too_few", "Add at least {min} to {label}"
    ROWS_TOO_MANY = "rows_too_many", "{Label} can hold {max} at most: take some away"

    SIGNOFF_UNKNOWN = "signoff_unknown", "This form has no sign-off of that name: leave it out", "id"
    SIGNOFF_KEY_UNKNOWN = "signoff_key_unknown", "A sign-off has no part of that name: leave it out"
    SIGNOFF_NOT_TEXT = "signoff_not_text", "Every part of a sign-off must be text: enter it again"
    SIGNOFF_NAME_MISSING = "signoff_name_missing", "Enter the name of the person who signs off", "name"
    SIGNOFF_OUTCOME_UNKNOWN = (
        "signoff_outcome_unknown",
        "Say whether the person agreed, declined or was not asked: agreed, declined or not_sought",
        "outcome",
    )
    SIGNOFF_AT_UNREADABLE = (
        "signoff_at_unreadable",
        "The moment of a sign-off must be like 2026-11-22T18:05:00Z",
        "at",
    )
    SIGNOFF_TOO_LONG = "signoff_too_long", "A part of a sign-off must be 2,000 characters or fewer"


def words(code: str, spec: Spec | None = None, *, own: Mapping[str, str] | None = None) -> str:
    """Return what a code says of a field; `own` are words a definition brings for its own codes."""
    if own and code in own:
        return own[code]
    known = Code.__members__.get(code.upper(), Code.WRONG_SHAPE)
    return known.words.format_map(_Placeholders(spec))


def part_of(code: str) -> str:
    """Return the input within the answer that a code is about, or an empty text."""
    known = Code.__members__.get(code.upper())
    return known.part if known else ""


class _Placeholders(dict[str, str]):
    """What stands for each placeholder; an option that the field has not is left out of the sentence."""

    def __init__(self, spec: Spec | None) -> None:
        label = (spec.label if spec else "").strip().rstrip(":") or "This answer"
        asks = label.endswith("?")
        super().__init__(
            label=f"an answer to “{label}”" if asks else within(label),
            Label=f"The answer to “{label}”" if asks else label,
            question=f"“{label}”" if asks else within(label),
            or_not_known=", or say it is not known" if spec and spec.not_known else "",
        )
        options = spec.options if spec else None
        if is_dataclass(options):
            self.update((one.name, _shown(getattr(options, one.name))) for one in fields(options))
        if self.get("unit"):
            self["unit"] = f" {self['unit']}"
        self["number_example"] = "12" if not self.get("places") else "12.50"
        self["one"] = self.get("one") or "entry"

    def __missing__(self, key: str) -> str:
        return ""


def within(label: str) -> str:
    """Return a label as it stands inside a sentence: "Date of birth" -> "date of birth"."""
    first = re.match(r"\S+", label)
    if first and first[0] != "I" and not any(letter.isupper() for letter in first[0][1:]):
        return label[0].lower() + label[1:]
    return label


def _shown(option: Any) -> str:
    if option is None:
        return ""
    if isinstance(option, int) and not isinstance(option, bool):
        return f"{option:,}"
    if isinstance(option, tuple):
        return ", ".join(str(one) for one in option)
    with suppress(ValueError):
        return day_words(date.fromisoformat(str(option)))
    return str(option)
