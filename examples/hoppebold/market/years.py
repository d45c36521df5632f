"""Lets two years pass in a drawn market."""

from __future__ import annotations

import random

from market.background import add_background
from market.happenings import World
from market.story import customer, prospect
from market.world import END, START, deck, draw_accounts


def simulate(seed: int = 7, accounts: int = 40) -> World:
    """Draw a market and let two years pass in it."""
    world = World(seed, draw_accounts(seed, accounts))
    rng = random.Random(f"{seed}/story")
    customers = [account for account in world.accounts if account.since]
    prospects = [account for account in world.accounts if not account.since]
    plans = deck(rng, len(prospects), {"demo": 0.46, "skip": 0.37, "fade": 0.17})
    manners = deck(rng, len(customers), {"talk": 0.5, "demo": 0.25, "skip": 0.25})
    for account, plan in zip(prospects, plans, strict=True):
        prospect(world, account, plan, random.Random(f"{seed}/{account.number}/walk"))
    for account, manner in zip(customers, manners, strict=True):
        customer(world, account, manner, random.Random(f"{seed}/{account.number}/use"))
    _number(world)
    world.happenings = [h for h in world.happenings if START <= h.time.date() <= END]
    add_background(world)
    world.happenings.sort(key=lambda h: (h.time, h.system, h.activity, h.account.number if h.account else ""))
    return world


def _number(world: World) -> None:
    """Leave out what begins after the last day; number the rest in the order in which it was written down."""
    world.deals = sorted(
        (d for d in world.deals if d.created <= END), key=lambda d: (d.created, d.account.number)
    )
    for number, deal in enumerate(world.deals, start=1):
        deal.number = f"D-{30100 + number}"
    world.machines = sorted(
        (m for m in world.machines if m.signed <= END), key=lambda m: (m.signed, m.account.number)
    )
    for number, machine in enumerate(world.machines, start=1):
        machine.number = f"K{700 + number}"
