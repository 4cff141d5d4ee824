"""Fuzz the verifier of Word documents: one part of a sealed one is replaced, and the rest stands.

An input names the part in its first byte; what follows is the part. The container is written anew around it,
so that the fuzzer spends its time in XML and signatures and not on checksums.
`python -m tests.fuzz.fuzz_docx FOLDER [-runs=N]` looks for inputs that break the promise of `judge`.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from formsvc import clock
from formsvc.seals.verify import NOT_UNDERSTOOD, verify
from tests.attacks.docx_forging import foreign, ours, packed, with_signature
from tests.fuzz.fuzz_zip import watch
from tests.unit.seals.small import AT, trust, unzipped

SEEDS = Path(__file__).parent / "seeds" / "docx"
SIGNATURE = "_xmlsignatures/sig1.xml"


@cache
def victims() -> list[tuple[bytes, str]]:
    """Return the documents and the part of each that an input's first byte chooses."""
    return [(docx, name) for docx in (ours(), foreign()) for name in sorted(unzipped(docx))]


def document(data: bytes) -> tuple[bytes, bytes]:
    """Return the document that an input stands for, and the one it was made from."""
    docx, name = victims()[data[0] % len(victims())]
    if docx == ours() and name == SIGNATURE:
        return with_signature(data[1:]), docx
    return packed(unzipped(docx) | {name: data[1:]}), docx


def judge(data: bytes) -> None:
    """Raise AssertionError where an altered document is genuine, or the verifier stumbles."""
    if not data:
        return
    made, original = document(data)
    with clock.held(AT):
        found = verify(made, name="fuzzed.docx", trust=trust())
    assert NOT_UNDERSTOOD not in found.readable.words, "a parser failed in a way that was not foreseen"
    assert not found.genuine or made == original, "an altered document is genuine"
    assert found.to_json()


def fuzz() -> None:
    """Let the fuzzer look, with the arguments of the command line."""
    import atheris

    watch("formsvc.seals.verify", "formsvc.seals.parts", "formsvc.documents.docx")
    atheris.Setup(sys.argv, judge)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz()
