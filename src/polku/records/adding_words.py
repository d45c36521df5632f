"""Words for accounts and people where an import is added: which are asked of who says who is who, and which nobody says any more."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from polku.records.engine import Relation
from polku.records.resolving import Resolver
from polku.records.schema import MERGED, RECORDS

if TYPE_CHECKING:
    from polku.records.adding import Adding


def lose_words(adding: Adding) -> bool:
    """Make the table `lost_words` of words for accounts and people that nobody says any more; whether there are any."""
    run, engine = adding.run, adding.run.engine
    engine.execute("CREATE OR REPLACE TEMP TABLE lost_words (what VARCHAR, source VARCHAR, ref VARCHAR)")
    for what in ("account", "person"):
        column = f"{what}_id"
        naming = [table for table in MERGED if RECORDS[table].column(column) is not None]
        for table in naming:
            merged = run.merged.get(table)
            if merged is None or not (merged.lost if table != "events" else adding.gone):
                continue
            engine.execute(
                f"INSERT INTO lost_words SELECT DISTINCT '{what}', a.source, a.{column} FROM {{it}} a "
                f"JOIN odd_{table} o USING (batch, r) WHERE NOT o.keep AND a.batch < 0 AND a.{column} IS NOT NULL",
                tables={"it": merged.rows},
            )
        for table in naming:
            if engine.rows(f"SELECT 1 FROM lost_words WHERE what = '{what}' LIMIT 1"):
                engine.execute(
                    f"DELETE FROM lost_words WHERE what = '{what}' AND (source, ref) IN (SELECT (s.source, s.{column}) "
                    f"FROM {{said}} s SEMI JOIN lost_words l ON l.source = s.source AND l.ref = s.{column})",
                    tables={"said": run.said(table)},
                )
    return bool(engine.rows("SELECT 1 FROM lost_words LIMIT 1"))


def words(adding: Adding) -> Relation:
    """Events by which each word is said that was ever said and still is, so that not all of them are asked."""
    kinds = "SELECT source, max(source_kind) AS source_kind FROM {} GROUP BY source".format(
        adding.before.relation("codes").sql
    )
    known = " UNION ALL ".join(
        f"SELECT l.source, k.source_kind, {'l.ref' if what == 'account' else 'NULL'} AS account_id, "
        f"{'l.ref' if what == 'person' else 'NULL'} AS person_id FROM {adding.before.relation(f'{what}_links').sql} l "
        f"ANTI JOIN (FROM lost_words WHERE what = '{what}') w ON w.source = l.source AND w.ref = l.ref "
        f"LEFT JOIN ({kinds}) k USING (source)"
        for what in ("account", "person")
    )
    new = (
        " UNION ALL SELECT source, source_kind, account_id, person_id FROM new_events" if adding.count else ""
    )
    return Relation(f"({known}{new})", adding.before.files("account_links"))


def nothing_to_ask(adding: Adding) -> bool:
    """Whether nobody says a new word, and nobody who says who is who has changed."""
    run = adding.run
    if run.changed - {"events"} or adding.before.manifest.get("resolver") != resolver_name(run.resolver):
        return False
    if not resolver_name(run.resolver):
        return False
    for what in ("account", "person") if adding.count else ():
        unknown = run.engine.rows(
            f"SELECT 1 FROM new_events n ANTI JOIN {{links}} l ON l.source = n.source AND l.ref = n.{what}_id "
            f"WHERE n.{what}_id IS NOT NULL LIMIT 1",
            tables={"links": adding.before.relation(f"{what}_links")},
        )
        if unknown:
            return False
    return True


def resolver_name(resolve: Resolver) -> str:
    """A name for who says who is who: the same name, the same answers. Empty: cannot be told."""
    named = getattr(resolve, "__qualname__", None)
    if named is not None:
        return "" if "<" in named else f"{getattr(resolve, '__module__', '')}.{named}"
    said = getattr(resolve, "named", None)
    return hashlib.sha256(str(said()).encode()).hexdigest()[:24] if callable(said) else ""
