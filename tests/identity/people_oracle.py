"""Which person a source means, entry by entry in plain Python: what the resolver's SQL is compared with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from polku.identity.accounts import AccountBook, Link
from polku.identity.names import SHARED_BOXES, domain_of, email_of, fold, person_key


@dataclass(frozen=True)
class SaidPerson:
    """A person as a source describes them."""

    source: str
    kind: str
    ref: str
    name: str | None = None
    email: str | None = None
    title: str | None = None


@dataclass
class PersonBook:
    """All people that are known, and by what they can be found."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind of source, the source's id) → person."""
    anywhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    emails: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """Addresses that several people of one list have: they find nobody."""
    titles: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Person → their addresses."""
    taken: set[str] = field(default_factory=set)

    def add(self, said: SaidPerson) -> None:
        """A person that a source describes: somebody known by the address, or somebody new."""
        email = email_of(said.email) or email_of(said.ref)
        usable = email is not None and email not in self.shared
        known = self.ids.get((said.kind, said.ref))
        if known is None and usable and email in self.emails:
            known = self.emails[email]
        if known is None:
            known = email if usable and email_of(said.ref) else said.ref
            assert known is not None
            if known in self.taken:
                known = f"{said.kind}:{said.ref}"
        self.taken.add(known)
        self.ids[(said.kind, said.ref)] = known
        if not email_of(said.ref):
            self.anywhere[said.ref].add(known)
        if usable and email is not None:
            self.emails.setdefault(email, known)
            self.addresses[known].add(email)
        if said.title and known not in self.titles:
            self.titles[known] = said.title
        if said.name and known not in self.names:
            self.names[known] = said.name

    def find(self, kind: str, ref: str) -> Link:
        """The person that a source's word means; who is only named is a person of whom no more is known."""
        if (kind, ref) in self.ids:
            known = self.ids[(kind, ref)]
            return Link(known, "email" if email_of(ref) else "id")
        email = email_of(ref)
        if email is not None:
            if email in self.shared:
                return Link(None, "ambiguous")
            if email in self.emails:
                return Link(self.emails[email], "email")
            self.emails[email] = email
            self.addresses[email].add(email)
            return Link(email, "email")
        elsewhere = self.anywhere.get(ref, set())
        if len(elsewhere) == 1:
            return Link(next(iter(elsewhere)), "other-id")
        if len(elsewhere) > 1:
            return Link(None, "ambiguous")
        id = ref if ref not in self.taken else f"{kind}:{ref}"
        self.ids[(kind, ref)] = id
        self.taken.add(id)
        return Link(id, "named")


def people_of(said: Iterable[SaidPerson]) -> PersonBook:
    """Everything that sources say of people; sources in the order of their word's weight."""
    everybody = list(said)
    book = PersonBook(shared=shared_addresses(everybody))
    for one in everybody:
        book.add(one)
    return book


def shared_addresses(said: Iterable[SaidPerson]) -> set[str]:
    """Addresses of boxes that several people read: entries of one source with other ids and other names."""
    holders: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in said:
        email = email_of(one.email)
        if email is not None and not email_of(one.ref):
            holders[(one.source, email)][one.ref] = person_key(one.name or "")
    found = set()
    for (_, email), people in holders.items():
        names = {name for name in people.values() if name}
        box = fold(email.partition("@")[0]) in SHARED_BOXES
        if len(people) > 1 and (len(names) > 1 or box):
            found.add(email)
    return found


Member = tuple[str, str, "dt.date | None", "dt.date | None", "list[str] | None", str, float]
"""person_id, account_id, from, to, parts, reason, confidence."""


def members_of(
    book: AccountBook,
    people: PersonBook,
    account_links: Mapping[tuple[str, str], Link],
    person_links: Mapping[tuple[str, str], Link],
    said: Sequence[tuple[Any, ...]],
    part_of: Callable[[str | None], str | None],
) -> list[Member]:
    """Who belongs to which account.

    Args:
        said: source, person, account, from, to, parts, in the order of weight.
        part_of: title → part.
    """
    found: dict[tuple[str, str, dt.date | None], Member] = {}
    for source, person_ref, account_ref, start, end, parts in said:
        person, link = person_links[(source, person_ref)].id, account_links[(source, account_ref)]
        if person is None or link.id is None:
            continue
        member = (person, link.id, start, end, parts, f"said-{link.reason}", link.confidence)
        found.setdefault((person, link.id, start), member)
    placed = {person for person, _, _ in found}
    dated = {(m[0], m[1]) for m in found.values() if m[2] is not None or m[3] is not None}
    members = [m for m in found.values() if m[2] is not None or m[3] is not None or (m[0], m[1]) not in dated]
    everybody = {link.id for link in person_links.values() if link.id is not None}
    for person in sorted(everybody - placed):
        for email in sorted(people.addresses.get(person, ())):
            domain = domain_of(email)
            by_domain = book.by_domain(domain) if domain else None
            if by_domain is not None and by_domain.id is not None:
                members.append((person, by_domain.id, None, None, None, "domain", 0.9))
                break

    def with_parts(member: Member) -> Member:
        part = part_of(people.titles.get(member[0]))
        parts = member[4] or ([part] if part else None)
        return (*member[:4], parts, *member[5:])

    return [with_parts(member) for member in members]
