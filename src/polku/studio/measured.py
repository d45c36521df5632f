"""What the library concludes about a workspace, remembered as long as documents and data stay as they are."""

from __future__ import annotations

from typing import Any

from polku.analytics.asking.questions import Asked, ask
from polku.analytics.journey_measures import JourneyMeasures, measure_journey
from polku.analytics.result import Result
from polku.analytics.rolled_up import as_asked
from polku.checks.finding import Finding
from polku.checks.run import check_workspace
from polku.errors import LakeError
from polku.records.log import Log
from polku.studio.folders import folder_of
from polku.studio.kept import (
    Lately,
    Part,
    Same,
    around,
    counted,
    data_version,
    forget,
    is_kept,
    lately,
    records_in,
    remembered,
    today_of,
)
from polku.studio.models import Space
from polku.studio.reading import workspace_seen

__all__ = [
    "Lately",
    "Part",
    "Same",
    "answer_of",
    "around",
    "as_asked",
    "data_version",
    "findings_of",
    "forget",
    "is_kept",
    "lately",
    "log_of",
    "main_journey",
    "measures_of",
    "remembered",
    "today_of",
]


def log_of(space: Space) -> Log | None:
    """The records of a workspace, to be closed after use; None where none are loaded.

    Raises:
        LakeError: the data is damaged.
    """
    return records_in(folder_of(space)) if data_version(space) else None


def answer_of(
    space: Space, question: str, asked: Asked | None = None, *, roll_up: bool = False, **chosen: Any
) -> Result | None:
    """The answer to a question; None where no data is loaded.

    Args:
        roll_up: count subsidiaries as the company at the top of their group.
        chosen: journey, case, cases, since, until … as `open_study` takes them.

    Raises:
        QuestionError: it cannot be asked this way.
    """

    def work() -> Result | None:
        log = log_of(space)
        if log is None:
            return None
        workspace = workspace_seen(space)
        with log:
            counted_so = as_asked(log, workspace, roll_up=roll_up)
            return ask(counted_so, workspace, question, asked, **{"today": today_of(space), **chosen})

    return remembered(space, ("ask", question, repr(asked), roll_up, repr(sorted(chosen.items()))), work)


def measures_of(
    space: Space, journey: str, *, wait: bool = True, roll_up: bool = False
) -> JourneyMeasures | None:
    """A journey measured; None where no data is loaded.

    It is measured again only after an edit that can change a count: words, feelings and evidence cannot.

    Args:
        roll_up: count subsidiaries as the company at the top of their group.
        wait: measure it now where that was not done yet; else None then, too.
    """
    workspace = workspace_seen(space)
    of = counted(workspace)
    key = ("measures", journey, *(("rolled up",) if roll_up else ()))
    if not wait and not is_kept(space, key, of=of):
        return None

    def work() -> JourneyMeasures | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            counted_so = as_asked(log, workspace, roll_up=roll_up)
            return measure_journey(counted_so, workspace, journey, today=today_of(space))

    return remembered(space, key, work, of=of)


def findings_of(space: Space) -> tuple[Finding, ...]:
    """What the checks find in a workspace, worst first, without those somebody decided to live with."""

    def work() -> tuple[Finding, ...]:
        workspace = workspace_seen(space)
        measures = None
        if data_version(space) and (journey := main_journey(space)):
            try:
                measures = measures_of(space, journey)
            except LakeError:
                measures = None
        found = check_workspace(workspace, today=today_of(space), measures=measures)
        return tuple(one for one in found if one.silenced is None)

    return remembered(space, "findings", work)


def main_journey(space: Space) -> str | None:
    """The journey that checks against data look at: the first that shows how it is today."""
    journeys = workspace_seen(space).journeys.values()
    current = [journey.id for journey in journeys if journey.state == "as-is"]
    return current[0] if current else next((journey.id for journey in journeys), None)
