"""What each verdict's code means: one sentence for the officer who has the file in front of them.

Sentences name nothing about a child. Braces are filled from the verdict's detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

WORDS: Final[Mapping[str, str]] = {
    # readable
    "readable": "The file could be read.",
    "unreadable": "The file could not be read: {why}.",
    # integrity
    "intact": "What was sealed has not been changed since.",
    "changed": "The file has been changed since it was sealed.",
    "signature_wrong": "The signature does not fit the file or its certificate: it proves nothing.",
    "not_checkable": "The signature is of a kind that is not checked here ({why}).",
    "not_signed": "The file carries no seal. Nothing shows where it came from or whether it was changed.",
    # coverage
    "whole": "The seal covers the whole file; nothing was added after or around it.",
    "whole_and_stamped": "The seal covers the whole document; only time stamps were added to it.",
    "signature_not_canonical": "The signature is not written in its one form: somebody touched it.",
    "properties_not_covered": "The signature covers the document. It does not cover the file's properties, "
    "such as its title and author.",
    "earlier_revision": "This signature covers an earlier state of the file. After it: {changes}.",
    "added_after": "Something was added to the file after it was sealed: {changes}.",
    "byte_range_odd": "The signature does not cover the whole file: it leaves out bytes it should not.",
    "signature_space": "Something stands in the space around the signature, where nothing should be.",
    "several_versions": "The file holds more than one version of itself.",
    "parts_not_covered": "The file holds parts that the signature does not cover.",
    "relationships_not_covered": "The file holds links between its parts that the signature does not cover.",
    "types_changed": "The file says of a part that it is of another kind than when it was signed.",
    "container_changed": "The file was packed again or added to after it was sealed.",
    "container_odd": "The file is packed in an unusual way ({why}); what it shows is covered.",
    "properties_changed": "The file's properties are not those of the document.",
    # algorithms
    "strong": "The methods of the signature are sound today.",
    "weak_digest": "The signature uses an outdated method ({names}) that can be forged with effort.",
    # signer
    "trusted": "Sealed by {who}, which is trusted here.",
    "trusted_expired_since": "Sealed by {who}, which is trusted here; its certificate has since expired.",
    "trusted_revoked_since": "Sealed by {who}, which is trusted here; its certificate was revoked on "
    "{revoked_on}, after an independent clock had seen the seal.",
    "trusted_distrusted_since": "Sealed by {who}, which was trusted here when an independent clock "
    "saw the seal; since {distrusted_since} it is not.",
    "revoked": "The certificate of {who} was revoked on {revoked_on}, and nothing proves that the file was "
    "sealed before: do not rely on it.",
    "distrusted": "{who} is no longer trusted here since {distrusted_since}: {distrusted_why}.",
    "demonstration": "Sealed with the demonstration key of this place: for trying out, not for real use.",
    "demonstration_elsewhere": "Sealed with a demonstration key of another place: it proves nothing.",
    "unknown_signer": "Signed by somebody who calls themselves {who}; that signer is not known here.",
    "unknown_signer_expired": "Signed by somebody who calls themselves {who}; that signer is not known here "
    "and the certificate has expired.",
    "expired": "The certificate of {who} had expired when the file says it was sealed.",
    "not_yet_valid": "The certificate of {who} did not yet hold when the file says it was sealed.",
    "wrong_usage": "The certificate of {who} is not meant for signing documents.",
    "path_invalid": "The certificate of {who} claims an issuer that is trusted here, but does not hold.",
    "certificate_unreadable": "The certificate in the signature cannot be read.",
    "certificate_not_bound": "The signature names another certificate than the one it carries.",
    # time
    "claimed": "The seal says it was made on {when}. Only the sealer's own clock says so.",
    "timestamped": "An independent clock that is trusted here confirms the file existed on {when}.",
    "timestamped_unknown": "A time stamp says {when}; whose clock it was is not known here.",
    "timestamp_wrong": "The time stamp in the file does not belong to it.",
    "times_disagree": "The file gives two different times for its sealing.",
    "time_in_future": "The seal says it was made on {when}, which is still to come.",
    "no_time": "The signature does not say when it was made.",
    # level
    "level": "The signature is of the form {level}.",
    # hidden
    "nothing_hidden": "The file holds no scripts, layers, links to outside content or hidden text.",
    "hidden": "The file holds things that can show different readers different content: {found}.",
    # data
    "data_good": "The data inside the file is complete and well formed.",
    "no_data": "The file carries no data of ours, so its print cannot be compared with data.",
    "data_odd": "The data inside the file is not as we write it: {why}.",
    "data_newer": "The data inside the file is of a format that is not known here ({format}).",
    "demonstration_disagrees": "The file and its seal disagree on whether this is a demonstration.",
    # valid
    "valid": "The data is as its form, {definition[id]} version {definition[version]}, requires.",
    "valid_by_own_form": "The data fits the form that stands in the file. That form is not known here, so "
    "whether all of its rules were kept cannot be said.",
    "not_valid": "The data inside the file is not what its form allows ({count} places).",
    # print
    "print_equal": "What is printed is the same as the data inside the file.",
    "print_differs": "What is printed differs from the data inside the file.",
    "print_unreadable": "What is printed cannot be compared with the data inside the file: {why}.",
    # attachments
    "attachments_whole": "Every file that the document names ({count}) is inside it, and is that very file.",
    "attachments_wrong": "The files inside it are not those that the document names: {why}.",
    # none of these apply
    "not_applicable": "This does not apply to the file.",
}


def words(code: str, detail: Mapping[str, Any]) -> str:
    """Return the sentence of a code; lists in the detail are joined with commas."""
    told = {
        key: "; ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in detail.items()
    }
    return WORDS[code].format_map(told)
