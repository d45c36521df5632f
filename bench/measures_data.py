"""A log to ask every question of: the generator's, with campaigns, contracts, spend and people of deals added."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from polku.documents import Workspace
from polku.formats import read_workspace
from polku.records.engine import Engine, Relation, file_text
from polku.records.lake import Lake
from polku.records.publish import Staged, publish
from polku.sources.simulated_walks import Market
from polku.sources.simulating import simulate

EXAMPLE = Path(__file__).parents[1] / "examples" / "hoppebold"
JOURNEY = "new-machine"
IMPROVEMENT = "demo-first"
DONE = "built.txt"
SEED = 20261118

_LINEAGE = (
    "'bench-erp' AS source, 'erp' AS source_kind, 'bench.parquet' AS source_file, "
    "row_number() OVER () + 1 AS source_row"
)
# One campaign for two of five of the web's events; what is not of a campaign stays without.
_CAMPAIGNS = (
    "SELECT *, CASE WHEN hash(account_id, source_row) % 5 < 2 "
    "THEN 'campaign ' || (hash(source_row) % 6) END AS campaign FROM {it}"
)
_CONTRACTS = (
    "SELECT 'contract-' || deal_id AS contract_id, account_id, closed::DATE AS \"from\", "
    'CASE WHEN hash(deal_id) % 3 = 0 THEN (closed + INTERVAL 365 DAY)::DATE END AS "to", '
    "amount / 4 AS amount, currency, true AS recurring, " + _LINEAGE + " FROM {it} WHERE outcome = 'won'"
)
_PEOPLE = (
    "SELECT DISTINCT deal_id, person_id, 'crm' AS source, 'crm' AS source_kind, 'bench.parquet' AS source_file, "
    "1::BIGINT AS source_row FROM {it} WHERE deal_id IS NOT NULL AND person_id IS NOT NULL ORDER BY ALL"
)
_SPEND = (
    "SELECT 'campaign ' || c AS campaign, 'web' AS channel, (TIMESTAMP '2024-01-01' + to_days(d::INTEGER))::DATE AS \"date\", "
    "(1000 + hash(c, d) % 1000)::BIGINT AS impressions, (10 + hash(d, c) % 90)::BIGINT AS clicks, "
    "(50 + hash(c, d, 'cost') % 200)::DOUBLE AS cost, 'EUR' AS currency, 'bench-ads' AS source, 'ads' AS source_kind, "
    "'bench.parquet' AS source_file, row_number() OVER () + 1 AS source_row FROM range(6) AS a(c), range(0, 730, 7) AS b(d)"
)


@dataclass(frozen=True)
class Built:
    """A workspace with its lake; seconds that each part took, none where it was there before."""

    workspace: Workspace
    folder: Path
    seconds: dict[str, float]


def build(folder: Path, events: int) -> Built:
    """A workspace folder whose lake holds so many events; what was built before is taken as it is."""
    home = folder / f"log-{events}"
    seconds: dict[str, float] = {}
    if not (home / DONE).exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(
            EXAMPLE, home, ignore=shutil.ignore_patterns("exports", "market", "*.py", "__pycache__")
        )
        idea = home / "improvements" / f"{IMPROVEMENT}.yaml"
        idea.write_text(
            idea.read_text("utf-8").replace("status: idea", "status: done\nlive: 2025-03-03"), "utf-8"
        )
        workspace = read_workspace(home)
        began = time.perf_counter()
        done = simulate(
            workspace, workspace.journeys[JOURNEY], home / "staged", Market(events=events, seed=SEED)
        )
        staged = [*done.staged, *_added(done.staged, home / "staged")]
        seconds["generate"] = time.perf_counter() - began
        began = time.perf_counter()
        publish(Lake(home / "lake"), staged)
        seconds["publish"] = time.perf_counter() - began
        shutil.rmtree(home / "staged")
        (home / DONE).write_text(f"{done.events} {seconds}\n", encoding="utf-8")
    return Built(read_workspace(home), home, seconds)


def _added(staged: list[Staged], folder: Path) -> Iterator[Staged]:
    """What the generator does not make; its own files of the web get campaigns."""

    def files(name: str) -> Relation:
        found = [one.folder / name for one in staged if (one.folder / name).exists()]
        listed = ", ".join(map(file_text, found))
        return Relation(f"(SELECT * FROM read_parquet([{listed}], union_by_name = true))", tuple(found))

    with Engine(ordered=True, temp_directory=folder / "spill") as engine:
        for name, tables in (
            ("bench-erp", {"contracts": (_CONTRACTS, "deals.parquet")}),
            ("bench-crm", {"deal_people": (_PEOPLE, "events.parquet")}),
            ("bench-ads", {"spend": (_SPEND, "")}),
        ):
            target = folder / name
            target.mkdir()
            for table, (sql, of) in tables.items():
                engine.write(sql, target / f"{table}.parquet", tables={"it": files(of)} if of else None)
            # People of deals are told by the source that tells the deals.
            source = "crm" if name == "bench-crm" else name
            yield Staged(target, "bench.parquet", source, "bench")
        for one in staged:
            if one.source == "web":
                events, told = one.folder / "events.parquet", one.folder / "told.parquet"
                engine.write(
                    _CAMPAIGNS,
                    told,
                    tables={"it": Relation(f"(SELECT * FROM read_parquet({file_text(events)}))")},
                )
                told.replace(events)
