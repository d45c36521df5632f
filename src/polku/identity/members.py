"""Who belongs to which account, since when and in which part: as sources say it, else by the domain of an address."""

from __future__ import annotations

from collections.abc import Mapping

from polku.documents import Account
from polku.identity.arrays import texts
from polku.identity.names import person_key
from polku.identity.people import ORDER
from polku.identity.titles import TitleReader
from polku.records.engine import Engine, Relation


def find_members(
    engine: Engine,
    tables: Mapping[str, Relation],
    accounts: Mapping[str, Account],
    titles: TitleReader,
    parts: Mapping[str, str],
) -> None:
    """Make the table `resolved_members`; `resolved_accounts`, `resolved_people`, `known_people` and `domain_accounts` must be there.

    Args:
        accounts: documents, whose people say their parts.
        parts: role → part.
    """
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE said_members AS SELECT DISTINCT ON (person_id, account_id, "from") * FROM ('
        f'SELECT p.person_id, a.account_id, s."from", s."to", s.parts, s."primary", \'said-\' || a.reason AS reason, '
        f"a.confidence, s.source, coalesce(s.source_kind, '') AS source_kind, "
        f"row_number() OVER (ORDER BY {ORDER}, s.source, s.source_file, s.source_row, s.person_id, s.account_id, "
        f'  s."to", s.parts, s."primary") AS n '
        "FROM {memberships} s JOIN resolved_people p ON p.source IS NOT DISTINCT FROM s.source AND p.ref = s.person_id "
        "JOIN resolved_accounts a ON a.source IS NOT DISTINCT FROM s.source AND a.ref = s.account_id "
        'WHERE p.person_id IS NOT NULL AND a.account_id IS NOT NULL) ORDER BY person_id, account_id, "from", n',
        tables=tables,
    )
    # What somebody dated is known better than that a person was once met there.
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE members AS SELECT * EXCLUDE (n) FROM said_members WHERE "from" IS NOT NULL '
        'OR "to" IS NOT NULL OR (person_id, account_id) NOT IN (SELECT (person_id, account_id) FROM said_members '
        '  WHERE "from" IS NOT NULL OR "to" IS NOT NULL) '
        "UNION ALL SELECT k.person_id, arg_min(d.account_id, k.mail), NULL, NULL, NULL, NULL, 'domain', 0.9, NULL, NULL "
        "FROM known_people k JOIN domain_accounts d ON d.\"domain\" = split_part(k.mail, '@', 2) "
        "ANTI JOIN said_members s ON s.person_id = k.person_id "
        "SEMI JOIN (SELECT person_id FROM resolved_people) r ON r.person_id = k.person_id GROUP BY k.person_id"
    )
    _read_titles(engine, titles)
    _written_parts(engine, accounts, parts)
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE resolved_members AS SELECT m.person_id, m.account_id, m."from", m."to", '
        "CASE WHEN len(m.parts) > 0 THEN m.parts WHEN w.parts IS NOT NULL THEN w.parts "
        '  WHEN t.part IS NOT NULL THEN [t.part] END AS parts, m."primary", m.reason, m.confidence, '
        "nullif(m.source, '') AS source, nullif(m.source_kind, '') AS source_kind FROM members m "
        "LEFT JOIN written_parts w ON w.person_id = m.person_id AND w.account_id = m.account_id "
        "LEFT JOIN (SELECT person_id, arg_min(title, n) AS title FROM known_people GROUP BY person_id) k "
        "  ON k.person_id = m.person_id LEFT JOIN read_titles t ON t.title = k.title"
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
        "(SELECT person_id, arg_min(name, n) AS name FROM known_people GROUP BY person_id) k USING (person_id) "
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
