"""Columns of walks that are read before they are asked for, beside what is asked."""

from __future__ import annotations

import threading
from dataclasses import replace
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


def test_each_block_is_read_once_by_whoever_comes_first(tmp_path: Path, reads: list[tuple[int, int]]) -> None:
    with a_log(tmp_path, *(f"{name}: guide call visit" for name in "abcdefgh")) as log:
        beside = replace(log, engine=log.engine.sibling())
        ahead = threading.Thread(target=read_ahead, args=(beside, "account", threading.Event()))
        ahead.start()
        kept = kept_blocks(log, "account")
        assert kept is not None
        events = sum(kept.each(log, lambda block: len(block.code)))
        ahead.join()
        beside.close()

    assert events == 24
    assert len(kept.ranges) > 1
    assert sorted(reads) == sorted(kept.ranges)


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
