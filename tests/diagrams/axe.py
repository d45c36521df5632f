"""axe-core, which finds what pages bar people from; fetched by npm when a test first asks for it, never stored here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from polku.assets import npm_command

LOCKED = Path(__file__).parents[2] / "frontend" / "tests"
SECONDS = 60


def axe_folder(config: pytest.Config, folders: pytest.TempPathFactory) -> Path:
    """Where the script is kept from run to run; a folder of this run where pytest keeps nothing."""
    cache = getattr(config, "cache", None)
    return Path(cache.mkdir("axe-core")) if cache is not None else folders.mktemp("axe-core")


def axe_script(cache: Path) -> Path | None:
    """The script, from the cache or from npm; None where npm or the network is missing."""
    script = cache / "node_modules" / "axe-core" / "axe.min.js"
    lock = cache / "package-lock.json"
    wanted = (LOCKED / "package-lock.json").read_bytes()
    if script.exists() and lock.exists() and lock.read_bytes() == wanted:
        return script
    npm = npm_command()
    if npm is None:
        return None
    cache.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(LOCKED / name, cache / name)
    try:
        subprocess.run(
            [*npm, "ci", "--loglevel=error", "--fetch-retries=0"],
            cwd=cache,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        lock.unlink(missing_ok=True)
        return None
    return script if script.exists() else None
