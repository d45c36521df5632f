"""The mirror: whom a contacts export knows, by the part that job titles tell, and in which companies nobody uses it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from polku.documents import PARTS
from polku.identity.names import company_key, domain_of, email_of, is_free_mail, person_key
from polku.identity.titles import TitleReader
from polku.words import Message

SIGN_OR_MANAGE = ("decision-maker", "buyer", "manager")
USE = ("operator",)
SMALL = 5
"""Of fewer people than this no percentage is said."""


@dataclass(frozen=True)
class Contact:
    """One row of a contacts export."""

    name: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class KnownCompany:
    """A company in the mirror.

    Args:
        people: how many are known there.
        parts: part → people; those without a part are in `unplaced`.
    """

    name: str
    people: int
    parts: Mapping[str, int]
    unplaced: int

    @property
    def has_user(self) -> bool:
        """Whether somebody is known there who uses the product."""
        return any(self.parts.get(part) for part in USE)


@dataclass(frozen=True)
class Mirror:
    """Whom somebody knows.

    people = the sum of `parts` + `unplaced` + `without_title`. Each person counts once, by e-mail address, else
    by name and company.

    Args:
        rows: contacts that were read; `repeated` of them name somebody again.
        parts: part → people, every part of `documents.PARTS` in that order.
        unplaced: titles that tell no part, with how many people have them, most frequent first.
        without_company: people who belong to no company.
        companies: largest first.
    """

    rows: int
    repeated: int
    people: int
    parts: Mapping[str, int]
    unplaced: tuple[tuple[str, int], ...]
    without_title: int
    without_company: int
    companies: tuple[KnownCompany, ...]
    placed_by: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Part → its titles with their counts, most frequent first."""

    @property
    def placed(self) -> int:
        """People whose title tells their part."""
        return sum(self.parts.values())

    @property
    def not_placed(self) -> int:
        """People with a title that tells no part."""
        return sum(count for _, count in self.unplaced)

    @property
    def nobody_uses(self) -> tuple[KnownCompany, ...]:
        """Companies in which nobody is known who uses the product."""
        return tuple(company for company in self.companies if not company.has_user)

    @property
    def sentences(self) -> tuple[Message, ...]:
        """What the mirror says, in three sentences."""
        first = Message(
            "mirror.know", {"people": self._people, "companies": self._companies(len(self.companies))}
        )
        if not self.placed:
            return (first, Message("mirror.no-titles", {"count": self.people}))
        signs = sum(self.parts[part] for part in SIGN_OR_MANAGE)
        uses = sum(self.parts[part] for part in USE)
        if self.placed < SMALL:
            second = Message("mirror.shares-few", {"placed": self.placed, "signs": signs, "uses": uses})
        else:
            second = Message(
                "mirror.shares",
                {"placed": self.placed, "signs": signs / self.placed, "uses": uses / self.placed},
            )
        nobody = self.nobody_uses
        unsure = sum(1 for company in nobody if company.unplaced)
        third = Message(
            "mirror.nobody-unsure" if unsure else "mirror.nobody",
            {"count": len(nobody), "companies": len(self.companies), "unsure": unsure},
        )
        return (first, second, third) if self.companies else (first, second)

    @property
    def _people(self) -> Message:
        return Message("mirror.people", {"count": self.people})

    def _companies(self, count: int) -> Message:
        return Message("mirror.companies", {"count": count})


def mirror(contacts: Iterable[Contact], titles: TitleReader | None = None) -> Mirror:
    """Look at a list of contacts.

    Args:
        titles: reads job titles; polku's own words where it is left out.
    """
    reader = titles or TitleReader()
    everybody = [one for one in contacts if one.name or one.email or one.title]
    company_of_domain = _company_of_domain(everybody)
    seen: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for number, one in enumerate(everybody):
        company = _company(one, company_of_domain)
        if company is not None:
            labels[company][(one.company or company).strip()] += 1
        key = _key(one, company, number)
        known_company, known_title = seen.get(key, (None, None))
        seen[key] = (known_company or company, known_title or _title(one.title))
    parts: Counter[str] = Counter()
    unplaced: Counter[str] = Counter()
    placed_by: dict[str, Counter[str]] = defaultdict(Counter)
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[str, str] = {}
    without_title = without_company = 0
    for company, title in seen.values():
        part = reader.read(title).part
        if title is None:
            without_title += 1
        else:
            # Titles that differ in letter case alone are one; the first spelling is shown.
            shown = spelled.setdefault(" ".join(title.casefold().split()), " ".join(title.split()))
            if part is None:
                unplaced[shown] += 1
            else:
                parts[part] += 1
                placed_by[part][shown] += 1
        if company is None:
            without_company += 1
        else:
            inside[company][part or ""] += 1
    companies = [
        KnownCompany(
            name=min(labels[key], key=lambda label, of=labels[key]: (-of[label], label)),  # type: ignore[misc]
            people=sum(counts.values()),
            parts={part: counts[part] for part in PARTS if counts[part]},
            unplaced=counts[""],
        )
        for key, counts in inside.items()
    ]
    return Mirror(
        rows=len(everybody),
        repeated=len(everybody) - len(seen),
        people=len(seen),
        parts={part: parts[part] for part in PARTS},
        unplaced=_ranked(unplaced),
        without_title=without_title,
        without_company=without_company,
        companies=tuple(sorted(companies, key=lambda company: (-company.people, company.name))),
        placed_by={part: _ranked(placed_by[part]) for part in PARTS if placed_by[part]},
    )


def _title(said: str | None) -> str | None:
    """A job title as it was written; signs alone ("-", "?", "...") stand for none, as people fill a field that must be."""
    title = (said or "").strip()
    return title if any(letter.isalnum() for letter in title) else None


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _company_of_domain(contacts: Iterable[Contact]) -> dict[str, str]:
    """Domain → the company that most contacts with that domain name."""
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for one in contacts:
        domain = domain_of(one.email)
        if domain and one.company and not is_free_mail(domain) and (key := company_key(one.company)):
            named[domain][key] += 1
    return {
        domain: min(counts, key=lambda key, of=counts: (-of[key], key))  # type: ignore[misc]
        for domain, counts in named.items()
    }


def _company(one: Contact, company_of_domain: Mapping[str, str]) -> str | None:
    if one.company and (key := company_key(one.company)):
        return key
    domain = domain_of(one.email)
    if domain is None or is_free_mail(domain):
        return None
    return company_of_domain.get(domain, domain)


def _key(one: Contact, company: str | None, number: int) -> tuple[str, str]:
    if email := email_of(one.email):
        return ("email", email)
    if one.name and (name := person_key(one.name)):
        return (name, company or f"row {number}")
    return ("row", str(number))
