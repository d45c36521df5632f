"""Attribution: worked examples by hand, what must hold of every model, and the vendors' presets."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.attribution import attribution
from polku.analytics.credit import markov
from polku.analytics.credit.models import MODELS, SAME_AS, model_named
from polku.analytics.credit.shares import share_out
from polku.analytics.credit.touch_paths import NEVER, PathSet
from polku.documents import Settings, Workspace
from polku.errors import QuestionError
from tests.analytics.small import START, a_log

DAY = 86_400_000_000
SUMMED = [name for name in MODELS if name != "participation"]
CHANNELLED = Workspace(
    settings=Settings.model_validate(
        {
            "channels": [{"id": "web"}, {"id": "phone"}, {"id": "site"}],
            "touchpoints": [
                {"id": "guide", "channel": "web", "permission": "asks", "events": ["guide"]},
                {"id": "call", "channel": "phone", "contact": True, "events": ["call"]},
                {"id": "demo", "channel": "site", "events": ["demo"]},
            ],
            "limits": {"small": 2},
        }
    )
)


def paths(*said: str, times: list[tuple[float, float, float]] | None = None) -> PathSet:
    """Paths as "a b > 2": nodes, a touch a day and the conversion a day after the last; worth 2; "a b" led to none."""
    touches: list[tuple[int, str, int]] = []
    ends: list[tuple[float, float, float, int]] = []
    for number, one in enumerate(said):
        words, sign, worth = one.partition(">")
        nodes = words.split()
        touches += [(number, node, place * DAY) for place, node in enumerate(nodes)]
        won = (1.0, float(worth or 1), 0.0) if sign else (0.0, 0.0, 1.0)
        ends.append((*(times[number] if times else won), len(nodes) * DAY if sign or times else NEVER))
    labels = tuple(sorted({node for _, node, _ in touches}))
    count = len(said)
    return PathSet(
        labels=labels,
        path=np.array([path for path, _, _ in touches]),
        node=np.array([labels.index(node) for _, node, _ in touches]),
        at=np.array([at for _, _, at in touches]),
        person=np.full(len(touches), -1),
        lead=np.zeros(len(touches), dtype=bool),
        won=np.array([end[0] for end in ends]),
        value=np.array([end[1] for end in ends]),
        lost=np.array([end[2] for end in ends]),
        end=np.array([end[3] for end in ends]),
        created=np.full(count, NEVER),
        own=np.full(count, -1),
        unit=np.arange(count),
    )


def credit(made: PathSet, model: str) -> list[float]:
    """Conversions by node."""
    return [float(x) for x in share_out(made, {model: model_named(model)})[model].conversions[:-1]]


@pytest.mark.parametrize(
    ("model", "one", "two", "three"),
    [
        ("first", [1], [1, 0], [1, 0, 0]),
        ("last", [1], [0, 1], [0, 0, 1]),
        ("linear", [1], [1 / 2, 1 / 2], [1 / 3, 1 / 3, 1 / 3]),
        ("u", [1], [1 / 2, 1 / 2], [0.4, 0.2, 0.4]),
        ("j", [1], [1 / 4, 3 / 4], [0.2, 0.2, 0.6]),
        ("inverse-j", [1], [3 / 4, 1 / 4], [0.6, 0.2, 0.2]),
        ("position:30/50/10", [1], [3 / 4, 1 / 4], [3 / 9, 5 / 9, 1 / 9]),
        ("time-decay:P1D", [1], [1 / 3, 2 / 3], [1 / 7, 2 / 7, 4 / 7]),
        ("time-decay-stepped:P2D", [1], [1 / 3, 2 / 3], [1 / 4, 1 / 4, 1 / 2]),
        ("simple-decay", [1], [1 / 3, 2 / 3], [12.5 / 87.5, 25 / 87.5, 50 / 87.5]),
        ("position-decay", [1], [1 / 3, 2 / 3], [1 / 6, 2 / 6, 3 / 6]),
        ("participation", [1], [1, 1], [1, 1, 1]),
        ("shapley", [1], [1 / 2, 1 / 2], [1 / 3, 1 / 3, 1 / 3]),
        ("markov", [1], [1 / 2, 1 / 2], [1 / 3, 1 / 3, 1 / 3]),
        ("marketo-u", [1], [1, 0], [1, 0, 0]),
        ("hubspot-u", [1], [40 / 60, 20 / 60], [40 / 60, 10 / 60, 10 / 60]),
        ("hubspot-full-path", [1], [1 / 2, 1 / 2], [22.5 / 55, 10 / 55, 22.5 / 55]),
    ],
)
def test_paths_of_one_two_and_three_touches(
    model: str, one: list[float], two: list[float], three: list[float]
) -> None:
    assert credit(paths("a >"), model) == pytest.approx(one)
    assert credit(paths("a b >"), model) == pytest.approx(two)
    assert credit(paths("a b c >"), model) == pytest.approx(three)


def test_the_last_that_is_not_direct_is_the_last_where_all_are() -> None:
    assert credit(paths("a direct >", "direct direct >"), "last-non-direct") == [1, 1]


def test_a_chain_by_hand() -> None:
    # Start → a always, a → b in one of two, else away; b converts: 1 of 2. Without either nothing is left.
    made = paths("a b >", "a")
    moves, won, _ = markov.probabilities(made)
    ((whole, effect),) = markov.removal(moves, won)

    assert whole == pytest.approx(1 / 2)
    assert effect.tolist() == pytest.approx([1, 1])
    # And c, that converts once by itself: a chain of three paths, two converting.
    more = paths("a b >", "a", "c >")
    moves, won, _ = markov.probabilities(more)
    ((whole, effect),) = markov.removal(moves, won)
    assert whole == pytest.approx(2 / 3)
    assert effect.tolist() == pytest.approx([1 / 2, 1 / 2, 1 / 2])


SOME = ("a b a >3", "b c >1", "c", "a a b c >2.5", "b", "direct a >", "c b a")


@pytest.mark.parametrize("model", SUMMED)
def test_credit_adds_up_to_the_conversions_and_their_value(model: str) -> None:
    made = paths(*SOME)
    found = share_out(made, {model: model_named(model)})[model]

    assert found.conversions.sum() == pytest.approx(4)
    assert found.value.sum() == pytest.approx(7.5)


@pytest.mark.parametrize("model", MODELS)
def test_renaming_permutes_and_order_changes_nothing(model: str) -> None:
    plain = [one.replace("direct", "d") for one in SOME]
    renamed = [one.translate(str.maketrans("abcd", "zyxw")) for one in reversed(plain)]

    assert credit(paths(*plain), model) == pytest.approx(credit(paths(*renamed), model)[::-1])


@pytest.mark.parametrize("model", MODELS)
def test_the_same_data_twice_has_the_same_shares(model: str) -> None:
    once, twice = credit(paths(*SOME), model), credit(paths(*SOME, *SOME), model)

    assert [share * 2 for share in once] == pytest.approx(twice)


def test_a_path_that_led_to_nothing_changes_the_chain_and_not_the_fair_share() -> None:
    once, more = paths(*SOME), paths(*SOME, "b", "b", "b")

    assert credit(once, "shapley") == credit(more, "shapley")
    assert credit(once, "markov") != pytest.approx(credit(more, "markov"))


def test_repeats_that_follow_each_other_do_not_change_removal_effects() -> None:
    assert credit(paths("a a a b >", "b b", "c >"), "markov") == pytest.approx(
        credit(paths("a b >", "b", "c >"), "markov")
    )


def test_sample_paths_of_the_field(shared_data: Callable[[str], Path]) -> None:
    """The chain of 10,000 aggregated paths converts as often as they did, and every model adds up."""
    with (shared_data("channelattribution-paths") / "Data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    times = [
        (float(r["total_conversions"]), float(r["total_conversion_value"]), float(r["total_null"]))
        for r in rows
    ]
    made = paths(*(row["path"].replace(" > ", " ") for row in rows), times=times)
    won, value, lost = (sum(column) for column in zip(*times, strict=True))

    moves, ends, worth = markov.probabilities(made)
    (whole, effect), (by_value, _) = markov.removal(moves, ends, worth)
    assert whole == pytest.approx(won / (won + lost), rel=1e-12)
    assert by_value == pytest.approx(value / (won + lost), rel=1e-12)
    # Removing a channel indeed, for the one that matters most: what is left is what the closed form says.
    top = int(np.argmax(effect)) + 1
    cut = moves.copy()
    cut[:, top] = 0
    left = np.linalg.solve(np.eye(len(cut)) - cut, ends)[0]
    assert 1 - left / whole == pytest.approx(effect[top - 1], rel=1e-12)
    found = share_out(made, {name: model_named(name) for name in ("first", "last", "linear", "shapley")})
    for one in found.values():
        assert one.conversions.sum() == pytest.approx(won)
        assert one.value.sum() == pytest.approx(value)
    firsts = sum(t[0] for row, t in zip(rows, times, strict=True) if row["path"].split(" > ")[0] == "eta")
    assert found["first"].conversions[made.labels.index("eta")] == pytest.approx(firsts)


def deal(id: str, day: int, **more: Any) -> dict[str, Any]:
    return {
        "deal_id": id,
        "account_id": "a",
        "outcome": "won",
        "closed": START + dt.timedelta(days=day, hours=1),
        "amount": 100.0,
        **more,
    }


def test_paths_are_cut_after_each_deal_and_the_tail_led_to_nothing(tmp_path: Path) -> None:
    deals = [deal("1", 1), deal("2", 3), {**deal("3", 9), "outcome": "lost"}]
    with a_log(tmp_path, "a: guide call demo demo call", "b: guide", more={"deals": deals}) as log:
        found = ask(log, CHANNELLED, "attribution", Asked(by="touchpoint", models=("linear",))).rows()
        json = ask(log, CHANNELLED, "attribution", Asked(models=("linear",))).to_json()

    assert [(row["touchpoint"], row["conversions"], row["value"]) for row in found] == [
        ("guide", 0.5, 50.0),
        ("call", 0.5, 50.0),
        ("demo", 1.0, 100.0),
    ]
    assert json["null_paths"] == 2
    assert list(json["rows"][0]) == ["model", "channel", "conversions", "value", "share", "low", "high"]
    assert 0 <= json["rows"][0]["low"] <= json["rows"][0]["high"] <= 1


def test_milestones_are_where_the_deal_says(tmp_path: Path) -> None:
    made = deal("1", 4, created=START + dt.timedelta(days=2, hours=1))
    with a_log(tmp_path, "a: demo guide call demo call", more={"deals": [made]}) as log:
        asked = Asked(by="touchpoint", models=("marketo-w", "hubspot-full-path"))
        rows = ask(log, CHANNELLED, "attribution", asked).rows()

    # First: demo; lead: guide; deal: the first call; close: the last call; between them one demo.
    shares = {(row["model"], row["touchpoint"]): row["share"] for row in rows}
    assert shares["marketo-w", "demo"] == pytest.approx(30 / 90)
    assert shares["marketo-w", "call"] == pytest.approx(30 / 90)
    assert shares["hubspot-full-path", "demo"] == pytest.approx(0.225 + 0.1)
    assert shares["hubspot-full-path", "call"] == pytest.approx(0.45)


def test_few_conversions_have_no_interval_and_many_have_the_same_each_time(tmp_path: Path) -> None:
    with a_log(tmp_path, *(f"{name}: guide call demo" for name in "abc"), "d: call guide demo") as log:
        study = open_study(log, CHANNELLED)
        few = attribution(study, ("linear",), conversion="demo", draws=0)
        many = attribution(study, ("first", "markov"), conversion="demo")
        again = attribution(study, ("first", "markov"), conversion="demo")

    assert few.low == (None, None)
    assert many == again
    assert many.draws == 1000
    web, phone = list(zip(many.low, many.share, many.high, strict=True))[:2]
    assert web[1] == 0.75
    assert web[0] < 0.75 < web[2]
    assert phone[1] == 0.25


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(models=("lst",)), "last"),
        (Asked(models=("position:1/2",)), "position:40/20/40"),
        (Asked(models=("time-decay:7",)), "time-decay:P30D"),
        (Asked(conversion="Demo!"), "demo"),
        (Asked(transform="firsts", conversion="demo"), "exposure"),
        (Asked(transform="remove-if-not-all:fax", conversion="demo"), "web"),
        (Asked(by="device"), "touchpoint"),
        (Asked(scope="deal"), "deal-people"),
        (Asked(grain="click"), "session"),
        (Asked(value="event"), "--conversion"),
        (Asked(), "--conversion"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_is_possible(
    asked: Asked, words: str, tmp_path: Path
) -> None:
    with a_log(tmp_path, "a: guide call demo") as log, pytest.raises(QuestionError) as refused:
        ask(log, CHANNELLED, "attribution", asked)

    assert words in refused.value.text("en")
    assert refused.value.text("fi") != refused.value.text("en")


def test_vendors_names_lead_to_models_there_are() -> None:
    assert {SAME_AS[name] for name in SAME_AS} <= set(MODELS)
