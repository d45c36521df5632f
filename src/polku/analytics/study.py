"""A study: one log, one map and one choice of cases and events; what every measure takes.

A query is written over a chain of tables. `base` is every case of the kind (id, cid, low … high: which events of the
stored case are its own), `kept` those that pass the filters, `placed` their events that pass the filter of events,
`walk` the placed events that have a node: a touchpoint, step, activity … by number. `kept` and `walk` are made once
per study, as temporary tables of the engine, since each measure asks them several times.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from polku.analytics.filters import Expression
from polku.analytics.matching import OFF, StepMap, compile_steps
from polku.analytics.places import Code, Places, place_codes
from polku.analytics.result import About
from polku.analytics.rounds import ROUND_OUTCOMES, Round, compile_cuts, cut_rounds
from polku.documents import Journey, Workspace

if TYPE_CHECKING:
    from polku.records.log import Log

Of = Literal["activity", "touchpoint", "step", "stage", "channel"]
OFS: tuple[Of, ...] = ("activity", "touchpoint", "step", "stage", "channel")
PeriodOf = Literal["start", "end", "any"]
AMBIGUOUS = -2
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Nodes:
    """What events are counted as: labels by number, and which code (and part) is which.

    Args:
        of_code: code → node, for everything but steps and stages.
        of_step: step → node, for steps and stages; −1 where a step has no stage.
    """

    of: Of
    labels: tuple[str, ...]
    of_code: Mapping[int, int] | None = None
    of_step: tuple[int, ...] = ()


@dataclass(frozen=True)
class Study:
    """See the module.

    Args:
        case: account, person, deal, case or round (which needs a journey with `rounds:`).
        cases, events: filters; cases keep their whole paths, events are removed one by one.
        since, until: days, both included, in the workspace's zone, for a case's start (or end, or any part of it).
        today: the clock; nothing is known after it, nor after the last event of the log.
    """

    log: Log
    workspace: Workspace
    case: str
    today: dt.date
    journey: Journey | None = None
    cases: Expression | None = None
    events: Expression | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    period_of: PeriodOf = "start"
    texts: tuple[str | None, str | None] = (None, None)
    """The two filters as they were written."""

    def __hash__(self) -> int:
        return id(self)

    def plain(self) -> Study:
        """The same without any filter or period."""
        return replace(self, cases=None, events=None, since=None, until=None, texts=(None, None))

    @property
    def stored(self) -> str:
        """The kind of case whose moves are read."""
        return "account" if self.case == "round" else self.case

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """All codes of the log."""
        rows = self.log.rows(
            "SELECT code, source, source_kind, activity, channel, campaign, direction FROM {codes} ORDER BY code"
        )
        return tuple(Code(*row) for row in rows)

    @cached_property
    def places(self) -> Places:
        """Where each code belongs on the map."""
        return place_codes(self.codes, self.workspace)

    @cached_property
    def steps(self) -> StepMap:
        """The journey compiled for this log; only with a journey."""
        assert self.journey is not None
        return compile_steps(self.journey, self.workspace, self.places)

    @cached_property
    def now(self) -> int:
        """The end of what is observed, microseconds: the last event of the log, or the end of today if earlier."""
        rows = self.log.rows(f"SELECT max(t1) FROM {{cases:{self.stored}}}")
        end = self.moment(self.today + dt.timedelta(days=1)) - 1
        return end if rows[0][0] is None else min(end, int(rows[0][0]))

    def moment(self, day: dt.date) -> int:
        """The first moment of a day in the workspace's zone, UTC microseconds."""
        local = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(self.workspace.settings.zone))
        return (local - _EPOCH) // dt.timedelta(microseconds=1)

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """All rounds of the journey, by account and number; their place here is their id."""
        journey = self.journey
        assert journey is not None and journey.rounds is not None
        cuts = compile_cuts(journey.rounds, journey, self.places)
        rows = self.log.rows(
            "SELECT cid, ord, ts, code, gap FROM {moves:account} "
            "WHERE nxt = -1 OR gap > $quiet OR code IN (SELECT unnest($marks)) ORDER BY cid, ord",
            quiet=cuts.quiet if cuts.quiet is not None else 2**62,
            marks=sorted(cuts.starts | cuts.ends.keys()),
        )
        return tuple(cut_rounds(rows, cuts, self.now))

    @cached_property
    def _base(self) -> tuple[str, dict[str, Any]]:
        if self.case != "round":
            return (
                "base AS (SELECT cid AS id, cid, 1 AS low, n AS high, n, t0, t1, key, account_id, segment, status, "
                f"outcome, value FROM {{cases:{self.case}}})",
                {},
            )
        found = self.rounds
        return (
            "cuts AS (SELECT unnest($round_id::INT[]) AS id, unnest($round_cid::INT[]) AS cid, "
            "unnest($round_number::INT[]) AS number, unnest($round_low::INT[]) AS low, "
            "unnest($round_high::INT[]) AS high, unnest($round_first::BIGINT[]) AS t0, "
            "unnest($round_last::BIGINT[]) AS t1, unnest($round_outcome::VARCHAR[]) AS outcome), "
            "base AS (SELECT r.id, r.cid, r.low, r.high, r.high - r.low + 1 AS n, r.t0, r.t1, "
            "c.key || '/' || r.number AS key, c.account_id, c.segment, c.status, r.outcome, "
            "NULL::DOUBLE AS value FROM cuts r JOIN {cases:account} c USING (cid))",
            {
                "round_id": list(range(len(found))),
                "round_cid": [one.cid for one in found],
                "round_number": [one.number for one in found],
                "round_low": [one.low for one in found],
                "round_high": [one.high for one in found],
                "round_first": [one.first for one in found],
                "round_last": [one.last for one in found],
                "round_outcome": [one.outcome for one in found],
            },
        )

    @property
    def whole(self) -> bool:
        """Whether every event of every stored case is in, so that stored neighbours are neighbours here."""
        return self.case != "round" and not self.filtered and self.events is None

    @property
    def filtered(self) -> bool:
        """Whether cases are chosen."""
        return self.cases is not None or self.since is not None or self.until is not None

    @cached_property
    def _kept(self) -> tuple[str, dict[str, Any]]:
        from polku.analytics.conditions import case_condition

        condition, params = case_condition(self)
        return f"kept AS (SELECT * FROM base b WHERE {condition})", params

    @cached_property
    def _placed(self) -> tuple[str, dict[str, Any]]:
        from polku.analytics.conditions import event_condition

        if self.whole:
            return (
                f"placed AS (SELECT cid AS id, ord, ts, code, part, event_no FROM {{moves:{self.stored}}})",
                {},
            )
        condition, params = event_condition(self)
        within = "AND m.ord BETWEEN k.low AND k.high" if self.case == "round" else ""
        return (
            "placed AS (SELECT k.id, m.ord, m.ts, m.code, m.part, m.event_no "
            f"FROM {{moves:{self.stored}}} m JOIN kept k ON m.cid = k.cid {within} WHERE {condition})",
            params,
        )

    @cached_property
    def _made(self) -> dict[str, str]:
        return {}

    def _make(self, name: str, query: str, params: Mapping[str, Any]) -> str:
        """The temporary table of this name, made when it is asked for first."""
        if name not in self._made:
            table = f"{name}_{next(_NUMBERS)}"
            self.log.rows(f"CREATE TEMP TABLE {table} AS {query}", **params)
            self._made[name] = table
        return self._made[name]

    def close(self) -> None:
        """Drop what was made in the engine; the study makes it anew when it is asked again."""
        while self._made:
            self.log.rows(f"DROP TABLE {self._made.popitem()[1]}")

    def _kept_table(self) -> str:
        base, bound = self._base
        kept, chosen = self._kept
        return self._make("kept", f"WITH {base}, {kept} SELECT * FROM kept", {**bound, **chosen})

    def _walk_table(self, nodes: Nodes, transform: str) -> str:
        if transform != "identity":
            walked = self._walk_table(nodes, "identity")
            return self._make(
                f"walk_{nodes.of}_{transform}", _TRANSFORMS[transform].replace("{walked}", walked), {}
            )
        placed, chosen = self._placed
        walk, bound = self._walk(nodes)
        kept = "" if self.whole else f"kept AS (SELECT * FROM {self._kept_table()}), "
        return self._make(
            f"walk_{nodes.of}", f"WITH {kept}{placed}, {walk} SELECT * FROM walk", {**chosen, **bound}
        )

    def nodes(self, of: Of) -> Nodes:
        """What events are counted as; labels in the order of the map, or by name where there is none."""
        if of == "step":
            return Nodes(of, self.steps.steps, of_step=tuple(range(len(self.steps.steps))))
        if of == "stage":
            assert self.journey is not None
            stages = tuple(stage.id for stage in self.journey.stages)
            place = {stage: number for number, stage in enumerate(stages)}
            return Nodes(
                of, stages, of_step=tuple(place.get(step.stage or "", OFF) for step in self.journey.steps)
            )
        named: Mapping[int, str | None]
        if of == "touchpoint":
            named = self.places.touchpoint
        elif of == "channel":
            named = self.places.channel
        else:
            named = {code.code: code.activity for code in self.codes}
        found = {label for label in named.values() if label is not None}
        order = self.workspace.touchpoints if of == "touchpoint" else self.workspace.channels
        labels = (
            tuple(sorted(found))
            if of == "activity"
            else (*(id for id in order if id in found), *sorted(found - set(order)))
        )
        number = {label: place for place, label in enumerate(labels)}
        return Nodes(
            of, labels, of_code={code: number[label] for code, label in named.items() if label is not None}
        )

    @cached_property
    def decided(self) -> tuple[list[int], list[int], list[int]]:
        """Events whose step depends on the steps before: (case id), (ord), (step), found over whole cases."""
        from polku.analytics.walking import decide_ambiguous

        return decide_ambiguous(self)

    def _walk(self, nodes: Nodes) -> tuple[str, dict[str, Any]]:
        if nodes.of_code is not None:
            return (
                "nodes AS (SELECT unnest($node_code::INT[]) AS code, unnest($node_no::INT[]) AS node), "
                "walk AS (SELECT p.id, p.ord, p.ts, n.node, p.part, p.event_no FROM placed p "
                "JOIN nodes n ON n.code = p.code)",
                {"node_code": list(nodes.of_code), "node_no": list(nodes.of_code.values())},
            )
        codes: list[int] = []
        parts: list[int] = []
        steps: list[int] = []
        for code in self.steps.candidates:
            for part in range(-1, 9):
                left, _ = self.steps.narrowed(code, part)
                codes.append(code)
                parts.append(part)
                steps.append(left[0] if len(left) == 1 else AMBIGUOUS)
        params: dict[str, Any] = {
            "step_code": codes,
            "step_part": parts,
            "step_no": steps,
            "to_step": list(range(len(nodes.of_step))),
            "to_node": list(nodes.of_step),
        }
        step = "s.step"
        join = ""
        if AMBIGUOUS in steps:
            ids, ords, chosen = self.decided
            params |= {"decided_id": ids, "decided_ord": ords, "decided_step": chosen}
            step = "coalesce(d.step, s.step)"
            join = "LEFT JOIN decided d ON d.id = p.id AND d.ord = p.ord"
        return (
            "steps AS (SELECT unnest($step_code::INT[]) AS code, unnest($step_part::INT[]) AS part, "
            "unnest($step_no::INT[]) AS step), "
            + (
                "decided AS (SELECT unnest($decided_id::INT[]) AS id, unnest($decided_ord::INT[]) AS ord, "
                "unnest($decided_step::INT[]) AS step), "
                if join
                else ""
            )
            + "to_node AS (SELECT unnest($to_step::INT[]) AS step, unnest($to_node::INT[]) AS node), "
            "walk AS (SELECT p.id, p.ord, p.ts, t.node, p.part, p.event_no FROM placed p "
            f"JOIN steps s ON s.code = p.code AND s.part = p.part {join} "
            f"JOIN to_node t ON t.step = {step} WHERE t.node >= 0)",
            params,
        )

    def ask(
        self, select: str, *, nodes: Nodes | None = None, transform: str = "identity", **params: Any
    ) -> list[tuple[Any, ...]]:
        """The rows of a query over kept and, with nodes, walk.

        Args:
            select: further common tables if any ("x AS (…), y AS (…) SELECT …") and the query.
            transform: identity; exposure (of equal neighbours the first); first (of each node the first).
        """
        tables = f"kept AS (SELECT * FROM {self._kept_table()})"
        if nodes is not None:
            tables += f", walk AS (SELECT * FROM {self._walk_table(nodes, transform)})"
        joint = ", " if select.lstrip().split(" ", 2)[1:2] == ["AS"] else " "
        return self.log.rows(f"WITH {tables}{joint}{select}", **params)

    def ask_base(self, select: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over base alone, unfiltered."""
        text, bound = self._base
        return self.log.rows(f"WITH {text} {select}", **bound, **params)

    @cached_property
    def counts(self) -> Counts:
        """What is in and what is left out, before anything is placed on nodes."""
        (events,) = self.log.rows("SELECT count(*) FROM {events}")[0]
        stored, accounts = self.log.rows(
            f"SELECT coalesce(sum(n), 0), count(*) FROM {{cases:{self.stored}}}"
        )[0]
        based = self.ask_base("SELECT count(*), coalesce(sum(n), 0), count(DISTINCT cid) FROM base")[0]
        kept = self.ask(
            "SELECT count(*), coalesce(sum(n), 0), count(DISTINCT account_id), min(t0), max(t1) FROM kept"
        )[0]
        placed = kept[1]
        if self.events is not None:
            text, bound = self._placed
            placed = self.ask(f"{text} SELECT count(*) FROM placed", **bound)[0][0]
        return Counts(
            events=int(events),
            stored_events=int(stored),
            stored_cases=int(accounts),
            base_cases=int(based[0]),
            base_events=int(based[1]),
            base_stored=int(based[2]),
            cases=int(kept[0]),
            kept_events=int(kept[1]),
            accounts=int(kept[2]),
            placed_events=int(placed),
            first=kept[3],
            last=kept[4],
        )

    def about(
        self,
        question: str,
        unit: str,
        *,
        nodes: Nodes | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> About:
        """What an answer says about itself; with nodes, the events and cases off the map are stated."""
        counts = self.counts
        remainder = {
            f"events_without_{self.stored}": counts.events - counts.stored_events,
            "events_outside_rounds": counts.stored_events - counts.base_events,
            "accounts_without_round": counts.stored_cases - counts.base_stored if self.case == "round" else 0,
            "cases_filtered": counts.base_cases - counts.cases,
            "events_of_filtered_cases": counts.base_events - counts.kept_events,
            "events_filtered": counts.kept_events - counts.placed_events,
        }
        events = counts.placed_events
        if nodes is not None:
            events, cases = self._on(nodes)
            remainder["events_off_map"] = counts.placed_events - events
            remainder["cases_off_map"] = counts.cases - cases
        return About(
            question=question,
            journey=self.journey.id if self.journey is not None else None,
            case=self.case,
            unit=unit,
            cases=counts.cases,
            accounts=counts.accounts,
            data_version=self.log.version.number,
            parameters={**self.parameters, **(parameters or {})},
            remainder={name: number for name, number in remainder.items() if number},
            first=counts.first,
            last=counts.last,
            events=events,
        )

    def _on(self, nodes: Nodes) -> tuple[int, int]:
        """Events that have a node, and cases that have such an event."""
        counts = self.counts
        if self.whole and nodes.of_code is not None and len(nodes.of_code) == len(self.codes):
            return counts.placed_events, counts.cases
        events, cases = self.ask("SELECT count(*), count(DISTINCT id) FROM walk", nodes=nodes)[0]
        return int(events), int(cases)

    @property
    def parameters(self) -> dict[str, Any]:
        """What was chosen, as plain values; only what is not the default."""
        said: dict[str, Any] = {}
        if self.cases is not None:
            said["cases"] = self.texts[0]
        if self.events is not None:
            said["events"] = self.texts[1]
        if self.since is not None:
            said["since"] = self.since.isoformat()
        if self.until is not None:
            said["until"] = self.until.isoformat()
        if self.since is not None or self.until is not None:
            said["period_of"] = self.period_of
        return said

    def outcomes(self) -> dict[str, int]:
        """Cases by outcome: rounds in their order, others won, lost, open, unknown where they occur."""
        rows = self.ask("SELECT coalesce(outcome, 'unknown'), count(*) FROM kept GROUP BY ALL")
        found = {str(outcome): int(count) for outcome, count in rows}
        order = ROUND_OUTCOMES if self.case == "round" else ("won", "lost", "open", "unknown")
        return {
            **{name: found[name] for name in order if name in found},
            **{name: found[name] for name in sorted(found) if name not in order},
        }


@dataclass(frozen=True)
class Counts:
    """Numbers that say what is in a study: of the whole log, the stored cases, all cases of the kind, those kept."""

    events: int
    stored_events: int
    stored_cases: int
    base_cases: int
    base_events: int
    base_stored: int
    cases: int
    kept_events: int
    accounts: int
    placed_events: int
    first: int | None
    last: int | None


TRANSFORMS = ("identity", "exposure", "first")
_TRANSFORMS = {
    "exposure": (
        "SELECT id, ord, ts, node, part, event_no FROM (SELECT *, lag(node) OVER (PARTITION BY id ORDER BY ord) "
        "AS before FROM {walked}) WHERE before IS NULL OR before <> node"
    ),
    "first": (
        "SELECT id, ord, ts, node, part, event_no FROM (SELECT *, row_number() OVER (PARTITION BY id, node "
        "ORDER BY ord) AS place FROM {walked}) WHERE place = 1"
    ),
}
_NUMBERS = count(1)
"""Of temporary tables, so that studies of one log keep apart."""
