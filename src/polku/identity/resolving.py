"""The resolver that publishing asks: accounts, people, who belongs where and in which part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from polku.documents import Account, Workspace
from polku.identity.accounts import AccountBook, Link, Said, book_of
from polku.identity.arrays import texts
from polku.identity.decisions import Decisions, Word
from polku.identity.members import find_members
from polku.identity.people import ORDER, find_people
from polku.identity.staff import leave_staff_out
from polku.identity.titles import TitleReader
from polku.identity.visitors import join_visitors
from polku.records.engine import Engine, Relation
from polku.records.resolving import Resolved, Resolver
from polku.records.watching import stop_point

NO_DECISIONS = Decisions()
PAGE = 50_000
"""Words that are looked up at a time."""
RULES = 3
"""One more whenever the same words get other answers."""


def resolver(workspace: Workspace, decisions: Decisions | None = None) -> Resolver:
    """A resolver that knows a workspace's account documents and roles, and what people decided of companies."""
    return WorkspaceResolver(
        workspace.accounts,
        TitleReader.of(workspace),
        _parts_of_roles(workspace),
        decisions or Decisions(),
        workspace.settings.domains,
    )


def _parts_of_roles(workspace: Workspace) -> dict[str, str]:
    return {id: role.part for id, role in workspace.roles.items() if role.part}


@dataclass(frozen=True)
class WorkspaceResolver:
    """Resolves by documents, ids, addresses, domains and names.

    Args:
        accounts: account documents by id.
        titles: gives the part that a job title means.
        parts: role → part.
        decisions: which companies are one, and which are not.
        own: domains of the company whose customers these are.
    """

    accounts: Mapping[str, Account]
    titles: TitleReader
    parts: Mapping[str, str]
    decisions: Decisions = NO_DECISIONS
    own: tuple[str, ...] = ()

    def named(self) -> str:
        """A name for what this resolver knows: the same name, the same answers to the same words."""
        known = [
            (id, one.name, one.domain, sorted(one.records.items()), [(p.name, p.roles) for p in one.people])
            for id, one in self.accounts.items()
        ]
        said = [(pair, one.act) for pair, one in self.decisions.standing.items()]
        return repr((RULES, known, self.titles.roles, sorted(self.parts.items()), said, self.own))

    def __call__(self, engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
        """Answer publishing: links of every word, and memberships."""
        book = book_of(
            self.accounts,
            (
                Said(*row)
                for row in engine.rows(
                    f"SELECT source, coalesce(source_kind, ''), account_id, name, domain FROM {{accounts}} "
                    f"ORDER BY {ORDER}, source, account_id, source_file, source_row",
                    tables=tables,
                )
            ),
            self.decisions,
            self.own,
        )
        _resolve_accounts(engine, tables, book)
        find_people(engine, tables)
        leave_staff_out(engine, tables, book)
        join_visitors(engine, tables)
        find_members(engine, tables, book, self.accounts, self.titles, self.parts)
        return Resolved(
            account_links="SELECT * FROM resolved_accounts",
            person_links="SELECT * FROM resolved_people",
            memberships="SELECT * FROM resolved_members",
            visitor_links="SELECT * FROM resolved_visitors",
        )


def _resolve_accounts(engine: Engine, tables: Mapping[str, Relation], book: AccountBook) -> None:
    """Make the table resolved_accounts: what each word for an account means, so many words at a time."""
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE asked_accounts AS SELECT row_number() OVER (ORDER BY {ORDER}, source, ref) AS n, "
        "source, coalesce(source_kind, '') AS kind, ref FROM {account_refs}",
        tables=tables,
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE resolved_accounts "
        "(source VARCHAR, ref VARCHAR, account_id VARCHAR, reason VARCHAR, confidence DOUBLE)"
    )
    decided: Iterator[Link] | None = None
    if book.decisions.standing:
        # What a word means by decision may hang on any other word.
        every = [
            (Word(kind, ref), book.find(source, kind, ref))
            for page in _pages(engine)
            for source, kind, ref in page
        ]
        decided = book.decided(every)
    for page in _pages(engine):
        links = [book.find(*word) for word in page] if decided is None else list(islice(decided, len(page)))
        values = {
            "source": texts([source for source, _, _ in page]),
            "ref": texts([ref for _, _, ref in page]),
            "account_id": texts([link.id for link in links]),
            "reason": texts([link.reason for link in links]),
            "confidence": np.array([link.confidence for link in links], dtype=np.float64),
        }
        with engine.holding("incoming", values):
            engine.execute("INSERT INTO resolved_accounts SELECT * FROM incoming")
    engine.execute("DROP TABLE asked_accounts")


def _pages(engine: Engine) -> Iterator[list[tuple[str, str, str]]]:
    last = 0
    while True:
        stop_point()
        page = engine.rows(
            "SELECT source, kind, ref FROM asked_accounts WHERE n > $last AND n <= $last + $most ORDER BY n",
            {"last": last, "most": PAGE},
        )
        if not page:
            return
        yield page
        last += PAGE
