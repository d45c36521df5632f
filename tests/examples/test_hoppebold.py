"""The example: its market is the same every time, holds its story, and its documents and files are sound."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polku.documents.wildcards import matches
from polku.formats import read_workspace
from polku.sources.staging import read_files

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
OTHER_SEEDS = (1, 2, 3)


def load_simulation() -> ModuleType:
    """Load simulate.py by its path, as `polku demo` does."""
    spec = importlib.util.spec_from_file_location("hoppebold_simulate", EXAMPLE / "simulate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


simulation = load_simulation()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The exports of seed 7, and what is true in them."""
    out = tmp_path_factory.mktemp("hoppebold") / "exports"
    return out, simulation.write_exports(out, seed=7)


@pytest.fixture(scope="module", params=(7, *OTHER_SEEDS))
def truth(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What is true in the markets of several seeds."""
    return simulation.write_exports(tmp_path_factory.mktemp("seed"), seed=request.param)


def rows_of(path: Path, source: Any) -> list[dict[str, str]]:
    """The rows of a file, read with nothing but its mapping and the standard library."""
    lines = path.read_bytes().decode(source.encoding or "utf-8-sig").splitlines()[source.skip :]
    return [row for row in csv.DictReader(lines, delimiter=source.delimiter or ",") if any(row.values())]


def test_the_same_seed_gives_the_same_bytes(exports: tuple[Path, Any], tmp_path: Path) -> None:
    out, truth = exports
    assert simulation.write_exports(tmp_path, seed=7) == truth
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        p.name: p.read_bytes() for p in tmp_path.iterdir()
    }


def test_another_seed_gives_another_market(exports: tuple[Path, Any], tmp_path: Path) -> None:
    simulation.write_exports(tmp_path, seed=8)
    assert (tmp_path / "web-visits.csv").read_bytes() != (exports[0] / "web-visits.csv").read_bytes()


@pytest.mark.parametrize("accounts", [1, 3, 120])
def test_markets_of_any_size_can_be_written(accounts: int, tmp_path: Path) -> None:
    truth = simulation.write_exports(tmp_path, accounts=accounts)
    assert truth.accounts == accounts
    assert len(list(tmp_path.iterdir())) == len(truth.files)


def test_the_market_has_the_promised_size(truth: Any) -> None:
    assert truth.accounts == 40
    assert 190 <= truth.people <= 225
    assert 7000 <= truth.events <= 9000


def test_the_demo_decides(truth: Any) -> None:
    with_demo, without = Counter(truth.offers_with_demo), Counter(truth.offers_without_demo)
    assert with_demo["won"] >= 0.4 * (with_demo["won"] + with_demo["lost"])
    assert without["lost"] >= 3 * without["won"]
    assert truth.guide_to_offer_without_call_or_demo >= 2


def test_nobody_answers_at_night_and_customers_say_so(truth: Any) -> None:
    assert truth.share_not_answered_at_night > 0.35
    assert truth.called_again_within_12_hours > 0.4
    assert truth.support_nps < -15
    assert truth.support_score_night < truth.support_score_day - 2


def test_operators_are_seen_but_unknown_to_the_crm(truth: Any) -> None:
    assert truth.in_crm_share["ole"] < 0.15 < 0.7 < truth.in_crm_share["ivan"]
    assert truth.operators_seen >= 5 * max(1, truth.operators_seen_in_crm)
    assert truth.survey_mean["ivan"] - truth.survey_mean["ole"] > 3


def test_unheard_customers_renew_with_the_rival(truth: Any) -> None:
    assert truth.renewal_win_rate_unheard < 0.35 < truth.renewal_win_rate_well_heard
    assert truth.renewals_lost_to["Cheapball Oy"] > truth.renewals["lost"] / 2


def test_machines_arrive_a_quarter_after_the_signature(truth: Any) -> None:
    assert 80 <= truth.days_contract_to_installation <= 115
    assert truth.accounts_calling_before_training >= 2


def test_some_of_it_the_map_does_not_know(truth: Any) -> None:
    assert 0.09 <= truth.off_map_share <= 0.13
    assert truth.guides_after_a_click >= truth.guides / 3
    assert truth.drift > 0.15


def test_the_survey_has_as_many_answers_as_its_evidence_says(exports: tuple[Path, Any]) -> None:
    source = read_workspace(EXAMPLE).evidence["nps-2026q2"].source
    assert source is not None and f"{exports[1].survey_2026_answers} answers" in source


def test_all_documents_are_sound() -> None:
    workspace = read_workspace(EXAMPLE)
    assert workspace.problems == ()
    assert workspace.settings.example


def test_every_file_has_exactly_one_mapping_and_every_mapping_its_columns(exports: tuple[Path, Any]) -> None:
    workspace = read_workspace(EXAMPLE)
    for path in exports[0].iterdir():
        fitting = [s for s in workspace.sources.values() if any(path.match(name) for name in s.reads)]
        assert len(fitting) == 1, path.name
        columns = set(rows_of(path, fitting[0])[0])
        joined = {name for join in fitting[0].join for name in join.columns}
        for fill in fitting[0].fills:
            for column in fill.columns.values():
                if not column.startswith("=") and "{" not in column:
                    assert column in columns | joined, (path.name, column)


def test_every_file_has_as_many_rows_as_the_truth_says(exports: tuple[Path, Any]) -> None:
    workspace = read_workspace(EXAMPLE)
    out, truth = exports
    for source in workspace.sources.values():
        (path,) = (path for path in out.iterdir() if any(path.match(name) for name in source.reads))
        assert len(rows_of(path, source)) == truth.files[path.name]["rows"]


def test_all_rows_are_read_but_those_spoiled_on_purpose(exports: tuple[Path, Any], tmp_path: Path) -> None:
    out, truth = exports
    for read in read_files(read_workspace(EXAMPLE), sorted(out.iterdir()), tmp_path, sample=1):
        told = truth.files[read.name]
        found = {"rows": read.rows, "unreadable": read.rejected, "repeated": read.repeated}
        assert found == told, read.name
        assert read.mapping.told_by == "reads"


def test_titles_give_most_people_their_role() -> None:
    from market.years import simulate  # type: ignore[import-not-found]

    workspace = read_workspace(EXAMPLE)
    placed: Counter[str] = Counter()
    for account in simulate().accounts:
        for person in account.people:
            roles = [
                role.id
                for role in workspace.roles.values()
                if any(matches(title, person.title) for title in role.titles)
            ]
            assert len(roles) <= 1, person.title
            assert not roles or roles == [person.role], person.title
            placed[roles[0] if roles else "nobody" if person.role != "other" else "other"] += 1
    assert placed["nobody"] >= 5  # some titles the map does not know
    assert placed["nobody"] < 0.15 * placed.total()
    assert min(placed[role] for role in ("ole", "per", "anders", "ivan")) >= 20


def test_no_address_leaves_the_reserved_domain(exports: tuple[Path, Any]) -> None:
    for path in exports[0].iterdir():
        text = path.read_bytes().decode("cp1252", errors="ignore")
        for word in text.replace(";", ",").replace('"', "").split(","):
            if "@" in word:
                assert word.strip().lower().endswith(".example"), (path.name, word)


def test_the_readme_tells_the_numbers_of_seed_7(exports: tuple[Path, Any]) -> None:
    text = (EXAMPLE / "README.md").read_text("utf-8")
    truth = exports[1]
    renewals = truth.renewals
    for told in (
        f"{truth.events} events",
        f"{truth.accounts} accounts, {truth.people} people",
        f"{truth.share_not_answered_at_night * 100:g} %",
        f"{truth.support_score_night:g}, {truth.support_score_day:g}",
        f"{truth.offers_with_demo['won']} won, {truth.offers_with_demo['lost']} lost",
        f"{truth.offers_without_demo['won']} won, {truth.offers_without_demo['lost']} lost",
        f"{truth.days_contract_to_installation:g} days",
        f"{truth.accounts_calling_before_training} accounts",
        f"{truth.people_by_role['ole']} operators, {truth.in_crm_share['ole'] * 100:g} %",
        f"{truth.survey_mean['ole']:g}, {truth.survey_mean['ivan']:g}",
        f"{sum(renewals.values())} renewals, {renewals['lost']} lost, "
        f"{truth.renewals_lost_to['Cheapball Oy']} to Cheapball",
        f"{truth.renewal_win_rate_well_heard * 100:g} %, {truth.renewal_win_rate_unheard * 100:g} %",
        f"{truth.off_map_share * 100:g} %",
        f"{truth.guides_after_a_click} of {truth.guides}",
        f"{truth.transport_damages} damages",
    ):
        assert f"| {told} |" in text, told
