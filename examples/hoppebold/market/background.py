"""What goes on all the time: visits, newsletters, ads, surveys, maintenance, spare parts, webinars."""

from __future__ import annotations

import random
from datetime import date, timedelta

from market.happenings import Happening, Machine, World
from market.words import FITTERS, PAGES
from market.world import END, START, Account, Person, at

SURVEYS = (date(2025, 6, 16), date(2026, 6, 15))
"""First days of the relationship surveys; answers come in two weeks."""
WEBINARS = (date(2025, 3, 20), date(2025, 10, 9), date(2026, 1, 15), date(2026, 4, 23), date(2026, 9, 17))
ANSWERS = {"ole": 0.46, "per": 0.4, "anders": 0.5, "ivan": 0.4, "other": 0.15}
SCORES = {"ole": 4.1, "per": 6.6, "anders": 6.9, "ivan": 8.3, "other": 7.5}


def add_background(world: World) -> None:
    """Add what goes on beside the walks to what happened."""
    for name, add in (
        ("visits", _visits),
        ("newsletters", _newsletters),
        ("ads", _ads),
        ("surveys", _surveys),
        ("maintenance", _maintenance),
        ("orders", _orders),
        ("webinars", _webinars),
    ):
        add(world, random.Random(f"{world.seed}/{name}"))


def _customer_on(account: Account, day: date) -> bool:
    return account.since is not None and account.since <= day and (account.left is None or day < account.left)


def _machines(world: World) -> list[Machine]:
    return [machine for machine in world.machines if machine.running <= END]


def _visits(world: World, rng: random.Random) -> None:
    """Visits to the website: some by people who once left an address, many by a company, many by nobody known."""
    pages, weights = zip(*PAGES, strict=True)
    known: dict[Account, list[tuple[date, Person]]] = {}
    busy: dict[Account, list[date]] = {}
    for happening in world.happenings:
        if happening.account and happening.walk and happening.system in ("crm", "web"):
            busy.setdefault(happening.account, []).append(happening.time.date())
            if happening.system == "web" and happening.person:
                known.setdefault(happening.account, []).append((happening.time.date(), happening.person))

    def visit(account: Account | None, day: date) -> None:
        if not START <= day <= END:
            return
        names = (
            [person for since, person in known.get(account, []) if since <= day and person.there(day)]
            if account
            else []
        )
        person = rng.choice(names) if names and rng.random() < 0.45 else None
        page = rng.choices(pages, weights)[0]
        happening = Happening(at(rng, day, 6, 22), "web", f"Visit: {page}", account, person)
        happening.details["medium"] = rng.choices(
            ("organic", "direct", "email", "paid-social"), (45, 35, 12, 8)
        )[0]
        world.happenings.append(happening)

    for account in world.accounts:
        weekly = {"A": 0.93, "B": 0.66, "C": 0.42}[account.size_class] * rng.uniform(0.6, 1.4)
        day = START
        while day <= END:
            day += timedelta(days=max(1, round(rng.expovariate(weekly / 7))))
            visit(account, day)
        for busy_day in busy.get(account, []):
            for _ in range(rng.randint(1, 5)):
                visit(account, busy_day - timedelta(days=rng.randint(-2, 12)))
    for _ in range(22 * len(world.accounts)):
        visit(None, START + timedelta(days=rng.randint(0, (END - START).days)))


def _newsletters(world: World, rng: random.Random) -> None:
    """A letter a month; a good third is opened, few are clicked."""
    for number in range(24):
        sent = date(2024 + (number + 11) // 12, (number + 11) % 12 + 1, 4)
        for account in world.accounts:
            for person in account.people:
                if person.subscribed and person.there(sent) and rng.random() < 0.68:
                    opened = at(rng, sent + timedelta(days=rng.choice((0, 0, 0, 1, 2))), 6.5, 20)
                    letter = {"campaign": f"newsletter-{sent:%Y-%m}"}
                    world.happenings.append(
                        Happening(
                            opened, "email", "Email: newsletter opened", account, person, details=dict(letter)
                        )
                    )
                    if rng.random() < 0.11:
                        clicked = opened + timedelta(minutes=rng.randint(1, 9))
                        world.happenings.append(
                            Happening(
                                clicked,
                                "email",
                                "Email: newsletter clicked",
                                account,
                                person,
                                details=dict(letter),
                            )
                        )
    for happening in world.of("email"):
        happening.details.setdefault("campaign", f"newsletter-{happening.time:%Y-%m}")


def _ads(world: World, rng: random.Random) -> None:
    """Clicks on retargeting ads: the platform tells the company, never the person."""
    for account in world.accounts:
        for _ in range(rng.choice((4, 7, 10, 13, 16))):
            day = START + timedelta(days=rng.randint(0, (END - START).days))
            campaign = "uptime-2025" if day.year < 2026 else "uptime-2026"
            world.happenings.append(
                Happening(at(rng, day, 7, 22), "ads", "Ad click", account, details={"campaign": campaign})
            )


def _surveys(world: World, rng: random.Random) -> None:
    """A survey every June among customers whose machine is running, and before some talks about a renewal."""
    running: dict[Account, date] = {}
    for machine in world.machines:
        running[machine.account] = min(machine.running, running.get(machine.account, END))

    def ask(account: Account, first: date, about: str, rng: random.Random) -> None:
        for person in account.people:
            if not (person.there(first) and rng.random() < ANSWERS[person.role]):
                continue
            mean = SCORES[person.role] + (0.6 if account.unanswered < 0.5 else -0.6)
            score = max(0, min(10, round(rng.gauss(mean, 1.4))))
            text = "" if rng.random() < 0.45 else "low" if score < 7 else "high"
            moment = at(rng, first + timedelta(days=rng.randint(0, 13)), 6, 21)
            about_it = {"text": text}
            world.happenings.append(
                Happening(
                    moment, "survey", f"Response: {about}", account, person, score=score, details=about_it
                )
            )

    for first in SURVEYS:
        for account in world.accounts:
            if _customer_on(account, first) and running[account] < first:
                ask(account, first, "relationship", rng)
    own = random.Random(f"{world.seed}/before renewals")
    for talk in [h for h in world.happenings if h.activity == "Meeting: renewal"]:
        if talk.account and own.random() < 0.55:
            ask(
                talk.account,
                talk.time.date() - timedelta(days=own.randint(55, 75)),
                "before the renewal",
                own,
            )


def _maintenance(world: World, rng: random.Random) -> None:
    """A fitter looks after every machine twice a year; new operators are trained now and then."""
    for machine in _machines(world):
        day = max(machine.running, START) + timedelta(days=rng.randint(30, 170))
        account = machine.account
        while day <= min(machine.ended or END, END):
            fitter = {"fitter": rng.choice(FITTERS)}
            world.happenings.append(
                Happening(
                    at(rng, day),
                    "service",
                    "Job: maintenance",
                    account,
                    account.some("anders", day, rng),
                    details=fitter,
                )
            )
            day += timedelta(days=rng.randint(110, 150))


def _orders(world: World, rng: random.Random) -> None:
    """Spare parts bought in the web shop, which the map does not know."""
    for machine in _machines(world):
        day = max(machine.running, START)
        while True:
            day += timedelta(days=max(3, round(rng.expovariate(1 / 23))))
            if day > min(machine.ended or END, END):
                break
            person = machine.account.some("ole" if rng.random() < 0.55 else "anders", day, rng)
            value = f"{rng.choice((38.5, 74.0, 120.0, 212.9, 415.0)) * rng.randint(1, 3):.2f}"
            world.happenings.append(
                Happening(
                    at(rng, day, 6, 18),
                    "webshop",
                    "Order: spare parts",
                    machine.account,
                    person,
                    details={"value": value},
                )
            )


def _webinars(world: World, rng: random.Random) -> None:
    """Webinars on cleaning and downtime; operators come too."""
    for day in WEBINARS:
        for account in world.accounts:
            for person in account.people:
                if person.there(day) and rng.random() < {"per": 0.3, "ole": 0.12, "anders": 0.15}.get(
                    person.role, 0.03
                ):
                    world.happenings.append(
                        Happening(at(rng, day, 13, 13.4), "webinar", "Webinar: attended", account, person)
                    )
