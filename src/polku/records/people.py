"""Links to accounts and people, and the tables that follow from them: accounts, people, memberships."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from polku.records.engine import Engine, Relation, literal, name
from polku.records.resolving import Resolved
from polku.records.schema import (
    ACCOUNT_LINKS,
    KIND_ORDER,
    MAILBOX_LINKS,
    PARTS,
    PERSON_LINKS,
    PUBLISHED,
    RECORDS,
    REF_COLUMNS,
    VISITOR_LINKS,
    Table,
)

LINKS = ("account_links", "person_links", "visitor_links", "mailbox_links")
"""What words of sources mean."""
LINK_TABLES = (*LINKS, "memberships", "person_keys", "settled", "primary_at", "part_at")
"""The temporary tables that `link` makes."""
ALWAYS = "TIMESTAMP '0001-01-01'"
"""Begin of what has no begin."""

ROWS_AT_ONCE = 25_000_000
"""So many rows are grouped by their words at once, where these are many."""
WORDS_AT_ONCE = 1_000_000
"""Up to so many words any rows are grouped by them at once."""

LINKED_AT_ONCE = 1_000_000
"""So many words are looked up at once by rows that describe what they mean; each takes some 100 bytes."""
SEVERAL_AT_ONCE = 100_000
"""So many accounts or people whom several rows describe are made one each at once; each takes some 2,000 bytes."""
_DESCRIBED = {"account": "accounts", "person": "people"}

_PART = f"(list_position([{', '.join(map(literal, PARTS))}], parts[1]) - 1)::TINYINT"


def keep_refs(engine: Engine, tables: Mapping[str, Relation]) -> dict[str, Relation]:
    """Make the temporary tables `account_refs` and `person_refs`, which are asked for several times.

    They hold all words by which rows of the tables name an account or a person, as `schema.REFS` has them.
    """
    for what in ("account", "person"):
        naming = [relation for table, relation in tables.items() if RECORDS[table].column(f"{what}_id")]
        rows = " UNION ALL ".join(
            f"SELECT source, source_kind, {what}_id AS ref FROM {relation.sql}" for relation in naming
        )
        files = tuple(file for relation in naming for file in relation.files)
        said = {"said": Relation(f"(SELECT * FROM ({rows}) WHERE ref IS NOT NULL)", files)}
        engine.execute(
            'CREATE OR REPLACE TEMP TABLE kinds AS SELECT source, source_kind, count(*) AS "rows" FROM {said} GROUP BY ALL',
            tables=said,
        )
        parts = _parts(engine, said)
        for part in range(parts):
            grouped = _grouped(engine, "true" if parts == 1 else f"hash(ref) % {parts} = {part}")
            into = f"INSERT INTO {what}_refs" if part else f"CREATE OR REPLACE TEMP TABLE {what}_refs AS"
            engine.execute(f"{into} {grouped}", tables=said)
    return {table: Relation(table) for table in ("account_refs", "person_refs")}


def _parts(engine: Engine, said: Mapping[str, Relation]) -> int:
    """In how many parts the words are grouped, of the query said and the table kinds.

    The engine collects a word once for each stretch of rows that says it before it puts these together, which does not
    spill as it should where many words come back in many stretches.
    """
    rows = engine.rows('SELECT coalesce(sum("rows"), 0)::BIGINT FROM kinds')[0][0]
    if rows <= ROWS_AT_ONCE:
        return 1
    words = engine.rows("SELECT approx_count_distinct(ref) FROM {said}", tables=said)[0][0]
    return 1 if words <= WORDS_AT_ONCE else 1 + int(rows) // ROWS_AT_ONCE


def _grouped(engine: Engine, where: str) -> str:
    """Each word with its source, the kind of that and how often it is said, as a query of said and of the table kinds.

    Of millions of words every column by which they are grouped counts.
    """
    kinds, sources = engine.rows("SELECT count(*), count(DISTINCT source) FROM kinds")[0]
    rows = f'count(*) AS "rows" FROM {{said}} WHERE {where}'
    if kinds == sources == 1:
        words = f"SELECT ref, {rows} GROUP BY ref"
        return f'SELECT source, source_kind, ref, w."rows" FROM ({words}) w CROSS JOIN kinds'
    if kinds == sources:
        words = f"SELECT source, ref, {rows} GROUP BY source, ref"
        return f'SELECT source, source_kind, ref, w."rows" FROM ({words}) w JOIN kinds USING (source)'
    return f"SELECT source, max(source_kind) AS source_kind, ref, {rows} GROUP BY source, ref"


def said_by_id(engine: Engine) -> frozenset[str]:
    """Account or person, where each word of the tables of `keep_refs` is, by those of `link`, the id it means."""
    return frozenset(what for what in ("account", "person") if _by_id(engine, what))


def _by_id(engine: Engine, what: str) -> bool:
    # Tables that say the same row by row need no join.
    if not engine.rows(
        f"SELECT 1 FROM {what}_refs r POSITIONAL JOIN {what}_links l WHERE l.source IS DISTINCT FROM r.source "
        f"OR l.ref IS DISTINCT FROM r.ref OR l.{what}_id IS DISTINCT FROM r.ref LIMIT 1"
    ):
        return True
    # A single word that means another id tells enough.
    if engine.rows(f"SELECT 1 FROM {what}_links WHERE {what}_id IS DISTINCT FROM ref LIMIT 1"):
        return False
    return not engine.rows(
        f"SELECT 1 FROM {what}_refs r ANTI JOIN {what}_links l ON l.source = r.source AND l.ref = r.ref LIMIT 1"
    )


def link(engine: Engine, resolved: Resolved, tables: Mapping[str, Relation]) -> str:
    """Make the temporary tables of `LINK_TABLES`.

    `settled` says of whoever was always at one account at which and with which part; of others `primary_at` says at which
    account a person is from a time on (until the next row), `part_at` with which part.

    Returns:
        A name for what was linked: the same links, the same name.

    Raises:
        ValueError: the resolver answered one word twice.
    """
    for table, template, key in (
        (ACCOUNT_LINKS, resolved.account_links, "source, ref"),
        (PERSON_LINKS, resolved.person_links, "source, ref"),
        (VISITOR_LINKS, resolved.visitor_links or _none(VISITOR_LINKS), 'source, ref, "from"'),
        (MAILBOX_LINKS, resolved.mailbox_links or _none(MAILBOX_LINKS), "source, ref"),
        (RECORDS["memberships"], resolved.memberships, 'person_id, account_id, "from"'),
    ):
        _make(engine, table, template, tables)
        # Hashes that differ say the same for less.
        hashes = f"SELECT 1 FROM {table.name} HAVING count(DISTINCT hash({key})) < count(*)"
        twice = f"SELECT 1 FROM {table.name} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        if engine.rows(hashes) and engine.rows(twice):
            raise ValueError(f"the resolver gave {table.name} with more than one row for one ({key})")
    engine.execute(
        "CREATE TEMP TABLE person_keys AS SELECT (row_number() OVER (ORDER BY person_id) - 1)::INTEGER AS person, "
        "person_id FROM (SELECT person_id FROM person_links UNION SELECT person_id FROM visitor_links "
        "UNION SELECT person_id FROM memberships) WHERE person_id IS NOT NULL"
    )
    _belonging(engine)
    linked = ["account_links", "person_links", "memberships"]
    linked += [table for table in ("visitor_links", "mailbox_links") if _any(engine, table)]
    return "-".join(_name(engine, table) for table in linked)


def has_visitors(engine: Engine) -> bool:
    """Whether some word means one person after another."""
    return _any(engine, "visitor_links")


def has_mailboxes(engine: Engine) -> bool:
    """Whether some word is a box of an account of which no person can be told."""
    return _any(engine, "mailbox_links")


def _any(engine: Engine, table: str) -> bool:
    return bool(engine.rows(f"SELECT 1 FROM {table} LIMIT 1"))


def _none(table: Table) -> str:
    return f"SELECT {', '.join(f'NULL AS {name(one)}' for one in table.names)} WHERE false"


def link_as_before(engine: Engine, before: Mapping[str, Relation]) -> None:
    """Make the tables of `link` from what a version says; they are read from its files when they are asked for."""
    for table in (*LINKS, "memberships", "person_keys"):
        engine.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM {{{table}}}", tables=before)
    _belonging(engine)


def unlink(engine: Engine) -> None:
    """Take away what `link` or `link_as_before` made."""
    made = engine.rows(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'temp'"
    )
    for table, kind in made:
        if table in LINK_TABLES:
            engine.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {table}")


def linked_sql(table: str, *, of_deals: bool) -> str:
    """The rows of a table, as a query of said: the accounts and people that they name in place of the words for them.

    Args:
        of_deals: link tables say of which account deals are that name none.
    """
    columns, joins = [], ""
    for column in PUBLISHED[table].columns:
        if (table, column.name) == ("deals", "account_id") and of_deals:
            columns.append(
                "coalesce(account_links.account_id, CASE WHEN s.account_id IS NULL THEN b.account_id END) AS account_id"
            )
            joins += (
                " LEFT JOIN account_links ON account_links.source = s.source AND account_links.ref = s.account_id"
                " LEFT JOIN account_of_deal b ON b.source_kind IS NOT DISTINCT FROM s.source_kind AND b.record_id = s.deal_id"
            )
        elif column.name in REF_COLUMNS:
            what = column.name.removesuffix("_id")
            columns.append(f"{what}_links.{column.name}")
            joins += (
                f" LEFT JOIN {what}_links ON {what}_links.source = s.source "
                f"AND {what}_links.ref = s.{column.name}"
            )
        elif column.name in REF_COLUMNS.values():
            columns.append(f"s.{column.name.replace('_ref', '_id')} AS {column.name}")
        else:
            columns.append(f"s.{name(column.name)}")
    order = ", ".join(f"s.{name(column.name)}" for column in RECORDS[table].columns)
    return (
        f"SELECT {', '.join(columns)} FROM {{said}} s{joins} "
        f"ORDER BY s.source, s.source_file, s.source_row, {order}"
    )


def temporary(engine: Engine) -> frozenset[str]:
    """The temporary tables that there are."""
    return frozenset(
        table for (table,) in engine.rows("SELECT table_name FROM duckdb_tables() WHERE temporary")
    )


def drop_since(engine: Engine, before: Collection[str]) -> None:
    """Take away temporary tables that helped to make others: those of millions of words fill the memory.

    Args:
        before: tables that were there before; what `link` made stays, too.
    """
    made = sorted(temporary(engine) - {*before, *LINK_TABLES})
    if made:
        engine.execute("; ".join(f"DROP TABLE {name(table)}" for table in made))


def _belonging(engine: Engine) -> None:
    """Make settled, primary_at and part_at of the memberships."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE movers AS SELECT person_id FROM memberships GROUP BY person_id "
        'HAVING count(*) > 1 OR count("from") > 0 OR count("to") > 0'
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE moving AS FROM memberships SEMI JOIN movers USING (person_id)"
    )
    engine.execute(
        f"CREATE TEMP TABLE settled AS SELECT person_id, account_id, {_PART} AS part "
        "FROM memberships ANTI JOIN movers USING (person_id)"
    )
    engine.execute(
        f"CREATE TEMP TABLE primary_at AS "
        f'WITH starts AS (SELECT person_id, coalesce("from"::TIMESTAMP, {ALWAYS}) AS start FROM moving '
        f'  UNION SELECT person_id, ("to" + 1)::TIMESTAMP FROM moving WHERE "to" IS NOT NULL) '
        f"SELECT s.person_id, s.start, m.account_id FROM starts s LEFT JOIN moving m "
        f'ON m.person_id = s.person_id AND (m."from" IS NULL OR m."from" <= s.start) '
        f'AND (m."to" IS NULL OR m."to" >= s.start) '
        f'QUALIFY row_number() OVER (PARTITION BY s.person_id, s.start ORDER BY coalesce(m."primary", false) DESC, '
        f'm."from" DESC NULLS LAST, m.confidence DESC NULLS LAST, m.account_id) = 1'
    )
    engine.execute(
        f"CREATE TEMP TABLE part_at AS SELECT person_id, account_id, {_PART} AS part, "
        f'CASE WHEN row_number() OVER (PARTITION BY person_id, account_id ORDER BY "from" NULLS FIRST) = 1 '
        f'THEN {ALWAYS} ELSE "from"::TIMESTAMP END AS start FROM moving'
    )
    engine.execute("DROP TABLE moving; DROP TABLE movers")


def _make(engine: Engine, table: Table, template: str, tables: Mapping[str, Relation]) -> None:
    given = {str(row[0]) for row in engine.rows(f"DESCRIBE {template}", tables=tables)}
    values = ", ".join(
        f"{name(column.name) if column.name in given else 'NULL'}::{column.type} AS {name(column.name)}"
        for column in table.columns
    )
    engine.execute(f"CREATE TEMP TABLE {table.name} AS SELECT {values} FROM ({template})", tables=tables)


def _name(engine: Engine, table: str) -> str:
    rows, hashed = engine.rows(
        f"SELECT count(*), sum(hash(whole)::HUGEINT) % 18446744073709551557 FROM {table} AS whole"
    )[0]
    return f"{rows}:{hashed or 0}"


def accounts_of(engine: Engine, said: Relation) -> str:
    """A query of one row per account: of what several sources say, for each column the first in `KIND_ORDER` that says it.

    Parents and referrers become account ids where a link knows the word.
    """

    def meant(column: str) -> str:
        # Few name another company, so that few words are looked up.
        words = f"SELECT source, {column} AS ref FROM {{said}} WHERE {column} IS NOT NULL"
        return f"(FROM account_links SEMI JOIN ({words}) USING (source, ref))"

    described = (
        "SELECT s.* EXCLUDE (account_id, parent, referred_by), l.account_id, s.account_id AS ref, "
        "nullif(coalesce(p.account_id, s.parent), l.account_id) AS parent, "
        "coalesce(r.account_id, s.referred_by) AS referred_by "
        "FROM {said} s JOIN {links_in_part} l ON l.source = s.source AND l.ref = s.account_id "
        f"LEFT JOIN {meant('parent')} p ON p.source = s.source AND p.ref = s.parent "
        f"LEFT JOIN {meant('referred_by')} r ON r.source = s.source AND r.ref = s.referred_by"
    )
    known = "SELECT account_id FROM account_links UNION SELECT account_id FROM memberships"
    return _one_each(engine, said, "account", described, known)


def people_of(engine: Engine, said: Relation) -> str:
    """A query of one row per person, as `accounts_of`."""
    described = (
        "SELECT s.* EXCLUDE (person_id), l.person_id, s.person_id AS ref "
        "FROM {said} s JOIN {links_in_part} l ON l.source = s.source AND l.ref = s.person_id"
    )
    return _one_each(engine, said, "person", described, "SELECT person_id FROM person_keys")


def _one_each(engine: Engine, said: Relation, what: str, described: str, known: str) -> str:
    """Make the table `described_<what>` of whom sources describe, very many part by part; the query of these and the rest.

    Args:
        described: their rows of the query said, of the links in a part.
        known: all that there are.
    """
    table, key = RECORDS[_DESCRIBED[what]], f"{what}_id"
    columns = [name(column.name) for column in table.columns if column.name != key]
    order = f"coalesce(list_position([{', '.join(map(literal, KIND_ORDER))}], source_kind), 99)"
    # arg_min passes over NULLs: the first that says something is heard.
    firsts = ", ".join(f"arg_min({column}, rank) AS {column}" for column in columns)
    told, links = f"described_{what}", f"FROM {what}_links WHERE {key} IS NOT NULL"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE several AS SELECT l.{key} FROM {{said}} s JOIN ({links}) l "
        f"ON l.source = s.source AND l.ref = s.{key} GROUP BY l.{key} HAVING count(*) > 1",
        tables={"said": said},
    )
    # Rows are gone through and words looked up, whatever there are less of.
    with engine.joining_as_written():
        for part, which in hashed(engine, f"FROM {what}_links", key, LINKED_AT_ONCE):
            into = f"INSERT INTO {told}" if part else f"CREATE OR REPLACE TEMP TABLE {told} AS"
            engine.execute(
                f"{into} SELECT {key}, {', '.join(columns)} FROM ({described}) ANTI JOIN several USING ({key})",
                tables={"said": said, "links_in_part": Relation(f"({links} AND {which})")},
            )
        for _, which in hashed(engine, "FROM several", key, SEVERAL_AT_ONCE):
            theirs = f"({links} AND {key} IN (SELECT {key} FROM several WHERE {which}))"
            engine.execute(
                f"INSERT INTO {told} SELECT {key}, {firsts} FROM (SELECT *, row_number() OVER "
                f"(ORDER BY {order}, source, ref) AS rank FROM ({described})) GROUP BY {key}",
                tables={"said": said, "links_in_part": Relation(theirs)},
            )
    values = ", ".join(name(column.name) for column in table.columns)
    return (
        f"SELECT {values} FROM (FROM {told} UNION ALL BY NAME (SELECT {key} FROM ({known}) "
        f"ANTI JOIN {told} USING ({key}) WHERE {key} IS NOT NULL)) ORDER BY {key}"
    )


def hashed(engine: Engine, rows: str, key: str, at_once: int) -> list[tuple[int, str]]:
    """Numbers and conditions of the parts in which so many rows are taken at once."""
    count = 1 + engine.rows(f"SELECT count(*) {rows}")[0][0] // at_once
    return [(part, "true" if count == 1 else f"hash({key}) % {count} = {part}") for part in range(count)]
