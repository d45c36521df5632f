"""What the descriptions of published data sets count, figure by figure, as an import finds it; and no file of them breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.cli.app import run
from polku.records.log import open_log
from tests.sources.test_real_data import PIPELINE, bring, olist

Shared = Callable[[str], Path]

SETS = (
    "bpic2012-loan", "bpic2013-volvo-it", "channelattribution-paths", "hubspot-export-seeds", "maven-crm-sales", "northwind",
    "ocel-logs", "olist-marketing-funnel", "qualtrics-export-seeds", "retentioneering-simple-shop", "salesforce-export-seeds",
    "service-blueprint", "small-event-logs", "support-tickets", "web-analytics-samples", "x-education-leads",
    "xed-nordic-sentiment", "zendesk-export-seeds",
)  # fmt: skip
LARGE = {
    "bpic2012-loan",
    "bpic2013-volvo-it",
    "hubspot-export-seeds",
    "ocel-logs",
    "qualtrics-export-seeds",
    "salesforce-export-seeds",
    "small-event-logs",
    "xed-nordic-sentiment",
    "zendesk-export-seeds",
}
"""What takes long; of Zendesk and Qualtrics the fast run reads the same files in test_every_data_set."""
ENDINGS = ("csv", "tsv", "txt", "gz", "json", "jsonocel", "xmlocel", "xml", "xes", "sqlite", "xsd")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in LARGE else name for name in SETS]
)
def test_no_file_prints_a_traceback(
    shared_data: Shared, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Every file by itself: shown as it would be read, or refused with a sentence that names it."""
    (tmp_path / "polku.yaml").write_text("polku: 1\n", encoding="utf-8")
    files = [one for one in sorted(shared_data(name).rglob("*")) if one.name.endswith(ENDINGS)]
    assert files
    for file in files:
        code = run(["import", str(tmp_path), str(file), "--dry-run"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out, file.name
        assert code in (0, 1), (file.name, code)
        assert (said.out + said.err).strip(), file.name
    assert not (tmp_path / "lake").exists()


def rows_of_readme(folder: Path) -> dict[str, int]:
    """File → its data rows (of logs: events), as the table of the description says."""
    said = (folder / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([^|]+?) \| [\d,]+ \| ([\d,]+)(?: ev / [\d,]+ cases)? \|", said, re.MULTILINE)
    return {file: int(rows.replace(",", "")) for file, rows in found}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long) if name in LARGE else name
        for name in SETS
        if name.endswith("-export-seeds") or name == "web-analytics-samples"
    ],
)
def test_files_have_as_many_rows_as_is_said_of_them(shared_data: Shared, tmp_path: Path, name: str) -> None:
    folder = shared_data(name)
    wanted = rows_of_readme(folder)
    found = {one.name.partition("/")[2]: one.rows for one in bring(tmp_path, [folder]).read}
    assert len(found) > 1
    assert found == {file: wanted[file] for file in found}


def counted(folder: Path, query: str) -> Any:
    with open_log(folder) as log:
        return log.rows(query)


(_deals,) = PIPELINE["fills"]
STAGED: dict[str, Any] = {
    **PIPELINE,
    "fills": [{**_deals, "columns": {**_deals["columns"], "stage": "deal_stage"}}],
}


def test_mavens_stages_days_and_period(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("maven-crm-sales")
    bring(tmp_path, [folder / "accounts.csv", folder / "sales_pipeline.csv"], STAGED)
    assert dict(counted(tmp_path, "SELECT stage, count(*) FROM {deals} GROUP BY 1")) == {
        "Prospecting": 500, "Engaging": 1589, "Won": 4238, "Lost": 2473,
    }  # fmt: skip
    days = "date_diff('day', created, closed)"
    assert counted(tmp_path, f"SELECT min({days}), max({days}), median({days}) FROM {{deals}}") == [
        (1, 138, 45.0)
    ]
    assert counted(
        tmp_path, "SELECT min(created)::DATE::VARCHAR, max(closed)::DATE::VARCHAR FROM {deals}"
    ) == [("2016-10-20", "2017-12-31")]
    # No deal that has ended lacks its account.
    assert counted(tmp_path, "SELECT outcome, count(*) FROM {deals} WHERE account_id IS NULL GROUP BY 1") == [
        ("open", 1425)
    ]
    assert counted(tmp_path, "SELECT count(DISTINCT product) FROM {deals}") == [(7,)]


def test_olists_origins_periods_and_days(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("olist-marketing-funnel")
    files = [
        folder / "olist_marketing_qualified_leads_dataset.csv",
        folder / "olist_closed_deals_dataset.csv",
    ]
    bring(tmp_path, files, *olist(folder))
    events = "FROM {events} e JOIN {codes} c ON c.code = e.code WHERE c.activity = "
    assert dict(counted(tmp_path, f"SELECT c.channel, count(*) {events} 'Lead qualified' GROUP BY 1")) == {
        "organic_search": 2296, "paid_search": 1586, "social": 1350, "unknown": 1099, "direct_traffic": 499, "email": 493,
        "referral": 284, "other": 150, "display": 118, "other_publicities": 65, None: 60,
    }  # fmt: skip
    period = "SELECT min(e.time)::DATE::VARCHAR, max(e.time)::DATE::VARCHAR, count(*)"
    assert counted(tmp_path, f"{period} {events} 'Lead qualified'") == [("2017-06-14", "2018-05-31", 8000)]
    assert counted(tmp_path, f"{period} {events} 'Deal won'") == [("2017-12-05", "2018-11-14", 842)]
    # Whole days, as the calendar counts them: of seconds the mean is 49.1, and the early one 1.2 days early.
    days = "date_diff('day', created, closed)"
    assert counted(
        tmp_path, f"SELECT min({days}), median({days}), floor(avg({days})), max({days}) FROM {{deals}}"
    ) == [(-2, 14.0, 48.0, 427)]


def test_northwinds_countries_orders_and_what_is_on_its_way(shared_data: Shared, tmp_path: Path) -> None:
    bring(tmp_path, [shared_data("northwind") / "northwind.sqlite"])
    countries = dict(counted(tmp_path, "SELECT country, count(*) FROM {accounts} GROUP BY 1"))
    assert {one: countries[one] for one in ("Finland", "Sweden", "Denmark", "Norway", None)} == {
        "Finland": 2, "Sweden": 2, "Denmark": 2, "Norway": 1, None: 2,
    }  # fmt: skip
    assert sum(countries.values()) == 93
    happened = dict(
        counted(
            tmp_path,
            "SELECT c.activity, count(*) FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY 1",
        )
    )
    # Orders without a day of shipping are no events; the description counts none of them.
    assert happened["Order placed"] == 830
    assert happened["Order shipped"] == 809


def test_the_simple_shops_clicks_by_kind(shared_data: Shared, tmp_path: Path) -> None:
    bring(tmp_path, [shared_data("retentioneering-simple-shop") / "simple-onlineshop.csv"])
    clicks = counted(
        tmp_path,
        "SELECT c.activity, count(*) FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY 1 ORDER BY 2 DESC",
    )
    assert [activity for activity, _ in clicks] == [
        "catalog", "main", "cart", "product2", "delivery_choice", "product1", "payment_choice", "delivery_courier", "payment_done",
        "payment_card", "delivery_pickup", "payment_cash",
    ]  # fmt: skip
    assert dict(clicks)["cart"] == 2842


@pytest.mark.parametrize(
    ("name", "events", "cases", "activities", "period"),
    [
        ("small-event-logs/receipt.csv.gz", 8577, 1434, None, ("2010-10-02", "2012-01-23")),
        ("small-event-logs/roadtraffic100traces.csv", 390, 100, None, ("2000-03-15", "2013-04-24")),
        ("small-event-logs/roadtraffic100traces.xes", 390, 100, None, ("2000-03-15", "2013-04-24")),
        ("small-event-logs/reviewing.csv", 3730, 100, None, None),
        ("bpic2013-volvo-it/06_bpic2013_closed.xes.gz", 6660, 1487, 4, ("2006-01-11", "2012-05-31")),
        pytest.param("bpic2013-volvo-it/07_bpic2013_incidents.xes.gz", 65533, 7554, 4, ("2010-03-31", "2012-05-23"), marks=pytest.mark.long),
        pytest.param("bpic2012-loan/bpic2012.xes.gz", 262200, 13087, 24, ("2011-10-01", "2012-03-14"), marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_logs_have_their_cases_activities_and_period(
    shared_data: Shared, tmp_path: Path, name: str, events: int, cases: int, activities: int | None, period: tuple[str, str] | None,
) -> None:  # fmt: skip
    bring(tmp_path, [shared_data(name)])
    # Days are those of the files' own offsets, which differ from UTC by two hours at most.
    found = counted(
        tmp_path,
        "SELECT count(*), count(DISTINCT e.case_id), count(DISTINCT c.activity), "
        "min(e.time + INTERVAL 2 HOUR)::DATE::VARCHAR, max(e.time + INTERVAL 2 HOUR)::DATE::VARCHAR "
        "FROM {events} e JOIN {codes} c ON c.code = e.code",
    )[0]
    assert found[:2] == (events, cases)
    assert activities in (None, found[2])
    assert period in (None, found[3:])


def test_receipts_come_by_five_channels(shared_data: Shared, tmp_path: Path) -> None:
    bring(tmp_path, [shared_data("small-event-logs") / "receipt.csv.gz"])
    found = counted(tmp_path, "SELECT DISTINCT channel FROM {codes} ORDER BY 1")
    assert [one for (one,) in found] == ["Desk", "Intern", "Internet", "Post", "e-mail"]


@pytest.mark.parametrize(
    ("name", "kinds", "period"),
    [
        ("logistics.sqlite", {"Customer Order": 200, "Container": 510}, None),
        ("QEL_Inventory_Management_extended.xml", {"Customer Order": 716, "Parcel": 767}, None),
        ("recruiting-red.jsonocel", {"application": 916, "offer": 135}, None),
        ("ocel_order_simulated.csv.gz", {"order": 2000}, None),
        ("ocel20_example.jsonocel", {}, ("2022-01-09", "2022-02-28")),
    ],
)
def test_objects_of_a_log_by_their_kind(
    shared_data: Shared, tmp_path: Path, name: str, kinds: dict[str, int], period: tuple[str, str] | None
) -> None:
    bring(tmp_path, [shared_data("ocel-logs") / name])
    found = {
        str(kind).lower().rstrip("s"): count
        for kind, count in counted(
            tmp_path, "SELECT kind, count(DISTINCT object_id) FROM {objects} GROUP BY 1"
        )
    }
    assert {kind: found.get(kind.lower()) for kind in kinds} == kinds
    if period:
        days = counted(
            tmp_path, "SELECT min(time)::DATE::VARCHAR, max(time)::DATE::VARCHAR, count(*) FROM {events}"
        )
        assert days == [(*period, 13)]


def test_hubspots_tables_were_drawn_apart_and_their_links_lead_nowhere(
    shared_data: Shared, tmp_path: Path
) -> None:
    folder = shared_data("hubspot-export-seeds")
    names = (
        "company",
        "contact",
        "deal",
        "deal_stage",
        "deal_contact",
        "deal_company",
        "ticket",
        "ticket_company",
    )
    bring(tmp_path, [folder / f"{name}_data.csv" for name in names])
    linked = {
        "SELECT deal_id FROM {deal_people}": 11,
        "SELECT record_id FROM {belongings} WHERE kind = 'deal'": 2,
        "SELECT deal_id FROM {events} WHERE source = 'hubspot-deal-stages'": 14,
    }
    for query, links in linked.items():
        met = f"SELECT count(*), count(*) FILTER (WHERE id IN (SELECT deal_id FROM {{deals}})) FROM ({query}) one(id)"
        assert counted(tmp_path, met) == [(links, 0)]
    assert counted(tmp_path, "SELECT count(*) FROM {deals} WHERE account_id IS NOT NULL") == [(0,)]


def test_zendesks_tickets_match_none_of_its_organisations(shared_data: Shared, tmp_path: Path) -> None:
    folder = shared_data("zendesk-export-seeds")
    bring(
        tmp_path, [folder / f"{name}_data.csv" for name in ("ticket", "organization", "domain_name", "user")]
    )
    tickets, met = counted(
        tmp_path,
        "SELECT count(DISTINCT e.case_id), count(s.account_id) FROM {events} e LEFT JOIN {source_accounts} s "
        "ON s.account_id = e.account_ref",
    )[0]
    # Two of the ten are deleted, which makes them rejects.
    assert (tickets, met) == (8, 0)
    assert counted(tmp_path, "SELECT reason, count(*) FROM {rejects} GROUP BY 1") == [
        ("sources.reject-deleted", 2)
    ]
