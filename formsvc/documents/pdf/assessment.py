"""An assessment: the grade with its reasons first, then each factor. Nothing is counted or added up."""

from __future__ import annotations

from formsvc.documents.pdf.front import Front


def draw(front: Front) -> None:
    """Put an assessment of risk."""
    front.writer.grades_in_rows = True
    front.head()
    front.grade("grade", "reasons")
    front.boxed("danger")
    front.slots("decision", "actions")
    front.abreast("next_review", "episode")
    front.factors("factors")
    front.rest()
