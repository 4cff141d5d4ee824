"""No child's data in a log, an error, a URL, a job, an entry, a file's name: all are read after a whole life.

Every word that is planted is invented and stands nowhere else, so that a single one found is a leak.
"""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import html5lib
import pytest
import sqlalchemy as sa
import structlog
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from formsvc.demo import HOME, USERS
from formsvc.settings import PROJECT
from formsvc.store import documents
from formsvc.store import tables as t
from tests.web.completing import page
from tests.web.conftest import Installation, StrictClient
from tests.web.plans import a_file, approve, declare, fill, hidden, the_plan
from tests.web.test_recall import moment_typed

As = Callable[[str], StrictClient]

WORDS = (
    "Quillonbright", "Zephyrmoss", "Marrowthistle", "Oswinthal", "Brambleknuckle", "Thornwhistle",
    "Kestrelvane", "Marmaladefen", "Achterfjord", "Gorseplume", "Pumicewren", "Lapwingcroft",
    "Sorrelmantle", "Hawksbeardly", "Tanglewick", "Ferncastle",
)  # fmt: skip
"""What is planted: names, an address, answers, reasons, words said, a file's name, a search, a password."""
NAME, KNOWN, STREET, CARER, ANSWER, REASON, SIGNER, WITHDRAWN, OUTSIDE, SAID, FILE, SEARCH = WORDS[:12]
ROW, LOST, PASSWORD, CLOSING = WORDS[12:]


@dataclass
class Heard:
    """Everything that leaves by a side door, by the kind of door; a page's own words are no side door."""

    told: dict[str, list[str]] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)

    def hear(self, kind: str, *texts: str) -> None:
        """Keep texts of a kind."""
        self.told.setdefault(kind, []).extend(texts)

    def leaks(self) -> list[tuple[str, str]]:
        """Return (kind, word) for each planted word that is found, however it is written."""
        found = []
        for kind, texts in self.told.items():
            plain = "\n".join(form for text in texts for form in forms(text)).lower()
            found += [(kind, word) for word in WORDS if word.lower() in plain]
        return found

    def reply(self, response: TestResponse) -> None:
        """Keep what a reply says beside its page: addresses, headers, cookies; all of a refusal."""
        request = response.request
        self.statuses.add(response.status_code)
        self.hear("url", request.url, response.location or "")
        self.hear("header", *(value for name, value in response.headers if name != "Set-Cookie"))
        for cookie in response.headers.getlist("Set-Cookie"):
            self.hear("cookie", cookie, opened(cookie))
        if response.mimetype != "text/html":
            return
        for one in html5lib.parse(response.text, namespaceHTMLElements=True).iter():
            for name in ("href", "src", "action", "formaction"):
                if value := one.get(name):
                    self.hear("url", value)
        if response.status_code >= 400 and response.status_code not in (409, 410, 422):
            self.hear("error", response.text)


def forms(text: str) -> Iterator[str]:
    """Yield a text as it is, without percent signs and entities, and what looks like base64 opened."""
    yield text
    yield unquote_plus(text)
    yield unescape(text)
    for run in re.findall(r"[A-Za-z0-9+/_-]{16,}", text):
        whole = run[: len(run) - (len(run) % 4 == 1)].replace("+", "-").replace("/", "_")
        data = base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
        yield data.decode("utf-8", "replace")


def opened(cookie: str) -> str:
    """Return what a signed cookie of Flask holds, in the clear."""
    value = cookie.partition("=")[2].partition(";")[0].strip('"')
    body = value.lstrip(".").split(".")[0]
    try:
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return (zlib.decompress(data) if value.startswith(".") else data).decode("utf-8", "replace")
    except (ValueError, zlib.error):
        return ""


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, demo: Installation) -> Iterator[Heard]:
    """Return what hears every reply to every client, and every log entry of this process."""
    made = Heard()
    answered = StrictClient.open

    def hearing(self: StrictClient, *args: Any, **kwargs: Any) -> TestResponse:
        response = answered(self, *args, **kwargs)
        made.reply(response)
        return response

    def keep(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        made.hear("log", repr(event))
        return event

    monkeypatch.setattr(StrictClient, "open", hearing)
    before = structlog.get_config()
    structlog.configure(processors=[keep, *before["processors"]], cache_logger_on_first_use=False)
    yield made
    structlog.configure(**before)


def the_whole_life(demo: Installation, as_: As, heard: Heard) -> None:
    """Let a record live: added, filled, refused, signed, issued, taken, disputed, withdrawn, asked back."""
    worker, manager, police = as_("social_worker"), as_("team_manager"), as_("police_coordinator")
    child = added(worker)
    record = begun(worker, child)
    record_id = record.removeprefix("/records/")
    fill(demo, record_id, build=f"slight, {ANSWER}")
    typed(worker, demo, record)
    signed(worker, manager, demo, record)
    demo_work(demo, heard)
    issued = {one.audience_id: one.id for one in made(demo, record_id) if one.kind == "pdf"}
    for client, audience in ((police, "police"), (as_("residential_manager"), "home"), (worker, "full")):
        client.get(f"/documents/{issued[audience]}").close()
    sealed = police.get(f"/documents/{issued['police']}").data
    demo.client().post("/verify", data={"file": a_file(sealed, f"{FILE}.pdf")}).close()
    demo.client().post("/verify", data={"file": a_file(b"%PDF-" + NAME.encode(), f"{FILE}.pdf")}).close()
    corrected(worker, manager, police, record, issued["police"])
    refused(demo, as_, child, record, issued["full"])


def added(worker: StrictClient) -> str:
    """Add the child, wrong first; search for her; move her; return her page's address."""
    new = {
        "name": f"{NAME} Underhill",
        "known_as": KNOWN,
        "born_day": "3",
        "born_month": "9",
        "born_year": "2011",
        "kind": "foster_home",
        "line1": f"4 {STREET} Lane",
        "area": "LAN",
        "carer": CARER,
    }
    assert worker.post("/children/new", data={**new, "born_day": "41"}).status_code == 422
    reply = worker.post("/children/new", data=new)
    assert reply.status_code == 302, reply.text
    assert worker.post("/children/new", data=new).status_code == 422  # known already
    child: str = reply.location
    for text in (NAME, KNOWN, SEARCH, f"{NAME} {KNOWN}"):
        found = worker.post("/children", data={"q": text})
        assert found.status_code == 303
        assert worker.get(found.location).status_code == 200
    for path in ("", "/placement", "/photo"):
        worker.get(child + path)
    assert worker.post(f"{child}/placement", data={"kind": "nowhere", "line1": STREET}).status_code == 422
    assert worker.post(f"{child}/placement", data={"home": HOME}).status_code == 302
    return child


def begun(worker: StrictClient, child: str) -> str:
    """Begin a plan and return its address."""
    reply = worker.post(f"{child}/start/trigger_plan")
    assert reply.status_code in (302, 303), reply.text
    return re.match(r"/records/[a-z0-9]+", reply.location)[0]  # type: ignore[index]  # it is there


def typed(worker: StrictClient, demo: Installation, record: str) -> None:
    """Type into every section: by hand, by the script, against an old version, as a file with a name."""
    for one in the_plan(demo).pages:
        opened_page = page(worker, f"{record}/pages/{one.id}")
        texts = [name for name, value in opened_page.sent.items() if isinstance(value, str) and not value]
        for name in texts[:6]:
            opened_page.sent[name] = f"{LOST} {ROW}"
        opened_page.autosave()
        opened_page.press("save")
        opened_page.press("continue")
    for query in ("?x=1", ""):
        worker.get(f"{record}/preview{query}").close()
    worker.get(f"{record}/check")
    upload = {"photo-upload": (io.BytesIO(b"no picture " + NAME.encode()), f"{FILE}.jpg"), "do": "save"}
    first = page(worker, f"{record}/pages/{the_plan(demo).pages[0].id}")
    worker.post(first.address, data={**first.sent, **upload}, content_type="multipart/form-data")


def signed(worker: StrictClient, manager: StrictClient, demo: Installation, record: str) -> None:
    """Sign, send back, sign again, approve."""
    record_id = record.removeprefix("/records/")
    fill(demo, record_id, build=f"slight, {ANSWER}")
    assert declare(worker, record_id, name=f"{SIGNER} Blakiston").status_code == 302
    back = f"{record}/send-back"
    binds = hidden(manager.get(back).text, "binds")
    assert manager.post(back, data={"binds": binds, "where": "field:build", "why": ""}).status_code == 422
    assert manager.post(back, data={"binds": binds, "where": "field:build", "why": REASON}).status_code == 302
    assert declare(worker, record_id, name=f"{SIGNER} Blakiston").status_code == 302
    voice = f"{record}/sign-off/child"
    said = {
        "binds": hidden(worker.get(voice).text, "binds"),
        "outcome": "agreed",
        "name": NAME,
        "words": SAID,
    }
    worker.post(voice, data=said)
    assert approve(manager, record_id, name=f"{SIGNER} Peverell").status_code == 302


def corrected(
    worker: StrictClient, manager: StrictClient, police: StrictClient, record: str, document_id: str
) -> None:
    """Dispute an answer, hand a copy out, withdraw, ask, answer, close."""
    note = {
        "path": "build",
        "said_by": "child",
        "who": NAME,
        "words": SAID,
        "said_day": "1",
        "said_month": "2",
        "said_year": "2025",
    }
    assert worker.post(f"{record}/disputes", data={**note, "path": SAID}).status_code == 422
    assert worker.post(f"{record}/disputes", data=note).status_code == 302
    handed = {"name": OUTSIDE, "organisation": OUTSIDE, "channel": "post", **moment_typed()}
    address = f"/documents/{document_id}/handed-out"
    assert police.post(address, data={**handed, "channel": OUTSIDE}).status_code == 422
    assert police.post(address, data=handed).status_code == 302
    shown = manager.get(f"{record}/withdraw").text
    data = {"revision": hidden(shown, "revision"), "why": "other", "reason": WITHDRAWN}
    recall = manager.post(f"{record}/withdraw", data=data)
    assert recall.status_code == 302
    manager.get(recall.location)
    police.get("/")
    for line in re.findall(r"holders/([a-z0-9]+)", manager.get(recall.location).text):
        manager.get(f"{recall.location}/holders/{line}")
    assert manager.post(f"{recall.location}/close", data={"remark": CLOSING}).status_code == 302
    for path in (f"{record}/history", f"{record}/who-had-it", f"{record}/compare", f"{record}/disputes"):
        manager.get(path)


def refused(demo: Installation, as_: As, child: str, record: str, document_id: str) -> None:
    """Provoke every refusal: nobody, another role, a forged post, a page too large, a broken blob."""
    worker, home, nobody = as_("social_worker"), as_("home_staff"), demo.client()
    for path in (child, record, f"/documents/{document_id}", f"{child}/looked"):
        nobody.get(path)
        as_("administrator").get(path)
        home.get(path)
    home.post(f"{record}/withdraw", data={"reason": NAME})
    worker.post(f"{child}/placement", data={"line1": NAME}, forged=True)
    worker.post(child, data={"name": NAME})  # no such method
    worker.get(f"{record}/pages/nothing")
    worker.get("/documents?since=nothing")
    email = next(one.email for one in USERS if one.role == "social_worker")
    nobody.post("/sign-in", data={"email": email, "password": PASSWORD})
    demo.app.config["MAX_CONTENT_LENGTH"] = 1000
    worker.post(f"{child}/placement", data={"line1": NAME * 1000})
    demo.app.config["MAX_CONTENT_LENGTH"] = demo.settings.upload_limit
    for blob in demo.settings.instance.glob("blobs/**/*"):
        if blob.is_file():
            blob.chmod(0o600)
            blob.write_bytes(b"broken")
    statuses = {worker.get(f"{child}/photo").status_code, worker.get(f"{record}/preview").status_code}
    assert statuses & {500, 404}, statuses


def made(demo: Installation, record_id: str) -> tuple[documents.Document, ...]:
    """Return the documents of a record."""
    with demo.store.read() as tx:
        return documents.of_record(tx, record_id)


def demo_work(demo: Installation, heard: Heard) -> None:
    """Let a real worker do what waits, in a process of its own, and hear all it prints."""
    environment = {**os.environ, "FORMSVC_INSTANCE": str(demo.settings.instance)}
    done = subprocess.run(
        [sys.executable, "-m", "formsvc", "work", "--until-idle"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    heard.hear("worker", done.stdout, done.stderr)


def rows(demo: Installation, heard: Heard) -> None:
    """Hear every row of the tables that hold no content: jobs, the audit, sessions, links."""
    with demo.store.read() as tx:
        for table in (t.job, t.audit_entry, t.audit_link, t.audit_unlinked, t.session, t.password_link):
            heard.hear(f"row of {table.name}", *(repr(tuple(row)) for row in tx.c.execute(sa.select(table))))
    names = (str(one.relative_to(demo.settings.instance)) for one in demo.settings.instance.rglob("*"))
    heard.hear("file name", *names)


@pytest.mark.long
def test_whole_life_leaves_no_word_outside(
    demo: Installation, as_: As, heard: Heard, capfd: pytest.CaptureFixture[str], caplog: Any
) -> None:
    """Nothing typed about a child is in a log, an address, a cookie, an error, a job, an entry, a name."""
    caplog.set_level(logging.DEBUG)
    the_whole_life(demo, as_, heard)
    demo_work(demo, heard)
    rows(demo, heard)
    heard.hear("printed", *capfd.readouterr())
    heard.hear("log", caplog.text)
    assert heard.leaks() == []
    assert heard.statuses >= {200, 302, 303, 400, 403, 404, 405, 413, 422, 500}
    assert {"url", "header", "cookie", "error", "log", "worker", "row of job", "file name"} <= set(heard.told)
    assert all(heard.told[kind] for kind in ("url", "error", "log", "row of job", "row of audit_entry"))


@pytest.mark.parametrize(
    "planted",
    [
        NAME,
        f"/children?q={NAME}+Underhill",
        f"/children?q=%{ord(NAME[0]):02X}{NAME[1:]}",
        base64.urlsafe_b64encode(f"flash: {NAME} is added".encode()).decode(),
        NAME.upper(),
        f"&#{ord(NAME[0])};{NAME[1:]}",
    ],
)
def test_a_planted_word_is_found_however_it_is_written(planted: str) -> None:
    """The reader would see it: plain, in an address, percent-encoded, in base64, in capitals, as entities."""
    heard = Heard()
    heard.hear("url", "nothing here", planted)
    assert heard.leaks() == [("url", NAME)]


def test_a_leak_through_each_door_is_found(demo: Installation, as_: As, heard: Heard) -> None:
    """A view that flashed a name, sent it on, logged it and failed with it would be caught at each."""
    demo.app.logger.handlers.clear()
    with demo.app.test_request_context():
        structlog.get_logger().warning("opened", child=NAME)
    worker = as_("social_worker")
    worker.get(f"/children?q={KNOWN}")
    response = FlaskClient.open(worker, f"/no-such-page/{STREET}")
    heard.reply(response)
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.audit_entry).values(data={"why": CARER}))
    rows(demo, heard)
    found = set(heard.leaks())
    assert {("log", NAME), ("url", KNOWN), ("url", STREET), ("row of audit_entry", CARER)} <= found
