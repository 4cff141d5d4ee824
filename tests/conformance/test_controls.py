"""A judge that never says no proves nothing: good files with one thing taken away must fail, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.conformance.conftest import Made
from tests.conftest import Validators
from tests.validators import outloud

_Spoil = Callable[[pikepdf.Pdf], object]


def _elements(file: pikepdf.Pdf, kind: str) -> list[Any]:
    return [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == kind]


def _without_alternative(file: pikepdf.Pdf) -> None:
    for one in _elements(file, "/Figure"):
        del one["/Alt"]


def _heads_as_data(file: pikepdf.Pdf) -> None:
    for one in _elements(file, "/TH"):
        one["/S"] = pikepdf.Name.TD


def _without_scope(file: pikepdf.Pdf) -> None:
    for one in _elements(file, "/TH"):
        del one["/A"]


def _level_skipped(file: pikepdf.Pdf) -> None:
    for one in _elements(file, "/H3"):
        one["/S"] = pikepdf.Name.H5


def _links_untold(file: pikepdf.Pdf) -> None:
    for page in file.pages:
        for note in page.get("/Annots", []):
            if note.Subtype == "/Link":
                del note["/Contents"]


def _links_gone(file: pikepdf.Pdf) -> None:
    for page in file.pages:
        if "/Annots" in page:
            del page["/Annots"]


def _scrambled(file: pikepdf.Pdf) -> None:
    for one in _elements(file, "/Sect"):
        if isinstance(one.K, pikepdf.Array):
            one.K = pikepdf.Array(reversed(list(one.K)))


def _data_unrelated(file: pikepdf.Pdf) -> None:
    del file.Root["/AF"]


def _font_not_embedded(file: pikepdf.Pdf) -> None:
    for one in file.objects:
        if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
            del one["/FontFile2"]


def _script(file: pikepdf.Pdf) -> None:
    file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


SPOILED: Mapping[str, tuple[_Spoil, str, str]] = {
    "no alternative text": (_without_alternative, "ua1", "7.3-1"),
    "no output intent": (lambda file: file.Root.__delitem__("/OutputIntents"), "3a", "6.2.4.3-2"),
    "no tree": (lambda file: file.Root.__delitem__("/StructTreeRoot"), "ua1", "7.1-11"),
    "no tree for archives": (lambda file: file.Root.__delitem__("/StructTreeRoot"), "3a", "6.7.3.3-1"),
    "no language": (lambda file: file.Root.__delitem__("/Lang"), "outloud", "DOC-013"),
    "no heads": (_heads_as_data, "outloud", "TBL-001"),
    "no scope": (_without_scope, "ua1", "7.5-1"),
    "a level skipped": (_level_skipped, "ua1", "7.4.2-1"),
    "links untold": (_links_untold, "ua1", "7.18.5-2"),
    "links gone": (_links_gone, "outloud", "LNK-010"),
    "another order": (_scrambled, "outloud", "ORD-001"),
    "data unrelated": (_data_unrelated, "3a", "6.8-4"),
    "font not embedded": (_font_not_embedded, "3a", "6.2.11.4.1-1"),
    "a script": (_script, "3a", "6.5.1-1"),
}
"""What is taken away -> who notices ("3a" and "ua1" are veraPDF's), and the rule that says so."""


@pytest.mark.long
def test_what_is_taken_away_is_noticed(
    hard: Mapping[str, Made], validators: Validators, tmp_path: Path
) -> None:
    """Each spoiled file fails, and by the rule that is about what was taken away."""
    files = {name: tmp_path / f"{name}.pdf" for name in SPOILED}
    for name, (spoil, _, _) in SPOILED.items():
        with pikepdf.open(hard["landscape-photo"].file) as opened:
            spoil(opened)
            opened.save(files[name])
    by_verapdf = validators.verapdf.validate(
        [files[name] for name, (_, judge, _) in SPOILED.items() if judge != "outloud"]
    )
    by_outloud = outloud.judge([files[name] for name, (_, judge, _) in SPOILED.items() if judge == "outloud"])
    noticed = {
        name: by_verapdf[files[name]][judge].rules
        if judge != "outloud"
        else {one.rule for one in by_outloud[files[name]]}
        for name, (_, judge, _) in SPOILED.items()
    }
    assert {name: noticed[name] for name, (_, _, rule) in SPOILED.items() if rule not in noticed[name]} == {}
