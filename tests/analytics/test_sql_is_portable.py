"""The SQL of analyses and records keeps to what means the same on another engine: what would go wrong without an error is banned.

SQLGlot rewrites a template of DuckDB for Spark. Most of what it cannot rewrite fails at once and is seen. These are not:
the rewritten query runs, and its answer is another one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import polku.analytics
import polku.records

FOLDERS = (Path(polku.analytics.__file__).parent, Path(polku.records.__file__).parent)
SQL = re.compile(r"\b(SELECT|FROM|WHERE|GROUP BY|ORDER BY|OVER|JOIN)\b|\b\w+ AS \(")
HOLE = "{}"
"""Stands for a part of a template that is put in from elsewhere, where it is read by itself."""

ALLOWED = {
    ("deviations.py", "ordered aggregate", "string_agg(node::VARCHAR, ' ' ORDER BY ord)"): (
        "As in behind_walks.py; the deviations of each way are counted once, not once per case."
    ),
    ("behind/walks.py", "ordered aggregate", "string_agg(node::VARCHAR, ' ' ORDER BY ord)"): (
        "The way of a case in one word: its order is the question. For Spark the words have to be sorted as pairs with "
        "their place (array_sort of structs) before they are joined."
    ),
    ("fit.py", "ordered aggregate", "string_agg(node::VARCHAR, ' ' ORDER BY ord)"): (
        "As in behind_walks.py; the deviations of each way are counted once, not once per case."
    ),
    ("variants.py", "ordered aggregate", "string_agg(node::VARCHAR, ' ' ORDER BY ord)"): (
        "As in behind_walks.py; a variant is such a way."
    ),
    ("statistics/median_intervals.py", "ordered aggregate", "string_agg(node::VARCHAR, ' ' ORDER BY ord)"): (
        "As in behind_walks.py; the times of such ways."
    ),
}
"""What stands today: file, construct and the words → why it stays, and what a rewrite has to do instead."""
WRITING = {
    "adding.py: place without an order": "Arrays that are held keep their order where the engine is ordered.",
    "erasing.py: place without an order": "Rows of a file are counted as they stand, by an ordered engine.",
    "cases.py: hash": "Names buckets; the version notes which DuckDB made them, and another makes them anew.",
    "masking.py: hash": "Finds rows again within one run of one engine.",
    "engine.py: hash": "Reads every byte of a file, to find which is damaged; what it gives is thrown away.",
    "people.py: hash": "Breaks ties between rows within one run of one engine.",
}
"""What writes the lake runs on DuckDB alone, once, at import: file of records and construct → why it holds there."""


def ordered_aggregates(sql: str) -> Iterator[str]:
    """`list(x ORDER BY y)`: SQLGlot drops the order for Spark, and the list comes in any."""
    for call in re.finditer(r"\b(\w+)\s*\(", sql):
        inside = _inside(sql, call.end() - 1)
        begins = re.match(r"\s*(SELECT|WITH|FROM|PARTITION|ORDER|VALUES)\b", inside, re.IGNORECASE)
        if call[1].upper() in ("OVER", "IN", "EXISTS", "AS") or begins:
            continue
        if re.search(r"\bORDER\s+BY\b", _top_level(inside), re.IGNORECASE):
            yield f"{call[1]}({inside})"


def hashes(sql: str) -> Iterator[str]:
    """`hash(x)`: 64 bits of one kind here, 32 of another in Spark, so that keys differ and clash."""
    for call in re.finditer(r"\b(hash|xxhash64|murmur\w*)\s*\(", sql, re.IGNORECASE):
        yield f"{call[0]}{_inside(sql, call.end() - 1)})"


def sums_with_named_windows(sql: str) -> Iterator[str]:
    """`OVER w - x`: SQLGlot reads on behind the window's name, and the subtraction goes astray."""
    for found in re.finditer(r"\bOVER\s+[A-Za-z_]\w*\s*[-+*/%]\s*[\w($]+", sql):
        yield found[0]


def neighbours_of_all(sql: str) -> Iterator[str]:
    """`lead(x) OVER ()`: follows the order of rows in files, and crosses from one case into the next."""
    for call in re.finditer(r"\b(lead|lag)\s*\(", sql, re.IGNORECASE):
        window, said = _window(sql, call)
        if window is not None and not re.search(r"\bPARTITION\s+BY\b", window, re.IGNORECASE):
            yield said


def places_without_order(sql: str) -> Iterator[str]:
    """`row_number() OVER (PARTITION BY x)`: numbers rows as they happen to come, anew in every run."""
    for call in re.finditer(
        r"\b(row_number|first_value|last_value|nth_value|lead|lag)\s*\(", sql, re.IGNORECASE
    ):
        window, said = _window(sql, call)
        if window is not None and not re.search(r"\bORDER\s+BY\b", window, re.IGNORECASE):
            yield said


def unsigned(sql: str) -> Iterator[str]:
    """Unsigned integers: Spark has none, and reads UBIGINT as a decimal."""
    for found in re.finditer(r"\b(UBIGINT|UINTEGER|USMALLINT|UTINYINT|UHUGEINT)\b", sql, re.IGNORECASE):
        yield found[0]


def some_row(sql: str) -> Iterator[str]:
    """`first(x)`: that of the row which happens to come first."""
    for found in re.finditer(r"\b(first|last|arbitrary)\(\w+\)(?!\s*OVER)", sql, re.IGNORECASE):
        yield found[0]


def some_rows(sql: str) -> Iterator[str]:
    """`LIMIT n` of rows without an order; whether there is a row at all (SELECT 1) needs none."""
    for found in re.finditer(r"\bLIMIT\s+(?!0\b)[\w${]+", sql, re.IGNORECASE):
        before = sql[: found.start()]
        select = before[before.upper().rfind("SELECT") :]
        if not re.match(r"SELECT\s+1\b", select, re.IGNORECASE) and not re.search(
            r"\bORDER\s+BY\b", select, re.IGNORECASE
        ):
            yield f"{select.strip()} {found[0]}"


BANNED: dict[str, Callable[[str], Iterator[str]]] = {
    "ordered aggregate": ordered_aggregates,
    "hash": hashes,
    "sum with a named window": sums_with_named_windows,
    "neighbour without its case": neighbours_of_all,
    "place without an order": places_without_order,
    "unsigned integer": unsigned,
    "some row or other": some_row,
    "some rows or others": some_rows,
}


def _inside(sql: str, opening: int) -> str:
    """What stands between a parenthesis and its closing one, words in quotes passed over."""
    depth, quoted = 0, False
    for place in range(opening, len(sql)):
        sign = sql[place]
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return sql[opening + 1 : place]
    return sql[opening + 1 :]


def _top_level(text: str) -> str:
    """The text without what stands in parentheses or quotes in it."""
    depth, kept = 0, []
    for sign in re.sub(r"'[^']*'", "''", text):
        depth += sign == "("
        if depth == 0:
            kept.append(sign)
        depth -= sign == ")"
    return "".join(kept)


def _window(sql: str, call: re.Match[str]) -> tuple[str | None, str]:
    """The window of a call, by its name where it has one, and the words; None where this is no call with a window."""
    after = call.end() + len(_inside(sql, call.end() - 1)) + 1
    over = re.match(r"\s*(?:IGNORE NULLS\s*)?OVER\s*(\(|[A-Za-z_]\w*)", sql[after:], re.IGNORECASE)
    if over is None:
        return None, ""
    said = sql[call.start() : after] + over[0]
    if over[1] == "(":
        window = _inside(sql, after + over.end() - 1)
        return window, f"{said}{window})"
    named = re.search(rf"\bWINDOW\b.*?\b{over[1]}\s+AS\s*\(", sql, re.IGNORECASE | re.DOTALL)
    return (_inside(sql, named.end() - 1) if named else ""), said


def templates(source: str) -> Iterator[str]:
    """The texts of a module that hold SQL, each as long as it is put together from literals in one expression."""
    inner: set[int] = set()
    for node in ast.walk(ast.parse(source)):  # from the outside in: a sum before its parts
        if id(node) in inner:
            continue
        joined = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
        if not joined and not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        text = _text(node)
        if joined and not text.replace(HOLE, "").strip():
            continue  # a sum of numbers
        if isinstance(node, ast.BinOp | ast.JoinedStr):
            inner |= {id(part) for part in _literals(node)}
        if SQL.search(text):
            yield text


def _literals(node: ast.AST) -> Iterator[ast.AST]:
    """The parts that `_text` has read; what is put in between is left to be read by itself."""
    if isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            yield side
            yield from _literals(side)
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return HOLE


def faults(folder: Path) -> set[tuple[str, str, str]]:
    """File, construct and words of what is banned in the modules of a folder."""
    return {
        (file.relative_to(folder).as_posix(), name, words)
        for file in sorted(folder.rglob("*.py"))
        for sql in templates(file.read_text(encoding="utf-8"))
        for name, search in BANNED.items()
        for words in search(sql)
    }


def test_no_template_of_an_analysis_goes_wrong_in_silence_elsewhere() -> None:
    found = faults(FOLDERS[0])
    new = "".join(f"\n  {file}: {name}: {words}" for file, name, words in sorted(found - ALLOWED.keys()))
    assert not new, f"goes wrong in silence when it is rewritten for Spark:{new}"
    assert not ALLOWED.keys() - found, "allowed, and no longer there"


def test_no_template_of_the_records_goes_wrong_in_silence_elsewhere() -> None:
    # One row of any asks whether there is one.
    found = {f"{file}: {name}" for file, name, words in faults(FOLDERS[1]) if not words.endswith("LIMIT 1")}
    assert not found - WRITING.keys(), (
        "goes wrong in silence where another engine, or an unordered one, runs it"
    )
    assert not WRITING.keys() - found, "allowed, and no longer there"


def test_a_bad_construct_is_found_wherever_it_is_planted(tmp_path: Path) -> None:
    for place, (_, sql) in enumerate(SEEDED):
        module = f"""WITH_TABLE = "WITH x AS (SELECT 1) "\nQ = WITH_TABLE + {sql!r}\n"""
        (tmp_path / f"planted_{place}.py").write_text(module, encoding="utf-8")

    found = {(file, name) for file, name, _ in faults(tmp_path)}

    assert found == {(f"planted_{place}.py", name) for place, (name, _) in enumerate(SEEDED)}


def test_the_templates_are_found() -> None:
    texts = [
        sql
        for folder in FOLDERS
        for file in folder.rglob("*.py")
        for sql in templates(file.read_text(encoding="utf-8"))
    ]

    assert sum("PARTITION BY" in sql for sql in texts) > 10
    assert len([sql for sql in texts if "SELECT" in sql]) > 80


def test_a_template_is_read_over_the_lines_and_sums_it_is_written_in() -> None:
    source = 'Q = "SELECT list(x " f"ORDER BY {y}" + z + ") FROM t"\nN = 1 + 2\n'

    assert list(templates(source)) == ["SELECT list(x ORDER BY {}{}) FROM t"]


SEEDED = (
    ("ordered aggregate", "SELECT list(a ORDER BY b) FROM t"),
    ("ordered aggregate", "SELECT string_agg(concat(a, ' '), ')' ORDER BY b DESC) FROM t"),
    ("ordered aggregate", "SELECT id, array_agg(a\n order by b) FROM t GROUP BY id"),
    ("hash", "SELECT hash(account_id) FROM t"),
    (
        "sum with a named window",
        "SELECT max(ts) OVER w - ts FROM t WINDOW w AS (PARTITION BY id ORDER BY ord)",
    ),
    ("neighbour without its case", "SELECT lead(a) OVER (ORDER BY ord) FROM t"),
    ("neighbour without its case", "SELECT lag(a, 2) OVER w FROM t WINDOW w AS (ORDER BY ord)"),
    ("place without an order", "SELECT row_number() OVER (PARTITION BY id) FROM t"),
    ("unsigned integer", "SELECT id::UBIGINT FROM t"),
    ("some row or other", "SELECT id, first(a) FROM t GROUP BY id"),
    ("some rows or others", "SELECT a FROM t WHERE b LIMIT 10"),
)


@pytest.mark.parametrize(("name", "sql"), SEEDED)
def test_what_is_banned_is_seen(name: str, sql: str) -> None:
    assert [banned for banned, search in BANNED.items() if any(search(sql))] == [name]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT lead(a) OVER (PARTITION BY id ORDER BY ord) AS b FROM t ORDER BY id",
        "SELECT min(a) FILTER (WHERE b) OVER w AS c FROM t WINDOW w AS (PARTITION BY id ORDER BY ord)",
        "SELECT a FROM t WHERE id IN (SELECT id FROM s ORDER BY n LIMIT 3)",
        "WITH x AS (SELECT a FROM t ORDER BY a) SELECT count(*) FROM x",
        "SELECT (SELECT quantile_disc(a, 0.5) FROM t), list(DISTINCT b) FROM s",
    ],
)
def test_what_is_portable_passes(sql: str) -> None:
    assert not [words for search in BANNED.values() for words in search(sql)]
