"""What one attack is: a name, what it does, who published it, how to make it, what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

TRILLION: Final = "Mladenov and others, 1 Trillion Dollar Refund, CCS 2019"
SHADOW: Final = "Mainka, Mladenov and Rohlmann, Shadow Attacks, NDSS 2021"
CERTIFIED: Final = "Rohlmann and others, Breaking the Specification: PDF Certification, S&P 2021"
FLAWS: Final = "Mueller and others, Processing Dangerous Paths, NDSS 2021"
ENCRYPTION: Final = "Mueller and others, Practical Decryption exFiltration, CCS 2019"
FONTS: Final = "Markwood and others, PDF Mirage: content masking by fonts, USENIX Security 2017"
OWN: Final = "ours"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack; `says` is the code of each verdict that matters."""

    does: str
    source: str
    make: Callable[[], bytes]
    says: Mapping[str, str]
