"""What the library concludes about a workspace, remembered as long as documents and data stay as they are."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from django.db import connection

from polku.analytics.journey_measures import JourneyMeasures, measure_journey
from polku.analytics.questions import Asked, ask
from polku.analytics.result import Result
from polku.checks.finding import Finding
from polku.checks.run import check_workspace
from polku.errors import LakeError
from polku.records.log import Log, open_log
from polku.studio.models import Space
from polku.studio.store import workspace_of, workspace_seen
from polku.studio.visit import folder_of

Answer = TypeVar("Answer")

LOG = logging.getLogger(__name__)
LONG = 1.0
"""Seconds of a processor after which work is long, and is done beside who asks for it again."""
RESTS = 5.0
COUNTED = frozenset(("ask", "explore", "compare", "behind", "accounts", "api-compare"))
"""Keys, or their first words, of what is only counted: words, feelings and evidence do not shape it."""
WORDY = frozenset(("friction", "effect", "change"))
"""Questions that read more of the documents all the same."""

_KEPT: OrderedDict[Hashable, Any] = OrderedDict()
_LATELY: dict[Hashable, _Last] = {}
_TURNS: dict[Hashable, threading.RLock] = {}
_LOCK = Lock()
_MOST = 400


@dataclass
class _Last:
    """The last answer of long work: seconds of a processor it took, when it may begin anew, whether it has."""

    answer: Any
    took: float
    until: float
    busy: bool = False


def remembered(space: Space, key: Hashable, work: Callable[[], Answer]) -> Answer:
    """What `work` gives, once per state of documents and data, however many ask at a time.

    Args:
        key: what shapes the answer; the workspace's state, its day and its data's version are added here.
            Of what is only counted (COUNTED) an edit of words does not change the state.
    """
    return _once((*_state(space, key), key), work)


def lately(space: Space, key: Hashable, work: Callable[[], Answer]) -> Answer:
    """As `remembered`; but where `work` is long, what it gave before the last edits, while it is done anew beside.

    It is begun again no sooner than RESTS times as long as it took.
    """
    whole = (*_state(space, key), key)
    name = (space.pk, key)
    with _LOCK:
        if whole in _KEPT:
            found: Answer = _KEPT[whole]
            return found
        last = _LATELY.get(name)
    if last is None or last.took < LONG:
        return _timed(name, whole, work)
    with _LOCK:
        begins = not last.busy and time.monotonic() > last.until
        last.busy = last.busy or begins
    if begins:
        threading.Thread(target=_beside, args=(name, whole, work), daemon=True).start()
    before: Answer = last.answer
    return before


def _timed(name: Hashable, whole: Hashable, work: Callable[[], Answer]) -> Answer:
    began, clock = time.thread_time(), time.monotonic()
    made = _once(whole, work)
    now = time.monotonic()
    with _LOCK:
        _LATELY[name] = _Last(made, time.thread_time() - began, now + RESTS * (now - clock))
    return made


def _beside(name: Hashable, whole: Hashable, work: Callable[[], Any]) -> None:
    try:
        _timed(name, whole, work)
    except Exception:
        # The next who asks finds the one from before, and begins again.
        LOG.exception("%s", name)
        with _LOCK:
            _LATELY.pop(name, None)
    finally:
        connection.close()


def _once(whole: Hashable, work: Callable[[], Answer]) -> Answer:
    """What is kept under a key, else what `work` gives; others who ask for it meanwhile wait for that."""
    with _LOCK:
        if whole in _KEPT:
            _KEPT.move_to_end(whole)
            found: Answer = _KEPT[whole]
            return found
        turn = _TURNS.setdefault(whole, threading.RLock())
    with turn:
        with _LOCK:
            if whole in _KEPT:
                return _KEPT[whole]
        try:
            made = work()
            _keep(whole, made)
            return made
        finally:
            with _LOCK:
                _TURNS.pop(whole, None)


def _state(space: Space, key: Hashable) -> tuple[Hashable, ...]:
    """What a remembered answer hangs on."""
    name, about = (key[0], key[1:2]) if isinstance(key, tuple) else (key, ())
    counted = name in COUNTED and not set(about) & WORDY
    revision: Hashable = _countables(_Same(workspace_seen(space))) if counted else space.revision
    return (space.pk, revision, today_of(space), data_version(space))


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
        _countables(_Same(workspace)),
    )
    with _LOCK:
        if key in _KEPT or not wait:
            found: JourneyMeasures | None = _KEPT.get(key)
            return found

    def work() -> JourneyMeasures | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            return measure_journey(log, workspace, journey, today=today_of(space))

    return _once(key, work)


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


@lru_cache(maxsize=4096)
def _shape(same: _Same) -> str:
    """What of a journey can change a count."""
    journey: Any = same.document
    return repr(
        journey.model_dump(
            exclude={"steps": {"__all__": set(_WORDS_OF_STEP)}, **dict.fromkeys(_WORDS_OF_JOURNEY, True)}
        )
    )


@lru_cache(maxsize=64)
def _countables(same: _Same) -> tuple[Hashable, ...]:
    workspace: Any = same.document
    return tuple(
        _shape(_Same(document)) if name.startswith("journeys/") else _Same(document)
        for name, document in workspace.documents()
        if not name.startswith(_NOT_COUNTED)
    )


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
