"""Attribution equals its definition on random small logs: ties, dated events, several people and conversions."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.attribution import attribution
from polku.analytics.credit.models import MODELS
from polku.records.log import Log
from tests.analytics import attribution_oracle as oracle
from tests.analytics.attribution_oracle import Deal, More
from tests.analytics.logs import publish_rows
from tests.analytics.oracle import PRIORITY, Happened, Truth, microseconds
from tests.analytics.worlds import TODAY, a_world

WORLDS = (*range(100), 2125)
"""A hundred, and one by which the long run found a conversion credited with a touch that it is not."""
MORE = range(2000, 2900)
TRANSFORMS = ("unique", "exposure", "first", "frequency", "remove-if-not-all", "remove-if-last-and-not-all")
EPOCH = dt.datetime(1970, 1, 1)


def with_deals(
    events: list[Happened], people: dict[str, tuple[str, str | None]], seed: int
) -> tuple[dict[tuple[str, int], More], list[Deal]]:
    """Deals of the accounts, some closed by an event, at the same moment as others, or never; and what events say."""
    chance = random.Random(f"deals {seed}")
    accounts = sorted({event.account for event in events if event.account is not None})
    deals: list[Deal] = []
    closing: dict[tuple[str, int], str] = {}
    for account in accounts:
        mine = [event for event in events if event.account == account]
        for number in range(chance.choice([0, 1, 1, 2, 3])):
            event = chance.choice(mine)
            id = f"{account[:6]}-{number}"
            closed = event.at
            if chance.random() < 0.4:
                closed = event.at // oracle.DAY * oracle.DAY
            if chance.random() < 0.5:
                closing[event.source, event.row] = id
            deals.append(
                Deal(
                    id,
                    account,
                    chance.choice(["won", "won", "lost", "open"]),
                    chance.choice([closed, closed, closed, None]),
                    chance.choice([None, chance.choice(mine).at]),
                    chance.choice([None, 1000.0, 250.5]),
                    tuple(id for id, (at, _) in people.items() if at == account and chance.random() < 0.7),
                )
            )
    ids = [deal.id for deal in deals]
    more = {
        (event.source, event.row): More(
            chance.choice([None, "in", "out", "internal"]),
            chance.choice([None, None, 5.0, 12.25]),
            closing.get((event.source, event.row))
            # Of what names no account the deal would tell it, which is not the matter here.
            or (chance.choice(ids) if ids and event.account and chance.random() < 0.2 else None),
        )
        for event in events
    }
    return more, deals


def a_log(
    folder: Path,
    events: list[Happened],
    people: dict[str, tuple[str, str | None]],
    more: dict[tuple[str, int], More],
    deals: list[Deal],
) -> Log:
    sources: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {
        ("crm", "crm"): {
            "events": [],
            "deals": [
                {
                    "deal_id": deal.id,
                    "account_id": deal.account,
                    "outcome": deal.outcome,
                    "closed": None if deal.closed is None else EPOCH + dt.timedelta(microseconds=deal.closed),
                    "created": None
                    if deal.created is None
                    else EPOCH + dt.timedelta(microseconds=deal.created),
                    "amount": deal.amount,
                }
                for deal in deals
            ],
            "deal_people": [{"deal_id": d.id, "person_id": id} for d in deals for id in d.people],
            "memberships": [{"person_id": id, "account_id": account} for id, (account, _) in people.items()],
        }
    }
    for event in sorted(events, key=lambda one: one.row):
        said = more[event.source, event.row]
        sources.setdefault((event.source, event.source), {"events": []})["events"].append(
            {
                "time": event.time,
                "precision": "day" if event.day else "second",
                "account_id": event.account,
                "person_id": event.person,
                "activity": event.activity,
                "channel": event.channel,
                "campaign": event.campaign,
                "direction": said.direction,
                "value": said.value,
                "deal_id": said.deal,
                "priority": PRIORITY[event.source],
                "source_row": event.row,
                "event_id": f"{event.source}-{event.row}",
            }
        )
    return publish_rows(folder, sources)


def compare_world(folder: Path, seed: int, *, sold: bool = True) -> None:
    """Answers of a world beside the definition; of one in which nobody sells what is not `sold`."""
    workspace, _, events, people = a_world(seed)
    chance = random.Random(f"ask {seed}")
    more, deals = with_deals(events, people, seed)
    if not sold:
        more, deals = {event: replace(said, deal=None) for event, said in more.items()}, []
    truth = Truth(events, workspace, None, TODAY)
    with a_log(folder, events, people, more, deals) as log:
        for scope in ("account", ("deal-people", "person")[seed % 2]):
            activity = chance.choice(events).activity if events else None
            conversion = activity if scope == "person" or chance.random() < 0.4 or not sold else None
            if (conversion is None and (scope == "person" or not deals)) or "*" in (conversion or ""):
                continue
            by = chance.choice(["channel", "channel", "touchpoint", "campaign"])
            grain = chance.choice(["event", "session", "unique"])
            transform = chance.choice(TRANSFORMS)
            if not sold:
                grain, transform = "event", chance.choice(["identity", "unique"])
            lookback = chance.choice([None, dt.timedelta(days=2), dt.timedelta(days=200)])
            deal_value = conversion is None or chance.random() < 0.5
            paths, without = oracle.ways(
                truth,
                more,
                deals,
                conversion=conversion,
                by=by,
                scope=scope,
                lookback=None if lookback is None else lookback // dt.timedelta(microseconds=1),
                deal_value=deal_value,
            )
            paths = [oracle.coarser(way, grain) for way in paths]
            if transform.startswith("remove"):
                met = sorted({touch.node for way in paths for touch in way.touches})
                transform = f"{transform}:{chance.choice(met)}" if met else "exposure"
            paths = [oracle.transformed(way, transform) for way in paths]
            study = open_study(log, workspace, case="account", today=TODAY)
            told = attribution(
                study,
                ("all",),
                conversion=conversion,
                by=by,
                scope=scope,
                lookback=lookback,
                grain=grain,
                transform=transform,
                value="deal" if deal_value else "event",
                draws=0,
            )
            assert told.about.remainder.get("conversions_without_touches", 0) == without
            same(told, paths, by, frequency=transform == "frequency")


def same(told: Any, paths: list[oracle.Way], by: str, *, frequency: bool) -> None:
    won = [way for way in paths if way.won]
    assert told.total_conversions == len(won)
    assert told.null_paths == len(paths) - len(won)
    rows = {(row["model"], row[by]): row for row in told.rows()}
    nodes = {touch.node for way in paths for touch in way.touches}
    assert {node for _, node in rows if node is not None} >= nodes
    for model in MODELS:
        if model == "same" and frequency:
            continue
        wanted: dict[str | None, list[float]] = {}
        if model in ("markov", "shapley"):
            found = oracle.markov if model == "markov" else oracle.shapley
            for which in (0, 1):
                for node, amount in found(paths, value=bool(which)).items():
                    wanted.setdefault(node, [0.0, 0.0])[which] = amount
        else:
            for way in won:
                for node, part in oracle.credits(way, model).items():
                    sums = wanted.setdefault(node, [0.0, 0.0])
                    sums[0] += part
                    sums[1] += part * way.value
        for node in {*(node for name, node in rows if name == model), *wanted}:
            count, value = wanted.get(node, [0.0, 0.0])
            row = rows.get((model, node))
            if row is None:
                assert count == value == 0, (model, node)
                continue
            assert row["conversions"] == pytest.approx(count, abs=1e-9), (model, node)
            assert (row["value"] or 0.0) == pytest.approx(value, abs=1e-6), (model, node)


@pytest.mark.parametrize("seed", WORLDS)
def test_attribution_equals_its_definition(seed: int, tmp_path: Path) -> None:
    compare_world(tmp_path, seed)


@pytest.mark.parametrize("seed", range(3000, 3020))
def test_attribution_of_an_activity_equals_its_definition_where_there_are_no_deals(
    seed: int, tmp_path: Path
) -> None:
    compare_world(tmp_path, seed, sold=False)


@pytest.mark.long
@pytest.mark.parametrize("seed", MORE)
def test_attribution_equals_its_definition_in_many_more_worlds(seed: int, tmp_path: Path) -> None:
    compare_world(tmp_path, seed)


def test_the_worlds_have_conversions_of_every_kind() -> None:
    deals = 0
    for seed in WORLDS:
        _, _, events, people = a_world(seed)
        deals += sum(
            deal.outcome == "won" and deal.closed is not None for deal in with_deals(events, people, seed)[1]
        )
    assert deals > 100
    assert microseconds(EPOCH) == 0
