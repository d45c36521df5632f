"""Words in cells of a spreadsheet, where some would be taken for formulas."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"^[-+]?[\d .,()/-]*$")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.match(cell):
        return "'" + cell
    return cell
