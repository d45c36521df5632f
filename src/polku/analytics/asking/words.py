"""A result in words: what it is about, what adds up to what, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from polku.analytics.result import About
from polku.words import Message, Reader


def about_sentence(about: About, say: Reader) -> str:
    """How many of what, of which accounts, from when to when, on which data."""
    return say.text(about_message(about))


def about_message(about: About) -> Message:
    """See `about_sentence`."""
    params = {
        "cases": Message(f"analytics.cases-{about.case}", {"count": about.cases}),
        "accounts": Message("analytics.of-accounts", {"count": about.accounts}),
        "version": str(about.data_version),
    }
    if about.case == "account":
        params["accounts"] = ""
    # A log that lies in no lake has no version, and cases of no account.
    loose = "" if about.data_version else "-loose"
    if loose:
        params = {"cases": params["cases"]}
    days = about.days
    if days is None:
        return Message(f"analytics.about{loose}-empty", params)
    return Message(f"analytics.about{loose}", {**params, "from": days[0], "to": days[1]})


def sum_sentence(about: About, say: Reader) -> str | None:
    """All events of the log as a sum of those counted and those that are not; None where events are not counted."""
    if about.events is None:
        return None
    left = [(name, number) for name, number in about.remainder.items() if name.startswith("events_")]
    total = about.events + sum(number for _, number in left)
    parts = [say("analytics.sum-counted", number=about.events)]
    parts += [say(f"analytics.sum-{name.replace('_', '-')}", number=number) for name, number in left]
    return say("analytics.sum", count=total, parts=" + ".join(parts))


def remainder_sentences(about: About, say: Reader) -> list[str]:
    """What is left out, one sentence for each kind: the sum of events first, then cases, accounts and deals."""
    said = sum_sentence(about, say)
    return [*([said] if said and about.remainder else []), *(say.text(one) for one in _others(about))]


def _others(about: About) -> Iterator[Message]:
    for name, number in about.remainder.items():
        if not name.startswith("events_"):
            yield Message(f"analytics.left-{name.replace('_', '-')}", {"count": number})
