"""The resolver that publishing asks: accounts, people, who belongs where and in which part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polku.documents import Account, Workspace
from polku.identity.decisions import Decisions
from polku.identity.finding import Knowing, find_accounts
from polku.identity.members import find_members
from polku.identity.people import find_people
from polku.identity.staff import leave_staff_out
from polku.identity.titles import TitleReader
from polku.identity.visitors import join_visitors
from polku.records.engine import Engine, Relation
from polku.records.resolving import Resolved, Resolver

NO_DECISIONS = Decisions()
RULES = 5
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
        find_people(engine, tables)
        find_accounts(engine, tables, Knowing(self.accounts, self.decisions, self.own))
        leave_staff_out(engine, tables, self.own)
        join_visitors(engine, tables)
        find_members(engine, tables, self.accounts, self.titles, self.parts)
        return Resolved(
            account_links="SELECT * FROM resolved_accounts",
            person_links="SELECT * FROM resolved_people",
            memberships="SELECT * FROM resolved_members",
            visitor_links="SELECT * FROM resolved_visitors",
            mailbox_links="SELECT * FROM resolved_mailboxes",
        )
