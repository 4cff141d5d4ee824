"""html5lib: is a page what the HTML standard says, or only what a browser forgives?"""

from __future__ import annotations

import html5lib


def html_errors(page: str | bytes) -> tuple[str, ...]:
    """Return every parse error of a page as "line:column code"; empty when there is none."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    return tuple(f"{line}:{column} {code}" for (line, column), code, _ in parser.errors)
