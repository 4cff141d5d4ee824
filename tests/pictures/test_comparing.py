"""The comparison itself: it notices what a reader would, and nothing that no reader would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.pictures.comparing import Verdict, by_outline, strictly
from tests.pictures.conftest import Gallery
from tests.pictures.drawing import drawn, keep, kept
from tests.pictures.subjects import example, example_view, pdf_of, plan, view_of


@cache
def page() -> Image.Image:
    """Return page one of the example."""
    return next(iter(drawn(pdf_of(example_view()), pages=(1,)).values()))


def changed_word() -> Image.Image:
    """Return the page with one short word of an answer changed."""
    filed = example("LAN")
    eyes = filed["answers"]["eyes"]
    filed["answers"]["eyes"] = "Grey" if "Grey" not in eyes else "Blue"
    view = view_of(plan(), filed, pictures=("photo",))
    return next(iter(drawn(pdf_of(view), pages=(1,)).values()))


def missing_photo() -> Image.Image:
    """Return the page without its photo."""
    filed = example("LAN")
    filed["answers"].pop("photo")
    filed["answers"]["no_photo"] = "There is none."
    return next(iter(drawn(pdf_of(view_of(plan(), filed)), pages=(1,)).values()))


def moved_block() -> Image.Image:
    """Return the page with a block two millimetres lower."""
    moved = page().copy()
    block = page().crop((60, 400, 520, 500))
    moved.paste(255, (60, 400, 520, 506))
    moved.paste(block, (60, 406))
    return moved


def lost_block() -> Image.Image:
    """Return the page with a block of it gone."""
    lost = page().copy()
    lost.paste(255, (40, 380, 540, 520))
    return lost


def changed_letter() -> Image.Image:
    """Return the page with a thing as small as a letter on it."""
    spotted = page().copy()
    spotted.paste(0, (300, 20, 305, 26))
    return spotted


@pytest.mark.parametrize("other", [changed_word, missing_photo, moved_block, lost_block, changed_letter])
def test_change_that_a_reader_sees_is_noticed(other: Callable[[], Image.Image]) -> None:
    """A word, a photo, a place on the page, a letter: each is more than the comparison lets pass."""
    verdict = strictly(page(), other())
    assert not verdict.same
    assert verdict.difference.histogram()[:200] != [0] * 200


def test_change_that_nobody_sees_is_let_pass(tmp_path: Path) -> None:
    """Fewer greys, as the approved picture has them, and edges a shade darker are no difference."""
    keep(page(), tmp_path / "page.png")
    assert strictly(kept(tmp_path / "page.png"), page()).same
    assert strictly(page(), page().point([max(value - 10, 0) for value in range(256)])).same


@pytest.mark.parametrize("other", [missing_photo, lost_block])
def test_outline_notices_what_is_lost(other: Callable[[], Image.Image]) -> None:
    """A block or a photo that is not there any more is noticed by where there is ink."""
    assert not by_outline(page(), other()).same


def test_outline_lets_a_line_move(tmp_path: Path) -> None:
    """Another version of an office may set everything a millimetre lower."""
    assert by_outline(page(), ImageChops.offset(page(), 0, 4)).same
    assert not strictly(page(), ImageChops.offset(page(), 0, 4)).same


@pytest.mark.parametrize("compare", [strictly, by_outline])
def test_page_of_another_size_is_another_page(compare: Callable[[Image.Image, Image.Image], Verdict]) -> None:
    """Paper that changed its size is wholly different, not compared in part."""
    assert compare(page(), page().resize((500, 700))).share == 1


def test_failing_pictures_are_kept(tmp_path: Path) -> None:
    """What was expected, what came and where they differ stand beside each other, page by page."""
    gallery = Gallery(tmp_path / "approved", tmp_path / "failing")
    assert gallery.write({"01-of-02": page(), "02-of-02": page()}) == [
        "approved/01-of-02.png is new",
        "approved/02-of-02.png is new",
    ]
    assert gallery.wrong({"01-of-02": page(), "02-of-02": page()}, strictly) == []
    wrong = gallery.wrong({"01-of-02": lost_block(), "03-of-03": page()}, strictly)
    assert [one.split(":")[0] for one in wrong] == [
        "02-of-02 is not drawn any more",
        "03-of-03 is not approved",
        "01-of-02 differs",
    ]
    assert {file.name for file in (tmp_path / "failing").iterdir()} == {
        "01-of-02-expected.png",
        "01-of-02-actual.png",
        "01-of-02-difference.png",
        "03-of-03-actual.png",
    }


def test_approving_says_what_changed(tmp_path: Path) -> None:
    """Writing the approved pictures anew names each that is new, changed or gone, and no other."""
    gallery = Gallery(tmp_path / "approved", tmp_path / "failing")
    gallery.write({"01-of-01": page()})
    assert gallery.write({"01-of-01": page()}) == []
    assert gallery.write({"01-of-01": lost_block()}) == ["approved/01-of-01.png changed"]
    assert gallery.write({"01-of-02": page()}) == [
        "approved/01-of-01.png is gone",
        "approved/01-of-02.png is new",
    ]


def test_same_document_draws_the_same_page() -> None:
    """Nothing of the moment is in a picture: drawn again, it is equal point by point."""
    again = next(iter(drawn(pdf_of(replace(example_view())), pages=(1,)).values()))
    assert ImageChops.difference(page(), again).getbbox() is None
