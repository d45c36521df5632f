"""The example from end to end: what its exports say through polku is what is true in its market."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import ask
from polku.analytics.effect import Effect
from polku.analytics.journey_measures import JourneyMeasures, measure_journey
from polku.formats import read_workspace
from polku.records.log import Log, open_log
from polku.sources.importing import Imported, import_files

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
TODAY = dt.date(2026, 11, 18)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Imported, Log, JourneyMeasures, Any]:
    """The example imported as `polku demo` does it: the import, the log, its journey measured, the truth."""
    folder = tmp_path_factory.mktemp("demo") / "hoppebold"
    shutil.copytree(
        EXAMPLE, folder, ignore=shutil.ignore_patterns("exports", "lake", "rejects", "__pycache__")
    )
    spec = importlib.util.spec_from_file_location("hoppebold_simulate", folder / "simulate.py")
    assert spec is not None and spec.loader is not None
    simulation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    truth = simulation.write_exports(folder / "exports")
    workspace = read_workspace(folder)
    imported = import_files(workspace, folder, sorted((folder / "exports").iterdir()))
    log = open_log(folder)
    return imported, log, measure_journey(log, workspace, "new-machine", today=TODAY), truth


def test_every_row_is_accounted_for(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    imported, _, _, truth = demo
    for read, count in zip(imported.read, imported.counts, strict=True):
        assert read.rows == count.used + count.rejected + count.repeated
        assert read.rows == truth.files[count.file]["rows"]
        assert count.rejected == truth.files[count.file]["unreadable"]
        assert count.repeated == truth.files[count.file]["repeated"]


def test_companies_are_one_however_they_are_written(
    demo: tuple[Imported, Log, JourneyMeasures, Any],
) -> None:
    _, log, _, truth = demo
    assert log.rows("SELECT count(*) FROM {accounts}") == [(truth.accounts,)]
    lost = log.rows(
        "SELECT count(*) FILTER (account_id IS NULL) / count(*) FROM {events} WHERE source = 'support-tickets'"
    )
    assert lost[0][0] < 0.03  # names with a letter too few


def test_the_longest_wait_is_for_the_machine(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, truth = demo
    waits = {row["step"]: row["median_wait_seconds"] or 0 for row in measures.steps.rows()}
    assert max(waits, key=lambda step: waits[step]) == "sign"
    assert abs(waits["sign"] / 86400 - truth.days_contract_to_installation) <= 3


def test_the_demo_is_skipped(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, truth = demo
    unintended = {
        (row["from"], row["to"]): row["cases"] for row in measures.fit.rows() if row["kind"] == "unintended"
    }
    straight = unintended["read-guide", "get-offer"]
    assert 0 <= truth.guide_to_offer_without_call_or_demo - straight <= 2  # a support call may come between
    assert unintended["machine-arrives", "call-support"] == truth.accounts_calling_before_training


def test_support_is_where_it_hurts(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, _ = demo
    nps = {row["step"]: row["nps"] for row in measures.steps.rows() if row["nps"] is not None}
    assert nps["call-support"] < -25 < 25 < nps["see-demo"]
    assert nps["answer-survey"] < -25


def test_renewals_are_lost_to_the_rival(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, truth = demo
    outcomes: Counter[str] = Counter()
    rivals: Counter[str] = Counter()
    for row in measures.deals.rows():
        if row["kind"] == "renewal":
            outcomes[row["outcome"]] += row["count"]
            rivals[row["lost_to"]] += row["count"]
    assert {outcome: outcomes[outcome] for outcome in ("won", "lost")} == {
        outcome: truth.renewals[outcome] for outcome in ("won", "lost")
    }
    assert rivals["Cheapball Oy"] == truth.renewals_lost_to["Cheapball Oy"]


def test_operators_are_missing_from_the_crm(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, _ = demo
    parts = {row["part"]: row for row in measures.coverage.rows()}
    assert parts["operator"]["in_crm_share"] < 0.15
    assert parts["operator"]["bias"] < -0.2 < 0.1 < parts["decision-maker"]["bias"]


def test_what_the_map_does_not_know_is_listed(demo: tuple[Imported, Log, JourneyMeasures, Any]) -> None:
    _, _, measures, truth = demo
    found = {one.activity: one.events for one in measures.off_map}
    for activity, events in truth.off_map.items():
        if activity != "Deal: lost":  # it ends rounds
            assert events - 4 <= found[activity] <= events, activity
    assert measures.events_off_map > 0.1 * measures.events


def test_an_improvement_that_is_live_is_held_against_the_year_before(
    demo: tuple[Imported, Log, JourneyMeasures, Any],
) -> None:
    workspace = read_workspace(EXAMPLE)
    manual = workspace.improvements["manual"]
    found = ask(demo[1], workspace, "effect", Asked(improvement="manual"), today=TODAY)
    assert isinstance(found, Effect)
    assert found.weeks == 19 and found.n_before[0] > 20 and found.n_after[0] > 20
    # What was written down when it was looked at is what the data say.
    assert manual.looked.result == round(found.after[0] or 0, 1)
    assert f"{found.before[0]:.1f} in the same weeks a year before" in (manual.looked.note or "")
    assert (found.low[0] or 0) < 0 < (found.high[0] or 0)
