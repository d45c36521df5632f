"""Funnel: how many cases reach each of some stages, in order, strictly one after the other, or in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from polku.analytics.funnel_modes import MODES, Way
from polku.analytics.result import Result, seconds, share
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study

Mode = Literal["ordered", "strict", "any"]
FUNNEL_MODES: tuple[Mode, ...] = ("ordered", "strict", "any")
"""Other events between allowed; each stage the very next event; whichever order."""


@dataclass(frozen=True)
class Funnel(Result):
    """One row per asked stage, in order.

    Args:
        reached: cases that met the stages up to this one, as the mode says, within the window from the first.
        from_previous: over the stage before; overall: over the first; None where the base is empty.
        pending: cases that reached the stage before, not this one, and can still: the window has not elapsed at
            the end of the data, or, without a window, their round is open; strictly, nothing has come between.
        returned: of those that reached it, cases that later met an earlier stage of the funnel again; in any order
            nothing is earlier, and it is 0.
        median_seconds_from_previous: from the matched event of the stage before.
        excluded: cases that reached the stage before, not this one, as an excluded event came within the window.
        dropped: the others that reached the stage before and not this one.
        entered: cases at the first stage = converted (at the last) + pending + dropped_cases + excluded_cases.
    """

    EXTRA: ClassVar[tuple[str, ...]] = (
        "entered",
        "converted",
        "pending_cases",
        "dropped_cases",
        "excluded_cases",
    )

    stage: tuple[str, ...]
    reached: tuple[int, ...]
    from_previous: tuple[float | None, ...]
    overall: tuple[float | None, ...]
    pending: tuple[int, ...]
    returned: tuple[int, ...]
    median_seconds_from_previous: tuple[float | None, ...]
    dropped: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    entered: int = 0
    converted: int = 0
    pending_cases: int = 0
    dropped_cases: int = 0
    excluded_cases: int = 0


_COUNT = (
    "SELECT {k} AS stage, (SELECT count(*) FROM link{k}), (SELECT quantile_disc(took, 0.5) FROM link{k}), "
    "{returned}, {pending}, {excluded}"
)
_RETURNED = "(SELECT count(DISTINCT l.id) FROM link{k} l JOIN staged s ON s.id = l.id AND s.stage < {k} AND s.ord > l.ord)"
_STOPPED = "(SELECT count(*) FROM link{before} l WHERE l.id NOT IN (SELECT id FROM link{k}) AND {which})"
_WAITS = "l.id IN (SELECT id FROM waiting WHERE k = {before})"


def funnel(
    study: Study,
    stages: Sequence[str],
    of: Of = "activity",
    *,
    window: dt.timedelta | None = None,
    mode: Mode = "ordered",
    people: int = 1,
    exclude: Sequence[str] = (),
    parts: Sequence[str | None] = (),
    entered: tuple[dt.date | None, dt.date | None] = (None, None),
) -> Funnel:
    """Count the cases that pass through stages.

    Args:
        stages: labels of nodes (`study.nodes(of)`); the caller has checked them.
        window: longest time from the first stage; None sets no limit.
        people: distinct persons who must meet a stage before the case has reached it; only in order.
        exclude: labels; a case that meets one after it entered goes no further.
        parts: stage → part whose persons alone count there; nothing: everybody.
        entered: first and last day on which a case enters, each may be None; without any, whenever.
    """
    nodes = study.nodes(of)
    named = [f"{stage}@{part}" if part else stage for stage, part in _paired(stages, parts)]
    asked_for = {
        "of": of,
        "stages": named,
        "mode": mode,
        "window_seconds": None if window is None else window.total_seconds(),
        **({"people": people} if people != 1 else {}),
        **({"exclude": list(exclude)} if exclude else {}),
        **({"entered_since": entered[0].isoformat()} if entered[0] else {}),
        **({"entered_until": entered[1].isoformat()} if entered[1] else {}),
    }
    if not stages:
        return Funnel(study.about("funnel", study.case, nodes=nodes, parameters=asked_for), *((),) * 7)
    query, asked = _query(study, nodes, stages, window, mode, people, exclude, parts, entered)
    if people == 1 and study.log.engine.gives_arrays:
        from polku.analytics.walks.funnel_pieces import count_stages

        rows = count_stages(study, nodes, asked, mode, windowed=window is not None)
    else:
        counts = [_count(k, mode) for k in range(len(stages))]
        rows = study.ask(query + " " + " UNION ALL ".join(counts) + " ORDER BY stage", nodes=nodes, **asked)
    reached = [row[1] for row in rows]
    dropped = [reached[k - 1] - reached[k] - rows[k][4] - rows[k][5] if k else 0 for k in range(len(rows))]
    return Funnel(
        about=study.about("funnel", study.case, nodes=nodes, parameters=asked_for),
        stage=tuple(named),
        reached=tuple(reached),
        from_previous=tuple(None if not k else share(reached[k], reached[k - 1]) for k in range(len(rows))),
        overall=tuple(share(number, reached[0]) for number in reached),
        pending=tuple(row[4] for row in rows),
        returned=tuple(row[3] for row in rows),
        median_seconds_from_previous=tuple(seconds(row[2]) for row in rows),
        dropped=tuple(dropped),
        excluded=tuple(row[5] for row in rows),
        entered=reached[0],
        converted=reached[-1],
        pending_cases=sum(row[4] for row in rows),
        dropped_cases=sum(dropped),
        excluded_cases=sum(row[5] for row in rows),
    )


COLUMNS = ("reached", "pending", "excluded", "dropped", "returned")
"""Numbers of a stage whose cases can be told."""


def funnel_cases(
    study: Study,
    stages: Sequence[str],
    of: Of = "activity",
    *,
    place: int,
    column: str,
    window: dt.timedelta | None = None,
    mode: Mode = "ordered",
    people: int = 1,
    exclude: Sequence[str] = (),
    parts: Sequence[str | None] = (),
    entered: tuple[dt.date | None, dt.date | None] = (None, None),
) -> list[int]:
    """The ids of the cases behind a number of `funnel`, asked as it is.

    Args:
        place: of the stage, from 0.
        column: one of COLUMNS.
    """
    nodes = study.nodes(of)
    query, asked = _query(study, nodes, stages, window, mode, people, exclude, parts, entered)
    select = f"SELECT id FROM link{place}"
    if column == "returned" and (place == 0 or mode == "any"):
        return []
    if column == "returned":
        select = _RETURNED[1:-1].replace("count(DISTINCT l.id)", "DISTINCT l.id").replace("{k}", str(place))
    elif column != "reached":
        if place == 0:
            return []
        which = {
            "pending": _WAITS,
            "excluded": f"l.barred AND NOT {_WAITS}",
            "dropped": f"NOT l.barred AND NOT {_WAITS}",
        }[column]
        select = _STOPPED[1:-1].replace("count(*)", "l.id").replace("{which}", which)
        select = select.replace("{before}", str(place - 1)).replace("{k}", str(place))
    return [int(row[0]) for row in study.ask(f"{query} {select}", nodes=nodes, **asked)]


def tables_of_funnel(
    study: Study, nodes: Nodes, stages: Sequence[str], **options: Any
) -> tuple[str, dict[str, Any]]:
    """The tables `link0` … of a funnel with its options (see `funnel`), and what is bound to their query."""
    names = ("window", "mode", "people", "exclude", "parts", "entered")
    return _query(study, nodes, stages, *(options[name] for name in names))


def _query(
    study: Study,
    nodes: Nodes,
    stages: Sequence[str],
    window: dt.timedelta | None,
    mode: Mode,
    people: int,
    exclude: Sequence[str],
    parts: Sequence[str | None],
    entered: tuple[dt.date | None, dt.date | None],
) -> tuple[str, dict[str, Any]]:
    """The tables `link0` … of a funnel, and what is bound to their query."""
    # Without a window only rounds say whether more can come.
    still = (
        "l.first + $window > $now"
        if window is not None
        else "c.outcome = 'open'"
        if study.case == "round"
        else "false"
    )
    query = MODES[mode](Way(len(stages), people, bool(exclude), still))
    number = {label: place for place, label in enumerate(nodes.labels)}
    since, until = entered
    return query, {
        "asked_node": [number.get(stage, -1) for stage in stages],
        "asked_stage": list(range(len(stages))),
        "asked_part": [PARTS.index(part) if part else -1 for _, part in _paired(stages, parts)],
        "excluded": [number.get(label, -1) for label in exclude],
        "people": people,
        "window": 2**62 if window is None else window // dt.timedelta(microseconds=1),
        "now": study.now,
        "enter_since": study.moment(since) if since else -(2**62),
        "enter_until": study.moment(until + dt.timedelta(days=1)) if until else 2**62,
    }


def _paired(stages: Sequence[str], parts: Sequence[str | None]) -> list[tuple[str, str | None]]:
    return list(zip(stages, parts or (None,) * len(stages), strict=True))


def _count(k: int, mode: Mode) -> str:
    """The numbers of stage k."""
    returned = _RETURNED if k and mode != "any" else "0"
    pending = excluded = "0"
    if k:
        pending = _STOPPED.replace("{which}", _WAITS)
        excluded = _STOPPED.replace("{which}", f"l.barred AND NOT {_WAITS}")
    said = _COUNT.replace("{returned}", returned).replace("{pending}", pending)
    return said.replace("{excluded}", excluded).replace("{before}", str(k - 1)).replace("{k}", str(k))
