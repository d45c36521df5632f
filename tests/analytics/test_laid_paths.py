"""Paths that are kept say the same each time they are read, to the last digit, as paths that are found anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from polku.analytics.asking.questions import Asked
from polku.analytics.columns import blocks
from polku.analytics.credit.laid_paths import _rows, packed_rows
from tests.analytics.markets import a_market
from tests.analytics.test_memory_and_engine_agree import told
from tests.analytics.worlds import TODAY

ASKED = (
    Asked(models=("shapley",)),
    Asked(models=("all",)),
    Asked(models=("marketo-w", "hubspot-w", "markov"), by="touchpoint"),
    Asked(models=("time-decay", "markov"), lookback=dt.timedelta(days=9)),
    Asked(models=("markov", "last-non-direct"), conversion="O*"),
)


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_kept_paths_say_what_paths_say_that_are_found_anew(seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    with market.log(tmp_path) as log, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", 7)
        for chosen in ({"today": TODAY}, {"today": TODAY, "cases": "segment = big or events > 4"}):
            for asked in ASKED:
                first, again = (told(log, market, "attribution", asked, chosen) for _ in range(2))
                assert first == again
                with patch.context() as bare:
                    bare.setattr(blocks.Blocks, "derived", lambda self, name, make, size: make())
                    bare.setattr(blocks, "WORKERS", 1)
                    assert told(log, market, "attribution", asked, chosen) == first, asked


@pytest.mark.parametrize("rows", [[], [0], [2, 3, 9], [4, 1], [3, 3, 5]])
def test_rows_come_back_as_they_were_packed(rows: list[int]) -> None:
    packed = packed_rows(np.array(rows, dtype=np.int64), 11)
    assert _rows(packed, 11).tolist() == rows
    assert (packed.dtype == np.uint8) == (rows == sorted(set(rows)))
