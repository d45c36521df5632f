"""What was made once is kept, under all that it hangs on: documents, day, data; so no page shows an answer of before.

An answer hangs on the documents it read. Where it is made of a part of a workspace (`around` a journey, or what is
only counted), an edit elsewhere leaves it as it is; otherwise each edit has it made anew. Whether the reader may see
names, and their language where words are inside, belong into the key.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection

from polku.documents import Workspace
from polku.records.log import Log, open_log
from polku.studio.folders import folder_of
from polku.studio.models import Space
from polku.studio.reading import workspace_seen

Answer = TypeVar("Answer")

LOG = logging.getLogger(__name__)
LONG = 0.3
"""Seconds of a processor after which work is long, and is done beside who asks for it again."""
RESTS = 12.0
PATIENCE = 0.35
"""Seconds that a page waits for what it is about before it says that it is being worked on."""
COUNTED = frozenset(("ask", "explore", "compare", "behind", "accounts", "account", "api-compare"))
"""Keys, or their first words, of what is only counted: words, feelings and evidence do not shape it."""
WORDY = frozenset(("friction", "effect", "change"))
"""Questions that read more of the documents all the same."""
MOST = 400
MOST_OF = {
    "explore": 100,
    "behind": 60,
    "compare": 60,
    "canvas": 200,
    "account": 200,
    "account-drawn": 200,
    "curve": 2000,
    "entry": 2000,
    "findings-in": 1000,
}
"""Answers that are kept of one kind: fewer of those that are large."""

_KEPT: dict[str, OrderedDict[Hashable, Any]] = {}
_LATELY: dict[Hashable, _Last] = {}
_TURNS: dict[Hashable, threading.RLock] = {}
_TOKENS: OrderedDict[Hashable, object] = OrderedDict()
_RUNNING: dict[Hashable, Future[Any]] = {}
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="work")
_LOCK = Lock()


class NotYet(Exception):
    """What a page is about is being worked on; the door shows a page that says so, and looks again by itself."""


@dataclass
class _Last:
    """The last answer of long work: seconds of a processor it took, when it may begin anew, whether it has."""

    answer: Any
    took: float
    until: float
    busy: bool = False


@dataclass(frozen=True)
class Lately(Generic[Answer]):
    """An answer, and whether it is that of a while ago, because work on the present one goes on beside."""

    answer: Answer
    behind: bool


class Same:
    """A thing as part of a key: equal to itself alone, which is enough for documents, for each text is read once."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


@dataclass(frozen=True)
class Part:
    """A workspace with some of its journeys only: what is made of it cannot hang on the others.

    Args:
        state: equal as long as all that is in it is the same.
    """

    whole: Workspace
    journeys: tuple[str, ...]
    state: Hashable

    @property
    def workspace(self) -> Workspace:
        """The documents of the part."""
        other = {f"journeys/{id}" for id in self.whole.journeys if id not in self.journeys}
        return replace(
            self.whole,
            journeys={id: self.whole.journeys[id] for id in self.journeys},
            places={name: places for name, places in self.whole.places.items() if name not in other},
        )


def around(workspace: Workspace, *journeys: str | None) -> Part:
    """All documents but the other journeys; ids of none are left out."""
    ids = tuple(dict.fromkeys(id for id in journeys if id and id in workspace.journeys))
    state = (_beside(Same(workspace)), *(Same(workspace.journeys[id]) for id in ids))
    return Part(workspace, ids, state)


@lru_cache(maxsize=64)
def _beside(same: Same) -> object:
    workspace: Any = same.thing
    documents = (Same(one) for name, one in workspace.documents() if not name.startswith("journeys/"))
    return _token(("beside", *documents, *(Same(problem) for problem in workspace.problems)))


def counted(workspace: Workspace) -> Hashable:
    """What of a workspace can change a count: words, feelings and evidence cannot."""
    return _countables(Same(workspace))


def _token(state: Hashable) -> object:
    """One thing for all equal states, so that a key of many documents is compared once per workspace."""
    with _LOCK:
        found = _TOKENS.setdefault(state, object())
        _TOKENS.move_to_end(state)
        while len(_TOKENS) > 256:
            _TOKENS.popitem(last=False)
    return found


def remembered(
    space: Space, key: Hashable, work: Callable[[], Answer], *, of: Hashable | None = None
) -> Answer:
    """What `work` gives, once per state of documents and data, however many ask at a time.

    Args:
        key: what shapes the answer; the workspace's state, its day and its data's version are added here.
            Of what is only counted (COUNTED) an edit of words does not change the state.
        of: what of the documents it hangs on (`Part.state`), where that is not all of them.
    """
    return _once((*_state(space, key, of), key), work)


def is_kept(space: Space, key: Hashable, *, of: Hashable | None = None) -> bool:
    """Whether `remembered` has the answer."""
    whole = (*_state(space, key, of), key)
    with _LOCK:
        return whole in _pool(key)


def within(space: Space, key: Hashable, work: Callable[[], Answer], patience: float | None) -> Answer | None:
    """What `work` gives, remembered as long as documents and data stay; None where that takes longer than patience.

    It is worked on once however many ask, beside the request and without the database: a reader who goes away
    loses nothing.
    """
    if is_kept(space, key):
        return remembered(space, key, work)
    whole = (*_state(space, key), key)
    with _LOCK:
        running = _RUNNING.get(whole)
        mine = running is None
        if running is None:
            running = _RUNNING[whole] = _POOL.submit(remembered, space, key, work)
    if mine:
        # Not within the lock: of work that is done already the callback runs here and now.
        running.add_done_callback(lambda done: _over(whole))
    try:
        found: Answer = running.result(patience)
        return found
    except TimeoutError:
        return None


def _over(whole: Hashable) -> None:
    with _LOCK:
        _RUNNING.pop(whole, None)


def soon(space: Space, key: Hashable, work: Callable[[], Answer], *, wait: bool = False) -> Answer:
    """As `remembered`, for a page that is about nothing else.

    Args:
        wait: to the end, however long it takes.

    Raises:
        NotYet: it takes longer than a reader should look at nothing.
    """
    found = within(space, key, lambda: (work(),), None if wait else PATIENCE)
    if found is None:
        raise NotYet
    return found[0]


def lately(
    space: Space, key: Hashable, work: Callable[[], Answer], *, nothing: Answer | None = None
) -> Lately[Answer]:
    """As `remembered`; but where `work` is long, what it gave before the last edits, while it is done anew beside.

    It is begun again no sooner than RESTS times as long as it took.

    Args:
        nothing: what there is until it was done once, where that takes long; None waits.
    """
    whole = (*_state(space, key), key)
    # Of other data, or of another day, no answer is shown: who was erased is not in it for a moment longer.
    name = (space.pk, *whole[2:])
    with _LOCK:
        if whole in _pool(key):
            return Lately(_pool(key)[whole], False)
        last = _LATELY.get(name)
    if last is None and nothing is not None:
        first = within(space, key, lambda: _timed(name, whole, work), PATIENCE)
        return Lately(nothing, True) if first is None else Lately(first, False)
    if last is None or last.took < LONG:
        return Lately(_timed(name, whole, work), False)
    with _LOCK:
        begins = not last.busy and time.monotonic() > last.until
        last.busy = last.busy or begins
    if begins:
        threading.Thread(target=_anew, args=(name, whole, work), daemon=True).start()
    return Lately(last.answer, True)


def _timed(name: Hashable, whole: tuple[Hashable, ...], work: Callable[[], Answer]) -> Answer:
    began, clock = time.thread_time(), time.monotonic()
    made = _once(whole, work)
    now = time.monotonic()
    with _LOCK:
        _LATELY[name] = _Last(made, time.thread_time() - began, now + RESTS * (now - clock))
        while len(_LATELY) > 64:
            del _LATELY[next(iter(_LATELY))]
    return made


def _anew(name: Hashable, whole: tuple[Hashable, ...], work: Callable[[], Any]) -> None:
    try:
        _timed(name, whole, work)
    except Exception:
        # The next who asks finds the one from before, and begins again.
        LOG.exception("%s", name)
        with _LOCK:
            _LATELY.pop(name, None)
    finally:
        connection.close()


def _once(whole: tuple[Hashable, ...], work: Callable[[], Answer]) -> Answer:
    """What is kept under a key, else what `work` gives; others who ask for it meanwhile wait for that."""
    with _LOCK:
        pool = _pool(whole[-1])
        if whole in pool:
            pool.move_to_end(whole)
            found: Answer = pool[whole]
            return found
        turn = _TURNS.setdefault(whole, threading.RLock())
    with turn:
        with _LOCK:
            if whole in pool:
                return pool[whole]
        try:
            made = work()
            with _LOCK:
                pool[whole] = made
                while len(pool) > MOST_OF.get(_name(whole[-1]), MOST):
                    pool.popitem(last=False)
            return made
        finally:
            with _LOCK:
                _TURNS.pop(whole, None)


def _name(key: Hashable) -> str:
    return str(key[0] if isinstance(key, tuple) else key)


def _pool(key: Hashable) -> OrderedDict[Hashable, Any]:
    return _KEPT.setdefault(_name(key), OrderedDict())


def forget() -> None:
    """Keep nothing any more."""
    with _LOCK:
        _KEPT.clear()
        _LATELY.clear()
        _TOKENS.clear()
    _beside.cache_clear()
    _countables.cache_clear()
    _shape.cache_clear()


def _state(space: Space, key: Hashable, of: Hashable | None = None) -> tuple[Hashable, ...]:
    """What a remembered answer hangs on."""
    if of is None:
        name, about = (key[0], key[1:2]) if isinstance(key, tuple) else (key, ())
        workspace = workspace_seen(space)
        of = counted(workspace) if name in COUNTED and not set(about) & WORDY else Same(workspace)
    return (space.pk, of, today_of(space), data_version(space))


def records_in(folder: Path) -> Log:
    """The records of a workspace's folder, asked with half the cores: whoever else reads a page meanwhile has the others.

    Raises:
        LakeError: there is no data, or it is damaged.
    """
    return open_log(folder, threads=max(1, (os.cpu_count() or 2) // 2))


def today_of(space: Space) -> dt.date:
    """The day ages are counted from."""
    return space.today or dt.datetime.now(dt.UTC).date()


def data_version(space: Space) -> str:
    """A name for the data in force; empty where none is loaded."""
    try:
        return (folder_of(space) / "lake" / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


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


@lru_cache(maxsize=4096)
def _shape(same: Same) -> str:
    """What of a journey can change a count."""
    journey: Any = same.thing
    return repr(
        journey.model_dump(
            exclude={"steps": {"__all__": set(_WORDS_OF_STEP)}, **dict.fromkeys(_WORDS_OF_JOURNEY, True)}
        )
    )


@lru_cache(maxsize=64)
def _countables(same: Same) -> object:
    workspace: Any = same.thing
    return _token(
        (
            "counted",
            *(
                (name, _shape(Same(document))) if name.startswith("journeys/") else Same(document)
                for name, document in workspace.documents()
                if not name.startswith(_NOT_COUNTED)
            ),
        )
    )
