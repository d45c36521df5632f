"""However the rows come in, split, in any order, or again and again: the same records."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.records import alike, merging
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import publish
from tests.records.staged_logs import stage

TIMES = ("2026-01-05", "2026-01-05 10:00:00", "2026-01-05 10:00:01", "2026-01-06")


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Events with ties, dated ones, unknown accounts and people, some with an id of their own, some said twice."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(TIMES),
                st.sampled_from(("a", "b", None)),
                st.sampled_from(("ann", None)),
                st.sampled_from(("call", "mail", "x")),
                st.booleans(),
            ),
            min_size=1,
            max_size=14,
        )
    )
    return [
        {
            "time": time,
            "precision": "second" if ":" in time else "day",
            "account_id": account,
            "person_id": person,
            "activity": activity,
            # The same id always says the same: whose word is the last one is another question.
            "event_id": f"{time}/{account}/{person}/{activity}" if named else None,
        }
        for time, account, person, activity, named in drawn
    ]


def known(lake: Lake) -> Mapping[str, list[tuple[Any, ...]]]:
    """All that questions may see, without where it came from."""
    with open_log(lake.folder) as log:
        return {
            "events": log.rows(
                "SELECT * EXCLUDE (source_file, source_row, position, code) FROM {events} ORDER BY event_no"
            ),
            "moves": log.rows(
                "SELECT m.* EXCLUDE (code, nxt), c.activity, n.activity AS nxt FROM {moves} m "
                "JOIN {codes} c USING (code) LEFT JOIN {codes} n ON n.code = m.nxt ORDER BY cid, m.ord"
            ),
            "cases": log.rows("SELECT * EXCLUDE (k1, k2) FROM {cases} ORDER BY cid"),
            "accounts": log.rows(
                "SELECT * EXCLUDE (source_file, source_row) FROM {accounts} ORDER BY account_id"
            ),
            "deals": log.rows("SELECT * EXCLUDE (source_file, source_row) FROM {deals} ORDER BY deal_id"),
        }


@settings(max_examples=8)
@given(rows(), st.data())
def test_order_splits_and_repetition_of_files_do_not_show(
    drawn: list[dict[str, Any]], data: st.DataObject
) -> None:
    import_in_pieces(drawn, data)


@settings(max_examples=8)
@given(st.lists(rows(), min_size=2, max_size=3), st.data())
def test_rows_are_told_the_same_whether_many_are_alike_or_few(
    drawn: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = []
        for number, one in enumerate(drawn):
            # Ids by which files say other things, and files that hold all there is.
            said = [{**row, "event_id": row["event_id"] and row["event_id"][:10]} for row in one]
            staged = stage(folder / f"part {number}", f"part-{number % 2}.csv", events=said)
            files.append(replace(staged, whole=data.draw(st.booleans()), sha256=str(number), mapping="m"))
        found = []
        for most, at_once in ((alike.MOST_ALIKE, merging.AT_ONCE), (0, 1)):
            lake, told = Lake(folder / f"lake {most}"), []
            with (
                mock.patch.object(merging, "AT_ONCE", at_once),
                mock.patch.object(alike, "MOST_ALIKE", most),
            ):
                for file in files:
                    told += [one.tables for one in publish(lake, [file]).files]
            with open_log(lake.folder) as log:
                found.append((told, log.rows("SELECT * FROM {events} ORDER BY event_no")))
        assert found[0] == found[1]


@pytest.mark.long
@settings(max_examples=settings().max_examples // 10)
@given(rows(), st.data())
def test_order_splits_and_repetition_of_files_do_not_show_in_many_tries(
    drawn: list[dict[str, Any]], data: st.DataObject
) -> None:
    import_in_pieces(drawn, data)


def import_in_pieces(drawn: list[dict[str, Any]], data: st.DataObject) -> None:
    """Import rows at once, and cut into files that come in any order; compare."""
    members = [{"person_id": "ann", "account_id": "b", "from": "2026-01-06", "parts": ["buyer"]}]
    deals = [{"deal_id": "1", "account_id": "a", "outcome": "won", "amount": 5}]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(drawn)), max_size=2)))
    pieces = [drawn[start:end] for start, end in zip([0, *cuts], [*cuts, len(drawn)], strict=True)]
    numbers = range(len(pieces))
    order = data.draw(st.permutations([*numbers, *data.draw(st.lists(st.sampled_from(numbers), max_size=1))]))
    together = data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        whole, split = Lake(folder / "whole"), Lake(folder / "split")
        publish(whole, [stage(folder / "all", events=drawn, memberships=members, deals=deals)])
        files = [
            stage(
                folder / f"piece {number}",
                f"part-{number}.csv",
                sha256=str(number) if data.draw(st.booleans()) else "",
                events=piece,
                memberships=members if number == 0 else [],
                deals=deals,
            )
            for number, piece in enumerate(pieces)
        ]
        for batch in [order] if together else [[number] for number in order]:
            # So many rows are compared at once; more part by part.
            at_once = data.draw(st.sampled_from((1, merging.AT_ONCE)))
            few = data.draw(st.sampled_from((0, merging.FEW)))
            most = data.draw(st.sampled_from((0, alike.MOST_ALIKE)))
            with (
                mock.patch.multiple(merging, AT_ONCE=at_once, FEW=few),
                mock.patch.object(alike, "MOST_ALIKE", most),
            ):
                published = publish(split, [files[number] for number in batch])
            for file in published.files:
                for counts in file.tables.values():
                    assert counts.rows == counts.new + counts.changed + counts.repeated

        assert known(split) == known(whole)
        assert sum(one["tables"]["events"]["new"] for one in split.manifest["imports"]) == len(
            {tuple(row.values()) for row in drawn}
        )
