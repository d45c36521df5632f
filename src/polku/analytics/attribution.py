"""Attribution: how conversions are shared among the touches before them, by several models side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from polku.analytics.result import Result
from polku.analytics.statistics.intervals import SEED
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.credit.conversion_paths import FoundPaths
    from polku.analytics.credit.quick_paths import Quick
    from polku.analytics.credit.shares import Shared
    from polku.analytics.credit.touch_paths import PathSet
    from polku.analytics.study import Study

By = Literal["channel", "touchpoint", "campaign"]
BYS: tuple[By, ...] = ("channel", "touchpoint", "campaign")
SCOPES = ("account", "deal-people", "person")
VALUES = ("deal", "event")
DRAWS = 1000
"""Times that accounts are drawn again for an interval."""
WITHIN = 0.15
"""Models agree on a node where their shares are within this."""
_SAME = 1e-9


@dataclass(frozen=True)
class Attribution(Result):
    """One row per model and node; node None (of the model `same` only) is conversions whose own event is no node.

    Args:
        conversions, value: what the node is credited with; value None where no conversion says what it is worth.
        share: of all conversions on paths; for participation the share of conversions that met it.
        low, high: 95 % interval of the share by drawing accounts again; None below `limits.small` conversions.
        total_conversions, total_value: on paths; the rows of a model add up to them, but for participation.
        null_paths: paths that no conversion ended.
        agreement: node → lowest and highest share of the models that can be asked, and whether they agree.
        asked_to_agree: these models.
        draws: how often accounts were drawn again; 0 without intervals.
    """

    BY: ClassVar[By] = "channel"
    EXTRA: ClassVar[tuple[str, ...]] = (
        "total_conversions",
        "total_value",
        "null_paths",
        "agreement",
        "asked_to_agree",
        "draws",
    )

    model: tuple[str, ...]
    node: tuple[str | None, ...]
    conversions: tuple[float, ...]
    value: tuple[float | None, ...]
    share: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    total_conversions: int
    total_value: float | None
    null_paths: int
    agreement: Mapping[str, Mapping[str, Any]]
    asked_to_agree: tuple[str, ...]
    draws: int

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Keys of a row; the node is named after what it is."""
        return tuple(cls.BY if key == "node" else key for key in cls.columns())

    @property
    def nodes(self) -> tuple[str, ...]:
        """What has a share, in the order of the rows."""
        return tuple(dict.fromkeys(node for node in self.node if node is not None))

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order they were asked for."""
        return tuple(dict.fromkeys(self.model))


@dataclass(frozen=True)
class AttributionByTouchpoint(Attribution):
    """The same for touchpoints."""

    BY: ClassVar[By] = "touchpoint"


@dataclass(frozen=True)
class AttributionByCampaign(Attribution):
    """The same for campaigns."""

    BY: ClassVar[By] = "campaign"


_KINDS: Mapping[str, type[Attribution]] = {
    kind.BY: kind for kind in (Attribution, AttributionByTouchpoint, AttributionByCampaign)
}


def attribution(
    study: Study,
    models: tuple[str, ...] = (),
    *,
    conversion: str | None = None,
    by: str = "channel",
    scope: str | None = None,
    lookback: dt.timedelta | None = None,
    grain: str = "event",
    transform: str = "unique",
    value: str | None = None,
    draws: int = DRAWS,
) -> Attribution:
    """Share conversions among the touches before them.

    A touch is an event with a channel, not internal and no conversion. A path ends with each conversion; what
    follows the last one is a path without. Of paths without, a lookback counts from their last touch.

    Args:
        models: names (`attribution_models.MODELS`), or `all`; none takes the usual seven.
        conversion: an activity, with wildcards; None: deals that were won, at their closing.
        scope: account: touches of the whole case; deal-people: of persons with a part in the deal; person: each
            person's own path.
        lookback: touches older than this before the conversion are left out.
        grain: event, session or unique; see `touch_paths.coarser`.
        transform: of paths, before any model reads them; see `touch_paths.transformed`.
        value: deal or event: what a conversion is worth; None: the deal's amount for deals, else the event's value.

    Raises:
        QuestionError: something that there is not, or that does not fit the kind of case.
    """
    from polku.analytics.credit.models import (
        APART,
        MODELS,
        USUAL,
        USUAL_WITHOUT_DEALS,
        model_named,
    )
    from polku.analytics.credit.shares import share_parts, whole_part

    if scope == "person" and study.case != "person":
        whole = replace(study, case="person")
        try:
            return attribution(
                whole,
                models,
                conversion=conversion,
                by=by,
                scope=scope,
                lookback=lookback,
                grain=grain,
                transform=transform,
                value=value,
                draws=draws,
            )
        finally:
            whole.close()
    names = models or (USUAL if conversion is None else USUAL_WITHOUT_DEALS)
    names = tuple(dict.fromkeys(one for name in names for one in (MODELS if name == "all" else (name,))))
    asked = {name: model_named(name) for name in names}
    quick = None
    if scope != "deal-people" and grain == "event" and transform in ("unique", "identity"):
        quick = _quickly(study, conversion, by, lookback, value, asked, draws)
    if quick is not None:
        kept, parts, counted = quick.kept, quick.parts, quick.counted
        found, units, met, without = kept.found, kept.units, kept.met, kept.without
        total, worth = float(kept.total), kept.worth
    else:
        found, paths = paths_asked(
            study,
            conversion,
            by=by,
            scope=scope,
            lookback=lookback,
            grain=grain,
            transform=transform,
            value=value,
        )
        parts, units = whole_part(paths)
        met, without, counted = frozenset(paths.node.tolist()), round(float(paths.lost.sum())), None
        total, worth = float(paths.won.sum()), float(paths.value.sum())
    enough = total >= study.workspace.settings.limits.small and draws > 0
    shared = share_parts(parts, asked, units=units, draws=draws if enough else 0, counted=counted)
    columns = _columns(parts[0].labels, met, shared, total, valued=found.valued)
    pollable = tuple(name for name, model in asked.items() if not isinstance(model, APART))
    parameters: dict[str, Any] = {
        "by": by,
        "scope": scope or "account",
        "conversion": conversion or "won deals",
        "models": list(names),
        "grain": grain,
        "transform": transform,
        "value": value or ("deal" if conversion is None else "event"),
    }
    if lookback is not None:
        parameters["lookback_days"] = lookback / dt.timedelta(days=1)
    if enough:
        parameters |= {"draws": draws, "seed": SEED}
    if parameters["value"] == "deal" and found.currencies:
        parameters["currencies"] = list(found.currencies)
    about = study.about("attribution", "conversion", parameters=parameters)
    remainder = {
        **about.remainder,
        **found.remainder,
        "conversions_without_touches": found.without,
        "conversions_elsewhere": found.elsewhere,
        "touches_unmapped": found.unmapped,
    }
    return _KINDS[by](
        about=replace(
            about,
            events=found.events,
            remainder={name: number for name, number in remainder.items() if number},
        ),
        **columns,
        total_conversions=round(total),
        total_value=worth if found.valued else None,
        null_paths=without,
        agreement=_agreement(columns, pollable) if len(pollable) > 1 and total else {},
        asked_to_agree=pollable,
        draws=draws if enough else 0,
    )


def _quickly(
    study: Study,
    conversion: str | None,
    by: str,
    lookback: dt.timedelta | None,
    value: str | None,
    asked: Mapping[str, Any],
    draws: int,
) -> Quick | None:
    """Paths found in memory, those without a conversion counted; None where they have to be looked for in full."""
    from polku.analytics.credit.models import Markov
    from polku.analytics.credit.quick_paths import find_quickly

    if conversion is None and value == "event":
        return None
    chained = any(isinstance(model, Markov) for model in asked.values())
    return find_quickly(
        study, conversion, by, lookback=lookback, deal_value=value == "deal", chained=chained, draws=draws
    )


def paths_asked(
    study: Study,
    conversion: str | None,
    *,
    by: str,
    scope: str | None,
    lookback: dt.timedelta | None,
    grain: str,
    transform: str,
    value: str | None,
) -> tuple[FoundPaths, PathSet]:
    """What was found of paths, and they as the models read them; asked as `attribution` is."""
    from polku.analytics.credit.conversion_paths import find_paths
    from polku.analytics.credit.touch_paths import GRAINS, coarser, transformed

    if grain not in GRAINS:
        raise QuestionError(
            Message(
                "analytics.unknown",
                {"kind": Message("analytics.kind-grain"), "name": grain, "known": list(GRAINS)},
            )
        )
    if conversion is None and value == "event":
        raise QuestionError(Message("analytics.attribution-event-value"))
    found = find_paths(
        study,
        conversion,
        by,
        people=scope == "deal-people",
        lookback=lookback,
        deal_value=value == "deal",
    )
    return found, transformed(coarser(found.paths, grain), transform)


def _columns(
    labels: tuple[str, ...], met: frozenset[int], shared: Mapping[str, Shared], total: float, *, valued: bool
) -> dict[str, tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name, one in shared.items():
        for place, label in enumerate((*labels, None)):
            conversions = float(one.conversions[place])
            if not conversions and place not in met:
                continue
            rows.append(
                (
                    name,
                    label,
                    conversions,
                    float(one.value[place]) if valued else None,
                    conversions / total if total else None,
                    None if one.low is None else float(one.low[place]),
                    None if one.high is None else float(one.high[place]),
                )
            )
    names = ("model", "node", "conversions", "value", "share", "low", "high")
    return {name: tuple(row[column] for row in rows) for column, name in enumerate(names)}


def _agreement(columns: Mapping[str, tuple[Any, ...]], models: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    shares: dict[str, list[float]] = {}
    for model, node, share in zip(columns["model"], columns["node"], columns["share"], strict=True):
        if model in models and node is not None:
            shares.setdefault(node, []).append(share)
    return {
        node: {
            "low": min(found),
            "high": max(found),
            "agree": max(found) - min(found) <= WITHIN + _SAME,
        }
        for node, found in shares.items()
    }
