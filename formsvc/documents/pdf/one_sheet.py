"""One side of paper: what a call-taker asks, in the order in which it is asked.

All of it stands on one side where it can: the type shrinks a little first, then it goes on in order.
"""

from __future__ import annotations

from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.head import Head
from formsvc.documents.pdf.plan import Arrangement
from formsvc.documents.pdf.sheet import SIZES, fitted
from formsvc.documents.pdf.style import MM

_REPORT = Arrangement(
    title="Page one",
    identity=(
        "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "eyes", "hair", "marks",
        "clothing", "language",
    ),
    photo=(35 * MM, 46 * MM),
    above=(("last_seen",), ("circumstances",)),
    box=("risks", "danger", "do_not_approach"),
    pairs=(
        ("harm", "medication"), ("grade", "reasons"), ("phones", "transport"), ("triggers", "runs_to"),
        ("home", "lead"), ("reported", "ring_now"), ("needs", "actions"),
    ),
)  # fmt: skip
"""Who is missing, since when and from where, how; what is dangerous; how to find them; who tells it."""


def draw(front: Front) -> None:
    """Put a report on as few sides as it takes."""
    content = front.content
    Head(front.flow, front.pen, content).draw()
    usual = front.writer.look.body
    smaller = [style for style in SIZES if style.size < usual.size]
    fitted(front.flow, front.pen, content, [usual, *smaller], arrangement=_REPORT).draw(front.flow)
    for section in content.sections:
        front.writer.section(section)
