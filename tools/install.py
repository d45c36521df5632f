"""Set up polku in .venv from its locked requirements: `python tools/install.py [--dev]`.

Needs nothing but Python 3.11 and its venv module, and runs on every system; the Makefile calls it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main() -> int:
    """Set up, and end with one plain sentence if something is missing."""
    parser = argparse.ArgumentParser(description="Set up polku in .venv.")
    parser.add_argument("--dev", action="store_true", help="with the tools to test and check it")
    dev = parser.parse_args().dev
    os.chdir(ROOT)
    try:
        make_environment()
        uv = make_uv()
        print(f"Installing polku{' and its tools' if dev else ''} in {VENV.name}", flush=True)
        locks = ["requirements-dev.lock"] if dev else ["requirements.lock", "requirements-build.lock"]
        # npm fetches the fonts; it comes as a Python package where the system has none.
        if not fonts_are_ready() and not shutil.which("npm"):
            locks.append("requirements-node.lock")
        install(uv, "--require-hashes", *(part for lock in locks for part in ("-r", lock)))
        # Before polku itself: its build would make them too, but say less plainly what is missing.
        run(PYTHON, "-m", "polku.assets", "--quiet", PYTHONPATH="src")
        install(uv, "--no-deps", "--no-build-isolation", "-e", ".")
        # Even where PYTHONDONTWRITEBYTECODE is set: uncompiled, each command starts 0.2 s later.
        run(PYTHON, "-m", "compileall", "-q", "src/polku")
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


class Failed(Exception):
    """Setting up cannot go on; says why and what to do."""


def make_environment() -> None:
    """Create the virtual environment unless it is there."""
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever calls this may well have an older one)
        raise Failed(f"polku needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if PYTHON.exists():
        return
    # Clear: a folder without a working Python is left over from one that was removed or replaced.
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failed(
            "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv\n"
            + (made.stdout + made.stderr).strip()
        )


def make_uv() -> bool:
    """Install uv, which installs the rest several times faster than pip; whether it is there."""
    lock, stamp = ROOT / "requirements-uv.lock", VENV / ".uv"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return True
    if not pip("--require-hashes", "-r", lock.name):
        return False
    stamp.write_bytes(lock.read_bytes())
    return True


def install(uv: bool, *what: str) -> None:
    """Install with uv, or with pip where uv is missing or cannot (a mirror that only pip knows)."""
    if uv:
        command: list[str | Path] = [BIN / "uv", "pip", "install", "--python", PYTHON, "--quiet"]
        command += ["--compile-bytecode", *what]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            return
        said = done.stderr.strip().splitlines() or ["nothing"]
        print(f"uv could not install, so pip tries, which takes longer. uv says: {said[0]}", file=sys.stderr)
    if not pip(*what):
        raise Failed("polku could not be installed; pip says why above.")


def pip(*what: str) -> bool:
    """Install with pip; whether it worked."""
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *what,
    ]
    return subprocess.run(command, check=False).returncode == 0


def fonts_are_ready() -> bool:
    """Ask polku itself; that much of it runs on the standard library."""
    code = "import sys; from polku.assets import fonts_are_ready; sys.exit(not fonts_are_ready())"
    environment = {**os.environ, "PYTHONPATH": "src"}
    return subprocess.run([PYTHON, "-c", code], env=environment, check=False).returncode == 0


def run(*command: str | Path, **environment: str) -> None:
    """Run a command that explains its own failure."""
    done = subprocess.run([str(part) for part in command], env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise Failed("polku could not be set up.")


if __name__ == "__main__":
    sys.exit(main())
