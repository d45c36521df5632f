"""An answer is computed once for the same data, map, question and parameters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from polku.records import cache
from polku.records.lake import Lake, Version
from polku.records.publish import publish
from tests.records.staged_logs import events, stage


@pytest.fixture
def version(tmp_path: Path) -> Version:
    lake = Lake(tmp_path / "lake")
    publish(lake, [stage(tmp_path / "staged", events=events("2026-01-05 acme call"))])
    return lake.open()


class Asked:
    """Counts how often it is computed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Any]:
        self.times += 1
        return {"rows": [("a", 1, None)], "on": dt.date(2026, 1, 5), "time": self.times}


def test_the_same_question_is_computed_once_and_answered_alike(version: Version) -> None:
    asked = Asked()

    first, again = (cache.cached(version, "paths", {"b": 1, "a": [2]}, "map", asked) for _ in range(2))

    assert asked.times == 1
    assert first == again == {"rows": [["a", 1, None]], "on": "2026-01-05", "time": 1}


@pytest.mark.parametrize(
    ("question", "parameters", "map_digest"),
    [("steps", {}, "map"), ("paths", {"of": "step"}, "map"), ("paths", {}, "m")],
)
def test_another_question_parameter_or_map_is_computed(
    version: Version, question: str, parameters: dict[str, str], map_digest: str
) -> None:
    asked = Asked()
    cache.cached(version, "paths", {}, "map", asked)

    cache.cached(version, question, parameters, map_digest, asked)

    assert asked.times == 2


@pytest.mark.parametrize("damage", ["{", '{"key": 1}', "answer"])
def test_a_damaged_answer_is_computed_anew(version: Version, damage: str) -> None:
    asked = Asked()
    cache.cached(version, "paths", {}, "map", asked)
    (file,) = (version.folder / "results").glob("*.json")
    text = file.read_text("utf-8")
    file.write_text(text.replace('"a", 1', '"a", 2') if damage == "answer" else damage, "utf-8")

    answer = cache.cached(version, "paths", {}, "map", asked)

    assert (asked.times, answer["rows"]) == (2, [["a", 1, None]])


def test_a_folder_that_takes_no_answers_is_no_reason_to_fail(version: Version) -> None:
    (version.folder / "results").write_text("not a folder", "utf-8")

    assert cache.cached(version, "paths", {}, "map", Asked())["time"] == 1


def test_the_answer_not_used_for_longest_goes_first(
    version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for number in range(5):
        cache.cached(version, "paths", {"number": number}, "map", Asked())

    assert len(list((version.folder / "results").glob("*.json"))) == 3
