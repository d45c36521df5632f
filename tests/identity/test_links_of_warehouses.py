"""Tables that only say who belongs where: each person to several companies, each company to several people."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.undoing import undo_imports
from polku.sources.importing import import_files

CONTACTS = "contact id,email,first name,last name,job title\n11,ole@pallo.example,Ole,Ø,Operator\n12,bo@boll.example,Bo,B,Buyer\n"
COMPANIES = "company id,company name,domain\n21,Pallo Oy,pallo.example\n22,Boll AB,boll.example\n"
LINKS = "contact_id,company_id,type_id,category\n11,21,1,HUBSPOT_DEFINED\n11,22,279,HUBSPOT_DEFINED\n12,22,1,HUBSPOT_DEFINED\n"


def test_a_link_table_is_joined_with_the_tables_it_links(tmp_path: Path) -> None:
    files = []
    for name, text in (("contacts", CONTACTS), ("companies", COMPANIES), ("contact_company", LINKS)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(text, encoding="utf-8")
    import_files(Workspace(Settings()), tmp_path, files)
    with open_log(tmp_path) as log:
        assert log.rows(
            'SELECT person_id, account_id, reason, "primary" FROM {memberships} ORDER BY ALL'
        ) == [
            ("11", "21", "said-id", True),
            ("11", "22", "said-id", None),
            ("12", "22", "said-id", True),
        ]
        assert log.rows("SELECT name FROM {accounts} ORDER BY 1") == [("Boll AB",), ("Pallo Oy",)]


@pytest.mark.parametrize(
    ("contact", "account"),
    [("0030000000000001AAA", "0010000000000001AAA"), ("003000000000001", "001000000000001")],
)
def test_salesforces_relations_are_dated_memberships(tmp_path: Path, contact: str, account: str) -> None:
    file = tmp_path / "AccountContactRelation.csv"
    head = "Id,AccountId,ContactId,IsDirect,IsActive,StartDate,EndDate,Roles\n"
    file.write_text(f"{head}07k1,{account},{contact},false,true,2025-01-01,2025-12-31,Decision Maker\n")
    import_files(Workspace(Settings()), tmp_path, [file])
    with open_log(tmp_path) as log:
        ((start, end, parts, primary),) = log.rows('SELECT "from", "to", parts, "primary" FROM {memberships}')
    assert (start.isoformat(), end.isoformat(), parts, primary) == (
        "2025-01-01",
        "2025-12-31",
        ["decision-maker"],
        False,
    )


HUBSPOT = {
    "company_data": "id,is_deleted,property_name,property_createdate,property_domain\n"
    "21,false,Pallo Oy,2025-01-01 10:00:00,pallo.example\n22,false,Boll AB,2025-01-01 10:00:00,boll.example\n",
    "contact_data": "id,property_email,property_firstname,property_lastname,property_createdate\n"
    "11,ole@pallo.example,Ole,Ø,2025-01-01 10:00:00\n12,bo@boll.example,Bo,B,2025-01-01 10:00:00\n",
    "deal_data": "deal_id,deal_pipeline_id,deal_pipeline_stage_id,portal_id,property_dealname,property_amount,property_createdate\n"
    "31,p,qualified,1,One,100,2026-01-01 10:00:00\n32,p,qualified,1,Two,200,2026-01-02 10:00:00\n33,p,qualified,1,Three,300,2026-01-03 10:00:00\n",
    "deal_stage_data": "deal_id,_fivetran_start,date_entered,source,source_id,value\n31,x,2026-01-05 10:00:00,CRM,1,decided\n",
    "ticket_data": "id,property_closed_date,property_createdate,property_hs_pipeline,property_hs_pipeline_stage,property_subject\n"
    "41,,2026-02-01 10:00:00,1,2,Jam\n42,2026-02-09 10:00:00,2026-02-02 10:00:00,1,2,Noise\n",
    "engagement_meeting_data": "engagement_id,meeting_outcome,hs_timestamp,property_hs_createdate,type\n"
    "51,held,2026-03-01 10:00:00,2026-03-01 10:00:00,MEETING\n",
    "deal_company_data": "company_id,deal_id,type_id,category\n21,31,5,HUBSPOT_DEFINED\n22,31,341,HUBSPOT_DEFINED\n"
    "22,32,341,HUBSPOT_DEFINED\n21,33,341,HUBSPOT_DEFINED\n22,33,341,HUBSPOT_DEFINED\n",
    "ticket_company_data": "_fivetran_synced,ticket_id,company_id,category\n2026-01-01,41,22,HUBSPOT_DEFINED\n",
    "ticket_contact_data": "_fivetran_synced,ticket_id,contact_id,category\n2026-01-01,42,11,HUBSPOT_DEFINED\n",
    "engagement_contact_data": "contact_id,engagement_id,engagement_type,type_id,category\n12,51,MEETING,194,HUBSPOT_DEFINED\n",
}
"""Tables of a warehouse's copy of HubSpot: deals, tickets and meetings name neither company nor person."""
WHOSE = {
    "deal/31/created": ("21", None),
    "deal/31/decided/2026-01-05 10:00:00": ("21", None),
    "deal/32/created": ("22", None),
    "deal/33/created": (None, None),
    "ticket/41/created": ("22", None),
    "ticket/42/created": ("21", "11"),
    "ticket/42/closed": ("21", "11"),
    "engagement/51": ("22", "12"),
}
"""Deal 31 is of its primary company; of 33 nobody can say; ticket 42 and the meeting are of a person, and so of theirs."""


def whose(folder: Path) -> dict[str, tuple[str | None, str | None]]:
    with open_log(folder) as log:
        assert dict(log.rows("SELECT deal_id, account_id FROM {deals}")) == {
            "31": "21",
            "32": "22",
            "33": None,
        }
        return {
            id: (account, person)
            for id, account, person in log.rows("SELECT event_id, account_id, person_id FROM {events}")
        }


@pytest.mark.parametrize("order", ["together", "links first", "links last", "links twice"])
def test_deals_tickets_and_meetings_reach_their_company_in_any_order_of_files(
    tmp_path: Path, order: str
) -> None:
    links = [
        name for name in HUBSPOT if name.count("_") == 2 and not name.startswith(("deal_s", "engagement_m"))
    ]
    others = [name for name in HUBSPOT if name not in links]
    runs = {
        "together": [[*others, *links]],
        "links first": [links, others],
        "links last": [others, *([name] for name in links)],
        "links twice": [links, others, links],
    }[order]
    for name, text in HUBSPOT.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    for run in runs:
        import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv" for name in run])
    assert whose(tmp_path / "it") == WHOSE
    with open_log(tmp_path / "it") as log:
        assert log.rows("SELECT count(*) FROM {belongings}") == [(8,)]


def test_a_link_that_is_taken_back_leaves_the_deal_to_nobody(tmp_path: Path) -> None:
    for name in ("company_data", "deal_data", "deal_company_data"):
        (tmp_path / f"{name}.csv").write_text(HUBSPOT[name], encoding="utf-8")
        import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv"])
    undo_imports(Lake(tmp_path / "it" / "lake"))
    with open_log(tmp_path / "it") as log:
        assert log.rows("SELECT count(account_id) FROM {deals}") == [(0,)]
        assert log.rows("SELECT count(account_id) FROM {events} WHERE deal_id IS NOT NULL") == [(0,)]


def test_mautics_links_say_which_company_is_the_main_one(tmp_path: Path) -> None:
    tables = {
        "leads": "id,email,firstname,lastname,position\n1,ole@mail.example,Ole,Ø,Operator\n",
        "companies": "id,companyname,companywebsite,companyindustry\n7,Pallo Oy,pallo.example,Toys\n8,Boll AB,boll.example,Toys\n",
        "companies_leads": "company_id,lead_id,date_added,is_primary,manually_added\n7,1,2026-01-01 10:00:00,0,0\n8,1,2026-02-01 10:00:00,1,0\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv" for name in tables])
    with open_log(tmp_path / "it") as log:
        # The day on which Mautic learnt of it is not the day on which somebody began there.
        assert log.rows('SELECT person_id, account_id, "primary", "from" FROM {memberships} ORDER BY 2') == [
            ("1", "7", False, None),
            ("1", "8", True, None),
        ]
