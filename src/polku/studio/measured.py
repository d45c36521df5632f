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
from polku.documents import Workspace
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
    _keep(whole, made)
    return made


def _keep(key: Hashable, made: Any) -> None:
    with _LOCK:
        _KEPT[key] = made
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)


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


def measures_of(space: Space, journey: str, *, wait: bool = True) -> JourneyMeasures | None:
    """A journey measured; None where no data is loaded.

    It is measured again only after an edit that can change a count: words, feelings and evidence cannot.

    Args:
        wait: measure it now where that was not done yet; else None then, too.
    """
    workspace = workspace_of(space)
    key = (
        space.pk,
        today_of(space),
        data_version(space),
        "measures",
        journey,
        *_countable(workspace, journey),
    )
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            found: JourneyMeasures | None = _KEPT[key]
            return found
    log = log_of(space) if wait else None
    if log is None:
        return None
    with log:
        made = measure_journey(log, workspace, journey, today=today_of(space))
    _keep(key, made)
    return made


_WORDS_OF_STEP = frozenset(
    [
        "does",
        "thinks",
        "expects",
        "feels",
        "pains",
        "gains",
        "evidence",
        "content",
        "front",
        "back",
        "note",
        "moment_of_truth",
        "receives",
        "partner",
        "takes",
    ]
)
_WORDS_OF_JOURNEY = frozenset(("name", "ignore", "mapped_by", "mapped_with", "owner", "review", "validated"))
_NOT_COUNTED = ("evidence/", "improvements/", "sprints/", "partners/")


class _Same:
    """A document as part of a key: equal to itself alone, which is enough, for each text is read once."""

    def __init__(self, document: object) -> None:
        self.document = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.document is other.document

    def __hash__(self) -> int:
        return id(self.document)


def _countable(workspace: Workspace, journey: str) -> tuple[Hashable, ...]:
    """What of a workspace shapes the measures of a journey."""
    own = f"journeys/{journey}"
    others = tuple(
        _Same(document)
        for name, document in workspace.documents()
        if name != own and not name.startswith(_NOT_COUNTED)
    )
    found = workspace.journeys.get(journey)
    if found is None:
        return others
    shape = found.model_dump(
        exclude={"steps": {"__all__": set(_WORDS_OF_STEP)}, **dict.fromkeys(_WORDS_OF_JOURNEY, True)}
    )
    return (*others, repr(shape))


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
