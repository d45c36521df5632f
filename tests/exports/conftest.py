"""The example with its data, measured once for all tests of exports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from polku.exports.gather import gather
from polku.exports.report_data import ReportData

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
TODAY = dt.date(2026, 11, 18)


@pytest.fixture(scope="session")
def drawn_only() -> ReportData:
    """The example's documents, without data."""
    from dataclasses import replace

    return replace(gather(EXAMPLE, journey="new-machine", today=TODAY), measures=None, answers={})


@pytest.fixture(scope="session")
def measured(example_data: Path) -> ReportData:
    """The example imported and measured."""
    return gather(example_data, journey="new-machine", today=TODAY)
