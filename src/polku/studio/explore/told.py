"""The answer to a question with what its page shows beside it; asked in a thread, so that a page never hangs on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study, question
from polku.analytics.behind.openings import Behind, cases_behind
from polku.analytics.compare import Comparison, compare
from polku.analytics.coverage import BuyingCentre, buying_centres
from polku.analytics.journey_measures import JourneyMeasures, measure_journey
from polku.analytics.result import Result
from polku.analytics.study import Study
from polku.documents import Workspace
from polku.studio.explore.choice import Choice
from polku.studio.folders import folder_of
from polku.studio.kept import records_in, today_of, within
from polku.studio.measured import as_asked, measures_of
from polku.studio.models import Space

PATIENCE = 0.35
"""Seconds that a page waits for its answer before it is shown without."""
NAMED = ("coverage", "now", "score", "deviations")
"""Questions whose answers name accounts."""


@dataclass(frozen=True)
class Told:
    """What the library says of one question and one choice.

    Args:
        measures: of the journey, where the question's page shows them.
        others: further answers by question.
        centres: buying centres of accounts, for coverage; names: what the records call accounts.
    """

    result: Result
    asked: Asked
    measures: JourneyMeasures | None = None
    others: Mapping[str, Result] = field(default_factory=dict)
    centres: tuple[BuyingCentre, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def tell(
    space: Space,
    workspace: Workspace,
    name: str,
    choice: Choice,
    *,
    beside: tuple[str, ...] = (),
    measured: bool = False,
    patience: float | None = PATIENCE,
) -> Told | None:
    """The answer to a question; None where it is not there yet: it is being worked on, and remembered.

    Args:
        beside: further questions that the page shows.
        measured: whether the journey's measures belong to it.
        patience: seconds to wait; None waits to the end.

    Raises:
        QuestionError: it cannot be asked this way.
    """
    asked = choice.asked(question(name))
    folder, today = folder_of(space), today_of(space)

    def work() -> Told:
        told = _told(folder, workspace, name, choice, asked, today, beside, measured)
        if not measured or choice.case or choice.events or choice.groups or not _unfiltered(choice):
            return told
        # Of all cases the journey is measured for other pages, too: once is enough.
        return replace(told, measures=measures_of(space, choice.journey) if choice.journey else None)

    return within(space, ("explore", name, repr(choice), beside, measured), work, patience)


def compared(
    space: Space, workspace: Workspace, name: str, a: Choice, b: Choice, *, patience: float | None = PATIENCE
) -> Comparison | None:
    """Two choices of one question compared; None where that is not there yet.

    Raises:
        QuestionError: the question has nothing to compare, or cannot be asked this way.
    """
    asked = a.asked(question(name))
    folder, today = folder_of(space), today_of(space)

    def work() -> Comparison:
        with records_in(folder) as opened:
            log = as_asked(opened, workspace, roll_up=a.groups)
            first, second = (
                open_study(log, workspace, question=name, today=today, **one.study()) for one in (a, b)
            )
            try:
                return compare(first, second, name, asked)
            finally:
                first.close()
                second.close()

    return within(space, ("compare", name, repr(a), repr(b)), work, patience)


def opened(
    space: Space, workspace: Workspace, name: str, choice: Choice, row: Mapping[str, Any], column: str
) -> Behind:
    """The cases behind a number.

    Raises:
        QuestionError: it cannot be opened.
    """
    asked = choice.asked(question(name))
    folder, today = folder_of(space), today_of(space)

    def work() -> Behind:
        with records_in(folder) as kept:
            log = as_asked(kept, workspace, roll_up=choice.groups)
            study = open_study(log, workspace, question=name, today=today, **choice.study())
            try:
                return cases_behind(study, name, row, column, asked)
            finally:
                study.close()

    found = within(
        space, ("behind", name, repr(choice), repr(sorted(row.items(), key=str)), column), work, None
    )
    assert found is not None
    return found


def _told(
    folder: Path,
    workspace: Workspace,
    name: str,
    choice: Choice,
    asked: Asked,
    today: dt.date,
    beside: tuple[str, ...],
    measured: bool,
) -> Told:
    with records_in(folder) as kept:
        log = as_asked(kept, workspace, roll_up=choice.groups)
        study = open_study(log, workspace, question=name, today=today, **choice.study())
        try:
            result = answer(study, name, asked)
            others = {
                other: answer(study, other, _beside(other, asked)) for other in beside if _can(other, study)
            }
            centres: tuple[BuyingCentre, ...] = ()
            names: dict[str, str] = {}
            if name == "coverage":
                centres = buying_centres(study)
            if name in NAMED:
                names = {
                    str(id): str(called or id)
                    for id, called in log.rows("SELECT account_id, name FROM {accounts}")
                }
        finally:
            study.close()
        measures = None
        apart = choice.groups or not _unfiltered(choice)
        if measured and choice.journey and not choice.case and not choice.events and apart:
            measures = measure_journey(
                log,
                workspace,
                choice.journey,
                today=today,
                cases=choice.expression,
                since=choice.since,
                until=choice.until,
            )
    return Told(result, asked, measures, others, centres, names)


def _unfiltered(choice: Choice) -> bool:
    return choice.expression is None and choice.since is None and choice.until is None


def _can(name: str, study: Study) -> bool:
    """Whether a question can be asked of the same cases; spend only where some is known."""
    wanted = question(name)
    if (wanted.needs_journey and study.journey is None) or (
        study.events is not None and not wanted.takes_events
    ):
        return False
    if wanted.case is not None and wanted.case != study.case:
        return False
    return name != "campaigns" or bool(study.log.rows("SELECT 1 FROM {spend} LIMIT 1"))


def _beside(name: str, asked: Asked) -> Asked:
    """What another question is asked with beside one: the same time before deals."""
    return Asked(transform="exposure") if name == "variants" else Asked(lookback=asked.lookback)
