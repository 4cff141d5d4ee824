"""Every document there is, and the hard ones: named views, each made the way an issued one is made.

A new definition, area or audience is among them by being in the library. The hard ones are a closed
list: what has broken such documents elsewhere, and what could break these.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from formsvc.access.readable import reached
from formsvc.access.views import View, make_view
from formsvc.definitions.library import Library, load_library
from formsvc.definitions.model import Effective
from formsvc.records.logos import accept_logo, for_print
from formsvc.records.snapshots import make_snapshot
from formsvc.settings import PROJECT, Settings
from formsvc.workflow.answers_file import AnswersFile
from formsvc.workflow.issue_answers import read_view
from formsvc.workflow.preview import example_view
from tests.builders import DATA, a_definition, a_field, kitchen_sink

EXAMPLES = PROJECT / "form_templates" / "examples"

TEXTS: Mapping[str, str] = {
    "arabic": "اسمها ليلى بنت عبد الرحمن. قالت: «لا تتصلوا بأمي قبل الساعة 10:30»، ورقمها 07700 900142. "
    "تذهب إلى بيت خالتها في شارع النخيل 12، وتحمل حقيبةً سوداءَ.",
    "urdu": "اس کا نام عائشہ خان ہے۔ وہ اپنی خالہ کے گھر جاتی ہے، 12 نومبر کو بھی گئی تھی۔ "
    "اگر دیر ہو جائے تو پہلے اسے پیغام بھیجیں، پھر 07700 900143 پر فون کریں۔",
    "vietnamese": "Nguyễn Thị Hồng Nhung nói: “Đừng gọi cho mẹ, hãy nhắn tin trước”; cháu ở nhà bà ngoại "
    "tại ngõ Huế và đi chuyến xe 38 lúc 17:47.",
    "polish": "Świętosława Żółć-Gęśla powiedziała: „najpierw napisz”. Jeździ do ciotki w Łodzi; "
    "ma bliznę nad lewą brwią i źle znosi hałas.",
    "mixed": "She said ليلى معي to PC 4417 at 23:40, then 她说别打电话 and hung up; "
    "her mother أم أحمد rang 07700 900144 (twice).",
}
"""One answer for each script that is hard to set, read and copy."""

_Make = Callable[["Maker"], View]


class Maker:
    """Makes views of answers that were changed a little, with files of its own folder."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.library: Library = load_library(settings.form_templates)
        self.plan = self.library.effective("trigger_plan")
        self.sink = kitchen_sink()
        self._plan = json.loads((EXAMPLES / "trigger_plan.LAN.json").read_text("utf-8"))
        self._sink = json.loads((DATA / "kitchen_sink.answers.json").read_text("utf-8"))

    def of_plan(self, *, shown: Path = EXAMPLES / "photo.jpg", **answers: Any) -> View:
        """Return the view of the ordinary plan with some answers replaced; None takes one away."""
        handed_in = _changed(self._plan, answers)
        photo = shown if "photo" in handed_in["answers"] else None
        return self._view(self.plan, handed_in, photo=photo, attach={})

    def of_sink(self, *, kilobytes: int = 40, **answers: Any) -> View:
        """Return the view of a form that holds every field type, its pictures and files among them."""
        handed_in = _changed(self._sink, answers)
        attach = {"plan": self.file(kilobytes), "places.p1.front": self.photo(300, 300, "PNG")}
        attach["places.p1.map"] = self.photo(640, 360, "PNG")
        if not any(row["id"] == "p1" for row in handed_in["answers"].get("places", ())):
            attach = {"plan": attach["plan"]}
        return self._view(self.sink, handed_in, photo=self.photo(420, 560), attach=attach)

    def of_file(self, name: str) -> View:
        """Return the view of a kept answers file."""
        return self._view(self.plan, json.loads((EXAMPLES / name).read_text("utf-8")), photo=None, attach={})

    def of_log(self, entries: Sequence[str]) -> View:
        """Return the view of a log whose cells hold as much as anybody types."""
        columns = [
            a_field("when", required="final"),
            a_field("happened", "long_text", options={"max_length": 20_000}),
            a_field("who"),
            a_field("next"),
        ]
        form = a_definition(
            a_field("log", "rows", options={"show": "table", "heading": "when"}, fields=columns)
        )
        rows = [
            {"id": f"l{n}", "when": f"{n} pm", "happened": said, "who": "Night staff", "next": "Ring again"}
            for n, said in enumerate(entries, 1)
        ]
        return self._view(form, {"answers": {"log": rows}, "signoffs": []}, photo=None, attach={})

    def of_nothing(self, effective: Effective) -> View:
        """Return the view of a form in which nothing was answered and that nobody signed."""
        snapshot = make_snapshot(
            effective, record="nothing", reference="TP-2222-2222", revision=1, supersedes=None,
            controller=("own", self.settings.organisation), answers={}, not_asked=frozenset(), notices=(),
            signoffs=(), attachments=(), salt="7f" * 32, at="2026-11-22T18:05:00Z",
        )  # fmt: skip
        return make_view(
            snapshot, effective, "full", verify_at=f"{self.settings.base_url}/verify", demonstration=False
        )

    def with_logo(self, view: View) -> View:
        """Return a view whose controller has a logo."""
        logo = for_print(accept_logo(self.photo(480, 120, "PNG").read_bytes()).png)
        told = {"sha256": logo.sha256, "media_type": "image/jpeg", "alt": "Logo of an invented council"}
        controller = {**view.data["controller"], "logo": told}
        return View(
            data={**view.data, "controller": controller}, files={**view.files, logo.sha256: logo.jpeg}
        )

    def photo(self, width: int, height: int, kind: str = "JPEG", orientation: int = 1) -> Path:
        """Return a drawn portrait of a size."""
        shown = Image.new("RGB", (width, height), (206, 214, 205))
        drawn = ImageDraw.Draw(shown)
        drawn.ellipse((width * 0.35, height * 0.2, width * 0.65, height * 0.6), fill=(141, 98, 72))
        drawn.rectangle((width * 0.25, height * 0.65, width * 0.75, height), fill=(37, 71, 112))
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = orientation
        shown.save(out, kind, exif=exif)
        file = self.folder / f"photo-{width}x{height}-{orientation}.{kind.lower()}"
        file.write_bytes(out.getvalue())
        return file

    def file(self, kilobytes: int) -> Path:
        """Return a PDF of about this size that was scanned elsewhere."""
        side = int((kilobytes * 1024 / 3) ** 0.5)
        file = self.folder / f"scan-{kilobytes}.pdf"
        Image.effect_noise((side * 2, side * 2), 60).save(file, "PDF")
        return file

    def _view(
        self,
        effective: Effective,
        handed_in: Mapping[str, Any],
        *,
        photo: Path | None,
        attach: dict[str, Path],
    ) -> View:
        return read_view(
            AnswersFile(answers=handed_in["answers"], signoffs=tuple(handed_in["signoffs"])),
            effective=effective,
            audience="full",
            photo=photo,
            attach=attach,
            demonstration=False,
            settings=self.settings,
        )


def _changed(example: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    handed_in = deepcopy(dict(example))
    for name, value in answers.items():
        if value is None:
            handed_in["answers"].pop(name, None)
        else:
            handed_in["answers"][name] = value
    return handed_in


_SENTENCE = "A message or a call on the second phone, or a cancelled visit, and he is gone within the hour. "
_PARAGRAPHS = "\n\n".join(f"{n}. {_SENTENCE * 9}".strip() for n in range(1, 11))
_NO_PHOTO: Mapping[str, Any] = {"photo": None, "photo_true": None, "no_photo": "The home takes one tonight."}
_SHORT: Mapping[str, Any] = {
    "family": [], "associates": [], "places": [], "phones": [], "notices": {"answer": "no"},
    "medicines": None, "medication": {"answer": "no"},
}  # fmt: skip
"""What makes a plan short, where something else about it is hard."""
_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
_LINK = "https://forms.example.org/" + "/".join(f"part{n}" for n in range(1, 30))


def _friends(
    count: int, *, name: str = "Jo Marsh-Okonedo", number: str = "01632 960144"
) -> list[dict[str, Any]]:
    return [
        {"id": f"a{n}", "name": f"{name} {n}", "age": str(10 + n % 9), "number": number, "harms": "no"}
        for n in range(1, count + 1)
    ]


def _places(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"q{n}",
            "street": f"{n} Example Row, Othertown, LA99 1AA",
            "grade": {"grade": "high", "circumstances": _SENTENCE * (n % 4 + 1)},
            "why": f"{_SENTENCE * (n % 3 + 1)}\n\n{_SENTENCE}",
            "first_went": "about 2025",
            "by": "bus",
            "with_whom": ["friends", "alone"],
            "holder": {
                "name": "Ines Moreau",
                "role": "aunt",
                "phone": "07700 900145",
                "email": "i.moreau@example.org",
            },
            "mail": "nobody@example.org",
        }
        for n in range(1, count + 1)
    ]


def _in_script(text: str) -> _Make:
    risks = [{"id": "r1", "risk": text[:60].strip()}, {"id": "r2", "risk": text[20:90].strip()}]
    return lambda maker: maker.of_plan(
        **_SHORT,
        full_name=" ".join(text.split()[2:6]).strip(".:,;"), marks=text,
        background=f"{text}\n\n{text} {text}",
        top_risks=risks, own_words=text,
        important_dates=[{"id": f"d{n}", "when": text.split()[n], "what": text} for n in range(1, 7)],
    )  # fmt: skip


HARD: Mapping[str, _Make] = {
    "ordinary": lambda maker: maker.of_plan(),
    "everything": lambda maker: maker.of_sink(),
    "text-over-pages": lambda maker: maker.of_plan(background=_PARAGRAPHS, triggers=_SENTENCE * 20, **_SHORT),
    "table-of-60-rows": lambda maker: maker.of_sink(associates=_friends(60)),
    "tall-cells": lambda maker: maker.of_log(
        [_SENTENCE * 2, _SENTENCE * 70, "Home.", f"{_PARAGRAPHS[:6000]}", "Asleep."]
    ),
    "nested-groups": lambda maker: maker.of_sink(places=_places(14)),
    "one-row-tables": lambda maker: maker.of_sink(associates=_friends(1), places=_places(1)),
    "two-row-tables": lambda maker: maker.of_sink(associates=_friends(2), places=_places(2)),
    "logo": lambda maker: maker.with_logo(maker.of_plan(**_SHORT)),
    "logo-sink": lambda maker: maker.with_logo(maker.of_sink()),
    "no-photo": lambda maker: maker.of_plan(**_NO_PHOTO, **_SHORT),
    "portrait-photo": lambda maker: maker.of_plan(shown=maker.photo(600, 1400), **_SHORT),
    "landscape-photo": lambda maker: maker.of_plan(shown=maker.photo(1600, 700), **_SHORT),
    "turned-photo": lambda maker: maker.of_plan(shown=maker.photo(800, 600, orientation=6), **_SHORT),
    "empty-sections": lambda maker: maker.of_plan(
        **_NO_PHOTO, **_SHORT, social=[], important_dates=[], sent_to=[], online_life=None, money_travel=None,
        peers=None,
    ),
    "nothing-answered": lambda maker: maker.of_nothing(maker.plan),
    "nothing-answered-sink": lambda maker: maker.of_nothing(maker.sink),
    "long-words": lambda maker: maker.of_plan(
        full_name=_WORD[:180], marks=_WORD, background=f"{_WORD} {_LINK} {_WORD}", money_travel=_LINK,
        **_SHORT, important_dates=[{"id": "d1", "when": _WORD[:60], "what": _WORD[:190]}],
    ),
    "attachments": lambda maker: maker.of_sink(kilobytes=4_000),
    "the-hard-example": lambda maker: maker.of_file("trigger_plan.hard.json"),
    **{name: _in_script(text) for name, text in TEXTS.items()},
}  # fmt: skip
"""What is hard about a document -> how to make one."""

HARDEST = ("everything", "tall-cells", "long-words", "mixed")
"""The hard ones whose judging is worth its time in every run; the others are judged in the long tests."""

UNSEALED = frozenset({"nothing-answered", "nothing-answered-sink"})
"""What is no valid answer to its form is drawn but never sealed."""


def library_views(settings: Settings, *, only: frozenset[str] | None = None) -> Iterator[tuple[str, View]]:
    """Yield a view for every definition, each area that has it and each audience that it reaches.

    With `only` no others are made than those of these names.
    """
    library = load_library(settings.form_templates)
    for name, (definition, area, audience) in library_names(library).items():
        if only is None or name in only:
            effective = library.effective(definition, area)
            yield name, example_view(effective, audience=audience, settings=settings)


def library_names(library: Library) -> Mapping[str, tuple[str, str, str]]:
    """Return every document there is: its name -> definition, area and audience."""
    return {
        f"{definition}-{area}-{audience}": (definition, area, audience)
        for definition in library.ids()
        for area in library.areas_of(definition)
        for audience in sorted(reached(library.effective(definition, area)))
    }


def sample(library: Library) -> frozenset[str]:
    """Return the names of one document of each definition: areas and audiences are taken in turn."""
    found = []
    for number, definition in enumerate(library.ids()):
        areas = sorted(library.areas_of(definition))
        area = areas[number % len(areas)]
        audiences = sorted(reached(library.effective(definition, area)))
        found.append(f"{definition}-{area}-{audiences[number % len(audiences)]}")
    return frozenset(found)
