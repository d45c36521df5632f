"""Who belongs to which account, since when and in which part: as sources say it, else by the domain of an address."""

from __future__ import annotations

from collections.abc import Mapping

from polku.documents import Account
from polku.identity.arrays import texts
from polku.identity.names import person_key
from polku.identity.people import ORDER
from polku.identity.titles import TitleReader
from polku.records.engine import Engine, Relation
from polku.records.watching import stop_point

AT_ONCE = 1_000_000
"""So many people are looked at at once; each takes some 200 bytes."""


def find_members(
    engine: Engine,
    tables: Mapping[str, Relation],
    accounts: Mapping[str, Account],
    titles: TitleReader,
    parts: Mapping[str, str],
) -> None:
    """Make the table `resolved_members`; `resolved_accounts`, `resolved_people`, `known_people` and `domain_accounts` must be there.

    Very many people are looked at part by part.

    Args:
        accounts: documents, whose people say their parts.
        parts: role → part.
    """
    _read_titles(engine, titles)
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE resolved_members (person_id VARCHAR, account_id VARCHAR, "from" DATE, "to" DATE, '
        'parts VARCHAR[], "primary" BOOLEAN, reason VARCHAR, confidence DOUBLE, source VARCHAR, source_kind VARCHAR)'
    )
    people = engine.rows(
        "SELECT greatest((SELECT count(*) FROM known_people), (SELECT count(*) FROM {memberships}))",
        tables=tables,
    )[0][0]
    count = 1 + people // AT_ONCE
    for part in range(count):
        stop_point()
        _find_some(engine, tables, "true" if count == 1 else f"hash(person_id) % {count} = {part}")
        _written_parts(engine, accounts, parts)
        engine.execute(
            'INSERT INTO resolved_members SELECT m.person_id, m.account_id, m."from", m."to", '
            "CASE WHEN len(m.parts) > 0 THEN m.parts WHEN w.parts IS NOT NULL THEN w.parts "
            '  WHEN t.part IS NOT NULL THEN [t.part] END AS parts, m."primary", m.reason, m.confidence, '
            "nullif(m.source, '') AS source, nullif(m.source_kind, '') AS source_kind FROM members m "
            "LEFT JOIN written_parts w ON w.person_id = m.person_id AND w.account_id = m.account_id "
            "LEFT JOIN (SELECT person_id, arg_min(title, n) AS title FROM people_in_part GROUP BY person_id) k "
            "  ON k.person_id = m.person_id LEFT JOIN read_titles t ON t.title = k.title"
        )


def _find_some(engine: Engine, tables: Mapping[str, Relation], whose: str) -> None:
    """Make the tables `members` of some people, and `people_in_part` of what is known of them.

    Args:
        whose: which people, as a condition over person_id.
    """
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE people_in_part AS SELECT person_id, n, name, title, mail FROM known_people WHERE {whose}"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE said_members AS SELECT * FROM ("
        f'SELECT p.person_id, a.account_id, s."from", s."to", s.parts, s."primary", \'said-\' || a.reason AS reason, '
        f"a.confidence, s.source, coalesce(s.source_kind, '') AS source_kind FROM {{memberships}} s "
        f"JOIN (FROM resolved_people WHERE {whose}) p ON p.source IS NOT DISTINCT FROM s.source AND p.ref = s.person_id "
        "JOIN resolved_accounts a ON a.source IS NOT DISTINCT FROM s.source AND a.ref = s.account_id "
        "WHERE p.person_id IS NOT NULL AND a.account_id IS NOT NULL "
        f'QUALIFY row_number() OVER (PARTITION BY p.person_id, a.account_id, s."from" ORDER BY {ORDER}, s.source, '
        f's.source_file, s.source_row, s.person_id, s.account_id, s."to", s.parts, s."primary") = 1)',
        tables=tables,
    )
    # What somebody dated is known better than that a person was once met there.
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE members AS SELECT * FROM said_members WHERE "from" IS NOT NULL '
        'OR "to" IS NOT NULL OR (person_id, account_id) NOT IN (SELECT (person_id, account_id) FROM said_members '
        '  WHERE "from" IS NOT NULL OR "to" IS NOT NULL) '
        "UNION ALL SELECT k.person_id, arg_min(d.account_id, k.mail), NULL, NULL, NULL, NULL, 'domain', 0.9, NULL, NULL "
        "FROM people_in_part k JOIN domain_accounts d ON d.\"domain\" = split_part(k.mail, '@', 2) "
        "ANTI JOIN said_members s ON s.person_id = k.person_id "
        f"SEMI JOIN (SELECT person_id FROM resolved_people WHERE {whose}) r ON r.person_id = k.person_id GROUP BY k.person_id"
    )


def _read_titles(engine: Engine, titles: TitleReader) -> None:
    """Make the table read_titles: job title → part."""
    asked = [row[0] for row in engine.rows("SELECT DISTINCT title FROM known_people WHERE title IS NOT NULL")]
    read = [(title, part) for title in asked if (part := titles.read(title).part)]
    engine.execute("CREATE OR REPLACE TEMP TABLE read_titles (title VARCHAR, part VARCHAR)")
    if read:
        arrays = {"a": texts([title for title, _ in read]), "b": texts([part for _, part in read])}
        with engine.holding("incoming", arrays):
            engine.execute("INSERT INTO read_titles SELECT a, b FROM incoming")


def _written_parts(engine: Engine, accounts: Mapping[str, Account], parts: Mapping[str, str]) -> None:
    """Make the table written_parts: the parts that account documents give the people they name."""
    written: dict[tuple[str, str], list[str]] = {}
    for id, account in accounts.items():
        for person in account.people:
            known = [parts[role] for role in person.roles if role in parts]
            if person.name and known:
                written[(id, person_key(person.name))] = known
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE written_parts (person_id VARCHAR, account_id VARCHAR, parts VARCHAR[])"
    )
    if not written:
        return
    there = engine.rows(
        "SELECT DISTINCT m.person_id, m.account_id, k.name FROM members m JOIN "
        "(SELECT person_id, arg_min(name, n) AS name FROM people_in_part GROUP BY person_id) k USING (person_id) "
        "WHERE list_contains($accounts, m.account_id)",
        {"accounts": sorted({account for account, _ in written})},
    )
    for person, account, said in there:
        known_parts = written.get((account, person_key(said or "")))
        if known_parts:
            engine.execute(
                "INSERT INTO written_parts VALUES ($person, $account, $parts)",
                {"person": person, "account": account, "parts": known_parts},
            )
