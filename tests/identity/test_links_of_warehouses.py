"""Tables that only say who belongs where: each person to several companies, each company to several people."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.records.log import open_log
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
        assert log.rows("SELECT person_id, account_id, reason FROM {memberships} ORDER BY ALL") == [
            ("11", "21", "said-id"),
            ("11", "22", "said-id"),
            ("12", "22", "said-id"),
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
