"""What the library concludes about a workspace, remembered as long as documents and data stay as they are."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from polku.analytics.journey_measures import JourneyMeasures, measure_journey
from polku.analytics.questions import Asked, ask
from polku.analytics.result import Result
from polku.checks.finding import Finding
from polku.checks.run import check_workspace
from polku.errors import LakeError
from polku.records.log import Log, open_log
from polku.studio.models import Space
from polku.studio.store import workspace_of
from polku.studio.visit import folder_of

Answer = TypeVar("Answer")

_KEPT: OrderedDict[Hashable, Any] = OrderedDict()
_LOCK = Lock()
_MOST = 400


def remembered(space: Space, key: Hashable, work: Callable[[], Answer]) -> Answer:
    """What `work` gives, once per state of documents and data.

    Args:
        key: what shapes the answer; the workspace's revision, its day and its data's version are added here.
    """
    whole = (space.pk, space.revision, today_of(space), data_version(space), key)
    with _LOCK:
        if whole in _KEPT:
            _KEPT.move_to_end(whole)
            found: Answer = _KEPT[whole]
            return found
    made = work()
    with _LOCK:
        _KEPT[whole] = made
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return made


def today_of(space: Space) -> dt.date:
    """The day ages are counted from."""
    return space.today or dt.datetime.now(dt.UTC).date()


def data_version(space: Space) -> str:
    """A name for the data in force; empty where none is loaded."""
    try:
        return (folder_of(space) / "lake" / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def log_of(space: Space) -> Log | None:
    """The records of a workspace, to be closed after use; None where none are loaded.

    Raises:
        LakeError: the data is damaged.
    """
    return open_log(folder_of(space)) if data_version(space) else None


def answer_of(space: Space, question: str, asked: Asked | None = None, **chosen: Any) -> Result | None:
    """The answer to a question; None where no data is loaded.

    Args:
        chosen: journey, case, cases, since, until … as `open_study` takes them.

    Raises:
        QuestionError: it cannot be asked this way.
    """

    def work() -> Result | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            return ask(log, workspace_of(space), question, asked, **{"today": today_of(space), **chosen})

    workspace_of(space)
    return remembered(space, ("ask", question, repr(asked), repr(sorted(chosen.items()))), work)


def measures_of(space: Space, journey: str) -> JourneyMeasures | None:
    """A journey measured; None where no data is loaded."""

    def work() -> JourneyMeasures | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            return measure_journey(log, workspace_of(space), journey, today=today_of(space))

    workspace_of(space)
    return remembered(space, ("measures", journey), work)


def findings_of(space: Space) -> tuple[Finding, ...]:
    """What the checks find in a workspace, worst first, without those somebody decided to live with."""

    def work() -> tuple[Finding, ...]:
        workspace = workspace_of(space)
        measures = None
        if data_version(space) and (journey := main_journey(space)):
            try:
                measures = measures_of(space, journey)
            except LakeError:
                measures = None
        found = check_workspace(workspace, today=today_of(space), measures=measures)
        return tuple(one for one in found if one.silenced is None)

    workspace_of(space)
    return remembered(space, "findings", work)


def main_journey(space: Space) -> str | None:
    """The journey that checks against data look at: the first that shows how it is today."""
    journeys = workspace_of(space).journeys.values()
    current = [journey.id for journey in journeys if journey.state == "as-is"]
    return current[0] if current else next((journey.id for journey in journeys), None)
