"""A comparison on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from polku.cli.table import Column, grey, table
from polku.exports.comparison_cells import comparison_heads, comparison_rows

if TYPE_CHECKING:
    from polku.analytics.compare import Comparison
    from polku.words import Reader


def comparison_lines(
    result: Comparison, name: Callable[[str], str], say: Reader, *, top: int
) -> Iterator[str]:
    """The table, and how many rows it leaves out."""
    rows = result.rows()
    if not rows:
        yield f"  {say('measure.none')}"
        return
    columns = [
        Column(head, number=place > 1, wraps=place < 2) for place, head in enumerate(comparison_heads(say))
    ]
    yield table(columns, comparison_rows(rows[:top], name, say))
    if len(rows) > top:
        yield grey(f"  {say('measure.more', count=len(rows) - top, top=len(rows))}")
