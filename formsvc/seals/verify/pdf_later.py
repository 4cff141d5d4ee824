"""What was added to a PDF after it was signed: judged revision by revision with pyHanko's difference policy.

Beside a seal of ours only time stamps with their evidence may be appended, nothing else between them,
and the properties that a reader shows must still be those that were sealed. For other makers' files
the changes are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FieldComparisonContext,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules_api import Context
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_properties import properties
from formsvc.seals.verify.pdf_reading import reference_number
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown

_END: Final = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
OBJECT: Final = re.compile(rb"(?<![\d.])(?P<number>\d{1,10}) \d{1,5} obj\b")


class _TaggedFieldRule(FieldMDPRule):
    """Let a signature field that is an element's object (OBJR) be filled in.

    pyHanko knows the way there only where the element has one kid; it may have several
    (ISO 32000-2, 14.7.5.3). What the field may become is still the other rules' to judge.
    """

    def apply(self, context: FieldComparisonContext) -> Iterator[tuple[ModificationLevel, FormUpdate]]:
        """Approve the ways through the structure tree to each signature field."""
        for name, spec in context.field_specs.items():
            if spec.field_type != "/Sig" or not spec.old_field_ref or not spec.new_field_ref:
                continue
            for path in context.old._get_usages_of_ref(spec.old_field_ref):  # noqa: SLF001  its one door
                if _leads_through_the_tree(path):
                    yield (
                        ModificationLevel.LTA_UPDATES,
                        FormUpdate(
                            updated_ref=spec.new_field_ref,
                            field_name=name,
                            valid_when_locked=True,
                            context_checked=Context.from_absolute(context.old, path),
                        ),
                    )


def _leads_through_the_tree(path: RawPdfPath) -> bool:
    """Say whether a path is Root.StructTreeRoot.K, kids and their places, and at last Obj."""
    steps = path.path
    return (
        len(steps) >= 5
        and tuple(steps[:3]) == ("/Root", "/StructTreeRoot", "/K")
        and steps[-1] == "/Obj"
        and all(step == "/K" or isinstance(step, int) for step in steps[3:-1])
    )


_FOREIGN: Final = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),  # type: ignore[no-untyped-call]
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),  # type: ignore[no-untyped-call]
    ],
    form_rule=FormUpdatingRule(
        [
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(),
            _TaggedFieldRule(),
            GenericFieldModificationRule(),
        ]
    ),
)
"""pyHanko's own policy, and the rule above."""

_OURS: Final = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata"})),  # type: ignore[no-untyped-call]
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),  # type: ignore[no-untyped-call]
    ],
    form_rule=FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
        ignored_acroform_keys=frozenset({"/Fields"}),
    ),
    ignore_orphaned_objects=False,
)
"""Time stamps and their evidence alone; the properties are compared beside it."""


def judge_later(
    data: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, *, ours: bool, covered_to: int
) -> Verdict:
    """Return the verdict on what stands behind the signed state.

    `covered_to` is where the signed state ends.
    """
    first = int(signature.signed_revision)
    detail: dict[str, Any] = {"revisions_after": reader.total_revisions - 1 - first}
    signature.compute_integrity_info(diff_policy=_OURS if ours else _FOREIGN)  # type: ignore[no-untyped-call]
    proper = signature.evaluate_signature_coverage() >= SignatureCoverageLevel.ENTIRE_REVISION
    if not proper or not _ends_with_a_revision(data, reader, first):
        return bad("added_after", changes=["bytes that form no proper new version"], **detail)
    result: Any = signature.diff_result
    if not isinstance(result, DiffResult):
        why = " ".join(str(result).split())[:200]
        changes = ["more was changed than a form that was filled in"]
        return bad("added_after", changes=changes, why=why, **detail)
    changes = list(_changes(reader, first, result)) or ["nothing that a reader of its pages would see"]
    if ours:
        if not _only_stamps(reader, result) or not _nothing_between(data, reader, covered_to):
            return bad("added_after", changes=changes, **detail)
        if _described_otherwise(reader.get_historical_resolver(first), reader):
            return bad("properties_changed", **detail)
        return good("whole_and_stamped", **detail)
    permitted = signature.summarise_integrity_info()["docmdp_ok"]
    return (unknown if permitted else bad)(
        "earlier_revision" if permitted else "added_after", changes=changes, **detail
    )


def _only_stamps(reader: PdfFileReader, result: DiffResult) -> bool:
    """Say whether nothing but time stamps and their evidence came after."""
    stamps_or_less = result.modification_level <= ModificationLevel.LTA_UPDATES
    return stamps_or_less and set(result.changed_form_fields) <= _stamp_fields(reader)


def _stamp_fields(reader: PdfFileReader) -> frozenset[str]:
    return frozenset(str(one.field_name) for one in reader.embedded_timestamp_signatures)


def _ends_with_a_revision(data: bytes, reader: PdfFileReader, first: int) -> bool:
    """Say whether the newest revision came after the signed one and ends where the file ends."""
    end = _END.search(data, max(0, len(data) - 1100))
    return (
        reader.total_revisions - 1 > first
        and end is not None
        and int(end[1]) == reader.xrefs.get_startxref_for_revision(reader.total_revisions - 1)
    )


def _changes(reader: PdfFileReader, first: int, result: DiffResult) -> Iterator[str]:
    """Yield in words what came after the signed revision."""
    stamps = _stamp_fields(reader)
    changed = sorted(result.changed_form_fields)
    yield from (f"the form field {name} was filled or signed" for name in changed if name not in stamps)
    if stamps & set(changed):
        yield "a time stamp was added"
    if result.modification_level == ModificationLevel.ANNOTATIONS:
        yield "notes were added"
    signed = reader.get_historical_resolver(first)
    if _place(reader.root, "/DSS") != _place(signed.root, "/DSS"):
        yield "evidence about certificates was added"
    if _described_otherwise(signed, reader):
        yield "the file's properties, such as its title, were changed"


def _described_otherwise(signed: HistoricalResolver, reader: PdfFileReader) -> bool:
    try:
        return properties(signed) != properties(reader)
    except Unreadable:
        return True


def _place(holder: Any, key: str) -> Any:
    raw = dict.get(holder, key)
    number = reference_number(raw)
    return raw if number is None else number


def _nothing_between(data: bytes, reader: PdfFileReader, start: int) -> bool:
    """Say whether behind a place stand only objects that are listed in the tables."""
    found = {one.start() for one in OBJECT.finditer(data, start)}
    known = {one for one in object_places(reader) if one >= start}
    return bool(known) and found == known and not data[start : min(known)].strip()


def object_places(reader: PdfFileReader) -> set[int]:
    """Return where in the file every object begins that a table of any revision lists."""
    found: set[int] = set()
    for revision in range(reader.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            place = reader.xrefs.get_historical_ref(reference, revision)
            if isinstance(place, int):
                found.add(place)
    return found
