"""Photos, files and secrets: an answer holds what they are, never what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.fields.base import Place, Refused
from formsvc.fields.blocks import Pairs, Picture
from formsvc.fields.secret import SecretType
from tests.builders import a_spec

pytestmark = pytest.mark.usefixtures("fixed_clock")

HASH = "5e1f5a6c0b7d4f3e2a19087f6e5d4c3b2a1908f7e6d5c4b3a29180f7e6d5c4b3"
JPEG = {"sha256": HASH, "media_type": "image/jpeg"}
PDF = {"sha256": HASH, "media_type": "application/pdf", "name": "plan.pdf"}


def read(type: str, raw: Any, **options: Any) -> Any:
    """Return the value of what was typed, or the codes."""
    spec = a_spec(type, options=options)
    try:
        return spec.type.read(spec, raw)
    except Refused as refused:
        return [code.value for code in refused.codes]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (JPEG, JPEG),
        ({**JPEG, "taken": "June 2026"}, {**JPEG, "taken": {"precision": "month", "date": "2026-06"}}),
        ({**JPEG, "taken": {"not_known": "yes"}}, {**JPEG, "taken": {"not_known": True}}),
        (
            {**JPEG, "taken": {"day": "", "month": "", "year": "", "not_known": "yes"}},
            {**JPEG, "taken": {"not_known": True}},
        ),
        (
            {**JPEG, "taken": {"year": "2026", "not_known": ""}},
            {**JPEG, "taken": {"precision": "year", "date": "2026"}},
        ),
        ({**JPEG, "taken": {"year": "2026", "not_known": "yes"}}, ["not_known_and_answered"]),
        ({**JPEG, "taken": "31/2/2026"}, ["photo_taken_unreadable"]),
        ({**JPEG, "taken": "23/11/2026"}, ["photo_taken_in_future"]),
        ({**JPEG, "taken": "2026"}, {**JPEG, "taken": {"precision": "year", "date": "2026"}}),
        (
            {**JPEG, "consent": {"child": "Not asked", "police_use": "", "words": " Yes \n"}},
            {**JPEG, "consent": {"child": "not_asked", "words": "Yes"}},
        ),
        ({**JPEG, "consent": {"child": "maybe"}}, ["photo_consent_unknown"]),
        ({**JPEG, "consent": {"everybody": "agreed"}}, ["unknown_part"]),
        ({"alt": "Facing the camera"}, {"alt": "Facing the camera"}),
        ({**JPEG, "media_type": "image/svg+xml"}, ["photo_kind"]),
        ({**JPEG, "sha256": HASH[:-1]}, ["wrong_shape"]),
        ({**JPEG, "sha256": HASH.upper()}, ["wrong_shape"]),
        ({"sha256": HASH}, ["photo_kind"]),
        ({**JPEG, "bytes": "abc"}, ["unknown_part"]),
        ("photo.jpg", ["wrong_shape"]),
    ],
)
def test_photo_says_which_bytes_when_and_what_is_allowed(raw: Any, value: Any) -> None:
    """A photo is known by the hash of its bytes, with when it was taken and what was agreed."""
    assert read("photo", raw) == value


def test_photo_wants_itself_and_its_date_at_the_end() -> None:
    """A description can be saved before the photo is there; a photo without date cannot be final."""
    spec = a_spec("photo")
    assert [code.value for code in spec.type.wanting(spec, {"alt": "x"})] == [
        "photo_missing",
        "photo_taken_missing",
    ]
    assert spec.type.wanting(spec, {**JPEG, "taken": {"not_known": True}}) == ()


def test_photo_is_a_picture_and_its_facts() -> None:
    """A photo is printed as a picture with words for those who cannot see it, and as facts beside it."""
    spec = a_spec("photo", label="Photo of the child")
    value = {
        **JPEG,
        "taken": {"precision": "month", "date": "2026-06"},
        "consent": {"child": "agreed", "words": "Fine"},
    }
    assert spec.type.blocks(spec, value, Place(path="it")) == (
        Picture(sha256=HASH, media_type="image/jpeg", alt="Photo of the child, taken June 2026"),
        Pairs((("Taken", "June 2026"), ("The child's agreement", "Agreed"), ("In their own words", "Fine"))),
    )
    assert spec.type.text(spec, value) == "Taken June 2026"
    assert spec.type.text(spec, {"alt": "x"}) == "Date taken not recorded"


@pytest.mark.parametrize(
    ("raw", "options", "value"),
    [
        (PDF, {}, PDF),
        ({**PDF, "title": " Plan "}, {}, {**PDF, "title": "Plan"}),
        ({"title": "Plan"}, {}, {"title": "Plan"}),
        (PDF, {"accept": ["image/jpeg"]}, ["file_kind"]),
        ({**PDF, "name": "../plan.pdf"}, {}, ["file_unreadable"]),
        ({**PDF, "name": ".."}, {}, ["file_unreadable"]),
        ({**PDF, "sha256": "x"}, {}, ["file_unreadable"]),
        ({**PDF, "media_type": "anything"}, {}, ["file_unreadable"]),
        ({"name": "plan.pdf"}, {}, ["file_unreadable"]),
        ("plan.pdf", {}, ["wrong_shape"]),
    ],
)
def test_file_says_which_bytes_and_what_they_are(raw: Any, options: dict[str, Any], value: Any) -> None:
    """A file is known by the hash of its bytes; its name leads nowhere."""
    assert read("file", raw, **options) == value


def test_file_is_named_by_its_title() -> None:
    """A file is printed by its title and its name, and wants the file itself at the end."""
    spec = a_spec("file")
    assert spec.type.text(spec, {**PDF, "title": "Plan"}) == "Plan (plan.pdf)"
    assert spec.type.text(spec, PDF) == "plan.pdf"
    assert [code.value for code in spec.type.wanting(spec, {"title": "Plan"})] == ["file_missing"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"held": "not_held"}, {"held": "not_held"}),
        (
            {"held": "elsewhere", "where": "With the warden"},
            {"held": "elsewhere", "where": "With the warden"},
        ),
        ({"held": "not held", "where": "left from before", "ref": "left"}, {"held": "not_held"}),
        ({"held": "here", "ref": "k3m9x2abq7rt", "where": "left"}, {"held": "here", "ref": "k3m9x2abq7rt"}),
        ({"held": "here"}, ["secret_ref_unreadable"]),
        ({"held": "here", "ref": "4711 is the code"}, ["secret_ref_unreadable"]),
        ({"held": "in my head"}, ["secret_held_unknown"]),
        ({"where": "4711"}, ["secret_held_unknown"]),
        ({"held": "here", "value": "4711"}, ["unknown_part"]),
        ("4711", ["wrong_shape"]),
    ],
)
def test_secret_says_where_it_is_held(raw: Any, value: Any) -> None:
    """An answer holds a reference to a secret, never the secret."""
    assert read("secret", raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "4711",
        {"value": "4711"},
        {"held": "4711"},
        {"held": "here", "ref": "4711 x", "where": "4711"},
        ["4711"],
    ],
)
def test_secret_keeps_nothing_that_could_be_the_secret(raw: Any) -> None:
    """What could not be read is not kept in a draft: it may be the secret itself."""
    assert "4711" not in repr(SecretType().keepable(a_spec("secret"), raw))


def test_secret_is_printed_as_where_it_is_held() -> None:
    """A document says where a secret is held, and no more."""
    spec = a_spec("secret")
    assert (
        spec.type.text(spec, {"held": "elsewhere", "where": "With the warden"})
        == "Held elsewhere: With the warden"
    )
    assert "k3m9" not in spec.type.text(spec, {"held": "here", "ref": "k3m9x2abq7rt"})
    assert [code.value for code in spec.type.wanting(spec, {"held": "elsewhere"})] == ["secret_where_missing"]
    assert spec.type.holds_secret({"held": "here", "ref": "k3m9x2abq7rt"})
    assert not spec.type.holds_secret({"held": "elsewhere"})
