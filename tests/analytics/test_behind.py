"""Every number leads to the cases it counts: as many as it says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.answers import QUESTIONS
from polku.analytics.asked import Asked
from polku.analytics.behind import KEYS, OPENED, cases_behind
from polku.analytics.questions import answer, open_study
from polku.errors import QuestionError
from tests.analytics.test_against_oracle import a_log as a_random_log
from tests.analytics.worlds import TODAY, a_world

ASKED: dict[str, tuple[Asked, ...]] = {
    "paths": (Asked(), Asked(of="activity"), Asked(of="step", transform="exposure")),
    "variants": (Asked(), Asked(of="step", transform="exposure")),
    "time": (Asked(), Asked(definition="first-first"), Asked(definition="every-next")),
    "funnel": (Asked(), Asked(mode="any"), Asked(mode="strict"), Asked(of="step", window=dt.timedelta(20))),
}


def check(study: Any, question: str, asked: Asked) -> int:
    """Opens every number of an answer; how many there were."""
    told = answer(study, question, asked)
    opened = 0
    for row in told.rows():
        key = {name: row[name] for name in KEYS[question]}
        for column in OPENED[question]:
            if column == "missing":
                known = 0 if row["completeness"] is None else round(row["completeness"] * row["required"])
                number = None if row["required"] is None else row["required"] - known
            else:
                number = row[column]
            if number is None:
                continue
            behind = cases_behind(study, question, key, column, asked)
            assert len(behind) == number, (question, asked, key, column)
            assert len(set(behind.case)) == len(behind) or question == "deals"
            opened += 1
    return opened


@pytest.mark.parametrize("seed", range(6))
def test_as_many_cases_stand_behind_a_number_as_it_says(tmp_path: Path, seed: int) -> None:
    workspace, journey, events, people = a_world(seed)
    opened = 0
    with a_random_log(tmp_path, events, people) as log:
        for kind in ("round", "account"):
            study = open_study(
                log,
                workspace,
                journey=journey.id,
                case=kind,
                today=TODAY,
                cases="events > 1" if seed % 2 else None,
            )
            for question in OPENED:
                if QUESTIONS[question].case in (None, kind):
                    for asked in ASKED.get(question, (Asked(),)):
                        opened += check(study, question, asked)
            study.close()
    assert opened


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    workspace, journey, events, people = a_world(1)
    with a_random_log(tmp_path, events, people) as log:
        study = open_study(log, workspace, journey=journey.id, today=TODAY)
        for question, row, column in (
            ("touches", {}, "count"),
            ("paths", {"from": "nowhere", "to": None}, "cases"),
            ("paths", {}, "cases"),
            ("steps", {"step": "no-step"}, "cases"),
            ("funnel", {"stage": "no-stage"}, "reached"),
            ("coverage", {"part": "king"}, "accounts"),
            ("paths", {"from": None, "to": None}, "share_out"),
        ):
            with pytest.raises(QuestionError):
                cases_behind(study, question, row, column)
