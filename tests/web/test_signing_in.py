"""Signing in and out: what is told, what is counted, when a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from formsvc import clock
from formsvc.app import create_app
from formsvc.demo import AUTHORITY, PASSWORD, PROVIDER, USERS, WORKER
from formsvc.settings import Settings, load
from formsvc.store import audit, sessions, users
from formsvc.store.audit import Entry
from formsvc.workflow.sessions import ABSOLUTE, IDLE
from tests.web.conftest import Installation, StrictClient

REFUSED = "The email address or the password is wrong, or the account is locked."


def sign_in(
    client: StrictClient, password: str = PASSWORD, *, email: str = WORKER.email, to: str = ""
) -> int:
    """Sign in by the page and return the status."""
    data = {"email": email, "password": password, "next": to}
    return client.post("/sign-in", data=data).status_code


def entries(demo: Installation) -> tuple[Entry, ...]:
    """Return everything that was noted."""
    with demo.store.read() as tx:
        return audit._entries(tx, sa.true(), before=None, limit=500)


def test_right_password_begins_a_session(demo: Installation) -> None:
    """The cookie is for this host and this server alone, and a script cannot read it."""
    client = demo.client()
    reply = client.post(
        "/sign-in", data={"email": f" {WORKER.email.upper()} ", "password": PASSWORD, "next": "/account"}
    )
    assert (reply.status_code, reply.location) == (302, "/account")
    cookie = next(one for one in reply.headers.getlist("Set-Cookie") if one.startswith("formsvc="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie
    assert WORKER.name in client.get("/account").text


def test_cookie_is_secure_where_there_is_tls(demo: Installation) -> None:
    """Behind https every cookie is Secure and bound to the host."""
    app = create_app(
        load(
            {
                "FORMSVC_INSTANCE": str(demo.settings.instance),
                "FORMSVC_BASE_URL": "https://forms.example.org",
            }
        )
    )
    client = app.test_client()
    base = "https://forms.example.org"
    page = client.get("/sign-in", base_url=base)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": WORKER.email, "password": PASSWORD, "csrf_token": token}
    reply = client.post("/sign-in", data=data, base_url=base)
    assert reply.status_code == 302
    for cookie in [*page.headers.getlist("Set-Cookie"), *reply.headers.getlist("Set-Cookie")]:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
    app.extensions["formsvc"]["store"].close()


def test_store_knows_no_token(demo: Installation) -> None:
    """Whoever reads the database cannot sign in with what stands there."""
    client = demo.client()
    sign_in(client)
    cookie = client.get_cookie("formsvc")
    assert cookie is not None
    data = b"".join(file.read_bytes() for file in demo.settings.instance.glob("formsvc.sqlite*"))
    assert cookie.value.encode() not in data


@pytest.mark.parametrize("email", (WORKER.email, "nobody@example.org"))
def test_wrong_name_and_wrong_password_are_told_alike(demo: Installation, email: str) -> None:
    """Nobody learns who has an account; what was typed as name comes back, the password does not."""
    reply = demo.client().post("/sign-in", data={"email": email, "password": "wrong-wrong-wrong"})
    assert reply.status_code == 401
    assert reply.text.count(REFUSED) == 2
    assert f'value="{email}"' in reply.text
    assert "wrong-wrong-wrong" not in reply.text


def test_wrong_name_costs_what_a_wrong_password_costs(
    demo: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same proof is worked out whether there is such an account or not, so that time tells nothing."""
    worked: list[str] = []
    prove = PasswordHasher.verify

    def noting(hasher: PasswordHasher, kept: str, password: str) -> bool:
        worked.append(kept.rpartition("$")[0].rpartition("$")[0])
        return prove(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noting)
    for email in (WORKER.email, "nobody@example.org"):
        assert sign_in(demo.client(), "wrong-wrong-wrong", email=email) == 401
    assert len(worked) == 2
    assert worked[0] == worked[1]


def test_fifth_wrong_password_locks_and_a_manager_releases(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """A locked account does not open with the right password, until somebody who may releases it."""
    for _ in range(5):
        assert sign_in(demo.client(), "wrong-wrong-wrong") == 401
    assert sign_in(demo.client()) == 401
    manager = as_("team_manager")
    assert "Locked out" in manager.get("/people").text
    assert WORKER.name in manager.get("/").text
    assert manager.post(f"/people/{WORKER.id}/release").status_code == 302
    assert sign_in(demo.client()) == 302
    told = [(one.outcome, one.data.get("why")) for one in entries(demo) if one.act == "session.sign_in"]
    assert told.count(("refused", "wrong")) == 5
    assert told.count(("refused", "locked")) == 1


def test_right_password_forgets_the_wrong_ones_before_it(demo: Installation) -> None:
    """Four wrong ones and a right one are a person who mistyped."""
    for wrong in (4, 1):
        for _ in range(wrong):
            sign_in(demo.client(), "wrong-wrong-wrong")
        assert sign_in(demo.client()) == 302


def test_nothing_typed_asks_for_it(demo: Installation) -> None:
    """Each field that is empty has its own words, in the summary and beside it."""
    reply = demo.client().post("/sign-in", data={})
    assert reply.status_code == 422
    for words in ("Enter your email address", "Enter your password"):
        assert reply.text.count(words) == 2


@pytest.mark.parametrize(
    "to",
    ("https://elsewhere.example.org/", "//elsewhere.example.org", "/\\elsewhere.example.org", "x", "/\r\nX"),
)
def test_way_on_leads_nowhere_else(demo: Installation, to: str) -> None:
    """A link to sign in cannot send somebody to another site afterwards."""
    reply = demo.client().post("/sign-in", data={"email": WORKER.email, "password": PASSWORD, "next": to})
    assert reply.location == "/"


def test_idle_session_ends(as_: Callable[[str], StrictClient]) -> None:
    """After 30 minutes without use one signs in again; until then the password unlocks."""
    client = as_("social_worker")
    began = clock.now()
    with clock.held(began + IDLE - timedelta(minutes=1)):
        assert client.get("/").status_code == 423
        assert client.post("/unlock", data={"password": PASSWORD}).location == "/"
        assert client.get("/").status_code == 200
    with clock.held(began + IDLE + IDLE):
        assert client.get("/").location.startswith("/sign-in?next=/")


def test_session_ends_after_twelve_hours_however_busy(as_: Callable[[str], StrictClient]) -> None:
    """Nobody stays signed in over two shifts."""
    client = as_("social_worker")
    began = clock.now()
    moment = began
    while moment < began + ABSOLUTE:
        with clock.held(moment):
            assert client.get("/account").status_code == 200
        moment += timedelta(minutes=10)
    with clock.held(began + ABSOLUTE):
        assert client.get("/account").status_code == 302


def test_signing_out_ends_the_session_in_the_store(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """A cookie kept by somebody else opens nothing after signing out."""
    client = as_("social_worker")
    cookie = client.get_cookie("formsvc")
    assert cookie is not None
    assert client.post("/sign-out").status_code == 302
    thief = demo.client()
    thief.set_cookie("formsvc", cookie.value)
    assert thief.get("/").status_code == 302


def test_own_sessions_are_listed_and_ended(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Somebody sees where they are signed in, and signs out everywhere else."""
    here, there = as_("social_worker"), as_("social_worker")
    assert here.get("/account").text.count('main">A test') == 2
    assert here.post("/account/elsewhere").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/account").text.count('main">A test') == 1


def test_role_is_chosen_where_there_are_several(demo: Installation) -> None:
    """With two roles one is chosen, nothing is reached before, and the token changes with the choice."""
    with demo.store.write() as tx:
        other = users.add_membership(
            tx, user_id=WORKER.id, organisation_id=PROVIDER, role="residential_manager"
        )
    client = demo.client()
    assert sign_in(client, to="/children") == 302
    before = client.get_cookie("formsvc")
    assert client.get("/children").location == "/sign-in/role?next=/children"
    assert "Threshold Care" in client.get("/sign-in/role").text
    assert client.post("/sign-in/role", data={"role": "another"}).status_code == 422
    reply = client.post("/sign-in/role", data={"role": other, "next": "/account"})
    assert reply.location == "/account"
    assert "Residential manager" in client.get("/account").text
    after = client.get_cookie("formsvc")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_role_that_ends_ends_what_it_opened(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """The next request after a role has ended is refused and told why, and the session is over."""
    client = as_("social_worker")
    assert client.get("/children").status_code == 200
    with demo.store.write() as tx:
        users.end_membership(tx, membership_id=WORKER.membership_id)
    assert client.get("/children").status_code == 302
    assert "Your role here has ended" in client.get("/sign-in").text
    with demo.store.write() as tx:
        users.add_membership(tx, user_id=WORKER.id, organisation_id=AUTHORITY, role="social_worker")
    assert client.get("/children").status_code == 302


def test_closed_account_is_out_at_once(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Closing an account ends its sessions and its sign-in."""
    client = as_("social_worker")
    with demo.store.write() as tx:
        users.close(tx, user_id=WORKER.id)
    assert client.get("/").status_code == 302
    assert sign_in(demo.client()) == 401


def test_demonstration_lists_its_log_ins(demo: Installation) -> None:
    """A newcomer reads who there is, the password, and where the documents are."""
    page = demo.client().get("/sign-in").text
    assert all(one.email in page and one.title in page for one in USERS)
    assert PASSWORD in page
    listed = demo.client().get("/demo").text
    assert "Full copy, PDF" in listed


def test_installation_without_the_demonstration_lists_nothing(client: StrictClient) -> None:
    """Where the demo is not loaded there is no log-in to show."""
    assert PASSWORD not in client.get("/sign-in").text


def test_real_key_shows_no_log_ins(demo: Installation) -> None:
    """Where sealing is for real, neither log-ins nor documents are shown to a visitor."""
    demo.settings.seal_key.write_bytes(a_real_key())
    page = demo.client().get("/sign-in").text
    assert PASSWORD not in page
    assert WORKER.email not in page
    assert "Full copy" not in demo.client().get("/demo").text


def a_real_key() -> bytes:
    """Return a seal key that does not say it is for demonstrations."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )


def test_user_sees_their_organisation(as_: Callable[[str], StrictClient]) -> None:
    """The header names whose data this is."""
    assert "Calderholme County Council" in as_("social_worker").get("/").text
    assert AUTHORITY not in as_("social_worker").get("/").text


def test_sessions_of_long_ago_are_forgotten(demo: Installation, settings: Settings) -> None:
    """A session begun a month ago leaves no row behind; the audit remembers it."""
    sign_in(demo.client())
    with demo.store.write() as tx:
        assert sessions.forget_old(tx, before=clock.now() + timedelta(seconds=1)) == 1
