"""Figures that the descriptions of published data sets state, reproduced from what was imported."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.records.groups import roll_up
from polku.records.log import open_log
from tests.sources.test_real_data import PIPELINE, bring

Shared = Callable[[str], Path]


@pytest.mark.parametrize(
    ("name", "events", "cases", "activities", "period"),
    [
        ("02_teleclaims.xes.gz", 46138, 3512, None, ("1970-01-01", "1970-01-01")),
        ("15_bpic2020_permit_log_1t_per_variant.xes.gz", 26028, 1478, 51, None),
        ("running-example-transformed.csv", 42, 6, None, None),
    ],
)
def test_small_logs_have_their_cases_activities_and_period(
    shared_data: Shared, tmp_path: Path, name: str, events: int, cases: int, activities: int | None,
    period: tuple[str, str] | None,
) -> None:  # fmt: skip
    bring(tmp_path, [shared_data("small-event-logs") / name])
    with open_log(tmp_path) as log:
        found = log.rows(
            "SELECT count(*), count(DISTINCT e.case_id), count(DISTINCT c.activity), min(e.time)::DATE::VARCHAR, "
            "max(e.time)::DATE::VARCHAR FROM {events} e JOIN {codes} c ON c.code = e.code"
        )[0]
    assert found[:2] == (events, cases)
    assert activities is None or found[2] == activities
    assert period is None or found[3:] == period


TICKETS: dict[str, Any] = {
    "id": "tickets",
    "kind": "support",
    "reads": "customer_support_tickets*",
    "fills": [
        {"table": "people", "columns": {"person_id": "Customer Email", "name": "Customer Name", "email": "Customer Email"}},
        *(
            {"table": "events", "when": column, "activity": activity, "columns": {
                "event_id": f"{{Ticket ID}}/{activity}", "time": column, "case_id": "Ticket ID", "person_id": "Customer Email",
                "channel": "Ticket Channel"}}
            for column, activity in (
                ("Date of Purchase", "Purchase"), ("First Response Time", "First response"), ("Time to Resolution", "Resolved"),
            )
        ),
        {"table": "events", "when": "Customer Satisfaction Rating", "activity": "CSAT", "columns": {
            "event_id": "{Ticket ID}/csat", "time": "Time to Resolution", "case_id": "Ticket ID", "person_id": "Customer Email",
            "score": "Customer Satisfaction Rating", "score_kind": "=csat", "score_max": "=5"}},
    ],
}  # fmt: skip


def test_tickets_with_lines_in_their_cells_keep_their_faults(shared_data: Shared, tmp_path: Path) -> None:
    done = bring(tmp_path, [shared_data("support-tickets") / "customer_support_tickets.csv.gz"], TICKETS)
    (count,) = done.counts
    assert (count.used, count.rejected, count.repeated) == (8469, 0, 0)
    with open_log(tmp_path) as log:
        happened = dict(
            log.rows(
                "SELECT c.activity, count(*) FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY 1"
            )
        )
        channels = log.rows("SELECT count(DISTINCT channel) FROM {codes} WHERE channel IS NOT NULL")[0][0]
        late = log.rows(
            "SELECT count(*) FROM (SELECT e.case_id FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY e.case_id "
            "HAVING min(e.time) FILTER (WHERE c.activity = 'Resolved') < min(e.time) FILTER (WHERE c.activity = 'First response'))"
        )[0][0]
        scores = log.rows("SELECT count(*), min(score), max(score) FROM {events} WHERE score IS NOT NULL")[0]
    closed, waiting = 2769, 2881
    assert happened == {
        "Purchase": 8469,
        "First response": closed + waiting,
        "Resolved": closed,
        "CSAT": closed,
    }
    assert channels == 4
    assert late == 1365
    assert scores == (closed, 1.0, 5.0)


LEADS: dict[str, Any] = {
    "id": "leads",
    "kind": "marketing",
    "reads": "leads*",
    "fills": [
        {
            "table": "accounts",
            "columns": {"account_id": "Prospect ID"},
            "values": {"status": {"of": "Converted", "1": "customer", "else": "prospect"}},
        }
    ],
}


def test_leads_without_dates_come_in_as_what_they_are(shared_data: Shared, tmp_path: Path) -> None:
    bring(tmp_path, [shared_data("x-education-leads") / "Leads.csv.gz"], LEADS)
    with open_log(tmp_path) as log:
        assert log.rows("SELECT count(*), round(avg((status = 'customer')::INT), 3) FROM {accounts}") == [
            (9240, 0.385)
        ]
        assert log.rows("SELECT count(*) FROM {events}") == [(0,)]


def test_mavens_subsidiaries_add_up_to_their_parents(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("maven-crm-sales")
    bring(tmp_path, [folder / "accounts.csv", folder / "sales_pipeline.csv"], PIPELINE)
    with (folder / "accounts.csv").open(encoding="utf-8", newline="") as file:
        parents = {row["account"]: row["subsidiary_of"] for row in csv.DictReader(file)}
    groups: dict[str, float] = defaultdict(float)
    with (folder / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["deal_stage"] == "Won":
                groups[parents[row["account"]] or row["account"]] += float(row["close_value"])
    won = (
        "SELECT coalesce(a.name, d.account_id), sum(d.amount) FROM {deals} d LEFT JOIN {accounts} a USING (account_id) "
        "WHERE d.outcome = 'won' GROUP BY 1"
    )
    with open_log(tmp_path) as log:
        rolled = roll_up(log, {})
        assert rolled.rolled_up == 15
        assert dict(rolled.rows(won)) == dict(groups)
        assert rolled.rows("SELECT count(*) FROM {accounts}") == [(70,)]
