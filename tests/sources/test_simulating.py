"""Invented logs: the same seed the same rows, and what was asked for comes out when it is counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from polku.analytics.asking.questions import ask
from polku.documents import Workspace
from polku.errors import WrongUse
from polku.formats.workspace import read_workspace
from polku.records.engine import Engine, file_text
from polku.records.log import open_log
from polku.sources.simulated_walks import Market, observable_steps
from polku.sources.simulating import load_simulated, simulate

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"

MAP = """
polku: 1
name: Acme
roles: [ole, ivan]
channels: [{id: phone, kind: human, matches: ["tel*"]}]
touchpoints:
  - {id: call, channel: phone, events: [{source: crm, activity: "Call*"}]}
  - {id: offer, events: [{source: crm, activity: Offer}]}
  - {id: quiet}
  - {id: use, events: [{source: app, activity: "App: use"}]}
"""
JOURNEY = """
id: buying
stages: [{id: a, when: before}, {id: b, when: after}]
steps:
  - {id: calls, stage: a, role: ole, touchpoint: call}
  - {id: thinks, stage: a, role: ivan, touchpoint: quiet}
  - {id: asks, stage: a, role: ivan, touchpoint: offer}
  - {id: uses, stage: b, role: ole, touchpoint: use, next: [asks]}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> tuple[Path, Workspace]:
    folder = tmp_path / "acme"
    for name, text in {
        "polku.yaml": MAP,
        "journeys/buying.yaml": JOURNEY,
        "roles/ole.yaml": "id: ole\npart: operator\n",
        "roles/ivan.yaml": "id: ivan\npart: decision-maker\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder, read_workspace(folder)


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with Engine(ordered=True) as engine:
        return [
            row
            for file in sorted(folder.glob(f"*/{table}.parquet"))
            for row in engine.rows(f"SELECT * FROM read_parquet({file_text(file)})")
        ]


def test_a_step_that_cannot_be_seen_is_looked_through(workspace: tuple[Path, Workspace]) -> None:
    _, whole = workspace
    seen = observable_steps(whole, whole.journeys["buying"])
    assert [one.step.id for one in seen] == ["calls", "asks", "uses"]
    assert [(one.forward, one.back) for one in seen] == [((1,), ()), ((2,), ()), ((), (1,))]
    assert [one.activity for one in seen] == ["Call", "Offer", "App: use"]


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(
    workspace: tuple[Path, Workspace], tmp_path: Path
) -> None:
    _, whole = workspace
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        simulate(whole, whole.journeys["buying"], tmp_path / name, Market(3_000, seed))
    for table in ("events", "accounts", "people", "memberships", "deals"):
        assert rows(tmp_path / "one", table) == rows(tmp_path / "two", table), table
    assert rows(tmp_path / "one", "events") != rows(tmp_path / "three", "events")


def test_about_as_many_events_come_as_were_asked_for(
    workspace: tuple[Path, Workspace], tmp_path: Path
) -> None:
    _, whole = workspace
    done = simulate(whole, whole.journeys["buying"], tmp_path / "s", Market(20_000, 1))
    assert abs(done.events - 20_000) < 1_000
    assert len(rows(tmp_path / "s", "events")) == pytest.approx(done.events * 1.01, rel=0.01)


def test_what_goes_on_and_what_loops_is_what_was_asked_for(workspace: tuple[Path, Workspace]) -> None:
    folder, whole = workspace
    # The window is long against the walks, so that hardly one is cut off by the last day.
    import datetime as dt

    market = Market(
        30_000, 2, until=dt.date(2049, 12, 31), goes_on=0.7, loops=0.3, again=0.0, repeated=0, off_map=0
    )
    load_simulated(whole, whole.journeys["buying"], folder, market)
    with open_log(folder) as log:
        moves = {
            (str(a), str(b)): int(n)
            for a, b, n in log.rows(
                "SELECT c.activity, d.activity, count(*) FROM {moves} m JOIN {codes} c USING (code) "
                "LEFT JOIN {codes} d ON d.code = m.nxt GROUP BY ALL"
            )
        }
        asked = ask(log, read_workspace(folder), "steps", journey="buying", case="account")
    at = {step: sum(n for (a, _), n in moves.items() if a == step) for step in ("Call", "Offer", "App: use")}
    assert moves["Call", "Offer"] / at["Call"] == pytest.approx(0.7, abs=0.02)
    assert moves["Offer", "App: use"] / at["Offer"] == pytest.approx(0.7, abs=0.02)
    assert moves["App: use", "Offer"] / at["App: use"] == pytest.approx(0.21, abs=0.02)
    assert asked.about.cases > 5_000


def test_the_workspace_is_marked_as_an_example_and_keeps_its_words(workspace: tuple[Path, Workspace]) -> None:
    folder, whole = workspace
    load_simulated(whole, whole.journeys["buying"], folder, Market(500))
    assert read_workspace(folder).settings.example
    after = (folder / "polku.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line != "example: true"] == MAP.splitlines()
    load_simulated(read_workspace(folder), whole.journeys["buying"], folder, Market(500))


def test_imported_data_is_never_mixed_with_invented(
    workspace: tuple[Path, Workspace], tmp_path: Path
) -> None:
    from polku.sources.importing import import_files

    folder, whole = workspace
    file = tmp_path / "calls.csv"
    file.write_text("time,company,activity\n2025-01-01,A,Call\n2025-01-02,B,Call\n", encoding="utf-8")
    import_files(whole, folder, [file])
    before = (folder / "lake" / "CURRENT").read_text()
    with pytest.raises(WrongUse):
        load_simulated(whole, whole.journeys["buying"], folder, Market(500))
    assert (folder / "lake" / "CURRENT").read_text() == before
    assert not read_workspace(folder).settings.example


def test_the_example_can_be_walked(tmp_path: Path) -> None:
    folder = tmp_path / "hoppebold"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("lake", "exports"))
    whole = read_workspace(folder)
    done, published = load_simulated(whole, whole.journeys["new-machine"], folder, Market(2_000, 3))
    assert done.accounts > 100 and published.tables["events"] == pytest.approx(2_000, rel=0.1)
