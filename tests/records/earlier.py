"""Lakes as earlier versions wrote them."""

from __future__ import annotations

import pytest

from polku.records import adding_cases, cases
from polku.records.files import LeftOut


def write_all_columns(patched: pytest.MonkeyPatch) -> None:
    """Write as before format 3."""

    def none(*_: object) -> LeftOut:
        return ()

    patched.setattr("polku.records.manifest.FORMAT", 2)
    patched.setattr("polku.records.sorting._left_out", none)
    for module in (cases, adding_cases):
        patched.setattr(module, "silent_columns", none)
