"""Touches: how often a customer is met before the first contact, and before the first won deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from polku.analytics.result import Result
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

TouchSplit = Literal["role", "channel", "device"]
TOUCH_SPLITS: tuple[TouchSplit, ...] = ("role", "channel", "device")
UNKNOWN = "unknown"
INTERNAL = "internal"


@dataclass(frozen=True)
class Touches(Result):
    """One row before the first contact and one before the first won deal, and with a split one more per value.

    A touch is an event that has a channel and is not internal.

    Args:
        before: contact (an event of a touchpoint with `contact`) or deal (the account's first won deal).
        by: None for all touches, else the part, channel or device of those counted; `unknown` where there is none.
        count: accounts that have such a contact or deal; the others are the remainder.
        touches: touches of these accounts before it, in the order of the log; before a deal: earlier than its closing.
        mean, p25 …: touches per account; accounts without any count as 0. None without accounts.
    """

    before: tuple[str, ...]
    by: tuple[str | None, ...]
    count: tuple[int, ...]
    touches: tuple[int, ...]
    mean: tuple[float | None, ...]
    p25: tuple[int | None, ...]
    median: tuple[int | None, ...]
    p75: tuple[int | None, ...]
    p95: tuple[int | None, ...]


_TOUCHED = (
    "touch AS (SELECT unnest($touch::INT[]) AS code, unnest($label::INT[]) AS label), "
    "ended AS (SELECT 0 AS what, p.id, min(p.ord)::BIGINT AS until FROM placed p "
    "WHERE p.code IN (SELECT unnest($contact::INT[])) GROUP BY p.id "
    "UNION ALL SELECT 1, k.id, min(epoch_us(d.closed)) FROM kept k JOIN {deals} d ON d.account_id = k.account_id "
    "WHERE d.outcome = 'won' AND d.closed IS NOT NULL GROUP BY k.id), "
    "met AS (SELECT e.what, e.id, {split} AS split, count(*) AS n FROM ended e JOIN placed p ON p.id = e.id "
    "AND CASE WHEN e.what = 0 THEN p.ord ELSE p.ts END < e.until JOIN touch t ON t.code = p.code {join} "
    "GROUP BY ALL) "
)
_COUNTED = "SELECT what, split, n, count(*) FROM met GROUP BY ALL"
_ENDED = "SELECT what, NULL, NULL, count(*) FROM ended GROUP BY what"
_ENDING = "SELECT id FROM ended WHERE what = $what"
_EACH = "SELECT id, split, n FROM met WHERE what = $what"
_SPLITS: Mapping[TouchSplit | None, tuple[str, str]] = {
    None: ("NULL", ""),
    "role": ("p.part", ""),
    "channel": ("t.label", ""),
    "device": ("v.device", "JOIN {events} v ON v.event_no = p.event_no"),
}


def touches(study: Study, by: TouchSplit | None = None) -> Touches:
    """Count the touches of the study's accounts before their first contact and before their first won deal."""
    labels, bound = _asked(study)

    accounts, found = _quickly(study, by, labels, bound) or _asked_of_engine(study, by, labels, bound)
    order = {label: place for place, label in enumerate((*PARTS, *labels))}
    keys = sorted(
        found, key=lambda key: (key[0], key[1] is not None, key[1] == UNKNOWN, _place(key[1], order))
    )
    told = [_Spread(found[key], accounts.get(key[0], 0)) for key in keys]
    about = study.about("touches", "account", parameters={"by": by} if by else {})
    left = {
        "accounts_without_contact": about.cases - accounts.get(0, 0),
        "accounts_without_won_deal": about.cases - accounts.get(1, 0),
    }
    kept = {
        name: n for name, n in {**about.remainder, **left}.items() if n and not name.startswith("events_")
    }
    return Touches(
        about=replace(about, events=None, remainder=kept),
        before=tuple("deal" if what else "contact" for what, _ in keys),
        by=tuple(split for _, split in keys),
        count=tuple(one.accounts for one in told),
        touches=tuple(one.total for one in told),
        mean=tuple(one.total / one.accounts if one.accounts else None for one in told),
        p25=tuple(one.quantile(0.25) for one in told),
        median=tuple(one.quantile(0.5) for one in told),
        p75=tuple(one.quantile(0.75) for one in told),
        p95=tuple(one.quantile(0.95) for one in told),
    )


_Found: TypeAlias = dict[tuple[int, str | None], dict[int, int]]


def _quickly(
    study: Study, by: TouchSplit | None, labels: tuple[str, ...], bound: Mapping[str, Any]
) -> tuple[Mapping[int, int], _Found] | None:
    """Accounts, and how many of them have how many touches, from memory; None where an engine has to be asked."""
    if not study.log.engine.gives_arrays:
        return None
    from polku.analytics.columns.touched import count_touches

    touch = dict(zip(bound["touch"], bound["label"], strict=True))
    told = count_touches(study, touch, bound["contact"], by)
    if told is None:
        return None
    counted, devices = told
    found: _Found = {}
    for (what, place), spread in counted.spread.items():
        if place == -2:
            found[what, None] = spread
        elif by is not None and spread:
            value: Any = place if by == "channel" else place - 1
            if by == "device":
                value = devices[place - 1] if place else None
            found[what, _label(by, value, labels)] = spread
    return counted.accounts, {(0, None): {}, (1, None): {}, **found}


def _asked_of_engine(
    study: Study, by: TouchSplit | None, labels: tuple[str, ...], bound: Mapping[str, Any]
) -> tuple[Mapping[int, int], _Found]:
    def rows(split: TouchSplit | None, select: str) -> list[tuple[Any, ...]]:
        value, join = _SPLITS[split]
        return study.ask_placed(_TOUCHED.replace("{split}", value).replace("{join}", join) + select, **bound)

    accounts = {row[0]: int(row[3]) for row in rows(None, _ENDED)}
    found: _Found = {(0, None): {}, (1, None): {}}
    for what, _, n, count in rows(None, _COUNTED):
        found[what, None][int(n)] = int(count)
    if by is not None:
        for what, split, n, count in rows(by, _COUNTED):
            found.setdefault((what, _label(by, split, labels)), {})[int(n)] = int(count)
    return accounts, found


def touches_of(study: Study, deal: bool, by: str | None, split: str | None) -> dict[int, int]:
    """The accounts behind a row of `touches`, by case, each with its touches.

    Args:
        deal: before the first won deal, else before the first contact; by, split: which touches, None for all.
    """
    labels, bound = _asked(study)
    which: TouchSplit | None = next((one for one in TOUCH_SPLITS if one == by and split is not None), None)
    value, join = _SPLITS[which]
    query = _TOUCHED.replace("{split}", value).replace("{join}", join)
    found = {int(id): 0 for (id,) in study.ask_placed(query + _ENDING, what=int(deal), **bound)}
    for id, label, n in study.ask_placed(query + _EACH, what=int(deal), **bound):
        if which is None or _label(which, label, labels) == split:
            found[int(id)] += int(n)
    return found


def _asked(study: Study) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The labels of channels, and what the queries are asked with."""
    places = study.places
    contacts = {id for id, touchpoint in study.workspace.touchpoints.items() if touchpoint.contact}
    met = [
        code
        for code, meaning in places.codes.items()
        if places.channel[code] is not None and meaning.direction != INTERNAL
    ]
    labels = study.nodes("channel").labels
    bound: dict[str, Any] = {
        "touch": met,
        "label": [labels.index(places.channel[code] or "") for code in met],
        "contact": [code for code, id in places.touchpoint.items() if id in contacts],
    }
    return labels, bound


def _label(by: TouchSplit, split: Any, labels: tuple[str, ...]) -> str:
    if by == "channel":
        return labels[int(split)]
    if by == "role":
        return PARTS[split] if split >= 0 else UNKNOWN
    return UNKNOWN if split is None else str(split)


def _place(label: str | None, order: Mapping[str, int]) -> tuple[int, str]:
    return order.get(label or "", len(order)), label or ""


class _Spread:
    """How many accounts have how many touches; who is not named has none."""

    def __init__(self, counted: Mapping[int, int], accounts: int) -> None:
        self.accounts = accounts
        self.total = sum(n * times for n, times in counted.items())
        self._steps: Iterable[tuple[int, int]] = sorted(
            {0: accounts - sum(counted.values()), **counted}.items()
        )

    def quantile(self, share: float) -> int | None:
        """The smallest number that at least this share of the accounts does not exceed."""
        wanted = max(ceil(share * self.accounts), 1)
        passed = 0
        for n, accounts in self._steps:
            passed += accounts
            if passed >= wanted and accounts:
                return n
        return None
