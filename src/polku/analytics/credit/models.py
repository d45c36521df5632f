"""Models of attribution as data: what part of a conversion each touch of its path gets, and the vendors' presets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from polku.analytics.credit import shapley
from polku.analytics.credit.touch_paths import NEVER
from polku.documents import parse_duration
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Column, PathSet

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class One:
    """One touch has all: the first, the last, the last that is not direct, or the conversion's own event."""

    which: Literal["first", "last", "last-non-direct", "same"]


@dataclass(frozen=True)
class Position:
    """Parts for the first touch, all middle ones together, and the last; the middle's falls away without one."""

    first: float
    middle: float
    last: float


@dataclass(frozen=True)
class Decay:
    """Half as much for each half-life before the conversion, smoothly or in steps."""

    half_life: dt.timedelta = WEEK
    stepped: bool = False


@dataclass(frozen=True)
class Recent:
    """Fixed parts for the most recent touches, the last first."""

    parts: tuple[float, ...]


@dataclass(frozen=True)
class Ranked:
    """The i-th of n touches has i parts."""


@dataclass(frozen=True)
class Even:
    """All touches the same."""


@dataclass(frozen=True)
class Participation:
    """Every distinct node of the path has all of it; sums are larger than the conversions, on purpose."""


@dataclass(frozen=True)
class Milestones:
    """Parts for the touches of milestones, and the rest for all touches between.

    Args:
        rest: shared equally by the touches that are no milestone.
        nearest: the deal's creation belongs to the touch nearest to it in time, else to the last before it.
        until: touches after this milestone have nothing.
    """

    first: float
    lead: float
    deal: float = 0.0
    close: float = 0.0
    rest: float = 0.0
    nearest: bool = False
    until: Literal["deal", "close"] = "close"


@dataclass(frozen=True)
class Shapley:
    """Each path shared equally by its distinct nodes: exact for the game of sums over subsets."""


@dataclass(frozen=True)
class Markov:
    """Removal effects of a first-order chain."""


Model: TypeAlias = (
    "One | Position | Decay | Recent | Ranked | Even | Participation | Milestones | Shapley | Markov"
)

MODELS: Mapping[str, Model] = {
    "first": One("first"),
    "last": One("last"),
    "last-non-direct": One("last-non-direct"),
    "same": One("same"),
    "linear": Even(),
    "u": Position(0.4, 0.2, 0.4),
    "j": Position(0.2, 0.2, 0.6),
    "inverse-j": Position(0.6, 0.2, 0.2),
    "time-decay": Decay(),
    "time-decay-stepped": Decay(stepped=True),
    "simple-decay": Recent((50, 25, 12.5, 6.25, 3.125, 1.563)),
    "position-decay": Ranked(),
    "participation": Participation(),
    "marketo-u": Milestones(0.5, 0.5, nearest=True),
    "hubspot-u": Milestones(0.4, 0.4, rest=0.2),
    "marketo-w": Milestones(0.3, 0.3, 0.3, rest=0.1, nearest=True, until="deal"),
    "hubspot-w": Milestones(0.3, 0.3, 0.3, rest=0.1, until="deal"),
    "marketo-full-path": Milestones(0.225, 0.225, 0.225, 0.225, 0.1, nearest=True),
    "hubspot-full-path": Milestones(0.225, 0.225, 0.225, 0.225, 0.1),
    "markov": Markov(),
    "shapley": Shapley(),
}
"""Models by the name that a question asks for."""

SAME_AS: Mapping[str, str] = {
    "adobe-u": "u",
    "matomo-position": "u",
    "snowplow-position": "u",
    "salesforce-position": "u",
    "google-position": "u",
    "dp6-position": "u",
    "salesforce-even": "linear",
    "adobe-j": "j",
    "adobe-inverse-j": "inverse-j",
    "adobe-time-decay": "time-decay",
    "adobe-participation": "participation",
    "adobe-same": "same",
    "adobe-algorithmic": "shapley",
    "matomo-last-non-direct": "last-non-direct",
    "dp6-time-decay": "time-decay-stepped",
    "dp6-position-decay": "position-decay",
    "hubspot-2016-decay": "simple-decay",
}
"""Vendors' names for models that several share."""

USUAL = ("first", "last", "linear", "time-decay", "marketo-w", "markov", "shapley")
USUAL_WITHOUT_DEALS = ("first", "last", "linear", "time-decay", "u", "markov", "shapley")
APART = (One, Participation)
"""Kinds of models that are not asked whether they agree: they look at one touch, or do not add up."""


def model_named(name: str) -> Model:
    """The model of a name: of MODELS or SAME_AS, `position:40/20/40`, `time-decay:P30D`, `time-decay-stepped:P7D`.

    Raises:
        QuestionError: there is none, or its numbers cannot be read.
    """
    found = MODELS.get(SAME_AS.get(name, name))
    if found is not None:
        return found
    kind, _, said = name.partition(":")
    try:
        if kind == "position":
            first, middle, last = (float(part) for part in said.split("/"))
            if min(first, middle, last) < 0 or first + last <= 0 or not np.isfinite(first + middle + last):
                raise ValueError(said)
            return Position(first, middle, last)
        if kind in ("time-decay", "time-decay-stepped") and said:
            half_life = parse_duration(said)
            if half_life <= dt.timedelta(0):
                raise ValueError(said)
            return Decay(half_life, stepped=kind == "time-decay-stepped")
    except ValueError as error:
        raise QuestionError(Message("analytics.attribution-model-numbers", {"name": name})) from error
    raise QuestionError(
        Message(
            "analytics.attribution-model",
            {"name": name, "known": [*MODELS, "position:40/20/40", "time-decay:P30D"]},
        )
    )


def credit(paths: PathSet, model: Model) -> tuple[Column, Column, Column]:
    """Parts of conversions that nodes get: node, part and path of each; node `size` stands for none.

    The parts of a path add up to 1, but for participation. A node of a path may come several times.

    Args:
        paths: each ended by a conversion; model: any but Markov's, which looks at all paths together.
    """
    if isinstance(model, One):
        every = np.arange(len(paths.won))
        return _one(paths, model), np.ones(len(every)), every
    assert not isinstance(model, Markov)
    cells = paths.cells
    if isinstance(model, Even):
        part = cells.count / paths.n[cells.path]
    elif isinstance(model, Participation):
        part = np.ones(len(cells.path))
    elif isinstance(model, Shapley):
        part = shapley.parts(cells)
    else:
        part = cells.sums(_weights(paths, model))
    return cells.node, part, cells.path


def _one(paths: PathSet, model: One) -> Column:
    """Path → the node that has all of it."""
    if model.which == "same":
        return np.where(paths.own < 0, len(paths.labels), paths.own)
    if model.which == "first":
        return paths.node[paths.start]
    at = paths.last
    if model.which == "last-non-direct":
        direct = [label.casefold().strip("()") in ("direct", "none") for label in paths.labels]
        at = _last_of(paths, np.flatnonzero(~np.array(direct, dtype=bool)[paths.node]), paths.last)
    return paths.node[at]


def _last_of(paths: PathSet, touches: Column, none: Column) -> Column:
    """Path → the last of its touches among these, which rise, or what stands for none."""
    found = none.copy()
    # Of several assignments the last stays.
    found[paths.path[touches]] = touches
    return found


def _weights(paths: PathSet, model: Position | Decay | Recent | Ranked | Milestones) -> Column:
    """Touch → its part of its path's conversion."""
    raw = _milestones(paths, model) if isinstance(model, Milestones) else _raw(paths, model)
    if len(raw):
        raw /= paths.each(np.add.reduceat(raw, paths.start))
    return raw


def _raw(paths: PathSet, model: Position | Decay | Recent | Ranked) -> Column:
    if isinstance(model, Ranked):
        return paths.place + 1.0
    if isinstance(model, Recent):
        parts = np.array([*model.parts, 0.0])
        return parts[np.minimum(paths.left, len(model.parts))]
    if isinstance(model, Decay):
        length = model.half_life // dt.timedelta(microseconds=1)
        before = paths.before
        halvings = (before // length).astype(float) if model.stepped else before / length
        if not len(halvings):
            return halvings
        # Counted from the path's youngest touch: the same after normalising, and never all too small to be told.
        youngest = np.minimum.reduceat(halvings, paths.start)
        np.subtract(paths.each(youngest), halvings, out=halvings)
        return np.exp2(halvings, out=halvings)
    n = paths.n
    weights = paths.each(model.middle / np.maximum(n - 2, 1))
    weights[paths.last] = np.where(n > 1, model.last, 1.0)
    weights[paths.start] = np.where(n > 1, model.first, 1.0)
    return weights


def _milestones(paths: PathSet, model: Milestones) -> Column:
    """Milestones that are missing, or lie after the cut, drop out; what is left is yet to be made a whole."""
    last = paths.last
    lead = paths.held("lead", lambda: _lead_touch(paths))
    deal = paths.held(f"deal {model.nearest}", lambda: _deal_touch(paths, nearest=model.nearest))
    until = np.where(deal >= 0, deal, last) if model.until == "deal" else last
    parts = ((paths.start, model.first), (lead, model.lead), (deal, model.deal), (last, model.close))
    marks = [(np.where(at <= until, at, -1), part) for at, part in parts if part]
    others = until + 1 - paths.start
    for place, (at, _) in enumerate(marks):
        # One touch can be several milestones.
        new = at >= 0
        for before, _ in marks[:place]:
            new &= at != before
        others -= new
    weights = paths.each(model.rest / np.maximum(others, 1))
    if until is not last:
        weights *= np.arange(len(weights)) <= paths.each(until)
    touched = [(at[np.flatnonzero(at >= 0)], part) for at, part in marks]
    for at, _ in touched:
        weights[at] = 0.0
    for at, part in touched:
        weights[at] += part
    return weights


def _lead_touch(paths: PathSet) -> Column:
    """Path → the first touch at which a lead can come to be, −1 none."""
    # Backwards, so that the first of several stays.
    return _last_of(paths, paths.leading[::-1], np.full(len(paths.won), -1))


def _deal_touch(paths: PathSet, *, nearest: bool) -> Column:
    """Path → the touch at which its deal was created, −1 unknown."""
    none = np.full(len(paths.won), -1)
    if not (paths.created != NEVER).any():
        return none
    created = paths.each(paths.created)
    if not nearest:
        return _last_of(paths, np.flatnonzero(paths.at <= created), none)
    apart = np.abs(paths.at - created)
    # Of two as near, the later.
    near = apart == paths.each(np.minimum.reduceat(apart, paths.start))
    found = _last_of(paths, np.flatnonzero(near), none)
    found[paths.created == NEVER] = -1
    return found
