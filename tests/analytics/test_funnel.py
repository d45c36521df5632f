"""Funnels in every mode: by hand, and against a search through all ways on random logs."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.funnel import FUNNEL_MODES, Funnel, funnel
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Happened, Truth, quantile, seconds, span
from tests.analytics.small import START, WORKSPACE, a_log
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)


def _reached(tmp_path: Path, *accounts: str, **asked: Any) -> Funnel:
    with a_log(tmp_path, *accounts) as log:
        told = ask(log, WORKSPACE, "funnel", Asked(**asked), today=LATE)
    assert isinstance(told, Funnel)
    return told


def test_strictly_the_next_event_must_be_the_stage(tmp_path: Path) -> None:
    told = _reached(
        tmp_path,
        "a: call demo",
        "b: call visit demo",
        "c: call call demo",
        stages=("call", "demo"),
        mode="strict",
    )
    assert told.reached == (3, 2)


def test_any_order_is_any_order(tmp_path: Path) -> None:
    logs = ("a: call demo", "b: demo 3 call", "c: call")
    told = _reached(tmp_path / "1", *logs, stages=("call", "demo"), mode="any")
    assert told.reached == (3, 2)
    told = _reached(tmp_path / "2", *logs, stages=("call", "demo"), mode="any", window=2 * DAY)
    assert told.reached == (3, 1)


def test_who_meets_what_is_excluded_goes_no_further(tmp_path: Path) -> None:
    told = _reached(
        tmp_path,
        "a: call demo offer",
        "b: call lost demo offer",
        "c: lost call demo",
        stages=("call", "demo", "offer"),
        exclude=("lost",),
    )
    assert (told.reached, told.excluded, told.dropped) == ((3, 2, 1), (0, 1, 0), (0, 0, 1))
    assert (told.entered, told.converted, told.dropped_cases, told.excluded_cases) == (3, 1, 1, 1)


def test_an_entry_period_chooses_by_the_first_stage(tmp_path: Path) -> None:
    told = _reached(
        tmp_path,
        "a: call demo 10 call",
        "b: 10 call demo",
        stages=("call", "demo"),
        entered_since=(START + 8 * DAY).date(),
    )
    assert told.reached == (2, 1)


def test_a_stage_can_ask_for_persons(tmp_path: Path) -> None:
    def demo(account: str, day: int, person: str | None, activity: str = "demo") -> dict[str, Any]:
        return {"account_id": account, "person_id": person, "activity": activity, "time": START + day * DAY}

    rows = {
        "memberships": [
            {"person_id": "per", "account_id": "a", "parts": ["expert"]},
            {"person_id": "ole", "account_id": "a", "parts": ["operator"]},
            {"person_id": "eva", "account_id": "b", "parts": ["operator"]},
        ],
        "events": [
            demo("a", 0, "ole"),
            demo("a", 1, "per"),
            demo("a", 2, None, "offer"),
            demo("b", 0, "eva"),
            demo("b", 1, "eva"),
            demo("b", 2, None, "offer"),
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        expert = ask(log, WORKSPACE, "funnel", Asked(stages=("demo@expert", "offer")), today=LATE).to_json()
        two = ask(log, WORKSPACE, "funnel", Asked(stages=("demo",), people=2), today=LATE).rows()

    assert [row["reached"] for row in expert["rows"]] == [1, 1]
    assert expert["rows"][0]["stage"] == "demo@expert"
    assert expert["rows"][1]["median_seconds_from_previous"] == 86_400
    assert [row["reached"] for row in two] == [1]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(stages=("call", "demo"), mode="sideways"),
        Asked(stages=("call", "demo"), exclude=("demo",)),
        Asked(stages=("call", "demo"), exclude=("pigeon",)),
        Asked(stages=("call@pope", "demo")),
        Asked(stages=("call", "demo"), mode="any", people=2),
    ],
)
def test_what_cannot_be_is_refused(asked: Asked, tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call demo") as log, pytest.raises(QuestionError):
        ask(log, WORKSPACE, "funnel", asked, today=LATE)


class Plain:
    """A funnel by trying every way, event by event."""

    def __init__(
        self, truth: Truth, cases: list[Case], of: str, asked: dict[str, Any], *, rounds: bool
    ) -> None:
        self.truth, self.cases, self.of, self.rounds = truth, cases, of, rounds
        self.stages: list[tuple[str, str | None]] = asked["stages"]
        self.window: int | None = asked["window"]
        self.mode: str = asked["mode"]
        self.people: int = asked["people"]
        self.exclude: list[str] = asked["exclude"]
        self.since, self.until = asked["entered"]

    def is_stage(self, event: Happened, name: str, k: int) -> bool:
        wanted, part = self.stages[k]
        return name == wanted and (part is None or event.part == part)

    def enters(self, event: Happened) -> bool:
        day = event.time.date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def near(self, first: Happened, event: Happened) -> bool:
        return self.window is None or event.at - first.at <= self.window

    def goes_on(self, case: Case, first: Happened) -> bool:
        if self.window is not None:
            return first.at + self.window > self.truth.now
        return self.rounds and case.outcome == "open"

    def bar(self, walk: list[tuple[Happened, str]], start: int) -> int | None:
        return next((p for p in range(start + 1, len(walk)) if walk[p][1] in self.exclude), None)

    def ways(self, case: Case) -> dict[str, Any]:
        """Places of the matched events; whether the case can go on, or was stopped by what is excluded."""
        walk = self.truth.walk(case, self.of)
        return {"ordered": self.ordered, "strict": self.strict, "any": self.any}[self.mode](case, walk)

    def ordered(self, case: Case, walk: list[tuple[Happened, str]]) -> dict[str, Any]:
        chain: list[int] = []
        for k in range(len(self.stages)):
            after = chain[-1] + 1 if chain else 0
            bar = self.bar(walk, chain[0]) if chain else None
            met: list[str] = []
            hit = None
            for place in range(after, len(walk) if bar is None else bar):
                event, name = walk[place]
                if not self.is_stage(event, name, k):
                    continue
                if (not chain and not self.enters(event)) or (
                    chain and not self.near(walk[chain[0]][0], event)
                ):
                    continue
                if self.people > 1:
                    if event.person is None or event.person in met:
                        continue
                    met.append(event.person)
                    if len(met) < self.people:
                        continue
                hit = place
                break
            if hit is None:
                break
            chain.append(hit)
        if not chain:
            return {"times": [], "waits": False, "barred": False, "walk": walk}
        first = walk[chain[0]][0]
        bar = self.bar(walk, chain[0])
        barred = bar is not None and self.near(first, walk[bar][0])
        return {
            "times": chain,
            "waits": not barred and self.goes_on(case, first),
            "barred": barred,
            "walk": walk,
        }

    def strict(self, case: Case, walk: list[tuple[Happened, str]]) -> dict[str, Any]:
        runs = []
        for start in range(len(walk)):
            run: list[int] = []
            for k in range(len(self.stages)):
                place = start + k
                if place >= len(walk) or not self.is_stage(*walk[place], k):
                    break
                if (not k and not self.enters(walk[place][0])) or not self.near(
                    walk[start][0], walk[place][0]
                ):
                    break
                run.append(place)
            if run:
                runs.append(run)
        if not runs:
            return {"times": [], "waits": False, "barred": False, "walk": walk}
        best = max(runs, key=lambda run: (len(run), -run[0]))
        equal = [run for run in runs if len(run) == len(best)]
        after = best[-1] + 1
        return {
            "times": best,
            "waits": any(run[-1] == len(walk) - 1 and self.goes_on(case, walk[run[0]][0]) for run in equal),
            "barred": after < len(walk) and walk[after][1] in self.exclude,
            "walk": walk,
        }

    def any(self, case: Case, walk: list[tuple[Happened, str]]) -> dict[str, Any]:
        chain: list[int] = []
        waits = barred = False
        for k in range(len(self.stages)):
            found: list[tuple[int, int]] = []
            for start, (event, name) in enumerate(walk):
                if not any(self.is_stage(event, name, j) for j in range(k + 1)) or not self.enters(event):
                    continue
                met = [
                    next((p for p in range(start, len(walk)) if self.is_stage(*walk[p], j)), None)
                    for j in range(k + 1)
                ]
                if any(p is None or not self.near(event, walk[p][0]) for p in met):
                    continue
                done = max(p for p in met if p is not None)
                bar = self.bar(walk, start)
                if bar is None or done < bar:
                    found.append((done, start))
            if not found:
                break
            chain.append(min(found)[0])

            def stopped(start: int) -> bool:
                bar = self.bar(walk, start)
                return bar is not None and self.near(walk[start][0], walk[bar][0])

            barred = stopped(min(found)[1])
            waits = any(not stopped(start) and self.goes_on(case, walk[start][0]) for _, start in found)
        return {"times": chain, "waits": waits, "barred": barred, "walk": walk}

    def rows(self) -> list[dict[str, Any]]:
        told = [self.ways(case) for case in self.cases]
        rows = []
        for k, (stage, part) in enumerate(self.stages):
            here = [way for way in told if len(way["times"]) > k]
            stopped = [way for way in told if len(way["times"]) == k] if k else []
            before = sum(len(way["times"]) >= k for way in told) if k else 0
            entered = sum(bool(way["times"]) for way in told)
            pending = sum(way["waits"] for way in stopped)
            excluded = sum(way["barred"] and not way["waits"] for way in stopped)
            returned = 0
            if self.mode != "any":
                returned = sum(
                    any(
                        self.is_stage(event, name, j)
                        for event, name in way["walk"][way["times"][k] + 1 :]
                        for j in range(k)
                    )
                    for way in here
                )
            waits = (
                [span(way["walk"][way["times"][k - 1]][0], way["walk"][way["times"][k]][0]) for way in here]
                if k
                else []
            )
            rows.append(
                {
                    "stage": f"{stage}@{part}" if part else stage,
                    "reached": len(here),
                    "from_previous": len(here) / before if before else None,
                    "overall": len(here) / entered if entered else None,
                    "pending": pending,
                    "returned": returned,
                    "median_seconds_from_previous": seconds(quantile(waits, 0.5)),
                    "dropped": len(stopped) - pending - excluded,
                    "excluded": excluded,
                }
            )
        return rows


def compare_funnels(world: Market, log: Log, seed: int) -> None:
    chance = random.Random(f"funnel {seed}")
    truth = world.truth()
    kind = chance.choice(["account", "round"])
    cases = truth.match(truth.rounds() if kind == "round" else truth.accounts())
    study = open_study(log, world.workspace, journey="walk", case=kind, today=TODAY)
    for _ in range(4):
        of: Any = chance.choice(["activity", "touchpoint", "step", "stage"])
        labels = sorted({name for case in cases for _, name in truth.walk(case, of)})
        if not labels:
            continue
        stages = chance.sample(labels, min(len(labels), chance.randint(1, 4)))
        parts = [chance.choice([None, None, None, "operator", "expert"]) for _ in stages]
        if chance.random() < 0.2:
            stages, parts = [*stages, stages[0]], [*parts, "buyer"]
        mode = chance.choice(FUNNEL_MODES)
        window = chance.choice([None, DAY, 30 * DAY])
        left = [label for label in labels if label not in stages]
        exclude = chance.sample(left, min(len(left), chance.choice([0, 0, 1, 2])))
        since = chance.choice([None, None, dt.date(2024, 1, 10)])
        until = chance.choice([None, None, dt.date(2024, 2, 1)])
        persons = chance.choice([1, 1, 2]) if mode == "ordered" else 1
        told = funnel(
            study,
            stages,
            of,
            window=window,
            mode=mode,
            people=persons,
            exclude=exclude,
            parts=parts,
            entered=(since, until),
        )
        asked = {
            "stages": list(zip(stages, parts, strict=True)),
            "window": None if window is None else window // dt.timedelta(microseconds=1),
            "mode": mode,
            "people": persons,
            "exclude": exclude,
            "entered": (since, until),
        }
        assert told.rows() == Plain(truth, cases, of, asked, rounds=kind == "round").rows(), asked
        assert list(told.reached) == sorted(told.reached, reverse=True)
        assert told.entered == told.converted + told.pending_cases + told.dropped_cases + told.excluded_cases
    study.close()


def test_a_window_may_only_lose_cases(tmp_path: Path) -> None:
    workspace = replace(WORKSPACE)
    with a_log(tmp_path, "a: call 3 demo", "b: call demo", "c: demo 9 call") as log:
        for mode in FUNNEL_MODES:
            wide = ask(log, workspace, "funnel", Asked(stages=("call", "demo"), mode=mode), today=LATE).rows()
            tight = ask(
                log,
                workspace,
                "funnel",
                Asked(stages=("call", "demo"), mode=mode, window=2 * DAY),
                today=LATE,
            ).rows()
            assert all(a["reached"] >= b["reached"] for a, b in zip(wide, tight, strict=True))
