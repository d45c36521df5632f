"""What a check of a workspace needs of its data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures
    from polku.documents import Workspace
    from polku.words import Message


def measures_to_check(
    folder: Path, workspace: Workspace, asked: str | None, today: dt.date
) -> tuple[JourneyMeasures | None, Message | None]:
    """The measures of the journey that the data is held against, or why there are none; neither without data.

    Raises:
        WrongUse: the workspace has no such journey.
    """
    from difflib import get_close_matches

    from polku.errors import PolkuError, WrongUse
    from polku.words import Message

    if asked is not None and asked not in workspace.journeys:
        near = get_close_matches(asked, workspace.journeys, n=1)
        values = {"found": asked, "known": list(workspace.journeys), "near": near[0] if near else ""}
        raise WrongUse(Message("check.no-journey-near" if near else "check.no-journey", values))
    if not (folder / "lake" / "CURRENT").exists():
        return None, None
    current = [journey.id for journey in workspace.journeys.values() if journey.state == "as-is"]
    chosen = asked or (current[0] if len(current) == 1 else None)
    if chosen is None:
        return None, Message("check.which-journey") if current else Message("check.none-to-measure")
    from polku.analytics.journey_measures import measure_journey
    from polku.records.log import open_log

    try:
        with open_log(folder) as log:
            return measure_journey(log, workspace, chosen, today=today), None
    except PolkuError as error:
        # The documents are checked all the same; what is wrong with the data stands where it would.
        return None, Message("check.data-unreadable", {"reason": error.message})
