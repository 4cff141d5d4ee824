"""What the documents list is all there is: cryptography, ways in, lines of the log, whom the service asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from formsvc.settings import PROJECT

CODE: Final = tuple(sorted((PROJECT / "formsvc").rglob("*.py")))
KEYED: Final = re.compile(
    r"\b(?:AESGCM|HKDF|hmac\.new|PasswordHasher|URLSafe\w+|ec\.SECP\w+|rsa\.generate\w+|padding\.PKCS1v15"
    r"|hashes\.SHA1|hashlib\.(?:sha1|new|md5)|secrets\.token_\w+|load_pem_private_key|pkcs12\.)"
)
"""What works with a key, a weak hash or random bits."""
OPENS: Final = frozenset(
    {"accounts.add_link", "users.set_password", "users.set_code", "sessions.add", "sessions.code_given"}
    | {"sessions.unlock", "sessions.begin", "users.add(password)"}
)
"""What begins or goes on with a session, or makes what opens an account."""
OUTSIDE: Final = {"http.client", "urllib.request", "smtplib", "ftplib", "requests", "httpx", "aiohttp"}


def page(name: str) -> str:
    """Return a page of the documents."""
    return (PROJECT / "docs" / name).read_text("utf-8")


def named(file: Path) -> str:
    """Return a file as the documents name it."""
    return file.relative_to(PROJECT).as_posix()


def test_every_use_of_a_key_is_in_the_inventory() -> None:
    """Each module that works with keys stands in docs/cryptography.md, and none that does not exist."""
    listed = set(re.findall(r"`(formsvc/[\w/]+\.py)`", page("cryptography.md")))
    keyed = {named(file) for file in CODE if KEYED.search(file.read_text("utf-8"))}
    assert keyed - listed == set()
    assert {one for one in listed if not (PROJECT / one).exists()} == set()


def logged() -> Iterator[str]:
    """Yield the event of every line that the code writes into the log."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(
                r"log\.(debug|info|warning|error|exception|critical)", ast.unparse(node.func)
            ):
                event = node.args[0]
                assert isinstance(event, ast.Constant), (file.name, node.lineno)
                yield str(event.value)


def test_every_line_of_the_log_is_listed() -> None:
    """docs/operations.md says what each event means and what to do; none is written that stands there not."""
    rows = re.findall(r"^\| `([^`]+)` \| (?:error|warning|info) \|", page("operations.md"), re.MULTILINE)
    assert sorted(rows) == sorted(set(logged()))


def test_only_the_listed_modules_ask_anybody_outside() -> None:
    """The way out leads through two modules, whose addresses docs/operations.md names for the firewall."""
    found = set()
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {named(file) for one in names if one in OUTSIDE}
    assert found == {"formsvc/seals/stamping.py", "formsvc/workflow/refresh_revocation.py"}
    host = page("operations.md").partition("## The host")[2]
    assert "FORMSVC_TIMESTAMP_URL" in host
    assert "FORMSVC_REVOCATION" in host


def ways() -> Iterator[str]:
    """Yield every workflow module that opens an account, or begins or goes on with a session."""
    for file in sorted((PROJECT / "formsvc" / "workflow").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                gives_one = any(one.arg == "password" for one in node.keywords)
                name = ast.unparse(node.func) + ("(password)" if gives_one else "")
                if name in OPENS or name.removesuffix("(password)") in OPENS:
                    yield file.stem


def test_every_way_in_is_written_down() -> None:
    """docs/access.md lists each way into an account with what it asks; the code has no other."""
    table = page("access.md").partition("### Ways in")[2].partition("\n**")[0]
    listed = dict(re.findall(r"`(\w+)\.(\w+)`", table))
    assert sorted(set(ways()) - {"load_demo"}) == sorted(listed)
    for module, name in re.findall(r"`(\w+)\.(\w+)`", table):
        text = (PROJECT / "formsvc" / "workflow" / f"{module}.py").read_text("utf-8")
        assert f"def {name}(" in text, (module, name)


def test_time_frames_for_flaws_of_others_are_written_down() -> None:
    """docs/operations.md says within how many days a known flaw is mended, by how bad it is."""
    frames = page("operations.md").partition("### Flaws of others")[2].partition("\n\nA unit")[0]
    assert [int(one) for one in re.findall(r"(\d+) days", frames)] == [3, 14, 60]
