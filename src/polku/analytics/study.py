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
from polku.analytics.matching import StepMap, compile_steps
from polku.analytics.nodes import TRANSFORM_SQL, Nodes, Of, make_nodes, walk_sql
from polku.analytics.places import Code, Places, place_codes
from polku.analytics.result import About
from polku.analytics.rounds import ROUND_OUTCOMES, Round, compile_cuts, cut_rounds
from polku.documents import Journey, Workspace

if TYPE_CHECKING:
    import numpy as np

    from polku.records.log import Log

PeriodOf = Literal["start", "end", "any"]
MANY_ROUNDS = 2000
"""More rounds than these go to the engine as arrays."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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

    @property
    def _base(self) -> tuple[str, dict[str, Any]]:
        if self.case != "round":
            return (
                "base AS (SELECT cid AS id, cid, 1 AS low, n AS high, n, t0, t1, key, account_id, segment, status, "
                f"outcome, value FROM {{cases:{self.case}}})",
                {},
            )
        cuts, bound = self._few_cuts if len(self.rounds) <= MANY_ROUNDS else (self._many_cuts(), {})
        return (
            f"cuts AS ({cuts}), "
            "base AS (SELECT r.id, r.cid, r.low, r.high, r.high - r.low + 1 AS n, r.t0, r.t1, "
            "c.key || '/' || r.number AS key, c.account_id, c.segment, c.status, r.outcome, "
            "NULL::DOUBLE AS value FROM cuts r JOIN {cases:account} c USING (cid))",
            bound,
        )

    @cached_property
    def _few_cuts(self) -> tuple[str, dict[str, Any]]:
        found = self.rounds
        return (
            "SELECT unnest($round_id::INT[]) AS id, unnest($round_cid::INT[]) AS cid, "
            "unnest($round_number::INT[]) AS number, unnest($round_low::INT[]) AS low, "
            "unnest($round_high::INT[]) AS high, unnest($round_first::BIGINT[]) AS t0, "
            "unnest($round_last::BIGINT[]) AS t1, unnest($round_outcome::VARCHAR[]) AS outcome",
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

    def _many_cuts(self) -> str:
        """The same from a table, made of arrays: binding long lists takes longer than the question itself."""
        if "cuts" not in self._made:
            import numpy as np

            found = self.rounds
            columns = {
                "id": np.arange(len(found), dtype=np.int32),
                "cid": np.fromiter((one.cid for one in found), np.int32, len(found)),
                "number": np.fromiter((one.number for one in found), np.int32, len(found)),
                "low": np.fromiter((one.low for one in found), np.int32, len(found)),
                "high": np.fromiter((one.high for one in found), np.int32, len(found)),
                "t0": np.fromiter((one.first for one in found), np.int64, len(found)),
                "t1": np.fromiter((one.last for one in found), np.int64, len(found)),
                "said": np.fromiter(
                    (ROUND_OUTCOMES.index(one.outcome) for one in found), np.int32, len(found)
                ),
            }
            table = f"cuts_{next(_NUMBERS)}"
            said = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(ROUND_OUTCOMES))
            with self.log.engine.holding(f"given_{table}", columns):
                self.log.rows(
                    f"CREATE TEMP TABLE {table} AS SELECT id, cid, number, low, high, t0, t1, "
                    f"CASE said {said} END AS outcome FROM given_{table}"
                )
            self._made["cuts"] = table
        return f"SELECT * FROM {self._made['cuts']}"

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
                f"placed AS (SELECT cid AS id, ord, ts, code, part, person, event_no "
                f"FROM {{moves:{self.stored}}})",
                {},
            )
        condition, params = event_condition(self)
        within = "AND m.ord BETWEEN k.low AND k.high" if self.case == "round" else ""
        return (
            "placed AS (SELECT k.id, m.ord, m.ts, m.code, m.part, m.person, m.event_no "
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
                f"walk_{nodes.of}_{transform}", TRANSFORM_SQL[transform].replace("{walked}", walked), {}
            )
        placed, chosen = self._placed
        walk, bound = walk_sql(self, nodes)
        kept = "" if self.whole else f"kept AS (SELECT * FROM {self._kept_table()}), "
        return self._make(
            f"walk_{nodes.of}", f"WITH {kept}{placed}, {walk} SELECT * FROM walk", {**chosen, **bound}
        )

    def nodes(self, of: Of) -> Nodes:
        """What events are counted as; labels in the order of the map, or by name where there is none."""
        return make_nodes(self, of)

    @property
    def chosen(self) -> str:
        """The name of the temporary table that holds the chosen cases."""
        return self._kept_table()

    def table(self, nodes: Nodes) -> str:
        """The name of the temporary table that holds the walk of these nodes, for queries that need two walks."""
        return self._walk_table(nodes, "identity")

    @cached_property
    def decided(self) -> tuple[list[int], list[int], list[int]]:
        """Events whose step depends on the steps before: (case id), (ord), (step), found over whole cases."""
        from polku.analytics.walking import decide_ambiguous

        return decide_ambiguous(self)

    def ask(
        self, select: str, *, nodes: Nodes | None = None, transform: str = "identity", **params: Any
    ) -> list[tuple[Any, ...]]:
        """The rows of a query over kept and, with nodes, walk.

        Args:
            select: further common tables if any ("x AS (…), y AS (…) SELECT …") and the query.
            transform: identity; exposure (of equal neighbours the first); first (of each node the first).
        """
        walked = "" if nodes is None else f", walk AS (SELECT * FROM {self._walk_table(nodes, transform)})"
        return self.log.rows(self._over_kept(select, walked), **params)

    def placed_columns(self, select: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The columns of a query over kept and placed, as arrays."""
        placed, bound = self._placed
        return self.log.columns(self._over_kept(select, f", {placed}"), **bound, **params)

    def _over_kept(self, select: str, more: str) -> str:
        joint = ", " if select.lstrip().split(" ", 2)[1:2] == ["AS"] else " "
        return f"WITH kept AS (SELECT * FROM {self._kept_table()}){more}{joint}{select}"

    def ask_placed(self, select: str, *, nodes: Nodes | None = None, **params: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over kept, placed and, with nodes, walk."""
        placed, bound = self._placed
        walked = "" if nodes is None else f", walk AS (SELECT * FROM {self._walk_table(nodes, 'identity')})"
        return self.log.rows(self._over_kept(select, f", {placed}{walked}"), **bound, **params)

    def keep_placed(self, name: str, select: str, **params: Any) -> str:
        """A query over kept and placed as a temporary table, for those that need its rows more than once."""
        placed, bound = self._placed
        return self._make(name, self._over_kept(select, f", {placed}"), {**bound, **params})

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
            zone=self.workspace.settings.zone,
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


_NUMBERS = count(1)
"""Of temporary tables, so that studies of one log keep apart."""
