"""The resolver that publishing asks: accounts, people, who belongs where and in which part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from polku.documents import Account, Workspace
from polku.identity.accounts import Link, Said, book_of
from polku.identity.arrays import texts
from polku.identity.decisions import Decisions, Word
from polku.identity.members import find_members
from polku.identity.people import ORDER, find_people
from polku.identity.staff import leave_staff_out
from polku.identity.titles import TitleReader
from polku.identity.visitors import join_visitors
from polku.records.engine import Engine, Relation
from polku.records.resolving import Resolved, Resolver

NO_DECISIONS = Decisions()
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
        asked = "SELECT source, coalesce(source_kind, ''), ref FROM {{{}}} ORDER BY {}, source, ref"
        words = engine.rows(asked.format("account_refs", ORDER), tables=tables)
        links = [book.find(source, kind, ref) for source, kind, ref in words]
        if self.decisions.standing:
            links = list(
                book.decided(
                    (Word(kind, ref), link) for (_, kind, ref), link in zip(words, links, strict=True)
                )
            )
        account_links = {(source, ref): link for (source, _, ref), link in zip(words, links, strict=True)}
        _keep(engine, "resolved_accounts", ("source", "ref", "account_id"), account_links)
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


def _keep(
    engine: Engine, table: str, columns: tuple[str, str, str], links: Mapping[tuple[str, str], Link]
) -> None:
    values = {
        columns[0]: texts([source for source, _ in links]),
        columns[1]: texts([ref for _, ref in links]),
        columns[2]: texts([link.id for link in links.values()]),
        "reason": texts([link.reason for link in links.values()]),
        "confidence": np.array([link.confidence for link in links.values()], dtype=np.float64),
    }
    with engine.holding("incoming", values):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM incoming")
