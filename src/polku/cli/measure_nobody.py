"""What is said where a choice of cases matches nobody: how many there are to choose from, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from polku.words import Message, Reader

if TYPE_CHECKING:
    from polku.analytics.result import Result
    from polku.analytics.study import Study


def nobody_matches(result: Result, study: Study) -> bool:
    """Whether cases were chosen, and none is left; a table of zeros would hide that."""
    return study.filtered and result.about.cases == 0


def nobody_sentences(study: Study, say: Reader) -> Iterator[str]:
    """That nobody matches, how many cases of which days there are, and what can be asked instead."""
    whole = replace(study, cases=None, events=None, since=None, until=None, texts=(None, None))
    try:
        counts = whole.counts
    finally:
        whole.close()
    cases = Message(f"analytics.cases-{study.case}", {"count": counts.cases})
    if counts.first is None or counts.last is None:
        yield say("measure.nobody-at-all")
        return
    zone = ZoneInfo(study.workspace.settings.zone)
    first, last = (
        dt.datetime.fromtimestamp(moment / 1_000_000, dt.UTC).astimezone(zone).date()
        for moment in (counts.first, counts.last)
    )
    yield say("measure.nobody", cases=cases, first=first, last=last)
    options = [
        option
        for option, given in (("--cases", study.cases), ("--since", study.since), ("--until", study.until))
        if given is not None
    ]
    yield say("measure.nobody-instead", options=options)
