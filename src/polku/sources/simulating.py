"""Invented logs of any size, walked along a journey's own map: for a first look, for tests and for benchmarks.

Each account walks the journey once or more. From a step it goes on along a drawn way, turns back along a drawn
loop, or leaves; it waits as the map says, or as long as is usual for the stage. What is written are the events by
which the map says a step shows itself. The same map, numbers and seed give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from polku.documents import SETTINGS_FILE, Journey, Settings, Workspace
from polku.errors import WrongUse
from polku.formats.yaml_write import read_text, set_value, write_text
from polku.identity import resolver
from polku.identity.decisions import Decisions
from polku.records.engine import Engine
from polku.records.lake import Lake
from polku.records.publish import Progress, Published, Staged, publish
from polku.sources.scratch import scratch_folder
from polku.sources.simulated_rows import stage, write_part
from polku.sources.simulated_walks import AS, CHUNK, Market, observable_steps, walk
from polku.words import Message


@dataclass
class Simulated:
    """What was written.

    Args:
        staged: a folder for each source, ready to be published.
        accounts, events: how many; repeated rows are not counted.
    """

    staged: list[Staged] = field(default_factory=list)
    accounts: int = 0
    events: int = 0


def simulate(
    workspace: Workspace,
    journey: Journey,
    folder: Path,
    market: Market,
    *,
    progress: Progress | None = None,
) -> Simulated:
    """Invent a log along a journey, as an import would stage it.

    Args:
        folder: gets a folder for each source; it must be empty or not there.

    Raises:
        WrongUse: no step of the journey says by which events it shows itself, or the market cannot be.
    """
    if market.events < 1 or market.since >= market.until:
        raise WrongUse(Message("simulate.no-market"))
    seen = observable_steps(workspace, journey)
    if not seen:
        raise WrongUse(Message("simulate.nothing-observable", {"journey": journey.label}))
    parts = folder / "parts"
    parts.mkdir(parents=True)
    tell: Callable[[Message, float], None] = progress or (lambda message, share: None)
    pilot = walk(seen, market, 0, 2000)
    accounts = max(1, round(market.events / (len(pilot.account) / 2000 * (1 + market.off_map))))
    done = Simulated(accounts=accounts)
    with Engine(ordered=True, temp_directory=folder / "spill") as engine:
        for first in range(0, accounts, CHUNK):
            tell(Message("simulate.walking"), 0.8 * first / accounts)
            walked = walk(seen, market, first, min(CHUNK, accounts - first))
            done.events += write_part(engine, walked, market, parts / f"{first:012d}.parquet")
        tell(Message("simulate.writing"), 0.8)
        done.staged = list(stage(engine, workspace, seen, parts, folder, market, accounts))
    for file in parts.iterdir():
        file.unlink()
    parts.rmdir()
    tell(Message("simulate.writing"), 1.0)
    return done


def load_simulated(
    workspace: Workspace,
    journey: Journey,
    folder: Path,
    market: Market,
    *,
    progress: Progress | None = None,
) -> tuple[Simulated, Published]:
    """Invent a log and load it into a workspace, which is marked as an example from then on.

    Args:
        folder: the workspace's.

    Raises:
        WrongUse: the workspace holds data that was imported; as `simulate` otherwise.
        LakeError: the lake cannot be written.
    """
    lake = Lake(folder / "lake")
    if lake.exists() and any(one["as"] != AS for one in lake.manifest["imports"]):
        raise WrongUse(Message("simulate.data-there", {"folder": str(folder)}))
    with scratch_folder() as scratch:
        done = simulate(workspace, journey, scratch / "simulated", market, progress=_part(progress, 0.0, 0.5))
        if not workspace.settings.example:
            settings = folder / SETTINGS_FILE
            write_text(settings, set_value(read_text(settings), "example", True, model=Settings))
        published = publish(
            lake,
            done.staged,
            resolve=resolver(workspace, Decisions.read(folder)),
            progress=_part(progress, 0.5, 1.0),
        )
    return done, published


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    if progress is None:
        return None
    return lambda message, share: progress(message, start + (end - start) * share)
