"""What the street costs, measured in one run on one core, against a floor measured in the same run.

The floor is the least a sealed PDF of the same words could cost: those words drawn line by line on a
bare ReportLab canvas, and one raw P-256 signature over the bytes. Run it with `make bench`.
Figures are medians; ratios hold better than figures. `sealing` measures seals by type of key and level,
`elsewhere` the same form through LibreOffice and WeasyPrint.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import tempfile
import textwrap
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from formsvc import clock
from formsvc.access.views import View
from formsvc.definitions.compile import compile_document
from formsvc.definitions.library import AREAS, load_library
from formsvc.definitions.model import Effective, Stage
from formsvc.definitions.source import read
from formsvc.documents import pdf
from formsvc.documents.content import addressed, all_items, build
from formsvc.fields.blocks import leaves
from formsvc.records.gate import Gate
from formsvc.seals.opc import seal_docx
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.verify import verify
from formsvc.settings import Settings, load
from formsvc.workflow.answers_file import AnswersFile
from formsvc.workflow.issue_answers import read_view
from formsvc.workflow.preview import example_answers, example_view
from formsvc.workflow.produce import unsealed_docx
from formsvc.workflow.set_up import set_up
from formsvc.workflow.trust import own_key, trust_of
from tests.bench import elsewhere, sealing
from tests.bench.timing import median_ms

SIZES = (10, 50, 200, 500, 1000, 2000)


def words_of(view: View) -> list[str]:
    """Return the labels and paragraphs that a view prints, in order."""
    content = build(view)
    labels = {leaf.path: leaf.label for one in all_items(content) for leaf in leaves(one)}
    return [
        paragraph
        for path, text in addressed(content).items()
        for paragraph in [labels[path], *text.split("\n")]
    ]


def load_all(settings: Settings) -> None:
    """Read and compile every definition in every area that has it."""
    library = load_library(settings.form_templates)
    for definition in library.ids():
        for area in library.areas_of(definition):
            library.effective(definition, area)


def parse_all(settings: Settings) -> None:
    """Parse every file of definitions and areas and make nothing of it: the least that loading costs."""
    for path in sorted(settings.form_templates.glob("*.yaml")) + sorted(
        (settings.form_templates / AREAS).glob("*.yaml")
    ):
        read(path, name=path.name)


def floor(words: list[str], *, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Draw words on a bare canvas in the font "Floor" and sign the bytes once, raw."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    y = 800.0
    canvas.setFont("Floor", 10)
    for paragraph in words:
        for line in textwrap.wrap(paragraph, 95) or [""]:
            if y < 50:
                canvas.showPage()
                canvas.setFont("Floor", 10)
                y = 800.0
            canvas.drawString(50, y, line)
            y -= 14
    canvas.save()
    data = out.getvalue()
    key.sign(data, ec.ECDSA(hashes.SHA256()))
    return data


def grown(base: Effective, count: int) -> Effective:
    """Return the base definition with exactly `count` text fields in pages of twenty, and no sheet."""
    document = json.loads(json.dumps(base.document))
    definition = document["definition"]
    one = {"type": "text", "class": "plan", "part": "main", "own": "measured growth"}
    fields = [{**one, "id": f"f{n}", "label": f"Question {n}"} for n in range(count)]
    definition["pages"] = [
        {"id": f"p{at}", "title": f"Page {at // 20 + 1}", "fields": fields[at : at + 20]}
        for at in range(0, count, 20)
    ]
    definition["cross_checks"] = []
    definition["search_sheet"] = {"name": ["f0"]}
    return compile_document(document)


def grown_view(effective: Effective, settings: Settings) -> View:
    """Return the full view of a grown definition, every field answered."""
    answers = {
        one.id: f"A plain answer of ordinary length, the one to question {one.id}"
        for one in effective.fields()
    }
    return read_view(
        AnswersFile(answers=answers, signoffs=()),
        effective=effective,
        audience="full",
        photo=None,
        attach={},
        demonstration=True,
        settings=settings,
    )


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as instance:
        settings = load({"FORMSVC_INSTANCE": instance})
        set_up(settings)
        report = measure(settings)
    sys.stdout.write(json.dumps(report, indent=2) + "\n" + "\n".join(lines(report)) + "\n")


def measure(settings: Settings) -> dict[str, object]:
    """Return the whole report as plain data; times in milliseconds, memory in MB."""
    key = own_key(settings)
    at = clock.now().replace(microsecond=0)
    trust = trust_of(settings, key)
    effective = load_library(settings.form_templates).effective("trigger_plan")
    view = example_view(effective, audience="full", settings=settings)
    answers = example_answers(effective, settings=settings)["answers"]
    place = pdf.SealPlace(contents_bytes=contents_bytes(key), name=key.subject, reason="bench", at=at)
    unsealed_pdf = pdf.render(view, fonts=settings.fonts, seal=place)
    unsealed_word = unsealed_docx(view, settings=settings)
    sealed_pdf, sealed_word = seal_pdf(unsealed_pdf, key, at=at), seal_docx(unsealed_word, key, at=at)
    raw_key = ec.generate_private_key(ec.SECP256R1())
    words = words_of(view)
    pdfmetrics.registerFont(TTFont("Floor", next(settings.fonts.glob("noto-sans/400Regular/*.ttf"))))
    stages = {
        "floor": median_ms(lambda: floor(words, key=raw_key)),
        "load all": median_ms(lambda: load_all(settings)),
        "parse all": median_ms(lambda: parse_all(settings)),
        "gate": median_ms(lambda: Gate(effective).judge(answers, stage=Stage.FINAL)),
        "view": median_ms(lambda: example_view(effective, audience="full", settings=settings)),
        "content": median_ms(lambda: build(view)),
        "pdf render": median_ms(lambda: pdf.render(view, fonts=settings.fonts, seal=place)),
        "pdf seal": median_ms(lambda: seal_pdf(unsealed_pdf, key, at=at)),
        "pdf verify": median_ms(lambda: verify(sealed_pdf, name="a.pdf", trust=trust)),
        "docx render": median_ms(lambda: unsealed_docx(view, settings=settings)),
        "docx seal": median_ms(lambda: seal_docx(unsealed_word, key, at=at)),
        "docx verify": median_ms(lambda: verify(sealed_word, name="a.docx", trust=trust)),
    }
    pdf_made, docx_made = (
        stages["pdf render"] + stages["pdf seal"],
        stages["docx render"] + stages["docx seal"],
    )
    growth = []
    for size in SIZES:
        larger = grown(effective, size)
        larger_view = grown_view(larger, settings)
        growth.append(
            {
                "fields": size,
                "pdf": median_ms(lambda v=larger_view: pdf.render(v, fonts=settings.fonts, seal=place), 3),  # type: ignore[misc]  # bound now
                "docx": median_ms(lambda v=larger_view: unsealed_docx(v, settings=settings), 3),  # type: ignore[misc]  # bound now
            }
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        seals = sealing.measure(view, settings=settings, at=at, folder=Path(folder))
        others = elsewhere.measure(view, settings=settings, folder=Path(folder))
    return {
        "python": sys.version.split()[0],
        "bytes": {"pdf": len(sealed_pdf), "docx": len(sealed_word)},
        "ms": stages,
        "documents_a_second": {
            "pdf sealed and verified": 1000 / (pdf_made + stages["pdf verify"]),
            "docx sealed and verified": 1000 / (docx_made + stages["docx verify"]),
        },
        "ratios": {
            "every definition and area loaded / their files parsed": stages["load all"] / stages["parse all"],
            "every definition and area loaded, in seconds (aim 1)": stages["load all"] / 1000,
            "pdf made / floor": pdf_made / stages["floor"],
            "docx made / pdf made": docx_made / pdf_made,
            "pdf sealed / rendered (aim 1.5)": pdf_made / stages["pdf render"],
            "docx sealed / rendered (aim 1.5)": docx_made / stages["docx render"],
            "pdf sealed and verified / rendered": (pdf_made + stages["pdf verify"]) / stages["pdf render"],
            "docx sealed and verified / rendered": (docx_made + stages["docx verify"])
            / stages["docx render"],
        },
        "seals": seals,
        "elsewhere_ms": others,
        "growth_ms": growth,
        "peak_memory_mb": peak,
    }


def lines(report: dict[str, object]) -> list[str]:
    """Return the report as lines for a person."""
    out = ["", "stage            ms   x floor"]
    stages = report["ms"]
    assert isinstance(stages, dict)
    out += [f"{name:<12} {ms:>8.1f} {ms / stages['floor']:>8.2f}" for name, ms in stages.items()]
    seals, others = report["seals"], report["elsewhere_ms"]
    assert isinstance(seals, dict)
    assert isinstance(others, dict)
    out += ["", *sealing.lines(seals), "", *elsewhere.lines(others)]
    growth = report["growth_ms"]
    assert isinstance(growth, list)
    out += ["", "fields     pdf ms  a field   docx ms  a field"]
    out += [
        f"{one['fields']:>6} {one['pdf']:>10.1f} {one['pdf'] / one['fields']:>8.3f}"
        f" {one['docx']:>9.1f} {one['docx'] / one['fields']:>8.3f}"
        for one in growth
    ]
    for title in ("documents_a_second", "ratios"):
        figures = report[title]
        assert isinstance(figures, dict)
        out += ["", *(f"{name}: {value:.2f}" for name, value in figures.items())]
    return [*out, f"peak memory: {report['peak_memory_mb']:.0f} MB"]


if __name__ == "__main__":
    main()
