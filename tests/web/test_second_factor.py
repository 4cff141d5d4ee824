"""A second factor: set up, asked for, used once, lost, required; and never in the clear."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.access.terms import Role
from formsvc.demo import PASSWORD, USERS, WORKER
from formsvc.store import audit, second_factors, users
from formsvc.store import tables as t
from formsvc.store.audit import Entry
from formsvc.store.crypto import make_content_key
from formsvc.store.session import open_store
from formsvc.workflow.actors import Actor
from formsvc.workflow.rewrap_keys import rewrap_keys
from formsvc.workflow.second_factor import require_for_roles, required_roles
from formsvc.workflow.totp import code_of, step_at
from tests.web.completing import shared
from tests.web.conftest import Installation, StrictClient, sign_in_as
from tests.web.plans import fill, started

As = Callable[[str], StrictClient]

MANAGER = next(one for one in USERS if one.role == "team_manager")
AUTHORITY_ACTS = Actor(user_id=None, organisation_id=WORKER.organisation_id, role="administrator")


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def worker(demo: Installation) -> Iterator[StrictClient]:
    """Return the worker, signed in, without a second factor and without failures before and after."""
    yield sign_in_as(demo, user_id=WORKER.id, membership_id=WORKER.membership_id)
    with demo.store.write() as tx:
        second_factors.remove(tx, user_id=WORKER.id)
        users.release(tx, user_id=WORKER.id)


class Phone:
    """An authenticator app: what it shows after so many steps of thirty seconds."""

    def __init__(self, key: str) -> None:
        text = key.replace(" ", "")
        self.secret = base64.b32decode(text + "=" * (-len(text) % 8))

    def shows(self, later: int = 0) -> str:
        """Return the code that is shown `later` steps from now."""
        return code_of(self.secret, step_at(clock.now()) + later)


def set_up(client: StrictClient) -> tuple[Phone, list[str]]:
    """Set a second factor up by the pages; return the phone and the recovery codes."""
    assert client.post("/account/second-factor/begin").status_code == 303
    shown = client.get("/account/second-factor").text
    assert "<svg" in shown
    key = re.search(r'this key into the app: <code class="app-code">([A-Z2-7 ]+)</code>', shown)
    assert key is not None
    phone = Phone(key[1])
    reply = client.post("/account/second-factor", data={"code": phone.shows(-1)})
    assert reply.status_code == 200
    return phone, re.findall(r'<code class="app-code">([^<]+)</code>', reply.text)


def password(demo: Installation, *, to: str = "") -> StrictClient:
    """Give the worker's password at the sign-in page and return the client that waits for the code."""
    client = demo.client()
    reply = client.post("/sign-in", data={"email": WORKER.email, "password": PASSWORD, "next": to})
    assert reply.location.startswith("/sign-in/code")
    assert "The code from your app" in client.get(reply.location).text
    return client


def test_sign_in_asks_for_the_code_and_nothing_opens_before(demo: Installation, worker: StrictClient) -> None:
    """With the password alone no page opens; with the code the session goes on, under a new token."""
    phone, _ = set_up(worker)
    client = password(demo, to="/account")
    before = client.get_cookie("formsvc")
    for path in ("/", "/children", "/account", "/account/second-factor", "/sign-in/role"):
        assert client.get(path).status_code == 302, path
    assert client.post("/account/second-factor/begin").location == "/sign-in"
    assert client.post("/unlock", data={"password": PASSWORD}).location == "/"
    assert client.get("/").location == "/sign-in/code?next=/"
    reply = client.post("/sign-in/code", data={"code": phone.shows(), "next": "/account"})
    assert reply.location == "/account"
    assert WORKER.name in client.get("/account").text
    after = client.get_cookie("formsvc")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_code_is_taken_once_and_none_before_it(demo: Installation, worker: StrictClient) -> None:
    """A code seen over a shoulder opens nothing any more, nor does an older one; the next one does."""
    phone, _ = set_up(worker)
    with clock.held(clock.now()):
        assert password(demo).post("/sign-in/code", data={"code": phone.shows()}).location == "/"
        for used in (phone.shows(), phone.shows(-1)):
            assert password(demo).post("/sign-in/code", data={"code": used}).status_code == 401
        assert password(demo).post("/sign-in/code", data={"code": phone.shows(1)}).location == "/"


def test_wrong_codes_lock_though_the_password_is_right_between(
    demo: Installation, worker: StrictClient
) -> None:
    """Whoever has the password does not get to guess for ever by giving it again."""
    phone, _ = set_up(worker)
    client = password(demo)
    for tries in range(5):
        if tries == 3:
            client = password(demo)
        wrong = f"{(int(phone.shows()) + 500_000) % 1_000_000:06}"
        assert client.post("/sign-in/code", data={"code": wrong}).status_code == 401
    assert client.get("/sign-in/code").status_code == 302, "the session is over"
    reply = demo.client().post("/sign-in", data={"email": WORKER.email, "password": PASSWORD})
    assert reply.status_code == 401


def test_code_that_does_not_come_lets_the_password_go_stale(demo: Installation, worker: StrictClient) -> None:
    """Ten minutes after the password one begins again."""
    phone, _ = set_up(worker)
    client = password(demo)
    with clock.held(clock.now() + timedelta(minutes=10)):
        assert client.post("/sign-in/code", data={"code": phone.shows()}).location == "/sign-in"


def test_recovery_code_opens_once(demo: Installation, worker: StrictClient) -> None:
    """There are ten; each is used up; new ones end the old; the store knows their hashes alone."""
    phone, codes = set_up(worker)
    assert len(codes) == 10
    typed = codes[0].upper().replace("-", " ")
    assert password(demo).post("/sign-in/code", data={"code": typed}).location == "/"
    assert password(demo).post("/sign-in/code", data={"code": codes[0]}).status_code == 401
    assert "You have 9 recovery codes left" in worker.get("/account/second-factor").text
    both = {"password": PASSWORD, "code": phone.shows()}
    renewed = worker.post("/account/second-factor/recovery", data=both).text
    fresh = re.findall(r'<code class="app-code">([^<]+)</code>', renewed)
    assert password(demo).post("/sign-in/code", data={"code": codes[1]}).status_code == 401
    assert password(demo).post("/sign-in/code", data={"code": fresh[0]}).location == "/"
    data = b"".join(file.read_bytes() for file in demo.settings.instance.glob("formsvc.sqlite*"))
    assert not any(one.replace("-", "").encode() in data or one.encode() in data for one in codes)
    assert phone.secret not in data
    assert base64.b32encode(phone.secret) not in data


def test_signing_again_asks_for_password_and_code(demo: Installation, worker: StrictClient) -> None:
    """Before something weighty the password alone is not enough where a second factor is set up."""
    phone, _ = set_up(worker)
    before = {one.id for one in proofs(demo)}
    new = {"new": "quarry-mitten-sable-41", "again": "quarry-mitten-sable-41"}
    assert "The code from your app" in worker.get("/password/change").text
    assert worker.post("/password/change", data={"old": PASSWORD, **new}).status_code == 422
    right = {"old": PASSWORD, "code": phone.shows()}
    assert worker.post("/password/change", data=right | {"new": "x", "again": "x"}).status_code == 422
    noted = [one for one in proofs(demo) if one.id not in before]
    assert [(one.outcome, one.data.get("why")) for one in noted] == [
        ("done", None),
        ("refused", "wrong_code"),
    ]


def proofs(demo: Installation) -> tuple[Entry, ...]:
    """Return what is noted of proving who one is, newest first: other tests' too."""
    with demo.store.read() as tx:
        return audit._entries(tx, t.audit_entry.c.act == "session.prove", before=None, limit=500)


def test_it_is_removed_with_both_or_by_who_looks_after_the_account(
    demo: Installation, worker: StrictClient, as_: As
) -> None:
    """Neither proof alone removes it; a manager does, for their own people alone; both are noted."""
    phone, _ = set_up(worker)
    remove = "/account/second-factor/remove"
    assert worker.post(remove, data={"password": PASSWORD, "code": "000000"}).status_code == 422
    assert worker.post(remove, data={"password": "wrong", "code": phone.shows()}).status_code == 422
    assert worker.post(remove, data={"password": PASSWORD, "code": phone.shows(1)}).status_code == 302
    assert demo.client().post("/sign-in", data={"email": WORKER.email, "password": PASSWORD}).location == "/"
    set_up(worker)
    of = f"/people/{WORKER.id}/second-factor/remove"
    assert as_("residential_manager").post(of).status_code == 404
    assert "Lost telephone" in as_("team_manager").get("/people").text
    assert as_("team_manager").post(of).status_code == 302
    assert worker.get("/").status_code == 302, "their sessions end"
    with demo.store.read() as tx:
        noted = audit._entries(tx, t.audit_entry.c.act.contains("factor"), before=None, limit=10)
    told = {(one.act, one.actor_id) for one in noted}
    assert {("person.remove_factor", MANAGER.id), ("factor.remove", WORKER.id)} <= told


def test_setting_it_up_needs_a_right_code_and_ends_other_sessions(
    demo: Installation, worker: StrictClient
) -> None:
    """A secret counts only once an app has shown its code; who was signed in without it is out."""
    there = sign_in_as(demo, user_id=WORKER.id, membership_id=WORKER.membership_id)
    worker.post("/account/second-factor/begin")
    wrong = worker.post("/account/second-factor", data={"code": "000000"})
    assert wrong.status_code == 422
    assert wrong.text.count("not the code of this key") == 2
    assert demo.client().post("/sign-in", data={"email": WORKER.email, "password": PASSWORD}).location == "/"
    assert there.get("/").status_code == 200
    _, codes = set_up(worker)
    assert there.get("/").status_code == 302
    assert worker.get("/").status_code == 200
    shown = worker.get("/account/second-factor").text
    assert "<svg" not in shown, "what counts is never shown again"
    assert codes[0] not in shown
    assert worker.post("/account/second-factor", data={"code": "123456"}).status_code == 303


def test_new_password_by_a_link_passes_no_second_factor_by(
    demo: Installation, worker: StrictClient, as_: As
) -> None:
    """Whoever has a link to a new password still needs the phone: the code is asked for at the sign-in."""
    phone, _ = set_up(worker)
    handed = as_("administrator").post(f"/people/{WORKER.id}/reset").text
    link = re.search(r"https?://[^\s<\"]+(/password/[^\s<\"]+)", handed)
    assert link is not None
    client = demo.client()
    assert client.post(link[1], data={"new": PASSWORD, "again": PASSWORD}).location == "/sign-in"
    assert client.get("/").status_code == 302
    waiting = password(demo)
    assert waiting.get("/").location == "/sign-in/code?next=/"
    assert waiting.post("/sign-in/code", data={"code": phone.shows()}).location == "/"


def test_organisation_asks_for_it_by_role(demo: Installation, worker: StrictClient, as_: As) -> None:
    """Nobody works in that role before it is set up; other roles and organisations are left alone."""
    organisation = WORKER.organisation_id
    require_for_roles(
        demo.store, actor=AUTHORITY_ACTS, organisation_id=organisation, roles=[Role.social_worker]
    )
    assert required_roles(demo.store, organisation_id=organisation) == {Role.social_worker}
    assert worker.get("/children").location == "/account/second-factor?next=/children"
    assert worker.get("/account").status_code == 302
    assert "Your organisation asks for a second factor" in worker.get("/account/second-factor").text
    assert as_("team_manager").get("/").status_code == 200
    assert as_("home_staff").get("/").status_code == 200
    set_up(worker)
    assert worker.get("/children").status_code == 200
    require_for_roles(demo.store, actor=AUTHORITY_ACTS, organisation_id=organisation, roles=[])
    assert required_roles(demo.store, organisation_id=organisation) == frozenset()


def test_unlocking_asks_for_the_password_alone_and_forgives_no_code(
    demo: Installation, worker: StrictClient
) -> None:
    """The session is a proof already; but unlocking does not count as having given a code."""
    phone, _ = set_up(worker)
    wrong = f"{(int(phone.shows()) + 500_000) % 1_000_000:06}"
    for _ in range(4):
        assert worker.post(
            "/account/second-factor/remove", data={"password": PASSWORD, "code": wrong}
        ).status_code
        worker.post("/lock")
        assert worker.post("/unlock", data={"password": PASSWORD}).location == "/"
    worker.post("/account/second-factor/remove", data={"password": PASSWORD, "code": wrong})
    assert worker.get("/").status_code == 302
    with demo.store.read() as tx:
        assert users.by_id(tx, WORKER.id).locked_at is not None


def test_secret_follows_a_new_content_key(demo: Installation, worker: StrictClient) -> None:
    """Turning the content key seals the secrets anew, and codes still open."""
    set_up(worker)
    key = demo.settings.content_key
    key.rename(key.with_name(f"{key.name}.1"))
    make_content_key(key)
    turned = open_store(demo.settings)
    while rewrap_keys(turned):
        pass
    turned.close()
    key.with_name(f"{key.name}.1").rename(key.with_name("old.key"))
    again = open_store(demo.settings)
    with again.read() as tx:
        found = second_factors.of_user(tx, WORKER.id)
    again.close()
    assert found is not None
    assert len(found.secret) == 20
    key.rename(key.with_name(f"{key.name}.1"))  # and back, for the tests that share this installation
    key.with_name("old.key").rename(key)
    back = open_store(demo.settings)
    while rewrap_keys(back):
        pass
    back.close()


def test_signing_off_asks_for_the_code(demo: Installation, worker: StrictClient) -> None:
    """A declaration in one's name takes both proofs, a while after signing in."""
    record = started(demo)
    fill(demo, record)
    phone, _ = set_up(worker)
    with clock.held(clock.now() + timedelta(minutes=10, seconds=20)):
        shown = worker.get(f"/records/{record}/sign-off").text
        assert "The code from your app" in shown
        sent = dict(re.findall(r'name="(versions|binds)" value=\'?"?([^"\']*)', shown))
        data = {**sent, "declared": "yes", "name": WORKER.name, "password": PASSWORD}
        refused = worker.post(f"/records/{record}/sign-off", data=data)
        assert refused.status_code == 422
        assert refused.text.count("Enter your password and the code") == 2
        with_code = worker.post(f"/records/{record}/sign-off", data=data | {"code": phone.shows()})
        assert with_code.status_code != 422
