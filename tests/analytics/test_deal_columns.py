"""Deals as arrays: the same numbers whether words are looked for one by one or joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from polku.analytics.columns import blocks, deal_columns
from tests.analytics.logs import publish_rows
from tests.analytics.small import START


def test_words_have_the_same_numbers_however_they_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {
        "accounts": [{"account_id": "big", "segment": "large"}, {"account_id": "odd"}],
        "deals": [
            {"deal_id": "d2", "account_id": "odd", "outcome": "lost", "lost_to": "Rival", "created": START},
            {
                "deal_id": "d1",
                "account_id": "big",
                "kind": "new",
                "outcome": "won",
                "amount": 5.0,
                "currency": "EUR",
            },
            {"deal_id": "d3", "account_id": None, "outcome": "open", "currency": "SEK"},
        ],
        "events": [{"account_id": "big", "activity": "call", "time": START}],
    }
    told = []
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        for few in (16, 0):
            monkeypatch.setattr(deal_columns, "_FEW", few)
            blocks.forget()
            told.append(deal_columns.deal_columns(log))
    for one in told:
        assert [one.names("outcome")[place] for place in one.outcome] == ["won", "lost", "open"]
        assert one.is_("lost_to", "Rival").tolist() == [False, True, False]
        assert one.is_("currency", "SEK").tolist() == [False, False, True]
        assert one.is_("segment", "large").tolist() == [True, False, False]
        assert one.currency.tolist() == [0, -1, 1]
        assert one.account.tolist() == [0, 1, -1]
        assert (one.cid >= 0).tolist() == [True, False, False]
        assert one.first.tolist() == [True, True, True]
        assert np.isnan(one.amount).tolist() == [False, True, True]
