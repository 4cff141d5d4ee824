"""Contents to print: an ordinary plan about an invented child, and a hard one."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

from formsvc.access.views import View
from formsvc.documents.content import Content, Section
from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Block, Cards, Item, Pairs, Picture, Row, State, Table, Text, Ticks

PROJECT = Path(__file__).parents[4]
TRIGGER_PLAN = PROJECT / "docx_templates" / "trigger_plan.docx"
PLAN = PROJECT / "docx_templates" / "plan.docx"

AUDIENCE = "Made for the police. Keep it with the investigation and return it when the plan is superseded."

BACKGROUND = """
Letty came into care at nine, and this is her fourth home. She is quick, stubborn and funny, and keeps
her word to people who keep theirs. Since spring a man of thirty has bought her a phone, rides and
cigarettes, and asks for things in return that she does not talk about.

She has asthma and carries an inhaler, though not always a full one. On bad evenings she has hurt
herself; the last time was on 21 September.

She runs from uniforms and has run across a road. An officer in plain clothes who says “Ros sent me” is
let near.
"""
ACTION = """
Letty wrote this with us on 18 November. She says: “Send a message, do not ring. Ask me something easy.
If I send a fish it means fetch me and ask later.” A fish (🐟) is a call for help: ring 999 and say so.

The home: a message after ten minutes; her room and her grandmother after twenty; the police after
thirty.
"""
NOTICE = "Silver van. Carries a lock knife. Notice served 23 September 2026."


def _paragraphs(text: str) -> list[str]:
    return [one.replace("\n", " ") for one in text.strip().split("\n\n")]


HARD_TEXTS = {
    "markup": "Fish & chips <b>bold</b> \"double\" 'single' &amp; &#65; ]]> <!-- -->",
    "template": "{{ 7*7 }} {% for a in b %} {# c #} {_{ x }_} {%p if x %} {{r y }}",
    "emoji": "A fish 🐟 means come; 👩🏽‍🚒 and 🏳️‍🌈 and 1️⃣ too",
    "polish": "Zażółć gęślą jaźń, Świętosława",
    "vietnamese": "Nguyễn Thị Hồng Nhung, Ngu\u0079\u0065\u0302\u0303n",
    "yoruba": "Ọláwálé Fọlákẹ́ Ṣẹ́gun",
    "arabic": "اسمها ليلى، عمرها 15 سنة، هاتف 07700 900142 (متاح دائماً)",
    "urdu": "وہ اپنی خالہ کے گھر جاتی ہے، 12 نومبر کو بھی گئی تھی",
    "hebrew": "היא גרה ברחוב הרצל 5",
    "mixed": "She said ليلى معي 07700 900688 and hung up; أمها called PC 4417 at 23:40.",
    "chinese": "陳美玲住在馥林街27號（一樓）",
    "tabs": "one\ttwo\t\tthree",
    "lines": "first\nsecond\r\nthird\rfourth\u2028fifth\u2029sixth\n\nseventh",
    "spaces": "  two  spaces   kept  ",
    "word": "Donaudampfschifffahrt" * 15,
    "long": "She left by the back stairs and nobody saw. " * 230,
    "greek_cyrillic": "Αθήνα, Київ",
    "quotes": "“curly” ‘single’ — dash – … £ € ½ №",
}


def said(path: str, label: str, *texts: str, wide: bool = False) -> Item:
    """Return an answer of one line or more."""
    return Item(path=path, label=label, blocks=(Text("\n".join(texts)),), wide=wide)


def silent(path: str, label: str, state: State = State.NOT_RECORDED) -> Item:
    """Return a question that nobody answered, or that nobody could."""
    words = {State.NOT_RECORDED: "Not recorded", State.NOT_KNOWN: "Not known"}[state]
    return Item(path=path, label=label, blocks=(Text(words),), state=state)


@cache
def photo() -> bytes:
    """Return a drawn portrait as JPEG."""
    shown = Image.new("RGB", (420, 560), (206, 214, 205))
    drawn = ImageDraw.Draw(shown)
    drawn.ellipse((120, 90, 300, 320), fill=(141, 98, 72))
    drawn.pieslice((105, 60, 315, 300), 180, 360, fill=(28, 22, 22))
    drawn.rectangle((105, 170, 135, 420), fill=(28, 22, 22))
    drawn.rectangle((285, 170, 315, 420), fill=(28, 22, 22))
    drawn.pieslice((40, 340, 380, 800), 180, 360, fill=(60, 70, 110))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=85)
    return out.getvalue()


def picture() -> Picture:
    """Return the drawn portrait as a view names it."""
    return Picture(
        sha256=hashlib.sha256(photo()).hexdigest(),
        media_type="image/jpeg",
        alt='Head and shoulders, brown hair, "Letty" badge & blue jumper',
    )


def slot(name: str, label: str, *texts: str, more: int = 0, more_in: str = "") -> Slot:
    """Return a slot of the sheet with these entries."""
    address = f"@sheet.{name}"
    return Slot(
        name=name,
        label=label,
        items=tuple(
            Item(path=address if len(texts) == 1 else f"{address}.{n}", label=label, blocks=(Text(text),))
            for n, text in enumerate(texts, 1)
        ),
        more=more,
        more_in=more_in,
    )


def table(
    path: str, label: str, columns: tuple[str, ...], weights: tuple[int, ...], *rows: tuple[str, ...]
) -> Item:
    """Return a group whose rows stand in a table; an empty text was not recorded."""
    made = []
    for n, texts in enumerate(rows, 1):
        cells = tuple(
            said(f"{path}.r{n}.c{at}", column, text) if text else silent(f"{path}.r{n}.c{at}", column)
            for at, (column, text) in enumerate(zip(columns, texts, strict=True), 1)
        )
        made.append(Row(id=f"r{n}", heading=texts[0], items=cells))
    return Item(
        path=path, label=label, wide=True, blocks=(Table(columns=columns, weights=weights, rows=tuple(made)),)
    )


def content(**changes: object) -> Content:
    """Return what an ordinary Trigger Plan says, with some of it changed."""
    plan = Content(
        title="Trigger Plan and Profile",
        short_title="Trigger Plan",
        marking="OFFICIAL-SENSITIVE",
        layout="plan",
        language="en-GB",
        reference="TP-7Q4K-2M9X",
        revision=3,
        supersedes=2,
        status="approved",
        issued="22 November 2026, 18:05",
        issued_at="2026-11-22T18:05:00Z",
        demonstration=False,
        controller="Netherwick Children's Services",
        area="Pan-Lancashire",
        audience="Police",
        subject="Wioletta Nkemelu-Hartnoll",
        initials="WNH",
        short_hash="9f2c 41aa 07be d31c",
        verify_at="https://forms.example.org/verify",
        facts=(
            said("@document.reference", "Reference", "TP-7Q4K-2M9X"),
            said("@document.revision", "Revision", "3"),
            said("@document.issued_at", "Issued", "22 November 2026, 18:05"),
            said("@document.status", "Status", "Approved"),
            said("@audience", "This copy", AUDIENCE),
        ),
        sheet=_sheet(),
        sections=_sections(),
        signoffs=(
            said(
                "@signoff.1",
                "Completed by",
                "Agreed: Rosalind Achebe-Thorne, social worker, 22 November 2026, 17:48",
                "I completed this plan with Letty, her carers and the police.",
                "Signed content 7b1d9c0e44aa21f3",
            ),
            said(
                "@signoff.2",
                "The young person",
                "Agreed: Wioletta Nkemelu-Hartnoll, 22 November 2026, 17:30",
                "In their own words: I helped write it. Text me, do not ring.",
                "Signed content 7b1d9c0e44aa21f3",
            ),
        ),
        changes_since=2,
        changes=(
            Item(
                path="@change.1",
                label="Hair",
                blocks=(Pairs((("Was", "Short"), ("Now", "Shoulder length"))),),
            ),
            Item(
                path="@change.2",
                label="Relevant addresses: Old rope works",
                blocks=(Pairs((("Added", "Parties"),)),),
            ),
        ),
        circulation=(
            "The missing person co-ordinator for the child's police area",
            "The home",
            "The case file",
        ),
        notices=(),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]  # each test names fields of Content


def view(plan: Content | None = None, **data: object) -> View:
    """Return a view whose picture is the drawn portrait; its data only has to be some JSON."""
    given = plan or content()
    return View(
        data={"format": "formsvc.view/1", "reference": given.reference, "name": "Wioletta & <co> 陳 ليلى 🐟"}
        | {"attachments": [], "form": {"pages": []}}
        | data,
        files={picture().sha256: photo()},
    )


def hard_content() -> Content:
    """Return a plan that holds everything a person can type, 60 rows, and neither photo nor approval."""
    answers = tuple(
        said(f"hard_{name}", f"Hard: {name}", text, wide=name == "long") for name, text in HARD_TEXTS.items()
    )
    cells = tuple(
        (f"Person {n} {'🐟' if n % 7 == 0 else ''}", HARD_TEXTS["mixed"] if n % 9 == 0 else f"{n} Osier Lane")
        for n in range(1, 61)
    )
    rows = table("crowd", "Sixty people", ("Name", "Address and remarks"), (2, 5), *cells)
    name = "Nguyễn Thị Hồng Nhung-Wolstenholme-Featherstonehaugh ليلى"
    sheet = tuple(
        replace(one, items=(Item(path=f"@sheet.{one.name}", label=one.label, blocks=(Text(text),)),))
        if (
            text := {
                "name": name,
                "photo": "Not recorded",
                "runs_to": HARD_TEXTS["mixed"],
                "marks": HARD_TEXTS["word"],
                "triggers": HARD_TEXTS["long"][:900],
            }.get(one.name)
        )
        else one
        for one in content().sheet
    )
    return content(
        status="not_yet_approved",
        demonstration=True,
        subject=name,
        sheet=sheet,
        sections=(
            Section(id="hard", title="Everything a person can type <&>", intro="", items=(*answers, rows)),
            *_sections(),
        ),
        signoffs=(),
        changes_since=None,
        changes=(),
    )


def _sheet() -> tuple[Slot, ...]:
    blocks: tuple[Block, ...] = (picture(), Text("8 November 2026"))
    return (
        Slot(name="photo", label="Photo", items=(Item(path="@sheet.photo", label="Photo", blocks=blocks),)),
        slot("name", "Name", "Wioletta Nkemelu-Hartnoll"),
        slot("known_as", "Known as", "Letty"),
        slot("date_of_birth", "Age and date of birth", "15, born 4 May 2011"),
        slot("gender", "Gender", "Female"),
        slot("ethnicity", "Ethnicity", "Mixed: White and Black African"),
        slot("height", "Height", "168 cm (5 ft 6 in)"),
        slot("build", "Build", "Slim, athletic"),
        slot("hair", "Hair", "Dark brown, shoulder length, parted on the left and often plaited in two"),
        slot("eyes", "Eyes", "Dark brown"),
        slot(
            "marks",
            "Marks",
            "Birthmark on the left forearm; chipped front tooth",
        ),
        slot("clothing", "Usually wears", "Mustard parka, black jeans, grey trainers"),
        slot("phones", "Phone", "07700 900142", "07700 900143 (second handset, not always on)"),
        slot("language", "Language", "English; some Polish"),
        slot(
            "triggers",
            "What makes them run",
            "A visit called off; her phone taken away; the second phone ringing, then new clothes.",
        ),
        slot(
            "runs_to",
            "Who and where they run to",
            "Grandmother · 9 Beacon Court, Netherwick LX96 3DR · 01632 960312",
            "Ya-ting · 27 Weir Street, Netherwick LX96 5AB · 07700 900692",
            "Reservoir path, north end",
            more=5,
            more_in="People",
        ),
        slot(
            "risks",
            "Highest risks",
            "Exploited by an adult man who carries a lock knife",
            "Moderate asthma: carries a blue inhaler",
            "Has hurt herself, last on 21 September 2026",
        ),
        slot(
            "do_not_approach",
            "Do not approach without police",
            "Flat 2, 3 Fuller's Row, Netherwick LX96 8ZN",
            "Old rope works, Hemp Lane",
        ),
        slot("medication", "Medication that cannot wait", "Salbutamol inhaler when short of breath"),
        slot(
            "ring_now",
            "Ring now",
            "Plover House · 01632 960100 · day and night",
            "Emergency Duty Team · 01632 960200 · nights and weekends",
        ),
        slot("home", "Lives at", "Plover House, 5 Osier Lane, Netherwick LX96 4QT"),
        slot("lead", "Lead professional", "Rosalind Achebe-Thorne, social worker, 07700 900200"),
        slot(
            "danger",
            "Warning for whoever finds them",
            "None from Letty. Attend double-crewed at Fuller's Row.",
        ),
    )


def _sections() -> tuple[Section, ...]:
    return (
        Section(
            id="profile",
            title="Profile",
            intro="Who she is and who looks after her.",
            items=(
                said("full_name", "Full name", "Wioletta Nkemelu-Hartnoll"),
                said("born", "Date of birth", "4 May 2011"),
                Item(
                    path="photo",
                    label="Photograph of child",
                    blocks=(
                        picture(),
                        Pairs(
                            (
                                ("Taken", "8 November 2026"),
                                ("She agreed to it", "Yes"),
                                ("Police may publish it", "Ask first"),
                            )
                        ),
                    ),
                ),
                Item(
                    path="needs",
                    label="Needs",
                    blocks=(Ticks((("Asthma", True), ("Diabetes", False), ("Epilepsy", False))),),
                ),
                silent("nationality", "Nationality"),
                silent("imei", "IMEI of the second handset", State.NOT_KNOWN),
                Item(
                    path="worker",
                    label="Lead professional",
                    blocks=(
                        Pairs(
                            (
                                ("", "Rosalind Achebe-Thorne"),
                                ("Role", "Social worker"),
                                ("Telephone", "07700 900200"),
                            )
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id="risk",
            title="Background and risk",
            intro="",
            items=(
                said(
                    "background",
                    "Background and all identified risks, to her and to those who work with her",
                    *_paragraphs(BACKGROUND),
                    wide=True,
                ),
                said("poses", "Does she pose a risk to anyone?", "No. Nothing suggests that she does."),
                said(
                    "dates",
                    "Significant dates",
                    "9 November, her sister's birthday.",
                    "30 June, the day she came into care.",
                ),
            ),
        ),
        Section(
            id="people",
            title="People and places",
            intro="",
            items=(
                table(
                    "places",
                    "Relevant addresses",
                    ("Address", "Reason, dates found", "Notice", "Who may go"),
                    (4, 5, 2, 2),
                    (
                        "Flat 2, 3 Fuller's Row, LX96 8ZN",
                        "Found asleep there, 30 August 2026",
                        "CPN 2 October 2026",
                        "POLICE ONLY",
                    ),
                    ("9 Beacon Court, LX96 3DR", "Grandmother. 3 May, 20 September 2026", "", "Anyone"),
                    (
                        "Mereside Retail Park, bus stop B",
                        "Picked up by van here. 19 September, 24 October 2026",
                        "CPW sought",
                        "Two staff",
                    ),
                    (
                        "27 Weir Street, LX96 5AB",
                        "林雅婷 Lin Ya-ting, positive friend. 11 July 2026",
                        "",
                        "Anyone",
                    ),
                ),
                Item(
                    path="associates",
                    label="Friends and associates",
                    wide=True,
                    blocks=(
                        Cards(
                            tuple(
                                Row(
                                    id=f"a{n}",
                                    heading=name,
                                    items=(
                                        said(f"associates.a{n}.address", "Address", address),
                                        said(f"associates.a{n}.phone", "Telephone", phone),
                                        said(f"associates.a{n}.notes", "Remarks", remarks, wide=True),
                                    ),
                                )
                                for n, (name, address, phone, remarks) in enumerate(
                                    (
                                        (
                                            "Desmond Carrick-Vale",
                                            "2/3 Fuller's Row, Netherwick",
                                            "07700 900688",
                                            NOTICE,
                                        ),
                                        (
                                            "Tamsin Oyelaran-Pike",
                                            "Foster care",
                                            "07700 900691",
                                            "Goes with her, and is afraid to.",
                                        ),
                                    ),
                                    1,
                                )
                            )
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id="plan",
            title="The plan",
            intro="",
            items=(
                said(
                    "action",
                    "What happens when she goes missing: what, and by whom",
                    *_paragraphs(ACTION),
                    wide=True,
                ),
                said("review", "Next monthly review", "18 December 2026"),
            ),
        ),
    )
