"""Columns of walks that are read before they are asked for, beside what is asked."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.columns import blocks
from polku.analytics.columns.blocks import kept_blocks, read_ahead
from tests.analytics.small import a_log


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Which ranges of cases are read, in pieces of two events."""
    found: list[tuple[int, int]] = []
    read = blocks._read

    def counting(log: Any, stored: str, low: int, high: int) -> Any:
        found.append((low, high))
        return read(log, stored, low, high)

    monkeypatch.setattr(blocks, "_read", counting)
    monkeypatch.setattr(blocks, "PIECE", 2)
    blocks.forget()
    return found


def test_blocks_are_read_some_at_a_time_and_once_by_whoever_comes_first(
    tmp_path: Path, reads: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "TOGETHER", 3)
    with a_log(tmp_path, *(f"{name}: guide call visit" for name in "abcdefgh")) as log:
        beside = log.beside()
        ahead = threading.Thread(target=read_ahead, args=(beside, "account", threading.Event()))
        ahead.start()
        kept = kept_blocks(log, "account")
        assert kept is not None
        found = kept.each(log, lambda block: (block.cid[0], block.cid[-1], len(block.code), block.start[-1]))
        ahead.join()
        beside.close()

    assert sum(events for _, _, events, _ in found) == sum(rows for *_, rows in found) == 24
    assert all(
        low <= first <= last <= high
        for (low, high), (first, last, *_) in zip(kept.ranges, found, strict=True)
    )
    together = [kept.ranges[first : first + 3] for first in range(0, len(kept.ranges), 3)]
    assert len(together) > 1
    assert sorted(reads) == [(several[0][0], several[-1][1]) for several in together]


def test_reading_ends_where_nobody_waits_for_it(tmp_path: Path, reads: list[tuple[int, int]]) -> None:
    stop = threading.Event()
    stop.set()
    with a_log(tmp_path, "a: guide call", "b: guide") as log:
        read_ahead(log, "account", stop)

    assert reads == []


def test_what_does_not_fit_is_not_read(
    tmp_path: Path, reads: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "KEPT", 1)
    with a_log(tmp_path, "a: guide call", "b: guide") as log:
        read_ahead(log, "account", threading.Event())

    assert reads == []
