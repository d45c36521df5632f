"""The example with its data, measured once for all tests of exports."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
from pathlib import Path

import pytest

from polku.exports.gather import gather
from polku.exports.report import ReportData
from polku.formats import read_workspace
from polku.sources.importing import import_files

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
TODAY = dt.date(2026, 11, 18)


@pytest.fixture(scope="session")
def drawn_only() -> ReportData:
    """The example's documents, without data."""
    from dataclasses import replace

    return replace(gather(EXAMPLE, journey="new-machine", today=TODAY), measures=None, answers={})


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The example imported and measured, as `polku demo` does it."""
    folder = tmp_path_factory.mktemp("deck") / "hoppebold"
    shutil.copytree(
        EXAMPLE, folder, ignore=shutil.ignore_patterns("exports", "lake", "rejects", "__pycache__")
    )
    spec = importlib.util.spec_from_file_location("hoppebold_simulate_for_exports", folder / "simulate.py")
    assert spec is not None and spec.loader is not None
    simulation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    simulation.write_exports(folder / "exports")
    import_files(read_workspace(folder), folder, sorted((folder / "exports").iterdir()))
    return gather(folder, journey="new-machine", today=TODAY)
