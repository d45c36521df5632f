"""The example as the drawings' tests see it, and comparing with a stored drawing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from polku.documents import Workspace
from polku.formats import read_workspace
from polku.scene import Scene, scene_to_svg
from polku.scene.font import FOLDER

ROOT = Path(__file__).parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture(scope="session")
def hoppebold() -> Workspace:
    return read_workspace(ROOT / "examples" / "hoppebold")


@pytest.fixture(scope="session", autouse=True)
def fonts() -> None:
    if not (FOLDER / "Inter-400.ttf").exists():
        pytest.skip("the fonts are not built (python -m polku.assets)")


@pytest.fixture
def matches_snapshot() -> Callable[[str, Scene], None]:
    """Compare a scene with the stored SVG of that name.

    A difference leaves the new drawing beside the old one (`<name>.new.svg`), so that both can be
    looked at; POLKU_SNAPSHOTS=write takes the new one.
    """

    def check(name: str, scene: Scene) -> None:
        stored, beside = SNAPSHOTS / f"{name}.svg", SNAPSHOTS / f"{name}.new.svg"
        # One element a line, so that a difference can be read.
        drawn = scene_to_svg(scene).replace("><", ">\n<") + "\n"
        if os.environ.get("POLKU_SNAPSHOTS") == "write":
            SNAPSHOTS.mkdir(exist_ok=True)
            stored.write_text(drawn, encoding="utf-8")
        if stored.exists() and stored.read_text(encoding="utf-8") == drawn:
            beside.unlink(missing_ok=True)
            return
        beside.write_text(drawn, encoding="utf-8")
        pytest.fail(f"{name} is drawn otherwise than stored: compare {stored} with {beside}")

    return check
