"""The options that shape a question, for every command that asks one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from polku.cli.options import Day

if TYPE_CHECKING:
    from polku.analytics.asking.asked import Asked

_Command = TypeVar("_Command", bound=Callable[..., Any])

OPTIONS = {
    "of": "--of",
    "start": "--from",
    "end": "--to",
    "stages": "--stages",
    "window": "--window",
    "definition": "--time",
    "transform": "--transform",
    "by": "--by",
    "weight": "--weight",
    "models": "--model",
    "conversion": "--conversion",
    "scope": "--scope",
    "lookback": "--lookback",
    "grain": "--grain",
    "value": "--value",
    "mode": "--mode",
    "people": "--people",
    "exclude": "--exclude",
    "entered_since": "--entered-since",
    "entered_until": "--entered-until",
    "improvement": "--improvement",
}
DURATIONS = ("window", "lookback")
LISTS = ("stages", "models", "exclude")

SHAPE: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "of": click.option(
            "--of", metavar="WHAT", help="Count activity, touchpoint, step, stage or channel."
        ),
        "start": click.option("--from", "start", metavar="A", help="Time: from here."),
        "end": click.option("--to", "end", metavar="B", help="Time: to here."),
        "definition": click.option(
            "--time", "definition", metavar="HOW", help="Time: first-after, first-first or every-next."
        ),
        "stages": click.option(
            "--stages", metavar="A,B,C", help="Funnel: its stages; demo@expert is one an expert met."
        ),
        "window": click.option("--window", metavar="P90D", help="Funnel: longest time from the first stage."),
        "mode": click.option(
            "--mode", metavar="HOW", help="Funnel: stages ordered, strict (nothing between) or any (order)."
        ),
        "people": click.option(
            "--people", type=click.IntRange(1), help="Funnel: so many persons must meet a stage."
        ),
        "exclude": click.option(
            "--exclude", metavar="A,B", help="Funnel: who meets one of these goes no further."
        ),
        "entered_since": click.option(
            "--entered-since", type=Day(), help="Funnel: only who enters on this day or later."
        ),
        "entered_until": click.option(
            "--entered-until", type=Day(), help="Funnel: only who enters on this day or earlier."
        ),
        "improvement": click.option(
            "--improvement", metavar="ID", help="Effect: of this improvement, before and after it went live."
        ),
        "transform": click.option(
            "--transform",
            metavar="HOW",
            help="Paths, variants: identity, exposure or first; attribution has more.",
        ),
        "by": click.option(
            "--by",
            metavar="WHAT",
            help="Touches: by role, channel or device. Deviations: by stage, role or account. Retention: by segment. "
            "Attribution: by channel, touchpoint or campaign.",
        ),
        "models": click.option(
            "--model",
            "models",
            metavar="A,B,C",
            help="Attribution: models side by side, or all. Campaigns: one of them.",
        ),
        "conversion": click.option(
            "--conversion", metavar="ACTIVITY", help="Attribution: what is led to; won deals where left out."
        ),
        "scope": click.option(
            "--scope", metavar="WHOSE", help="Attribution: touches of account, deal-people or person."
        ),
        "lookback": click.option(
            "--lookback", metavar="P90D", help="Attribution, campaigns: no touches longer before than this."
        ),
        "grain": click.option(
            "--grain", metavar="WHAT", help="Attribution: a touch is an event, session or unique."
        ),
        "value": click.option(
            "--value", metavar="OF", help="Attribution: worth what the deal or the event says."
        ),
        "weight": click.option("--weight", metavar="HOW", help="Voice: by respondent, account or revenue."),
    }
)
"""By the field of what is asked; a command adds those that its questions read, with `shaped_by`."""


def shaped_by(names: Iterable[str]) -> Callable[[_Command], _Command]:
    """Add options of SHAPE to a command; their values arrive under the same names."""

    def add(command: _Command) -> _Command:
        for name in reversed(list(names)):
            command = SHAPE[name](command)
        return command

    return add


def asked_of(name: str, shape: Mapping[str, Any], top: int) -> Asked:
    """What was asked beyond the study.

    Args:
        shape: values by the name of the option; None was not given.
        top: rows that are shown.

    Raises:
        QuestionError: the question is not known, does not take an option, or its value cannot be read.
    """
    from polku.analytics.asking.questions import Asked, question
    from polku.analytics.variants import MOST
    from polku.documents import parse_duration
    from polku.errors import QuestionError
    from polku.words import Message

    known = question(name)
    given = {key: value for key, value in shape.items() if value is not None}
    for key in given:
        if key not in known.options:
            takes = [OPTIONS[option] for option in known.options if option in OPTIONS]
            raise QuestionError(
                Message(
                    "measure.not-taken", {"option": OPTIONS[key], "question": name, "known": takes or None}
                )
            )
    for key in LISTS:
        if key in given:
            given[key] = tuple(one.strip() for one in given[key].split(",") if one.strip())
    for key in DURATIONS:
        if key in given:
            try:
                given[key] = parse_duration(given[key])
            except ValueError as error:
                wrong = {"option": OPTIONS[key], "found": given[key]}
                raise QuestionError(Message("measure.bad-window", wrong)) from error
    return Asked(most=max(MOST, top), **given)
