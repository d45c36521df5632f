"""What a report needs to know of a workspace, its journey and its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from polku.analytics.journey_measures import JourneyMeasures
from polku.analytics.result import Result
from polku.checks.finding import Finding
from polku.documents import Journey, Workspace
from polku.scene.brand import PLAIN, Brand


@dataclass(frozen=True)
class ReportData:
    """Everything a report says, gathered.

    Args:
        journey: the journey that is drawn and measured; None in a workspace without one.
        measures: None where no data is loaded.
        answers: further results by question (funnel, time …), shown as pictures and tables; of several live
            improvements the latest is `effect`, those before it `effect-2` and `effect-3`.
        names: what the records call accounts.
        made: the day of the report; ages are counted to it.
        brand: whose it is.
    """

    workspace: Workspace
    journey: Journey | None
    findings: Sequence[Finding]
    measures: JourneyMeasures | None
    made: dt.date
    answers: Mapping[str, Result] = field(default_factory=dict)
    brand: Brand = PLAIN
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def mapped(self) -> bool:
        """Whether some of the data has its place on the journey's map, so that it can be laid over it."""
        measures = self.measures
        return measures is not None and measures.about.cases > 0 and measures.events > measures.events_off_map
