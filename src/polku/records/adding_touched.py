"""Events there that an import may change without saying them: whose they are hangs on what it says, or says no more.

The account of an event is told by the word for it, by links of the event, by its deal or its case (what events, deals and
links of the same say), by links of those to one another, by its person at that time, or by a box of several people; its
person and its deal likewise. For each of these this module finds what was said otherwise before, and the events that it
may reach: some too many, since each of them is placed anew and compared with what it was, but none too few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.records.adding_places import NotAdded
from polku.records.engine import Relation
from polku.records.people import LINKS
from polku.records.said import events_there

if TYPE_CHECKING:
    from polku.records.publish import Run

_MEMBER = 'person_id, account_id, "from", "to", parts, "primary", confidence'


def find_touched(run: Run, moved: bool) -> bool:
    """Make the table `touched_rows` (r) of events there that may change, and `other_words` of words that mean somebody else.

    The tables `new_events` and `gone_events` (staged ones with r, which stand no longer) must be there, and those of
    `people.link`.

    Args:
        moved: words or memberships are others than before.

    Returns:
        Whether a word that was said before means somebody else now.

    Raises:
        NotAdded: somebody there is nobody any more.
    """
    work = _Touched(run)
    if moved:
        work.people()
    work.links()
    work.deals()
    work.events()
    work.linked()
    work.rows()
    return bool(run.engine.rows("SELECT 1 FROM other_words WHERE old LIMIT 1"))


class _Touched:
    def __init__(self, run: Run) -> None:
        assert run.before is not None
        self.run, self.engine, self.before = run, run.engine, run.before
        self.there = events_there(run.before)
        for table, columns in (
            ("other_words", "what VARCHAR, source VARCHAR, ref VARCHAR, old BOOLEAN"),
            ("other_people", "person_id VARCHAR"),
            ("told_otherwise", "kind VARCHAR, id VARCHAR, linked BOOLEAN"),
        ):
            self.engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")

    def people(self) -> None:
        """Words that mean somebody else, or are new, and people whose memberships differ."""
        tables = {table: self.before.relation(table) for table in (*LINKS, "memberships", "person_keys")}
        if self.engine.rows(
            "SELECT 1 FROM {person_keys} b ANTI JOIN person_keys n USING (person_id) LIMIT 1", tables=tables
        ):
            raise NotAdded
        for table in LINKS:
            what = "account" if table == "account_links" else "person"
            columns = {
                "visitor_links": 'source, ref, "from", person_id',
                "mailbox_links": "source, ref, account_id",
            }.get(table, f"source, ref, {what}_id")
            before, now = f"SELECT {columns} FROM {{{table}}}", f"SELECT {columns} FROM {table}"
            self.engine.execute(
                f"INSERT INTO other_words WITH b AS ({before}), n AS ({now}) SELECT '{what}', source, ref, bool_or(old) FROM ("
                f"SELECT source, ref, true AS old FROM (FROM b EXCEPT FROM n) UNION ALL "
                f"SELECT d.source, d.ref, k.ref IS NOT NULL FROM (FROM n EXCEPT FROM b) d LEFT JOIN "
                f"(SELECT DISTINCT source, ref FROM {{{what}_links}}) k ON k.source IS NOT DISTINCT FROM d.source "
                f"AND k.ref = d.ref) GROUP BY source, ref",
                tables=tables,
            )
        before, now = f"SELECT {_MEMBER} FROM {{memberships}}", f"SELECT {_MEMBER} FROM memberships"
        self.engine.execute(
            f"INSERT INTO other_people SELECT DISTINCT person_id FROM ((({before}) EXCEPT ({now})) UNION ALL "
            f"(({now}) EXCEPT ({before}))) SEMI JOIN {{person_keys}} USING (person_id)",
            tables=tables,
        )

    def links(self) -> None:
        """Records whose links are others, or lead to a word that means somebody else."""
        merged = self.run.merged.get("belongings")
        if merged is not None and "belongings" in self.run.changed:
            self._tell(
                f"SELECT kind, record_id, true FROM {{it}} JOIN {merged.odd} o USING (batch, r) WHERE NOT o.keep AND batch < 0 "
                f"UNION ALL SELECT kind, record_id, true FROM {{it}} "
                f"ANTI JOIN (FROM {merged.odd} WHERE NOT keep) USING (batch, r) WHERE batch >= 0",
                merged.rows,
            )
        if self._others():
            for what in ("account", "person"):
                self._tell(
                    f"SELECT kind, record_id, true FROM {{it}} b SEMI JOIN (FROM other_words WHERE what = '{what}') w "
                    f"ON w.source IS NOT DISTINCT FROM b.source AND w.ref = b.{what}_id",
                    self.run.said("belongings"),
                )

    def deals(self) -> None:
        """Deals that are said to be of another account."""
        merged, said = self.run.merged.get("deals"), "source_kind, deal_id, source, account_id"
        if merged is not None and "deals" in self.run.changed:
            lost = f"SELECT {said} FROM {{it}} JOIN {merged.odd} o USING (batch, r) WHERE NOT o.keep AND batch < 0"
            come = f"SELECT {said} FROM {{it}} ANTI JOIN (FROM {merged.odd} WHERE NOT keep) USING (batch, r) WHERE batch >= 0"
            self._tell(f"SELECT 'deal', deal_id, false FROM {_either(lost, come)}", merged.rows)
        if self._others():
            self._tell(
                f"SELECT 'deal', deal_id, false FROM {{it}} d {_WITH_OTHER_ACCOUNT.format(it='d', ref='account_id')}",
                self.run.said("deals"),
            )

    def events(self) -> None:
        """Deals and cases of which events say the account, that come, go, or say it by a word that means another."""
        for what in ("deal", "case"):
            said = f"SELECT source_kind, {what}_id, source, account_id FROM"
            where = f"WHERE {what}_id IS NOT NULL"
            either = _either(f"{said} gone_events {where}", f"{said} new_events {where}")
            self._tell(f"SELECT '{what}', {what}_id, false FROM {either}")
            if self._others(old=True):
                self._tell(
                    f"SELECT '{what}', {what}_id, false FROM {{it}} e "
                    f"{_WITH_OTHER_ACCOUNT.format(it='e', ref='account_ref')} {where}",
                    self.there,
                )

    def linked(self) -> None:
        """Tickets and events that links lead to such deals and cases, directly or by a ticket."""
        links = " UNION ALL ".join(
            f"SELECT kind, record_id, deal_id, case_id FROM {one.sql} WHERE deal_id IS NOT NULL OR case_id IS NOT NULL"
            for one in (self.run.said_before("belongings"), self.run.said("belongings"))
        )
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE further_links AS SELECT DISTINCT * FROM ({links})")
        # What several kinds of systems call by one number is told apart when it is placed.
        for kinds, by in (("'case', 'event'", "deal"), ("'event'", "case")):
            self._tell(
                f"SELECT kind, record_id, true FROM further_links l SEMI JOIN (FROM told_otherwise WHERE kind = '{by}') t "
                f"ON t.id = l.{by}_id WHERE kind IN ({kinds})"
            )

    def rows(self) -> None:
        """Make the table of the events there that all of this may reach."""
        silent = "WHERE e.account_by IS DISTINCT FROM 'named'"
        reached = (
            ("event", "ON t.id = e.event_id", ""),
            ("case", "ON t.id = e.case_id AND t.linked", ""),
            ("case", "ON t.id = e.case_id", silent),
            ("deal", "ON t.id = e.deal_id", silent),
        )
        selects = [
            f"SELECT r FROM {{there}} e SEMI JOIN (FROM told_otherwise WHERE kind = '{kind}') t {on} {where}"
            for kind, on, where in reached
            if self.engine.rows(f"SELECT 1 FROM told_otherwise WHERE kind = '{kind}' LIMIT 1")
        ]
        selects += [
            f"SELECT r FROM {{there}} e SEMI JOIN (FROM other_words WHERE what = '{what}' AND old) w "
            f"ON w.source IS NOT DISTINCT FROM e.source AND w.ref = e.{what}_ref"
            for what in ("account", "person")
            if self.engine.rows(f"SELECT 1 FROM other_words WHERE what = '{what}' AND old LIMIT 1")
        ]
        if self.engine.rows("SELECT 1 FROM other_people LIMIT 1"):
            selects.append("SELECT r FROM {there} e SEMI JOIN other_people USING (person_id)")
        found = " UNION ".join(selects) or "SELECT 0::BIGINT AS r WHERE false"
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT r FROM ({found}) ANTI JOIN gone_events USING (r)",
            tables={"there": self.there},
        )

    def _tell(self, sql: str, it: Relation | None = None) -> None:
        self.engine.execute(
            f"INSERT INTO told_otherwise SELECT DISTINCT * FROM ({sql})", tables={"it": it} if it else None
        )

    def _others(self, old: bool = False) -> bool:
        return bool(self.engine.rows(f"SELECT 1 FROM other_words{' WHERE old' if old else ''} LIMIT 1"))


_WITH_OTHER_ACCOUNT = "SEMI JOIN (FROM other_words WHERE what = 'account') w ON w.source IS NOT DISTINCT FROM {it}.source AND w.ref = {it}.{ref}"


def _either(one: str, other: str) -> str:
    """What one of two queries gives and the other does not, where it names an account."""
    return f"(FROM ((({one}) EXCEPT ({other})) UNION ALL (({other}) EXCEPT ({one}))) WHERE account_id IS NOT NULL)"
