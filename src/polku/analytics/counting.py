"""Counting: how many events and cases a study holds, and how many of these stand on its nodes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polku.analytics.rounds import ROUND_OUTCOMES
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Block
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.records.log import Log


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


@dataclass(frozen=True)
class _Whole:
    """Of a whole version: (events), and of all stored cases of a kind (cases, events, accounts, first, last moment)."""

    events: tuple[int]
    cases: tuple[int, int, int, int | None, int | None]


def _accounts_of(case: str) -> str:
    # A case of an account is the only one of it.
    return {"account": "count(account_id)", "round": "count(DISTINCT cid)"}.get(
        case, "count(DISTINCT account_id)"
    )


def _whole(log: Log, stored: str) -> _Whole:
    """What a version holds."""
    buckets = log.buckets(stored)
    accounts = sum(one.accounts for one in buckets)
    if stored != "account":
        ((accounts,),) = log.rows(f"SELECT {_accounts_of(stored)} FROM {{cases:{stored}}}")
    return _Whole(
        (log.count("events"),),
        (
            sum(one.cases for one in buckets),
            sum(one.events for one in buckets),
            accounts,
            min((one.first for one in buckets), default=None),
            max((one.last for one in buckets), default=None),
        ),
    )


def _kept_whole(log: Log, stored: str) -> _Whole | None:
    """The same, read once for a version; None where nothing is kept."""
    # Who did not need NumPy until now asks one question only.
    if not log.engine.gives_arrays or "numpy" not in sys.modules:
        return None
    from polku.analytics.columns.kept import kept_with

    return kept_with(log, "counts", ("events", f"cases:{stored}"), 1024, lambda: _whole(log, stored))


def last_moment(log: Log, stored: str) -> int | None:
    """When the last event of a version happened, microseconds; None where there is none."""
    return max((one.last for one in log.buckets(stored)), default=None)


def count_study(study: Study) -> Counts:
    """What is in a study and what is left out, before anything is placed on nodes."""
    whole = _kept_whole(study.log, study.stored) or _whole(study.log, study.stored)
    (events,), (accounts, stored) = whole.events, whole.cases[:2]
    based = (stored, accounts, accounts)
    if study.case == "round":
        columns = study.round_columns
        cids = columns["cid"]
        based = (
            int(columns["high"].sum(dtype="int64")) - int(columns["low"].sum(dtype="int64")) + len(cids),
            len(cids),
            int((cids[1:] != cids[:-1]).sum()) + bool(len(cids)),
        )
    if study.case == "round" and not study.filtered:
        times = (int(columns["t0"].min()), int(columns["t1"].max())) if len(cids) else (None, None)
        kept: tuple[Any, ...] = (based[1], based[0], based[2], *times)
    elif not study.filtered:
        kept = whole.cases
    else:
        kept = (
            _chosen(study)
            or study.ask(
                f"SELECT count(*), coalesce(sum(n), 0), {_accounts_of(study.case)}, min(t0), max(t1) FROM kept"
            )[0]
        )
    placed = kept[1]
    if study.events is not None:
        counted = None
        if study.log.engine.gives_arrays:
            from polku.analytics.walks.laying import count_placed

            counted = count_placed(study)
        placed = study.ask_placed("SELECT count(*) FROM placed")[0][0] if counted is None else counted
    return Counts(
        events=int(events),
        stored_events=int(stored),
        stored_cases=int(accounts),
        base_cases=int(based[1]),
        base_events=int(based[0]),
        base_stored=int(based[2]),
        cases=int(kept[0]),
        kept_events=int(kept[1]),
        accounts=int(kept[2]),
        placed_events=int(placed),
        first=kept[3],
        last=kept[4],
    )


def _chosen(study: Study) -> tuple[Any, ...] | None:
    """The same of the chosen cases from columns in memory; None where an engine has to count them."""
    whole = _kept_whole(study.log, study.stored)
    if whole is None or study.case not in ("account", "round") or whole.cases[0] != whole.cases[2]:
        return None
    id = study.chosen_ids
    if not len(id):
        return 0, 0, 0, None, None
    if study.case == "round":
        columns = {name: study.round_columns[name][id] for name in ("cid", "low", "high", "t0", "t1")}
        events = columns["high"].sum(dtype="int64") - columns["low"].sum(dtype="int64") + len(id)
        accounts = 1 + int((columns["cid"][1:] != columns["cid"][:-1]).sum())
        return len(id), int(events), accounts, int(columns["t0"].min()), int(columns["t1"].max())
    from polku.analytics.columns.blocks import kept_blocks
    from polku.analytics.columns.case_facts import case_facts

    kept = kept_blocks(study.log, "account")
    if kept is None:
        return None

    def count(block: Block) -> int:
        low, high = block.within(id)
        at = block.places(id[low:high])
        return int((block.start[at + 1] - block.start[at]).sum(dtype="int64"))

    facts = case_facts(study)
    return len(id), sum(kept.each(study.log, count)), len(id), int(facts.t0.min()), int(facts.t1.max())


def count_on_map(study: Study, nodes: Nodes) -> tuple[int, int]:
    """Events that have a node, and cases that have such an event."""
    counts = study.counts
    if nodes.of in study.on_map:
        return study.on_map[nodes.of]
    if study.whole and nodes.of_code is not None:
        if len(nodes.of_code) == len(study.codes):
            return counts.placed_events, counts.cases
        return _on_codes(study, nodes.of_code)
    if study.log.engine.gives_arrays and not study.has_walk(nodes):
        from polku.analytics.walks.following import over_pieces

        # A table of all walked events costs ten times as much as looking at them.
        over_pieces(study, nodes, lambda _: None)
        return study.on_map[nodes.of]
    events, cases = study.ask("SELECT count(*), count(DISTINCT id) FROM walk", nodes=nodes)[0]
    return int(events), int(cases)


def _on_codes(study: Study, of_code: Mapping[int, int]) -> tuple[int, int]:
    """The same of all stored cases. Distinct cases are counted on the side that has fewer events."""
    if study.log.engine.gives_arrays:
        from polku.analytics.columns.blocks import kept_blocks

        if (kept := kept_blocks(study.log, study.stored)) is not None:
            return kept.counted(study.log, of_code)
    moves = f"{{moves:{study.stored}}}"
    counted = dict(study.log.rows(f"SELECT code, count(*) FROM {moves} GROUP BY code ORDER BY code"))
    on = sum(number for code, number in counted.items() if code in of_code)
    if on <= study.counts.placed_events // 2:
        ((cases,),) = study.log.rows(
            f"SELECT count(DISTINCT cid) FROM {moves} WHERE code IN (SELECT unnest($codes::INT[]))",
            codes=sorted(of_code),
        )
        return on, int(cases)
    ((none,),) = study.log.rows(
        f"SELECT count(*) FROM (SELECT cid, count(*) AS n FROM {moves} WHERE code IN "
        f"(SELECT unnest($codes::INT[])) GROUP BY cid) m JOIN {{cases:{study.stored}}} c "
        "ON c.cid = m.cid AND c.n = m.n",
        codes=sorted(counted.keys() - of_code.keys()),
    )
    return on, study.counts.cases - int(none)


def count_outcomes(study: Study) -> dict[str, int]:
    """Cases by outcome: rounds in their order, others won, lost, open, unknown where they occur."""
    rows = study.ask("SELECT coalesce(outcome, 'unknown'), count(*) FROM kept GROUP BY ALL")
    found = {str(outcome): int(count) for outcome, count in rows}
    order = ROUND_OUTCOMES if study.case == "round" else ("won", "lost", "open", "unknown")
    return {name: found[name] for name in dict.fromkeys((*order, *sorted(found))) if name in found}
