"""Ties of anonymous visitors to the people who signed in: one for each pair, however often they come."""

from __future__ import annotations

from typing import Any

from polku.identity.visitors import SELF, VISITOR


def tie(visitor: str, user: str) -> str:
    """SQL for what names a tie, NULL where nobody is signed in.

    Args:
        visitor, user: SQL for what the source calls them.
    """
    return (
        f"CASE WHEN ({user}) IS NOT NULL AND ({visitor}) IS NOT NULL AND ({user}) <> ({visitor}) "
        f"THEN 'tie/' || md5(({visitor}) || chr(9) || ({user})) END"
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
