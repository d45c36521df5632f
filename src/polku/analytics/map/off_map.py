"""What happens off the map: activities that no touchpoint claims, where each may belong, and what a rule would change."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import ask
from polku.analytics.map.places import Code, Places, place_codes
from polku.documents import EventRule, Touchpoint, Workspace
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.records.log import Log


@dataclass(frozen=True)
class OffMap:
    """Activities of one source that belong together, none of them on the map.

    Args:
        source: id of the source, None where the file told none.
        pattern: of a rule that fits them: the activity itself, or what they share and `*`.
        activities: as the source calls them, the most frequent first.
        touchpoint: where they may belong, by their words; None: no proposal.
    """

    source: str | None
    pattern: str
    activities: tuple[str, ...]
    channels: tuple[str, ...]
    events: int
    accounts: int
    touchpoint: str | None


@dataclass(frozen=True)
class Taken:
    """Events that a rule takes from another touchpoint, since the first rule that fits wins."""

    touchpoint: str
    events: int


@dataclass(frozen=True)
class Way:
    """How often cases go from one touchpoint to another, before and after a rule."""

    start: str
    end: str
    before: int
    after: int


@dataclass(frozen=True)
class RuleEffect:
    """What a rule would change.

    Args:
        events, accounts: that would be the touchpoint's and were not.
        kept: events that fit the rule and stay where an earlier touchpoint's rule has them.
        way: the one between touchpoints that grows most; None where no case moves.
        unit: what the way counts (`deal`, `account` …).
    """

    events: int
    accounts: int
    taken: tuple[Taken, ...]
    kept: int
    way: Way | None
    unit: str | None


def off_map(log: Log, workspace: Workspace) -> tuple[OffMap, ...]:
    """Activities that no touchpoint claims, those with most events first."""
    places = _places(log, workspace)
    off = [code for code in places.codes.values() if places.touchpoint[code.code] is None]
    counts = dict(log.rows("SELECT code, count(*) FROM {events} GROUP BY code"))
    found = []
    for (source, pattern), codes in _together(off).items():
        events = sum(counts.get(code.code, 0) for code in codes)
        if not events:
            continue
        often: dict[str, int] = defaultdict(int)
        for code in codes:
            often[code.activity] += counts.get(code.code, 0)
        activities = sorted(often, key=lambda activity: (-often[activity], activity))
        channels = sorted({places.channel[code.code] or "" for code in codes} - {""})
        accounts = _accounts(log, [code.code for code in codes])
        proposed = proposed_touchpoint(workspace, codes[0], activities)
        found.append(OffMap(source, pattern, tuple(activities), tuple(channels), events, accounts, proposed))
    return tuple(sorted(found, key=lambda one: (-one.events, one.source or "", one.pattern)))


def rule_effect(
    log: Log,
    workspace: Workspace,
    touchpoint: str,
    rule: EventRule,
    *,
    journey: str | None = None,
    today: dt.date | None = None,
) -> RuleEffect:
    """What changes when a touchpoint gets a rule more.

    Args:
        touchpoint: id; one that is not there yet would come last.
        journey: whose rounds the ways are counted by; None counts whole cases.
    """
    mended = with_rule(workspace, touchpoint, rule)
    before, after = _places(log, workspace), _places(log, mended)
    moved = [code for code, place in after.touchpoint.items() if place != before.touchpoint[code]]
    alone = _places(log, with_rule(_bare(workspace), touchpoint, rule))
    counts = dict(log.rows("SELECT code, count(*) FROM {events} GROUP BY code"))
    taken: dict[str, int] = defaultdict(int)
    for code in moved:
        if (was := before.touchpoint[code]) is not None:
            taken[was] += counts.get(code, 0)
    kept = sum(
        counts.get(code, 0)
        for code, place in alone.touchpoint.items()
        if place is not None and after.touchpoint[code] != touchpoint
    )
    way, unit = _way(log, workspace, mended, touchpoint, journey, today) if moved else (None, None)
    return RuleEffect(
        events=sum(counts.get(code, 0) for code in moved),
        accounts=_accounts(log, moved),
        taken=tuple(Taken(id, events) for id, events in sorted(taken.items(), key=lambda one: -one[1])),
        kept=kept,
        way=way,
        unit=unit,
    )


def events_of_touchpoints(log: Log, workspace: Workspace) -> Mapping[str, int]:
    """Touchpoint → events it holds now."""
    places = _places(log, workspace)
    found: dict[str, int] = defaultdict(int)
    for code, count in log.rows("SELECT code, count(*) FROM {events} GROUP BY code"):
        if (touchpoint := places.touchpoint.get(code)) is not None:
            found[touchpoint] += count
    return dict(found)


def with_rule(workspace: Workspace, touchpoint: str, rule: EventRule) -> Workspace:
    """The workspace with a rule more at a touchpoint; a new touchpoint comes last."""
    known = touchpoint in workspace.touchpoints
    touchpoints = tuple(
        one.model_copy(update={"events": (*one.events, rule)}) if one.id == touchpoint else one
        for one in workspace.settings.touchpoints
    )
    if not known:
        touchpoints = (*touchpoints, Touchpoint(id=touchpoint, events=(rule,)))
    return replace(workspace, settings=workspace.settings.model_copy(update={"touchpoints": touchpoints}))


def proposed_touchpoint(workspace: Workspace, code: Code, activities: Sequence[str]) -> str | None:
    """The touchpoint whose name, or whose rules of the same source, share most words with an activity."""
    words = _words(" ".join(activities[:5]))
    scores: dict[str, float] = {}
    for id, touchpoint in workspace.touchpoints.items():
        named = words & _words(f"{touchpoint.name or ''} {id}")
        ruled: set[str] = set()
        for rule in touchpoint.events:
            if rule.source is None or rule.source in (code.source, code.source_kind):
                ruled |= words & _words(rule.activity or "")
        score = 2.0 * len(named) + len(ruled - named)
        # One word of a rule is often the source's own ("Email:"), and tells nothing by itself.
        if score >= 2:
            scores[id] = score
    if not scores:
        return None
    best = max(scores.values())
    leading = [id for id, score in scores.items() if score == best]
    return leading[0] if len(leading) == 1 else None


def pattern_of(activity: str) -> str:
    """What an activity shares with others of its kind: its folder, or all but the number at its end."""
    head, slash, last = activity.rpartition("/")
    if slash and last and "/" in head:
        return f"{head}/*"
    numbered = re.sub(r"\d[\d.-]*$", "*", activity)
    # Of a short name the number is often all that tells it apart.
    return numbered if len(numbered) > 4 else activity


def _together(codes: Iterable[Code]) -> dict[tuple[str | None, str], list[Code]]:
    """Codes by source and pattern; what stands alone keeps its own name."""
    groups: dict[tuple[str | None, str], list[Code]] = defaultdict(list)
    for code in codes:
        groups[code.source, pattern_of(code.activity)].append(code)
    found: dict[tuple[str | None, str], list[Code]] = defaultdict(list)
    for (source, pattern), members in groups.items():
        alone = len({code.activity for code in members}) == 1
        found[source, members[0].activity if alone else pattern] += members
    return found


def _words(text: str) -> set[str]:
    """Beginnings of the words of a text, so that most inflections agree."""
    return {word[:5] for word in re.findall(r"\w{3,}", text.casefold()) if not word.isdigit()}


def _places(log: Log, workspace: Workspace) -> Places:
    codes = (
        Code(one.code, one.source, one.source_kind, one.activity, one.channel, one.campaign, one.direction)
        for one in log.codes
    )
    return place_codes(codes, workspace)


def _bare(workspace: Workspace) -> Workspace:
    """The workspace without a single rule."""
    touchpoints = tuple(one.model_copy(update={"events": ()}) for one in workspace.settings.touchpoints)
    return replace(workspace, settings=workspace.settings.model_copy(update={"touchpoints": touchpoints}))


def _accounts(log: Log, codes: Sequence[int]) -> int:
    if not codes:
        return 0
    numbers = ", ".join(str(int(code)) for code in codes)
    return int(log.rows(f"SELECT count(DISTINCT account_id) FROM {{events}} WHERE code IN ({numbers})")[0][0])


def _way(
    log: Log,
    workspace: Workspace,
    mended: Workspace,
    touchpoint: str,
    journey: str | None,
    today: dt.date | None,
) -> tuple[Way | None, str | None]:
    """The way to or from the touchpoint that grows most."""
    found: list[dict[tuple[str, str], int]] = []
    unit = None
    for one in (workspace, mended):
        result = ask(log, one, "paths", Asked(of="touchpoint"), journey=journey, today=today)
        unit = result.about.case
        found.append(
            {
                (row["from"], row["to"]): int(row["cases"])
                for row in result.rows()
                if row["from"] is not None and row["to"] is not None
            }
        )
    before, after = found
    grown = {
        pair: count - before.get(pair, 0)
        for pair, count in after.items()
        if touchpoint in pair and pair[0] != pair[1] and count > before.get(pair, 0)
    }
    if not grown:
        return None, unit
    start, end = max(grown, key=lambda pair: (grown[pair], pair))
    return Way(start, end, before.get((start, end), 0), after[start, end]), unit


__all__ = [
    "OffMap",
    "RuleEffect",
    "events_of_touchpoints",
    "off_map",
    "pattern_of",
    "proposed_touchpoint",
    "rule_effect",
    "with_rule",
]
