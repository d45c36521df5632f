"""Other tools find the same on a log of the generator; they live in an environment of their own (`make peers`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.peers import WORK, differences, flat_log, look_paths, one_run, own_paths, path_file

EVENTS = 20_000
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("peers")


@pytest.mark.parametrize("peer", ["pm4py", "polars"])
def test_paths_with_times_and_variants_are_the_same(
    peer: str, peer_python: Callable[[str], str], data: Path
) -> None:
    python = peer_python(peer)
    file = flat_log(data, EVENTS, data)
    ours = own_paths(file)
    assert len(ours["edges"]) > 20
    theirs = one_run([python, str(WORK), peer, str(file)])
    assert differences(ours, theirs) == []
    assert differences(look_paths(file), theirs) == []


def test_transitions_are_the_same_and_removal_effects_within_a_simulation(
    peer_python: Callable[[str], str], data: Path
) -> None:
    python = peer_python("ChannelAttribution")
    file, ours = path_file(data, EVENTS, data)
    theirs: dict[str, Any] = one_run([python, str(WORK), "ChannelAttribution", str(file)])
    moves = {f"{a}>{b}": p for a, b, p in theirs["moves"] if p}
    assert moves.keys() <= ours["moves"].keys() and len(moves) > 10
    assert moves == pytest.approx({edge: ours["moves"][edge] for edge in moves}, abs=1e-9)
    assert theirs["removal"] == pytest.approx(ours["removal"], abs=0.03)
