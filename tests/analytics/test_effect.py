"""What an improvement's measure shows before and after: by hand, and each kind against plain Python."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.effect import Effect, effect
from polku.documents import Improvement, Workspace
from polku.errors import QuestionError
from polku.records.engine import Engine
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Happened, span
from tests.analytics.small import WORKSPACE
from tests.analytics.worlds import TODAY

YEAR = dt.timedelta(days=364)
KINDS = ("win-rate", "score", "nps", "share", "time", "count", "value", "retention")


def improving(workspace: Workspace, **said: Any) -> Workspace:
    one = Improvement.model_validate({"id": "better", **said})
    return replace(workspace, improvements={"better": one})


def _score(account: str, day: dt.date, score: float) -> dict[str, Any]:
    time = dt.datetime.combine(day, dt.time(12))
    return {
        "account_id": account,
        "activity": "call",
        "time": time,
        "score": score,
        "score_kind": "csat",
        "score_max": 10.0,
    }


def test_the_same_weeks_of_two_years_are_held_against_each_other(tmp_path: Path) -> None:
    live = dt.date(2026, 3, 2)
    rows = [
        *(_score("a", live - YEAR + dt.timedelta(days=n), 4) for n in range(3)),
        _score("a", live - dt.timedelta(days=1), 10),
        *(_score("a", live + dt.timedelta(days=n), score) for n, score in enumerate((6, 7, 8, 9))),
        _score("b", live + dt.timedelta(days=13), 7),
    ]
    workspace = improving(WORKSPACE, measure={"kind": "score", "touchpoint": "call"}, live=live, target=8)
    with publish_rows(tmp_path, {("crm", "crm"): {"events": rows}}) as log:
        told: Any = ask(log, workspace, "effect", Asked(improvement="better"), today=dt.date(2026, 3, 15))
    assert isinstance(told, Effect)
    # Two whole weeks, the last day included.
    assert told.weeks == 2
    assert told.periods["before"] == {"from": "2025-03-03", "to": "2025-03-16"}
    everybody = told.rows()[0]
    assert (everybody["compared"], everybody["before"], everybody["after"]) == ("all", 4, 7.4)
    assert (everybody["n_before"], everybody["n_after"], everybody["difference"]) == (
        3,
        5,
        pytest.approx(3.4),
    )
    assert [row["compared"] for row in told.rows()] == ["all", "met", "others", "difference-in-differences"]
    assert told.met_accounts == 2


def test_what_changed_for_all_is_taken_away(tmp_path: Path) -> None:
    live = dt.date(2026, 3, 2)

    def deal(name: str, day: dt.date, outcome: str) -> dict[str, Any]:
        closed = dt.datetime.combine(day, dt.time(12))
        return {"deal_id": f"{name}-{day}", "account_id": name, "outcome": outcome, "closed": closed}

    early = live - YEAR
    deals = [deal(f"m{n}", early, "won" if n < 3 else "lost") for n in range(10)]
    deals += [deal(f"m{n}", live, "won" if n < 8 else "lost") for n in range(10)]
    deals += [deal(f"o{n}", early, "won" if n < 4 else "lost") for n in range(10)]
    deals += [deal(f"o{n}", live, "won" if n < 6 else "lost") for n in range(10)]
    noon = dt.datetime.combine(live, dt.time(12))
    met = [{"account_id": f"m{n}", "activity": "demo", "time": noon} for n in range(10)]
    others = [{"account_id": f"o{n}", "activity": "visit", "time": noon} for n in range(10)]
    late = [{"account_id": "x", "activity": "visit", "time": noon + dt.timedelta(days=7)}]
    workspace = improving(
        WORKSPACE,
        solves=[{"journey": "buy", "step": "see"}],
        measure={"kind": "win-rate"},
        live=live,
    )
    with publish_rows(tmp_path, {("crm", "crm"): {"events": [*met, *others, *late], "deals": deals}}) as log:
        told = ask(log, workspace, "effect", Asked(improvement="better"), today=dt.date(2026, 12, 31)).rows()
    rows = {row["compared"]: row for row in told}
    assert rows["all"]["difference"] == pytest.approx(0.35)
    assert rows["met"]["difference"] == pytest.approx(0.5)
    assert rows["others"]["difference"] == pytest.approx(0.2)
    both = rows["difference-in-differences"]
    assert both["difference"] == pytest.approx(0.3)
    assert both["low"] < 0.3 < both["high"]


@pytest.mark.parametrize(
    "said",
    [
        {"live": "2026-01-01"},
        {"measure": {"kind": "win-rate"}},
        {"measure": {"kind": "win-rate"}, "live": "2026-12-01"},
        {"measure": {"kind": "score"}, "live": "2026-01-01"},
        {"measure": {"kind": "time", "from": "call"}, "live": "2026-01-01"},
        {"measure": {"kind": "score", "touchpoint": "pigeon"}, "live": "2026-01-01"},
    ],
)
def test_what_cannot_be_looked_at_is_refused(said: dict[str, Any], tmp_path: Path) -> None:
    with publish_rows(tmp_path, {("crm", "crm"): {"events": [_score("a", dt.date(2026, 6, 1), 5)]}}) as log:
        with pytest.raises(QuestionError):
            ask(
                log,
                improving(WORKSPACE, **said),
                "effect",
                Asked(improvement="better"),
                today=dt.date(2026, 12, 31),
            )
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "effect", Asked(improvement="pigeon"))
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "effect")


class Plain:
    """A measure, observation by observation: (account, period, value)."""

    def __init__(self, market: Market, measure: Any, spans: Any) -> None:
        self.market, self.measure, self.spans = market, measure, spans
        self.truth = market.truth()
        self.cases = self.truth.match(self.truth.accounts())
        self.segments = {row["account_id"]: row["segment"] for row in market.accounts}

    def period(self, day: dt.date) -> int | None:
        return next((n for n, (first, after) in enumerate(self.spans) if first <= day < after), None)

    def is_thing(self, id: str, case: Case, place: int) -> bool:
        steps = self.market.journey.steps
        at = case.steps[place]
        if any(step.id == id for step in steps):
            return at is not None and steps[at].id == id
        if id in self.market.workspace.touchpoints:
            return self.truth.touchpoint(case.events[place]) == id
        return at is not None and steps[at].stage == id

    def hits(self, case: Case, id: str) -> list[Happened]:
        return [event for place, event in enumerate(case.events) if self.is_thing(id, case, place)]

    def observations(self) -> Iterator[tuple[str, int, float]]:
        kind, measure = self.measure.kind, self.measure
        accounts = {case.account for case in self.cases}
        if kind in ("win-rate", "value"):
            for deal in self.market.deals:
                if deal["account_id"] not in accounts or deal["closed"] is None:
                    continue
                if measure.deals is not None and deal["kind"] != measure.deals:
                    continue
                period = self.period(deal["closed"].date())
                if period is None:
                    continue
                if kind == "win-rate":
                    yield deal["account_id"], period, float(deal["outcome"] == "won")
                elif deal["outcome"] == "won" and deal["amount"] and deal["currency"] in (None, "EUR"):
                    yield deal["account_id"], period, deal["amount"]
            return
        if kind == "retention":
            yield from self.retained(accounts)
            return
        things = (
            [measure.from_, measure.to]
            if kind == "time"
            else [measure.step or measure.touchpoint or measure.stage]
        )
        scored = [
            event for case in self.cases for event in self.hits(case, things[0]) if event.score is not None
        ]
        kinds = [(event.score_kind, event.score_max) for event in scored]
        usual = min(
            set(kinds),
            key=lambda one: (-kinds.count(one), one[0] is None, one[0] or "", one[1] is None, one[1] or 0),
            default=None,
        )
        for case in self.cases:
            if kind in ("share", "count"):
                for period in (0, 1):
                    if any(self.period(event.time.date()) == period for event in case.events):
                        n = sum(
                            self.period(event.time.date()) == period for event in self.hits(case, things[0])
                        )
                        yield case.account, period, float(n > 0) if kind == "share" else float(n)
                continue
            for place, event in enumerate(case.events):
                at = self.period(event.time.date())
                if at is None or not self.is_thing(things[0], case, place):
                    continue
                if kind == "time":
                    later = [
                        other
                        for q, other in enumerate(case.events)
                        if q > place and self.is_thing(things[1], case, q)
                    ]
                    if later:
                        yield case.account, at, span(event, later[0]) / 1e6
                elif event.score is None:
                    continue
                elif kind == "nps":
                    if event.score_kind == "nps" and event.score_max in (None, 10) and 0 <= event.score <= 10:
                        yield case.account, at, 100.0 * (event.score >= 9) - 100.0 * (event.score <= 6)
                elif (event.score_kind, event.score_max) == usual:
                    yield case.account, at, event.score

    def retained(self, accounts: set[str]) -> Iterator[tuple[str, int, float]]:
        covers = [
            (row["account_id"], row["from"], row["to"])
            for row in self.market.contracts
            if row["to"] is None or row["to"] >= row["from"]
        ]
        if not covers:
            covers = [
                (deal["account_id"], deal["closed"].date(), deal["closed"].date() + dt.timedelta(days=364))
                for deal in self.market.deals
                if deal["outcome"] == "won"
            ]
        for account in accounts:
            for period, (first, after) in enumerate(self.spans):
                there, still = (
                    any(
                        name == account and since <= day and (until is None or day <= until)
                        for name, since, until in covers
                    )
                    for day in (first, after)
                )
                if there:
                    yield account, period, float(still)


def compare_effect(market: Market, log: Log, seed: int, kind: str) -> None:
    chance = random.Random(f"effect {seed} {kind}")
    things = [*(step.id for step in market.journey.steps), *market.workspace.touchpoints]
    measure: dict[str, Any] = {"kind": kind, chance.choice(["touchpoint", "step"]): chance.choice(things)}
    if kind == "time":
        measure |= {"from": chance.choice(things), "to": chance.choice(things)}
    if chance.random() < 0.3:
        measure["deals"] = "new"
    live = dt.date(2024, 1, 5) + dt.timedelta(days=chance.randrange(500))
    solves = [{"journey": "walk", "step": chance.choice(market.journey.steps).id}]
    workspace = improving(
        market.workspace,
        measure=measure,
        live=live,
        solves=solves if chance.random() < 0.5 else [{"journey": "walk"}],
    )
    better = workspace.improvements["better"]
    study = open_study(log, workspace, case="account", today=TODAY)
    try:
        told = effect(study, better)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Engine, "gives_arrays", False)
            in_sql = effect(study, better)
    except QuestionError as error:
        assert "effect-early" in error.message.id
        return
    finally:
        study.close()
    assert in_sql.met_accounts == told.met_accounts
    for one, other in zip(told.rows(), in_sql.rows(), strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            wanted = pytest.approx(other[name], rel=1e-9) if isinstance(value, float) else other[name]
            assert value == wanted, (one["compared"], name)
    end = live + dt.timedelta(weeks=told.weeks)
    spans = ((live - YEAR, end - YEAR), (live, end))
    plain = Plain(market, better.measure, spans)
    places = [solved.step for solved in better.solves if solved.step] or [
        measure.get("step") or measure.get("touchpoint")
    ]
    met = {
        case.account
        for case in plain.cases
        for id in places
        for event in plain.hits(case, id)
        if spans[1][0] <= event.time.date() < spans[1][1]
    }
    assert told.met_accounts == len(met)
    seen = list(plain.observations())
    rows = {row["compared"]: row for row in told.rows()}
    for compared, chosen in (
        ("all", lambda account: True),
        ("met", lambda account: account in met),
        ("others", lambda account: account not in met),
    ):
        for period, name in ((0, "before"), (1, "after")):
            values = [value for account, at, value in seen if at == period and chosen(account)]
            assert rows[compared][f"n_{name}"] == len(values), (compared, name)
            mean = sum(values) / len(values) if values else None
            assert rows[compared][name] == (None if mean is None else pytest.approx(mean)), (compared, name)
    gaps = [rows[name]["difference"] for name in ("met", "others")]
    expected = None if None in gaps else pytest.approx(gaps[0] - gaps[1])
    assert rows["difference-in-differences"]["difference"] == expected
