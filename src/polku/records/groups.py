"""Groups of companies: subsidiaries counted as the company at the top, where a question asks for it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.errors import LakeError
from polku.frozen import dataclass
from polku.records.engine import Engine, Relation
from polku.records.files import told
from polku.records.layers import relation_of
from polku.records.log import Log, _Default
from polku.records.schema import CASES, MOVES, PUBLISHED
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.cases import Built

TOPS = "account_tops"
"""The engine's table of accounts that have one above them: account_id, top."""
_MAPPED = ("deals", "contracts", "account_links")


def tops(parents: Mapping[str, str]) -> dict[str, str]:
    """Account → the company above all above it, of those that have a parent.

    Where parents go in a circle, the first of its ids is at the top.
    """
    found: dict[str, str] = {}
    for id in parents:
        way = [id]
        while way[-1] in parents and way[-1] not in found:
            above = parents[way[-1]]
            if above in way:
                circle = way[way.index(above) :]
                found |= dict.fromkeys(circle, min(circle))
                break
            way.append(above)
        top = found.get(way[-1], way[-1])
        found |= {one: top for one in way if one in parents}
    return {id: top for id, top in found.items() if id != top}


def parents_of(log: Log, written: Mapping[str, str]) -> dict[str, str]:
    """Account → its parent: as its document says, else the records, else the one account with a domain above its own.

    Args:
        written: what documents say.
    """
    rows = log.rows('SELECT account_id, parent, lower("domain") FROM {accounts} ORDER BY account_id')
    by_domain: dict[str, list[str]] = defaultdict(list)
    for id, _, domain in rows:
        if domain:
            by_domain[domain.removeprefix("www.")].append(id)
    found = said_parents(log)
    for id, parent, domain in rows:
        if parent:
            continue
        words = (domain or "").removeprefix("www.").split(".")
        for start in range(1, len(words) - 1):
            above = by_domain.get(".".join(words[start:]), [])
            if len(above) == 1:
                found[id] = above[0]
                break
    return {**found, **written}


def said_parents(log: Log) -> dict[str, str]:
    """Account → its parent as the records say: an account, else what the one account with this name is."""
    rows = log.rows("SELECT account_id, parent, lower(trim(name)) FROM {accounts} ORDER BY account_id")
    ids = {id for id, _, _ in rows}
    named: dict[str, list[str]] = defaultdict(list)
    for id, _, name in rows:
        if name:
            named[name].append(id)
    found: dict[str, str] = {}
    for id, parent, _ in rows:
        if parent:
            meant = [] if parent in ids else named.get(parent.strip().lower(), [])
            found[id] = meant[0] if len(meant) == 1 else parent
    return {id: parent for id, parent in found.items() if id != parent}


def roll_up(log: Log, written: Mapping[str, str]) -> Log:
    """The same log with every account counted as the company at the top of its group; the log itself without groups.

    Args:
        written: account → parent, as documents say.
    """
    top = tops(parents_of(log, written))
    return RolledUp(log.version, log.engine, log.case, top) if top else log


@dataclass(frozen=True)
class RolledUp(Log):
    """A log in which groups are accounts.

    Args:
        top: account → the one at the top of its group, of those below one.
    """

    top: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def data_version(self) -> str:
        """A name for the data, which is not that of the accounts by themselves."""
        return f"{self.version.data_version}-{self.digest}"

    def count(self, table: str) -> int:
        """Number of rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {{{table}}}")[0][0])

    @property
    def rolled_up(self) -> int:
        """Accounts that are counted as the one at the top of their group."""
        return len(self.top)

    @cached_property
    def digest(self) -> str:
        """A name for the groups."""
        return hashlib.sha256(json.dumps(sorted(self.top.items())).encode()).hexdigest()[:12]

    @cached_property
    def tables(self) -> Mapping[str, Relation]:
        """What templates select from."""
        make_tops(self.engine, self.top)
        return _Default(_Tables(self), self.case)


class _Tables(dict[str, Relation]):
    """The tables of a version, rolled up when they are asked for."""

    def __init__(self, log: RolledUp) -> None:
        super().__init__()
        self.log = log

    def __missing__(self, table: str) -> Relation:
        plain = self.log.version.relations()
        if table in ("moves:account", "cases:account"):
            what = table.partition(":")[0]
            entries = built(self.log)[what]
            files = tuple(entry.check(self.log.version.lake) for entry in entries)
            self[table] = relation_of(MOVES if what == "moves" else CASES, entries, files)
        elif table.startswith("cases:"):
            self[table] = _mapped(plain[table])
        else:
            self[table] = rolled(table, plain)
        return self[table]


def make_tops(engine: Engine, top: Mapping[str, str]) -> None:
    """Make the table of those who have somebody above them; not a temporary one, so that other connections see it."""
    columns: dict[str, Any] = {}
    for column, values in (("account_id", list(top)), ("top", list(top.values()))):
        columns[column] = np.empty(len(values), dtype=object)
        columns[column][:] = values
    with engine.holding("incoming", columns):
        engine.execute(f"CREATE OR REPLACE TABLE {TOPS} AS SELECT * FROM incoming")


def _mapped(plain: Relation) -> Relation:
    return Relation(
        f"(SELECT one.* REPLACE (coalesce(above.top, one.account_id) AS account_id) FROM {plain.sql} one "
        f"LEFT JOIN {TOPS} above ON above.account_id = one.account_id)",
        plain.files,
    )


def rolled(table: str, plain: Mapping[str, Relation]) -> Relation:
    """A published table in which groups are accounts; one without accounts as it is."""
    relation = plain[table]
    if table == "events" or table in _MAPPED:
        return _mapped(relation)
    if table == "memberships":
        # Who moved within the group belongs to it once for each day on which that began.
        mapped = _mapped(relation)
        return Relation(
            f'(SELECT DISTINCT ON (person_id, account_id, "from") * FROM {mapped.sql} '
            f'ORDER BY person_id, account_id, "from", "to" DESC NULLS FIRST, parts, source)',
            relation.files,
        )
    if table == "accounts":
        nothing = ", ".join(
            "top AS account_id" if c.name == "account_id" else "top AS name" if c.name == "name" else f'NULL::{c.type} AS "{c.name}"'
            for c in PUBLISHED["accounts"].columns
        )  # fmt: skip
        return Relation(
            f"(SELECT * FROM {relation.sql} ANTI JOIN {TOPS} USING (account_id) UNION ALL BY NAME SELECT {nothing} FROM "
            f"(SELECT DISTINCT top FROM {TOPS}) ANTI JOIN {relation.sql} known ON known.account_id = top)",
            relation.files,
        )
    return relation


def built(log: RolledUp) -> Built:
    """Moves and cases of the groups, built on first use and kept with the version."""
    from polku.records.cases import build, kept_cases

    version, kind = log.version, f"group-{log.digest}"
    kept = kept_cases(version, kind)
    if kept is not None:
        return kept
    with told(version.folder):
        draft = version.folder / "cases" / f".draft-{kind}-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            plain = version.relations()
            relations = {table: rolled(table, plain) for table in ("events", "accounts", "deals")}
            with Engine(temp_directory=draft / "spill", ordered=True) as engine:
                make_tops(engine, log.top)
                build(engine, "account", kind, draft, version, relations)
            shutil.rmtree(draft / "spill", ignore_errors=True)
            # Somebody who built the same meanwhile built the same bytes.
            with contextlib.suppress(OSError):
                draft.rename(version.folder / "cases" / kind)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    kept = kept_cases(version, kind)
    if kept is None:
        raise LakeError(Message("records.not-written", {"reason": kind}))
    return kept
