"""Check a document without signing in: by its file, and by what is printed on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from formsvc.app import create_app
from formsvc.demo import CHILDREN
from formsvc.settings import Settings
from formsvc.store import audit, documents
from formsvc.store import tables as t
from formsvc.store.documents import Document
from formsvc.web.verify import FILES_A_MINUTE, MOST_FILES, PRINTS_A_MINUTE
from formsvc.workflow.find_print import cleaned
from tests.web.conftest import Installation, StrictClient
from tests.web.plans import a_file


def police_pdf(demo: Installation, *, kind: str = "pdf") -> tuple[Document, bytes]:
    """Return the police copy of the demonstration's plan in a kind, with its bytes."""
    with demo.store.read() as tx:
        (found,) = (
            one
            for one in documents.of_record(tx, "demorecordplan222222")
            if (one.audience_id, one.kind) == ("police", kind)
        )
        place = documents.place(tx, found)
    return found, demo.store.blobs.get(place.stored, key=place.key)


def printed(client: StrictClient, reference: str, short_hash: str) -> str:
    """Ask about what is printed and return the page."""
    return client.post("/verify/printed", data={"reference": reference, "short_hash": short_hash}).text


def test_genuine_file_is_told_in_words_and_in_detail(demo: Installation) -> None:
    """A police officer reads the top, an engineer the bottom; the child is named nowhere."""
    page = demo.client().post("/verify", data={"file": a_file(police_pdf(demo)[1], "Szymon.pdf")}).text
    assert "It is genuine, and was made for trying out" in page
    assert "It is the newest revision" in page
    assert "The data is as its form, trigger_plan version 1, requires." in page
    assert "Detail for an engineer" in page
    assert CHILDREN[0].name.split()[0] not in page


def test_changed_file_is_not_proven_genuine(demo: Installation) -> None:
    """One byte is enough, and what to do is said."""
    data = bytearray(police_pdf(demo)[1])
    data[len(data) // 2] ^= 1
    page = demo.client().post("/verify", data={"file": a_file(bytes(data))}).text
    assert "Do not rely on this file" in page
    assert "Do not act on this copy alone" in page


def test_nothing_of_an_upload_is_kept(demo: Installation) -> None:
    """No file, no row: only the answer."""
    before = sorted(one.relative_to(demo.settings.instance) for one in stored(demo))
    demo.client().post("/verify", data={"file": a_file(b"%PDF-1.7 rubbish")})
    assert sorted(one.relative_to(demo.settings.instance) for one in stored(demo)) == before
    with demo.store.read() as tx:
        assert audit.unlinked(tx) == 0


def stored(demo: Installation) -> list[Path]:
    """Return every file of the instance but the database's own."""
    return [one for one in demo.settings.instance.rglob("*") if "sqlite" not in one.name]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("current", "and it is the newest"),
        ("superseded", "It has been superseded"),
        ("withdrawn", "It was withdrawn: do not use it."),
    ],
)
def test_printed_reference_and_hash_are_answered(demo: Installation, state: str, told: str) -> None:
    """As typed from paper: any case, spaces and dashes anywhere; nothing is said about the child."""
    document, _ = police_pdf(demo)
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.document).values(state=state))
    digits = document.view_hash[:16]
    spaced = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    for reference, short_hash in (
        (document.reference, spaced),
        (" tp dem2 page ", digits.upper()),
        ("TPDEM2PAGE", "-".join(digits)),
    ):
        page = printed(demo.client(), reference, short_hash)
        assert told in page
        assert CHILDREN[0].name.split()[0] not in page


def test_unapproved_print_says_so(demo: Installation) -> None:
    """What went out without approval is not passed off as approved."""
    document, _ = police_pdf(demo)
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.revision).values(status="not_yet_approved"))
    assert "not yet approved" in printed(demo.client(), document.reference, document.view_hash[:16])


def test_wrong_print_is_not_found_whichever_half_is_wrong(demo: Installation) -> None:
    """The answer tells nothing of which half was right."""
    document, _ = police_pdf(demo)
    wrong_hash = printed(demo.client(), document.reference, "0" * 16)
    wrong_reference = printed(demo.client(), "TP-AAAA-BBBB", document.view_hash[:16])
    for page in (wrong_hash, wrong_reference):
        assert "No such document was issued here" in page
        assert "Made for" not in page


@pytest.mark.parametrize(("reference", "short_hash"), [("", "x"), ("TP-DEM2-PAGE", "12"), ("", "0" * 16)])
def test_what_is_missing_is_asked_for(demo: Installation, reference: str, short_hash: str) -> None:
    """What was typed comes back."""
    reply = demo.client().post("/verify/printed", data={"reference": reference, "short_hash": short_hash})
    assert reply.status_code == 422
    assert f'value="{short_hash}"' in reply.text


def test_empty_file_is_asked_for_again(demo: Installation) -> None:
    """An empty file is no document."""
    reply = demo.client().post("/verify", data={"file": a_file(b"")})
    assert reply.status_code == 422
    assert "That file is empty" in reply.text


def test_asking_too_often_is_refused_for_a_while(demo: Installation) -> None:
    """Guessing hashes one after another does not get far."""
    client = demo.client()
    data = {"reference": "TP-AAAA-BBBB", "short_hash": "0" * 16}
    replies = [client.post("/verify/printed", data=data).status_code for _ in range(PRINTS_A_MINUTE + 1)]
    assert replies == [200] * PRINTS_A_MINUTE + [429]
    files = [client.post("/verify", data={}).status_code for _ in range(FILES_A_MINUTE + 1)]
    assert files == [422] * FILES_A_MINUTE + [429]


def test_several_files_each_have_their_answer(demo: Installation) -> None:
    """A co-ordinator hands in what came today at once; no file's name is repeated."""
    document, data = police_pdf(demo)
    damaged = bytearray(police_pdf(demo, kind="docx")[1])
    damaged[len(damaged) // 2] ^= 1
    files = [a_file(data, "Szymon.pdf"), a_file(bytes(damaged)), a_file(b"Dear Sir or Madam")]
    page = demo.client().post("/verify", data={"file": files}).text
    assert "None of the 3 documents can be relied on without another step" in page
    assert page.count(">A demonstration: do not act on it</h2>") == 1
    assert page.count('id="file-') == len(files)
    assert "File 1 of 3: PDF" in page
    assert f"{document.reference}, revision 1, Police copy" in page
    assert "Szymon" not in page


def test_too_many_files_are_refused_before_any_is_read(demo: Installation) -> None:
    """More than fit into a minute are asked for in turns."""
    files = [a_file(b"x") for _ in range(MOST_FILES + 1)]
    reply = demo.client().post("/verify", data={"file": files})
    assert reply.status_code == 422
    assert f"Choose at most {MOST_FILES} documents at a time" in reply.text


def test_each_file_counts_as_a_try(demo: Installation) -> None:
    """Many at once are no way round the limit."""
    client = demo.client()
    for _ in range(FILES_A_MINUTE // MOST_FILES):
        files = [a_file(b"x") for _ in range(MOST_FILES + 1)]
        assert client.post("/verify", data={"file": files}).status_code == 422
    assert client.post("/verify", data={"file": a_file(b"x")}).status_code == 429


def test_code_on_the_last_page_fills_both_in(demo: Installation) -> None:
    """Whoever scans it has nothing to type."""
    page = demo.client().get("/verify?reference=TP-DEM2-PAGE&code=803c5feb26c98bff").text
    assert 'value="TP-DEM2-PAGE"' in page
    assert 'value="803c5feb26c98bff"' in page


@pytest.mark.parametrize(("proxies", "last"), [("0", 429), ("1", 200)])
def test_visitors_behind_a_proxy_are_told_apart_when_it_is_named(
    settings: Settings, proxies: str, last: int
) -> None:
    """With the proxy named, its own word counts; without, what a visitor writes into a header does not."""
    app = create_app(replace(settings, trusted_proxies=int(proxies)))
    app.test_client_class = StrictClient
    with app.test_client() as client:
        data = {"reference": "TP-AAAA-BBBB", "short_hash": "0" * 16}
        for visitor in range(PRINTS_A_MINUTE + 1):
            headers = {"X-Forwarded-For": f"192.0.2.{visitor}"}
            status = client.post("/verify/printed", data=data, headers=headers).status_code
    app.extensions["formsvc"]["store"].close()
    assert status == last


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tp-dem2-page", "TP-DEM2-PAGE"),
        ("TPDEM2PAGE", "TP-DEM2-PAGE"),
        ("KSP DEM2 PAGE", "KSP-DEM2-PAGE"),
        ("nonsense", "NONSENSE"),
        ("", ""),
    ],
)
def test_reference_is_read_as_people_type_it(typed: str, meant: str) -> None:
    """Case, spaces and dashes are forgiven."""
    assert cleaned(typed, "")[0] == meant
