"""Score: how well each account fits, and how engaged it is, as two figures that are never blended into one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from polku.analytics.map.places import channel_of_word
from polku.analytics.result import DAY, Result
from polku.analytics.score_fits import DECIMALS, fits_of
from polku.documents import PARTS, EngagementRule, FitRule, Scoring
from polku.documents.wildcards import matches
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.map.places import Code
    from polku.analytics.study import Study
    from polku.documents import Workspace

MOST_SCORED = 1000
"""Rows at most; the rest is counted in the remainder."""
MOST_REASONS = 5
FAR = 1e300
"""Stands for no cap."""
LETTERS, NUMBERS = ("A", "B", "C"), ("1", "2", "3")


@dataclass(frozen=True)
class Score(Result):
    """One row per account (or person), by grade, the most engaged first.

    Args:
        fit: sum of the points of the rules of fit that hold.
        engagement: per rule and (UTC) day the points of its events, each times the weight of the actor's role, at
            most the rule's `per_day`; half as much for each half-life between that day and the last of the data; per
            rule at most its `most`; the sum over the rules.
        grade: A–C by fit, 1–3 by engagement.
        events: that were scored; last_event: day of the last of them.
        reasons: what gave most points: kind (fit, engagement), rule, points, and of engagement the number of events
            and the day of the last.
        rules: the rules in force, as they would be written; written: whether the workspace says them, else they are
            made from its touchpoints, roles and journeys.
        grades: how many accounts have each grade.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("written", "rules", "grades")

    account_id: tuple[str | None, ...]
    person_id: tuple[str | None, ...]
    fit: tuple[float, ...]
    engagement: tuple[float, ...]
    grade: tuple[str, ...]
    events: tuple[int, ...]
    last_event: tuple[str | None, ...]
    reasons: tuple[tuple[Mapping[str, Any], ...], ...]
    written: bool
    rules: Mapping[str, Any]
    grades: Mapping[str, int]


_POINTS = (
    "rule AS (SELECT unnest($rule::INT[]) AS rule, unnest($points::DOUBLE[]) AS points, "
    "unnest($per_day::DOUBLE[]) AS per_day, unnest($most::DOUBLE[]) AS most), "
    "coded AS (SELECT unnest($code::INT[]) AS code, unnest($code_rule::INT[]) AS rule), "
    "weights AS (SELECT unnest($part::INT[]) AS part, unnest($weight::DOUBLE[]) AS weight), "
    "daily AS (SELECT p.id, r.rule, p.ts - p.ts % $day AS day, "
    "least(sum(r.points * w.weight), any_value(r.per_day)) AS points, any_value(r.most) AS most, count(*) AS n, "
    "max(p.ts) AS last FROM placed p JOIN coded c ON c.code = p.code JOIN rule r ON r.rule = c.rule "
    "JOIN weights w ON w.part = p.part WHERE p.ts <= $now AND p.ts > $since GROUP BY p.id, r.rule, day), "
    "ruled AS (SELECT id, rule, least(sum(points * pow(0.5, ($today - day) / $half)), any_value(most)) AS points, "
    "sum(n)::BIGINT AS n, max(last) AS last FROM daily GROUP BY id, rule) SELECT * FROM ruled"
)
_ROWS = (
    "summed AS (SELECT id, sum(points) AS points, sum(n)::BIGINT AS n, max(last) AS last FROM {ruled} "
    "GROUP BY id), "
    "fitting AS (SELECT unnest($fit_id::INT[]) AS id, unnest($fit_points::DOUBLE[]) AS points), "
    "told AS (SELECT k.id, k.account_id, k.key, round(coalesce(f.points, 0), {decimals}) AS fit, "
    "round(coalesce(s.points, 0), {decimals}) AS engagement, coalesce(s.n, 0) AS n, s.last FROM kept k "
    "LEFT JOIN summed s ON s.id = k.id LEFT JOIN fitting f ON f.id = k.id), "
    "graded AS (SELECT *, CASE WHEN fit >= $fit_a THEN 0 WHEN fit >= $fit_b THEN 1 ELSE 2 END AS letter, "
    "CASE WHEN engagement >= $eng_1 THEN 0 WHEN engagement >= $eng_2 THEN 1 ELSE 2 END AS number FROM told) "
).replace("{decimals}", str(DECIMALS))
_TOP = (
    _ROWS + "SELECT id, account_id, key, fit, engagement, n, last, letter, number FROM graded "
    "ORDER BY letter, number, engagement DESC, fit DESC, key LIMIT {most}"
)
_GRADES = (
    _ROWS + "SELECT letter, number, count(*) FROM graded GROUP BY letter, number ORDER BY letter, number"
)
_WHY = (
    "shown AS (SELECT unnest($shown::INT[]) AS id) SELECT r.id, r.rule, r.points, r.n, r.last FROM {ruled} r "
    "JOIN shown s ON s.id = r.id ORDER BY r.id, r.rule"
)


def score(study: Study, *, most: int = MOST_SCORED) -> Score:
    """Score the accounts (or, following persons, the persons) of the study.

    Raises:
        QuestionError: another kind of case is followed, or a rule of fit has a filter that cannot be read.
    """
    if study.case not in ("account", "person"):
        raise QuestionError(Message("analytics.score-case", {"case": study.case}))
    written = study.workspace.settings.scoring
    scoring = written or made_scoring(study.workspace)
    rows, grades, fits, why = _told(study, scoring, most)
    counted = {LETTERS[letter] + NUMBERS[number]: count for letter, number, count in grades}
    day = _days_of(study)
    reasons = _reasons(day, scoring, fits, why, [row[0] for row in rows])
    about = study.about("score", study.case)
    left = {name: n for name, n in about.remainder.items() if not name.startswith("events_")}
    beyond = about.cases - len(rows)
    person = study.case == "person"
    return Score(
        replace(about, events=None, remainder={**left, **({"cases_not_shown": beyond} if beyond else {})}),
        account_id=tuple(row[1] for row in rows),
        person_id=tuple(row[2] if person else None for row in rows),
        fit=tuple(row[3] for row in rows),
        engagement=tuple(row[4] for row in rows),
        grade=tuple(LETTERS[row[7]] + NUMBERS[row[8]] for row in rows),
        events=tuple(row[5] for row in rows),
        last_event=tuple(None if row[6] is None else day(row[6]) for row in rows),
        reasons=tuple(tuple(reasons.get(row[0], ())) for row in rows),
        written=written is not None,
        rules=scoring.model_dump(mode="json", exclude_none=True),
        grades=counted,
    )


def _told(
    study: Study, scoring: Scoring, most: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[int, int]], list[tuple[Any, ...]]]:
    """The rows that are shown, how many have each grade, and of those shown which rules of fit hold and their points."""
    if study.log.engine.gives_arrays:
        from polku.analytics.columns.score_columns import score_columns

        columns = score_columns(study, scoring, bound_of(study, scoring))
        if columns is not None:
            return columns.told(study, most)
    ruled, bound, fits = _ruled(study, scoring)
    rows = study.ask(_TOP.replace("{ruled}", ruled).replace("{most}", str(most)), **bound)
    return (
        rows,
        study.ask(_GRADES.replace("{ruled}", ruled), **bound),
        fits,
        study.ask(_WHY.replace("{ruled}", ruled), shown=[row[0] for row in rows]),
    )


def cases_graded(study: Study, grade: str) -> list[int]:
    """The ids of the cases of a grade; none where there is no such grade."""
    if len(grade) != 2 or grade[0] not in LETTERS or grade[1] not in NUMBERS:
        return []
    ruled, bound, _ = _ruled(study, study.workspace.settings.scoring or made_scoring(study.workspace))
    rows = study.ask(
        _ROWS.replace("{ruled}", ruled)
        + "SELECT id FROM graded WHERE letter = $letter AND number = $number ORDER BY id",
        **bound,
        letter=LETTERS.index(grade[0]),
        number=NUMBERS.index(grade[1]),
    )
    return [int(row[0]) for row in rows]


def figures(study: Study, scoring: Scoring) -> dict[str, Column]:
    """By column the id, fit and engagement of every case, and the places of the two halves of its grade, by id."""
    if study.log.engine.gives_arrays:
        from polku.analytics.columns.score_columns import score_columns

        columns = score_columns(study, scoring, bound_of(study, scoring))
        if columns is not None:
            return columns.figures
    ruled, bound, _ = _ruled(study, scoring)
    return study.ask_columns(
        _ROWS.replace("{ruled}", ruled)
        + "SELECT id, fit, engagement, letter, number FROM graded ORDER BY id",
        **bound,
    )


def _ruled(study: Study, scoring: Scoring) -> tuple[str, dict[str, Any], list[tuple[int, int]]]:
    """The table of points by case and rule, what queries over it are asked with, and which rules of fit hold."""
    bound = bound_of(study, scoring)
    id, rule = fits_of(study, scoring)
    fits = list(zip(id.tolist(), rule.tolist(), strict=True))
    together: dict[int, float] = {}
    for id, place in fits:
        together[id] = together.get(id, 0.0) + scoring.fit[place].points
    bound |= {"fit_id": list(together), "fit_points": list(together.values())}
    return study.keep_placed("ruled", _POINTS, **bound), bound, fits


def made_scoring(workspace: Workspace) -> Scoring:
    """Rules from the map, where nobody wrote any: what somebody asked for weighs more than what was sent to them."""
    points = {
        id: 10.0 if one.contact else 8.0 if one.permission == "asks" else 1.0 if one.marketing else 3.0
        for id, one in workspace.touchpoints.items()
    }
    weights = {"signs": 2.0, "vetoes": 1.5, "recommends": 1.5}
    segments = dict.fromkeys(one.segment for one in workspace.journeys.values() if one.segment)
    return Scoring(
        roles={id: weights[role.decides] for id, role in workspace.roles.items() if role.decides in weights},
        engagement=tuple(
            EngagementRule(touchpoint=id, points=worth, per_day=2 * worth) for id, worth in points.items()
        ),
        fit=tuple(FitRule(when=f'segment = "{segment}"', points=70) for segment in segments),
    )


def bound_of(study: Study, scoring: Scoring) -> dict[str, Any]:
    """What points are reckoned with: rules and caps, codes and weights of parts by number, moments."""
    coded = [(code.code, rule) for code in study.codes if (rule := _rule(study, scoring, code)) is not None]
    weights = [1.0] * (len(PARTS) + 1)
    for id, weight in scoring.roles.items():
        role = study.workspace.roles.get(id)
        if role is not None and role.part is not None:
            weights[PARTS.index(role.part) + 1] = weight
    rules = scoring.engagement
    look_back = scoring.look_back
    return {
        "rule": list(range(len(rules))),
        "points": [rule.points for rule in rules],
        "per_day": [FAR if rule.per_day is None else rule.per_day for rule in rules],
        "most": [FAR if rule.most is None else rule.most for rule in rules],
        "code": [code for code, _ in coded],
        "code_rule": [rule for _, rule in coded],
        "part": list(range(-1, len(PARTS))),
        "weight": weights,
        "fit_a": scoring.grades.fit[0],
        "fit_b": scoring.grades.fit[1],
        "eng_1": scoring.grades.engagement[0],
        "eng_2": scoring.grades.engagement[1],
        "day": DAY,
        "now": study.now,
        "today": study.now - study.now % DAY,
        "half": scoring.half_life / dt.timedelta(microseconds=1),
        "since": -(2**62) if look_back is None else study.now - look_back // dt.timedelta(microseconds=1),
    }


def _rule(study: Study, scoring: Scoring, code: Code) -> int | None:
    """The first rule that fits a code."""
    for place, rule in enumerate(scoring.engagement):
        channel = study.places.channel[code.code]
        if (
            (rule.touchpoint is None or rule.touchpoint == study.places.touchpoint[code.code])
            and (rule.activity is None or matches(rule.activity, code.activity))
            and (rule.channel is None or channel_of_word(rule.channel, study.workspace) == channel)
        ):
            return place
    return None


def _reasons(
    day: Callable[[int], str],
    scoring: Scoring,
    fits: list[tuple[int, int]],
    why: list[tuple[Any, ...]],
    shown: list[int],
) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {id: [] for id in shown}
    labels = [rule.label for rule in scoring.engagement]
    for id, place in fits:
        if id in found:
            rule = scoring.fit[place]
            found[id].append({"kind": "fit", "rule": rule.label, "points": rule.points})
    for id, place, points, n, last in why:
        found[id].append(
            {
                "kind": "engagement",
                "rule": labels[place],
                "points": round(points, DECIMALS),
                "events": n,
                "last": day(last),
            }
        )
    for own in found.values():
        own.sort(key=lambda one: (-abs(one["points"]), one["kind"], one["rule"]))
        del own[MOST_REASONS:]
    return found


def _days_of(study: Study) -> Callable[[int], str]:
    """Moment → its day in the zone of the workspace."""
    zone = ZoneInfo(study.workspace.settings.zone)
    told: dict[int, str] = {}

    def day(moment: int) -> str:
        found = told.get(moment)
        if found is None:
            found = told[moment] = dt.datetime.fromtimestamp(moment / 1e6, zone).date().isoformat()
        return found

    return day
