"""What a rule for events fits: how many events, whose they are now, and which rule has them first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from polku.analytics.map.places import Code, channel_of_word, fits, place_codes
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import EventRule, Workspace
    from polku.records.log import Log


@dataclass(frozen=True)
class First:
    """A rule that has events before another could: the first that fits, in the order of the touchpoints."""

    touchpoint: str
    rule: EventRule
    events: int


@dataclass(frozen=True)
class RuleFit:
    """What a rule fits in a log.

    Args:
        events, accounts: of all that fit.
        own: events that are the rule's touchpoint now.
        nobody: events that no touchpoint has.
        first: whose the others are, most events first.
    """

    events: int
    accounts: int
    own: int
    nobody: int
    first: tuple[First, ...]


def rule_fits(
    log: Log, workspace: Workspace, rules: Iterable[EventRule], touchpoint: str | None = None
) -> tuple[RuleFit, ...]:
    """What each rule fits, as the workspace's touchpoints stand.

    Args:
        touchpoint: whose rules they are, or that of the step whose own rules they are.
    """
    codes = [
        Code(one.code, one.source, one.source_kind, one.activity, one.channel, one.campaign, one.direction)
        for one in log.codes
    ]
    places = place_codes(codes, workspace)
    words = {code.code: channel_of_word(code.channel, workspace) for code in codes}
    counts = dict(log.rows("SELECT code, count(*) FROM {events} GROUP BY code"))
    found = []
    for rule in rules:
        fitting = [code for code in codes if fits(rule, code, words[code.code])]
        own = nobody = 0
        others: dict[tuple[str, int], int] = defaultdict(int)
        for code in fitting:
            place, events = places.touchpoint[code.code], counts.get(code.code, 0)
            if place is None:
                nobody += events
            elif place == touchpoint:
                own += events
            else:
                rules_there = workspace.touchpoints[place].events
                at = next(n for n, one in enumerate(rules_there) if fits(one, code, words[code.code]))
                others[place, at] += events
        first = [
            First(place, workspace.touchpoints[place].events[at], events)
            for (place, at), events in others.items()
            if events
        ]
        found.append(
            RuleFit(
                sum(counts.get(code.code, 0) for code in fitting),
                _accounts(log, [code.code for code in fitting]),
                own,
                nobody,
                tuple(sorted(first, key=lambda one: (-one.events, one.touchpoint))),
            )
        )
    return tuple(found)


def _accounts(log: Log, codes: list[int]) -> int:
    if not codes:
        return 0
    listed = ", ".join(str(int(code)) for code in codes)
    return int(log.rows(f"SELECT count(DISTINCT account_id) FROM {{events}} WHERE code IN ({listed})")[0][0])
