"""Tables that only say who belongs where: each person to several companies, each company to several people."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.records.engine import Engine, file_text
from polku.records.files import FileEntry
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.manifest import folder_name, read_manifest, write_manifest
from polku.records.merging import with_later
from polku.records.schema import LATER
from polku.records.undoing import undo_imports
from polku.sources.importing import import_files
from polku.sources.inventory import stock_of

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


TIED = {
    "company_data": HUBSPOT["company_data"],
    "contact_data": HUBSPOT["contact_data"],
    "deal_data": HUBSPOT["deal_data"],
    "deal_company_data": HUBSPOT["deal_company_data"],
    "ticket_data": HUBSPOT["ticket_data"]
    + "43,,2026-02-03 10:00:00,1,2,Rust\n44,,2026-02-04 10:00:00,1,2,Smell\n45,,2026-02-05 10:00:00,1,2,Heat\n",
    "engagement_call_data": "engagement_id,_fivetran_deleted,_fivetran_synced,property_hs_createdate,property_hs_timestamp,type\n"
    + "".join(
        f"{id},false,2026-03-02,2026-03-01 10:00:00,2026-03-01 10:00:00,CALL\n" for id in range(51, 56)
    ),
    "ticket_company_data": "_fivetran_synced,ticket_id,company_id,category\n2026-01-01,42,22,HUBSPOT_DEFINED\n",
    "ticket_deal_data": "_fivetran_synced,ticket_id,deal_id,category\n"
    + "".join(f"2026-01-01,{one},HUBSPOT_DEFINED\n" for one in ("41,31", "42,31", "43,33", "44,31", "44,32")),
    "engagement_deal_data": "deal_id,engagement_id,engagement_type,type_id,_fivetran_synced,category\n"
    + "".join(f"{one},CALL,216,2026-03-02,HUBSPOT_DEFINED\n" for one in ("31,51", "99,52", "31,53", "34,53")),
    "engagement_contact_data": "contact_id,engagement_id,engagement_type,type_id,_fivetran_synced,category\n"
    "12,51,CALL,194,2026-03-02,HUBSPOT_DEFINED\n",
    "ticket_engagement_data": "_fivetran_synced,ticket_id,engagement_id,category\n"
    "2026-03-02,41,54,HUBSPOT_DEFINED\n2026-03-02,41,52,HUBSPOT_DEFINED\n2026-03-02,42,55,HUBSPOT_DEFINED\n",
}
"""Tickets and calls whose deals only tables of links say, with the headers of a warehouse's copy of HubSpot."""
TIED["deal_data"] += "34,p,qualified,1,Four,400,2026-01-04 10:00:00\n"
TIED["deal_company_data"] += "21,34,341,HUBSPOT_DEFINED\n"
OF_DEAL = {
    "ticket/41/created": ("31", "21", "deal"),
    "ticket/42/created": ("31", "22", "case"),
    "ticket/43/created": ("33", None, None),
    "ticket/44/created": (None, None, None),
    "ticket/45/created": (None, None, None),
    "engagement/51": ("31", "21", "deal"),
    "engagement/52": ("99", None, None),
    "engagement/53": (None, "21", "deal"),
    "engagement/54": ("31", "21", "case"),
    "engagement/55": ("31", "22", "case"),
}
"""Ticket 42 has a company of its own; the deals of 44 are of two companies, those of call 53 of one; of deal 33 nobody
knows the company; deal 99 came with no file; calls 54 and 55 are of their ticket's deal, and of its company."""


@pytest.mark.parametrize("order", ["together", "one by one", "links first", "links twice"])
def test_tickets_and_calls_are_of_the_deal_they_are_linked_to(tmp_path: Path, order: str) -> None:
    names = list(TIED)
    links = [name for name in names if name.startswith(("ticket_", "engagement_")) and name.count("_") == 2]
    links.remove("engagement_call_data")
    others = [name for name in names if name not in links]
    runs = {
        "together": [names],
        "one by one": [[name] for name in reversed(names)],
        "links first": [links, others],
        "links twice": [links, others, links],
    }[order]
    for name, text in TIED.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    for run in runs:
        import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv" for name in run])
    with open_log(tmp_path / "it") as log:
        found = {
            id: rest
            for id, *rest in log.rows(
                "SELECT event_id, deal_id, account_id, account_by FROM {events} "
                "WHERE event_id LIKE '%/created' AND event_id LIKE 'ticket/%' OR event_id LIKE 'engagement/%'"
            )
        }
        assert {id: tuple(rest) for id, rest in found.items()} == OF_DEAL
        cases = dict(log.rows("SELECT key, n FROM {cases:deal}"))
    # The creation of deal 31, tickets 41 and 42 (closed, too), calls 51, 54 and 55.
    assert cases["31"] == 7


def test_links_to_deals_that_are_taken_back_leave_events_as_they_were(tmp_path: Path) -> None:
    for name in ("company_data", "deal_data", "deal_company_data", "ticket_data", "ticket_deal_data"):
        (tmp_path / f"{name}.csv").write_text(TIED[name], encoding="utf-8")
        import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv"])
    deals = "SELECT count(DISTINCT deal_id) FROM {events} WHERE event_id LIKE 'ticket/%'"
    with open_log(tmp_path / "it") as log:
        assert log.rows(deals) == [(2,)]
    undo_imports(Lake(tmp_path / "it" / "lake"))
    with open_log(tmp_path / "it") as log:
        assert log.rows(deals) == [(0,)]


def as_an_earlier_release_wrote_it(lake: Lake, table: str) -> None:
    """Take the columns of later releases out of a table of the version in force."""
    version = lake.open()
    entries = {}
    for entry in version.entries(table):
        file = lake.folder / entry.path
        columns = ", ".join(f'"{column}"' for column in LATER[table])
        with Engine(ordered=True) as engine:
            engine.write(f"SELECT * EXCLUDE ({columns}) FROM read_parquet({file_text(file)})", file)
        entries[entry.path] = FileEntry.of(file, entry.path, entry.rows, entry.layer).data()
    place = lake.folder / folder_name(version.number) / "manifest.json"
    told = read_manifest(place)
    tables = dict(told["tables"])
    tables[table] = [entries[one["path"]] for one in tables[table]]
    write_manifest(place, {**told, "tables": tables})


@pytest.mark.parametrize("beside", ["deals", "tickets"])
def test_links_of_an_earlier_release_count_beside_those_of_today(tmp_path: Path, beside: str) -> None:
    first = ["company_data", "deal_data", "deal_company_data", "ticket_data", "ticket_company_data"]
    later = ["ticket_deal_data"] if beside == "tickets" else ["deal_data"]
    found, astray = [], []
    for folder in (tmp_path / "then", tmp_path / "now"):
        folder.mkdir()
        for name in first:
            (folder / f"{name}.csv").write_text(TIED[name], encoding="utf-8")
        import_files(Workspace(Settings()), folder, [folder / f"{name}.csv" for name in first])
        if folder.name == "then":
            as_an_earlier_release_wrote_it(Lake(folder / "lake"), "belongings")
            with open_log(folder) as log:
                assert "deal_id" not in log.engine.describe(log.version.files("belongings")[0])
                assert stock_of(log, Workspace(Settings())).astray == ()
        for name in later:
            (folder / f"{name}.csv").write_text(TIED[name].replace("Four", "Another name"), encoding="utf-8")
            import_files(Workspace(Settings()), folder, [folder / f"{name}.csv"])
        with open_log(folder) as log:
            links = with_later("belongings", "{belongings}")
            found.append(
                [
                    log.rows(f"SELECT {columns} FROM {table} ORDER BY ALL")
                    for table, columns in (
                        ("{events}", "event_id, deal_id, account_id, account_by, case_id"),
                        ("{deals}", "deal_id, account_id, stage"),
                        (f"({links})", "kind, record_id, account_id, deal_id, case_id"),
                    )
                ]
            )
            astray.append(stock_of(log, Workspace(Settings())).astray)
    assert astray[0] == astray[1]
    assert found[0] == found[1]
    assert any(deal == "31" for id, deal, *_ in found[0][0] if id == "ticket/41/created") == (
        beside == "tickets"
    )


def test_a_link_that_says_from_when_to_when_counts_for_that_time(tmp_path: Path) -> None:
    tables = {
        "companies": "company id,company name,domain\n1,Pallo Oy,pallo.example\n2,Boll AB,boll.example\n",
        "deals": "deal id,deal name,stage,company id,amount\nD1,One,open,1,10\nD2,Two,open,2,20\n",
        "activities": "activity id,activity,date,deal id\n"
        "A1,Ship,2026-01-05,\nA2,Ship,2026-01-05,\nA3,Ship,2026-02-05,\nA4,Ship,2026-02-05,D1\n",
        "activity_deal": "activity id,deal id,from,to\n"
        "A1,D1,2026-01-01,2026-01-31\nA1,D2,2026-02-01,\nA2,D2,2026-02-01,\nA3,D1,2026-01-01,2026-01-31\nA3,D2,2026-02-01,\nA4,D2,,\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    import_files(Workspace(Settings()), tmp_path / "it", [tmp_path / f"{name}.csv" for name in tables])
    with open_log(tmp_path / "it") as log:
        assert log.rows("SELECT event_id, deal_id, account_id FROM {events} ORDER BY 1") == [
            ("A1", "D1", "1"),
            ("A2", None, None),
            ("A3", "D2", "2"),
            ("A4", "D1", "1"),
        ]
