"""Laid paths: the touches of conversions as ranges of rows of the blocks in memory, found once for a version and a map."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from polku.analytics.columns.kept import narrow
from polku.analytics.credit.touch_paths import DENSE, Cells, PathSet
from polku.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from polku.analytics.columns.blocks import Block, Column
    from polku.analytics.credit.conversion_paths import Found


Hold: TypeAlias = "Callable[[str, Callable[[], Column]], Column]"
"""Hands out a column of a name, made where it is not held."""


def once(what: str, make: Callable[[], Column]) -> Column:
    """Holds nothing."""
    return make()


@dataclass(frozen=True)
class BlockPaths:
    """The paths of a block that a conversion ended, narrow.

    Args:
        n, unit, end, created, value, own: of each path; see `PathSet`.
        node: of each touch; rows: its row in the block, or where these rise a bit for each row.
        cells, cell_node, cell_count: of each path how many distinct nodes, and of each of them the node and its touches.
    """

    n: Column
    unit: Column
    end: Column
    created: Column
    value: Column
    own: Column
    node: Column
    rows: Column
    cells: Column
    cell_node: Column
    cell_count: Column

    @property
    def bytes(self) -> int:
        """Bytes that its columns take."""
        return sum(column.nbytes for column in vars(self).values())

    def path_set(
        self,
        labels: tuple[str, ...],
        of_block: Callable[[], Block],
        leads: Column,
        *,
        touched: bool,
        hold: Hold = once,
    ) -> LaidPaths:
        """As the models read them.

        Args:
            of_block: gives the block, where touches are wanted.
            leads: code → whether a lead can come to be there; hold: where what is found of paths stays.
            touched: whether the touches are wanted one by one, and not only how many of each node a path has.
        """
        size, nodes = len(self.n), max(len(labels), 1)
        n = self.n.astype(np.int64)
        of_cell = np.repeat(np.arange(size), self.cells)
        cell_node, cell_count = self.cell_node.astype(np.int64), self.cell_count.astype(np.int64)
        code = row = path = at = key = place = np.zeros(0, dtype=np.int64)
        cells = 0
        if touched:
            block = of_block()
            code = block.code
            row = _rows(self.rows, len(block.ts))
            path, at = np.repeat(np.arange(size), n), block.ts[row]
            key, place = path * nodes + self.node, of_cell * nodes + cell_node
            cells = size * nodes
            if cells > DENSE * len(key):
                key, place, cells = np.searchsorted(place, key), np.arange(len(place)), len(place)
        return LaidPaths(
            labels=labels,
            path=path,
            node=self.node,
            at=at,
            # Who acted is not asked for here.
            person=np.broadcast_to(np.int64(-1), len(path)),
            # Found where it is asked for, and then held.
            lead=np.zeros(0, dtype=bool),
            won=np.ones(size),
            value=self.value,
            lost=np.zeros(size),
            end=self.end,
            created=self.created,
            own=self.own,
            unit=self.unit,
            length=n,
            distinct=Cells(of_cell, cell_node, cell_count, key, cells, place),
            hold=hold,
            lead_rows=lambda: np.flatnonzero(leads[code[row]]),
        )


def _rows(rows: Column, size: int) -> Column:
    """Rows of touches; see `BlockPaths.rows`."""
    if rows.dtype != np.uint8:
        return rows
    return np.flatnonzero(np.unpackbits(rows, count=size).view(bool))


def packed_rows(rows: Column, size: int) -> Column:
    """The other way round."""
    if len(rows) and (rows[1:] <= rows[:-1]).any():
        return rows.astype(np.int32)
    flags = np.zeros(size, dtype=bool)
    flags[rows] = True
    return np.packbits(flags)


@dataclass(frozen=True)
class LaidPaths(PathSet):
    """Paths whose lengths and distinct nodes are known; models read them, and nothing makes them coarser."""

    length: Column
    distinct: Cells
    hold: Hold
    lead_rows: Callable[[], Column]

    @cached_property
    def leading(self) -> Column:
        """The touches at which a lead can come to be."""
        return self.lead_rows()

    @cached_property
    def n(self) -> Column:
        """Path → its touches."""
        return self.length

    @cached_property
    def cells(self) -> Cells:
        """The distinct nodes of each path."""
        return self.distinct

    def held(self, what: str, make: Callable[[], Column]) -> Column:
        """Path → one of its touches, −1 none; its place on the path is held."""

        def place() -> Column:
            touch = make()
            return narrow(np.where(touch >= 0, touch - self.start, -1))

        found = self.hold(what, place)
        return np.where(found >= 0, self.start + found, -1)

    def each(self, of_path: Column) -> Column:
        """Touch → what its path has."""
        # Unlike repeating, this lets another thread run.
        found: Column = of_path[self.path]
        return found


@dataclass(frozen=True)
class KeptPaths:
    """All paths of a version that a conversion ended, block by block, and what is known of the others.

    Args:
        units: accounts with any path; met: nodes of any path; without: number of paths without a conversion.
        worth: what all conversions on paths brought.
    """

    found: Found
    blocks: tuple[BlockPaths, ...]
    units: int
    met: frozenset[int]
    without: int
    worth: float

    @property
    def bytes(self) -> int:
        """Bytes that its columns take."""
        return sum(one.bytes for one in self.blocks)

    @property
    def total(self) -> int:
        """Conversions on paths."""
        return sum(len(one.n) for one in self.blocks)
