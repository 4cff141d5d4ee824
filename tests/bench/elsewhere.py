"""The same form made elsewhere: LibreOffice turns our Word file into a PDF, WeasyPrint sets an HTML page.

Neither is PDF/A and PDF/UA at once, and neither is sealed. Both are timed by the clock on the wall, as
ours is for the comparison: an office is another process.
"""

from __future__ import annotations

import html
import time
from pathlib import Path

import weasyprint

from formsvc.access.views import View
from formsvc.documents import pdf
from formsvc.documents.content import all_items, build
from formsvc.fields.blocks import leaves, text_of
from formsvc.settings import Settings
from formsvc.workflow.produce import unsealed_docx
from tests.bench.timing import median_ms
from tests.validators.libreoffice import LibreOffice

RUNS = 3
_STYLE = """
@page { size: A4; margin: 18mm }
body { font: 10pt/14pt sans-serif } h1 { font-size: 13pt } h2 { font-size: 13pt; border-bottom: 1.5pt solid }
table { width: 100%; border-collapse: collapse } th { width: 33%; text-align: left; vertical-align: top }
td { white-space: pre-wrap } tr { border-bottom: .5pt solid gray }
"""


def page_of(view: View) -> str:
    """Return the words of a view as an HTML page: sections, labels and values."""
    content = build(view)
    rows = [
        f"<tr><th>{html.escape(leaf.label)}</th><td>{html.escape(text_of(leaf))}</td></tr>"
        for item in all_items(content)
        for leaf in leaves(item)
    ]
    title = html.escape(content.title)
    return (
        f"<!DOCTYPE html><html lang=en-GB><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><table>{''.join(rows)}</table>"
    )


def measure(view: View, *, settings: Settings, folder: Path) -> dict[str, float]:
    """Return milliseconds a document by what made it."""
    file = folder / "plan.docx"
    file.write_bytes(unsealed_docx(view, settings=settings))
    office = LibreOffice(folder / "office")
    page = page_of(view)
    return {
        "ours": median_ms(lambda: pdf.render(view, fonts=settings.fonts), 5 * RUNS, clock=time.perf_counter),
        "WeasyPrint": median_ms(
            lambda: weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"),
            RUNS,
            clock=time.perf_counter,
        ),
        "LibreOffice": median_ms(lambda: office.to_pdf(file, folder), RUNS, clock=time.perf_counter),
    }


def lines(report: dict[str, float]) -> list[str]:
    """Return the table: milliseconds, documents a second, and how many of ours that is."""
    return [
        "same form, unsealed        ms    a second    x ours",
        *(
            f"{name:<18} {ms:>10.1f} {1000 / ms:>11.1f} {ms / report['ours']:>9.1f}"
            for name, ms in report.items()
        ),
    ]
