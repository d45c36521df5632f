"""Walking cases event by event, for the few questions that depend on what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.analytics.map.matching import OFF
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study


def decide_ambiguous(study: Study) -> tuple[list[int], list[int], list[int]]:
    """Find the step of every event that its code and part leave undecided: case ids, ords and steps.

    Only cases that hold such an event are walked, and in them only events of the journey.
    """
    steps = study.steps
    narrowed = {
        (code, part): steps.narrowed(code, part)[0]
        for code in steps.candidates
        for part in range(-1, len(PARTS))
    }
    undecided = {key for key, left in narrowed.items() if len(left) > 1}
    within = "AND m.ord BETWEEN b.low AND b.high" if study.case == "round" else ""
    rows = study.ask_base(
        ", undecided AS (SELECT unnest($open_code::INT[]) AS code, unnest($open_part::INT[]) AS part), "
        "known AS (SELECT unnest($known_code::INT[]) AS code), "
        f"inside AS (SELECT b.id, m.ord, m.code, m.part FROM {{moves:{study.stored}}} m "
        f"JOIN base b ON m.cid = b.cid {within} SEMI JOIN known k ON k.code = m.code) "
        "SELECT i.id, i.ord, i.code, i.part FROM inside i SEMI JOIN "
        "(SELECT DISTINCT i.id FROM inside i JOIN undecided u ON u.code = i.code AND u.part = i.part) w "
        "ON w.id = i.id ORDER BY i.id, i.ord",
        open_code=[code for code, _ in undecided],
        open_part=[part for _, part in undecided],
        known_code=list(steps.candidates),
    )
    ids: list[int] = []
    ords: list[int] = []
    chosen: list[int] = []
    case, last = -1, OFF
    for id_, ord_, code, part in rows:
        if id_ != case:
            case, last = id_, OFF
        left = narrowed[code, part]
        if len(left) > 1:
            last = steps.decide(code, part, last)[0]
            ids.append(id_)
            ords.append(ord_)
            chosen.append(last)
        else:
            last = left[0]
    return ids, ords, chosen
