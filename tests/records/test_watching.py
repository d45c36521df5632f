"""Long work is told of while it lasts, and stops within a second of being asked to."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from polku.errors import Cancelled
from polku.records.engine import Engine
from polku.records.lake import Draft, Lake
from polku.records.publish import publish
from polku.records.watching import Progress, watched
from polku.words import Message
from tests.records.staged_logs import events, stage

LONG = "SELECT count(*) FROM range(100000) a(x), range(1000000) b(y) WHERE hash(x, y) = 7"


def test_a_query_that_takes_long_is_stopped_by_whoever_watches(tmp_path: Path) -> None:
    began = time.monotonic()

    def progress(message: Message, share: float) -> None:
        if time.monotonic() - began > 0.4:
            raise Cancelled(Message("records.cancelled"))

    with Engine() as engine:

        def work(tell: Progress) -> None:
            tell(Message("records.writing"), 0.5)
            with engine.sibling() as beside:
                beside.rows(LONG)

        with pytest.raises(Cancelled):
            watched(work, progress, engine.interrupt)
    assert time.monotonic() - began < 5


def test_what_the_work_gives_or_raises_comes_back() -> None:
    told: list[float] = []

    def fail(tell: Progress) -> None:
        raise KeyError("x")

    assert (
        watched(lambda tell: tell(Message("records.writing"), 1.0) or 7, lambda m, s: told.append(s), print)
        == 7
    )  # type: ignore[func-returns-value]
    assert told == [1.0]
    with pytest.raises(KeyError):
        watched(fail, lambda message, share: None, print)


def test_a_publish_that_is_stopped_leaves_the_lake_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path / "lake")
    entry = Draft.entry

    def slowly(self: Draft, *args: Any, **more: Any) -> Any:
        time.sleep(0.5)  # long enough for the word to stop to arrive before all is written
        return entry(self, *args, **more)

    monkeypatch.setattr(Draft, "entry", slowly)

    def progress(message: Message, share: float) -> None:
        if share > 0.2:
            raise Cancelled(Message("records.cancelled"))

    with pytest.raises(Cancelled):
        publish(lake, [stage(tmp_path / "a", events=events("2026-01-05 acme call"))], progress=progress)

    assert not lake.exists()
    assert [path.name for path in lake.folder.iterdir()] == [".lock"]
