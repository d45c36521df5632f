"""The resolver that publishing asks: accounts, people, who belongs where and in which part."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polku.documents import Account, Workspace
from polku.identity.accounts import AccountBook, Link, Said, book_of
from polku.identity.arrays import texts
from polku.identity.decisions import Decisions, Word
from polku.identity.names import domain_of, person_key
from polku.identity.people import PersonBook, SaidPerson, people_of
from polku.identity.titles import TitleReader
from polku.records.engine import Engine, Relation, name
from polku.records.resolving import Resolved, Resolver
from polku.records.schema import KIND_ORDER

Member = tuple[
    str, str, "dt.date | None", "dt.date | None", "list[str] | None", "bool | None", str, float, str, str
]
"""person_id, account_id, from, to, parts, primary, reason, confidence, source, source_kind."""

NO_DECISIONS = Decisions()


def resolver(workspace: Workspace, decisions: Decisions | None = None) -> Resolver:
    """A resolver that knows a workspace's account documents and roles, and what people decided of companies."""
    return WorkspaceResolver(
        workspace.accounts, TitleReader.of(workspace), _parts_of_roles(workspace), decisions or Decisions()
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
    """

    accounts: Mapping[str, Account]
    titles: TitleReader
    parts: Mapping[str, str]
    decisions: Decisions = NO_DECISIONS

    def __call__(self, engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
        """Answer publishing: links of every word, and memberships."""
        order = f"coalesce(list_position({list(KIND_ORDER)!r}, source_kind), 99)"
        book = book_of(
            self.accounts,
            (
                Said(*row)
                for row in engine.rows(
                    f"SELECT source, coalesce(source_kind, ''), account_id, name, domain FROM {{accounts}} "
                    f"ORDER BY {order}, source, account_id, source_file, source_row",
                    tables=tables,
                )
            ),
            self.decisions,
        )
        people = people_of(
            SaidPerson(*row)
            for row in engine.rows(
                f"SELECT source, coalesce(source_kind, ''), person_id, name, email, title FROM {{people}} "
                f"ORDER BY {order}, source, person_id, source_file, source_row",
                tables=tables,
            )
        )
        asked = "SELECT source, coalesce(source_kind, ''), ref FROM {{{}}} ORDER BY {}, source, ref"
        words = engine.rows(asked.format("account_refs", order), tables=tables)
        links = [book.find(source, kind, ref) for source, kind, ref in words]
        if self.decisions.standing:
            links = list(
                book.decided(
                    (Word(kind, ref), link) for (_, kind, ref), link in zip(words, links, strict=True)
                )
            )
        account_links = {(source, ref): link for (source, _, ref), link in zip(words, links, strict=True)}
        person_links = {
            (source, ref): people.find(kind, ref)
            for source, kind, ref in engine.rows(asked.format("person_refs", order), tables=tables)
        }
        said = engine.rows(
            'SELECT source, coalesce(source_kind, \'\'), person_id, account_id, "from", "to", parts, "primary" '
            f"FROM {{memberships}} ORDER BY {order}, source, source_file, source_row",
            tables=tables,
        )
        members = self._members(book, people, account_links, person_links, said)
        _keep(engine, "resolved_accounts", ("source", "ref", "account_id"), account_links)
        _keep(engine, "resolved_people", ("source", "ref", "person_id"), person_links)
        _keep_members(engine, members)
        return Resolved(
            account_links="SELECT * FROM resolved_accounts",
            person_links="SELECT * FROM resolved_people",
            memberships="SELECT * FROM resolved_members",
        )

    def _members(
        self,
        book: AccountBook,
        people: PersonBook,
        account_links: Mapping[tuple[str, str], Link],
        person_links: Mapping[tuple[str, str], Link],
        said: Sequence[tuple[Any, ...]],
    ) -> list[Member]:
        """Who belongs to which account: as sources say it, else by the domain of the address."""
        found: dict[tuple[str, str, dt.date | None], Member] = {}
        for source, kind, person_ref, account_ref, start, end, parts, primary in said:
            person, account = person_links[(source, person_ref)].id, account_links[(source, account_ref)].id
            if person is None or account is None:
                continue
            link = account_links[(source, account_ref)]
            found.setdefault(
                (person, account, start),
                (
                    person,
                    account,
                    start,
                    end,
                    parts,
                    primary,
                    f"said-{link.reason}",
                    link.confidence,
                    source,
                    kind,
                ),
            )
        placed: dict[str, set[str]] = defaultdict(set)
        dated: set[tuple[str, str]] = set()
        for person, account, start in found:
            placed[person].add(account)
            if start is not None or found[(person, account, start)][3] is not None:
                dated.add((person, account))
        # What somebody dated is known better than that a person was once met there.
        members = [
            member
            for (person, account, start), member in found.items()
            if start is not None or member[3] is not None or (person, account) not in dated
        ]
        everybody = {link.id for link in person_links.values() if link.id is not None}
        for person in sorted(everybody - set(placed)):
            for email in sorted(people.addresses.get(person, ())):
                domain = domain_of(email)
                link_ = book.by_domain(domain) if domain else None
                if link_ is not None and link_.id is not None:
                    members.append((person, link_.id, None, None, None, None, "domain", 0.9, "", ""))
                    break
        written = self._written_parts()
        return sorted(
            (self._with_parts(member, people, written) for member in members),
            key=lambda m: (m[0], m[1], m[2] or dt.date.min),
        )

    def _written_parts(self) -> dict[tuple[str, str], list[str]]:
        """(account, name of a person) → parts, as account documents say."""
        written: dict[tuple[str, str], list[str]] = {}
        for id, account in self.accounts.items():
            for person in account.people:
                parts = [self.parts[role] for role in person.roles if role in self.parts]
                if person.name and parts:
                    written[(id, person_key(person.name))] = parts
        return written

    def _with_parts(
        self, member: Member, people: PersonBook, written: Mapping[tuple[str, str], list[str]]
    ) -> Member:
        person, account, start, end, parts, primary, reason, confidence, source, kind = member
        if not parts:
            parts = written.get((account, person_key(people.names.get(person, "")))) or None
        if not parts:
            read = self.titles.read(people.titles.get(person))
            parts = [read.part] if read.part else None
        return (person, account, start, end, parts, primary, reason, confidence, source, kind)


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


def _keep_members(engine: Engine, members: Sequence[Member]) -> None:
    """Lists and days go through as texts, which arrays can hold with their gaps."""

    def day(value: dt.date | None) -> str | None:
        return value.isoformat() if value else None

    values = {
        "person_id": texts([m[0] for m in members]),
        "account_id": texts([m[1] for m in members]),
        "from": texts([day(m[2]) for m in members]),
        "to": texts([day(m[3]) for m in members]),
        "parts": texts([";".join(m[4]) if m[4] else None for m in members]),
        "primary": texts([None if m[5] is None else str(m[5]).lower() for m in members]),
        "reason": texts([m[6] for m in members]),
        "confidence": np.array([m[7] for m in members], dtype=np.float64),
        "source": texts([m[8] or None for m in members]),
        "source_kind": texts([m[9] or None for m in members]),
    }
    with engine.holding("incoming", values):
        casts = {"from": "::DATE", "to": "::DATE", "primary": "::BOOLEAN"}
        columns = ", ".join(
            "string_split(parts, ';') AS parts"
            if column == "parts"
            else f"{name(column)}{casts.get(column, '')} AS {name(column)}"
            for column in values
        )
        engine.execute(f"CREATE OR REPLACE TEMP TABLE resolved_members AS SELECT {columns} FROM incoming")
