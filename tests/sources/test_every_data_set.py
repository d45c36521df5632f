"""Every public data set that lies beside the repository, imported as a folder: the figures of its README, and no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from polku.cli.app import run
from polku.records.log import open_log

Shared = Callable[[str], Path]


@pytest.fixture
def bring(
    shared_data: Shared, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Imports a data set into a workspace of its own; hands back the JSON, None where it was refused."""
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "polku.yaml").write_text("polku: 1\n", encoding="utf-8")

    def go(name: str, *files: str):
        folder = shared_data(name)
        code = run(
            ["import", str(tmp_path), *(str(folder / file) for file in files or (".",)), "--format", "json"]
        )
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert code in (0, 1)
        if code:
            assert said.err.strip()
            return None
        found = json.loads(said.out)
        for file in found["files"]:
            assert file["rows"] == file["used"] + file["rejected"] + file["repeated"]
        return {file["file"].rpartition("/")[2]: file for file in found["files"]}

    return go


KNOWN = {
    "hubspot-export-seeds": {
        "company_data.csv": 24, "contact_data.csv": 22, "deal_data.csv": 44, "deal_stage_data.csv": 14, "deal_contact_data.csv": 11,
        "contact_form_submission_data.csv": 5, "email_event_data.csv": 100, "engagement_meeting_data.csv": 100, "ticket_data.csv": 25,
        "deal_company_data.csv": 2, "ticket_company_data.csv": 9, "ticket_contact_data.csv": 9,
    },
    "salesforce-export-seeds": {
        "sf_account_data.csv": 10, "sf_contact_data.csv": 4, "sf_lead_data.csv": 1, "sf_task_data.csv": 10, "sf_event_data.csv": 10, "sf_order_data.csv": 10,
    },
    "zendesk-export-seeds": {
        "ticket_data.csv": 10, "user_data.csv": 10, "organization_data.csv": 10, "domain_name_data.csv": 10, "ticket_comment_data.csv": 20,
        "ticket_field_history_data.csv": 38,
    },
    "qualtrics-export-seeds": {"survey_response.csv": 5, "distribution_contact.csv": 5},
    "web-analytics-samples": {"event_data.csv": 6, "example_segment_pages.csv": 1},
    "northwind": {"Customers": 93, "Orders": 830},
    "retentioneering-simple-shop": {"simple-onlineshop.csv": 32283},
    "maven-crm-sales": {"accounts.csv": 85, "sales_pipeline.csv": 8800},
}  # fmt: skip


OWN_PEOPLE = {
    "owner_data.csv",
    "users_data.csv",
    "sf_user_data.csv",
    "user.csv",
    "Employees",
    "sales_teams.csv",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long)
        if name in ("hubspot-export-seeds", "salesforce-export-seeds")
        else name
        for name in KNOWN
    ],
)
def test_a_folder_of_exports_comes_in_with_its_known_rows(bring, name: str) -> None:
    found = bring(name)
    assert {file: found[file]["rows"] for file in KNOWN[name]} == KNOWN[name]
    assert not found.keys() & OWN_PEOPLE


@pytest.mark.parametrize("name", ["x-education-leads", "service-blueprint", "channelattribution-paths", "xed-nordic-sentiment", "support-tickets"])  # fmt: skip
def test_what_holds_no_dated_events_is_refused_with_words(bring, name: str) -> None:
    assert bring(name) is None


def test_northwinds_customers_order_again_and_again(bring, tmp_path: Path) -> None:
    bring("northwind")
    with open_log(tmp_path) as log:
        placed, first, last, accounts = log.rows(
            "SELECT count(*), min(time)::DATE::VARCHAR, max(time)::DATE::VARCHAR, count(DISTINCT account_id) FROM {events} WHERE code IN "
            "(SELECT code FROM {codes} WHERE activity = 'Order placed')"
        )[0]
        people = log.rows("SELECT count(*), count(title) FROM {people}")[0]
    assert (placed, first, last) == (830, "2016-07-04", "2018-05-06")
    assert accounts == 89
    assert people == (93, 93)


def test_the_clicks_of_the_simple_shop_are_all_there(bring, tmp_path: Path) -> None:
    bring("retentioneering-simple-shop")
    with open_log(tmp_path) as log:
        assert log.rows(
            "SELECT count(*), count(DISTINCT account_id), min(time)::DATE::VARCHAR, max(time)::DATE::VARCHAR FROM {events}"
        ) == [(32283, 3751, "2019-11-01", "2020-04-29")]
        activities = dict(
            log.rows(
                "SELECT c.activity, count(*) FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY 1"
            )
        )
    assert (activities["catalog"], activities["main"], activities["payment_done"]) == (14518, 5635, 706)
