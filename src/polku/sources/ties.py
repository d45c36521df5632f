"""Ties of anonymous visitors to the people who signed in: one for each pair and hour, however often they come."""

from __future__ import annotations

from typing import Any

from polku.identity.visitors import SELF, VISITOR


def tie(visitor: str, user: str, time: str = "NULL") -> str:
    """SQL for what names a tie, NULL where nobody is signed in: `tie/<pair>/<hours since 1970>`.

    Args:
        visitor, user: SQL for what the source calls them.
        time: SQL for the text of the moment; one that does not say which moment it is in UTC gives no hour.
    """
    pair = f"'tie/' || md5(({visitor}) || chr(9) || ({user}))"
    return (
        f"CASE WHEN ({user}) IS NOT NULL AND ({visitor}) IS NOT NULL AND ({user}) <> ({visitor}) "
        f"THEN {pair} || coalesce('/' || ({_hour(time)}), '') END"
    )


def _hour(time: str) -> str:
    """The hour of a moment in UTC: of microseconds since 1970, or of a text that ends in its offset."""
    number = f"CASE WHEN regexp_full_match({time}, '[0-9]{{15,17}}') THEN ({time})::BIGINT // 3600000000"
    sign = f"CASE WHEN regexp_matches({time}, '-[0-9:]+$') THEN -1 ELSE 1 END"
    offset = (
        f"coalesce(try_cast(regexp_extract({time}, '[+-]([0-9]{{2}}):?([0-9]{{2}})$', 1) AS INTEGER) * 3600 + "
        f"try_cast(regexp_extract({time}, '[+-]([0-9]{{2}}):?([0-9]{{2}})$', 2) AS INTEGER) * 60, 0)"
    )
    moment = f"try_cast(regexp_replace({time}, '( ?UTC|Z|[+-][0-9]{{2}}:?[0-9]{{2}})$', '') AS TIMESTAMP)"
    return (
        f"{number} WHEN regexp_matches({time}, ':[0-9.]+( ?UTC|Z|[+-][0-9]{{2}}:?[0-9]{{2}})$') "
        f"THEN floor((epoch({moment}) - ({sign}) * {offset}) / 3600)::BIGINT END"
    )


TIES: tuple[dict[str, Any], ...] = (
    {
        "table": "event_people",
        "when": "tie",
        "columns": {"event_id": "tie", "person_id": "visitor", "as": f"={VISITOR}"},
    },
    {
        "table": "event_people",
        "when": "tie",
        "columns": {"event_id": "tie", "person_id": "user", "as": f"={SELF}"},
    },
)
"""Fills of a shape with the columns tie, visitor and user."""
