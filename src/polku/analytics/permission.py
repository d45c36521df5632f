"""Permission: whether marketing met people who had said yes, at the time when it met them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

GRANTS = ("given", "granted", "confirmed", "opt-in", "subscribed")
"""What a ledger calls a consent; every other entry takes it away or refuses it."""


@dataclass(frozen=True)
class Permission:
    """Events of marketing touchpoints to known people, held against the ledger of consents.

    Args:
        events: such events; without: those at a time when the latest entry of the person (for the event's channel,
            or for any) was no consent, or there was none; people: persons of these.
        touchpoints: marketing touchpoints of these, most events first.
    """

    events: int
    without: int
    people: int
    touchpoints: tuple[str, ...]


_QUERY = (
    "WITH sold AS (SELECT unnest($code::INT[]) AS code, unnest($touchpoint::INT[]) AS touchpoint, "
    "unnest($channel::VARCHAR[]) AS channel), "
    "sent AS (SELECT e.event_no, e.person_id, e.time, s.touchpoint, s.channel FROM {events} e "
    "JOIN sold s ON s.code = e.code WHERE e.person_id IS NOT NULL), "
    "ledger AS (SELECT person_id, channel, time, lower(act) IN (SELECT unnest($grants::VARCHAR[])) AS granted "
    "FROM {consents} WHERE act IS NOT NULL), "
    "heard AS (SELECT s.event_no, l.granted, row_number() OVER (PARTITION BY s.event_no "
    # Entries of one moment: the refusal is heard, so in doubt there is no consent.
    "ORDER BY l.time DESC NULLS LAST, l.granted) AS place FROM sent s JOIN ledger l ON l.person_id = s.person_id "
    "AND (l.time IS NULL OR l.time <= s.time) AND (l.channel IS NULL OR s.channel IS NULL OR l.channel = s.channel)) "
    "SELECT s.touchpoint, count(*), count(*) FILTER (WHERE NOT coalesce(h.granted, false)) AS without, "
    "list(DISTINCT s.person_id) FILTER (WHERE NOT coalesce(h.granted, false)) FROM sent s "
    "LEFT JOIN heard h ON h.event_no = s.event_no AND h.place = 1 GROUP BY s.touchpoint "
    "ORDER BY without DESC, s.touchpoint"
)


def permission(study: Study) -> Permission | None:
    """Hold the marketing of the whole log against its ledger; None without marketing or without a ledger."""
    codes = [
        (code, id)
        for code, id in study.places.touchpoint.items()
        if id is not None and study.workspace.touchpoints[id].marketing
    ]
    (ledger,) = study.log.rows("SELECT count(*) FROM {consents}")[0]
    if not codes or not ledger:
        return None
    names = sorted({id for _, id in codes})
    rows = study.log.rows(
        _QUERY,
        code=[code for code, _ in codes],
        touchpoint=[names.index(id) for _, id in codes],
        channel=[study.places.channel[code] for code, _ in codes],
        grants=list(GRANTS),
    )
    return Permission(
        events=sum(row[1] for row in rows),
        without=sum(row[2] for row in rows),
        people=len({person for row in rows for person in row[3] or ()}),
        touchpoints=tuple(names[row[0]] for row in rows if row[2]),
    )
