"""How long it takes to find out who is who: `python -m bench.identity --people N --companies N`.

Invents a list of people and one of companies as a CRM keeps them, and visits that name the people by address.
Prints processor time of the resolver, and of the list of companies that may be one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from polku.documents import Settings, Source, Workspace
from polku.identity import resolver
from polku.identity.matching import review
from polku.records.engine import Engine, Relation, name
from polku.records.people import keep_refs
from polku.records.schema import RECORDS
from polku.sources.importing import import_files
from tests.identity.invented_companies import invent

CRM = {"source": "'crm'", "source_kind": "'crm'", "source_file": "'f'", "source_row": "i"}
WEB = {"source": "'web'", "source_kind": "'web'", "source_file": "'g'", "source_row": "i"}


def staged(engine: Engine, table: str, rows: int, cells: dict[str, str]) -> Relation:
    """A staged table of invented rows; each cell an expression of `i`."""
    columns = ", ".join(
        f"({cells[c.name]})::{c.type} AS {name(c.name)}" if c.name in cells else f"NULL::{c.type} AS {name(c.name)}"
        for c in RECORDS[table].columns
    )  # fmt: skip
    engine.execute(f"CREATE TEMP TABLE staged_{table} AS SELECT {columns} FROM range({rows}) r(i)")
    return Relation(f"staged_{table}")


def resolve(people: int) -> float:
    """Processor seconds of resolving so many people of a twentieth as many companies."""
    firms, mail = max(1, people // 20), "'p' || i || '@firm' || (i % {}) || '.example'"
    address = mail.format(firms)
    titles = "['Buyer', 'Operator', 'CEO', 'Head of X'][1 + i % 4] || ' ' || (i % 50)"
    with Engine() as engine:
        tables = {table: staged(engine, table, 0, {}) for table in RECORDS if table not in
                  ("rejects", "accounts", "people", "memberships", "events")}  # fmt: skip
        tables["accounts"] = staged(engine, "accounts", firms, {
            "account_id": "'A' || i", "name": "'Firm ' || i", "domain": "'firm' || i || '.example'", **CRM})  # fmt: skip
        tables["people"] = staged(engine, "people", people, {
            "person_id": "'P' || i", "name": "'Name ' || (i % 9999)", "email": address, "title": titles, **CRM})  # fmt: skip
        tables["memberships"] = staged(engine, "memberships", people, {
            "person_id": "'P' || i", "account_id": f"'A' || (i % {firms})", **CRM})  # fmt: skip
        tables["events"] = staged(engine, "events", people, {
            "person_id": address, "time": "TIMESTAMP '2026-01-01'", "activity": "'visit'", **WEB})  # fmt: skip
        asked = {**tables, **keep_refs(engine, tables)}
        start = time.process_time()
        answer = resolver(Workspace(Settings()))(engine, asked)
        seconds = time.process_time() - start
        (found,) = engine.rows(f"SELECT count(*) FROM ({answer.memberships})")[0]
        assert found == people
    return seconds


def compare(companies: int, folder: Path) -> tuple[int, float]:
    """How many companies two lists hold, and processor seconds of the list of pairs."""
    columns = {"account_id": "id", "name": "name", "domain": "domain", "country": "country"}
    sources = {
        kind: Source.model_validate(
            {"id": kind, "kind": kind, "reads": f"{kind}.csv", "table": "accounts", "columns": columns}
        )
        for kind in ("crm", "erp")
    }
    invent(folder, companies)
    workspace = Workspace(Settings(), sources=sources)
    import_files(workspace, folder, [folder / "crm.csv", folder / "erp.csv"])
    start = time.process_time()
    found = review(folder, workspace)
    return len(found.open), time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--companies", type=int, default=10_000)
    asked = parser.parse_args()
    print(f"{asked.people} people: {resolve(asked.people):.1f} s of processor time")
    with tempfile.TemporaryDirectory() as folder:
        pairs, seconds = compare(asked.companies, Path(folder))
        print(f"{asked.companies} companies: {pairs} pairs listed in {seconds:.1f} s of processor time")


if __name__ == "__main__":
    main()
