"""Walking cases event by event, for the few questions that depend on what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.analytics.matching import OFF

if TYPE_CHECKING:
    from polku.analytics.study import Study


def decide_ambiguous(study: Study) -> tuple[list[int], list[int], list[int]]:
    """Find the step of every event that its code and part leave undecided: case ids, ords and steps.

    Only cases that hold such an event are walked, and in them only events of the journey.
    """
    steps = study.steps
    open_codes: list[int] = []
    open_parts: list[int] = []
    for code in steps.candidates:
        for part in range(-1, 9):
            if len(steps.narrowed(code, part)[0]) > 1:
                open_codes.append(code)
                open_parts.append(part)
    within = "AND m.ord BETWEEN b.low AND b.high" if study.case == "round" else ""
    rows = study.ask_base(
        ", undecided AS (SELECT unnest($open_code::INT[]) AS code, unnest($open_part::INT[]) AS part), "
        "known AS (SELECT unnest($known_code::INT[]) AS code), "
        f"inside AS (SELECT b.id, m.ord, m.code, m.part FROM {{moves:{study.stored}}} m "
        f"JOIN base b ON m.cid = b.cid {within} SEMI JOIN known k ON k.code = m.code) "
        "SELECT i.id, i.ord, i.code, i.part FROM inside i SEMI JOIN "
        "(SELECT DISTINCT i.id FROM inside i JOIN undecided u ON u.code = i.code AND u.part = i.part) w "
        "ON w.id = i.id ORDER BY i.id, i.ord",
        open_code=open_codes,
        open_part=open_parts,
        known_code=list(steps.candidates),
    )
    undecided = set(zip(open_codes, open_parts, strict=True))
    ids: list[int] = []
    ords: list[int] = []
    chosen: list[int] = []
    case, last = -1, OFF
    for id_, ord_, code, part in rows:
        if id_ != case:
            case, last = id_, OFF
        step, _ = steps.decide(code, part, last)
        if (code, part) in undecided:
            ids.append(id_)
            ords.append(ord_)
            chosen.append(step)
        last = step
    return ids, ords, chosen
