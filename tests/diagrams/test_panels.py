"""Drawings of rows on panels, of scores and of the buying centre: nothing overlaps or is cut, with one item or many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from polku.analytics.backtest import Backtest
from polku.analytics.campaigns import Campaigns
from polku.analytics.centre import Centre
from polku.analytics.change import Change
from polku.analytics.deviations import Deviations
from polku.analytics.effect import COMPARISONS, Effect
from polku.analytics.friction import Friction
from polku.analytics.loyalty import Loyalty
from polku.analytics.now import Now
from polku.analytics.result import About, Result
from polku.analytics.score import Score
from polku.analytics.threads import Threads
from polku.analytics.touches import Touches
from polku.diagrams.answers.panels import steps
from polku.documents import Improvement, Journey, Settings, Stage, Step, Touchpoint, Workspace
from polku.exports.question_drawings import draw_answer
from polku.scene import DARK, Circle, Group, Line, Scene, Text, scene_to_svg, walk
from tests.diagrams import eye

LONG = "Asiakaspalvelukeskuksenpalautekyselylomake"
SIZES = (1, 7, 200)


def workspace() -> Workspace:
    points = tuple(Touchpoint(id=f"t{n}", name=f"{LONG} {n}" if n == 1 else f"Point {n}") for n in range(9))
    one = Improvement(id="better", name=LONG)
    return Workspace(
        settings=Settings(name="Us", example=True, touchpoints=points), improvements={"better": one}
    )


JOURNEY = Journey(
    id="walk",
    stages=(Stage(id="use", name=LONG), Stage(id="buy", name="Buy")),
    steps=tuple(Step(id=f"s{n}", stage="use", role="ole", does=f"{LONG} {n}") for n in range(200)),
)


def about(question: str, **parameters: Any) -> About:
    return About(
        question,
        "account",
        "account",
        40,
        40,
        1,
        first=10**15,
        last=10**15 + 10**13,
        parameters=parameters,
        remainder={"cases_filtered": 3},
    )


def of(kind: type[Result], question: str, rows: list[Mapping[str, Any]], **more: Any) -> Any:
    names = kind.columns()
    columns = {name: tuple(row[name] for row in rows) for name in names}
    return kind(about(question), **columns, **more)


def deviations(size: int) -> Deviations:
    rows = [
        {"where": f"{LONG}-{n}", "cases": 900 + n, "share": 0.3, "unintended": 12345, "skipped": 7, "out_of_order": 0,
         "repeated": 3, "missing": n, "ended": 40, "well": 0.2, "ended_others": 60, "well_others": 0.6,
         "difference": None if n % 3 == 2 else -0.4, "low": None if n % 3 == 2 else -0.6,
         "high": None if n % 3 == 2 else 0.1, "account_ids": ()}
        for n in range(size)
    ]  # fmt: skip
    return Deviations(
        replace(about("deviations"), parameters={"by": "stage"}),
        **{name: tuple(row[name] for row in rows) for name in Deviations.columns()},
    )


def touches(size: int) -> Touches:
    rows = [
        {"before": before, "by": None if n == 0 else f"{LONG}-{n}", "count": 20, "touches": 9, "mean": 4.5 + n,
         "p25": n, "median": 2 * n, "p75": 3 * n, "p95": 7 * n}
        for before in ("contact", "deal")
        for n in range(size)
    ]  # fmt: skip
    return of(Touches, "touches", rows)


def campaigns(size: int) -> Campaigns:
    rows = [
        {"campaign": f"{LONG}-{n}", "channel": "email", "cost": None if n % 3 else 1000.0 * n, "currency": "EUR",
         "impressions": 5, "clicks": 2, "touches": 8, "accounts": 4, "leads": n, "deals": 1.0, "won": 0.2 * n,
         "value": 1.0, "cost_per_lead": None if n % 2 else 12345.0, "cost_per_deal": None, "return_": None,
         "won_deals": n, "few": n < 5, "other_costs": {}}
        for n in range(size)
    ]  # fmt: skip
    return of(Campaigns, "campaigns", rows, total={"cost": 123456.0, "leads": 7, "won": 3.0})


def friction(size: int) -> Friction:
    rows = [
        {"kind": ("wait", "loop", "drop", "score")[n % 4], "step": f"s{n}", "stage": "use", "touchpoint": None,
         "cases": 9, "accounts": n + 1, "share": 0.5, "times": 9, "seconds": None, "limit_seconds": None, "n": 9,
         "well": 0.1, "n_others": 9, "well_others": 0.6, "loss": None if n % 5 == 4 else 0.5 - n / 10,
         "low": None if n % 5 == 4 else 0.3 - n / 10, "high": None if n % 5 == 4 else 0.7 - n / 10,
         "weight": None if n % 5 == 4 else max(0.5 - n / 10, 0) * 9,
         "improvements": ("better",) if n % 2 else (), "account_ids": ()}
        for n in range(size)
    ]  # fmt: skip
    return of(Friction, "friction", rows)


def change(size: int) -> Change:
    rows = [
        {"segment": LONG if n % 2 else None, "what": f"t{n % 9}", "before": 10 * n, "after": 200 - n,
         "difference": 200 - 11 * n, "low": 150.0 - 11 * n, "high": 250.0 - 11 * n, "contribution": 0.1,
         "accounts_before": 3, "accounts_after": 4}
        for n in range(size)
    ]  # fmt: skip
    days = {"from": "2026-01-01", "to": "2026-03-31"}
    return of(
        Change, "change", rows, periods={"before": days, "after": days}, events_before=7, events_after=9
    )


def effect(size: int) -> Effect:
    rows = [
        {"compared": name, "measure": "time", "before": 86400.0 * 40, "after": 86400.0 * 30 if size > 1 else None,
         "n_before": 4, "n_after": 5, "difference": -86400.0 * 10 if size > 1 else None,
         "low": -86400.0 * 15 if size > 1 else None, "high": -86400.0 * (5 if size > 7 else -5) if size > 1 else None}
        for name in COMPARISONS[: min(size, 4)]
    ]  # fmt: skip
    days = {"from": "2026-01-01", "to": "2026-03-31"}
    return of(
        Effect, "effect", rows, improvement="better", live="2026-01-01", weeks=9,
        periods={"before": days, "after": days}, target=86400.0 * 20, met_accounts=4, whole_before=False,
    )  # fmt: skip


def score(size: int) -> Score:
    rows = [
        {"account_id": f"{LONG}-{n}", "person_id": None, "fit": float((n * 37) % 101),
         "engagement": float((n * 53) % 97), "grade": "A1", "events": n, "last_event": "2026-01-01", "reasons": ()}
        for n in range(size)
    ]  # fmt: skip
    grades = {"fit": [70, 40], "engagement": [50, 20]}
    return of(Score, "score", rows, written=False, rules={"grades": grades}, grades={"A1": size, "C3": 2})


def loyalty(size: int) -> Loyalty:
    rows = [
        {"touchpoint": None if n == 0 else f"t{n % 9}", "stage": None, "part": None if n < 9 else f"part-{n}",
         "group": group, "accounts": 9, "lost": 2, "retained": value, "low": low, "high": 1.0 if low else None}
        for n in range(size)
        for group, value, low in (("promoter", 1.0, None), ("passive", None, None), ("detractor", 0.7, 0.4))
    ]  # fmt: skip
    return of(Loyalty, "loyalty", rows, differences=(), logrank=None, horizon_days=365, basis_accounts=9)


def threads(size: int) -> Threads:
    rows = [
        {"parts": n, "deals": 3 + n, "won": n, "win_rate": n / (3 + n), "low": 0.0, "high": 0.9, "people": 2.0,
         "events_per_person": None if n else 3.0}
        for n in range(min(size, 4))
    ]  # fmt: skip
    told = {"win_rate": 0.6, "deals": 9, "others_win_rate": 0.2, "others_deals": 9, "low": 0.1, "high": 0.7}
    return of(Threads, "threads", rows, multithreaded=told, with_unknown_parts=4)


def backtest(size: int) -> Backtest:
    rows = [
        {"fit": fit, "engagement": engagement, "accounts": 3 * n, "won": n, "win_rate": 0.3 if n else None,
         "low": 0.1 if n else None, "high": 0.7 if n else None, "lift": 1.2 if n else None,
         "lift_low": 0.4 if n else None, "lift_high": 2.8 if n else None}
        for n, (fit, engagement) in enumerate([(None, None), ("high", "high"), ("low", "high"), ("low", "low")][:size])
    ]  # fmt: skip
    order = {"order": 0.7, "order_low": 0.6 if size > 1 else 0.4, "order_high": 0.9}
    return of(
        Backtest, "backtest", rows, as_of="2026-01-01", until="2026-06-30", horizon_days=180, grades={},
        ranked={"fit": order, "engagement": order}, left_out=("status = former",) if size > 1 else (), written=True,
    )  # fmt: skip


def centre(size: int) -> Centre:
    rows = [
        {"when": f"2026-{n + 1:02}" if size > 1 else "2026-Q1", "day": "2026-01-31", "part": part,
         "required": 0 if part == "buyer" else 100, "completeness": 1.0, "high": 1.0, "engaged": n / 12,
         "accounts_met": 3, "people": 2.0, "events_per_person": 2.0, "multithreaded": 0.5}
        for n in range(min(size, 12))
        for part in (None, "buyer", "decision-maker", "operator")
    ]  # fmt: skip
    return of(Centre, "centre", rows)


def now(size: int) -> Now:
    rows = [
        {"account_id": f"{LONG}-{n}", "journey": "walk", "round": n % 3 + 1, "stage": ("use", "buy")[n % 2],
         "step": f"s{n}", "days_in_stage": 400.0 - n * 3 if n % 4 else 2.0,
         "median_days_others": None if n % 5 == 3 else 60.0, "days_over": None if n % 5 == 3 else 340.0 - n * 3,
         "others": 9, "last_event": "2026-01-01"}
        for n in range(size)
    ]  # fmt: skip
    standing = {
        stage: {
            "rounds": sum(row["stage"] == stage for row in rows),
            "over": sum(row["stage"] == stage and (row["days_over"] or 0.0) > 0 for row in rows),
        }
        for stage in dict.fromkeys(row["stage"] for row in rows)
    }
    return of(Now, "now", rows, standing=standing)


ALL = (
    deviations,
    touches,
    campaigns,
    friction,
    change,
    effect,
    score,
    loyalty,
    threads,
    backtest,
    centre,
    now,
)


def draw(result: Result, **options: Any) -> Scene:
    scene = draw_answer(result, workspace(), JOURNEY, **options)
    assert scene is not None
    return scene


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "width"), [("en", 1280.0), ("fi", 700.0)])
def test_nothing_overlaps_or_leaves_its_place(make: Any, size: int, language: str, width: float) -> None:
    scene = draw(make(size), language=language, width=width, theme=DARK)
    assert (eye.overlaps(scene), eye.outside(scene), eye.too_small(scene)) == ([], [], [])
    assert scene.title and scene.desc and scene.table is not None and scene.table.rows
    assert len({len(row) for row in scene.table.rows} | {len(scene.table.columns)}) == 1
    assert scene_to_svg(scene)


def test_names_of_columns_break_before_the_page_grows() -> None:
    scene = draw(deviations(4), language="fi", width=1100.0)
    assert scene.width == 1100.0
    words = [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]
    assert {"Piirtämätön", "tie"} <= set(words)
    assert "Piirtämätön tie" in [
        mark.text for mark in walk(draw(deviations(4), language="fi").marks) if isinstance(mark, Text)
    ]


@pytest.mark.parametrize("make", ALL)
def test_parts_have_ids_of_their_own_and_say_what_they_mean(make: Any) -> None:
    scene = draw(make(7))
    parts = [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "node"]
    assert parts and len({part.id for part in parts}) == len(parts)
    assert all(part.label for part in parts)


def test_rows_that_are_not_drawn_are_counted_and_stand_in_the_answer() -> None:
    words = " ".join(mark.text for mark in walk(draw(campaigns(200)).marks) if isinstance(mark, Text))
    assert "184 more rows" in words


def test_a_value_that_may_as_well_be_nothing_is_hollow() -> None:
    scene = draw(change(30))
    parts = {mark.id: mark for mark in walk(scene.marks) if isinstance(mark, Group)}
    dots = {
        id: next(one for one in parts[id].children if isinstance(one, Circle)).fill
        for id in ("change-1", "change-16")
    }
    # +200 (150 … 250) is surely more; 35 (−15 … 85) is not.
    assert dots == {"change-1": "ink", "change-16": "paper"}


def test_interval_and_value_stand_at_their_places_on_the_scale() -> None:
    scene = draw(threads(4))
    part = next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == "threads-3")
    dot = next(mark for mark in part.children if isinstance(mark, Circle))
    line = next(mark for mark in part.children if isinstance(mark, Line) and mark.y1 == mark.y2 == dot.cy)
    # 3 of 6 deals won, 0 % … 90 %.
    assert (dot.cx - line.x1) / (line.x2 - line.x1) == pytest.approx(0.5 / 0.9)


def test_an_answer_without_a_row_has_no_picture() -> None:
    for make in ALL:
        if make not in (touches, effect, threads, centre):
            assert draw_answer(make(0), workspace(), JOURNEY) is None


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 10, (0, 5, 10)),
        (0, 0.9, (0, 0.5, 1.0)),
        (-16, 53, (-20, 0, 20, 40, 60)),
        (0, 17, (0, 5, 10, 15, 20)),
    ],
)
def test_scales_have_round_steps(low: float, high: float, found: tuple[float, ...]) -> None:
    assert steps(low, high) == found
