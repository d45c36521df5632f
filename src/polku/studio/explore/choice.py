"""What somebody chose to look at: read from the address, said in words, written back as an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

from polku.analytics.asking.asked import Asked, Question, unknown
from polku.analytics.asking.questions import CASES
from polku.analytics.filters.filters import (
    Compare,
    Either,
    Every,
    Expression,
    Named,
    Not,
    Saved,
    Within,
    in_words,
    read_event_filter,
    read_filter,
    saved_filters,
)
from polku.documents import Workspace, parse_duration
from polku.errors import QuestionError
from polku.words import Message

PERIODS = ("all", "90", "365", "year", "own")
"""All time, the last 90 or 365 days, this calendar year, days of one's own."""
OUTCOMES = ("won", "lost", "open", "done", "faded")
NONE = "none"
"""The word for no journey, where leaving it out would take the usual one."""
LISTS = ("stages", "models", "exclude")
DURATIONS = ("window", "lookback")
DAYS = ("entered_since", "entered_until")
LONGEST = 400
"""Letters of a filter or option that are looked at."""


@dataclass(frozen=True)
class Choice:
    """What is looked at, as words.

    Args:
        journey: id; empty for none.
        cases, events: filters as they were written.
        period: one of PERIODS; since, until: its days, both included.
        options: of the question, by name, as they were written.
        groups: whether groups of companies are counted as one.
        saved_cases, saved_events: the workspace's filters, which the written ones may name.
    """

    journey: str = ""
    case: str = ""
    segment: str = ""
    outcome: str = ""
    cases: str = ""
    events: str = ""
    period: str = "all"
    since: dt.date | None = None
    until: dt.date | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    groups: bool = field(default=False, kw_only=True)
    saved_cases: Saved = field(default_factory=dict)
    saved_events: Saved = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        """Whether cases are chosen."""
        return bool(self.segment or self.outcome or self.cases or self.since or self.until)

    @property
    def named(self) -> str:
        """What people call the one saved filter that is all that is written; else empty."""
        id = (self.cases or self.events).removeprefix("filter(").removesuffix(")")
        known = self.saved_cases if self.cases else self.saved_events
        alone = self.cases in ("", f"filter({id})") and self.events in ("", f"filter({id})")
        return known[id][0] if alone and id in known else ""

    @property
    def expression(self) -> str | None:
        """Segment, outcome and the written filter as one filter; None where nothing is chosen."""
        parts = []
        if self.cases:
            either = isinstance(read_filter(self.cases, saved=self.saved_cases), Either)
            # The written filter goes first, so that a mistake is found at the sign where it was written.
            parts.append(f"({self.cases})" if either and (self.segment or self.outcome) else self.cases)
        if self.segment:
            parts.append(f"segment = {self.segment}")
        if self.outcome:
            parts.append(f"outcome = {self.outcome}")
        return " and ".join(parts) or None

    def study(self) -> dict[str, Any]:
        """What `open_study` takes."""
        return {
            "journey": self.journey or None,
            "case": self.case or None,
            "cases": self.expression,
            "events": self.events or None,
            "since": self.since,
            "until": self.until,
        }

    def words(self, workspace: Workspace) -> Message | None:
        """The chosen cases in words; None where all are."""
        said: Message | None = (
            in_words(read_filter(self.cases, saved=self.saved_cases)) if self.cases else None
        )
        for message in (
            Message("studio-explore.of-segment", {"segment": segment_name(workspace, self.segment)})
            if self.segment
            else None,
            Message("studio-explore.of-outcome", {"outcome": Message(f"measure.outcome-{self.outcome}")})
            if self.outcome
            else None,
            Message(
                "studio-explore.of-events",
                {"what": in_words(read_event_filter(self.events, self.saved_events))},
            )
            if self.events
            else None,
        ):
            if message is not None:
                said = (
                    message
                    if said is None
                    else Message("analytics.filter-and", {"first": said, "last": message})
                )
        return said

    def params(self, prefix: str = "", usual_journey: str = "") -> dict[str, str]:
        """The address's words; what is as usual is left out."""
        own = {
            "journey": "" if self.journey == usual_journey else (self.journey or NONE),
            "case": self.case,
            "segment": self.segment,
            "outcome": self.outcome,
            "cases": self.cases,
            "events": self.events,
            "period": "" if self.period == "all" else self.period,
            "since": self.since.isoformat() if self.period == "own" and self.since else "",
            "until": self.until.isoformat() if self.period == "own" and self.until else "",
            "groups": "1" if self.groups else "",
            **self.options,
        }
        return {f"{prefix}{name}": value for name, value in own.items() if value}

    def link(self, prefix: str = "", usual_journey: str = "", **more: str) -> str:
        """The address's query."""
        return urlencode({**self.params(prefix, usual_journey), **more})

    def asked(self, question: Question) -> Asked:
        """The options as the library takes them.

        Raises:
            QuestionError: one cannot be read.
        """
        given: dict[str, Any] = {}
        types = {one.name: str(one.type) for one in fields(Asked)}
        for name, text in self.options.items():
            if name not in question.options or name not in types:
                continue
            given[name] = _option(name, text, types[name])
        return Asked(**given)


def read_choice(
    params: Mapping[str, str],
    question: Question,
    workspace: Workspace,
    today: dt.date,
    *,
    prefix: str = "",
    usual_journey: str = "",
    like: Choice | None = None,
    names: bool = True,
) -> Choice:
    """Read what was chosen.

    Args:
        params: of the address; only those with the prefix are read.
        like: where journey, kind of case, groups and options are taken from, which two compared filters share.
        names: may the reader see persons' names? Else no person can be looked for by what the data calls them.

    Raises:
        QuestionError: something is not known, or cannot be read; says what and what is possible.
    """

    def word(name: str) -> str:
        return str(params.get(prefix + name, "")).strip()[:LONGEST]

    journey = word("journey") or usual_journey
    if journey == NONE:
        journey = ""
    if journey and journey not in workspace.journeys:
        raise unknown("journey", journey, workspace.journeys)
    case = word("case")
    if case and case not in CASES:
        raise unknown("case", case, CASES)
    # A question that is always about one kind of case is not asked about another.
    case = "" if question.case else case
    segment = word("segment")
    segments = {one.id for one in workspace.settings.segments}
    if segment and segment not in segments:
        raise QuestionError(
            Message("studio-explore.no-segment", {"found": segment, "known": sorted(segments) or None})
        )
    outcome = word("outcome")
    if outcome and outcome not in OUTCOMES:
        raise QuestionError(Message("studio-explore.no-outcome", {"found": outcome, "known": list(OUTCOMES)}))
    saved = workspace.settings.filters
    saved_cases, saved_events = saved_filters(saved, "cases"), saved_filters(saved, "events")
    cases, events = _by_name(word("cases"), saved_cases), _by_name(word("events"), saved_events)
    hidden = not names and case in ("", "person")
    if cases and _asks_case(read_filter(cases, saved=saved_cases)) and hidden:
        raise QuestionError(Message("studio-explore.no-names"))
    if events:
        read_event_filter(events, saved_events)
    period, since, until = _period(word("period"), word("since"), word("until"), today)
    options = {
        name: text for name in question.options if (text := _joined(params, prefix + name)) and name != "most"
    }
    if "improvement" in question.options and "improvement" not in options:
        # The usual improvement is one that is live and measured: only that has an after.
        every = sorted(
            workspace.improvements.values(), key=lambda one: one.live is None or one.measure is None
        )
        if every:
            options["improvement"] = every[0].id
    choice = Choice(
        journey,
        case,
        segment,
        outcome,
        cases,
        events,
        period,
        since,
        until,
        options if not prefix else {},
        saved_cases,
        saved_events,
        groups=bool(word("groups")),
    )
    if like is not None:
        return replace(choice, journey=like.journey, case=like.case, options=like.options, groups=like.groups)
    return choice


def _by_name(text: str, saved: Saved) -> str:
    """A filter's id alone as the filter of that name, so that more can be written around it."""
    return f"filter({text})" if text in saved else text


def _asks_case(expression: Expression) -> bool:
    """Whether a filter looks at what a case is called; of a person that can be an address."""
    if isinstance(expression, Every | Either):
        return any(_asks_case(member) for member in expression.members)
    if isinstance(expression, Not | Named):
        return _asks_case(expression.member)
    return isinstance(expression, Compare | Within) and expression.field == "case"


def segment_name(workspace: Workspace, id: str) -> str:
    """What a segment is called."""
    return next((one.name or one.id for one in workspace.settings.segments if one.id == id), id)


def _joined(params: Mapping[str, str], name: str) -> str:
    """The word of an option; of one that is given several times all, with commas."""
    found = params.getlist(name) if hasattr(params, "getlist") else [params.get(name, "")]
    return ",".join(one.strip() for one in found if one.strip())[:LONGEST]


def _period(
    period: str, since: str, until: str, today: dt.date
) -> tuple[str, dt.date | None, dt.date | None]:
    if period and period not in PERIODS:
        raise QuestionError(Message("studio-explore.no-period", {"found": period, "known": list(PERIODS)}))
    if period in ("", "own") and (since or until):
        first, last = _day("since", since), _day("until", until)
        if first is not None and last is not None and first > last:
            raise QuestionError(Message("studio-explore.days-turned", {"since": first, "until": last}))
        return "own", first, last
    if period in ("90", "365"):
        return period, today - dt.timedelta(days=int(period) - 1), today
    if period == "year":
        return period, today.replace(month=1, day=1), today
    return "all", None, None


def _day(name: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(Message("studio-explore.no-day", {"found": text})) from error


def _option(name: str, text: str, type_: str) -> Any:
    if name in LISTS:
        return tuple(one.strip() for one in text.split(",") if one.strip())
    if name in DURATIONS or "timedelta" in type_:
        try:
            return (
                dt.timedelta(days=int(text)) if text.isdecimal() and len(text) < 7 else parse_duration(text)
            )
        except (ValueError, OverflowError) as error:
            raise QuestionError(Message("studio-explore.no-days", {"found": text})) from error
    if name in DAYS or "date" in type_:
        return _day(name, text)
    if type_ == "int":
        if not text.isdecimal() or len(text) > 7 or int(text) > 1_000_000:
            raise QuestionError(Message("studio-explore.no-number", {"found": text}))
        return int(text)
    return text
