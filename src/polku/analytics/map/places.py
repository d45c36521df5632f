"""Where events belong on the map: the code of an event → its touchpoint and its channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from polku.documents.wildcards import matches
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import EventRule, Workspace


@dataclass(frozen=True)
class Code:
    """One meaning an event can have: what happened, in which source, by which channel and campaign."""

    code: int
    source: str | None
    source_kind: str | None
    activity: str
    channel: str | None = None
    campaign: str | None = None
    direction: str | None = None


@dataclass(frozen=True)
class Places:
    """The codes of a log laid on a workspace's touchpoints and channels.

    Args:
        touchpoint: code → touchpoint id, or None off the map.
        channel: code → channel id, the raw word where no channel knows it, or None.
    """

    codes: Mapping[int, Code]
    touchpoint: Mapping[int, str | None]
    channel: Mapping[int, str | None]

    def codes_of(self, touchpoint: str) -> tuple[int, ...]:
        """The codes that are this touchpoint."""
        return tuple(code for code, id in self.touchpoint.items() if id == touchpoint)


def place_codes(codes: Iterable[Code], workspace: Workspace) -> Places:
    """Give each code its touchpoint, the first in the workspace's order with a rule that fits, and its channel:
    the touchpoint's, else the channel whose `matches` fits the word of the source, else that word."""
    known: dict[int, Code] = {}
    touchpoints: dict[int, str | None] = {}
    channels: dict[int, str | None] = {}
    for code in codes:
        known[code.code] = code
        word = channel_of_word(code.channel, workspace)
        found = next(
            (
                touchpoint
                for touchpoint in workspace.touchpoints.values()
                if any(fits(rule, code, word) for rule in touchpoint.events)
            ),
            None,
        )
        touchpoints[code.code] = found.id if found is not None else None
        channels[code.code] = (found.channel if found is not None else None) or word
    return Places(known, touchpoints, channels)


def fits(rule: EventRule, code: Code, channel: str | None) -> bool:
    """Whether a rule claims a code; `channel` is the channel id of the code's own word, which a rule may name too."""
    return (
        (rule.source is None or rule.source in (code.source, code.source_kind))
        and (rule.activity is None or matches(rule.activity, code.activity))
        and (rule.channel is None or rule.channel == channel or matches(rule.channel, code.channel))
    )


def channel_of_word(word: str | None, workspace: Workspace) -> str | None:
    """The channel that a source's word means: by its `matches` or its id, else the word itself."""
    if word is None:
        return None
    for channel in workspace.channels.values():
        if channel.id == word or any(matches(pattern, word) for pattern in channel.matches):
            return channel.id
    return word


def answerable(rules: Iterable[EventRule], codes: Iterable[Code]) -> bool:
    """Whether a rule points at data that is loaded: any source, or one that the log has."""
    loaded = {name for code in codes for name in (code.source, code.source_kind)}
    return any(rule.source is None or rule.source in loaded for rule in rules)
