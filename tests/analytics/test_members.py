"""Memberships by number: by their places in files and by names they are the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polku.analytics.columns import members
from polku.documents import PARTS
from polku.records.log import Log
from tests.analytics.small import a_log
from tests.analytics.worlds import TODAY

ONE_EACH: list[dict[str, Any]] = [
    {"person_id": "ann", "account_id": "a", "parts": ["operator"]},
    {
        "person_id": "bo",
        "account_id": "b",
        "parts": ["operator", "decision-maker"],
        "from": dt.date(2026, 1, 5),
    },
    {"person_id": "cy", "account_id": "a", "parts": [], "to": dt.date(2026, 2, 5)},
    {"person_id": "di", "account_id": "c", "parts": ["gardener"], "primary": True},
]


def of_crm(folder: Path, *more: dict[str, Any]) -> Log:
    """A log in which four people have a membership each, and more."""
    events = ("a: guide call visit", "b: guide", "c: call")
    return a_log(folder, *events, more={"memberships": [*ONE_EACH, *more]})


def rows_of(told: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Memberships as rows of numbers, whatever the order of their columns."""
    return list(zip(*(told[name].tolist() for name in sorted(told)), strict=True))


def test_places_tell_whose_memberships_are_where_everybody_has_one(tmp_path: Path) -> None:
    with of_crm(tmp_path) as log:
        by_place, by_name = members._by_place(log), members._by_name(log)
        parts = members._parts_of(log)

    assert by_place is not None
    assert rows_of(by_place) == rows_of(by_name)
    decides, works = (PARTS.index(part) for part in ("decision-maker", "operator"))
    said = sorted(zip(parts["account"].tolist(), parts["part"].tolist(), strict=True))
    assert said == sorted(
        [(0, works), (0, members.UNKNOWN), (1, works), (1, decides), (2, members.UNKNOWN)],
    )


def test_who_has_two_memberships_is_found_by_name(tmp_path: Path) -> None:
    later = {"person_id": "ann", "account_id": "b", "parts": ["decision-maker"], "from": dt.date(2026, 1, 9)}
    with of_crm(tmp_path, later) as log:
        assert members._by_place(log) is None
        told = members._memberships(log)

    assert told["person"].tolist() == [0, 0, 1, 2, 3]
    assert told["account"].tolist() == [1, 0, 1, 0, 2]


def test_days_of_many_moments_are_those_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from polku.analytics.asking.questions import open_study
    from tests.analytics.markets import a_market

    moments = np.arange(40, dtype=np.int64) * 5 * 3_600_000_000 + 1_760_000_000_000_000
    moments[[3, 17]] = members.NOTHING
    market = a_market(2)
    with market.log(tmp_path) as log:
        study = open_study(log, market.workspace, today=TODAY)
        whole = members.days_of(study, moments)
        monkeypatch.setattr(members, "_AT_ONCE", 7)
        assert members.days_of(study, moments).tolist() == whole.tolist()

    assert whole[[3, 17]].tolist() == [members.FAR] * 2
    assert 0 <= whole[39] - whole[0] - 8 <= 1


def test_first_acts_of_many_events_are_grouped_by_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.analytics.asking.questions import open_study
    from tests.analytics.markets import a_market

    market = a_market(3)
    with market.log(tmp_path) as log:
        study = open_study(log, market.workspace, today=TODAY)
        read = members._people(study)
        monkeypatch.setattr(members, "_READ", 0)
        grouped = members._people(study)

    assert read.seen.tolist() == grouped.seen.tolist()
    assert (read.seen < members.FAR).any()
