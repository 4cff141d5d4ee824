"""Contents to print as PDF: small ones, made to measure; and an ordinary plan about an invented child."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from formsvc.access.views import View
from formsvc.documents import pdf
from formsvc.documents.content import Content, Section
from formsvc.documents.pdf import SealPlace
from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Block, Cards, Item, Pairs, Picture, Row, State, Table, Text, Ticks

HARD_TEXTS = {
    "markup": "Fish & chips <b>bold</b> \"double\" 'single' &amp; ]]> (a) \\(b\\) %c",
    "polish": "Zażółć gęślą jaźń, Świętosława z Łodzi",
    "vietnamese": "Nguyễn Thị Hồng Nhung; apart: Nguye\u0302\u0303n o\u031b\u0301",
    "yoruba": "Ọláwálé Fọlákẹ́ Ṣẹ́gun",
    "arabic": "اسمها ليلى، عمرها 15 سنة، هاتف 07700 900142 (متاح دائماً)",
    "urdu": "وہ اپنی خالہ کے گھر جاتی ہے، 12 نومبر کو بھی گئی تھی",
    "mixed": "She said ليلى معي 07700 900688 and hung up; أمها called PC 4417 at 23:40.",
    "chinese": "陳美玲住在馥林街27號（一樓），電話 07700 900692。",
    "cyrillic": "Київ, Αθήνα",
    "emoji": "A fish 🐟 means come; 👩🏽‍🚒 and 🏳️‍🌈 and 1️⃣ too ❤️",
    "spaces": "two  spaces   kept, no\u00a0break, thin\u2009space, non\u2011breaking, soft\u00adhyphen",
    "quotes": "“curly” ‘single’ — dash – … £ € ½ → ≥",
    "word": "Donaudampfschifffahrt" * 15,
    "backwards": "مرحبا" * 60,
    "lines": "first\nsecond\n\nfourth",
}


def said(path: str, label: str, *texts: str, wide: bool = False) -> Item:
    """Return an answer of these paragraphs."""
    return Item(path=path, label=label, blocks=(Text("\n".join(texts)),), wide=wide)


def silent(path: str, label: str) -> Item:
    """Return an answer that was not recorded."""
    return Item(path=path, label=label, blocks=(Text("Not recorded"),), state=State.NOT_RECORDED)


@cache
def photo(size: tuple[int, int] = (420, 560), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Return a drawn portrait."""
    shown = Image.new("RGB", size, (206, 214, 205))
    drawn = ImageDraw.Draw(shown)
    drawn.ellipse((size[0] * 0.3, size[1] * 0.2, size[0] * 0.7, size[1] * 0.6), fill=(141, 98, 72))
    out = io.BytesIO()
    shown.convert(mode).save(out, kind)
    return out.getvalue()


def picture(data: bytes) -> Picture:
    """Return the block of a picture."""
    return Picture(
        sha256=hashlib.sha256(data).hexdigest(), media_type="image/jpeg", alt='Head, "Letty" & blue jumper'
    )


def slot(name: str, label: str, *texts: str, more: int = 0, more_in: str = "") -> Slot:
    """Return a place on the sheet for the search."""
    address = f"@sheet.{name}"
    paths = [address] if len(texts) == 1 else [f"{address}.{n}" for n in range(1, len(texts) + 1)]
    items = tuple(said(path, label, text) for path, text in zip(paths, texts, strict=True))
    return Slot(name=name, label=label, items=items, more=more, more_in=more_in)


def table(path: str, label: str, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Item:
    """Return a group whose rows stand in a table."""
    made = tuple(
        Row(
            id=f"r{n}",
            heading=texts[0],
            items=tuple(
                said(f"{path}.r{n}.c{at}", column, text)
                for at, (column, text) in enumerate(zip(columns, texts, strict=True), 1)
            ),
        )
        for n, texts in enumerate(rows, 1)
    )
    block = Table(columns=columns, weights=tuple(1 for _ in columns), rows=made)
    return Item(path=path, label=label, wide=True, blocks=(block,))


def section(*items: Item, title: str = "Answers", intro: str = "") -> Section:
    """Return a section."""
    return Section(id=title.lower(), title=title, intro=intro, items=items)


def content(*sections: Section, **changes: Any) -> Content:
    """Return what a document says that has these sections and no sheet, with some of it changed."""
    plain = Content(
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
            said("@audience", "This copy", "Made for the police. Keep it with the investigation."),
        ),
        sheet=(),
        sections=sections,
        signoffs=(said("@signoff.1", "Completed by", "Agreed: Rosalind Achebe-Thorne", "With her."),),
        changes_since=2,
        changes=(
            Item(path="@change.1", label="Hair", blocks=(Pairs((("Was", "Short"), ("Now", "Braids"))),)),
        ),
        circulation=("The missing person co-ordinator", "The home"),
        notices=("characters_removed",),
    )
    return replace(plain, **changes)


def sheet(**texts: str | tuple[str, ...]) -> tuple[Slot, ...]:
    """Return an ordinary sheet for the search with some of its places changed; "" leaves one out."""
    ordinary: dict[str, tuple[str, ...]] = {
        "name": ("Wioletta Nkemelu-Hartnoll",),
        "known_as": ("Letty",),
        "date_of_birth": ("15, born 17 March 2011",),
        "height": ("5 ft 4 in (163 cm)",),
        "build": ("Slim, athletic",),
        "hair": ("Black, waist-length knotless braids; two burgundy braids at left temple",),
        "marks": ("2 cm raised scar through left eyebrow; small hollow-star tattoo inside right wrist",),
        "phones": ("07700 900142", "07700 900143 (second handset)"),
        "triggers": ("Contact with her mother cancelled; her phone being taken.",),
        "runs_to": ("Grandmother · 9 Lantern Court, Calderholme BB96 3DR", "Mei-ling · 27 Fulling Street"),
        "risks": ("Sexual exploitation by an adult man", "Moderate asthma", "Low in mood"),
        "danger": ("None from Letty. Attend double-crewed.",),
        "do_not_approach": ("Flat 2, 3 Carder's Yard, Calderholme BB96 8ZN", "Old dye works, Tenter Lane"),
        "medication": ("Salbutamol inhaler when short of breath",),
        "ring_now": ("Heron Bank · 01632 960100 · day and night",),
        "home": ("Heron Bank, 5 Withy Rise, Calderholme BB96 4QT",),
    }
    given = {name: (text,) if isinstance(text, str) else text for name, text in texts.items()}
    labels = {"name": "Name", "runs_to": "Who and where they run to", "triggers": "What makes them run"}
    portrait = Item(
        path="@sheet.photo", label="Photo", blocks=(picture(photo()), Text("Taken 8 November 2026"))
    )
    return (
        Slot(name="photo", label="Photo", items=(portrait,)),
        *(
            slot(name, labels.get(name, name.replace("_", " ").capitalize()), *these)
            for name, these in (ordinary | given).items()
            if these != ("",)
        ),
    )


def ordinary() -> Content:
    """Return what an ordinary plan says: every kind of block, a sheet, sign-offs, changes."""
    card = Cards(
        tuple(
            Row(
                id=f"a{n}",
                heading=name,
                items=(
                    said(f"friends.a{n}.name", "Name", name),
                    said(f"friends.a{n}.phone", "Telephone", f"07700 90068{n}"),
                    said(f"friends.a{n}.address", "Address", "2 Carder's Yard", "Calderholme", "BB96 8ZN"),
                    said(
                        f"friends.a{n}.notes", "Remarks", "When they are together somebody rings.", wide=True
                    ),
                ),
            )
            for n, name in enumerate(("Desmond Carrick-Vale", "Keira Bamber-Roe"), 1)
        )
    )
    consent = Pairs((("Taken", "8 November 2026"), ("Police may use it", "Agreed")))
    ticks = Ticks((("Asthma", True), ("Diabetes", False), ("Epilepsy", False)))
    blocks: dict[str, tuple[Block, ...]] = {
        "photo": (picture(photo()), consent),
        "needs": (ticks,),
        "worker": (Pairs((("", "Rosalind Achebe-Thorne"), ("Role", "Social worker"))),),
        "friends": (card,),
    }
    first = section(
        said("full_name", "Full name", "Wioletta Nkemelu-Hartnoll"),
        *(
            Item(path=path, label=path.capitalize(), blocks=given, wide=path == "friends")
            for path, given in blocks.items()
        ),
        silent("nationality", "Nationality"),
        title="Profile",
        intro="Who she is and who looks after her.",
    )
    second = section(
        said("background", "Background and risk", "Letty is bright, funny and loyal. " * 12, wide=True),
        table(
            "places",
            "Addresses",
            ("Address", "Who may go"),
            ("9 Lantern Court", "Anyone"),
            ("Dye works", "Police"),
        ),
        title="Risk",
    )
    return content(first, second, sheet=sheet())


def view(**data: Any) -> View:
    """Return a view whose pictures are the drawn portraits; its data only has to be some JSON."""
    drawn = [photo(), photo((600, 300)), photo((300, 300), "PNG"), photo((200, 300), "JPEG", "L")]
    return View(
        data={
            "format": "formsvc.view/1",
            "name": "Wioletta & <co> 陳",
            "attachments": [],
            "form": {"pages": []},
        }
        | data,
        files={hashlib.sha256(one).hexdigest(): one for one in drawn},
    )


def printed(said: Content, *, seal: SealPlace | None = None) -> bytes:
    """Return the PDF of a content."""
    return pdf.render(view(), content=said, seal=seal)
