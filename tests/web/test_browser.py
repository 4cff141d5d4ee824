"""What every reply does for the browser it goes to, and what none tells: asked of each route there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from formsvc import clock
from formsvc.app import create_app
from formsvc.demo import CHILDREN, PASSWORD, USERS
from formsvc.settings import load
from formsvc.store import users
from formsvc.workflow.passwords import hash_password, is_right
from formsvc.workflow.reset_password import PasswordWeak, check
from formsvc.workflow.sessions import new_token
from tests.web.completing import shared
from tests.web.conftest import Installation, StrictClient, sign_in_as


@pytest.fixture(scope="module")
def place(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a demonstration that all tests of this file read."""
    yield from shared(demo_template, tmp_path_factory.mktemp("browser"))


@pytest.fixture
def worker(place: Installation) -> StrictClient:
    """Return the demonstration's social worker."""
    one = USERS[0]
    return sign_in_as(place, user_id=one.id, membership_id=one.membership_id)


def addresses(place: Installation) -> Iterator[str]:
    """Yield an address of each route that can be asked for, about the first child of the demonstration."""
    for rule in place.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            yield re.sub(
                r"<(?:\w+:)?(\w+)>",
                lambda found: {"child_id": CHILDREN[0].id, "record_id": "demorecordplan222222"}.get(
                    found[1], "nothing"
                ),
                rule.rule,
            )


def test_every_reply_protects_the_browser(place: Installation, worker: StrictClient) -> None:
    """Pages, files, redirects and refusals alike: no frame, sniffing, referrer, cache or foreign script."""
    for client in (place.client(), worker):
        for address in addresses(place):
            reply = client.get(address)
            reply.close()
            headers = reply.headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, address
            assert "base-uri 'none'" in policy, address
            assert "frame-ancestors 'none'" in policy, address
            assert "unsafe" not in policy, address
            assert headers["X-Content-Type-Options"] == "nosniff", address
            assert headers["Referrer-Policy"] == "no-referrer", address
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
            assert "Access-Control-Allow-Origin" not in headers, address
            if (reply.mimetype or "").startswith("text/"):
                assert (reply.content_type or "").endswith("charset=utf-8"), address
            if not address.startswith("/assets/"):
                assert "no-store" in headers["Cache-Control"], address


def test_pages_hold_no_script_of_their_own(place: Installation, worker: StrictClient) -> None:
    """Scripts are files of ours; no page holds one, or an attribute that is one."""
    for address in addresses(place):
        reply = worker.get(address)
        if reply.mimetype == "text/html":
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", reply.text), address
            assert not re.search(r"<[^>]*\son[a-z]+=", reply.text), address
        reply.close()


@pytest.mark.parametrize(
    ("base", "is_said"), (("https://forms.example.org", True), ("http://localhost", False))
)
def test_https_is_said_for_a_year_where_there_is_tls(
    demo_template: Path, base: str, *, is_said: bool
) -> None:
    """A browser that came by https comes by https for a year; nothing is said where there is none."""
    app = create_app(load({"FORMSVC_INSTANCE": str(demo_template), "FORMSVC_BASE_URL": base}))
    try:
        for address in ("/sign-in", "/nowhere", "/assets/app/nothing.css"):
            said = app.test_client().get(address).headers.get("Strict-Transport-Security", "")
            assert (said == "max-age=31536000; includeSubDomains") is is_said
    finally:
        app.extensions["formsvc"]["store"].close()


@pytest.mark.parametrize(
    ("proto", "status"), [("http", 403), ("https, http", 403), ("https", 200), ("", 200)]
)
def test_what_came_in_the_clear_is_refused_behind_a_proxy(
    demo_template: Path, proto: str, status: int
) -> None:
    """A proxy that lets plain http through gets no page for it, and no cookie goes that way."""
    given = {"INSTANCE": str(demo_template), "BASE_URL": "https://forms.example.org", "TRUSTED_PROXIES": "1"}
    app = create_app(load({f"FORMSVC_{name}": one for name, one in given.items()}))
    try:
        reply = app.test_client().get("/sign-in", headers={"X-Forwarded-Proto": proto})
        assert reply.status_code == status
        assert ("Set-Cookie" in reply.headers) is (status == 200)
    finally:
        app.extensions["formsvc"]["store"].close()


def test_nothing_is_listed_and_nothing_traced(place: Installation) -> None:
    """A folder has no page, and no address says back what it was asked."""
    for folder in (
        "/assets/",
        "/assets/app/",
        "/assets/govuk/",
        "/assets/fonts/",
        "/instance/",
        "/.git/config",
    ):
        assert place.client().get(folder).status_code == 404, folder
    for address in ("/", "/sign-in", "/verify", "/assets/govuk-frontend.js"):
        reply = place.client().open(address, method="TRACE", headers={"X-Marked": "said back"})
        assert reply.status_code == 405
        assert "said back" not in reply.text


def test_a_failure_tells_nothing_of_the_inside(
    place: Installation,
    worker: StrictClient,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failure nobody foresaw is a page in words; the log has its kind, and nothing that was said."""

    def broken(**_: str) -> str:
        raise RuntimeError("Szymon lives at 14 Ferrier's Walk")

    assert place.app.debug is False
    view = place.app.view_functions["children.show"]
    vars(broken)["__access__"] = vars(view)["__access__"]
    monkeypatch.setitem(place.app.view_functions, "children.show", broken)
    reply = worker.get(f"/children/{CHILDREN[0].id}")
    logged = capsys.readouterr().out
    assert reply.status_code == 500
    assert "RuntimeError" in logged
    for told in (reply.text, logged):
        assert "Ferrier" not in told
        assert "Traceback" not in told


def test_a_view_without_a_mark_is_refused(
    place: Installation, worker: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that says nothing of who may reach it is reached by nobody."""
    monkeypatch.setitem(place.app.view_functions, "children.listing", lambda: "Everything")
    reply = worker.get("/children")
    assert reply.status_code == 404
    assert "Everything" not in reply.text


def test_no_address_names_a_child(place: Installation, worker: StrictClient) -> None:
    """Ids stand in addresses, never a name, a nickname or a date of birth."""
    told = [word for one in CHILDREN for word in (*one.name.split(), one.known_as, one.date_of_birth)]
    for address in addresses(place):
        reply = worker.get(address)
        links = re.findall(
            r'(?:href|action|src)="([^"]+)"', reply.text if reply.mimetype == "text/html" else ""
        )
        reply.close()
        for link in (reply.location or "", *links):
            assert not [word for word in told if word in link], (address, link)


def test_signing_out_clears_the_cache(place: Installation) -> None:
    """What the browser kept of the last person goes with them."""
    one = USERS[1]
    reply = sign_in_as(place, user_id=one.id, membership_id=one.membership_id).post("/sign-out")
    assert reply.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize(
    "password",
    ("four plain words together", "  spaces count  here ", "żółć gęślą jaźń", "tractor meadow " * 12),
)
def test_any_long_password_will_do(place: Installation, password: str) -> None:
    """No rule of letters, figures and signs; taken as it is typed, every character of it counting."""
    with place.store.read() as tx:
        account = users.by_id(tx, USERS[0].id)
    check(password, account=account)
    kept = hash_password(password)
    assert is_right(password, kept=kept)
    for other in (password.upper(), password.strip() + "!", password[:-1], password[:64] + "z"):
        assert not is_right(other, kept=kept)


@pytest.mark.parametrize("password", ("short", "password1234", "aaaaaaaaaaaa"))
def test_a_password_everybody_tries_will_not(place: Installation, password: str) -> None:
    """Short, common and repeated ones are refused."""
    with place.store.read() as tx:
        account = users.by_id(tx, USERS[0].id)
    with pytest.raises(PasswordWeak):
        check(password, account=account)


@pytest.mark.parametrize("address", ("/sign-in", "/password/change"))
def test_password_fields_are_masked_and_take_a_manager(
    worker: StrictClient, place: Installation, address: str
) -> None:
    """A password is typed unseen, can be pasted, and says to a password manager which one it is."""
    client = place.client() if address == "/sign-in" else worker
    fields = re.findall(r'<input[^>]*name="(?:password|old|new|again)"[^>]*>', client.get(address).text)
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert 'autocomplete="' in field
        assert 'autocomplete="off"' not in field
        assert "onpaste" not in field
        assert "maxlength" not in field


def test_password_does_not_age(place: Installation) -> None:
    """Nobody is made to choose another password because time went by."""
    with clock.held(clock.now() + timedelta(days=1000)):
        client: FlaskClient = place.client()
        reply = client.post("/sign-in", data={"email": USERS[2].email, "password": PASSWORD})
        assert reply.status_code == 302
        assert reply.location == "/"


def test_session_tokens_hold_256_random_bits() -> None:
    """Each session is known by 32 bytes of chance, never twice the same."""
    drawn: list[int] = []

    def source(count: int) -> bytes:
        drawn.append(count)
        return bytes(range(count))

    with clock.held(clock.now(), randomness=source):
        new_token()
    assert sum(drawn) >= 32
    made: Callable[[], str] = new_token
    assert len({made() for _ in range(1000)}) == 1000
