"""The studio's own tests once more, its database in PostgreSQL."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import postgres

HERE = Path(__file__).parent
ELSEWHERE = (
    "test_walk.py",
    "test_api_schema.py",
    "test_hostile_words.py",
    "test_languages.py",
    "test_on_postgresql.py",
)
"""What asks nothing of the database that the others do not ask, or runs for long."""


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("psycopg") is None, reason="needs the extra postgres")
def test_the_studio_does_the_same_on_postgresql() -> None:
    files = [
        str(file)
        for file in sorted(HERE.glob("test_*.py"))
        if file.name not in ELSEWHERE and "browser" not in file.name
    ]
    with postgres(os.environ.get("POLKU_TEST_POSTGRES")) as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "not long", "-p", "no:cacheprovider", *files],
            cwd=HERE.parents[1],
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
                "POLKU_TEST_DATABASE": server,
                "POLKU_TEST_CASES": "steady",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]
