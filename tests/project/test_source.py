"""The shape of the source: names, sizes, opening sentences, and nothing of anybody's machine in it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

import polku

ROOT = Path(__file__).parents[2]
SOURCE = Path(polku.__file__).parent
PACKAGES = sorted(
    "polku." + str(file.parent.relative_to(SOURCE)).replace("/", ".")
    for file in SOURCE.rglob("__init__.py")
    if file.parent != SOURCE
)
MOST_LINES = 450


def listed(found: Iterable[object]) -> str:
    """What was found, all of it, one on a line."""
    return "".join(f"\n  {one}" for one in found)


def python_files() -> list[Path]:
    return [
        file
        for folder in ("src", "tests", "tools", "bench")
        for file in sorted((ROOT / folder).rglob("*.py"))
    ]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_of_a_package_are_those_in_all(package: str) -> None:
    module = importlib.import_module(package)
    names = getattr(module, "__all__", [])

    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(module, name)] == []

    body = ast.parse(inspect.getsource(module)).body
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body):
        return  # a module with work of its own imports what it needs
    imported = {
        name.asname or name.name
        for node in body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("polku")
        for name in node.names
    }
    assert sorted(name for name in imported - set(names) if not name.startswith("_")) == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = []
    for file in python_files():
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first = said.split("\n\n")[0].rstrip()
        if not first.endswith((".", "?", "`.", ":", ")")):
            silent.append(str(file.relative_to(ROOT)))
    assert not silent, listed(silent)


def test_no_module_is_too_long_to_read() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {lines}"
        for file in sorted(SOURCE.rglob("*.py"))
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    ]
    assert not long, listed(long)


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [
        file for file in python_files() if file.stem in ("utils", "util", "helpers", "misc", "common")
    ] == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    folders = "|".join(["work", "root", "home", "Users", "tmp", "opt"])
    pattern = re.compile(rf"""(?:^|[\s"'`(=]|file://)/(?:{folders})/\w""", re.MULTILINE)
    found = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {hit.group()!r}" for hit in pattern.finditer(text)]
    assert not found, listed(found)


def test_nothing_made_or_fetched_is_committed() -> None:
    made = (".ttf", ".otf", ".woff", ".woff2", ".mo", ".pyc", ".min.js", ".parquet")
    assert [file for file in tracked_files() if file.name.endswith(made)] == []


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (*sorted(ROOT.glob("requirements*.lock")), ROOT / "frontend" / "package-lock.json"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, f"{lock.name} records an address"
        assert "--hash=sha256:" in text or '"integrity": "sha512-' in text, f"{lock.name} has no hashes"


def test_the_locks_hold_every_dependency_of_the_package() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["office"], *extras["studio"]]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    names = {re.split(r"[\s<>=!;\[]", requirement)[0].lower().replace(".", "-") for requirement in wanted}
    assert sorted(names - locked) == []
