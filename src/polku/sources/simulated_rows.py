"""Walked events as rows of records: events by source, the book of companies and people, a deal for each walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from polku.documents import Workspace
from polku.records.engine import Engine, Relation, file_text, literal
from polku.records.publish import Staged
from polku.sources.simulated_walks import AS, DAY, Market, Seen, Walked, literal_of
from polku.words import Message


def write_part(engine: Engine, walked: Walked, market: Market, file: Path) -> int:
    """Write the events of one chunk as rows of numbers: with those off the map, and who acted.

    Returns:
        How many there are.
    """
    first = int(walked.account[0]) if len(walked.account) else 0
    random = np.random.default_rng((market.seed, first, 1))
    count = len(walked.account)
    extra = random.integers(0, max(count, 1), int(count * market.off_map))
    account = np.concatenate([walked.account, walked.account[extra]])
    step = np.concatenate([walked.step, np.full(len(extra), -1, np.int16)])
    time = np.concatenate([walked.time, walked.time[extra] + random.integers(0, 20 * DAY, len(extra))])
    walk = np.concatenate([walked.walk, walked.walk[extra]])
    size = len(account)
    lot = random.random(size)
    dated = lot < market.dated
    time = np.where(dated, time // DAY * DAY, time)
    time = np.where(lot > 1 - market.ties, time // 3_600_000_000 * 3_600_000_000, time)
    columns = {
        "account": account,
        "step": step,
        "time": time,
        "walk": walk,
        "dated": dated,
        "nobody": random.random(size) < market.unknown,
        "second": random.random(size) < 0.25,
        "twice": random.random(size) < market.repeated,
        "score": np.clip(np.round(random.normal(7.0, 2.4, size)), 0, 10).astype(np.int8),
        "mixed": random.integers(0, 1 << 62, size),
    }
    with engine.holding("walked", columns) as held:
        # In no order that anybody could rely on.
        engine.write(f"SELECT * FROM {held.sql} ORDER BY mixed", file)
    return size


def stage(
    engine: Engine,
    workspace: Workspace,
    seen: Sequence[Seen],
    parts: Path,
    folder: Path,
    market: Market,
    accounts: int,
) -> Iterator[Staged]:
    """The written parts as an import would stage them: a folder for each source."""
    files = ", ".join(file_text(file) for file in sorted(parts.glob("*.parquet")))
    walked = Relation(f"(SELECT * FROM read_parquet([{files}]))")
    known = ", ".join(
        f"({number}, {literal(one.source)}, {literal(one.kind)}, {literal(one.activity)}, "
        f"{literal(one.channel)}, {one.role}, {str(one.score).lower()})"
        for number, one in enumerate(seen)
    )
    off = f"(-1, {literal(seen[0].source)}, {literal(seen[0].kind)}, 'Something else', '', -1, false)"
    names = ", ".join(f"({number}, {literal(id)})" for number, id in enumerate(workspace.role_order()))
    names = names or "(-1, '')"
    steps = f"(VALUES {known}, {off}) AS s(step, source, kind, activity, channel, role, score)"
    who = f"(VALUES {names}) AS w(role, name)"
    mail = "w.name || CASE WHEN e.second THEN '2' ELSE '' END || '@company-' || e.account || '.example'"
    for source in dict.fromkeys(one.source for one in seen):
        kind = next(one.kind for one in seen if one.source == source)
        target = folder / source
        target.mkdir()
        file = f"{source}-simulated.parquet"
        lineage = (
            f"{literal(source)} AS source, {literal(kind)} AS source_kind, {literal(file)} AS source_file, "
            "row_number() OVER () + 1 AS source_row"
        )
        # The order is part of what the same seed gives, whatever the machine's threads do.
        placed = lineage.replace("OVER ()", "OVER (ORDER BY e.mixed, e.again)")
        engine.write(
            f'SELECT NULL::VARCHAR AS event_id, make_timestamp(e."time") AS "time", '
            "CASE WHEN e.dated THEN 'day' ELSE 'second' END AS \"precision\", 'UTC' AS zone, "
            "'company-' || e.account AS account_id, "
            f"CASE WHEN e.nobody OR s.role < 0 THEN NULL ELSE {mail} END AS person_id, "
            "CASE WHEN s.kind = 'crm' THEN 'deal-' || e.account || '-' || e.walk END AS deal_id, "
            "s.activity, nullif(s.channel, '') AS channel, "
            "CASE WHEN s.score THEN e.score::DOUBLE END AS score, CASE WHEN s.score THEN 'nps' END AS score_kind, "
            f"CASE WHEN s.score THEN 10.0::DOUBLE END AS score_max, {placed} "
            "FROM (SELECT *, false AS again FROM {walked} UNION ALL SELECT *, true FROM {walked} WHERE twice) e "
            f"JOIN {steps} USING (step) LEFT JOIN {who} USING (role) WHERE s.source = {literal(source)} "
            "ORDER BY source_row",
            target / "events.parquet",
            tables={"walked": walked},
        )
        if source == _book(seen):
            _write_companies(engine, workspace, target, lineage, accounts, market)
            _write_people(engine, workspace, target, lineage, walked, seen)
            _write_deals(engine, workspace, target, lineage, walked, seen, market)
        yield Staged(target, file, source, AS, warnings=(Message("simulate.invented", {}),))


def _book(seen: Sequence[Seen]) -> str:
    """The source that knows companies and people: the CRM where there is one."""
    return next((one.source for one in seen if one.kind == "crm"), seen[0].source)


def _write_companies(
    engine: Engine, workspace: Workspace, target: Path, lineage: str, accounts: int, market: Market
) -> None:
    segments = [literal(id) for id in workspace.segments] or ["NULL::VARCHAR"]
    engine.write(
        "SELECT 'company-' || a AS account_id, 'Company ' || a AS name, 'company-' || a || '.example' AS domain, "
        f"([{', '.join(segments)}])[1 + (hash(a, {market.seed}) % {len(segments)})::INTEGER] AS segment, "
        f"(10 + hash(a, {market.seed}, 's') % 990)::BIGINT AS employees, {lineage} "
        f"FROM range({accounts}) AS t(a) ORDER BY a",
        target / "accounts.parquet",
    )


def _write_people(
    engine: Engine, workspace: Workspace, target: Path, lineage: str, walked: Relation, seen: Sequence[Seen]
) -> None:
    """Those who act: the book knows no others."""
    roles = [workspace.roles[id] for id in workspace.role_order()]
    if not roles:
        return
    rows = ", ".join(
        f"({number}, {literal(role.id)}, "
        f"{literal(literal_of(role.titles[0]) if role.titles else role.name or role.id)}, "
        f"{literal(role.part) if role.part else 'NULL::VARCHAR'})"
        for number, role in enumerate(roles)
    )
    parts = ", ".join(f"({number}, {one.role})" for number, one in enumerate(seen))
    people = (
        "SELECT r.id || n.two || '@company-' || a || '.example' AS email, a, r.title, r.part, n.two FROM "
        "(SELECT DISTINCT account AS a, s.role, CASE WHEN second THEN '2' ELSE '' END AS two FROM {walked} "
        f"  JOIN (VALUES {parts}) AS s(step, role) USING (step) WHERE NOT nobody AND s.role >= 0) n "
        f"JOIN (VALUES {rows}) AS r(role, id, title, part) USING (role) ORDER BY ALL"
    )
    tables = {"walked": walked}
    engine.write(
        f"SELECT email AS person_id, email, title, {lineage} FROM ({people})",
        target / "people.parquet",
        tables=tables,
    )
    engine.write(
        "SELECT email AS person_id, 'company-' || a AS account_id, "
        "CASE WHEN part IS NULL THEN NULL ELSE [part] END AS parts, two = '' AS \"primary\", "
        f"{lineage} FROM ({people})",
        target / "memberships.parquet",
        tables=tables,
    )


def _write_deals(
    engine: Engine,
    workspace: Workspace,
    target: Path,
    lineage: str,
    walked: Relation,
    seen: Sequence[Seen],
    market: Market,
) -> None:
    """Won where the walk came to two thirds of its steps, lost where it has been quiet for 90 days, else open."""
    won = max(1, len(seen) * 2 // 3)
    quiet = f'max("time") < epoch_us(TIMESTAMP {literal(str(market.until))}) - 90 * {DAY}'
    engine.write(
        "SELECT 'deal-' || account || '-' || walk AS deal_id, 'company-' || account AS account_id, "
        "CASE WHEN walk = 0 THEN 'new' ELSE 'renewal' END AS kind, "
        f"CASE WHEN reached >= {won} THEN 'won' WHEN quiet THEN 'lost' ELSE 'open' END AS outcome, "
        f"make_timestamp(t0) AS created, CASE WHEN reached >= {won} OR quiet THEN make_timestamp(t1) END AS closed, "
        f"(20000 + hash(account, walk) % 180000)::DOUBLE AS amount, {literal(workspace.settings.currency)} AS currency, "
        f'{lineage} FROM (SELECT account, walk, max(step) AS reached, min("time") AS t0, max("time") AS t1, {quiet} AS quiet '
        "  FROM {walked} WHERE step >= 0 GROUP BY ALL) ORDER BY account, walk",
        target / "deals.parquet",
        tables={"walked": walked},
    )
