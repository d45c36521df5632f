"""The axis of age, and the stems of a role."""

from __future__ import annotations

import datetime as dt

from polku.diagrams.answers.freshness import aged, draw_freshness
from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.roles.stems import draw_stems
from polku.formats.texts import workspace_of_texts
from polku.scene import text_width
from polku.scene.marks import Badge, Circle, Group, Text, walk

TODAY = dt.date(2026, 11, 18)
TEXTS = {
    "polku": "polku: 1\nroles: [ole, per]\n",
    "roles/ole": "id: ole\nname: Ole\n",
    "roles/per": "id: per\nname: Per\n",
    "evidence/old": "id: old\nkind: interview\nsource: A long talk\ndate: 2026-01-10\n",
    "evidence/new": "id: new\nkind: survey\ndate: 2026-11-17\n",
    "evidence/next": "id: next\nkind: interview\nstatus: planned\ndate: 2026-11-25\n",
    "evidence/undated": "id: undated\nkind: survey\n",
    "journeys/buy": "id: buy\nstages: [{id: a}, {id: b}]\nsteps:\n"
    "  - {id: one, stage: a, role: ole, feels: -2, evidence: [old]}\n"
    "  - {id: two, stage: a, role: per, feels: 1}\n"
    "  - {id: three, stage: b, role: ole, feels: 2, moment_of_truth: true}\n",
}


def test_only_what_was_heard_on_a_day_has_an_age() -> None:
    assert [(days, one.id) for days, one in aged(workspace_of_texts(TEXTS), TODAY)] == [
        (312, "old"),
        (1, "new"),
    ]


def test_older_stands_further_left_and_what_is_past_the_limit_is_named() -> None:
    scene = draw_freshness(workspace_of_texts(TEXTS), today=TODAY, link=lambda one: f"/{one.id}")
    pieces = {mark.id: mark for mark in scene.marks if isinstance(mark, Group)}
    x = {id: piece.children[0].x for id, piece in pieces.items()}  # type: ignore[union-attr]
    assert x["evidence-old"] < x["evidence-new"] and pieces["evidence-old"].link == "/old"
    words = [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]
    assert "A long talk" in words and scene.table is not None and len(scene.table.rows) == 2


def test_every_mark_of_the_axis_stays_on_the_page() -> None:
    many = {
        f"evidence/e{n}": f"id: e{n}\ndate: 2025-{1 + n % 12:02d}-11\nsource: {'x' * 80}\n" for n in range(60)
    }
    scene = draw_freshness(workspace_of_texts({**TEXTS, **many}), today=TODAY)
    for mark in walk(scene.marks):
        if isinstance(mark, Text):
            assert 0 <= mark.x <= scene.width and 0 < mark.y <= scene.height


def test_a_long_name_breaks_beside_its_mark_before_it_is_cut() -> None:
    name = "Customer interview, two operators, Billund"
    long = {"evidence/e1": f"id: e1\ndate: 2026-06-12\nsource: {name}\n"}
    scene = draw_freshness(workspace_of_texts({**TEXTS, **long}), today=TODAY)
    piece = next(mark for mark in scene.marks if isinstance(mark, Group) and mark.id == "evidence-e1")
    lines = [mark for mark in piece.children if isinstance(mark, Text)]
    assert " ".join(line.text for line in lines) == name and len(lines) == 2
    assert all(line.x + text_width(line.text, 12, 500) <= scene.width for line in lines)


def test_a_role_has_a_stem_for_each_of_its_steps_as_high_as_it_feels() -> None:
    workspace = workspace_of_texts(TEXTS)
    scene = draw_stems(journey_facts(workspace, workspace.journeys["buy"], today=TODAY), "ole")
    badges = [mark for mark in scene.marks if isinstance(mark, Badge)]
    rings = [mark for mark in scene.marks if isinstance(mark, Circle)]
    assert len(badges) == 2 and len(rings) == 1
    assert badges[0].cy > badges[1].cy and badges[0].filled and not badges[1].filled
    assert (rings[0].cx, rings[0].cy) == (badges[1].cx, badges[1].cy)
