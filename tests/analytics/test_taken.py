"""What follows from a path is found once for its cases: however paths are told apart, answers are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polku.analytics.asking.questions import Asked, answer, open_study
from polku.analytics.columns import blocks
from polku.analytics.walks import taken
from polku.analytics.walks.taken import over_taken, ways_of
from polku.records.log import Log
from tests.analytics.markets import a_log
from tests.analytics.worlds import TODAY, a_world

QUESTIONS = ("steps", "fit", "friction", "deviations", "time")


def told(log: Log, workspace: Any, case: str) -> list[Any]:
    found: list[Any] = []
    for name in QUESTIONS:
        asked = Asked(by="stage") if name == "deviations" else Asked()
        for _ in range(2):
            one = answer(open_study(log, workspace, journey="walk", today=TODAY, case=case), name, asked)
            found.append((one.about, one.rows()))
    return found


@pytest.mark.parametrize("seed", (303, 328, 348, 353, 363, 366))
def test_paths_of_all_of_a_piece_and_of_nothing_kept_agree(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _, events, people = a_world(seed)
    monkeypatch.setattr(blocks, "PIECE", 7)
    with a_log(tmp_path, events, people) as log:
        case = ("account", "round")[seed % 2]
        expected = told(log, workspace, case)
        for name, limit in (("MOST_PATHS", 2), ("KEPT", 0)):
            blocks.forget()
            monkeypatch.setattr(taken if name == "MOST_PATHS" else blocks, name, limit)
            assert told(log, workspace, case) == expected
        blocks.forget()


def test_each_case_takes_the_path_it_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _, events, people = a_world(363)
    monkeypatch.setattr(blocks, "PIECE", 7)
    with a_log(tmp_path, events, people) as log:
        study = open_study(log, workspace, journey="walk", today=TODAY, case="account")

        def walked(piece: Any, way: Any, paths: Any) -> list[bool]:
            own, all_ = (np.split(one.node, one.start[1:]) for one in (piece, paths))
            return [own[case].tolist() == all_[path].tolist() for case, path in enumerate(way.tolist())]

        for most in (1 << 16, 2):
            blocks.forget()
            monkeypatch.setattr(taken, "MOST_PATHS", most)
            found = over_taken(study, study.nodes("step"), lambda paths: paths, walked)
            checked = [one for _, piece in found for one in piece]
            assert checked and all(checked)
            assert len({id(paths) for paths, _ in found}) == (1 if most > 2 else len(found))
        blocks.forget()


def test_ways_of_a_piece_are_distinct(tmp_path: Path) -> None:
    workspace, _, events, people = a_world(366)
    with a_log(tmp_path, events, people) as log:
        study = open_study(log, workspace, journey="walk", today=TODAY, case="account")
        found = over_taken(study, study.nodes("step"), lambda paths: paths, lambda piece, *_: ways_of(piece))
        for _, ways in found:
            paths = [tuple(one) for one in np.split(ways.node, np.cumsum(ways.length)[:-1])]
            assert len(paths) == len(set(paths))
            assert sum(ways.count.tolist()) == len(ways.way)
