"""What scales out: Spark answers as DuckDB does, value by value, on random logs and on the example."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answered_by, ask
from polku.documents import Workspace
from polku.errors import QuestionError
from polku.formats import read_workspace
from polku.records.log import Log, open_log
from tests.analytics.markets import a_market
from tests.analytics.worlds import TODAY

DAYS = dt.timedelta(days=30)
ASKED: tuple[tuple[str, Asked, dict[str, Any]], ...] = (
    ("paths", Asked(of="activity"), {"case": "account"}),
    ("paths", Asked(of="step", transform="exposure"), {}),
    ("paths", Asked(of="stage", transform="first"), {"cases": "touched(demo) or events > 2"}),
    ("paths", Asked(of="touchpoint"), {"events": "activity != Call", "case": "account"}),
    ("funnel", Asked(of="stage"), {}),
    ("funnel", Asked(of="stage", window=DAYS), {"case": "account"}),
    ("funnel", Asked(of="stage", mode="strict"), {}),
    ("funnel", Asked(of="stage", mode="any", window=DAYS), {}),
    ("funnel", Asked(of="stage", people=2), {}),
    ("coverage", Asked(), {}),
    ("coverage", Asked(), {"cases": "segment = unknown"}),
)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """An engine for all; small queries spend their time on being compiled, so they are not."""
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install 'polku[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or later")
    from pyspark.sql import SparkSession

    from polku.records.spark import SparkEngine

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    engine = SparkEngine()
    yield engine
    engine.close()
    session.stop()


def told(log: Log, workspace: Workspace, question: str, asked: Asked, journey: str, **chosen: Any) -> Any:
    try:
        return ask(log, workspace, question, asked, journey=journey, **chosen).to_json()
    except QuestionError as error:
        return error.message


@pytest.mark.long
@pytest.mark.parametrize("seed", [4, 18, 39])
def test_spark_says_what_duckdb_says(seed: int, tmp_path: Path, spark: Any) -> None:
    market = a_market(seed)
    with market.log(tmp_path) as log:
        out = Log(log.version, spark, log.case)
        asked_all = list(ASKED)
        random.Random(seed).shuffle(asked_all)
        for question, asked, chosen in asked_all:
            chosen = {**chosen, "today": TODAY}
            known = told(log, market.workspace, question, asked, "walk", **chosen)
            assert told(out, market.workspace, question, asked, "walk", **chosen) == known, (question, asked)


@pytest.mark.long
def test_spark_says_of_the_example_what_duckdb_says(tmp_path: Path, spark: Any, example_data: Path) -> None:
    folder = shutil.copytree(example_data, tmp_path / "[a] {b}")
    workspace = read_workspace(folder)
    with open_log(folder) as log:
        out = Log(log.version, spark, log.case)
        for question in ("paths", "funnel", "coverage"):
            known = told(log, workspace, question, Asked(), "new-machine", today=dt.date(2026, 11, 18))
            assert known["rows"]
            assert (
                told(out, workspace, question, Asked(), "new-machine", today=dt.date(2026, 11, 18)) == known
            )


def test_what_does_not_scale_out_is_refused() -> None:
    for question, one in QUESTIONS.items():
        assert answered_by("duckdb", question) is one
        if one.scales_out:
            assert answered_by("spark", question) is one
            continue
        with pytest.raises(QuestionError) as refused:
            answered_by("spark", question)
        assert refused.value.message.id == "analytics.not-on-spark"
    assert [question for question, one in QUESTIONS.items() if one.scales_out] == [
        "paths",
        "coverage",
        "funnel",
    ]
