"""Matomo: the log of visits, as its screens and its interface export it.

The names of its columns stand in public descriptions of that export.
"""

from __future__ import annotations

from polku.sources.makes import Make, Shape, said
from polku.sources.systems import Table
from polku.sources.ties import TIES, tie


def _mend(table: Table, found: dict[str, str]) -> None:
    """Who is signed in is known by that id, and by the browser's besides; times are seconds since 1970."""
    if "user" not in found:
        found["person"] = found["visitor"]
        return
    visitor, user, time = (table.cell(found[word]) for word in ("visitor", "user", "time"))
    found["person"] = table.add("person", f"coalesce({user}, {visitor})")
    moment = f"CASE WHEN regexp_full_match({time}, '[0-9]{{10}}') THEN {time} || '000000' END"
    found["tie"] = table.add("tie", tie(visitor, user, f"({moment})"))


VISITS = Shape(
    "visits",
    columns={
        "visit": said(api="idVisit"), "visitor": said(api="visitorId"), "user": said(api="userId"),
        "time": said(api="firstActionTimestamp|serverTimestamp"), "channel": said(api="referrerType"), "campaign": said(api="campaignName"),
        "device": said(api="deviceType"), "site": said(api="idSite|siteName"), "day": said(api="serverDate|visitServerHour|lastActionTimestamp"),
        "print": said(api="fingerprint|visitIp"), "goals": said(api="goalConversions"),
    },
    needs=("visit", "visitor", "time"),
    signs=("site", "day", "print", "goals"),
    least=2,
    mend=_mend,
    fills=(
        {"table": "events", "columns": {
            "time": "time", "event_id": "visit/{visit}", "person_id": "person", "channel": "channel", "campaign": "campaign", "device": "device",
            "direction": "=in"}, "activity": "Visit"},
        *TIES,
    ),
)  # fmt: skip

SOURCE = Make("matomo", "Matomo", "web", (VISITS,))
"""The log of visits."""
