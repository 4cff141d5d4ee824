"""docs/asvs.md is whole and says nothing that is not shown; and what it claims of the code as a whole."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from formsvc.settings import PROJECT

LEVEL_TWO: Final = """
V1.1:2 V1.2:9 V1.3:11 V1.4:3 V1.5:2 V2.1:3 V2.2:3 V2.3:4 V2.4:1 V3.2:2 V3.3:4 V3.4:6 V3.5:5 V3.7:2 V4.1:3
V4.2:1 V4.3:2 V4.4:4 V5.1:1 V5.2:3 V5.3:2 V5.4:3 V6.1:3 V6.2:12 V6.3:4 V6.4:4 V6.5:5 V6.6:3 V6.8:4 V7.1:3
V7.2:4 V7.3:2 V7.4:5 V7.5:2 V7.6:2 V8.1:2 V8.2:3 V8.3:1 V8.4:1 V9.1:3 V9.2:4 V10.1:2 V10.2:2 V10.3:4
V10.4:11 V10.5:5 V10.6:2 V10.7:3 V11.1:2 V11.2:3 V11.3:3 V11.4:4 V11.5:1 V11.6:1 V12.1:3 V12.2:2 V12.3:4
V13.1:1 V13.2:5 V13.3:2 V13.4:5 V14.1:2 V14.2:4 V14.3:3 V15.1:3 V15.2:3 V15.3:7 V16.1:1 V16.2:5 V16.3:4
V16.4:3 V16.5:3 V17.1:1 V17.2:4 V17.3:2
"""
"""Sections of ASVS 5.0.0, each with the number of its requirements of levels 1 and 2: its first ones."""

ROW: Final = re.compile(
    r"^\| (V[0-9.]+) \| ([12]) \| (.+?) \| (met|not applicable|open) \| (.+) \|$", re.MULTILINE
)
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGE: Final = (PROJECT / "docs" / "asvs.md").read_text("utf-8")


def expected() -> Iterator[str]:
    """Yield the numbers of levels 1 and 2."""
    for section in LEVEL_TWO.split():
        name, _, count = section.partition(":")
        yield from (f"{name}.{number}" for number in range(1, int(count) + 1))


def test_every_requirement_is_there_once() -> None:
    """253 numbers, none missing, none twice, none invented."""
    found = Counter(row[0] for row in ROW.findall(PAGE))
    assert len(set(expected())) == 253
    assert set(found) == set(expected())
    assert max(found.values()) == 1
    assert PAGE.count("\n| V") == 253


def test_what_is_met_names_a_test_that_exists() -> None:
    """Nothing is called met on somebody's word; nothing is open or out of place without one."""
    for id, _, _, state, why in ROW.findall(PAGE):
        tests = TEST.findall(why)
        assert tests or state != "met", id
        assert len(why) > 3, id
        for path, name in tests:
            file = PROJECT / path
            assert file.exists(), (id, path)
            assert f"def {name}(" in file.read_text("utf-8"), (id, path, name)


CALLED: Final = frozenset(
    {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "pickle.load"}
    | {"marshal.loads", "yaml.load", "yaml.unsafe_load", "shelve.open"}
)
"""What runs or rebuilds whatever it is given."""
EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    ("read_apart.py", "pickle.loads"): "the question of the process that started it; answers are JSON",
    ("trace.py", "re.search"): "the ids of our own areas",
    ("totp.py", "hashlib.sha1"): "HMAC-SHA-1 is what every authenticator app speaks (RFC 6238)",
    ("tokens.py", "hashlib.sha1"): "RFC 2634 names a certificate by it; the signature itself has SHA-256",
}
"""(file, what it calls) and why that is right."""
CODE: Final = tuple(sorted((PROJECT / "formsvc").rglob("*.py")))


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield what a file calls, as it is written."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_dangerous_is_called() -> None:
    """Nothing evaluates what it is given, and no command goes through a shell."""
    for file in CODE:
        for name, call in calls(file):
            assert name not in CALLED or (file.name, name) in EXCEPTIONS, (file.name, call.lineno)
            shell = next((one.value for one in call.keywords if one.arg == "shell"), None)
            assert shell is None or ast.unparse(shell) == "False", (file.name, call.lineno)


def test_no_pattern_is_built_from_input() -> None:
    """A regular expression is a constant, or made of constants and escaped words."""
    for file in CODE:
        for name, call in calls(file):
            if not name.startswith("re.") or not call.args or name == "re.escape":
                continue
            parts = [
                ast.unparse(one.value)
                for one in ast.walk(call.args[0])
                if isinstance(one, ast.FormattedValue)
            ]
            loose = [one for one in parts if not one.isupper() and not one.startswith("re.escape")]
            assert not loose or (file.name, name) in EXCEPTIONS, (file.name, call.lineno, loose)


def test_no_weak_cryptography_is_named() -> None:
    """No cipher, mode or hash stands here that is broken, but where a format of others has it."""
    weak = re.compile(
        r"\b(modes\.ECB|modes\.CBC|TripleDES|ARC4|Blowfish|hashes\.MD5|hashlib\.(?:md5|sha1))\b"
    )
    for file in CODE:
        named = set(weak.findall(file.read_text("utf-8")))
        assert {one for one in named if (file.name, one) not in EXCEPTIONS} == set(), file.name


def test_scripts_of_ours_write_no_markup_and_keep_nothing() -> None:
    """No script puts markup into a page, evaluates anything, or leaves anything in the browser's stores."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage"
        r"|sessionStorage|indexedDB|document\.cookie|__proto__|javascript:"
    )
    files = sorted((PROJECT / "static" / "js").glob("*.js"))
    assert files
    for file in files:
        assert not forbidden.findall(file.read_text("utf-8")), file.name
