"""Which account a source means: by id, by the account's document, by domain, by name; unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from polku.documents import Account
from polku.identity.decisions import DOCUMENT, Decisions, Pair, Word
from polku.identity.names import FREE_MAIL, company_key, domain_of, domains_above, is_free_mail, sound_key

MAKERS = frozenset(("crm", "erp"))
"""Kinds of sources whose word makes an account, also where no list of accounts holds it."""

CONFIDENCE = {
    "own": 1.0,
    "visitor": 0.9,
    "visitor-by-date": 0.7,
    "decided": 1.0,
    "document": 1.0,
    "id": 1.0,
    "other-id": 0.8,
    "domain": 0.95,
    "email": 0.9,
    "mailbox": 0.9,
    "name": 0.9,
    "named": 0.5,
    "ambiguous": 0.0,
    "unknown": 0.0,
}
"""Reason of a link → how sure it is (0 … 1)."""


OWN = "polku:own"
"""What a source's rows name in place of an account where they are about the company's own people."""


@dataclass(frozen=True)
class Said:
    """An account as a source describes it."""

    source: str
    kind: str
    ref: str
    name: str | None = None
    domain: str | None = None


class Link(NamedTuple):
    """What a source's word means: an id, or None, and the reason."""

    id: str | None
    reason: str

    @property
    def confidence(self) -> float:
        """How sure it is, 0 … 1."""
        return CONFIDENCE[self.reason]


class Known:
    """Accounts by a key: nearly always one, which takes a fraction of the memory of a set."""

    def __init__(self) -> None:
        self._by_key: dict[str, str | set[str]] = {}

    def add(self, key: str, id: str) -> None:
        """One more that has this key."""
        before = self._by_key.setdefault(key, id)
        if isinstance(before, set):
            before.add(id)
        elif before != id:
            self._by_key[key] = {before, id}

    def get(self, key: str) -> Set[str]:
        """All that have it."""
        found = self._by_key.get(key, _NOBODY)
        return {found} if isinstance(found, str) else found

    def one(self, key: str) -> str | Set[str] | None:
        """The one that has it, all where they are several, None where nobody has."""
        return self._by_key.get(key)


_NOBODY: Set[str] = frozenset()
SEVERAL = "polku:several"
"""In place of the one account that is meant."""


@dataclass(frozen=True)
class Lists:
    """What is known of lists of accounts before they are gone through.

    Args:
        kinds: of systems of which several sources list accounts: two CRMs, or the old one and the new.
        crowded: (source, domain) of which several entries of one list have it.
    """

    kinds: frozenset[str] = frozenset()
    crowded: Set[tuple[str, str]] = frozenset()


@dataclass
class AccountBook:
    """All accounts that are known, and by what they can be found.

    A key that two accounts share finds neither.
    """

    documents: Mapping[str, Account]
    decisions: Decisions = field(default_factory=Decisions)
    own: frozenset[str] = frozenset()
    """Domains of the company whose customers these are."""
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind of source, the source's id) → account."""
    why: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind of source, the source's id) → why its account is one that was known before."""
    ours: set[tuple[str, str]] = field(default_factory=set)
    """(kind of source, the source's id) of entries that are the company itself."""
    anywhere: Known = field(default_factory=Known)
    """A source's id, whatever the kind → accounts."""
    domains: Known = field(default_factory=Known)
    with_domain: set[str] = field(default_factory=set)
    """Accounts of which a domain is known."""
    names: Known = field(default_factory=Known)
    sounds: Known = field(default_factory=Known)
    of_kind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: set[str] = field(default_factory=set)
    listed: bool = False
    """Whether any source lists accounts."""
    lists: Lists = field(default_factory=lambda: Lists())
    of_source: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Source of a kind that has several lists → the accounts that it lists."""
    words: dict[Word, str] = field(default_factory=dict)
    """Words that decisions speak of → account."""
    shown: dict[str, str] = field(default_factory=dict)
    """Account → the one it was decided to be the same as."""
    apart: dict[Word, set[Word]] = field(default_factory=lambda: defaultdict(set))
    """Words that were decided to mean different companies."""

    recorded: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """(source or kind of source, its id) → place and id of the first document that names it."""

    def __post_init__(self) -> None:
        for place, (id, account) in enumerate(self.documents.items()):
            for where, refs in account.records.items():
                for ref in refs:
                    self.recorded.setdefault((where, ref), (place, id))
        different = self.decisions.pairs("different")
        groups = joined(self.decisions.pairs("same"), different)
        # What differs from a company differs from all that is one with it.
        for pair in different:
            one, other = (groups.get(word, {word}) for word in pair)
            for word in one:
                self.apart[word] |= other
            for word in other:
                self.apart[word] |= one

    def add_documents(self) -> None:
        """What people wrote of accounts comes first."""
        for id, account in self.documents.items():
            self.taken.add(id)
            self.words[Word(DOCUMENT, id)] = id
            self._know(id, account.name, account.domain)

    def _know(self, id: str, name: str | None, domain: str | None) -> None:
        if name and (key := company_key(name)):
            self.names.add(key, id)
            self.sounds.add(sound_key(key), id)
        found = domain_of(domain)
        if found and not is_free_mail(found):
            self.domains.add(found, id)
            self.with_domain.add(id)

    def document_of(self, source: str, kind: str, ref: str) -> str | None:
        """The document whose `records:` name this id of this source (by the source's id or kind)."""
        if not self.recorded:
            return None
        found = [self.recorded[key] for key in ((source, ref), (kind, ref)) if key in self.recorded]
        return min(found)[1] if found else None

    def is_own(self, domain: str | None) -> bool:
        """Whether a domain, or one above it, is the company's own."""
        return bool(self.own) and domain is not None and not self.own.isdisjoint(domains_above(domain))

    def add(self, said: Said) -> Link:
        """An account that a source describes: one already known, or a new one; its own company is none."""
        self.listed = True
        if self.is_own(domain_of(said.domain)):
            self.ours.add((said.kind, said.ref))
            return Link(None, "own")
        known = self.ids.get((said.kind, said.ref))
        if known is not None:
            self._lists(said, known)
            self._know(known, said.name, said.domain)
            return Link(known, "id")
        link = self._same(said)
        if link is not None:
            self.why[(said.kind, said.ref)] = link.reason
        else:
            id = said.ref if said.ref not in self.taken else f"{said.kind}:{said.ref}"
            link = Link(id, "id")
        assert link.id is not None
        self.taken.add(link.id)
        self.ids[(said.kind, said.ref)] = link.id
        self.words[Word(said.kind, said.ref)] = link.id
        self.anywhere.add(said.ref, link.id)
        self.of_kind[said.kind].add(link.id)
        self._lists(said, link.id)
        self._know(link.id, said.name, said.domain)
        return link

    def _lists(self, said: Said, id: str) -> None:
        if said.kind in self.lists.kinds:
            self.of_source[said.source].add(id)

    def _same(self, said: Said) -> Link | None:
        """An account known so far that this one surely is: by document, domain, or name of another kind of source."""
        if document := self.document_of(said.source, said.kind, said.ref):
            return Link(document, "document")
        # Two entries of one list are two accounts, however alike; only another list may mean the same.
        mine, others = self.of_kind[said.kind], self._others(said.kind, said.ref)
        domain = domain_of(said.domain)
        if domain and len(found := self.domains.get(domain) - mine - others) == 1:
            return Link(next(iter(found)), "domain")
        key = company_key(said.name) if said.name else ""
        if key and len(found := self.names.get(key) - mine - others) == 1:
            other = next(iter(found))
            if not domain or other not in self.with_domain:
                return Link(other, "name")
        if domain and key and said.kind in self.lists.kinds:
            return self._in_another_list(said, domain, key, others)
        return None

    def _in_another_list(self, said: Said, domain: str, key: str, others: Set[str]) -> Link | None:
        """The entry of another list of the same kind of system (the other CRM) that this one surely is.

        Both write the same name and the same domain, which no other entry of either has: a domain alone may be that of
        a group, a name alone that of two companies.
        """
        if (said.source, domain) in self.lists.crowded:
            return None
        found = self.domains.get(domain) & self.of_kind[said.kind]
        if len(found) != 1 or not found.isdisjoint(others | self.of_source[said.source]):
            return None
        return Link(next(iter(found)), "domain") if found <= self.names.get(key) else None

    def _others(self, kind: str, ref: str) -> Set[str]:
        """Accounts that a word was decided not to mean."""
        apart = self.apart.get(Word(kind, ref)) if self.apart else None
        if not apart:
            return _NOBODY
        found = {self.words[word] for word in apart if word in self.words}
        return found | {self.shown.get(id, id) for id in found}

    def _meant(self, known: Known, key: str, out: Set[str]) -> str | None:
        """The account that has a key, as it is shown; `SEVERAL` where several have it, None where nobody has.

        Args:
            out: accounts that are not meant.
        """
        found = known.one(key)
        if found is None:
            return None
        if isinstance(found, str):
            found = self.shown.get(found, found)
            return None if found in out else found
        left = {self.shown.get(id, id) for id in found} - out
        return None if not left else next(iter(left)) if len(left) == 1 else SEVERAL

    def decide(self) -> dict[str, str]:
        """Put the decisions in force for all that is known so far.

        Returns:
            Account → the one it is shown under, of those that are not shown by themselves: a document's goes before
            others, then the one that the source of more weight named.
        """
        self._put_in_force()
        return self.shown

    def _put_in_force(self) -> dict[Word, str]:
        """Find what accounts are shown under; returns the same for words that nobody knows.

        Such a word is one with others all the same: two accounts that are each the same as it are one.
        """
        order = {id: number for number, id in enumerate(dict.fromkeys(self.words.values()))}

        def meant(pairs: Iterable[Pair]) -> list[tuple[str | Word, str | Word]]:
            ends = ((self.words.get(one, one), self.words.get(other, other)) for one, other in pairs)
            return [(one, other) for one, other in ends if one != other]

        under = shown_under(
            meant(self.decisions.pairs("same")), meant(self.decisions.pairs("different")), order
        )
        self.shown = {id: top for id, top in under.items() if isinstance(id, str)}
        return {word: top for word, top in under.items() if isinstance(word, Word)}

    def decided(self, asked: Iterable[tuple[Word, Link]]) -> Iterator[Link]:
        """Links after all words were found, as decisions have them."""
        for word, shown in self._put_in_force().items():
            self.words.setdefault(word, shown)
        for word, link in asked:
            id = link.id or self.words.get(word)
            top = self.shown.get(id, id) if id else None
            yield link if top == link.id else Link(top, "decided")

    def find(self, source: str, kind: str, ref: str) -> Link:
        """The account that a source's word means."""
        link = self._find(source, kind, ref)
        if link.id is not None and self.decisions.standing:
            self.words.setdefault(Word(kind, ref), link.id)
        return link

    def of_mailbox(self, source: str, kind: str, ref: str, mail: str) -> Link:
        """The account at whose domain a box is that several people share; a free-mail domain tells none.

        Args:
            ref: the source's word for the box.
            mail: the address it is.
        """
        out = self._others(kind, ref)
        found = self.document_of(source, kind, ref)
        if found is None and (domain := domain_of(mail)) and not self.is_own(domain):
            link = self.by_domain(domain, out)
            found = link.id if link else None
        return Link(found, "mailbox" if found else "unknown")

    def _find(self, source: str, kind: str, ref: str) -> Link:
        if (
            ref == OWN
            or (kind, ref) in self.ours
            or (self.own and "." in ref and self.is_own(domain_of(ref)))
        ):
            return Link(None, "own")
        if document := self.document_of(source, kind, ref):
            return Link(document, "document")
        known = self.ids.get((kind, ref))
        if known is not None:
            return Link(known, self.why.get((kind, ref), "id"))
        out = self._others(kind, ref)
        if (elsewhere := self._meant(self.anywhere, ref, out)) is not None:
            return _link(elsewhere, "other-id")
        if ref in self.documents and ref not in out:
            return Link(ref, "document")
        domain = domain_of(ref)
        if domain:
            by_domain = self.by_domain(domain, out)
            if by_domain is not None:
                return Link(by_domain.id, "email" if "@" in ref and by_domain.id else by_domain.reason)
        key = company_key(ref)
        found = self._meant(self.names, key, out)
        if found is None:
            found = self._meant(self.sounds, sound_key(key), out)
        if found is not None:
            return _link(found, "name")
        if domain and is_free_mail(domain):
            return Link(None, "unknown")
        if kind in MAKERS or not self.listed:
            return self._make(kind, ref, domain, out)
        return Link(None, "unknown")

    def _make(self, kind: str, ref: str, domain: str | None, out: Set[str]) -> Link:
        """An account of which no more is known than this word."""
        id = ref.strip()
        if domain and "@" in ref:
            id = domain
        if id in out:
            id = f"{kind}:{id}"
        self.taken.add(id)
        self._know(id, None if domain else ref, domain)
        return Link(id, "named")

    def by_domain(self, domain: str, out: Set[str] = _NOBODY) -> Link | None:
        """The account with this domain, or with one above it; None where there is none.

        Args:
            out: accounts that are not meant.
        """
        above = domains_above(domain)
        if not FREE_MAIL.isdisjoint(above):
            return None
        for one in above:
            if (found := self._meant(self.domains, one, out)) is not None:
                return _link(found, "domain")
        return None


def _link(meant: str, reason: str) -> Link:
    return Link(None, "ambiguous") if meant == SEVERAL else Link(meant, reason)


Named = TypeVar("Named", bound=Hashable)


def joined(
    same: Iterable[tuple[Named, Named]], different: Iterable[tuple[Named, Named]]
) -> dict[Named, set[Named]]:
    """Each of those that are one with something → all that it is one with, itself among them.

    Args:
        same: what is one, in the order of the decisions; a pair that would join what is known to differ is passed over.
        different: what is not one.
    """
    groups: dict[Named, set[Named]] = {}
    apart = list(different)
    for one, other in same:
        group = groups.get(one, {one}) | groups.get(other, {other})
        if not any(a in group and b in group for a, b in apart):
            groups |= dict.fromkeys(group, group)
    return groups


def shown_under(
    same: Iterable[tuple[Named, Named]], different: Iterable[tuple[Named, Named]], order: Mapping[str, int]
) -> dict[Named, str]:
    """What is one with an account → the account it is shown under, of those that are not shown by themselves.

    Args:
        same, different: as in `joined`.
        order: the accounts; of several that are one, the first is shown.
    """
    found: dict[Named, str] = {}
    for one, group in joined(same, different).items():
        accounts = [id for id in group if isinstance(id, str) and id in order]
        if accounts and one != (top := min(accounts, key=lambda id: (order[id], id))):
            found[one] = top
    return found


def book_of(
    documents: Mapping[str, Account],
    said: Iterable[Said],
    decisions: Decisions | None = None,
    own: Iterable[str] = (),
    lists: Lists | None = None,
) -> AccountBook:
    """Everything that documents and sources say of accounts; sources in the order of their word's weight."""
    book = AccountBook(
        documents,
        decisions or Decisions(),
        frozenset(filter(None, map(domain_of, own))),
        lists=lists or Lists(),
    )
    book.add_documents()
    for one in said:
        book.add(one)
    book.decide()
    return book
