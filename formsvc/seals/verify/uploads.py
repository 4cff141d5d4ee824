"""A file that somebody hands in to be carried: may it be, and who signed it?

What acts by itself, fetches from elsewhere or cannot be looked into is not carried. Everything else a
council writes is: tracked changes, fields that show the date, forms to fill in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader

from formsvc import clock
from formsvc.errors import Unreadable
from formsvc.fields.moments import stored_utc
from formsvc.records.signed import MOST_NAMED, Answer, Signature, Signed, State, signer_name
from formsvc.seals import parts
from formsvc.seals.package import Limits
from formsvc.seals.verify.docx_hidden import judge_hidden as judge_hidden_docx
from formsvc.seals.verify.package_coverage import OpenPackage, open_package
from formsvc.seals.verify.pdf_hidden import judge_hidden as judge_hidden_pdf
from formsvc.seals.verify.pdf_reading import guarded
from formsvc.seals.verify.verdicts import SignatureVerdicts, Status, Verdict, Verification

ENCRYPTED: Final = "it is encrypted or has a password"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_ACTS: Final = (
    "scripts", "a form of another kind (XFA)", "actions that start by themselves",
    "actions that reach outside the file", "demands on the program that shows it",
    "notes of the kind FileAttachment", "notes of the kind RichMedia", "notes of the kind Movie",
    "notes of the kind Sound", "notes of the kind Screen", "notes of the kind 3D",
    "programs or embedded objects", "content from outside the file", "a collection of other files",
)  # fmt: skip
_FETCHES: Final = re.compile(
    r"(?<![A-Z])(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|MACROBUTTON|EMBED)\b",
    re.IGNORECASE,
)
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SECONDS: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC")


def refuse_unless_calm(data: bytes, *, limits: Limits) -> None:
    """Raise Unreadable, saying why, for a PDF or Word file that is encrypted, damaged or acts by itself."""
    if data.startswith(_OLD_OFFICE):
        raise Unreadable("it is encrypted, or of the old kind of Word: save it as .docx without a password")
    if data.startswith(b"%PDF-"):
        found = _shown(judge_hidden_pdf(data, lenient(data)))
    else:
        opened = open_package(data, limits=limits)
        if any("macro" in kind or "vbaproject" in kind for kind in _kinds(opened)):
            raise Unreadable("it holds macros: save it as .docx without them")
        found = _shown(judge_hidden_docx(opened)) + list(_fetching(opened))
    if found:
        raise Unreadable(f"it can act by itself ({'; '.join(found)}): print it to a PDF")


def lenient(data: bytes) -> PdfFileReader:
    """Return a reader of a PDF as programs of every kind write them; raise Unreadable."""
    with guarded("it is damaged or cut short"):
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypt_dict is not None:
            raise Unreadable(ENCRYPTED)
        if not reader.root:
            raise Unreadable("it is damaged or cut short")
    return reader


def signed_in(data: bytes, found: Verification) -> Signed:
    """Return what is known of the signatures in a file, from what the verifier says of it.

    A file that the verifier cannot read strictly may be signed all the same: then only that is said.
    """
    signatures = tuple(map(_signature, found.signatures[:MOST_NAMED]))
    if found.readable.status is not Status.GOOD and data.startswith(b"%PDF-"):
        with guarded("its signatures are damaged"):
            count = len(lenient(data).embedded_regular_signatures)
        nobody = Answer.NOT_KNOWN
        one = Signature(by=signer_name(""), trusted=nobody, intact=nobody, whole=nobody)
        signatures = (one,) * min(count, MOST_NAMED)
    state = State.SIGNED if signatures else State.UNSIGNED
    return Signed(state=state, checked_at=stored_utc(clock.now()), signatures=signatures)


def _signature(one: SignatureVerdicts) -> Signature:
    told = one.time.detail.get("claimed") or one.time.detail.get("when")
    at = _SECONDS.fullmatch(str(told or ""))
    return Signature(
        by=signer_name(str(one.signer.detail.get("who", ""))),
        trusted=_answer(one.signer),
        intact=_answer(one.integrity),
        whole=_answer(one.coverage),
        at=f"{at[1]}T{at[2]}Z" if at else "",
        trial=one.signer.code.startswith("demonstration"),
    )


def _answer(verdict: Verdict) -> Answer:
    return {Status.GOOD: Answer.YES, Status.BAD: Answer.NO}.get(verdict.status, Answer.NOT_KNOWN)


def _shown(verdict: Verdict) -> list[str]:
    found: Any = verdict.detail.get("found", ())
    return [one for one in found if one in _ACTS]


def _kinds(opened: OpenPackage) -> Iterator[str]:
    for name in opened.contents:
        yield (opened.types.of(name) or "").lower()


def _fetching(opened: OpenPackage) -> Iterator[str]:
    """Yield what a field of Word's fetches; its words may be spread over several runs."""
    for name, content in opened.contents.items():
        if name.startswith("word/") and name.endswith(".xml"):
            root = parts.parse_xml(content, name=name)
            paragraphs = [*root.iter(f"{_WORD}p"), root]
            if any(_FETCHES.search(_instructions(one)) for one in paragraphs):
                yield "fields that fetch content"
                return


def _instructions(holder: etree._Element) -> str:
    told = [one.text or "" for one in holder.iter(f"{_WORD}instrText")]
    simple = [str(one.get(f"{_WORD}instr", "")) for one in holder.iter(f"{_WORD}fldSimple")]
    return "\n".join(("".join(told), *told, *simple))
