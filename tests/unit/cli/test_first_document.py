"""The walk of docs/write-a-form.md makes a sound document, and what it quotes is what is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from formsvc.access.policy_check import check_policy
from formsvc.cli import main
from formsvc.definitions.check import check
from formsvc.definitions.library import load_library
from formsvc.errors import DefinitionInvalid
from formsvc.settings import PROJECT

DOCS = (PROJECT / "docs" / "write-a-form.md").read_text("utf-8")
WALK = DOCS.split("## Your first document in half an hour")[1].split("\n## ")[0]
FORM, OVERLAY = re.findall(r"^```yaml\n(.*?)^```", WALK, flags=re.MULTILINE | re.DOTALL)
ENTRY = next(line for line in WALK.splitlines() if line.startswith("  photo_try: {write"))
SAID = [" ".join(one.split()) for one in re.findall(r"^\| `(.*?)` \|", WALK, flags=re.MULTILINE)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the definitions with the document of the walk in it."""
    made = Path(shutil.copytree(PROJECT / "form_templates", tmp_path / "form_templates"))
    (made / "photo_try.yaml").write_text(FORM, "utf-8")
    area = made / "areas" / "NEL.yaml"
    area.write_text(area.read_text("utf-8") + OVERLAY, "utf-8")
    policy = made / "access" / "policy.yaml"
    text = policy.read_text("utf-8").replace("\ndefinitions:\n", f"\ndefinitions:\n{ENTRY}\n", 1)
    policy.write_text(text, "utf-8")
    monkeypatch.setenv("FORMSVC_FORM_TEMPLATES", str(made))
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return made


def problems(folder: Path, *, all_of_it: bool = False) -> list[str]:
    """Return what the check says of the walk's document in both areas, or of the whole folder."""
    library = load_library(folder)
    try:
        for area in library.areas_of("photo_try"):
            library.effective("photo_try", area)
    except DefinitionInvalid as error:
        return [str(one) for one in error.problems]
    found = check(folder) or check_policy(folder, library) if all_of_it else []
    return [str(one) for one in found]


def test_the_document_of_the_walk_is_sound(folder: Path) -> None:
    """Form, overlay and policy as printed pass, and say in the area what the walk promises."""
    assert problems(folder, all_of_it=True) == []
    form = load_library(folder).effective("photo_try", "NEL")
    assert form.field("given_by").label == "Which member of the family gave the photo?"
    assert "Missing Coordinator" in form.field("returned_on").hint


def test_what_show_prints_is_what_the_walk_prints(folder: Path) -> None:
    """The lines of `definitions show` in the walk are those of the command."""
    shown = CliRunner().invoke(main, ["definitions", "show", "photo_try", "--area", "NEL"])
    assert shown.exit_code == 0, shown.output
    quoted = re.findall(r"^```\n(The photo\n.*?)\.\.\.\n```", WALK, flags=re.MULTILINE | re.DOTALL)
    assert len(quoted) == 1
    assert quoted[0] in shown.output


@pytest.mark.parametrize(
    ("file", "old", "new", "nth"),
    [
        ("photo_try.yaml", 'shown_when: "answered(photo)"', 'shownwhen: "answered(photo)"', 0),
        ("photo_try.yaml", ", own: Consent is somebody's.", "", 1),
        ("photo_try.yaml", "class: description\n        required: final\n        options: {choices",
         "class: office\n        required: final\n        options: {choices", 2),
        ("photo_try.yaml", '"answered(photo)"', '"answered(asked_on)"', 3),
        ("photo_try.yaml", "label: Photo\n", "label: Photo: the newest\n", 4),
        ("access/policy.yaml", f"{ENTRY}\n", "", 5),
    ],
)  # fmt: skip
def test_what_the_check_is_quoted_with_is_what_it_says(
    folder: Path, file: str, old: str, new: str, nth: int
) -> None:
    """Each mistake of the table is answered in the words that stand beside it."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    pattern = ".*".join(re.escape(part) for part in SAID[nth].split("..."))
    told = problems(folder, all_of_it=nth == 5)
    assert any(re.search(pattern, one) for one in told), told
