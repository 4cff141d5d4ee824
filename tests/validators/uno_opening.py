"""Open documents in LibreOffice as a person does, and tell what stands in them. Run by the system's Python.

Arguments: the name of a pipe on which an office listens, then files. Prints one JSON object:
file -> what was found, or {"error": ...}. The office may ask to repair a file: it is told no, and that it
asked is an error. The office is told to end when all is said.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.task import XInteractionHandler


class Asked(unohelper.Base, XInteractionHandler):  # type: ignore[misc]  # UNO has no types
    """Keeps what the office asked of its user, and answers nothing."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    def handle(self, request: Any) -> None:
        """Note a question."""
        self.questions.append(str(request.getRequest())[:300])


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


def told(desktop: Any, file: str) -> dict[str, Any]:
    """Return what stands in one document."""
    asked = Asked()
    options = (
        PropertyValue(Name="Hidden", Value=True),
        PropertyValue(Name="InteractionHandler", Value=asked),
    )
    document = desktop.loadComponentFromURL(Path(file).resolve().as_uri(), "_blank", 0, options)
    if document is None or asked.questions:
        return {"error": f"not opened without a question: {asked.questions}"}
    try:
        tables = document.getTextTables()
        page = document.getStyleFamilies().getByName("PageStyles").getByName("Standard")
        return {
            "headings": headings(document),
            "tables": [
                bool(one.RepeatHeadline) and one.HeaderRowCount
                for one in map(tables.getByIndex, range(tables.Count))
            ],
            "pictures": document.getGraphicObjects().Count,
            "page": [page.Width, page.Height],
            "margins": [page.LeftMargin, page.RightMargin, page.TopMargin, page.BottomMargin],
            "title": document.DocumentProperties.Title,
        }
    finally:
        document.close(True)


def headings(document: Any) -> list[str]:
    """Return the headings of the text, in order, where the office shows an outline."""
    found = []
    paragraphs = document.Text.createEnumeration()
    while paragraphs.hasMoreElements():
        one = paragraphs.nextElement()
        if one.supportsService("com.sun.star.text.Paragraph") and one.OutlineLevel:
            found.append(f"{one.OutlineLevel} {one.String}")
    return found


def main(pipe: str, files: list[str]) -> None:
    """Print the answers for every file, then end the office."""
    context = connect(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    said: dict[str, Any] = {}
    for file in files:
        try:
            said[file] = told(desktop, file)
        except Exception as problem:  # noqa: BLE001 - whatever UNO raises is an answer about this file
            said[file] = {"error": f"{type(problem).__name__}: {problem}"}
    sys.stdout.write(json.dumps(said))
    desktop.terminate()


main(sys.argv[1], sys.argv[2:])
