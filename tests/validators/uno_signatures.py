"""Ask LibreOffice about the signatures in documents. Run by the system's Python, which has UNO.

Arguments: the name of a pipe on which an office listens, then files. Prints one JSON object:
file -> list of signatures, or {"error": ...}. The office is told to end when all is said.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

READ = 1


def connect(pipe: str) -> Any:
    """Return the component context of the office, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def signatures(context: Any, file: str) -> list[dict[str, Any]]:
    """Return what the office says of each signature of one file (an OOXML package or a PDF)."""
    manager = context.ServiceManager
    judge = manager.createInstanceWithArgumentsAndContext(
        "com.sun.star.security.DocumentDigitalSignatures", ("1.2", True), context
    )
    address = Path(file).resolve().as_uri()
    if file.endswith(".pdf"):
        access = manager.createInstanceWithContext("com.sun.star.ucb.SimpleFileAccess", context)
        found = judge.verifyDocumentContentSignatures(None, access.openFileRead(address))
    else:
        # As a plain zip: opened as OOXML the storage hides [Content_Types].xml, and the judge finds nothing.
        plain = (PropertyValue(Name="StorageFormat", Value="ZipFormat"),)
        options = uno.Any("[]com.sun.star.beans.PropertyValue", plain)
        factory = manager.createInstanceWithContext("com.sun.star.embed.StorageFactory", context)
        storage = uno.invoke(factory, "createInstanceWithArguments", ((address, READ, options),))
        found = judge.verifyDocumentContentSignatures(storage, None)
    return [
        {
            "valid": bool(one.SignatureIsValid),
            "partial": bool(one.PartialDocumentSignature),
            "signer": one.Signer.SubjectName if one.Signer else "",
        }
        for one in found
    ]


def main(pipe: str, files: list[str]) -> None:
    """Print the answers for every file, then end the office."""
    context = connect(pipe)
    said: dict[str, Any] = {}
    for file in files:
        try:
            said[file] = signatures(context, file)
        except Exception as problem:  # noqa: BLE001 - whatever UNO raises is an answer about this file
            said[file] = {"error": f"{type(problem).__name__}: {problem}"}
    sys.stdout.write(json.dumps(said))
    context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()


main(sys.argv[1], sys.argv[2:])
