"""Models of attribution as data: what part of a conversion each touch of its path gets, and the vendors' presets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from polku.analytics import shapley
from polku.analytics.touch_paths import NEVER
from polku.documents import parse_duration
from polku.errors import QuestionError
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.touch_paths import Column, PathSet

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


def touch_weights(paths: PathSet, model: Model, direct: Column) -> Column:
    """Touch → its part of a conversion; the parts of a path add up to 1, but for participation and `same`.

    Args:
        paths: each ended by a conversion.
        direct: node → whether it is direct, for the last that is not.
    """
    if isinstance(model, One):
        return _one(paths, model, direct)
    if isinstance(model, Participation):
        return paths.new.astype(float)
    if isinstance(model, Shapley):
        return shapley.weights(paths)
    if isinstance(model, Milestones):
        return _milestones(paths, model)
    assert not isinstance(model, Markov)
    return _normal(paths, _raw(paths, model))


def _raw(paths: PathSet, model: Position | Decay | Recent | Ranked | Even) -> Column:
    if isinstance(model, Ranked):
        return paths.place + 1.0
    if isinstance(model, Recent):
        parts = np.array([*model.parts, 0.0])
        return parts[np.minimum(paths.left, len(model.parts))]
    if isinstance(model, Decay):
        length = model.half_life // dt.timedelta(microseconds=1)
        halvings = paths.before // length if model.stepped else paths.before / length
        # Counted from the path's youngest touch: the same after normalising, and never all too small to be told.
        youngest = np.full(len(paths.won), np.inf)
        np.minimum.at(youngest, paths.path, halvings)
        weights: Column = np.exp2(youngest[paths.path] - halvings)
        return weights
    if isinstance(model, Position):
        n = paths.n[paths.path]
        middle = np.where(n > 2, model.middle / np.maximum(n - 2, 1), 0.0)
        return np.where(
            n == 1,
            1.0,
            np.where(paths.place == 0, model.first, np.where(paths.left == 0, model.last, middle)),
        )
    return np.ones(len(paths.path))


def _normal(paths: PathSet, raw: Column) -> Column:
    total = np.bincount(paths.path, weights=raw, minlength=len(paths.won))
    normal: Column = raw / total[paths.path]
    return normal


def _one(paths: PathSet, model: One, direct: Column) -> Column:
    if model.which == "first":
        return np.where(paths.place == 0, 1.0, 0.0)
    if model.which == "last":
        return np.where(paths.left == 0, 1.0, 0.0)
    if model.which == "same":
        # Credit of the conversion's own event belongs to no touch: see `own_credit`.
        return np.zeros(len(paths.path))
    place = np.where(direct[paths.node], -1, paths.place)
    chosen = np.full(len(paths.won), -1, dtype=np.int64)
    np.maximum.at(chosen, paths.path, place)
    chosen = np.where(chosen < 0, paths.n - 1, chosen)
    return np.where(paths.place == chosen[paths.path], 1.0, 0.0)


def _milestones(paths: PathSet, model: Milestones) -> Column:
    """Milestones that are missing, or lie after the cut, drop out; what is left is made a whole again."""
    count = len(paths.won)
    first = np.zeros(count, dtype=np.int64)
    last = paths.n - 1
    lead = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(lead, paths.path, np.where(paths.lead, paths.place, np.iinfo(np.int64).max))
    lead = np.where(lead == np.iinfo(np.int64).max, -1, lead)
    deal = _deal_touch(paths, nearest=model.nearest)
    until = np.where(deal >= 0, deal, last) if model.until == "deal" else last
    weights = np.zeros(len(paths.path))
    taken = np.zeros(len(paths.path), dtype=bool)
    for at, part in ((first, model.first), (lead, model.lead), (deal, model.deal), (last, model.close)):
        meets = (at >= 0) & (at <= until)
        if part:
            touches = (paths.start + at)[meets]
            weights[touches] += part
            taken[touches] = True
    between = ~taken & (paths.place <= until[paths.path])
    others = np.bincount(paths.path, weights=between, minlength=count)[paths.path]
    weights += np.where(between, model.rest / np.maximum(others, 1), 0.0)
    return _normal(paths, weights)


def _deal_touch(paths: PathSet, *, nearest: bool) -> Column:
    """Path → the place of the touch at which its deal was created, −1 unknown."""
    created = paths.created[paths.path]
    known = created != NEVER
    found = np.full(len(paths.won), -1, dtype=np.int64)
    if not nearest:
        np.maximum.at(found, paths.path, np.where(known & (paths.at <= created), paths.place, -1))
        return found
    apart = np.where(known, np.abs(paths.at - created), np.iinfo(np.int64).max)
    least = np.full(len(paths.won), np.iinfo(np.int64).max)
    np.minimum.at(least, paths.path, apart)
    # Of two as near, the later.
    np.maximum.at(found, paths.path, np.where(known & (apart == least[paths.path]), paths.place, -1))
    return found
