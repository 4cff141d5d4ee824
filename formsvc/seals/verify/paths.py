"""Paths from a certificate to one that is trusted here, as pyHanko's certvalidator judges them (RFC 5280).

Nothing is fetched, and nothing about revocation is asked here: a path that was found to hold holds for as
long as every certificate on it, and may be kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path that holds. `certificates` (DER) go from the leaf to the root; `subjects` from the root down.

    A certificate that is itself trusted has a path of one, and no subjects.
    """

    certificates: tuple[bytes, ...]
    subjects: tuple[str, ...]
    begins: datetime | None = None
    ends: datetime | None = None

    @property
    def root(self) -> str:
        """Return the SHA-256 (hex) of the trusted certificate."""
        return hashlib.sha256(self.certificates[-1]).hexdigest()

    def holds_at(self, moment: datetime) -> bool:
        """Say whether every certificate on it is valid at a moment."""
        return self.begins is not None and self.ends is not None and self.begins <= moment <= self.ends


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A path to a trusted certificate that does not hold, and what kind of error it was."""

    problem: str


_Question = tuple[bytes, tuple[bytes, ...], tuple[bytes, ...]]
_KNOWN: dict[_Question, Path] = {}
_MOST_KNOWN: Final = 256


def find_path(
    certificate: bytes, *, others: Sequence[bytes], anchors: Sequence[bytes], moment: datetime
) -> Path | Broken | None:
    """Return the path of a certificate to an anchor (all DER) at a moment; None where there is none."""
    if certificate in anchors:
        # Where its authority is trusted as well, the longer path is the one on which revocation is known.
        above = [one for one in anchors if one != certificate]
        longer = find_path(certificate, others=others, anchors=above, moment=moment)
        return longer if isinstance(longer, Path) else Path(certificates=(certificate,), subjects=())
    if not anchors:
        return None
    question = (certificate, tuple(others), tuple(anchors))
    known = _KNOWN.get(question)
    if known is not None and known.holds_at(moment):
        return known
    try:
        found = _build(question, moment)
    except PathBuildingError:
        return None
    except (PathError, ValidationError) as error:
        return Broken(problem=type(error).__name__)
    except (ValueError, TypeError, KeyError):
        return None
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[question] = found
    return found


def _build(question: _Question, moment: datetime) -> Path:
    certificate, others, anchors = question
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in anchors], moment=moment, allow_fetching=False
    )
    validator = CertificateValidator(
        asn1_x509.Certificate.load(certificate),
        intermediate_certs=[asn1_x509.Certificate.load(one, strict=True) for one in others],
        validation_context=context,
    )
    found = list(asyncio.run(validator.async_validate_path()).iter_certs(include_root=True))
    return Path(
        certificates=tuple(bytes(one.dump()) for one in reversed(found)),
        subjects=tuple(one.subject.human_friendly for one in found),
        begins=max(one.not_valid_before for one in found),
        ends=min(one.not_valid_after for one in found),
    )
