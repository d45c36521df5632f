"""A study: one log, one map and one choice of cases and events; what every measure takes.

A query is written over a chain of tables. `base` is every case of the kind (id, cid, low … high: which events of the
stored case are its own), `kept` those that pass the filters, `placed` their events that pass the filter of events,
`walk` the placed events that have a node: a touchpoint, step, activity … by number. What costs more to find than to
read (chosen cases, rounds, walks of these) is made once per study, as a temporary table of the engine; all cases and
all their events are read where they are, and of them only the columns that a question names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from polku.analytics import rounds as cutting
from polku.analytics.counting import Counts, count_on_map, count_study, last_moment
from polku.analytics.filters.filters import Expression
from polku.analytics.map.matching import StepMap, compile_steps
from polku.analytics.map.nodes import TRANSFORM_SQL, Nodes, Of, make_nodes, walk_sql
from polku.analytics.map.places import Code, Places, place_codes
from polku.analytics.result import About
from polku.analytics.rounds import Cuts, Round
from polku.frozen import dataclass

if TYPE_CHECKING:
    import numpy as np

    from polku.documents import Journey, Workspace
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
        return tuple(Code(**vars(one)) for one in self.log.codes)

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
        last = last_moment(self.log, self.stored)
        end = self.moment(self.today + dt.timedelta(days=1)) - 1
        return end if last is None else min(end, last)

    def moment(self, day: dt.date) -> int:
        """The first moment of a day in the workspace's zone, UTC microseconds."""
        local = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(self.workspace.settings.zone))
        return (local - _EPOCH) // dt.timedelta(microseconds=1)

    @cached_property
    def _cuts(self) -> Cuts:
        journey = self.journey
        assert journey is not None and journey.rounds is not None
        return cutting.compile_cuts(journey.rounds, journey, self.places)

    @property
    def cuts_key(self) -> tuple[Any, ...]:
        """What tells the rounds of a journey from others of the same events."""
        return "rounds", self._cuts.key, self.now

    @cached_property
    def round_columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """All rounds of the journey, by account and number; their place here is their id. See `cut_columns`."""
        from polku.analytics.columns.blocks import kept_blocks

        cuts, kept = self._cuts, kept_blocks(self.log, "account")
        codes = sorted(cuts.starts | cuts.ends.keys())
        cut = partial(cutting.cut_columns, cuts=cuts, now=self.now)
        if kept is not None:
            return kept.derived(
                self.cuts_key,
                lambda: cutting.joined(kept.marks(self.log, codes, cuts.quiet, cut)),
                lambda made: sum(column.nbytes for column in made.values()),
            )
        marks = self.log.columns(
            "SELECT cid, ord, ts, code, gap FROM {moves:account} "
            "WHERE nxt = -1 OR gap > $quiet OR code IN (SELECT unnest($marks)) ORDER BY cid, ord",
            quiet=cuts.quiet if cuts.quiet is not None else 2**62,
            marks=codes,
        )
        return cut(marks)

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """The same one by one; of millions only where each is wanted."""
        return cutting.rounds_of(self.round_columns)

    @property
    def _base(self) -> tuple[str, dict[str, Any]]:
        if self.case != "round":
            return f"base AS ({self._all_cases})", {}
        few = len(self.round_columns["id"]) <= MANY_ROUNDS
        cuts, bound = self._few_cuts if few else (f"SELECT * FROM {self._cuts_table}", {})
        return f"cuts AS ({cuts}), base AS ({cutting.NAMED_ROUNDS.replace('{rounds}', 'cuts')})", bound

    @property
    def _all_cases(self) -> str:
        return (
            "SELECT cid AS id, cid, 1 AS low, n AS high, n, t0, t1, key, account_id, segment, status, "
            f"outcome, value FROM {{cases:{self.case}}}"
        )

    @cached_property
    def _few_cuts(self) -> tuple[str, dict[str, Any]]:
        return cutting.bound_rounds(self.round_columns)

    @property
    def _cuts_table(self) -> str:
        return self._hold("cuts", self.round_columns, cutting.TOLD)

    def _hold(self, name: str, columns: Mapping[str, np.ndarray[Any, Any]], select: str) -> str:
        """Arrays as a temporary table: binding long lists takes longer than the question itself."""
        if name not in self._made:
            table = f"{name}_{next(_NUMBERS)}"
            with self.log.engine.holding(f"given_{table}", columns):
                self.log.rows(f"CREATE TEMP TABLE {table} AS SELECT {select} FROM given_{table}")
            self._made[name] = table
        return self._made[name]

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
        from polku.analytics.filters.conditions import case_condition

        condition, params = case_condition(self)
        return f"kept AS (SELECT * FROM base b WHERE {condition})", params

    @cached_property
    def _placed(self) -> tuple[str, dict[str, Any]]:
        from polku.analytics.filters.conditions import event_condition

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

    def _kept_sql(self, select: str) -> str:
        """The chosen cases, for a query that reads them."""
        if self.case != "round":
            if not self.filtered:
                return self._all_cases
            return f"{self._all_cases} WHERE cid IN (SELECT id FROM {self._kept_table})"
        # Names are joined only where they are asked for.
        named = cutting.NAMED_ROUNDS if _NAMES.search(select) else cutting.ROUNDS
        return named.replace("{rounds}", self._kept_table)

    @property
    def _kept_table(self) -> str:
        """The chosen cases as a temporary table: their ids, or rounds with all that is known of them."""
        if (ids := self._ids) is not None:
            if self.case != "round":
                return self._hold("kept", {"id": ids}, "id")
            chosen_rounds = {name: column[ids] for name, column in self.round_columns.items()}
            return self._hold("kept", chosen_rounds, cutting.TOLD)
        (base, bound), (kept, chosen) = self._base, self._kept
        columns = "id, cid, number, low, high, t0, t1, outcome"
        if self.case != "round":
            query = f"{kept} SELECT id FROM kept"
        elif self.filtered:
            query = f"{kept} SELECT {columns} FROM cuts WHERE id IN (SELECT id FROM kept)"
        else:
            query, chosen = f"SELECT {columns} FROM cuts", {}
        joint = ", " if self.filtered else " "
        return self._make("kept", f"WITH {base}{joint}{query}", {**bound, **chosen})

    @cached_property
    def _ids(self) -> np.ndarray[Any, Any] | None:
        """The chosen cases where their events in memory say which; None where an engine does."""
        from polku.analytics.filters.conditions import asks_events

        if not self.log.engine.gives_arrays or not asks_events(self.cases):
            return None
        from polku.analytics.filters.choosing import choose

        return choose(self)

    def _walk_sql(self, nodes: Nodes, transform: str) -> str:
        """What a query reads as its walk: a temporary table, or the stored moves where every case is in."""
        if self.whole and nodes.of_code is not None and transform == "identity":
            table = self._make(
                f"nodes_{nodes.of}",
                "SELECT unnest($node_code::INT[]) AS code, unnest($node_no::INT[]) AS node",
                {"node_code": list(nodes.of_code), "node_no": list(nodes.of_code.values())},
            )
            return (
                "SELECT m.cid AS id, m.ord, m.ts, n.node, m.part, m.event_no "
                f"FROM {{moves:{self.stored}}} m JOIN {table} n ON n.code = m.code"
            )
        return f"SELECT * FROM {self._walk_table(nodes, transform)}"

    def _walk_table(self, nodes: Nodes, transform: str) -> str:
        if transform != "identity":
            walked = f"({self._walk_sql(nodes, 'identity')})"
            return self._make(
                f"walk_{nodes.of}_{transform}", TRANSFORM_SQL[transform].replace("{walked}", walked), {}
            )
        if self.has_walk(nodes):
            return self._made[f"walk_{nodes.of}"]
        placed, chosen = self._placed
        walk, bound = walk_sql(self, nodes)
        kept = "" if self.whole else f"kept AS ({self._kept_sql(placed)}), "
        return self._make(
            f"walk_{nodes.of}", f"WITH {kept}{placed}, {walk} SELECT * FROM walk", {**chosen, **bound}
        )

    def has_walk(self, nodes: Nodes) -> bool:
        """Whether the walk of these nodes is a table already."""
        return f"walk_{nodes.of}" in self._made

    def nodes(self, of: Of) -> Nodes:
        """What events are counted as; labels in the order of the map, or by name where there is none."""
        return make_nodes(self, of)

    @property
    def chosen(self) -> str:
        """The chosen cases, as a query reads from them."""
        return f"({self._kept_sql('key')})"

    def table(self, nodes: Nodes) -> str:
        """The walk of these nodes, as a query reads from it, for those that need two walks."""
        return f"({self._walk_sql(nodes, 'identity')})"

    @cached_property
    def chosen_ids(self) -> np.ndarray[Any, Any]:
        """Ids of the chosen cases, rising; only where some are chosen."""
        if self._ids is not None:
            return self._ids
        (found,) = self.log.columns(f"SELECT id FROM {self._kept_table}").values()
        found.sort()
        return found

    @cached_property
    def on_map(self) -> dict[str, tuple[int, int]]:
        """What was counted on the way: kind of node → events that have one, and cases that have such an event."""
        return {}

    @cached_property
    def decided(self) -> tuple[list[int], list[int], list[int]]:
        """Events whose step depends on the steps before: (case id), (ord), (step), found over whole cases."""
        from polku.analytics.walks.walking import decide_ambiguous

        return decide_ambiguous(self)

    def ask(
        self, select: str, *, nodes: Nodes | None = None, transform: str = "identity", **params: Any
    ) -> list[tuple[Any, ...]]:
        """The rows of a query over kept and, with nodes, walk.

        Args:
            select: further common tables if any ("x AS (…), y AS (…) SELECT …") and the query.
            transform: identity; exposure (of equal neighbours the first); first (of each node the first).
        """
        walked = "" if nodes is None else f", walk AS ({self._walk_sql(nodes, transform)})"
        return self.log.rows(self._over_kept(select, walked), **params)

    def placed_columns(self, select: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The columns of a query over kept and placed, as arrays."""
        placed, bound = self._placed
        return self.log.columns(self._over_kept(select, f", {placed}"), **bound, **params)

    def ask_columns(self, select: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The columns of a query over kept, as arrays."""
        return self.log.columns(self._over_kept(select, ""), **params)

    def _over_kept(self, select: str, more: str) -> str:
        joint = ", " if select.lstrip().split(" ", 2)[1:2] == ["AS"] else " "
        return f"WITH kept AS ({self._kept_sql(more + select)}){more}{joint}{select}"

    def ask_placed(self, select: str, *, nodes: Nodes | None = None, **params: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over kept, placed and, with nodes, walk."""
        placed, bound = self._placed
        walked = "" if nodes is None else f", walk AS ({self._walk_sql(nodes, 'identity')})"
        return self.log.rows(self._over_kept(select, f", {placed}{walked}"), **bound, **params)

    def keep_placed(self, name: str, select: str, **params: Any) -> str:
        """A query over kept and placed as a temporary table, for those that need its rows more than once."""
        placed, bound = self._placed
        return self._make(name, self._over_kept(select, f", {placed}"), {**bound, **params})

    def keep_walked(self, name: str, select: str, nodes: Nodes, **params: Any) -> str:
        """A query over kept and walk as such a table."""
        walked = f", walk AS ({self._walk_sql(nodes, 'identity')})"
        return self._make(name, self._over_kept(select, walked), params)

    def ask_base(self, select: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over base alone, unfiltered."""
        text, bound = self._base
        return self.log.rows(f"WITH {text} {select}", **bound, **params)

    def base_columns(self, select: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The same as arrays."""
        text, bound = self._base
        return self.log.columns(f"WITH {text} {select}", **bound, **params)

    @cached_property
    def counts(self) -> Counts:
        """What is in and what is left out, before anything is placed on nodes."""
        return count_study(self)

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
            events, cases = count_on_map(self, nodes)
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

    @property
    def parameters(self) -> dict[str, Any]:
        """What was chosen, as plain values; only what is not the default."""
        period = self.since is not None or self.until is not None
        said: dict[str, Any] = {
            "rolled_up": self.log.rolled_up or None,
            "cases": self.texts[0] if self.cases is not None else None,
            "events": self.texts[1] if self.events is not None else None,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "period_of": self.period_of if period else None,
        }
        return {name: value for name, value in said.items() if value is not None}


_NAMES = re.compile(r"\b(key|account_id|segment|status)\b")
"""Columns of a round that its account has."""
_NUMBERS = count(1)
"""Of temporary tables, so that studies of one log keep apart."""
