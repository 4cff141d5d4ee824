"""The pieces of an XML signature: tags, canonical octets, values; nothing with two readings is believed."""

from __future__ import annotations

import base64
import binascii
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from formsvc.seals.opc import C14N, DSIG, XADES

_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
CANONICAL: Final = frozenset({C14N, _EXCLUSIVE})
"""The canonical forms that are understood: inclusive and exclusive XML Canonicalization 1.0."""
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


class SignatureMalformed(Exception):
    """The signature is not built as it must be; the text says how, for the engineer."""


class NotCheckable(Exception):
    """The signature uses something that is not checked here; the text names it."""


def dsig(name: str) -> str:
    """Return the tag of an XML signature element."""
    return f"{{{DSIG}}}{name}"


def xades(name: str) -> str:
    """Return the tag of a XAdES element."""
    return f"{{{XADES}}}{name}"


def canonical(element: etree._Element, method: str = C14N) -> bytes:
    """Return the canonical octets of an element where it stands; raise NotCheckable for other methods.

    The element becomes the root of a document of its own with every namespace in scope, since libxml2
    canonicalises whole documents reliably and parts of them not.
    """
    if method not in CANONICAL:
        raise NotCheckable(method)
    if any(str(name).startswith(_XML) for one in element.iterancestors() for name in one.attrib):
        raise NotCheckable("inherited xml: attributes")
    scope: Any = element.nsmap  # the default namespace stands under None, which the stubs do not know
    alone = etree.Element(element.tag, nsmap=scope)
    for name, value in element.attrib.items():
        alone.set(name, value)
    alone.text = element.text
    alone.extend(deepcopy(child) for child in element)
    try:
        return etree.tostring(alone, method="c14n", exclusive=method == _EXCLUSIVE, with_comments=False)
    except etree.LxmlError:
        raise NotCheckable("XML that has no canonical form, such as a relative namespace") from None


def text_of(element: etree._Element) -> str:
    """Return the text of an element that holds nothing else, not even a comment."""
    if len(element):
        raise SignatureMalformed("an element of the signature holds more than text")
    return element.text or ""


def decoded(text: str) -> bytes:
    """Return the bytes of base64 with white space in it."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureMalformed("a value of the signature is not base64") from None


def only(parent: etree._Element, tag: str) -> etree._Element:
    """Return the one child of this tag."""
    found = parent.findall(tag)
    if len(found) != 1:
        raise SignatureMalformed(f"the signature has {len(found)} of {tag.rpartition('}')[2]}")
    return found[0]


def algorithm(element: etree._Element) -> str:
    """Return the method an element names."""
    return attribute(element, "Algorithm")


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute, empty where it is not there."""
    value = element.get(name)
    return value if isinstance(value, str) else ""
