"""Score: each account by how well it fits and how engaged it is, two figures on two axes and never one sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.analytics.score import Score
from polku.diagrams.answers.panel_words import Names, names_of, opened, rest_of
from polku.diagrams.answers.panels import steps
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Circle, Group, Line, Mark, Rect, Scene, Table, Text, Theme, fit, text_width
from polku.words import Message, Reader, reader

LEFT = 76.0
TALL = 430.0
MOST_NAMED = 14
LETTERS, NUMBERS = ("A", "B", "C"), ("1", "2", "3")


@dataclass(frozen=True)
class _Plan:
    left: float
    right: float
    top: float
    bottom: float
    wide: tuple[float, float]
    tall: tuple[float, float]

    def x(self, engagement: float) -> float:
        low, high = self.wide
        return self.left + (engagement - low) / (high - low) * (self.right - self.left)

    def y(self, fit: float) -> float:
        low, high = self.tall
        return self.bottom - (fit - low) / (high - low) * (self.bottom - self.top)


def draw_score(
    result: Score,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    names: Mapping[str, str] | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw accounts as dots between the bounds of the grades; accounts at one point are one dot with their number.

    Args:
        names: what the records call accounts.
    """
    say = reader(language)
    name = names_of(workspace, journey, names)
    rows = result.rows()
    width = max(width, 720.0)
    title = say.text(score_title(result))
    question = say("panels.score-question")
    frame_head, y = opened(result.about, workspace, say, title=title, question=question, width=width)
    marks: list[Mark] = [frame_head]
    if not rows:
        marks.append(Text(MARGIN, y + 14, say("panels.empty"), 14, fill="ink-2"))
        y += 34
    else:
        plan = _plan(result, rows, width, y)
        ground, grades = _ground(plan, result, say)
        marks += [*ground[:1], *_dots(plan, rows, grades, name, say), *ground[1:]]
        y = plan.bottom + 62
    notes = [say("panels.score-how")]
    if not result.written:
        notes.append(say("panels.score-made"))
    frame_foot, height = foot(
        width,
        y + 4,
        (
            LegendEntry(_one, say("panels.score-one"), 12),
            LegendEntry(_many, say("panels.score-many"), 20),
        )
        if rows
        else (),
        " ".join(notes),
        language,
        rest_of(result.about, say),
    )
    return Scene(
        width=width,
        height=height,
        title=title,
        desc=say("panels.desc", count=len(rows)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=Table(
            tuple(
                say(f"measure.col-{key}") for key in ("account_id", "fit", "engagement", "grade", "events")
            ),
            tuple(
                (
                    _called(row, name, say),
                    say.number(row["fit"], 0),
                    say.number(row["engagement"], 1),
                    row["grade"],
                    say.number(row["events"]),
                )
                for row in rows
            ),
            say("panels.score-question"),
        ),
    )


def score_title(result: Score) -> Message:
    """How many fit well and are engaged, and how many fit well and are not."""
    best = result.grades.get("A1", 0)
    quiet = sum(result.grades.get(f"A{number}", 0) for number in ("2", "3"))
    if not sum(result.grades.values()):
        return Message("panels.score-title-none", {})
    if not best + quiet:
        return Message("panels.score-title-no-fit", {})
    return Message("panels.score-title", {"count": best, "quiet": quiet})


def _bounds(result: Score) -> tuple[list[float], list[float]]:
    grades = result.rules.get("grades") or {}
    return (
        [float(one) for one in grades.get("fit", (70, 40))],
        [float(one) for one in grades.get("engagement", (50, 20))],
    )


def _plan(result: Score, rows: list[dict[str, Any]], width: float, y: float) -> _Plan:
    fits, engaged = _bounds(result)
    tall = steps(
        min([0.0, *(row["fit"] for row in rows)]), max([fits[0] * 1.15, *(row["fit"] for row in rows)])
    )
    wide = steps(
        min([0.0, *(row["engagement"] for row in rows)]),
        max([engaged[0] * 1.25, *(row["engagement"] for row in rows)]),
    )
    return _Plan(
        MARGIN + LEFT, width - MARGIN, y + 30, y + 30 + TALL, (wide[0], wide[-1]), (tall[0], tall[-1])
    )


def _ground(
    plan: _Plan, result: Score, say: Reader
) -> tuple[list[Mark], list[tuple[float, float, float, float]]]:
    """Axes, the bounds of the grades, and how many accounts have each grade; and where these words stand."""
    fits, engaged = _bounds(result)
    marks: list[Mark] = [
        Rect(plan.left, plan.top, plan.right - plan.left, plan.bottom - plan.top, "surface", "line", 1)
    ]
    for value in steps(*plan.wide):
        marks.append(Line(plan.x(value), plan.bottom, plan.x(value), plan.bottom + 5, "line-strong"))
        marks.append(
            Text(plan.x(value), plan.bottom + 20, say.number(value), 12, anchor="middle", fill="ink-3")
        )
    for value in steps(*plan.tall):
        marks.append(Line(plan.left - 5, plan.y(value), plan.left, plan.y(value), "line-strong"))
        marks.append(
            Text(plan.left - 10, plan.y(value) + 4.3, say.number(value), 12, anchor="end", fill="ink-3")
        )
    marks += [
        Line(plan.x(value), plan.top, plan.x(value), plan.bottom, "line-strong", 1.2, (4, 3))
        for value in engaged
    ]
    marks += [
        Line(plan.left, plan.y(value), plan.right, plan.y(value), "line-strong", 1.2, (4, 3))
        for value in fits
    ]
    marks.append(
        Text(
            (plan.left + plan.right) / 2,
            plan.bottom + 42,
            say("panels.score-engagement"),
            12,
            600,
            anchor="middle",
            fill="ink-2",
        )
    )
    marks.append(Text(MARGIN, plan.top - 12, say("panels.score-fit"), 12, 600, fill="ink-2"))
    taken: list[tuple[float, float, float, float]] = []
    found: list[Mark] = [Group(tuple(marks), id="scale", role="ground", hidden=True)]
    edges_x = [plan.wide[0], engaged[1], engaged[0], plan.wide[1]]
    edges_y = [plan.tall[1], fits[0], fits[1], plan.tall[0]]
    for row, letter in enumerate(LETTERS):
        for column, number in enumerate(reversed(NUMBERS)):
            grade = letter + number
            count = result.grades.get(grade, 0)
            right, top = plan.x(edges_x[column + 1]), plan.y(edges_y[row])
            words = f"{grade} · {say.number(count)}"
            box = Rect(
                right - text_width(words, 12, 600) - 16,
                top + 5,
                text_width(words, 12, 600) + 10,
                18,
                "surface",
                radius=3,
            )
            taken.append((box.x, box.y, box.x + box.width, box.y + box.height))
            found.append(
                Group(
                    (box, Text(right - 11, top + 18, words, 12, 600, anchor="end", fill="ink-2")),
                    id=f"grade-{grade}",
                    role="node",
                    label=say("panels.score-grade", grade=grade, count=count),
                    focusable=bool(count),
                )
            )
    return found, taken


def _called(row: Mapping[str, Any], name: Names, say: Reader) -> str:
    id = row["account_id"]
    return name(id) if id else say("measure.unknown")


def _dots(
    plan: _Plan,
    rows: list[dict[str, Any]],
    grades: list[tuple[float, float, float, float]],
    name: Names,
    say: Reader,
) -> list[Mark]:
    """Accounts at the same place together; the foremost with their names where there is room."""
    places: list[list[dict[str, Any]]] = []
    for row in rows:
        x, y = plan.x(row["engagement"]), plan.y(row["fit"])
        near = next(
            (
                own
                for own in places
                if abs(plan.x(own[0]["engagement"]) - x) < 13 and abs(plan.y(own[0]["fit"]) - y) < 13
            ),
            None,
        )
        if near is None:
            places.append([row])
        else:
            near.append(row)
    marks: list[Mark] = []
    taken: list[tuple[float, float, float, float]] = [
        (
            plan.x(row["engagement"]) - 5,
            plan.y(row["fit"]) - 5,
            plan.x(row["engagement"]) + 5,
            plan.y(row["fit"]) + 5,
        )
        for row in rows
    ]
    taken += grades
    named = 0
    for number, own in enumerate(places, start=1):
        x, y = plan.x(own[0]["engagement"]), plan.y(own[0]["fit"])
        called = _called(own[0], name, say)
        label = say("panels.score-said", name=called, fit=own[0]["fit"], engagement=own[0]["engagement"])
        children: list[Mark] = []
        if len(own) == 1:
            children.append(Circle(x, y, 4.6, "ink-2", "surface", 1))
        else:
            r = 6 + min(len(own), 40) ** 0.5 * 1.6
            children.append(Circle(x, y, r, "ink-2", "surface", 1))
            number_box = (x - 8, y - 8, x + 8, y + 8)
            if r >= 8 and not any(_meet(number_box, other) for other in grades):
                children.append(
                    Text(x, y + 4.1, say.number(len(own)), 11.5, 600, anchor="middle", fill="on-fill")
                )
            label = say("panels.score-together", name=called, count=len(own) - 1)
        if named < MOST_NAMED and (spot := _spot(called, x, y, plan, taken)) is not None:
            words, left, base = spot
            named += 1
            wide = text_width(words, 12, 500)
            children.append(Rect(left - 2, base - 11, wide + 4, 15, "surface", radius=3))
            children.append(Text(left, base, words, 12, 500))
            taken.append((left, base - 10, left + wide, base + 3))
        marks.append(
            Group(
                tuple(children), id=f"account-{number}", role="node", label=label, title=label, focusable=True
            )
        )
    return marks


def _spot(
    called: str, x: float, y: float, plan: _Plan, taken: list[tuple[float, float, float, float]]
) -> tuple[str, float, float] | None:
    """Where a name stands free of others: above, below, right, left; None where nowhere."""
    words = fit(called, 150, 12, 500)
    wide = text_width(words, 12, 500)
    for left, base in (
        (x - wide / 2, y - 11),
        (x - wide / 2, y + 20),
        (x + 12, y + 4),
        (x - 12 - wide, y + 4),
    ):
        box = (left, base - 10, left + wide, base + 3)
        inside = (
            plan.left + 2 <= left
            and left + wide <= plan.right - 2
            and plan.top + 12 <= base <= plan.bottom - 2
        )
        if inside and not any(_meet(box, other) for other in taken):
            return words, left, base
    return None


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] + 2 and b[0] < a[2] + 2 and a[1] < b[3] + 1 and b[1] < a[3] + 1


def _one(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 4.6, "ink-2"),)


def _many(x: float, y: float) -> tuple[Mark, ...]:
    return Circle(x, y, 8.3, "ink-2"), Text(x, y + 4.1, "3", 11.5, 600, anchor="middle", fill="on-fill")
