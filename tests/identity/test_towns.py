"""Towns of companies: one name for each, and what a town says of two companies that may be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.identity.matching import Likeness, review
from polku.identity.towns import town_key
from polku.records.engine import Engine
from polku.records.log import open_log
from polku.records.merging import as_staged
from polku.records.schema import RECORDS
from polku.sources.importing import import_files

WORKSPACE = Workspace(Settings())


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("København K", "1200 Copenhagen"),
        ("HELSINGFORS", "00100 Helsinki"),
        ("Århus C", "Aarhus"),
        ("Espoo, Finland", "Esbo"),
        (" malmö ", "Malmö"),
    ],
)
def test_a_town_is_one_in_every_language_and_district(said: str, same: str) -> None:
    assert town_key(said) == town_key(same) is not None


def test_other_towns_and_no_town_stay_apart() -> None:
    assert town_key("Odense S") != town_key("Oslo")
    assert town_key("") is town_key(None) is town_key("5000") is None


def pairs(folder: Path) -> dict[frozenset[str], Likeness]:
    (folder / "companies.csv").write_text(
        "Company ID,Company name,Industry,City\n"
        "1,Pallotehdas Oy,Toys,Turku\n2,Pallotehdas Oy,Toys,Åbo\n3,Pallotehdas Oy,Toys,Oulu\n4,Pallotehdas Oy,Toys,\n",
        encoding="utf-8",
    )
    import_files(WORKSPACE, folder, [folder / "companies.csv"])
    found = review(folder, WORKSPACE, least=0.001)
    return {frozenset((one.left.word.ref, one.right.word.ref)): one for one in found.open}


def test_the_same_town_speaks_for_one_company_and_another_against(tmp_path: Path) -> None:
    found = pairs(tmp_path)
    same, other, unknown = (found[frozenset(("1", ref))] for ref in ("2", "3", "4"))
    assert (same.probability or 0) > (unknown.probability or 0) > (other.probability or 0)
    told = {
        one.message.id: (one.supports, dict(one.message.params)) for one in (*same.reasons, *other.reasons)
    }
    supports, params = told["match.town-same"]
    assert supports and params["one"] in ("Turku", "Åbo")
    supports, params = told["match.town-other"]
    assert not supports and {params["one"], params["other"]} == {"Turku", "Oulu"}
    assert all("town" not in one.message.id for one in unknown.reasons)


def test_towns_come_from_the_exports_of_crms(tmp_path: Path) -> None:
    exports = {
        "hubspot-crm-exports-all-companies": "Record ID,Company name,Company Domain Name,Industry,City,Lifecycle Stage\n"
        "1,Pallo Oy,pallo.example,Toys,Turku,customer\n",
        "Account": "Id,Name,Website,Industry,BillingCity,BillingCountry,MasterRecordId,SystemModstamp\n"
        "0010000000000001AAA,Boll AB,boll.example,Toys,Malmö,Sweden,,2026-01-01T10:00:00Z\n",
    }
    for name, text in exports.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    import_files(WORKSPACE, tmp_path, [tmp_path / f"{name}.csv" for name in exports])
    with open_log(tmp_path) as log:
        assert log.rows("SELECT name, town FROM {accounts} ORDER BY 1") == [
            ("Boll AB", "Malmö"),
            ("Pallo Oy", "Turku"),
        ]


def test_accounts_of_a_lake_of_an_earlier_release_have_no_town(tmp_path: Path) -> None:
    columns = [column for column in RECORDS["accounts"].columns if column.name != "town"]
    said = ", ".join(
        f"""{"'A1'" if c.name == "account_id" else f"NULL::{c.type}"} AS "{c.name}\"""" for c in columns
    )
    with Engine() as engine:
        engine.write(f"SELECT {said}", tmp_path / "source_accounts.parquet")
        staged = as_staged("accounts", [tmp_path / "source_accounts.parquet"])
        assert engine.rows("SELECT account_id, town, r FROM {it}", tables={"it": staged}) == [("A1", None, 0)]
