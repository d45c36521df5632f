"""The definitions once more, in slow plain Python over lists of events: what every measure must equal.

Nothing here is taken from the program; only documents are read. Times are microseconds.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from polku.documents import PARTS, Journey, Workspace

EPOCH = dt.datetime(1970, 1, 1)


def microseconds(time: dt.datetime) -> int:
    return (time - EPOCH) // dt.timedelta(microseconds=1)


@dataclass
class Happened:
    """An event as a test says it; part is that of the person, by name."""

    time: dt.datetime
    activity: str
    account: str | None = None
    source: str = "crm"
    row: int = 0
    day: bool = False
    channel: str | None = None
    campaign: str | None = None
    person: str | None = None
    part: str | None = None
    score: float | None = None
    score_kind: str | None = None
    score_max: float | None = None
    device: str | None = None

    @property
    def at(self) -> int:
        return microseconds(self.time)


@dataclass
class Case:
    """What is followed: events in order, and how it counts."""

    id: str
    account: str
    events: list[Happened]
    outcome: str | None = None
    steps: list[int | None] = field(default_factory=list)
    """Step of each event by its place in the journey, None off the map."""


PRIORITY = {"crm": 0, "web": 1, "support": 2}


def in_order(events: Iterable[Happened]) -> list[Happened]:
    def key(event: Happened) -> tuple[Any, ...]:
        end_of_day = 86_399_999_999 if event.day else 0
        return (event.at + end_of_day, event.day, PRIORITY[event.source], event.row)

    return sorted(events, key=key)


def like(pattern: str, text: str | None) -> bool:
    """Wildcards by recursion."""
    if text is None:
        return False

    def fits(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return any(fits(p[1:], t[skip:]) for skip in range(len(t) + 1))
        return bool(t) and (p[0] == "?" or p[0] == t[0]) and fits(p[1:], t[1:])

    return fits(pattern.casefold(), text.casefold())


def quantile(values: Sequence[int], q: float) -> int | None:
    """The smallest value that at least a share q of the values does not exceed."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(q * len(values)) - 1, 0)]


def seconds(value: int | None) -> float | None:
    return None if value is None else value / 1e6


def span(a: Happened, b: Happened) -> int:
    return max(b.at - a.at, 0)


class Truth:
    """One log, one map, and what is true of them."""

    def __init__(
        self, events: Sequence[Happened], workspace: Workspace, journey: Journey | None, today: dt.date
    ) -> None:
        self.events = in_order(events)
        self.workspace = workspace
        self.journey = journey
        end = microseconds(dt.datetime.combine(today, dt.time()) + dt.timedelta(days=1)) - 1
        known = [event.at for event in self.events if event.account is not None]
        self.now = min([end, max(known)]) if known else end

    # The map

    def touchpoint(self, event: Happened) -> str | None:
        for touchpoint in self.workspace.settings.touchpoints:
            for rule in touchpoint.events:
                if self.rule_fits(rule, event):
                    return touchpoint.id
        return None

    def rule_fits(self, rule: Any, event: Happened) -> bool:
        if rule.source is not None and rule.source != event.source:
            return False
        if rule.activity is not None and not like(rule.activity, event.activity):
            return False
        return (
            rule.channel is None
            or like(rule.channel, event.channel)
            or rule.channel == self.word(event.channel)
        )

    def word(self, word: str | None) -> str | None:
        for channel in self.workspace.settings.channels:
            if word is not None and (channel.id == word or any(like(m, word) for m in channel.matches)):
                return channel.id
        return word

    def channel(self, event: Happened) -> str | None:
        met = self.touchpoint(event)
        own = self.workspace.touchpoints[met].channel if met else None
        return own or self.word(event.channel)

    def observable(self, step: int) -> bool:
        assert self.journey is not None
        one = self.journey.steps[step]
        touchpoint = self.workspace.touchpoints.get(one.touchpoint or "")
        rules = [*one.events, *(touchpoint.events if touchpoint else ())]
        sources = {event.source for event in self.events}
        return any(rule.source is None or rule.source in sources for rule in rules)

    def drawn_next(self, step: int) -> list[int]:
        assert self.journey is not None
        steps = self.journey.steps
        ids = [one.id for one in steps]
        if steps[step].next is None:
            return [step + 1] if step + 1 < len(steps) else []
        return [ids.index(way.to) for way in steps[step].next if way.to in ids]  # type: ignore[union-attr]

    def seen_next(self, step: int) -> set[int]:
        """Observable steps drawn next, looking through the others."""
        found: set[int] = set()
        looked: set[int] = set()

        def look(at: int) -> None:
            for after in self.drawn_next(at):
                if after in looked:
                    continue
                looked.add(after)
                if self.observable(after):
                    found.add(after)
                else:
                    look(after)

        look(step)
        return found

    def can_reach(self, a: int, b: int) -> bool:
        seen: set[int] = set()
        rim = set(self.drawn_next(a))
        while rim:
            if b in rim:
                return True
            seen |= rim
            rim = {after for at in rim for after in self.drawn_next(at)} - seen
        return False

    # Cases

    def accounts(self) -> list[Case]:
        found: dict[str, list[Happened]] = {}
        for event in self.events:
            if event.account is not None:
                found.setdefault(event.account, []).append(event)
        return [Case(account, account, events) for account, events in found.items()]

    def rounds(self) -> list[Case]:
        assert self.journey is not None and self.journey.rounds is not None
        said = self.journey.rounds
        quiet = None if said.quiet is None else said.quiet // dt.timedelta(microseconds=1)
        used = {step.touchpoint for step in self.journey.steps if step.touchpoint}
        starts = set(said.starts) or used
        found: list[Case] = []
        for account in self.accounts():
            open_: Case | None = None
            number = 0
            for place, event in enumerate(account.events):
                if open_ is not None and quiet is not None and span(account.events[place - 1], event) > quiet:
                    open_.outcome, open_ = "faded", None
                met = self.touchpoint(event)
                if open_ is None:
                    if met in starts:
                        number += 1
                        open_ = Case(f"{account.id}/{number}", account.id, [event], "open")
                        found.append(open_)
                    continue
                open_.events.append(event)
                for end in said.ends:
                    if (end.touchpoint or end.activity) and (
                        (end.touchpoint is None or end.touchpoint == met)
                        and (end.activity is None or like(end.activity, event.activity))
                    ):
                        open_.outcome, open_ = end.as_, None
                        break
            if open_ is not None and quiet is not None and self.now - account.events[-1].at > quiet:
                open_.outcome = "faded"
        return found

    def match(self, cases: list[Case]) -> list[Case]:
        """Give every event its step."""
        assert self.journey is not None
        steps = self.journey.steps
        for case in cases:
            case.steps = []
            last: int | None = None
            for event in case.events:
                met = self.touchpoint(event)
                left = [
                    place
                    for place, step in enumerate(steps)
                    if (met is not None and step.touchpoint == met)
                    or any(self.rule_fits(rule, event) for rule in step.events)
                ]
                own = [
                    place
                    for place in left
                    if event.part is not None
                    and (role := self.workspace.roles.get(steps[place].role or "")) is not None
                    and role.part == event.part
                ]
                left = own or left
                chosen = None
                if left:
                    way = [place for place in left if last is not None and self.can_reach(last, place)]
                    chosen = (way or left)[0]
                    last = chosen
                case.steps.append(chosen)
        return cases

    def node(self, of: str) -> Callable[[Case, int], str | None]:
        """The label of an event of a case."""

        def label(case: Case, place: int) -> str | None:
            event = case.events[place]
            if of == "activity":
                return event.activity
            if of == "touchpoint":
                return self.touchpoint(event)
            if of == "channel":
                return self.channel(event)
            assert self.journey is not None
            step = case.steps[place]
            if step is None:
                return None
            if of == "step":
                return self.journey.steps[step].id
            stage = self.journey.steps[step].stage
            return stage if self.journey.stage(stage) is not None else None

        return label

    def walk(self, case: Case, of: str, transform: str = "identity") -> list[tuple[Happened, str]]:
        label = self.node(of)
        walked = [
            (event, name)
            for place, event in enumerate(case.events)
            if (name := label(case, place)) is not None
        ]
        if transform == "exposure":
            return [one for place, one in enumerate(walked) if not place or walked[place - 1][1] != one[1]]
        if transform == "first":
            names = [name for _, name in walked]
            return [one for place, one in enumerate(walked) if names.index(one[1]) == place]
        return walked

    # Measures, each as rows like those of the program, by a key

    def paths(self, cases: list[Case], of: str, transform: str = "identity") -> dict[Any, Any]:
        gaps: dict[Any, list[int]] = defaultdict(list)
        count: Counter[Any] = Counter()
        who: dict[Any, set[str]] = defaultdict(set)
        for case in cases:
            walked = self.walk(case, of, transform)
            if not walked:
                continue
            ends = [(None, walked[0][1]), (walked[-1][1], None)]
            pairs = list(itertools.pairwise(walked))
            for a, b in pairs:
                gaps[a[1], b[1]].append(span(a[0], b[0]))
            for edge in [*ends, *((a[1], b[1]) for a, b in pairs)]:
                count[edge] += 1
                who[edge].add(case.id)
        out: Counter[Any] = Counter()
        for edge, times in count.items():
            out[edge[0]] += times
        return {
            edge: {
                "from": edge[0],
                "to": edge[1],
                "count": times,
                "cases": len(who[edge]),
                "share_out": times / out[edge[0]],
                "median_seconds": seconds(quantile(gaps[edge], 0.5)),
                "mean_seconds": sum(gaps[edge]) / len(gaps[edge]) / 1e6 if gaps[edge] else None,
                "p95_seconds": seconds(quantile(gaps[edge], 0.95)),
            }
            for edge, times in count.items()
        }

    def nps(self, events: Iterable[Happened]) -> dict[str, Any]:
        scores = [
            e.score
            for e in events
            if e.score is not None
            and e.score_kind == "nps"
            and 0 <= e.score <= 10
            and e.score_max in (None, 10)
        ]
        n = len(scores)
        if n < self.workspace.settings.limits.small:
            return {"answers": n, "nps": None, "low": None, "high": None}
        p = sum(score >= 9 for score in scores) / n
        d = sum(score <= 6 for score in scores) / n
        half = 1.959963984540054 * math.sqrt((p + d - (p - d) ** 2) / n)
        return {
            "answers": n,
            "nps": 100 * (p - d),
            "low": max(-100.0, 100 * (p - d - half)),
            "high": min(100.0, 100 * (p - d + half)),
        }

    def steps(self, cases: list[Case], *, rounds: bool) -> dict[str, dict[str, Any]]:
        assert self.journey is not None
        found = {}
        for step, one in enumerate(self.journey.steps):
            here = [
                (case, [place for place, at in enumerate(case.steps) if at == step])
                for case in cases
                if step in case.steps
            ]
            nexts = self.seen_next(step)
            gone, waits, waiting = 0, [], 0
            for case, places in here:
                later = [place for place, at in enumerate(case.steps) if at in nexts and place > places[0]]
                if later:
                    gone += 1
                    waits.append(span(case.events[places[0]], case.events[later[0]]))
                elif not rounds or case.outcome == "open":
                    waiting += 1
            unintended = 0
            for case, _ in here:
                matched = [at for at in case.steps if at is not None]
                unintended += any(
                    a == step and b != step and b not in nexts for a, b in itertools.pairwise(matched)
                )
            seen = self.observable(step)
            found[one.id] = {
                "step": one.id,
                "touchpoint": one.touchpoint,
                "observable": seen,
                "cases": len(here) if seen else None,
                "share": (len(here) / len(cases) if cases else None) if seen else None,
                "goes_on": gone / len(here) if seen and nexts and here else None,
                "median_wait_seconds": seconds(quantile(waits, 0.5)),
                **self.nps(case.events[place] for case, places in here for place in places),
                "unintended_out": unintended if seen else None,
                "events": sum(len(places) for _, places in here) if seen else None,
                "went_on": gone if seen and nexts else None,
                "waiting": waiting if seen and nexts else None,
            }
        return found

    def template(self) -> list[str]:
        """The stages of the journey with a step that can be observed, in order."""
        assert self.journey is not None
        steps = list(enumerate(self.journey.steps))
        return [
            stage.id
            for stage in self.journey.stages
            if any(step.stage == stage.id and self.observable(place) for place, step in steps)
        ]

    def deviations(self, case: Case, *, rounds: bool) -> tuple[Counter[Any], list[str], bool]:
        """Deviations of a case as (kind, from, to), the stages it walked, and whether it walked any step."""
        assert self.journey is not None
        steps, template = self.journey.steps, self.template()
        loops = {(stage.id, stage.loops_to) for stage in self.journey.stages}
        found: Counter[Any] = Counter()
        matched = [at for at in case.steps if at is not None]
        path = [at for place, at in enumerate(matched) if not place or matched[place - 1] != at]
        stages: list[str] = []
        for place, at in enumerate(path):
            stage = steps[at].stage
            drawn = place == 0 or at in self.seen_next(path[place - 1])
            if not drawn:
                found["unintended", steps[path[place - 1]].id, steps[at].id] += 1
            if stage not in template:
                continue
            if (
                stages
                and template.index(stage) < template.index(stages[-1])
                and not drawn
                and (stages[-1], stage) not in loops
            ):
                found["out_of_order", stages[-1], stage] += 1
            if not stages or stages[-1] != stage:
                stages.append(stage)
        over = not rounds or case.outcome != "open"
        for place, stage in enumerate(template):
            met = stages.count(stage)
            if met > 1:
                found["repeated", stage, stage] += met - 1
            if not met and any(later in stages for later in template[place + 1 :]):
                found["skipped", stage, None] += 1
            elif not met and over:
                found["missing", stage, None] += 1
        return found, stages, bool(path)

    def fit(self, cases: list[Case], *, rounds: bool) -> tuple[dict[Any, tuple[int, int]], float | None, int]:
        """Deviations with count and cases, fitness, fitting cases."""
        template = self.template()
        count: Counter[Any] = Counter()
        who: dict[Any, set[str]] = defaultdict(set)
        fitting, total = 0, 0.0
        for case in cases:
            found, stages, walked = self.deviations(case, rounds=rounds)
            if template:
                total += self.common(stages, template) / len(template)
            fitting += walked and not any(
                kind in ("unintended", "skipped", "out_of_order") for kind, _, _ in found
            )
            for key, times in found.items():
                count[key] += times
                who[key].add(case.id)
        fitness = total / len(cases) if cases and template else None
        return {key: (count[key], len(who[key])) for key in count}, fitness, fitting

    @staticmethod
    def common(a: Sequence[str], b: Sequence[str]) -> int:
        """Length of the longest common subsequence by the textbook table."""
        table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
        return table[-1][-1]

    def time(self, cases: list[Case], of: str, a: str, b: str, definition: str) -> dict[str, Any]:
        times: list[int] = []
        measured = open_ = 0
        for case in cases:
            walked = self.walk(case, of)
            first_a = next((place for place, (_, name) in enumerate(walked) if name == a), None)
            if first_a is None:
                continue

            def after(place: int, walked: list[tuple[Happened, str]] = walked) -> Happened | None:
                return next((event for event, name in walked[place + 1 :] if name == b), None)

            if definition == "every-next":
                ends = [(event, after(place)) for place, (event, name) in enumerate(walked) if name == a]
                spans = [span(event, end) for event, end in ends if end is not None]
                times += spans
                measured += bool(spans)
                open_ += any(end is None for _, end in ends)
                continue
            if definition == "first-after":
                end = after(first_a)
            else:
                end = next((event for event, name in walked if name == b), None)
            if end is None:
                open_ += 1
            else:
                measured += 1
                start = walked[first_a][0]
                times.append(span(start, end) if definition == "first-after" else end.at - start.at)
        return {
            "from": a,
            "to": b,
            "cases": measured,
            "open": open_,
            "median_seconds": seconds(quantile(times, 0.5)),
            "p25_seconds": seconds(quantile(times, 0.25)),
            "p75_seconds": seconds(quantile(times, 0.75)),
            "p95_seconds": seconds(quantile(times, 0.95)),
            "count": len(times),
        }

    def variants(self, cases: list[Case], of: str, transform: str) -> dict[tuple[str, ...], dict[str, Any]]:
        found: dict[tuple[str, ...], list[Case]] = defaultdict(list)
        for case in cases:
            walked = self.walk(case, of, transform)
            if walked:
                found[tuple(name for _, name in walked)].append(case)
        return {
            path: {
                "path": list(path),
                "count": len(group),
                "share": len(group) / len(cases),
                "median_seconds": seconds(quantile([self.lasts(case) for case in group], 0.5)),
                "outcomes": dict(Counter(case.outcome or "unknown" for case in group)),
            }
            for path, group in found.items()
        }

    @staticmethod
    def lasts(case: Case) -> int:
        """From first to last event; of stored cases between the earliest and the latest time."""
        if case.outcome is None:
            return max(e.at for e in case.events) - min(e.at for e in case.events)
        return case.events[-1].at - case.events[0].at

    def funnel(
        self, cases: list[Case], of: str, stages: Sequence[str], window: int | None, *, rounds: bool
    ) -> list[dict[str, Any]]:
        chains: list[tuple[Case, list[tuple[str, Happened, int]]]] = []
        walks = {case.id: self.walk(case, of) for case in cases}
        for case in cases:
            walked = walks[case.id]
            chain: list[tuple[str, Happened, int]] = []
            place = -1
            for stage in stages:
                hit = next(
                    (
                        at
                        for at in range(place + 1, len(walked))
                        if walked[at][1] == stage
                        and (not chain or window is None or walked[at][0].at - chain[0][1].at <= window)
                    ),
                    None,
                )
                if hit is None:
                    break
                place = hit
                chain.append((stage, walked[hit][0], hit))
            chains.append((case, chain))
        rows = []
        for k, stage in enumerate(stages):
            here = [(case, chain) for case, chain in chains if len(chain) > k]
            stopped = [(case, chain) for case, chain in chains if len(chain) == k and k > 0]
            if window is not None:
                pending = sum(chain[0][1].at + window > self.now for _, chain in stopped)
            else:
                pending = sum(rounds and case.outcome == "open" for case, _ in stopped)
            before = sum(len(chain) > k - 1 for _, chain in chains) if k else 0
            entered = sum(len(chain) > 0 for _, chain in chains)
            rows.append(
                {
                    "stage": stage,
                    "reached": len(here),
                    "from_previous": len(here) / before if before else None,
                    "overall": len(here) / entered if entered else None,
                    "pending": pending,
                    "returned": sum(
                        any(name in stages[:k] for _, name in walks[case.id][chain[k][2] + 1 :])
                        for case, chain in here
                    ),
                    "median_seconds_from_previous": seconds(
                        quantile([span(chain[k - 1][1], chain[k][1]) for _, chain in here], 0.5)
                    )
                    if k
                    else None,
                    "dropped": before - len(here) - pending if k else 0,
                    "excluded": 0,
                }
            )
        return rows


PART_NAMES = PARTS
