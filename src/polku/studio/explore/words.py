"""Mistakes in the words of a page, where the library's own speak of the command line."""

from __future__ import annotations

from collections.abc import Mapping

from polku.errors import QuestionError
from polku.words import Message

SAID: Mapping[str, str] = {
    "analytics.needs-journey": "needs-journey",
    "analytics.of-needs-journey": "needs-journey",
    "analytics.filter-needs-journey": "needs-journey",
    "analytics.no-rounds": "needs-rounds",
    "analytics.time-needs-both": "needs-pair",
    "analytics.time-needs-pair": "needs-pair",
    "analytics.funnel-needs-stages": "needs-stages",
    "analytics.takes-no-events": "no-events-here",
    "analytics.effect-of-what": "needs-improvement",
    "analytics.effect-needs": "effect-not-live",
    "analytics.effect-early": "effect-not-live",
    "analytics.since-after-until": "days-turned",
    "analytics.funnel-people": "people-ordered",
}
"""Message of the library → message of Explore that tells where on the page to mend it."""
WANTED = frozenset(
    f"studio-explore.{name}"
    for name in (
        "needs-journey",
        "needs-rounds",
        "needs-pair",
        "needs-stages",
        "needs-improvement",
        "effect-not-live",
    )
)
"""What is no mistake: something has to be chosen, or described, before this can be asked."""


def friendly(error: QuestionError) -> QuestionError:
    """The same mistake, told in words of the page."""
    name = SAID.get(error.message.id)
    if name is None:
        return error
    return QuestionError(Message(f"studio-explore.{name}", dict(error.message.params)))
