"""Every question, with all that can be in its answer: as a table in each language, and as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study
from polku.analytics.compare import COMPARED, compare
from polku.analytics.study import Study
from polku.cli.measure_table import told
from polku.documents import Improvement, Journey, Workspace
from polku.errors import QuestionError
from polku.exports.answer_files import answer_csv, answer_json, answer_parquet
from polku.records.log import Log
from polku.studio.explore.fields import CHOICES, OWN
from polku.words import reader
from tests.analytics.markets import a_market
from tests.analytics.worlds import TODAY

RULES = [
    {"id": "soon", "rule": "response", "of": "call", "then": "demo"},
    {"id": "never", "rule": "absence", "of": "visit"},
    {"id": "idle", "rule": "response", "of": "peers", "then": "demo"},
]
ASKED = {"funnel": Asked(of="stage"), "effect": Asked(improvement="better"), "time": Asked(of="step")}

ASKED_OTHERWISE = [
    (question, replace(ASKED.get(question, Asked()), **{option: (one,) if option == "models" else one}))
    for question, known in QUESTIONS.items()
    for option in known.options
    for one in OWN.get((question, option), CHOICES.get(option, ()))
]
"""Every question by all that can be chosen from a list, as Explore offers it."""
NEEDS_MORE = {
    "analytics.attribution-deals-of-case",
    "analytics.attribution-event-value",
    "analytics.funnel-needs-stages",
    "analytics.time-needs-pair",
    "analytics.voice-needs-contracts",
}
"""What such a choice may say in place of an answer: what else it asks for."""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Log, Workspace]]:
    """A random market with a little of everything."""
    found = a_market(18)
    journey = Journey.model_validate({**found.journey.model_dump(by_alias=True), "rules": RULES})
    better = Improvement.model_validate(
        {
            "id": "better",
            "measure": {"kind": "time", "from": "call", "to": "demo"},
            "live": "2025-01-05",
            "target": 2.5,
            "solves": [{"journey": "walk", "step": journey.steps[0].id}],
        }
    )
    workspace = replace(found.workspace, journeys={"walk": journey}, improvements={"better": better})
    with found.log(tmp_path_factory.mktemp("market")) as log:
        yield log, workspace


def _study(market: tuple[Log, Workspace], question: str, cases: str | None = None) -> Study:
    log, workspace = market
    return open_study(log, workspace, question=question, journey="walk", cases=cases, today=TODAY)


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_can_be_said_in_every_language(
    question: str, language: str, market: tuple[Log, Workspace]
) -> None:
    study = _study(market, question)
    result = answer(study, question, ASKED.get(question))

    said = told(result, study, reader(language), top=1000)

    study.close()
    assert len(said.splitlines()) > 2
    assert "None" not in said


@pytest.mark.parametrize(("question", "asked"), ASKED_OTHERWISE)
def test_a_table_can_be_said_of_all_that_can_be_chosen(
    question: str, asked: Asked, market: tuple[Log, Workspace]
) -> None:
    study = _study(market, question)
    try:
        result = answer(study, question, asked)
    except QuestionError as error:
        assert error.message.id in NEEDS_MORE
        return
    finally:
        study.close()

    said = told(result, study, reader("en"), top=1000)

    assert len(said.splitlines()) > 2
    assert "None" not in said


@pytest.mark.parametrize("question", QUESTIONS)
def test_files_hold_every_row(question: str, market: tuple[Log, Workspace], tmp_path: Path) -> None:
    study = _study(market, question)
    result = answer(study, question, ASKED.get(question))
    study.close()

    assert len(json.loads(answer_json(result))["rows"]) == len(result)
    assert len(list(csv.reader(io.StringIO(answer_csv(result).decode())))) == len(result) + 1
    (tmp_path / "answer.parquet").write_bytes(answer_parquet(result))
    (rows,) = duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/answer.parquet'").fetchall()
    assert rows == (len(result),)


@pytest.mark.parametrize("question", COMPARED)
def test_a_comparison_can_be_said_in_every_language(question: str, market: tuple[Log, Workspace]) -> None:
    one, other = _study(market, question, "segment = big"), _study(market, question, "segment != big")
    try:
        result = compare(one, other, question, ASKED.get(question) or Asked())
    except QuestionError:
        pytest.skip("one of the two has nothing to ask it of")
    for language in ("en", "fi", "sv", "da"):
        said = told(result, one, reader(language), top=1000)
        assert "None" not in said
    assert len(json.loads(answer_json(result))["rows"]) == len(result)
    assert answer_csv(result)
    assert answer_parquet(result)
    one.close()
    other.close()
