"""Which account a source means: by id, by the account's document, by domain, by name; unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from polku.documents import Account
from polku.identity.names import company_key, domain_of, domains_above, is_free_mail, sound_key

MAKERS = frozenset(("crm", "erp"))
"""Kinds of sources whose word makes an account, also where no list of accounts holds it."""

CONFIDENCE = {
    "document": 1.0,
    "id": 1.0,
    "other-id": 0.8,
    "domain": 0.95,
    "email": 0.9,
    "name": 0.9,
    "named": 0.5,
    "ambiguous": 0.0,
    "unknown": 0.0,
}
"""Reason of a link → how sure it is (0 … 1)."""


@dataclass(frozen=True)
class Said:
    """An account as a source describes it."""

    source: str
    kind: str
    ref: str
    name: str | None = None
    domain: str | None = None


@dataclass(frozen=True)
class Link:
    """What a source's word means: an id, or None, and the reason."""

    id: str | None
    reason: str

    @property
    def confidence(self) -> float:
        """How sure it is, 0 … 1."""
        return CONFIDENCE[self.reason]


@dataclass
class AccountBook:
    """All accounts that are known, and by what they can be found.

    A key that two accounts share finds neither.
    """

    documents: Mapping[str, Account]
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind of source, the source's id) → account."""
    anywhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """A source's id, whatever the kind → accounts."""
    domains: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sounds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_kind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: set[str] = field(default_factory=set)
    listed: bool = False
    """Whether any source lists accounts."""

    def add_documents(self) -> None:
        """What people wrote of accounts comes first."""
        for id, account in self.documents.items():
            self.taken.add(id)
            self._know(id, account.name, account.domain)

    def _know(self, id: str, name: str | None, domain: str | None) -> None:
        if name and (key := company_key(name)):
            self.names[key].add(id)
            self.sounds[sound_key(key)].add(id)
        found = domain_of(domain)
        if found and not is_free_mail(found):
            self.domains[found].add(id)

    def document_of(self, source: str, kind: str, ref: str) -> str | None:
        """The document whose `records:` name this id of this source (by the source's id or kind)."""
        for id, account in self.documents.items():
            for where in (source, kind):
                if ref in account.records.get(where, ()):
                    return id
        return None

    def add(self, said: Said) -> Link:
        """An account that a source describes: one already known, or a new one."""
        self.listed = True
        known = self.ids.get((said.kind, said.ref))
        if known is not None:
            self._know(known, said.name, said.domain)
            return Link(known, "id")
        link = self._same(said)
        if link is None:
            id = said.ref if said.ref not in self.taken else f"{said.kind}:{said.ref}"
            link = Link(id, "id")
        assert link.id is not None
        self.taken.add(link.id)
        self.ids[(said.kind, said.ref)] = link.id
        self.anywhere[said.ref].add(link.id)
        self.of_kind[said.kind].add(link.id)
        self._know(link.id, said.name, said.domain)
        return link

    def _same(self, said: Said) -> Link | None:
        """An account known so far that this one surely is: by document, domain, or name of another kind of source."""
        if document := self.document_of(said.source, said.kind, said.ref):
            return Link(document, "document")
        mine = self.of_kind[said.kind]
        domain = domain_of(said.domain)
        # Two entries of one list are two accounts, however alike; only another list may mean the same.
        if domain and len(found := self.domains.get(domain, set()) - mine) == 1:
            return Link(next(iter(found)), "domain")
        key = company_key(said.name) if said.name else ""
        if key and not domain and len(found := self.names.get(key, set()) - mine) == 1:
            return Link(next(iter(found)), "name")
        if key and domain and len(found := self.names.get(key, set()) - mine) == 1:
            other = next(iter(found))
            if not any(other in ids for ids in self.domains.values()):
                return Link(other, "name")
        return None

    def find(self, source: str, kind: str, ref: str) -> Link:
        """The account that a source's word means."""
        if document := self.document_of(source, kind, ref):
            return Link(document, "document")
        if (kind, ref) in self.ids:
            return Link(self.ids[(kind, ref)], "id")
        elsewhere = self.anywhere.get(ref, set())
        if len(elsewhere) == 1:
            return Link(next(iter(elsewhere)), "other-id")
        if len(elsewhere) > 1:
            return Link(None, "ambiguous")
        if ref in self.documents:
            return Link(ref, "document")
        domain = domain_of(ref)
        if domain and ("." in ref):
            by_domain = self.by_domain(domain)
            if by_domain is not None:
                return Link(by_domain.id, "email" if "@" in ref and by_domain.id else by_domain.reason)
        key = company_key(ref)
        found = self.names.get(key) or self.sounds.get(sound_key(key)) or set()
        if len(found) == 1:
            return Link(next(iter(found)), "name")
        if len(found) > 1:
            return Link(None, "ambiguous")
        if domain and is_free_mail(domain):
            return Link(None, "unknown")
        if kind in MAKERS or not self.listed:
            return self._make(ref, domain)
        return Link(None, "unknown")

    def _make(self, ref: str, domain: str | None) -> Link:
        """An account of which no more is known than this word."""
        id = ref.strip()
        if domain and "@" in ref:
            id = domain
        self.taken.add(id)
        self._know(id, None if domain else ref, domain)
        return Link(id, "named")

    def by_domain(self, domain: str) -> Link | None:
        """The account with this domain, or with one above it; None where there is none."""
        if is_free_mail(domain):
            return None
        for one in domains_above(domain):
            found = self.domains.get(one, set())
            if len(found) == 1:
                return Link(next(iter(found)), "domain")
            if len(found) > 1:
                return Link(None, "ambiguous")
        return None


def book_of(documents: Mapping[str, Account], said: Iterable[Said]) -> AccountBook:
    """Everything that documents and sources say of accounts; sources in the order of their word's weight."""
    book = AccountBook(documents)
    book.add_documents()
    for one in said:
        book.add(one)
    return book
