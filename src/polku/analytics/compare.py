"""Comparison: one question asked of two choices of cases, and how far the answers lie apart, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.result import Result
from polku.analytics.statistics.intervals import Estimate, difference, share_of
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.asking.asked import Asked
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Comparison(Result):
    """One row per thing and figure of the compared answer that either choice has.

    Args:
        of: what the row of the answer is about, by its keys ({"step": "call"}); empty for figures of the whole.
        figure: the column that is compared, or the name of a share made of two.
        a, b: the figure in each choice, None where it has none; n_a, n_b: what it is of (cases, answers, deals …).
        difference: a less b, with low and high its 95 % interval; None where a figure comes without one (means, and
            medians of what cases have several of), as such a difference may be chance. Medians of which each case has
            one have theirs by their order (see `median_intervals`), from six cases on; of paths those of ways that no
            case took twice.
        compared: the question; sides: what was chosen, cases and accounts of each; in_both: cases in both choices,
            None where it is not known. The intervals take the two to be of different cases.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("compared", "sides", "in_both")

    of: tuple[Mapping[str, Any], ...]
    figure: tuple[str, ...]
    a: tuple[float | None, ...]
    n_a: tuple[int | None, ...]
    b: tuple[float | None, ...]
    n_b: tuple[int | None, ...]
    difference: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    compared: str
    sides: Mapping[str, Mapping[str, Any]]
    in_both: int | None


Row = Mapping[str, Any]
MEDIAN = "interval of the median"
"""Stands in a row beside its columns."""
Figure = Callable[[Result, Row], Estimate]
Figures = Mapping[str, Figure]


def _of_cases(column: str) -> Figure:
    """A count of cases as a share of all of the answer; of what cannot be seen there is none."""

    def figure(result: Result, row: Row) -> Estimate:
        count = row.get(column, 0)
        return Estimate(0) if count is None else share_of(count, result.about.cases)

    return figure


def _part(part: str, whole: str, more: str = "") -> Figure:
    """One count over another (or over the two together)."""

    def figure(result: Result, row: Row) -> Estimate:
        return share_of(row.get(part) or 0, (row.get(whole) or 0) + ((row.get(more) or 0) if more else 0))

    return figure


def _share(column: str, whole: str) -> Figure:
    """A share of a count, both given."""

    def figure(result: Result, row: Row) -> Estimate:
        share, n = row.get(column), row.get(whole) or 0
        return Estimate(n) if share is None else share_of(round(share * n), n)

    return figure


def _own(column: str, n: str) -> Figure:
    """A figure that has its own interval."""
    return lambda result, row: Estimate(row.get(n) or 0, row.get(column), row.get("low"), row.get("high"))


def _plain(column: str, n: str) -> Figure:
    """A figure without an interval."""
    return lambda result, row: Estimate(row.get(n) or 0, row.get(column))


def _median(column: str, n: str) -> Figure:
    """A median with the interval that was worked out for its row, where there was one."""

    def figure(result: Result, row: Row) -> Estimate:
        low, high = row.get(MEDIAN, (None, None))
        return Estimate(row.get(n) or 0, row.get(column), low, high)

    return figure


COMPARED: Mapping[str, tuple[tuple[str, ...], Figures]] = {
    "paths": (
        ("from", "to"),
        {"share_of_cases": _of_cases("cases"), "median_seconds": _median("median_seconds", "count")},
    ),
    "steps": (
        ("step",),
        {
            "share": _of_cases("cases"),
            "goes_on": _part("went_on", "cases"),
            "median_wait_seconds": _median("median_wait_seconds", "went_on"),
            "nps": _own("nps", "answers"),
        },
    ),
    "fit": (("kind", "from", "to"), {"share_of_cases": _of_cases("cases")}),
    "deviations": (("where",), {"share_of_cases": _of_cases("cases")}),
    "time": (
        ("from", "to"),
        {"arrived": _part("cases", "cases", "open"), "median_seconds": _median("median_seconds", "count")},
    ),
    "coverage": (
        ("part",),
        {"completeness": _share("completeness", "required"), "engaged": _share("engaged", "required")},
    ),
    "variants": (
        ("path",),
        {"share": _of_cases("count"), "median_seconds": _median("median_seconds", "count")},
    ),
    "funnel": (
        ("stage",),
        {
            "overall": lambda result, row: share_of(row.get("reached") or 0, getattr(result, "entered", 0)),
            "median_seconds_from_previous": _median("median_seconds_from_previous", "reached"),
        },
    ),
    "deals": (("kind", "segment", "outcome", "lost_to", "currency"), {"share": _of_cases("count")}),
    "voice": (("touchpoint", "stage", "part"), {"nps": _own("nps", "answers")}),
    "retention": (("segment", "period"), {"retained": _own("retained", "at_risk")}),
    "touches": (("before", "by"), {"mean": _plain("mean", "count"), "median": _median("median", "count")}),
    "attribution": (
        ("model", "channel", "touchpoint", "campaign"),
        {"share": lambda result, row: _own("share", "")(result, {**row, "": _conversions(result)})},
    ),
    "campaigns": (
        ("campaign", "channel"),
        {
            "leads_per_account": lambda result, row: share_of(row.get("leads") or 0, result.about.cases),
            "won": _plain("won", "won_deals"),
        },
    ),
}
"""Question → keys of a row, and its figures: a share of cases is 0 in a choice that has no such row."""


def _conversions(result: Result) -> int:
    return int(getattr(result, "total_conversions", 0))


def compare(a: Study, b: Study, name: str, asked: Asked) -> Comparison:
    """Ask a question of two studies, and tell the differences, a less b.

    Raises:
        QuestionError: the question has nothing to compare, or cannot be asked of these studies.
    """
    from polku.analytics.asking.questions import answer
    from polku.analytics.statistics.median_intervals import median_bounds

    if name not in COMPARED:
        raise QuestionError(Message("analytics.compare-not", {"question": name, "known": list(COMPARED)}))
    results = (answer(a, name, asked), answer(b, name, asked))
    bounds = (median_bounds(a, name, asked, results[0]), median_bounds(b, name, asked, results[1]))
    rows = list(_rows(name, *results, bounds))
    columns: Any = list(zip(*rows, strict=True)) if rows else [()] * 9
    sides = {
        side: {
            "cases_filter": study.texts[0],
            "cases": result.about.cases,
            "accounts": result.about.accounts,
            "remainder": dict(result.about.remainder),
        }
        for side, study, result in zip(("a", "b"), (a, b), results, strict=True)
    }
    parameters = {**results[0].about.parameters, "against": b.texts[0]}
    about = replace(results[0].about, question="compare", unit="difference", parameters=parameters)
    return Comparison(
        about,
        **dict(zip(Comparison.columns(), columns, strict=True)),
        compared=name,
        sides=sides,
        in_both=None if QUESTIONS[name].case in ("deal",) or name == "retention" else _in_both(a, b),
    )


def _in_both(a: Study, b: Study) -> int:
    (number,) = a.ask(f"SELECT count(*) FROM kept WHERE key IN (SELECT key FROM {b.chosen})")[0]
    return int(number)


def _rows(
    name: str, a: Result, b: Result, bounds: tuple[Mapping[int, Any], Mapping[int, Any]]
) -> Iterator[tuple[Any, ...]]:
    keys, figures = COMPARED[name]
    sides: list[dict[tuple[Any, ...], Row]] = []
    for result, medians in zip((a, b), bounds, strict=True):
        found: dict[tuple[Any, ...], Row] = {}
        for place, row in enumerate(result.rows()):
            own = {**row, MEDIAN: medians[place]} if place in medians else row
            found[tuple(_hashable(row.get(key)) for key in keys)] = own
        sides.append(found)
    present = [key for key in keys if any(key in row for side in sides for row in side.values())]
    for of, figure, first, second in (*_wholes(a, b), *_parts(keys, present, figures, sides, (a, b))):
        gap = difference(first, second)
        yield (
            of,
            figure,
            first.value,
            first.n,
            second.value,
            second.n,
            gap.value,
            gap.low,
            gap.high,
        )


Compared = tuple[dict[str, Any], str, Estimate, Estimate]


def _parts(
    keys: tuple[str, ...],
    present: list[str],
    figures: Figures,
    sides: list[dict[tuple[Any, ...], Row]],
    results: tuple[Result, Result],
) -> Iterator[Compared]:
    for key in dict.fromkeys((*sides[0], *sides[1])):
        of = {name: value for name, value in zip(keys, key, strict=True) if name in present}
        rows = [side.get(key, of) for side in sides]
        for figure, make in figures.items():
            first, second = (make(result, row) for result, row in zip(results, rows, strict=True))
            if first.value is not None or second.value is not None:
                yield (
                    {name: list(v) if isinstance(v, tuple) else v for name, v in of.items()},
                    figure,
                    first,
                    second,
                )


def _wholes(a: Result, b: Result) -> Iterator[Compared]:
    """Figures of the whole answer."""
    for figure, make in _WHOLE.get(a.about.question, {}).items():
        first, second = make(a), make(b)
        if first.value is not None or second.value is not None:
            yield {}, figure, first, second


def _win_rate(result: Any) -> Estimate:
    ended = sum(int(kind["ended"] or 0) for kind in result.win_rates.values())
    return share_of(sum(int(kind["won"] or 0) for kind in result.win_rates.values()), ended)


_WHOLE: Mapping[str, Mapping[str, Callable[[Any], Estimate]]] = {
    "fit": {
        "fitting_cases": lambda result: share_of(result.fitting_cases, result.about.cases),
        "conforming_cases": lambda result: (
            Estimate(0)
            if result.conforming_cases is None
            else share_of(result.conforming_cases, result.about.cases)
        ),
    },
    "deals": {"win_rate": _win_rate},
    "retention": {
        "logo_churn": lambda result: share_of(result.churn["lost"], result.churn["customers"]),
    },
}


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
