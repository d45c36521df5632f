"""Walks followed in arrays, in pieces of a few events, give what the SQL of an engine without arrays gives."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.columns import blocks
from polku.analytics.deviations import deviations_by
from polku.analytics.fit import fit
from polku.analytics.friction import friction
from polku.analytics.funnel import FUNNEL_MODES, funnel
from polku.analytics.now import now
from polku.analytics.paths import paths
from polku.analytics.result import Result
from polku.analytics.rounds import ROUND_OUTCOMES, Cuts, cut_columns, cut_rounds
from polku.analytics.steps import steps
from polku.analytics.study import Study
from polku.analytics.time import TIME_DEFINITIONS, time
from polku.analytics.variants import variants
from polku.analytics.walks import deviation_pieces, pieces
from polku.analytics.walks.following import over_pieces
from polku.analytics.walks.pieces import Grouped, at_rank, firsts
from polku.documents import Settings, Workspace
from polku.records import adding, adding_cases
from polku.records.engine import Engine
from polku.records.lake import Lake
from polku.records.log import Log, open_log
from polku.records.publish import Staged, publish
from tests.analytics.logs import publish_rows, write_rows
from tests.analytics.markets import a_log
from tests.analytics.test_against_oracle import OFS, TRANSFORMS
from tests.analytics.worlds import TODAY, a_world

CHOSEN: tuple[dict[str, Any], ...] = (
    {"case": "account"},
    {"case": "round"},
    {"case": "account", "cases": "met(expert) or events > 8"},
    {"case": "round", "cases": 'did("Demo")', "events": "activity != Visit"},
    {"case": "account", "events": "part != operator"},
    {"case": "person"},
)


def answers(study: Study, chance: random.Random) -> list[Result]:
    """The same questions for the same seed."""
    found: list[Result] = []
    for of in OFS:
        transform = chance.choice(TRANSFORMS)
        found += [paths(study, of, transform=transform), variants(study, of, transform=transform, most=4)]
        labels = study.nodes(of).labels
        if len(labels) < 2:
            continue
        stages = chance.sample(labels, min(3, len(labels) - 1))
        others = [label for label in labels if label not in stages]
        pairs = [(chance.choice(labels), chance.choice(labels)) for _ in range(2)]
        found += [time(study, pairs, of, definition=definition) for definition in TIME_DEFINITIONS]
        for mode in FUNNEL_MODES:
            found.append(
                funnel(
                    study,
                    stages,
                    of,
                    mode=mode,
                    window=chance.choice([None, dt.timedelta(days=2), dt.timedelta(days=40)]),
                    exclude=chance.choice([(), tuple(others[:1])]),
                    parts=chance.choice([(), (None, "expert", None)[: len(stages)]]),
                    entered=chance.choice(
                        [(None, None), (dt.date(2024, 1, 2), None), (None, dt.date(2024, 3, 1))]
                    ),
                )
            )
    return found


@pytest.mark.parametrize("seed", range(300, 318))
def test_arrays_and_sql_agree(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _, events, people = a_world(seed)
    monkeypatch.setattr(blocks, "PIECE", 7)
    with a_log(tmp_path, events, people) as log:
        chosen = CHOSEN[seed % len(CHOSEN)]
        told = []
        for arrays in (True, False):
            monkeypatch.setattr(Engine, "gives_arrays", arrays)
            study = open_study(log, workspace, journey="walk", today=TODAY, **chosen)
            told.append([(one.about, one.rows()) for one in answers(study, random.Random(seed))])
        for followed, asked in zip(*told, strict=True):
            assert followed == asked


def test_rows_in_any_order_are_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _, events, people = a_world(301)
    with a_log(tmp_path, events, people) as log:

        def told(log: Log) -> list[list[int]]:
            study = open_study(log, workspace, today=TODAY)
            found = over_pieces(
                study, study.nodes("activity"), lambda piece: (piece.id, piece.ord, piece.node)
            )
            return [np.concatenate(columns).tolist() for columns in zip(*found, strict=True)]

        expected = told(log)
        columns = Engine.columns
        random_ = np.random.default_rng(1)

        def shuffled(self: Engine, *args: Any, **kwargs: Any) -> dict[str, Any]:
            read = columns(self, *args, **kwargs)
            order = random_.permutation(len(next(iter(read.values()))))
            return {name: column[order] for name, column in read.items()}

        monkeypatch.setattr(Engine, "columns", shuffled)
        for most in (blocks.KEPT, 0):
            blocks.forget()
            monkeypatch.setattr(blocks, "KEPT", most)
            assert told(replace(log)) == expected
        blocks.forget()


@pytest.mark.parametrize("seed", range(40))
def test_rounds_are_cut_all_at_once_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    marks = []
    for account in range(chance.randint(0, 6)):
        time_ = 0
        number = chance.randint(1, 9)
        for ord_ in range(1, number + 1):
            gap = -1 if ord_ == number else chance.choice([0, 1, 5, 50])
            marks.append((account << 2, ord_ * 2, time_, chance.randint(0, 5), gap))
            time_ += max(gap, 0)
    cuts = Cuts(
        frozenset(chance.sample(range(6), chance.randint(1, 3))),
        {code: chance.choice(("done", "lost")) for code in chance.sample(range(8), chance.randint(0, 3))},
        chance.choice([None, 1, 10]),
    )
    now = 60
    names = ("cid", "ord", "ts", "code", "gap")
    columns = {
        name: np.array([mark[place] for mark in marks], dtype=np.int64) for place, name in enumerate(names)
    }
    found = cut_columns(columns, cuts, now)
    expected = [tuple(vars(one).values()) for one in cut_rounds(marks, cuts, now)]
    order = ("cid", "number", "low", "high", "t0", "t1")
    told = zip(*(found[name].tolist() for name in order), found["said"].tolist(), strict=True)
    assert [(*one, ROUND_OUTCOMES[said]) for *one, said in told] == expected
    assert found["id"].tolist() == list(range(len(expected)))


@pytest.mark.parametrize(("left", "sampled"), [(0, 1), (0, 7), (0, 1000), (5, 3), (200_000, 32)])
def test_quantiles_of_groups_are_those_of_each_group_by_itself(
    left: int, sampled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "LEFT", left)
    monkeypatch.setattr(pieces, "SAMPLED", sampled)
    chance = np.random.default_rng(7)
    group, value = chance.integers(0, 5, 400), chance.integers(0, 10**13, 400)
    value[:2] = 2**50 - 1, 2**50 - 3
    runs = Grouped(50, (np.sort(group[:150] << 50 | value[:150]), np.sort(group[150:] << 50 | value[150:])))
    asked = np.array([0, 2, 3, 4])
    count = np.bincount(group, minlength=5)[asked]
    for share in (25, 50, 75, 95):
        told = runs.quantiles(asked, count, share).tolist()
        assert told == [at_rank(value[group == one], share) for one in asked]
    shares = np.array([5, 25, 50, 95])
    told = runs.quantiles(asked, count, shares).tolist()
    assert told == [at_rank(value[group == one], share) for one, share in zip(asked, shares, strict=True)]


def test_first_of_each_case_is_found_also_where_keys_are_too_wide() -> None:
    case, what = np.array([0, 0, 0, 1, 1]), np.array([2, 1, 2, 2, 2])
    expected = [True, True, False, True, False]
    assert firsts(case, what).tolist() == expected
    assert firsts(case, what + 2**59).tolist() == expected


@pytest.mark.parametrize("seed", range(5))
def test_events_that_were_added_beside_a_log_are_followed_in_their_place(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "ADD_FROM", 0)
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    monkeypatch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
    chance = random.Random(seed)
    rows = [
        {
            "event_id": str(number),
            "account_id": chance.choice("abcdefgh"),
            "activity": chance.choice(("Call", "Demo", "Visit")),
            "time": dt.datetime(2024, 1, 1) + dt.timedelta(hours=chance.randrange(500)),
            "source_row": number + 2,
        }
        for number in range(60)
    ]
    workspace = Workspace(settings=Settings(name="Test"), roles={}, journeys={})
    publish_rows(tmp_path, {("crm", "crm"): {"events": rows[:50]}}).close()
    later = tmp_path / "later"
    later.mkdir()
    write_rows(later / "events.parquet", "events", rows[50:], "crm", "crm")
    publish(Lake(tmp_path / "lake"), [Staged(later, "later.csv", "crm", "crm")])
    told = []
    with open_log(tmp_path) as log:
        assert log.tables["moves"].layers is not None
        for arrays in (True, False):
            monkeypatch.setattr(Engine, "gives_arrays", arrays)
            study = open_study(log, workspace, today=TODAY)
            found = [
                paths(study),
                variants(study),
                funnel(study, ["Call", "Demo"]),
                time(study, [("Call", "Demo")]),
            ]
            told.append([(one.about, one.rows()) for one in found])
    assert told[0] == told[1]
    assert sum(row["count"] for row in told[0][1][1]) == len({row["account_id"] for row in rows})


def test_a_log_that_does_not_fit_is_read_for_each_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _, events, people = a_world(303)
    blocks.forget()
    with a_log(tmp_path, events, people) as log:
        told = []
        for most in (blocks.KEPT, 0):
            monkeypatch.setattr(blocks, "KEPT", most)
            assert (blocks.kept_blocks(log, "account") is None) == (most == 0)
            found = []
            for chosen in CHOSEN:
                study = open_study(log, workspace, journey="walk", today=TODAY, **chosen)
                found += [(one.about, one.rows()) for one in answers(study, random.Random(3))]
            told.append(found)
        assert told[0] == told[1]


@pytest.mark.parametrize("seed", range(320, 326))
def test_answers_are_the_same_however_walks_are_cut_and_kept(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _, events, people = a_world(seed)
    chosen = CHOSEN[seed % 5]
    with a_log(tmp_path, events, people) as log:
        told = []
        most_stages = deviation_pieces.MOST_STAGES
        ways = (
            (blocks.PIECE, blocks.KEPT, most_stages),
            (7, blocks.KEPT, most_stages),
            (7, 0, most_stages),
            (7, 0, -1),
        )
        for piece, most, stages in ways:
            blocks.forget()
            monkeypatch.setattr(deviation_pieces, "MOST_STAGES", stages)
            monkeypatch.setattr(blocks, "PIECE", piece)
            monkeypatch.setattr(blocks, "KEPT", most)
            study = open_study(log, workspace, journey="walk", today=TODAY, **chosen)
            found: list[Result] = [steps(study), fit(study), friction(study)]
            found += [deviations_by(study, "stage"), deviations_by(study, "role")]
            found += [now(study)] if study.case == "round" else []
            told.append([(one.about, one.rows()) for one in found])
        blocks.forget()
    assert told[0] == told[1] == told[2] == told[3]


def test_what_was_made_of_blocks_gives_its_memory_back_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, events, people = a_world(303)
    blocks.forget()
    with a_log(tmp_path, events, people) as log:
        kept = blocks.kept_blocks(log, "account")
        assert kept is not None
        monkeypatch.setattr(blocks, "KEPT", kept.bytes + 100)
        kept = blocks.kept_blocks(log, "account")
        assert kept is not None
        made = []

        def asked(name: str, size: int) -> str:
            return kept.derived(name, lambda: made.append(name) or name, lambda _: size)

        for name, size in (("a", 60), ("a", 60), ("b", 30), ("large", 200), ("c", 60), ("b", 30), ("a", 60)):
            assert asked(name, size) == name
    blocks.forget()
    # What is larger than the room left is made each time; what was asked longest ago goes first.
    assert made == ["a", "b", "large", "c", "a"]


def test_places_of_numbers_are_found_whatever_gaps_these_have(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = np.array([3, 4, 5, 1 << 24, (1 << 24) + 1, 5 << 24], dtype=np.int64)
    for runs in (256, 1):
        monkeypatch.setattr(blocks, "RUNS", runs)
        for places in ([], [0], [2, 3], [0, 1, 2, 3, 4, 5], [5, 0, 3]):
            some = numbers[places].astype(np.int32)
            assert blocks.places_of(numbers, some).tolist() == places
            assert blocks.places_of(numbers[:3], some[some < 6]).tolist() == [
                one for one in places if one < 3
            ]
    nothing = np.zeros(0, dtype=np.int32)
    assert blocks.places_of(nothing, nothing).tolist() == []


def test_blocks_of_older_questions_give_their_memory_back_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, events, people = a_world(303)
    blocks.forget()
    with a_log(tmp_path, events, people) as log:
        first = blocks.kept_blocks(log, "account")
        assert first is not None
        assert blocks.kept_blocks(log, "account") is first
        monkeypatch.setattr(blocks, "KEPT", first.bytes + 10)
        first = blocks.kept_blocks(log, "account")
        other = blocks.kept_blocks(log, "person")
        assert other is not None
        assert blocks.kept_blocks(log, "person") is other
        assert blocks.kept_blocks(log, "account") is not first


def test_blocks_of_files_that_are_gone_are_gone_too(tmp_path: Path) -> None:
    _, _, events, people = a_world(303)
    blocks.forget()
    with a_log(tmp_path / "one", events, people) as log:
        first = blocks.kept_blocks(log, "account")
        assert first is not None
        first.files[0].unlink()
        assert blocks.kept_blocks(log, "account") is None
    with a_log(tmp_path / "two", events, people) as log:
        second = blocks.kept_blocks(log, "account")
        assert list(blocks._kept.values()) == [second]
    blocks.forget()
