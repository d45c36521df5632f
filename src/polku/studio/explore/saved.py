"""The workspace's saved filters as chips: each in words, chosen with one press, and what is chosen now kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from polku.analytics.asking.asked import Question
from polku.analytics.filters.filters import in_words, read_event_filter, read_filter, saved_filters
from polku.documents import Filter
from polku.errors import QuestionError
from polku.studio.explore.choice import OUTCOMES, Choice
from polku.studio.things_now import done_of
from polku.studio.visit import Visit

Link = Callable[[Choice, Choice | None], str]
AT_HAND = 6
"""So many chips stand in the bar; all stand in the list."""


@dataclass(frozen=True)
class Chip:
    """A saved filter.

    Args:
        words: what it lets through; empty where it cannot be read.
        on: whether it is chosen; link: chooses it, or lets go of it.
    """

    filter: Filter
    words: str
    on: bool
    link: str


def saved_chips(visit: Visit, question: Question, a: Choice, b: Choice | None, link: Link) -> dict[str, Any]:
    """What the filter bar shows of the workspace's filters.

    Args:
        link: the address of this page with other choices.
    """
    rows = [("A" if b else "", _chips(visit, question, a, lambda one: link(one, b)))]
    if b is not None:
        rows.append(("B", _chips(visit, question, b, lambda one: link(a, one))))
    cases, events = keepable(a)
    query = visit.request.GET.copy()
    query.pop("done", None)
    chosen = any(chip.on for chip in rows[0][1])
    return {
        "saved_rows": [(letter, chips[:AT_HAND]) for letter, chips in rows if chips],
        "saved": rows[0][1],
        "keep": visit.say.text(a.words(visit.workspace) or "") if (cases or events) and not chosen else "",
        "keep_cases": cases,
        "keep_events": events,
        # Once kept, the filter stands for what it was made of.
        "keep_around": link(replace(a, cases="", events="", segment="", outcome=""), b).partition("?")[2],
        "back": query.urlencode(),
        "done": done_of(visit),
    }


def keepable(choice: Choice) -> tuple[str, str]:
    """The filter of cases and that of events that a choice is made of; empty where there is none or it cannot be read."""
    if choice.outcome and choice.outcome not in OUTCOMES:
        return "", ""
    try:
        if choice.events:
            read_event_filter(choice.events, choice.saved_events)
        return choice.expression or "", choice.events
    except QuestionError:
        return "", ""


def _chips(visit: Visit, question: Question, choice: Choice, link: Callable[[Choice], str]) -> list[Chip]:
    found = []
    for one in visit.workspace.settings.filters:
        if one.cases is None and not question.takes_events:
            continue
        cases = f"filter({one.id})" if one.cases is not None else ""
        events = f"filter({one.id})" if one.events is not None and question.takes_events else ""
        on = (choice.cases, choice.events) == (cases, events)
        other = replace(choice, cases="" if on else cases, events="" if on else events)
        found.append(Chip(one, _words(visit, one.cases or "", one.events or ""), on, link(other)))
    return found


def _words(visit: Visit, cases: str, events: str) -> str:
    """A filter as a sentence; empty where it cannot be read."""
    saved = visit.workspace.settings.filters
    try:
        told = [in_words(read_filter(cases, saved=saved_filters(saved, "cases")))] if cases else []
        told += [in_words(read_event_filter(events, saved_filters(saved, "events")))] if events else []
    except QuestionError:
        return ""
    return "; ".join(visit.say.text(one) for one in told)
