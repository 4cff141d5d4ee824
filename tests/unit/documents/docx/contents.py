"""Contents to print: an ordinary plan about an invented child, and a hard one."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

from formsvc.access.views import View
from formsvc.documents.content import Content, Section, Slot
from formsvc.fields.blocks import Block, Cards, Item, Pairs, Picture, Row, State, Table, Text, Ticks

PROJECT = Path(__file__).parents[4]
TRIGGER_PLAN = PROJECT / "docx_templates" / "trigger_plan.docx"
PLAN = PROJECT / "docx_templates" / "plan.docx"

AUDIENCE = "Made for the police. Keep it with the investigation and return it when the plan is superseded."

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
    return Item(path=path, label=label, blocks=(Text("\n".join(texts)),), wide=wide)


def silent(path: str, label: str, state: State = State.NOT_RECORDED) -> Item:
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
    return Picture(
        sha256=hashlib.sha256(photo()).hexdigest(),
        media_type="image/jpeg",
        alt='Head and shoulders, dark braids, "Letty" badge & blue jumper',
    )


def slot(name: str, label: str, *texts: str, more: int = 0, more_in: str = "") -> Slot:
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


def table(path: str, label: str, columns: tuple[str, ...], weights: tuple[int, ...], *rows: tuple[str, ...]) -> Item:
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
        controller="Calderholme Children's Services",
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
            said("@audience", "Made for", AUDIENCE),
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
            Item(path="@change.1", label="Hair", blocks=(Pairs((("Was", "Short natural hair"), ("Now", "Black braids"))),)),
            Item(path="@change.2", label="Relevant addresses: Old dye works", blocks=(Pairs((("Added", "Parties"),)),)),
        ),
        circulation=("The missing person co-ordinator for the child's police area", "The home", "The case file"),
        notices=(),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]  # each test names fields of Content


def view(plan: Content | None = None, **data: object) -> View:
    """Return a view whose picture is the drawn portrait; its data only has to be some JSON."""
    given = plan or content()
    return View(
        data={"format": "formsvc.view/1", "reference": given.reference, "name": "Wioletta & <co> 陳 ليلى 🐟"} | data,
        files={picture().sha256: photo()},
    )


def hard_content() -> Content:
    """Return a plan that holds everything a person can type, 60 rows, and neither photo nor approval."""
    answers = tuple(said(f"hard_{name}", f"Hard: {name}", text, wide=name == "long") for name, text in HARD_TEXTS.items())
    cells = tuple((f"Person {n} {'🐟' if n % 7 == 0 else ''}", HARD_TEXTS["mixed"] if n % 9 == 0 else f"{n} Withy Rise") for n in range(1, 61))
    rows = table("crowd", "Sixty people", ("Name", "Address and remarks"), (2, 5), *cells)
    name = "Nguyễn Thị Hồng Nhung-Wolstenholme-Featherstonehaugh ليلى"
    sheet = tuple(
        replace(one, items=(Item(path=f"@sheet.{one.name}", label=one.label, blocks=(Text(text),)),))
        if (text := {"name": name, "photo": "Not recorded", "runs_to": HARD_TEXTS["mixed"], "marks": HARD_TEXTS["word"]}.get(one.name))
        else one
        for one in content().sheet
    )
    return content(
        status="not_yet_approved",
        demonstration=True,
        subject=name,
        sheet=sheet,
        sections=(Section(id="hard", title="Everything a person can type <&>", intro="", items=(*answers, rows)), *_sections()),
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
        slot("date_of_birth", "Age and date of birth", "15, born 17 March 2011"),
        slot("gender", "Gender", "Female"),
        slot("ethnicity", "Ethnicity", "Mixed: White and Black African"),
        slot("height", "Height", "5 ft 4 in (163 cm)"),
        slot("build", "Build", "Slim, athletic"),
        slot("hair", "Hair", "Black, waist-length knotless braids; two burgundy braids at left temple"),
        slot("eyes", "Eyes", "Dark brown"),
        slot("marks", "Marks", "2 cm raised scar through left eyebrow; small hollow-star tattoo inside right wrist"),
        slot("clothing", "Usually wears", "Silver hoops, blue puffer jacket, white trainers"),
        slot("phones", "Phone", "07700 900142", "07700 900143 (second handset, not always on)"),
        slot("language", "Language", "English; some Polish"),
        slot(
            "triggers",
            "What makes them run",
            "Contact with her mother cancelled; her phone being taken; the second phone ringing, then make-up.",
        ),
        slot(
            "runs_to",
            "Who and where they run to",
            "Grandmother · 9 Lantern Court, Calderholme BB96 3DR · 01632 960312",
            "Mei-ling · 27 Fulling Street, Calderholme BB96 5AB · 07700 900692",
            "Canal, lock 39 to the wharf",
            more=5,
            more_in="People",
        ),
        slot(
            "risks",
            "Highest risks",
            "Sexual exploitation by an adult man, known to carry a lock knife",
            "Moderate asthma: carries a blue inhaler",
            "Low in mood; last hurt herself on 21 September 2026",
        ),
        slot(
            "do_not_approach",
            "Do not approach without police",
            "Flat 2, 3 Carder's Yard, Calderholme BB96 8ZN",
            "Old dye works, Tenter Lane",
        ),
        slot("medication", "Medication that cannot wait", "Salbutamol inhaler when short of breath"),
        slot(
            "ring_now",
            "Ring now",
            "Heron Bank · 01632 960100 · day and night",
            "Emergency Duty Team · 01632 960200 · nights and weekends",
        ),
        slot("home", "Lives at", "Heron Bank, 5 Withy Rise, Calderholme BB96 4QT"),
        slot("lead", "Lead professional", "Rosalind Achebe-Thorne, social worker, 07700 900200"),
        slot("danger", "Risk to those who find them", "None from Letty. Attend double-crewed at Carder's Yard."),
    )


def _sections() -> tuple[Section, ...]:
    return (
        Section(
            id="profile",
            title="Profile",
            intro="Who she is and who looks after her.",
            items=(
                said("full_name", "Full name", "Wioletta Nkemelu-Hartnoll"),
                said("born", "Date of birth", "17 March 2011"),
                Item(
                    path="photo",
                    label="Photograph of child",
                    blocks=(
                        picture(),
                        Pairs((("Taken", "8 November 2026"), ("She agreed to it", "Yes"), ("Police may publish it", "Ask first"))),
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
                        Pairs((("", "Rosalind Achebe-Thorne"), ("Role", "Social worker"), ("Telephone", "07700 900200"))),
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
                    "Letty is a bright, funny, very loyal girl who came into care at eleven after years of violence between her"
                    " parents and long nights looking after her little brother. She has lost three homes in four years, the"
                    " last because it shut. She watches adults closely and decides early whether they are going to last.",
                    "She is moderately asthmatic, carries a blue inhaler, smokes and vapes. She is low in mood, sees the"
                    " young people's service on Tuesdays, and last hurt herself on 21 September.",
                    "She may run across the bypass if she sees a marked car; a plain car and a woman's voice saying"
                    " “your tea's on” has worked twice.",
                    wide=True,
                ),
                said("poses", "Does she pose a risk to anyone?", "No. Nothing suggests that she does."),
                said("dates", "Significant dates", "22 November, her brother's birthday.", "2 May, grandfather's death."),
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
                    ("Flat 2, 3 Carder's Yard, BB96 8ZN", "Found hiding in bathroom, 30 August 2026", "CPN 2 October 2026", "POLICE ONLY"),
                    ("9 Lantern Court, BB96 3DR", "Grandmother. 2 May, 20 September 2026", "", "Anyone"),
                    ("Loomstate Retail Park, bus shelter C", "Collected by car here. 19 September, 24 October 2026", "CPW sought", "Two staff"),
                    ("27 Fulling Street, BB96 5AB", "陳美玲 Chan Mei-ling, positive friend. 11 July 2026", "", "Anyone"),
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
                                        ("Desmond Carrick-Vale", "2/3 Carder's Yard, Calderholme", "07700 900688", "Grey hatchback. Carries a lock knife. Notice served 23 September 2026."),
                                        ("Keira Bamber-Roe", "Foster care", "07700 900691", "When they are together somebody rings them."),
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
                    "Letty helped write this on 18 November. She says: “Text me first, not ring. Say what's for tea. If I"
                    " put a fish that means come and get me and don't ask.” The fish emoji (🐟) is a request for help:"
                    " ring 999 and say so.",
                    "Heron Bank: at ten minutes late, text. At twenty minutes, look in her room and ring her grandmother. At"
                    " thirty minutes ring the police.",
                    wide=True,
                ),
                said("review", "Next monthly review", "18 December 2026"),
            ),
        ),
    )
