"""The language of filters: `segment = large-toy-makers and touched(demo) and time >= 2026-01-01`, read into a tree.

    expression = all { "or" all }          all = one { "and" one }
    one        = "not" one | "(" expression ")" | field op value | field "in" "(" value, … ")" | function "(" value ")"
    op         = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" (wildcards * and ?)

`filter(id)` is a filter of the workspace. A value is a word, a number, a day (2026-01-31), a duration (P90D), "words in quotes", or `unknown`. There is no third
truth value: what is unknown equals only `unknown`, and is neither less nor more than anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from polku.documents import parse_duration
from polku.errors import QuestionError, Where
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.documents import Filter

Kind = Literal["text", "number", "time", "duration"]
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~")
KEYWORDS = ("and", "or", "not", "in")
UNKNOWN = "unknown"
SAVED = "filter"
"""filter(id): a filter of the workspace."""

CASE_FIELDS: Mapping[str, Kind] = {
    "account": "text",
    "case": "text",
    "segment": "text",
    "status": "text",
    "outcome": "text",
    "country": "text",
    "industry": "text",
    "value": "number",
    "events": "number",
    "employees": "number",
    "time": "time",
    "start": "time",
    "end": "time",
    "lasts": "duration",
}
"""What a case can be asked for; `time` is its start unless the period is counted otherwise."""
CASE_FUNCTIONS = ("touched", "did", "reached", "met")
"""touched(touchpoint), did(activity with wildcards), reached(step or stage of the journey), met(part)."""
EVENT_FIELDS: Mapping[str, Kind] = {
    "activity": "text",
    "touchpoint": "text",
    "channel": "text",
    "campaign": "text",
    "direction": "text",
    "source": "text",
    "kind": "text",
    "part": "text",
    "device": "text",
    "value": "number",
    "score": "number",
    "time": "time",
}
"""What an event can be asked for; `kind` is the kind of its source."""

Value: TypeAlias = str | float | date | timedelta | None


@dataclass(frozen=True)
class Compare:
    """A field against a value; `at` is the place of the field in the text, from 1."""

    field: str
    op: str
    value: Value
    at: int


@dataclass(frozen=True)
class Within:
    """A field against several values."""

    field: str
    values: tuple[Value, ...]
    at: int


@dataclass(frozen=True)
class Call:
    """A question to the events of a case."""

    function: str
    argument: str
    at: int


@dataclass(frozen=True)
class Named:
    """A filter of the workspace, by what people call it."""

    name: str
    member: Expression


@dataclass(frozen=True)
class Not:
    """The opposite."""

    member: Expression


@dataclass(frozen=True)
class Every:
    """Every one of them."""

    members: tuple[Expression, ...]


@dataclass(frozen=True)
class Either:
    """At least one of them."""

    members: tuple[Expression, ...]


Expression: TypeAlias = Compare | Within | Call | Named | Not | Every | Either
Saved: TypeAlias = Mapping[str, tuple[str, str]]
"""Id of a filter of the workspace → what people call it, and its text."""

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"[^"]*"|“[^”]*”|”[^”]*”)|(?P<op><=|>=|!=|=|<|>|~)|(?P<sign>[(),])|(?P<word>[^\s()=<>!~,"“”]+))'
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int
    end: int


def read_filter(
    text: str,
    fields: Mapping[str, Kind] = CASE_FIELDS,
    functions: tuple[str, ...] = CASE_FUNCTIONS,
    saved: Saved | None = None,
) -> Expression:
    """Read a filter.

    Args:
        saved: the workspace's own filters, which `filter(id)` names; a text that is nothing but such an id is it.

    Raises:
        QuestionError: it cannot be read; says at which sign, what was found and what is possible.
    """
    return _Reading(text, fields, functions, saved or {}).whole()


def read_event_filter(text: str, saved: Saved | None = None) -> Expression:
    """Read a filter of events. Raises QuestionError like `read_filter`."""
    return read_filter(text, EVENT_FIELDS, (), saved)


def saved_filters(filters: Iterable[Filter], of: Literal["cases", "events"]) -> Saved:
    """The workspace's filters of cases or of events."""
    return {one.id: (one.label, text) for one in filters if (text := getattr(one, of)) is not None}


class _Reading:
    def __init__(
        self,
        text: str,
        fields: Mapping[str, Kind],
        functions: tuple[str, ...],
        saved: Saved,
        within: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        self.fields = fields
        self.functions = functions
        self.saved = saved
        self.within = within
        self.tokens = self._tokens()
        self.place = 0

    def _tokens(self) -> list[_Token]:
        found: list[_Token] = []
        at = 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                raise self.wrong("filter-sign", start + 1, found=self.text[start])
            kind = str(match.lastgroup)
            found.append(_Token(kind, match.group(kind), match.start(kind) + 1, match.end()))
            at = match.end()
        return [*found, _Token("end", "", len(self.text) + 1, len(self.text))]

    def wrong(self, id: str, at: int, **params: object) -> QuestionError:
        if "found" in params:
            params["found"] = params["found"] or Message("analytics.filter-end")
        return QuestionError(
            Message(f"analytics.{id}", {"text": self.text, "at": at, **params}), Where(item=self.text)
        )

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.token
        self.place += 1
        return token

    def is_word(self, *words: str) -> bool:
        return self.token.kind == "word" and self.token.text.lower() in words

    def is_sign(self, sign: str) -> bool:
        return self.token.kind == "sign" and self.token.text == sign

    def expect(self, sign: str) -> None:
        if not self.is_sign(sign):
            raise self.wrong("filter-expected", self.token.at, expected=sign, found=self.token.text or None)
        self.take()

    def whole(self) -> Expression:
        if self.token.kind == "end":
            raise self.wrong("filter-empty", 1, known=", ".join(self.fields))
        if self.text.strip() in self.saved:
            return self.named(self.text.strip(), 1)
        expression = self.either()
        if self.token.kind != "end":
            raise self.wrong("filter-expected", self.token.at, expected="and, or", found=self.token.text)
        return expression

    def either(self) -> Expression:
        members = [self.every()]
        while self.is_word("or"):
            self.take()
            members.append(self.every())
        return members[0] if len(members) == 1 else Either(tuple(members))

    def every(self) -> Expression:
        members = [self.one()]
        while self.is_word("and"):
            self.take()
            members.append(self.one())
        return members[0] if len(members) == 1 else Every(tuple(members))

    def one(self) -> Expression:
        if self.is_word("not"):
            self.take()
            return Not(self.one())
        if self.is_sign("("):
            self.take()
            inner = self.either()
            self.expect(")")
            return inner
        name = self.take()
        if name.kind != "word" or name.text.lower() in KEYWORDS:
            raise self.wrong(
                "filter-field", name.at, found=name.text or None, known=", ".join(self._possible())
            )
        field = name.text.lower()
        if self.is_sign("("):
            return self._call(name, field)
        if field not in self.fields:
            raise self.wrong("filter-field", name.at, found=name.text, known=", ".join(self._possible()))
        if self.is_word("in"):
            self.take()
            return self._within(name, field)
        operator = self.take()
        if operator.kind != "op":
            raise self.wrong(
                "filter-operator",
                operator.at,
                found=operator.text or None,
                known=" ".join((*OPERATORS, "in")),
            )
        value = self._value(field, operator.text)
        return Compare(field, operator.text, value, name.at)

    def _possible(self) -> list[str]:
        functions = (*self.functions, SAVED) if self.saved else self.functions
        return [*self.fields, *(f"{function}(…)" for function in functions)]

    def named(self, id: str, at: int) -> Expression:
        """The workspace's filter of this id."""
        if id not in self.saved:
            raise self.wrong("filter-saved", at, found=id, known=", ".join(self.saved) or "–")
        if id in self.within:
            raise self.wrong("filter-circle", at, found=id)
        label, text = self.saved[id]
        inner = _Reading(text, self.fields, self.functions, self.saved, (*self.within, id))
        return Named(label, inner.whole())

    def _call(self, name: _Token, function: str) -> Expression:
        if function not in (*self.functions, SAVED):
            raise self.wrong("filter-field", name.at, found=name.text, known=", ".join(self._possible()))
        self.expect("(")
        first = self.token
        inner: list[_Token] = []
        while not self.is_sign(")"):
            if self.token.kind == "end":
                raise self.wrong("filter-expected", self.token.at, expected=")", found=None)
            inner.append(self.take())
        self.take()
        if not inner:
            raise self.wrong("filter-value", first.at, found=first.text)
        argument = (
            inner[0].text[1:-1]
            if len(inner) == 1 and inner[0].kind == "quoted"
            else self.text[inner[0].at - 1 : inner[-1].end].strip()
        )
        return self.named(argument, first.at) if function == SAVED else Call(function, argument, name.at)

    def _within(self, name: _Token, field: str) -> Expression:
        self.expect("(")
        values = [self._value(field, "=")]
        while self.is_sign(","):
            self.take()
            values.append(self._value(field, "="))
        self.expect(")")
        return Within(field, tuple(values), name.at)

    def _value(self, field: str, operator: str) -> Value:
        token = self.take()
        if token.kind not in ("word", "quoted"):
            raise self.wrong("filter-value", token.at, found=token.text or None)
        kind = self.fields[field]
        if operator == "~" and kind != "text":
            raise self.wrong("filter-wildcards", token.at, field=field)
        if operator in ("<", "<=", ">", ">=") and kind == "text":
            raise self.wrong("filter-order", token.at, field=field)
        if token.kind == "quoted":
            text = token.text[1:-1]
        else:
            text = token.text
            if text.lower() == UNKNOWN:
                if operator not in ("=", "!="):
                    raise self.wrong("filter-unknown", token.at, field=field)
                return None
        try:
            return _typed(kind, text)
        except ValueError as error:
            raise self.wrong(f"filter-{kind}", token.at, found=text, field=field) from error


def _typed(kind: Kind, text: str) -> Value:
    if kind == "number":
        return float(text)
    if kind == "time":
        return date.fromisoformat(text)
    if kind == "duration":
        return parse_duration(text)
    return text


def in_words(expression: Expression) -> Message:
    """A filter as a sentence part: "segment is large-toy-makers and touched demo"."""
    if isinstance(expression, Compare):
        if expression.value is None:
            name = "filter-is-unknown" if expression.op == "=" else "filter-is-known"
            return Message(f"analytics.{name}", {"field": _field(expression.field)})
        return Message(
            f"analytics.filter-{_OPERATOR_WORDS[expression.op]}",
            {"field": _field(expression.field), "value": _shown(expression.value)},
        )
    if isinstance(expression, Within):
        values = [
            Message("analytics.filter-unknown-value") if v is None else _shown(v) for v in expression.values
        ]
        return Message("analytics.filter-within", {"field": _field(expression.field), "values": values})
    if isinstance(expression, Call):
        return Message(f"analytics.filter-{expression.function}", {"what": expression.argument})
    if isinstance(expression, Named):
        return Message(
            "analytics.filter-named", {"name": expression.name, "what": in_words(expression.member)}
        )
    if isinstance(expression, Not):
        return Message("analytics.filter-not", {"what": in_words(expression.member)})
    word = "filter-and" if isinstance(expression, Every) else "filter-or"
    said = [_grouped(member, within=expression) for member in expression.members]
    joined = said[0]
    for member in said[1:]:
        joined = Message(f"analytics.{word}", {"first": joined, "last": member})
    return joined


def _grouped(member: Expression, *, within: Expression) -> Message:
    words = in_words(member)
    if isinstance(member, Either) and isinstance(within, Every):
        return Message("analytics.filter-group", {"what": words})
    return words


_OPERATOR_WORDS = {
    "=": "equals",
    "!=": "differs",
    "<": "below",
    "<=": "at-most",
    ">": "above",
    ">=": "at-least",
    "~": "like",
}


def _field(name: str) -> Message:
    return Message(f"analytics.field-{name}")


def _shown(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value
