"""Voice: what customers answer when they are asked whether they recommend, by touchpoint or stage and by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from polku.analytics.columns.blocks import kept_blocks
from polku.analytics.result import Result, share
from polku.analytics.statistics.scores import Z95, Nps, nps
from polku.documents import PARTS
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.study import Study

VoiceOf = Literal["touchpoint", "stage"]
VOICE_OFS: tuple[VoiceOf, ...] = ("touchpoint", "stage")
Weight = Literal["respondent", "account", "revenue"]
WEIGHTS: tuple[Weight, ...] = ("respondent", "account", "revenue")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Voice(Result):
    """Rows of all answers, then of each touchpoint (or stage), and in each of all parts, then of each part.

    Args:
        touchpoint, stage: None for all, and for what was not asked. An answer stands at its own touchpoint, but in the
            stage of the last step matched by then.
        part: of who answered; None for all, `unknown` where nobody knows it.
        answers: scores of kind nps on 0–10; accounts: of how many.
        promoters, detractors: of the answers those of 9–10 and of 0–6; weighted by account, of the accounts those
            whose mean is at least 9, or at most 6.
        nps, low, high: −100 … +100 with the 95 % interval; None below `limits.small` answers, or accounts where
            these are weighed.
        response: per part the people seen in these cases, and of these how many answered.
        other_scores: means of scores of other kinds, each kind and range by itself, never mixed.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("response", "other_scores")

    touchpoint: tuple[str | None, ...]
    stage: tuple[str | None, ...]
    part: tuple[str | None, ...]
    answers: tuple[int, ...]
    accounts: tuple[int, ...]
    promoters: tuple[int, ...]
    detractors: tuple[int, ...]
    nps: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    response: tuple[Mapping[str, Any], ...]
    other_scores: tuple[Mapping[str, Any], ...]


NPS_ANSWER = "score_kind = 'nps' AND score BETWEEN 0 AND 10 AND coalesce(score_max, 10) = 10"
ANSWERED = (
    "answered AS (SELECT p.id, p.ord, p.part, p.event_no, e.account_id, e.time, e.score, e.score_kind, e.score_max "
    "FROM placed p JOIN {events} e ON e.event_no = p.event_no WHERE e.score IS NOT NULL), "
    "stood AS (SELECT a.event_no, arg_max(w.node, w.ord) AS node FROM answered a JOIN walk w "
    "ON w.id = a.id AND {by_then} GROUP BY a.event_no), "
)
_PAID = (
    "paid AS (SELECT a.event_no, sum(c.amount) AS amount FROM answered a JOIN {contracts} c "
    'ON c.account_id = a.account_id AND c."from" <= a.time::DATE AND (c."to" IS NULL OR a.time::DATE <= c."to") '
    "WHERE c.amount > 0 AND c.recurring IS DISTINCT FROM false AND coalesce(c.currency, $currency) = $currency "
    "GROUP BY a.event_no), "
)
_WORTH = (
    "worth AS (SELECT a.*, s.node, {revenue} AS r FROM answered a JOIN stood s ON s.event_no = a.event_no {paid} "
    f"WHERE {NPS_ANSWER}) "
)
_CELLS = (
    _WORTH + "SELECT node, part, account_id, count(*), sum(score), count(*) FILTER (WHERE score >= 9), "
    "count(*) FILTER (WHERE score <= 6), sum(r), sum(r * r), sum(r) FILTER (WHERE score >= 9), "
    "sum(r) FILTER (WHERE score <= 6) FROM worth GROUP BY node, part, account_id"
)
_LEFT = (
    f"SELECT count(*) FILTER (WHERE {NPS_ANSWER}), count(*) FILTER (WHERE {NPS_ANSWER} AND s.node IS NOT NULL), "
    f"count(*) FILTER (WHERE score_kind = 'nps' AND NOT ({NPS_ANSWER})) "
    "FROM answered a LEFT JOIN stood s ON s.event_no = a.event_no"
)
_OTHER = (
    "SELECT s.node, coalesce(a.score_kind, 'other') AS kind, a.score_max, count(*), avg(a.score), "
    "stddev_samp(a.score) FROM answered a JOIN stood s ON s.event_no = a.event_no "
    "WHERE a.score_kind IS DISTINCT FROM 'nps' GROUP BY ALL ORDER BY ALL"
)
_PEOPLE = "SELECT p.part, count(DISTINCT p.person) FROM placed p WHERE p.person >= 0 GROUP BY p.part ORDER BY p.part"
_ALL_PEOPLE = "SELECT part, count(DISTINCT person) FROM {moves} WHERE person >= 0 GROUP BY part ORDER BY part"
_ANSWERED_PEOPLE = (
    "SELECT e.part, count(DISTINCT e.person) FROM placed p JOIN {events} e ON e.event_no = p.event_no "
    f"WHERE e.person >= 0 AND {NPS_ANSWER} GROUP BY e.part"
)


def voice(study: Study, of: VoiceOf = "touchpoint", weight: Weight = "respondent") -> Voice:
    """Count what the people of the study's cases answer.

    Args:
        weight: respondent, every answer counts once; account, the mean of each account does, whatever the number of
            its answers; revenue, the answers of an account share the yearly amounts of its contracts on their day.

    Raises:
        QuestionError: revenue is asked for, and there are no contracts with an amount.
    """
    nodes = study.nodes(of)
    started = started_sql(of)
    currency = study.workspace.settings.currency
    if weight == "revenue" and not study.log.rows(
        "SELECT 1 FROM {contracts} WHERE amount > 0 AND recurring IS DISTINCT FROM false LIMIT 1"
    ):
        raise QuestionError(Message("analytics.voice-needs-contracts"))
    cells = _weighed(_CELLS, weight)

    def rows(select: str) -> list[tuple[Any, ...]]:
        return study.ask_placed(select, nodes=nodes, currency=currency)

    found = [_Cell(*row) for row in rows(started + cells)]
    answers, on_map, odd = rows(started.rstrip(", ") + " " + _LEFT)[0]
    (everywhere,) = study.log.rows(f"SELECT count(*) FROM {{events}} WHERE {NPS_ANSWER}")[0]
    homeless = sum(cell.answers for cell in found if cell.account is None)
    if weight != "respondent":
        found = [cell for cell in found if cell.account is not None]
    small = study.workspace.settings.limits.small
    groups = _groups(found)
    keys = sorted(groups, key=_order)
    told = [_Told(groups[key], weight, small) for key in keys]
    about = study.about("voice", "answer", nodes=nodes, parameters={"of": of, "weight": weight})
    left = {
        **{
            name: number
            for name, number in about.remainder.items()
            if not name.startswith("events_") and name != "cases_off_map"
        },
        "answers_elsewhere": everywhere - answers,
        "answers_off_map": answers - on_map,
        "answers_out_of_range": odd,
        "answers_without_account": homeless if weight == "account" else 0,
        "answers_without_revenue": on_map - sum(cell.answers for cell in found) if weight == "revenue" else 0,
    }
    named = tuple(None if node is None else nodes.labels[node] for node, _ in keys)
    nobody = (None,) * len(keys)
    return Voice(
        about=replace(about, events=None, remainder={name: n for name, n in left.items() if n}),
        touchpoint=named if of == "touchpoint" else nobody,
        stage=named if of == "stage" else nobody,
        part=tuple(None if part is None else _part(part) for _, part in keys),
        answers=tuple(one.answers for one in told),
        accounts=tuple(one.accounts for one in told),
        promoters=tuple(one.promoters for one in told),
        detractors=tuple(one.detractors for one in told),
        nps=tuple(one.nps.nps for one in told),
        low=tuple(one.nps.low for one in told),
        high=tuple(one.nps.high for one in told),
        response=tuple(
            {"part": _part(part), "people": people, "answered": answered, "share": share(answered, people)}
            for part, people, answered in _response(study)
        ),
        other_scores=tuple(
            _other(nodes.labels[row[0]], row, of, small) for row in rows(started.rstrip(", ") + " " + _OTHER)
        ),
    )


def _response(study: Study) -> list[tuple[int, int, int]]:
    """Parts with the people seen in the cases of a study, and how many of these answered."""
    answered = dict(study.ask_placed(_ANSWERED_PEOPLE))
    kept = kept_blocks(study.log, study.stored) if study.whole else None
    if kept is None:
        people = study.ask_placed(_PEOPLE)
    else:
        # Of all cases of a version it is the same for every question.
        query = _ALL_PEOPLE.replace("{moves}", f"{{moves:{study.stored}}}")
        people = kept.derived("people by part", lambda: study.log.rows(query), lambda made: 64 * len(made))
    return [(part, number, answered.get(part, 0)) for part, number in people]


def started_sql(of: VoiceOf) -> str:
    """The tables of answers, and where each was given."""
    return ANSWERED.replace("{by_then}", "w.ord = a.ord" if of == "touchpoint" else "w.ord <= a.ord")


def _weighed(query: str, weight: Weight) -> str:
    if weight == "revenue":
        paid = "JOIN paid y ON y.event_no = a.event_no"
        return _PAID + query.replace("{revenue}", "y.amount").replace("{paid}", paid)
    return query.replace("{revenue}", "0.0").replace("{paid}", "")


_EACH = (
    _WORTH + "SELECT id, account_id, count(*), sum(score), count(*) FILTER (WHERE score >= 9), "
    "count(*) FILTER (WHERE score <= 6) FROM worth WHERE ($node IS NULL OR node = $node::INT) "
    "AND ($part IS NULL OR part = $part::INT) GROUP BY id, account_id ORDER BY id, account_id"
)


@dataclass(frozen=True)
class Answered:
    """What one account answers within one case."""

    case: int
    account: str | None
    answers: int
    scores: float
    promoters: int
    detractors: int


def answers_of(
    study: Study, of: VoiceOf, weight: Weight, node: str | None, part: str | None
) -> list[Answered]:
    """The answers that a row of `voice` counts, by case and account.

    Args:
        node: a touchpoint or stage, None for all; part: of who answered, None for all.
    """
    nodes = study.nodes(of)
    rows = study.ask_placed(
        started_sql(of) + _weighed(_EACH, weight),
        nodes=nodes,
        currency=study.workspace.settings.currency,
        node=None if node is None else nodes.labels.index(node),
        part=None if part is None else -1 if part == UNKNOWN else PARTS.index(part),
    )
    return [Answered(*row) for row in rows if row[1] is not None or weight == "respondent"]


@dataclass(frozen=True)
class _Cell:
    """Answers of one account at one node by one part; r is the revenue on the day of each."""

    node: int
    part: int
    account: str | None
    answers: int
    scores: float
    promoters: int
    detractors: int
    r: float
    r2: float
    r_promoters: float | None
    r_detractors: float | None


def _groups(cells: Iterable[_Cell]) -> dict[tuple[int | None, int | None], list[_Cell]]:
    """Cells by node and part, by each of these alone, and all."""
    found: dict[tuple[int | None, int | None], list[_Cell]] = {(None, None): []}
    for cell in cells:
        for key in ((None, None), (None, cell.part), (cell.node, None), (cell.node, cell.part)):
            found.setdefault(key, []).append(cell)
    return found


def _order(key: tuple[int | None, int | None]) -> tuple[bool, int, bool, bool, int]:
    """All before each, parts in their order, the unknown one last."""
    node, part = key
    return node is not None, node or 0, part is not None, part == -1, part or 0


class _Told:
    """One row."""

    def __init__(self, cells: Sequence[_Cell], weight: Weight, small: int) -> None:
        self.answers = sum(cell.answers for cell in cells)
        self.promoters = sum(cell.promoters for cell in cells)
        self.detractors = sum(cell.detractors for cell in cells)
        accounts: dict[str, list[_Cell]] = {}
        for cell in cells:
            if cell.account is not None:
                accounts.setdefault(cell.account, []).append(cell)
        self.accounts = len(accounts)
        if weight == "account":
            means = [sum(c.scores for c in own) / sum(c.answers for c in own) for own in accounts.values()]
            self.promoters = sum(mean >= 9 for mean in means)
            self.detractors = sum(mean <= 6 for mean in means)
            self.nps = nps(len(means), self.promoters, self.detractors, small)
        elif weight == "revenue":
            self.nps = _by_revenue(accounts.values(), self.answers, small)
        else:
            self.nps = nps(self.answers, self.promoters, self.detractors, small)


def _by_revenue(accounts: Iterable[Sequence[_Cell]], answers: int, small: int) -> Nps:
    """Each answer weighs revenue / answers of its account; the interval is that of (Σw)² / Σw² equal answers."""
    total = squares = promoters = detractors = 0.0
    number = 0
    for own in accounts:
        number += 1
        n = sum(cell.answers for cell in own)
        total += sum(cell.r for cell in own) / n
        squares += sum(cell.r2 for cell in own) / n**2
        promoters += sum(cell.r_promoters or 0.0 for cell in own) / n
        detractors += sum(cell.r_detractors or 0.0 for cell in own) / n
    if number < max(small, 1):
        return Nps(answers)
    p, d = promoters / total, detractors / total
    half = Z95 * sqrt(max(p + d - (p - d) ** 2, 0.0) * squares / total**2)
    return Nps(answers, 100 * (p - d), 100 * max(p - d - half, -1.0), 100 * min(p - d + half, 1.0))


def _part(place: int) -> str:
    return PARTS[place] if place >= 0 else UNKNOWN


def _other(name: str, row: tuple[Any, ...], of: VoiceOf, small: int) -> dict[str, Any]:
    """A mean of one kind and range of scores, with the interval of a mean."""
    _, kind, most, answers, mean, spread = row
    half = Z95 * spread / sqrt(answers) if spread is not None and answers >= small else None
    return {
        of: name,
        "kind": kind,
        "max": most,
        "answers": answers,
        "mean": mean if answers >= small else None,
        "low": mean - half if half is not None else None,
        "high": mean + half if half is not None else None,
    }
