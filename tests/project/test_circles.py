"""No files import each other in a circle, whether at the top or within a function; what only types need is free."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src"


def modules() -> dict[str, Path]:
    """Module → file."""
    found = {}
    for file in ROOT.rglob("*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports(node: ast.AST) -> Iterator[ast.ImportFrom]:
    """What is imported as the program runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom):
            yield child
        elif not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from imports(child)


def imported(file: Path, known: dict[str, Path]) -> set[str]:
    """The modules of the project that a file imports."""
    found = set()
    for one in imports(ast.parse(file.read_text("utf-8"))):
        for name in one.names:
            inside = f"{one.module}.{name.name}"
            found.add(inside if inside in known else str(one.module))
    return found & set(known)


def circle(of: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, or of what leads to it; none where there is none."""
    left = {name: set(found) - {name} for name, found in of.items()}
    while ends := [name for name, found in left.items() if not found]:
        for name in ends:
            del left[name]
        for found in left.values():
            found.difference_update(ends)
    return sorted(left)


def test_no_files_import_each_other_in_a_circle() -> None:
    known = modules()
    assert len(known) > 700
    assert circle({name: imported(file, known) for name, file in known.items()}) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]
    assert circle({"a": {"b"}, "b": {"d"}, "d": set()}) == []
