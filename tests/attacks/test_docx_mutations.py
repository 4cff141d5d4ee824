"""Any change of any parts, and what the command line answers of every attack there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from formsvc import clock
from formsvc.seals.keys import new_key, read_pkcs12
from formsvc.seals.opc import seal_docx
from formsvc.seals.package import Entry, Limits, packed, read, write_directory, write_local
from formsvc.seals.verify import NOT_UNDERSTOOD, verify
from tests.attacks.docx_forging import foreign, ours
from tests.attacks.test_docx_attacks import ATTACKS
from tests.unit.seals.small import AT, a_view, key, trust, unsealed_docx

Ran = subprocess.CompletedProcess[str]
Answers = tuple[Path, dict[str, str], Ran]
ROOT = Path(__file__).resolve().parents[2]
NAMES = st.sampled_from(
    "word/document.xml word/DOCUMENT.xml docProps/core.xml docProps/x.xml customXml/item2.xml x "
    "_xmlsignatures/sig2.xml _xmlsignatures/sig1.xml _rels/.rels word/_rels/x.rels".split()
)
PIECES = st.sampled_from(
    [b"Nobody", b"rId1", b"xml", b"/word/", b"docProps", b" ", b"<", b">", b"&amp;", b"=", b'"', b"A", b"0"]
)


def altered(content: bytes, data: st.DataObject) -> bytes:
    """Return content with a piece put in, taken out, or replaced wherever it stands."""
    at = data.draw(st.integers(0, len(content)))
    match data.draw(st.sampled_from(["insert", "cut", "replace"])):
        case "insert":
            return content[:at] + data.draw(PIECES | st.binary(max_size=8)) + content[at:]
        case "cut":
            return content[:at] + content[at + data.draw(st.integers(0, 40)) :]
        case _:
            return content.replace(data.draw(PIECES), data.draw(PIECES))


def mutated(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    """Return the entries after one change: another order, a name, a copy, a loss, a swap, other content."""
    one, two = data.draw(st.integers(0, len(entries) - 1)), data.draw(st.integers(0, len(entries) - 1))
    first, second = entries[one], entries[two]
    match data.draw(st.sampled_from(["order", "rename", "duplicate", "drop", "swap", "alter", "repack"])):
        case "order":
            entries[one], entries[two] = second, first
        case "rename":
            entries[one] = packed(data.draw(NAMES), first.unpack(), deflate=first.method != 0)
        case "duplicate":
            entries.insert(two, packed(data.draw(NAMES), first.unpack()))
        case "drop":
            if len(entries) > 1:
                del entries[one]
        case "swap":
            entries[one] = packed(first.name, second.unpack(), deflate=first.method != 0)
            entries[two] = packed(second.name, first.unpack(), deflate=second.method != 0)
        case "repack":
            entries[one] = packed(first.name, first.unpack(), deflate=data.draw(st.booleans()))
        case _:
            entries[one] = packed(first.name, altered(first.unpack(), data), deflate=first.method != 0)
    return entries


def written(entries: list[Entry]) -> bytes:
    """Return entries in a container in our own form."""
    body, offsets = bytearray(), []
    for one in entries:
        offsets.append(len(body))
        body += write_local(one)
    return bytes(body) + write_directory(entries, offsets=offsets, start=len(body))


@given(data=st.data(), original=st.sampled_from([ours, foreign]))
def test_changed_package_is_never_genuine(data: st.DataObject, original: Callable[[], bytes]) -> None:
    """Parts reordered, renamed, copied, dropped, swapped or altered: never genuine unless all is equal."""
    entries = list(read(original(), limits=Limits()).entries)
    for _ in range(data.draw(st.integers(1, 4))):
        entries = mutated(entries, data)
    docx = written(entries)
    with clock.held(AT):
        found = verify(docx, name="file.docx", trust=trust())
    assert found.genuine is (docx == ours())
    assert NOT_UNDERSTOOD not in found.readable.words


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Answers:
    """Return the folder, the file of each attack, and what one command said of all of them."""
    folder = tmp_path_factory.mktemp("attacks")
    trusted = folder / "instance" / "trust"
    trusted.mkdir(parents=True)
    later = read_pkcs12(new_key("Invented Council", kind="p256", at=clock.now() - timedelta(days=1)))
    for n, one in enumerate((key(), later)):
        root = one.chain[-1] if one.chain else one.certificate
        (trusted / f"{n}.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "good.docx").write_bytes(seal_docx(unsealed_docx(a_view()), later, at=clock.now()))
    names = {name: f"{n:03d}.docx" for n, name in enumerate(ATTACKS)}
    for name, file in names.items():
        (folder / file).write_bytes(ATTACKS[name].make())
    return folder, names, formsvc(folder, "verify", "--json", *names.values())


def formsvc(folder: Path, *words: str) -> Ran:
    """Run the command in an instance of its own that trusts the signer of the attacks."""
    environment = {**os.environ, "FORMSVC_INSTANCE": str(folder / "instance"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "formsvc", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_accepts_no_attack(
    answers: Answers,
) -> None:
    """`formsvc verify` answers of each attack that it is not genuine, and leaves with 1."""
    _, names, ran = answers
    assert ran.returncode == 1, ran.stderr
    told = {one["name"]: one for one in json.loads(ran.stdout)}
    accepted = [name for name, file in names.items() if told[file]["accepted"] or told[file]["genuine"]]
    assert accepted == []
    assert len(told) == len(names)


def test_command_leaves_with_its_code(answers: Answers) -> None:
    """A genuine file leaves with 0; with an attacked one beside it, with 1."""
    folder, names, _ = answers
    assert formsvc(folder, "verify", "good.docx").returncode == 0
    assert formsvc(folder, "verify", "good.docx", names["text changed"]).returncode == 1


def test_extract_of_a_bad_file_names_it(answers: Answers) -> None:
    """`formsvc extract` of a file that could not be read says which file and why, and leaves with 2."""
    folder, names, _ = answers
    ran = formsvc(folder, "extract", names["bytes after"])
    assert ran.returncode == 2
    assert names["bytes after"] in ran.stderr
