"""What all tests share: where real data, the browser and other libraries are found."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases in every run, so that a failure is of the change under test; the long run searches anew.
# No deadline: a busy machine is no defect.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None, max_examples=400)
settings.load_profile(os.environ.get("POLKU_TEST_CASES", "steady"))

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "hoppebold"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look at the clock or wait for a browser get a second chance; the run's end names them.

    They fail where a machine stands still for seconds, which is no defect of what they test. What fails
    twice fails.
    """
    for item in items:
        clocked = vars(getattr(item, "module", None) or item).get("time") is time
        if clocked or "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Finds a file or folder of the real data sets: `shared_data("bpic2012-loan")`.

    They are no part of the repository: they are looked for in $POLKU_SHARED, else in ../shared/data
    beside the clone. A test that asks for what is not there is skipped.
    """
    folder = Path(os.environ.get("POLKU_SHARED", ROOT.parent / "shared" / "data"))

    def find(name: str) -> Path:
        if not (folder / name).exists():
            pytest.skip(f"real data {name} is not here (set POLKU_SHARED, or put it in ../shared/data)")
        return folder / name

    return find


@pytest.fixture(scope="session")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's folder with its data imported, as `polku demo` does it: made once, to be read or copied."""
    from polku.formats import read_workspace
    from polku.sources.importing import import_files

    folder = tmp_path_factory.mktemp("example") / "hoppebold"
    left_out = shutil.ignore_patterns("exports", "lake", "rejects", "__pycache__")
    shutil.copytree(EXAMPLE, folder, ignore=left_out)
    spec = importlib.util.spec_from_file_location("hoppebold_simulate_for_tests", folder / "simulate.py")
    assert spec is not None and spec.loader is not None
    simulation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    simulation.write_exports(folder / "exports")
    import_files(read_workspace(folder), folder, sorted((folder / "exports").iterdir()))
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium; tests in a browser are skipped where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def peer_python() -> Callable[[str], str]:
    """The Python of the environment in which another library lives: `peer_python("pm4py")`.

    `make peers` makes it and names it in $POLKU_PEERS. A test that asks for what is not there is skipped.
    """
    python = Path(os.environ.get("POLKU_PEERS", ROOT / ".venv" / "peers")) / "bin" / "python"

    @cache
    def has(package: str) -> bool:
        said = subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False)
        return said.returncode == 0

    def find(package: str) -> str:
        if not python.exists():
            pytest.skip("the other libraries are not there: make peers")
        if not has(package):
            pytest.skip(f"{package} is not in the environment of the other libraries: make peers")
        return str(python)

    return find
