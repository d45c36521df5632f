"""Which person a source means: by e-mail address, else by the source's own id. In SQL, since people are many.

The order of what sources say decides, their word's weight first: an entry is the person who had its address before it,
else somebody new. An address that several people of one list have finds nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from polku.identity.accounts import CONFIDENCE
from polku.identity.arrays import texts
from polku.identity.names import SHARED_BOXES, email_of, fold, person_key
from polku.records.engine import Engine, Relation
from polku.records.schema import KIND_ORDER
from polku.records.watching import stop_point

ORDER = f"coalesce(list_position({list(KIND_ORDER)!r}, source_kind), 99)"
"""Whose word goes first."""
AT_ONCE = 1_000_000
"""So many words are looked up at once; each takes some 300 bytes."""
_PLAIN = r"[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+"


def find_people(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Make the tables `resolved_people` (source, ref, person_id, reason, confidence) and `known_people`.

    `known_people` has a row per entry of a list: n (its place in the order of weight), person_id, name, title and
    mail (NULL where it finds nobody); words that are addresses and in no list are in it, too.
    """
    _addresses(engine, tables)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE entries AS SELECT p.*, one.mail AS own, two.mail AS ref_mail, "
        f"coalesce(one.mail, two.mail) AS mail FROM (SELECT row_number() OVER (ORDER BY {ORDER}, source, person_id, "
        f"  source_file, source_row, name, email, title) AS n, source, coalesce(source_kind, '') AS kind, "
        f"  person_id AS ref, name, email, title FROM {{people}}) p "
        f"LEFT JOIN mails one ON one.said = p.email LEFT JOIN mails two ON two.said = p.ref",
        tables=tables,
    )
    _shared(engine)
    engine.execute("UPDATE entries SET mail = NULL WHERE mail IN (SELECT mail FROM shared_mails)")
    _ids(engine)
    _links(engine, tables)


def _addresses(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Make the table mails: a word of a source → the address it is."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE mails AS SELECT said, "
        "CASE WHEN regexp_full_match(lower(said), $plain) AND NOT contains(said, '@www.') THEN lower(said) END AS mail "
        "FROM (SELECT email AS said FROM {people} UNION SELECT person_id FROM {people} UNION SELECT ref FROM {person_refs}) "
        "WHERE contains(said, '@')",
        {"plain": _PLAIN},
        tables,
    )
    odd = [row[0] for row in engine.rows("SELECT said FROM mails WHERE mail IS NULL")]
    found = [(said, mail) for said in odd if (mail := email_of(said))]
    if found:
        with engine.holding(
            "incoming", {"said": texts([said for said, _ in found]), "mail": texts([m for _, m in found])}
        ):
            engine.execute("UPDATE mails SET mail = i.mail FROM incoming i WHERE i.said = mails.said")
    engine.execute("DELETE FROM mails WHERE mail IS NULL")


def _shared(engine: Engine) -> None:
    """Make the table shared_mails: addresses of boxes that several people of one list read."""
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, mail, name in engine.rows(
        "WITH many AS (SELECT source, own FROM entries WHERE own IS NOT NULL AND ref_mail IS NULL "
        "  GROUP BY ALL HAVING count(DISTINCT ref) > 1) "
        "SELECT e.source, e.own, arg_max(coalesce(e.name, ''), e.n) FROM entries e JOIN many m "
        "ON m.source IS NOT DISTINCT FROM e.source AND m.own = e.own WHERE e.ref_mail IS NULL GROUP BY e.source, e.own, e.ref"
    ):
        holders[(source, mail)].append(person_key(name))
    shared = {
        mail
        for (_, mail), names in holders.items()
        if len({name for name in names if name}) > 1 or fold(mail.partition("@")[0]) in SHARED_BOXES
    }
    engine.execute("CREATE OR REPLACE TEMP TABLE shared_mails (mail VARCHAR)")
    if shared:
        with engine.holding("incoming", {"mail": texts(sorted(shared))}):
            engine.execute("INSERT INTO shared_mails SELECT mail FROM incoming")


def _ids(engine: Engine) -> None:
    """Make the table ids: (kind, ref) → person_id, and known_people."""
    # An entry is its id's first mention; what links it is who had its address before.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE nodes AS SELECT (row_number() OVER (ORDER BY n) - 1)::INTEGER AS node, * FROM ("
        "SELECT kind, ref, min(n) AS n, arg_min({'mail': mail}, n)['mail'] AS mail, "
        "any_value(ref_mail) IS NOT NULL AS by_mail FROM entries GROUP BY kind, ref)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE owners AS SELECT e.mail, e.n, o.node FROM "
        "(SELECT mail, min(n) AS n, arg_min({'kind': kind, 'ref': ref}, n) AS who FROM entries "
        "  WHERE mail IS NOT NULL GROUP BY mail) e JOIN nodes o ON o.kind = e.who['kind'] AND o.ref = e.who['ref']"
    )
    above = engine.columns(
        "SELECT coalesce(o.node, d.node) AS above FROM nodes d "
        "LEFT JOIN owners o ON o.mail = d.mail AND o.n < d.n ORDER BY d.node"
    )["above"]
    above = np.asarray(above, dtype=np.int32)
    while len(above) and (above[above] != above).any():
        above = above[above]
    engine.execute("CREATE OR REPLACE TEMP TABLE roots (node INTEGER, root INTEGER)")
    if len(above):
        with engine.holding("incoming", {"node": np.arange(len(above), dtype=np.int32), "root": above}):
            engine.execute("INSERT INTO roots SELECT node, root FROM incoming")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE ids AS WITH named AS (SELECT d.node, d.kind, d.ref, "
        "  CASE WHEN d.by_mail AND d.mail IS NOT NULL THEN d.mail ELSE d.ref END AS base, d.n "
        "  FROM nodes d JOIN roots r USING (node) WHERE r.root = d.node), "
        "called AS (SELECT node, CASE WHEN row_number() OVER (PARTITION BY base ORDER BY n) = 1 THEN base "
        "  ELSE kind || ':' || ref END AS person_id FROM named) "
        "SELECT d.node, d.kind, d.ref, c.person_id FROM nodes d JOIN roots r USING (node) JOIN called c ON c.node = r.root"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE known_people AS SELECT e.n, i.person_id, nullif(e.name, '') AS name, "
        "nullif(e.title, '') AS title, e.mail FROM entries e JOIN ids i USING (kind, ref)"
    )


def _links(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Make the tables asked and resolved_people of all words, very many part by part."""
    count = 1 + engine.rows("SELECT count(*) FROM {person_refs}", tables=tables)[0][0] // AT_ONCE
    for part in range(count):
        stop_point()
        _find_words(
            engine, tables, "true" if count == 1 else f"hash({{}}) % {count} = {part}", first=not part
        )
    engine.execute(
        "INSERT INTO known_people SELECT NULL, mail, NULL, NULL, mail FROM asked "
        "WHERE listed IS NULL AND mail IS NOT NULL AND NOT shared AND owner IS NULL GROUP BY mail"
    )


def _find_words(engine: Engine, tables: Mapping[str, Relation], which: str, *, first: bool) -> None:
    """Add some words to the tables asked and resolved_people.

    Args:
        which: words, as a condition with {} for the word.
        first: the tables are made.
    """
    sure = (
        "CASE reason "
        + " ".join(f"WHEN '{reason}' THEN {value}" for reason, value in CONFIDENCE.items())
        + " END"
    )

    def into(table: str) -> str:
        return f"CREATE OR REPLACE TEMP TABLE {table} AS" if first else f"INSERT INTO {table}"

    engine.execute(
        "CREATE OR REPLACE TEMP TABLE asked_now AS SELECT a.*, i.person_id AS listed, m.mail, s.mail IS NOT NULL AS shared, "
        "o.person_id AS owner, w.people, w.person_id AS elsewhere FROM "
        f"(SELECT source, coalesce(source_kind, '') AS kind, ref, {ORDER} AS weight FROM {{person_refs}} WHERE {which.format('ref')}) a "
        f"LEFT JOIN (FROM ids WHERE {which.format('ref')}) i USING (kind, ref) "
        f"LEFT JOIN (FROM mails WHERE {which.format('said')}) m ON m.said = a.ref "
        "LEFT JOIN shared_mails s ON s.mail = m.mail "
        "LEFT JOIN (SELECT o.mail, i.person_id FROM owners o "
        f"  SEMI JOIN (FROM mails WHERE {which.format('said')}) m ON m.mail = o.mail JOIN ids i USING (node)) o ON o.mail = m.mail "
        "LEFT JOIN (SELECT ref, if(min(person_id) = max(person_id), 1, 2) AS people, min(person_id) AS person_id FROM ids "
        f"  WHERE {which.format('ref')} GROUP BY ref) w ON w.ref = a.ref AND m.mail IS NULL",
        tables=tables,
    )
    # Who is only named is a person of whom no more is known; the same word of another kind of source is another.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE only_named AS WITH first AS (SELECT kind, ref, min({'weight': weight, 'source': source}) "
        "  AS place FROM asked_now WHERE listed IS NULL AND mail IS NULL AND people IS NULL GROUP BY kind, ref) "
        "SELECT kind, ref, place['source'] AS source, CASE WHEN row_number() OVER (PARTITION BY ref ORDER BY place) = 1 "
        f"  AND ref NOT IN (SELECT person_id FROM ids WHERE {which.format('person_id')}) THEN ref ELSE kind || ':' || ref END AS person_id FROM first"
    )
    engine.execute(
        f"{into('resolved_people')} SELECT source, ref, person_id, reason, ({sure})::DOUBLE AS confidence FROM ("
        "SELECT a.source, a.ref, CASE WHEN a.listed IS NOT NULL THEN a.listed WHEN a.shared THEN NULL "
        "  WHEN a.mail IS NOT NULL THEN coalesce(a.owner, a.mail) WHEN a.people = 1 THEN a.elsewhere "
        "  WHEN a.people > 1 THEN NULL ELSE n.person_id END AS person_id, "
        "CASE WHEN a.listed IS NOT NULL THEN if(a.mail IS NULL, 'id', 'email') WHEN a.shared THEN 'ambiguous' "
        "  WHEN a.mail IS NOT NULL THEN 'email' WHEN a.people = 1 THEN 'other-id' WHEN a.people > 1 THEN 'ambiguous' "
        "  WHEN n.source IS NOT DISTINCT FROM a.source THEN 'named' ELSE 'id' END AS reason "
        "FROM asked_now a LEFT JOIN only_named n USING (kind, ref))"
    )
    engine.execute(f"{into('asked')} FROM asked_now")
