"""Every setting has its heading in the docs, and the docs name no setting that is not there."""

import re
from pathlib import Path

from formsvc.settings import KNOWN, PREFIX, PROJECT


def test_every_setting_is_documented() -> None:
    """Whoever sets the service up finds each setting, and only settings that exist."""
    text = Path(PROJECT / "docs" / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^### `(\w+)`$", text, re.MULTILINE)) == {PREFIX + name for name in KNOWN}
