"""Real exports: what is read of them equals what plain Python counts in them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from polku.documents import Settings, Source, Workspace
from polku.records.log import open_log
from polku.sources.importing import Imported, import_files
from tests.sources.staged import warned

Shared = Callable[[str], Path]

PIPELINE = {
    "id": "crm-deals",
    "kind": "crm",
    "reads": "sales_pipeline*.csv",
    "fills": [
        {
            "table": "deals",
            "columns": {
                "deal_id": "opportunity_id", "account_id": "account", "created": "engage_date", "closed": "close_date",
                "amount": "close_value", "product": "product", "owner": "sales_agent",
            },
            "values": {
                "product": {"GTXPro": "GTX Pro"},
                "outcome": {"of": "deal_stage", "Won": "won", "Lost": "lost", "else": "open"},
            },
        },
    ],
}  # fmt: skip


def workspace(*sources: dict[str, Any]) -> Workspace:
    made = [Source.model_validate(source) for source in sources]
    return Workspace(Settings(), sources={source.id: source for source in made})


def bring(tmp_path: Path, files: list[Path], *sources: dict[str, Any]) -> Imported:
    done = import_files(workspace(*sources), tmp_path, files)
    for read, count in zip(done.read, done.counts, strict=True):
        assert read.rows == count.used + count.rejected + count.repeated
    return done


def test_maven_deals_are_won_and_last_as_the_csv_says(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("maven-crm-sales")
    done = bring(tmp_path, [folder / "accounts.csv", folder / "sales_pipeline.csv"], PIPELINE)

    with (folder / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        plain = list(csv.DictReader(file))
    won = [row for row in plain if row["deal_stage"] == "Won"]
    lost = [row for row in plain if row["deal_stage"] == "Lost"]
    days = [
        (dt.date.fromisoformat(row["close_date"]) - dt.date.fromisoformat(row["engage_date"])).days
        for row in (*won, *lost)
    ]
    with open_log(tmp_path) as log:
        found = log.rows(
            "SELECT count(*) FILTER (outcome = 'won'), count(*) FILTER (outcome = 'lost'), count(*), "
            "median(date_diff('day', created, closed)), sum(amount), count(*) FILTER (account_id IS NULL) FROM {deals}"
        )[0]
        products = dict(log.rows("SELECT product, count(*) FROM {deals} GROUP BY 1"))
        accounts = log.rows("SELECT count(*), count(parent) FROM {accounts}")[0]
    assert found == (
        len(won), len(lost), 8800, median(days), sum(float(row["close_value"] or 0) for row in plain), 1425,
    )  # fmt: skip
    assert (len(won), len(lost)) == (4238, 2473)
    assert accounts == (85, 15)
    assert "GTXPro" not in products
    assert products["GTX Pro"] == sum(row["product"] == "GTXPro" for row in plain)
    without = [w for w in done.read[1].warnings if w.id == "sources.deals-without-account"]
    assert [warning.params["count"] for warning in without] == [1425]


def olist(folder: Path, **how: str) -> list[dict[str, Any]]:
    leads = {
        "id": "leads",
        "kind": "marketing",
        "reads": "*qualified_leads*.csv",
        "table": "events",
        "columns": {
            "event_id": "mql_id",
            "time": "first_contact_date",
            "account_id": "mql_id",
            "channel": "origin",
        },
        "activity": "Lead qualified",
    }
    deals = {
        "id": "closed",
        "kind": "crm",
        "reads": "*closed_deals*.csv",
        "join": {
            "file": "olist_marketing_qualified_leads_dataset.csv",
            "on": "mql_id",
            "to": "mql_id",
            "columns": {"first_contact": "first_contact_date"},
        },
        "fills": [
            {
                "table": "deals",
                "columns": {
                    "deal_id": "mql_id",
                    "account_id": "mql_id",
                    "created": "first_contact",
                    "closed": "won_date",
                },
                "values": {"outcome": {"of": "mql_id", "else": "won"}},
            },
            {
                "table": "events",
                "columns": {"event_id": "mql_id", "time": "won_date", "account_id": "mql_id"},
                "activity": "Deal won",
            },
        ],
    }
    return [{**leads, **how}, {**deals, **how}]


def test_both_copies_of_olist_give_the_same_figures(shared_data: Shared, tmp_path: Path) -> None:
    figures = []
    for name in ("", "excel-mangled"):
        folder = shared_data("olist-marketing-funnel") / name
        files = [
            folder / "olist_marketing_qualified_leads_dataset.csv",
            folder / "olist_closed_deals_dataset.csv",
        ]
        home = tmp_path / (name or "plain")
        home.mkdir()
        done = bring(home, files, *olist(folder))
        early = [w for w in done.read[1].warnings if w.id == "sources.closed-before-created"]
        assert [warning.params["count"] for warning in early] == [1]
        with open_log(home) as log:
            figures.append(
                log.rows(
                    "SELECT count(*), count(DISTINCT account_id), median(date_diff('day', created, closed)), "
                    "max(date_diff('day', created, closed)), min(date_diff('day', created, closed)) FROM {deals}"
                )
                + log.rows("SELECT channel, count(*) FROM {events} GROUP BY 1 ORDER BY 1")
                + log.rows("SELECT CAST(time AS DATE), count(*) FROM {events} GROUP BY 1 ORDER BY 1")
            )
    assert figures[0] == figures[1]
    assert figures[0][0][:2] == (842, 842)


def test_ranges_that_a_spreadsheet_made_dates_of_are_told(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("olist-marketing-funnel/excel-mangled")
    (mapping,) = olist(folder)[1:]
    mapping["fills"] = [
        {"table": "deals", "columns": {"deal_id": "mql_id", "closed": "won_date", "product": "average_stock"}}
    ]
    done = bring(tmp_path, [folder / "olist_closed_deals_dataset.csv"], {**mapping, "join": []})
    told = [w for w in done.read[0].warnings if w.id == "sources.dates-like"]
    assert [warning.params["column"] for warning in told] == ["average_stock"]
    assert not {w for w in warned(done.read[0]) if w.startswith("dates-by")}


def edges_of(text: str) -> Counter[tuple[str | None, str | None]]:
    """Directly-follows counts of a log, by patterns and plain Python alone; events of a time keep their order."""
    counts: Counter[tuple[str | None, str | None]] = Counter()
    traces: dict[str, list[tuple[dt.datetime, int, str]]] = defaultdict(list)
    for number, found in enumerate(re.findall(r"<trace>(.*?)</trace>", text, re.S)):
        head = found.split("<event>")[0]
        name = re.search(r'key="concept:name" value="([^"]*)"', head)
        for event in re.findall(r"<event>(.*?)</event>", found, re.S):
            activity = re.search(r'<string key="concept:name" value="([^"]*)"', event)
            time = re.search(r'<date key="time:timestamp" value="([^"]*)"', event)
            assert activity and time
            path = traces[name[1] if name else f"trace {number}"]
            path.append((dt.datetime.fromisoformat(time[1]), len(path), activity[1]))
    for events in traces.values():
        activities = [activity for _, _, activity in sorted(events)]
        for pair in zip([None, *activities], [*activities, None], strict=True):
            counts[pair] += 1
    return counts


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("bpic2013-volvo-it/06_bpic2013_closed.xes.gz", 6_660),
        pytest.param("bpic2013-volvo-it/07_bpic2013_incidents.xes.gz", 65_533, marks=pytest.mark.long),
        pytest.param("bpic2012-loan/bpic2012.xes.gz", 262_200, marks=pytest.mark.long),
    ],
)
def test_edges_of_a_log_equal_a_plain_count(
    shared_data: Shared, tmp_path: Path, name: str, events: int
) -> None:
    file = shared_data(name)
    bring(tmp_path, [file])
    with open_log(tmp_path) as log:
        assert log.default_case == "case"
        found = Counter(
            {
                (start, end): count
                for start, end, count in log.rows(
                    "SELECT a.activity, b.activity, count(*) FROM {moves} m JOIN {codes} a ON a.code = m.code "
                    "LEFT JOIN {codes} b ON b.code = m.nxt GROUP BY ALL "
                    "UNION ALL SELECT NULL, a.activity, count(*) FROM {moves} m JOIN {codes} a ON a.code = m.code "
                    "WHERE ord = 1 GROUP BY ALL"
                )
            }
        )
    with gzip.open(file, "rt", encoding="utf-8") as text:
        wanted = edges_of(text.read())
    assert found == wanted
    assert sum(count for (start, _), count in found.items() if start is not None) == events
