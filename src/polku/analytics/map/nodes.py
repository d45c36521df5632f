"""Nodes: what events are counted as (activity, touchpoint, step …), and how a query gives each event its node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from polku.analytics.map.matching import OFF
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

Of = Literal["activity", "touchpoint", "step", "stage", "channel"]
OFS: tuple[Of, ...] = ("activity", "touchpoint", "step", "stage", "channel")
AMBIGUOUS = -2
"""Stands for a step that depends on the steps before."""


@dataclass(frozen=True)
class Nodes:
    """What events are counted as: labels by number, and which code (and part) is which.

    Args:
        of_code: code → node, for everything but steps and stages.
        of_step: step → node, for steps and stages; −1 where a step has no stage.
    """

    of: Of
    labels: tuple[str, ...]
    of_code: Mapping[int, int] | None = None
    of_step: tuple[int, ...] = ()


def make_nodes(study: Study, of: Of) -> Nodes:
    """What events are counted as; see `Study.nodes`."""
    if of == "step":
        return Nodes(of, study.steps.steps, of_step=tuple(range(len(study.steps.steps))))
    if of == "stage":
        assert study.journey is not None
        stages = tuple(stage.id for stage in study.journey.stages)
        place = {stage: number for number, stage in enumerate(stages)}
        return Nodes(
            of, stages, of_step=tuple(place.get(step.stage or "", OFF) for step in study.journey.steps)
        )
    named: Mapping[int, str | None]
    if of == "touchpoint":
        named = study.places.touchpoint
    elif of == "channel":
        named = study.places.channel
    else:
        named = {code.code: code.activity for code in study.codes}
    found = {label for label in named.values() if label is not None}
    order = study.workspace.touchpoints if of == "touchpoint" else study.workspace.channels
    labels = (
        tuple(sorted(found))
        if of == "activity"
        else (*(id for id in order if id in found), *sorted(found - set(order)))
    )
    number = {label: place for place, label in enumerate(labels)}
    return Nodes(
        of, labels, of_code={code: number[label] for code, label in named.items() if label is not None}
    )


def walk_sql(study: Study, nodes: Nodes) -> tuple[str, dict[str, Any]]:
    """The common table `walk` over `placed`: events that have a node, with what it binds."""
    if nodes.of_code is not None:
        return (
            "nodes AS (SELECT unnest($node_code::INT[]) AS code, unnest($node_no::INT[]) AS node), "
            "walk AS (SELECT p.id, p.ord, p.ts, n.node, p.part, p.event_no FROM placed p "
            "JOIN nodes n ON n.code = p.code)",
            {"node_code": list(nodes.of_code), "node_no": list(nodes.of_code.values())},
        )
    codes: list[int] = []
    parts: list[int] = []
    steps: list[int] = []
    for code in study.steps.candidates:
        for part in range(-1, len(PARTS)):
            left, _ = study.steps.narrowed(code, part)
            codes.append(code)
            parts.append(part)
            steps.append(left[0] if len(left) == 1 else AMBIGUOUS)
    params: dict[str, Any] = {
        "step_code": codes,
        "step_part": parts,
        "step_no": steps,
        "to_step": list(range(len(nodes.of_step))),
        "to_node": list(nodes.of_step),
    }
    step = "s.step"
    join = ""
    if AMBIGUOUS in steps:
        ids, ords, chosen = study.decided
        params |= {"decided_id": ids, "decided_ord": ords, "decided_step": chosen}
        step = "coalesce(d.step, s.step)"
        join = "LEFT JOIN decided d ON d.id = p.id AND d.ord = p.ord"
    return (
        "steps AS (SELECT unnest($step_code::INT[]) AS code, unnest($step_part::INT[]) AS part, "
        "unnest($step_no::INT[]) AS step), "
        + (
            "decided AS (SELECT unnest($decided_id::INT[]) AS id, unnest($decided_ord::INT[]) AS ord, "
            "unnest($decided_step::INT[]) AS step), "
            if join
            else ""
        )
        + "to_node AS (SELECT unnest($to_step::INT[]) AS step, unnest($to_node::INT[]) AS node), "
        "walk AS (SELECT p.id, p.ord, p.ts, t.node, p.part, p.event_no FROM placed p "
        f"JOIN steps s ON s.code = p.code AND s.part = p.part {join} "
        f"JOIN to_node t ON t.step = {step} WHERE t.node >= 0)",
        params,
    )


TRANSFORMS = ("identity", "exposure", "first")
TRANSFORM_SQL = {
    "exposure": (
        "SELECT id, ord, ts, node, part, event_no FROM (SELECT *, lag(node) OVER (PARTITION BY id ORDER BY ord) "
        "AS before FROM {walked}) WHERE before IS NULL OR before <> node"
    ),
    "first": (
        "SELECT id, ord, ts, node, part, event_no FROM (SELECT *, row_number() OVER (PARTITION BY id, node "
        "ORDER BY ord) AS place FROM {walked}) WHERE place = 1"
    ),
}
