"""What happens: customers walk from a need to a machine and use it, and each system sees its part of it."""

from __future__ import annotations

import random
from datetime import date, timedelta

from market.happenings import Deal, Happening, Machine, Walk, World
from market.words import FITTERS, NOT_ANSWERED, SELLERS, TICKET_TOPICS, TRANSPORT_DAMAGE
from market.world import END, START, Account, Person, at, days_around, working_day

FAIRS = (date(2025, 1, 28), date(2026, 1, 27))
VALVES_FAIL = date(2026, 7, 1)
"""From here on a series of worn valves makes more calls than before."""
RIVAL = "Cheapball Oy"
UNHEARD = 0.3
"""Customers of whose calls more than this share went unanswered mostly leave."""


def prospect(world: World, account: Account, plan: str, rng: random.Random) -> None:
    """An account that is no customer yet: one walk, and a second one where the first came to nothing early."""
    start = START + timedelta(days=round(5 + 590 * rng.random() ** 1.7))
    end = _walk(world, account, plan, "new", start, rng)
    if account.since is None and end < END - timedelta(days=200) and rng.random() < 0.7:
        again = rng.choice(("demo", "skip", "fade"))
        _walk(world, account, again, "new", end + timedelta(days=rng.randint(60, 150)), rng)


def customer(world: World, account: Account, manner: str, rng: random.Random) -> None:
    """An account whose machine has been running for years; the renewal of it comes up in these two years."""
    assert account.since is not None
    machine = Machine(
        "", account, "BB-400", account.since, START - timedelta(days=60), rng.randint(14, 40) * 1000
    )
    world.machines.append(machine)
    start = START + timedelta(days=rng.randint(150, 560))
    if account.number == "A-1042":  # the key account decides in these weeks
        manner, start = "talk", END - timedelta(days=26)
    if manner == "talk":
        _looks_around(world, account, start - timedelta(days=rng.randint(70, 220)), rng)
        _use(world, machine, start, rng, None)
        _renew(world, machine, start, rng, None)
    else:
        _use(world, machine, start, rng, None)
        _walk(world, account, manner, "renewal", start, rng, machine)
        newer = [
            other.running for other in world.machines if other.account is account and other is not machine
        ]
        _use(world, machine, min([*newer, machine.ended or END]), rng, None, start)


def _looks_around(world: World, account: Account, day: date, rng: random.Random) -> None:
    """Some customers take the guide or the telephone long before anybody of ours thinks of a renewal."""
    if rng.random() < 0.65:
        walk = Walk(account, "renewal", "guide" if rng.random() < 0.5 else "call")
        world.walks.append(walk)
        system, activity, role = {
            "guide": ("web", "Download: downtime guide", "per"),
            "call": ("crm", "Call: when will ours be too old", "anders"),
        }[walk.opener]
        day = working_day(day)
        world.happenings.append(
            Happening(at(rng, day), system, activity, account, account.some(role, day, rng), walk=walk)
        )


def _walk(
    world: World,
    account: Account,
    plan: str,
    kind: str,
    start: date,
    rng: random.Random,
    old: Machine | None = None,
) -> date:
    """From the need to the signature, or to where it ends; tells the last day."""
    near = next((fair for fair in FAIRS if -25 <= (fair - start).days <= 45), None)
    guide = 0.9 if plan == "skip" else 0.68  # who reads the guide first asks for an offer, not for a demo
    opener = (
        "fair"
        if near and plan != "skip" and rng.random() < 0.7
        else "guide"
        if rng.random() < guide
        else "call"
    )
    walk = Walk(account, kind, opener)
    world.walks.append(walk)
    day = working_day(start)

    def add(
        system: str, activity: str, role: str, when: date, deal: Deal | None = None, **details: str
    ) -> None:
        person = account.some(role, when, rng)
        mean = {"Meeting: demo": 9.0, "Meeting: negotiation": 7.6, "Meeting: renewal": 6.8}.get(activity)
        score = None
        if mean is not None and rng.random() < 0.7:
            score = max(0, min(10, round(rng.gauss(mean, 1.2))))
        world.happenings.append(
            Happening(at(rng, when), system, activity, account, person, deal, walk, score, dict(details))
        )

    if opener == "fair":
        assert near is not None
        day = near + timedelta(days=rng.randint(0, 3))
        add("crm", "Meeting: fair", "per" if rng.random() < 0.5 else "anders", day)
    elif opener == "guide":
        if rng.random() < 0.62:  # the newsletter sent them there, which nobody drew
            reader = account.some("per", day, rng)
            before = day - timedelta(days=rng.randint(0, 3))
            world.happenings.append(
                Happening(
                    at(rng, before, 6, 7.5), "email", "Email: newsletter clicked", account, reader, walk=walk
                )
            )
        add("web", "Download: downtime guide", "per", day)
        if rng.random() < 0.25:
            add("web", "Download: downtime guide", "anders", day + timedelta(days=rng.randint(1, 12)))
    if opener == "call" or plan != "skip" or rng.random() < 0.2:
        if opener != "call":
            day = working_day(day + timedelta(days=days_around(rng, 9)))
        add("crm", "Call: first call", "anders", day)
        for _ in range(rng.choice((0, 1, 1, 2))):
            day = working_day(day + timedelta(days=days_around(rng, 6)))
            add("crm", "Call: follow-up", "anders" if rng.random() < 0.8 else "per", day)
    if plan == "fade":
        return day
    if plan == "demo":
        if rng.random() < 0.45:
            visit = working_day(day + timedelta(days=days_around(rng, 8)))
            add("crm", "Meeting: reference visit", "anders", visit)
        day = working_day(day + timedelta(days=days_around(rng, 24)))
        add("crm", "Meeting: demo", "per", day)
        if rng.random() < 0.2:  # back to the telephone, and once more to the machine
            day = working_day(day + timedelta(days=days_around(rng, 7)))
            add("crm", "Call: questions after the demo", "anders", day)
            if rng.random() < 0.6:
                day = working_day(day + timedelta(days=days_around(rng, 10)))
                add("crm", "Meeting: demo", "per", day)
    created = day
    day = working_day(day + timedelta(days=days_around(rng, 10 if plan == "demo" else 15)))
    offered = day
    if rng.random() < (0.8 if plan == "demo" else 0.3):
        day = working_day(day + timedelta(days=days_around(rng, 20)))
        negotiated: date | None = day
    else:
        negotiated = None
        day = working_day(day + timedelta(days=days_around(rng, 9)))
    closed = working_day(day + timedelta(days=days_around(rng, 11)))
    unheard = unanswered_share(world, account, created) > UNHEARD
    chance = {"demo": 0.68, "skip": 0.05}[plan]
    if kind == "renewal":
        chance = 0.15 if unheard else {"demo": 0.95, "skip": 0.45}[plan]
    won = rng.random() < chance
    deal = _deal(world, account, kind, created, offered, closed, won, rng)
    walk.deal = deal
    add("crm", "Deal: offer sent", "ivan", offered, deal)
    if negotiated:
        add("crm", "Meeting: negotiation", "ivan", negotiated, deal)
    add("crm", f"Deal: {deal.outcome}", "ivan", closed, deal)
    if won:
        _start_up(world, walk, deal, rng)
        if old and closed <= END:
            old.ended, old.ended_because = closed, "replaced by a new machine"
    elif old and closed <= END:
        _leave(world, old, deal)
    return closed


def _deal(
    world: World,
    account: Account,
    kind: str,
    created: date,
    offered: date | None,
    closed: date,
    won: bool,
    rng: random.Random,
) -> Deal:
    product = rng.choice(("BB-400", "BB-400", "BB-600")) if account.size_class != "C" else "BB-200"
    price = {"BB-200": 64, "BB-400": 148, "BB-600": 236}[product] * rng.uniform(0.9, 1.15)
    persons = [account.some(role, created, rng) for role in ("ivan", "anders")]
    deal = Deal(
        number="",
        account=account,
        kind=kind,
        created=created,
        offered=offered,
        closed=closed,
        outcome="won" if won else "lost",
        amount=round(price) * 1000,
        product=product,
        owner=rng.choice(SELLERS),
        people=list(dict.fromkeys(person for person in persons if person and person.in_crm)),
    )
    if not won:
        rivals = (
            ((RIVAL, 0.85), ("", 1.0)) if kind == "renewal" else ((RIVAL, 0.4), ("Overhaul", 0.75), ("", 1.0))
        )
        luck = rng.random()
        deal.lost_to = next(name for name, upto in rivals if luck <= upto)
        reasons = {
            RIVAL: ("price", "price", "service at night"),
            "Overhaul": ("no budget",),
            "": ("postponed",),
        }
        deal.lost_reason = rng.choice(reasons[deal.lost_to])
    world.deals.append(deal)
    return deal


def _start_up(world: World, walk: Walk, deal: Deal, rng: random.Random) -> None:
    """From the signature to the running machine, then its use and the talk about a renewal."""
    account = deal.account
    installed = working_day(deal.closed + timedelta(days=max(45, round(rng.gauss(98, 15)))))
    late = rng.random() < 0.22
    trained = working_day(installed + timedelta(days=rng.randint(14, 30) if late else rng.randint(2, 7)))
    machine = Machine("", account, deal.product, deal.closed, installed, rng.randint(14, 40) * 1000)
    world.machines.append(machine)
    if account.since is None and deal.closed <= END:
        account.since = deal.closed
    worker = account.some("anders", installed, rng)
    fitter = rng.choice(FITTERS)

    def job(activity: str, day: date, person: Person | None, mean: float, answers: float) -> None:
        score = max(0, min(10, round(rng.gauss(mean, 1.4)))) if rng.random() < answers else None
        world.happenings.append(
            Happening(
                at(rng, day),
                "service",
                activity,
                account,
                person,
                walk=walk,
                score=score,
                details={"fitter": fitter},
            )
        )

    job("Job: installation", installed, worker, 7.0, 0.8)
    if rng.random() < 0.3:  # the partner's lift hit the door; nobody drew what happens then
        world.happenings.append(
            Happening(
                at(rng, installed + timedelta(days=1)),
                "support",
                TRANSPORT_DAMAGE,
                account,
                worker,
                walk=walk,
                score=rng.randint(1, 5),
                details={"text": "damage"},
            )
        )
    if late:
        for _ in range(rng.randint(1, 3)):
            _ticket(
                world,
                machine,
                installed + timedelta(days=rng.randint(1, (trained - installed).days - 1)),
                rng,
                walk,
            )
    for person in account.people:
        if person.role == "ole" and person.there(trained):
            job("Job: training", trained, person, 8.9, 0.6)
    talk = trained + timedelta(days=rng.randint(190, 280))
    _use(world, machine, talk, rng, walk, trained)
    _renew(world, machine, talk, rng, walk)


def _use(
    world: World,
    machine: Machine,
    until: date,
    rng: random.Random,
    walk: Walk | None,
    since: date | None = None,
) -> None:
    """Support calls from the start of use to a day: each operator calls now and then, half of it at night."""
    operators = sum(person.role == "ole" for person in machine.account.people)
    day = max(since or machine.running, START)
    while True:
        monthly = (0.6 + 0.35 * operators) * (1.6 if day >= VALVES_FAIL else 1.0)
        day += timedelta(days=max(1, round(rng.expovariate(monthly / 30))))
        if day >= min(until, END + timedelta(days=1)):
            return
        _ticket(world, machine, day, rng, walk)


def _ticket(world: World, machine: Machine, day: date, rng: random.Random, walk: Walk | None) -> None:
    """A call for help; at night often nobody answers, and then they call again."""
    account = machine.account
    person = account.some("ole" if rng.random() < 0.92 else "anders", day, rng)
    night = rng.random() < 0.55
    moment = at(rng, day, 22, 29) if night else at(rng, day, 7, 17)
    heard = not (night and rng.random() < account.unanswered)
    mean = 2.0 if not heard else 6.0 if night else 7.6
    score = max(0, min(10, round(rng.gauss(mean, 1.6)))) if rng.random() < 0.3 else None
    topic = rng.choice(TICKET_TOPICS) if heard else NOT_ANSWERED
    world.happenings.append(
        Happening(
            moment,
            "support",
            topic,
            account,
            person,
            walk=walk,
            score=score,
            details={"text": "day" if heard else "night"},
        )
    )
    if not heard and rng.random() < 0.7:
        later = moment + timedelta(minutes=rng.randint(40, 600))
        answered = 7 <= later.hour <= 17
        world.happenings.append(
            Happening(
                later,
                "support",
                rng.choice(TICKET_TOPICS) if answered else NOT_ANSWERED,
                account,
                person,
                walk=walk,
                details={"text": "night"},
            )
        )


def unanswered_share(world: World, account: Account, before: date) -> float:
    """Share of an account's calls for help in the nine months before a day that nobody answered."""
    calls = [
        happening
        for happening in world.happenings
        if happening.system == "support"
        and happening.account is account
        and before - timedelta(days=270) <= happening.time.date() < before
    ]
    return sum(call.activity == NOT_ANSWERED for call in calls) / len(calls) if calls else 0.0


def _renew(world: World, machine: Machine, talk: date, rng: random.Random, walk: Walk | None) -> None:
    """The talk about the next machine, and the decision some weeks later: what was heard at night decides."""
    account = machine.account
    talk = working_day(talk)
    closed = working_day(talk + timedelta(days=days_around(rng, 40, 0.3)))
    won = rng.random() < (0.15 if unanswered_share(world, account, talk) > UNHEARD else 0.95)
    deal = _deal(world, account, "renewal", talk, None, closed, won, rng)
    ivan = account.some("ivan", talk, rng)
    score = max(0, min(10, round(rng.gauss(7.2 if won else 5.0, 1.5)))) if rng.random() < 0.7 else None
    world.happenings.append(
        Happening(at(rng, talk), "crm", "Meeting: renewal", account, ivan, deal, walk, score)
    )
    world.happenings.append(
        Happening(at(rng, closed), "crm", f"Deal: {deal.outcome}", account, ivan, deal, walk)
    )
    if closed > END:
        _use(world, machine, END, rng, None, talk)
    elif won:
        _use(world, machine, END, rng, None, talk)
        machine.ended, machine.ended_because = closed, "renewed"
        world.machines.append(Machine("", account, deal.product, closed, closed, machine.yearly))
    else:
        _use(world, machine, closed, rng, None, talk)
        _leave(world, machine, deal)


def _leave(world: World, machine: Machine, deal: Deal) -> None:
    """The customer goes: the contract runs out some weeks after the decision."""
    machine.ended = deal.closed + timedelta(days=60)
    machine.ended_because = f"lost to {deal.lost_to}" if deal.lost_to else "not renewed"
    machine.account.left = machine.ended
