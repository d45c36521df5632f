"""Real deals: win rates, days and faults equal what plain Python counts in the CSV files."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from polku.analytics.asking.questions import ask
from polku.documents import Settings, Workspace
from polku.records.log import open_log
from polku.sources.importing import import_files
from tests.sources.test_real_data import PIPELINE, olist, workspace

EMPTY = Workspace(settings=Settings())


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def middle(values: list[float]) -> float:
    """The lower of the two middle ones, as everywhere."""
    return sorted(values)[(len(values) - 1) // 2]


def test_maven_deals_are_won_as_often_and_as_fast_as_the_csv_says(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shared_data("maven-crm-sales")
    import_files(workspace(PIPELINE), tmp_path, [folder / "accounts.csv", folder / "sales_pipeline.csv"])
    plain = rows_of(folder / "sales_pipeline.csv")

    with open_log(tmp_path) as log:
        result = ask(log, EMPTY, "deals")

    won, lost = ([row for row in plain if row["deal_stage"] == stage] for stage in ("Won", "Lost"))
    assert result.to_json()["win_rate"] == len(won) / (len(won) + len(lost))
    rows = {row["outcome"]: row for row in result.rows()}
    for outcome, deals in (("won", won), ("lost", lost)):
        days = [
            (dt.date.fromisoformat(row["close_date"]) - dt.date.fromisoformat(row["engage_date"])).days
            for row in deals
        ]
        assert rows[outcome]["count"] == len(deals)
        assert rows[outcome]["median_days"] == middle([float(day) for day in days])
        assert rows[outcome]["value"] == sum(float(row["close_value"]) for row in deals)
    assert rows["open"]["count"] == len(plain) - len(won) - len(lost)
    assert result.about.remainder == {"deals_without_account": 1425}
    assert result.about.cases == len(plain)


def test_the_olist_deal_that_was_won_before_its_first_contact_is_told(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shared_data("olist-marketing-funnel")
    files = [folder / f"olist_{name}_dataset.csv" for name in ("marketing_qualified_leads", "closed_deals")]
    import_files(workspace(*olist(folder)), tmp_path, files)

    with open_log(tmp_path) as log:
        result = ask(log, EMPTY, "deals")
        found = ask(log, EMPTY, "paths")

    assert result.about.remainder == {"deals_closed_before_created": 1, "deals_won_before_first_contact": 1}
    assert [(row["outcome"], row["count"]) for row in result.rows()] == [("won", 842)]
    first = {row["mql_id"]: row["first_contact_date"] for row in rows_of(files[0])}
    # A contact known to the day stands at the end of its day.
    late = sum(row["won_date"][:10] <= first[row["mql_id"]] for row in rows_of(files[1]))
    assert {(row["from"], row["to"]): row["count"] for row in found.rows() if row["from"] and row["to"]} == {
        ("Lead qualified", "Deal won"): 842 - late,
        ("Deal won", "Lead qualified"): late,
    }
