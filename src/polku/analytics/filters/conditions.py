"""Filters as conditions of a query: fixed words of SQL, and the user's values always as bound parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from polku.analytics.filters.filters import (
    Call,
    Compare,
    Either,
    Every,
    Expression,
    Named,
    Not,
    Value,
    Within,
)
from polku.documents import PARTS
from polku.documents.wildcards import matches
from polku.errors import QuestionError, Where
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.map.places import Code
    from polku.analytics.study import Study

CASE_COLUMNS: Mapping[str, str] = {
    "account": "b.account_id",
    "case": "b.key",
    "segment": "b.segment",
    "status": "b.status",
    "outcome": "b.outcome",
    "value": "b.value",
    "events": "b.n",
    "start": "b.t0",
    "end": "b.t1",
    "lasts": "(b.t1 - b.t0)",
}
"""Field of a case → its column of `base`, which a condition calls b."""
ACCOUNT_COLUMNS = ("country", "industry", "employees")
OF_ACCOUNTS = ("segment", "country", "industry")
"""Fields with few values, all of which are known from the accounts."""
CODE_FIELDS = ("activity", "touchpoint", "channel", "campaign", "direction", "source", "kind")
EVENT_COLUMNS = ("device", "value", "score")


def case_condition(study: Study) -> tuple[str, dict[str, Any]]:
    """The condition that cases of a study pass: its filter and its period, over `base b`."""
    building = _CaseBuilding(study)
    said = [building.of(study.cases)] if study.cases is not None else []
    return " AND ".join([*said, *building.period()]) or "true", building.params


def plain_condition(
    study: Study, expressions: Iterable[Expression], *, period: bool
) -> tuple[str, dict[str, Any]]:
    """The condition that cases pass some filters, all of them, and the study's period where that is asked for."""
    building = _CaseBuilding(study)
    said = [building.of(expression) for expression in expressions]
    return " AND ".join([*said, *(building.period() if period else ())]) or "true", building.params


def case_conditions(study: Study, expressions: Iterable[Expression]) -> tuple[list[str], dict[str, Any]]:
    """Several conditions over `base b` that share what they bind."""
    building = _CaseBuilding(study)
    return [building.of(expression) for expression in expressions], building.params


def event_condition(study: Study) -> tuple[str, dict[str, Any]]:
    """The condition that events of a study pass, over `moves m`."""
    if study.events is None:
        return "true", {}
    building = _EventBuilding(study)
    return building.of(study.events), building.params


@dataclass(frozen=True)
class Sought:
    """The events that a filter of cases looks for.

    Args:
        codes: theirs; None: any. parts: of each code the part of the actor; of any code the parts that count; None:
            whoever acted.
        cases: ids of cases that have such an event anyway.
    """

    codes: tuple[int, ...] | None
    parts: tuple[int, ...] | None = None
    cases: tuple[int, ...] = ()


def events_sought(study: Study, call: Call) -> Sought:
    """The events that a question to the events of a case looks for. Raises QuestionError where it names what is not."""
    return _CaseBuilding(study).sought(call)


def asks_events(expression: Expression | None) -> bool:
    """Whether a filter of cases looks at their events."""
    if isinstance(expression, Every | Either):
        return any(asks_events(member) for member in expression.members)
    if isinstance(expression, Not | Named):
        return asks_events(expression.member)
    return isinstance(expression, Call) or (expression is not None and expression.field == "events")


class _Building:
    """Writes a tree as a condition, two-valued: a comparison with an unknown value is false, never unknown."""

    prefix = "f"

    def __init__(self, study: Study) -> None:
        self.study = study
        self.params: dict[str, Any] = {}

    def bind(self, value: Any, type_: str | None = None) -> str:
        name = f"{self.prefix}_{len(self.params)}"
        self.params[name] = value
        return f"${name}::{type_}" if type_ else f"${name}"

    def of(self, expression: Expression) -> str:
        if isinstance(expression, Every | Either):
            word = " AND " if isinstance(expression, Every) else " OR "
            return "(" + word.join(self.of(member) for member in expression.members) + ")"
        if isinstance(expression, Named):
            return self.of(expression.member)
        if isinstance(expression, Not):
            return f"(NOT {self.of(expression.member)})"
        if isinstance(expression, Within):
            members = [
                self.compare(Compare(expression.field, "=", v, expression.at)) for v in expression.values
            ]
            return "(" + " OR ".join(members) + ")"
        if isinstance(expression, Call):
            return self.call(expression)
        return self.compare(expression)

    def compare(self, compare: Compare) -> str:
        raise NotImplementedError

    def call(self, call: Call) -> str:
        raise NotImplementedError

    def on_column(self, column: str, op: str, value: Value) -> str:
        """A comparison of a column that holds texts or numbers."""
        if value is None:
            return f"({column} IS {'NOT ' if op == '!=' else ''}NULL)"
        if op == "~":
            return f"coalesce(lower({column}) LIKE {self.bind(_like(str(value)))} ESCAPE '\\', false)"
        if op in ("=", "!="):
            return f"({column} IS {'NOT ' if op == '=' else ''}DISTINCT FROM {self.bind(value)})"
        return f"coalesce({column} {op} {self.bind(value)}, false)"

    def on_time(self, column: str, op: str, value: Value) -> str:
        """A comparison of microseconds with a day, which is all of that day."""
        if value is None:
            return f"({column} IS {'NOT ' if op == '!=' else ''}NULL)"
        assert isinstance(value, dt.date)
        first, after = self.study.moment(value), self.study.moment(value + dt.timedelta(days=1))
        if op in ("=", "!="):
            inside = f"coalesce({column} >= {self.bind(first)} AND {column} < {self.bind(after)}, false)"
            return inside if op == "=" else f"(NOT {inside})"
        bound = after if op in ("<=", ">") else first
        return f"coalesce({column} {'<' if op in ('<', '<=') else '>='} {self.bind(bound)}, false)"

    def wrong(self, id: str, expression: Compare | Call, **params: Any) -> QuestionError:
        text = self.study.texts[self.prefix == "e"]
        return QuestionError(
            Message(f"analytics.{id}", {"at": expression.at, **params}), Where(item=text) if text else None
        )


class _CaseBuilding(_Building):
    prefix = "c"

    def compare(self, compare: Compare) -> str:
        field = compare.field
        if field == "time":
            field = "end" if self.study.period_of == "end" else "start"
        if field in ("start", "end"):
            return self.on_time(CASE_COLUMNS[field], compare.op, compare.value)
        value = compare.value
        if field in OF_ACCOUNTS and isinstance(value, str) and compare.op in ("=", "!="):
            self.occurs(compare, value)
        if field == "lasts" and isinstance(value, dt.timedelta):
            value = round(value.total_seconds() * 1_000_000)
        if field in ACCOUNT_COLUMNS:
            inner = self.on_column(f"a.{field}", compare.op, value)
            found = f"b.account_id IN (SELECT a.account_id FROM {{accounts}} a WHERE {inner})"
            if value is None and compare.op == "=":
                return (
                    f"(NOT coalesce(b.account_id IN (SELECT a.account_id FROM {{accounts}} a "
                    f"WHERE a.{field} IS NOT NULL), false))"
                )
            if compare.op == "!=" and value is not None:
                same = self.on_column(f"a.{field}", "=", value)
                return (
                    f"(NOT coalesce(b.account_id IN (SELECT a.account_id FROM {{accounts}} a "
                    f"WHERE {same}), false))"
                )
            return f"coalesce({found}, false)"
        return self.on_column(CASE_COLUMNS[field], compare.op, value)

    def occurs(self, compare: Compare, value: str) -> None:
        """A value that no account has and nobody defined is a slip of the pen: without a word it would find nothing."""
        field, study = compare.field, self.study
        known = {segment.id for segment in study.workspace.settings.segments} if field == "segment" else set()
        if value in known:
            return
        known |= {said for (said,) in study.log.rows(f"SELECT DISTINCT {field} FROM {{accounts}}") if said}
        if known and value not in known:
            shown = sorted(
                known, key=lambda one: (-SequenceMatcher(a=one.lower(), b=value.lower()).ratio(), one)
            )
            raise self.wrong(
                "filter-no-such",
                compare,
                field=Message(f"analytics.field-{field}"),
                found=value,
                known=shown[:8],
            )

    def period(self) -> list[str]:
        """What the period of the study asks of a case."""
        study = self.study
        early, late = {"start": ("b.t0", "b.t0"), "end": ("b.t1", "b.t1"), "any": ("b.t1", "b.t0")}[
            study.period_of
        ]
        said = []
        if study.since is not None:
            said.append(f"{early} >= {self.bind(study.moment(study.since))}")
        if study.until is not None:
            said.append(f"{late} < {self.bind(study.moment(study.until + dt.timedelta(days=1)))}")
        return said

    def call(self, call: Call) -> str:
        sought = self.sought(call)
        if sought.codes is None:
            (part,) = sought.parts or ()
            return self.having(f"m.part = {self.bind(part)}")
        codes = self.bind(list(sought.codes), "INT[]")
        if sought.parts is None:
            return self.having(f"m.code IN (SELECT unnest({codes}))")
        pairs = f"(SELECT unnest({codes}) AS code, unnest({self.bind(list(sought.parts), 'INT[]')}) AS part)"
        said = self.having(f"(m.code, m.part) IN (SELECT (x.code, x.part) FROM {pairs} x)")
        if sought.cases:
            said = f"({said} OR b.id IN (SELECT unnest({self.bind(list(sought.cases), 'INT[]')})))"
        return said

    def sought(self, call: Call) -> Sought:
        study = self.study
        what = call.argument
        if call.function == "met":
            if what not in PARTS:
                raise self.wrong("filter-part", call, found=what, known=", ".join(PARTS))
            return Sought(None, (PARTS.index(what),))
        if call.function == "did":
            return Sought(tuple(code.code for code in study.codes if matches(what, code.activity)))
        if call.function == "touched":
            if what not in study.workspace.touchpoints:
                known = study.workspace.touchpoints
                raise self.wrong("filter-touchpoint", call, found=what, known=", ".join(known) or "–")
            return Sought(
                tuple(code.code for code in study.codes if study.places.touchpoint[code.code] == what)
            )
        return self.reached(call)

    def reached(self, call: Call) -> Sought:
        study = self.study
        if study.journey is None:
            raise self.wrong("filter-needs-journey", call)
        wanted = {
            place for place, step in enumerate(study.journey.steps) if call.argument in (step.id, step.stage)
        }
        if not wanted:
            known = [
                *(step.id for step in study.journey.steps),
                *(stage.id for stage in study.journey.stages),
            ]
            raise self.wrong("filter-step", call, found=call.argument, known=", ".join(known))
        codes, parts, undecided = [], [], False
        for code in study.steps.candidates:
            for part in range(-1, len(PARTS)):
                left, _ = study.steps.narrowed(code, part)
                if len(left) == 1 and left[0] in wanted:
                    codes.append(code)
                    parts.append(part)
                elif len(left) > 1 and wanted & set(left):
                    undecided = True
        met: set[int] = set()
        if undecided:
            ids, _, steps = study.decided
            met = {id for id, step in zip(ids, steps, strict=True) if step in wanted}
        return Sought(tuple(codes), tuple(parts), tuple(sorted(met)))

    def having(self, condition: str) -> str:
        """The cases that have an event of a condition over `moves m`."""
        within = "AND m.ord BETWEEN x.low AND x.high" if self.study.case == "round" else ""
        return (
            f"(b.id IN (SELECT x.id FROM {{moves:{self.study.stored}}} m JOIN base x ON m.cid = x.cid {within} "
            f"WHERE {condition}))"
        )


class _EventBuilding(_Building):
    prefix = "e"

    def compare(self, compare: Compare) -> str:
        field, op, value = compare.field, compare.op, compare.value
        if field == "time":
            return self.on_time("m.ts", op, value)
        if field == "part":
            return self.part(compare)
        if field in CODE_FIELDS:
            found = [code.code for code in self.study.codes if _holds(self.known(code, field), op, value)]
            return f"(m.code IN (SELECT unnest({self.bind(found, 'INT[]')})))"
        inner = self.on_column(f"e.{field}", op, value)
        return f"(m.event_no IN (SELECT e.event_no FROM {{events}} e WHERE {inner}))"

    def part(self, compare: Compare) -> str:
        value, op = compare.value, compare.op
        if isinstance(value, str) and op in ("=", "!=") and value not in PARTS:
            raise self.wrong("filter-part", compare, found=value, known=", ".join(PARTS))
        fitting = [
            place
            for place in range(-1, len(PARTS))
            if _holds(PARTS[place] if place >= 0 else None, op, value)
        ]
        return f"(m.part IN (SELECT unnest({self.bind(fitting, 'INT[]')})))"

    def known(self, code: Code, field: str) -> str | None:
        if field == "touchpoint":
            return self.study.places.touchpoint[code.code]
        if field == "channel":
            return self.study.places.channel[code.code]
        value: str | None = getattr(code, "source_kind" if field == "kind" else field)
        return value


def _holds(known: str | None, op: str, value: Value) -> bool:
    if op == "~":
        return matches(str(value), known)
    return (known == value) if op == "=" else (known != value)


def _like(wildcards: str) -> str:
    """A pattern with * and ? as SQL's LIKE writes it."""
    return "".join(
        "%" if sign == "*" else "_" if sign == "?" else "\\" + sign if sign in "%_\\" else sign
        for sign in wildcards.lower()
    )
