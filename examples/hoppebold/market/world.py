"""Who is there: customer companies and the people in them, drawn before anything happens."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from market.words import COMPANIES, FIRST, LANGUAGE, LAST, STEMS, TITLES, TOWNS

START = date(2024, 11, 18)
END = date(2026, 11, 17)
"""First and last day of the exports; the example's today is the day after."""

KNOWN_TO_CRM = {"ivan": 0.96, "anders": 0.85, "per": 0.38, "ole": 0.07, "other": 0.6}
"""Chance that sales wrote somebody down: those who sign are, those who know the machine are not."""
SUBSCRIBES = {"ivan": 0.35, "anders": 0.55, "per": 0.65, "ole": 0.12, "other": 0.3}


@dataclass(eq=False)
class Person:
    """Somebody at a customer, at one employer; who moves on is two of these with one CRM number."""

    number: str
    name: str
    role: str
    title: str
    email: str
    language: str
    in_crm: bool
    subscribed: bool
    from_day: date | None = None
    to_day: date | None = None

    def there(self, day: date) -> bool:
        """Whether the person works there on this day."""
        return (self.from_day or date.min) <= day <= (self.to_day or date.max)


@dataclass(eq=False)
class Account:
    """A customer company."""

    number: str
    name: str
    domain: str
    country: str
    employees: int
    size_class: str
    since: date | None
    """When it became a customer; None while it is a prospect."""
    unanswered: float
    """Chance that a call at night is not answered."""
    parent: str | None = None
    left: date | None = None
    people: list[Person] = field(default_factory=list)

    def some(self, role: str, day: date, rng: random.Random) -> Person | None:
        """Somebody who plays the role on a day; in small firms somebody else has to."""
        order = {
            "per": ("per", "anders", "ivan"),
            "anders": ("anders", "ivan", "other"),
            "ivan": ("ivan", "other"),
        }
        for wanted in order.get(role, (role, "anders", "ivan")):
            those = [person for person in self.people if person.role == wanted and person.there(day)]
            if those:
                return rng.choice(those)
        return None

    @property
    def language(self) -> str:
        """The language of its country."""
        return LANGUAGE[self.country]


def at(rng: random.Random, day: date, first: float = 8.0, last: float = 16.5) -> datetime:
    """A moment of a day in local time, between two hours; hours from 24 on are the next morning."""
    moment = datetime.combine(day, time()) + timedelta(minutes=round(rng.uniform(first, last) * 60))
    skipped = moment.month == 3 and moment.day >= 25 and moment.weekday() == 6 and moment.hour == 2
    return moment + timedelta(hours=1) if skipped else moment  # the hour that summer time leaves out


def working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def days_around(rng: random.Random, median: float, spread: float = 0.45) -> int:
    """A wait in days whose median is given and which now and then is much longer."""
    return max(1, round(median * math.exp(rng.gauss(0, spread))))


def ascii_name(text: str) -> str:
    """A name as it stands in e-mail addresses."""
    plain = {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e"}
    return "".join(plain.get(letter, letter) for letter in text.lower() if letter.isalnum())


def company(number: int) -> tuple[str, str, str]:
    """Name, domain part and country of the n-th company."""
    if number < len(COMPANIES):
        return COMPANIES[number]
    number -= len(COMPANIES)
    country = ("DK", "SE", "FI", "DE")[number % 4]
    form = {"DK": "A/S", "SE": "AB", "FI": "Oy", "DE": "GmbH"}[country]
    stem, town = STEMS[number % len(STEMS)], TOWNS[number // len(STEMS) % len(TOWNS)]
    series = number // (len(STEMS) * len(TOWNS))
    name = f"{stem} {town}{f' {series + 1}' if series else ''}"
    return f"{name} {form}", ascii_name(name), country


def deck(rng: random.Random, size: int, shares: dict[str, float]) -> list[str]:
    """Kinds in given shares, shuffled: the same mix for every seed, dealt otherwise."""
    cards: list[str] = []
    total = 0.0
    for kind, share in shares.items():
        total += share
        cards += [kind] * (round(total * size) - len(cards))
    rng.shuffle(cards)
    return cards


def draw_accounts(seed: int, count: int) -> list[Account]:
    """The market: companies with their people."""
    rng = random.Random(f"{seed}/market")
    sizes = deck(rng, count, {"A": 0.6, "B": 0.1, "C": 0.3})
    standing = deck(rng, count, {"customer": 0.4, "prospect": 0.6})
    hotline = deck(rng, count, {"bad": 0.34, "fair": 0.66})
    accounts: list[Account] = []
    taken: set[str] = set()
    for number in range(count):
        name, stem, country = company(number)
        size, own = sizes[number], random.Random(f"{seed}/{number}")
        if number == 0:  # the key account of the workspace, drawn by hand in accounts/legetoj-nord.yaml
            size, standing[0], hotline[0] = "A", "customer", "bad"
        bounds = {"A": (250, 1400), "B": (70, 210), "C": (12, 48)}[size]
        since = date(own.randint(2017, 2023), own.randint(1, 12), own.randint(1, 28))
        accounts.append(
            Account(
                number="A-1042" if number == 0 else f"A-{1043 + number * 3}",
                name=name,
                domain=f"{stem}.example",
                country=country,
                employees=round(own.randint(*bounds), -1) if size == "A" else own.randint(*bounds),
                size_class=size,
                since=since if standing[number] == "customer" else None,
                unanswered={"bad": 0.8, "fair": 0.2}[hotline[number]],
            )
        )
        _fill(accounts[-1], own, taken)
    if count > 19:
        accounts[19].parent = accounts[
            3
        ].number  # Skånes Leksaker belongs to Hopla and writes from its domain
        for person in accounts[19].people:
            person.email = person.email.replace(accounts[19].domain, accounts[3].domain)
    _number_contacts(accounts)
    _move_some(rng, accounts)
    return accounts


def _fill(account: Account, rng: random.Random, taken: set[str]) -> None:
    """Draw the people of an account."""
    if account.number == "A-1042":
        roles = ["anders", "ivan", "ole", "ole", "per", "ole", "other"]
        names = ["Mette Holm", "Bo Lund", "Søren Kær"]
    else:
        operators = {"A": rng.choice((2, 2, 3, 3)), "B": 2, "C": rng.choice((1, 1, 2))}[account.size_class]
        roles = ["ivan"] + ["ole"] * operators
        if account.size_class != "C":
            roles += ["anders", "per"]
        if account.size_class == "A":
            roles += ["anders"] * (rng.random() < 0.35)
        roles += ["other"] * (rng.random() < 0.4)
        names = []
    for place, role in enumerate(roles):
        name = names[place] if place < len(names) else ""
        while not name or (name in taken and place >= len(names)):
            name = f"{rng.choice(FIRST[account.country].split())} {rng.choice(LAST[account.country].split())}"
        taken.add(name)
        first, last = name.split(" ", 1)
        private = role == "ole" and rng.random() < 0.12
        domain = "freemail.example" if private else account.domain
        account.people.append(
            Person(
                number="",
                name=name,
                role=role,
                title=rng.choice(TITLES[role][account.country]),
                email=f"{ascii_name(first)}.{ascii_name(last)}@{domain}",
                language=account.language,
                in_crm=_known(account, place, rng.random() < KNOWN_TO_CRM[role]),
                subscribed=rng.random() < SUBSCRIBES[role],
            )
        )


def _known(account: Account, place: int, drawn: bool) -> bool:
    """Whether sales wrote somebody down; at the key account as its document says."""
    return place < 2 if account.number == "A-1042" and place < 3 else drawn


def _number_contacts(accounts: list[Account]) -> None:
    """Give those whom sales know their number in the CRM."""
    known = [person for account in accounts for person in account.people if person.in_crm]
    for number, person in enumerate(known, start=1):
        person.number = f"C-{2000 + number}"


def _move_some(rng: random.Random, accounts: list[Account]) -> None:
    """Let a few people change employer: the same name and number, another address."""
    movers = [
        (account, person)
        for account in accounts[1:]
        for person in account.people
        if person.in_crm and person.role in ("per", "anders", "ivan") and account.size_class == "A"
    ]
    for account, person in rng.sample(movers, min(len(movers), max(1, len(accounts) // 10))):
        others = [other for other in accounts if other is not account and other.country == account.country]
        if not others:
            continue
        new, day = rng.choice(others), START + timedelta(days=rng.randint(200, 560))
        person.to_day = day
        mailbox = person.email.split("@")[0]
        new.people.append(
            Person(
                number=person.number,
                name=person.name,
                role=person.role,
                title=person.title,
                email=f"{mailbox}@{new.domain}",
                language=new.language,
                in_crm=True,
                subscribed=person.subscribed,
                from_day=day + timedelta(days=30),
            )
        )
