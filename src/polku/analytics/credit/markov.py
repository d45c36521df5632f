"""Attribution by a first-order Markov chain: what would be lost if a node were gone, solved exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Column, PathSet


@dataclass(frozen=True)
class Counts:
    """What paths count by group: transitions, shape (groups, states × states), conversions after each state, shape
    (groups, states), and what these brought together, shape (states,)."""

    seen: Column
    ends: Column
    value: Column

    @property
    def bytes(self) -> int:
        """Bytes that its columns take."""
        return self.seen.nbytes + self.ends.nbytes + self.value.nbytes

    @property
    def states(self) -> int:
        """Nodes and the start."""
        return len(self.value)


def counts(paths: PathSet, group: Column, groups: int) -> Counts:
    """Transitions of paths by the group of each path."""
    size = len(paths.labels) + 1
    cells = size * size
    edge = edges(paths.node, paths.n, group, size)
    times = paths.won + paths.lost
    weights = None if (times == 1).all() else paths.each(times)
    seen = np.bincount(edge, weights=weights, minlength=groups * cells)
    to = paths.node[paths.last] + np.int64(1)
    ends = np.bincount(group * np.int64(size) + to, weights=paths.won, minlength=groups * size)
    value = np.bincount(to, weights=paths.value, minlength=size)
    return Counts(seen.reshape(groups, -1), ends.reshape(groups, -1), value)


def edges(node: Column, n: Column, group: Column, states: int) -> Column:
    """Touch → (group × states + state before) × states + its state; state 0 is the start, node k is state k + 1.

    Args:
        node: of each touch, path by path; n, group: of each path.
    """
    narrow = np.int16 if states**2 < 1 << 15 else np.int64
    to: Column = np.add(node, 1, dtype=narrow)
    come = np.zeros_like(to)
    come[1:] = to[:-1]
    come[(np.cumsum(n) - n)] = 0
    come *= states
    come += to
    found = np.repeat(group * np.int64(states**2), n)
    found += come
    return found


def probabilities(paths: PathSet) -> tuple[Column, Column, Column]:
    """p(x → y) between states, and of each state the way to a conversion, and the value that it brings on average.

    Shapes: (states, states), (states,), (states,). The rest of a row is the way to an end without conversion.
    """
    return counted_probabilities(counts(paths, np.zeros(len(paths.won), dtype=np.int64), 1))


def counted_probabilities(counted: Counts) -> tuple[Column, Column, Column]:
    """The same of all groups together."""
    size = counted.states
    moves, by_count, by_value = rates(
        counted.seen.sum(0).reshape(size, size), counted.ends.sum(0), counted.value
    )
    return moves, by_count, by_value


def rates(count: Column, *ends: Column) -> tuple[Column, ...]:
    """Counts of transitions (…, states, states) and of ends (…, states) as shares of all that leaves a state."""
    # Every visit of a state is left once; the start is left once per path.
    out = count.sum(-2)
    out[..., 0] = count[..., 0, :].sum(-1)
    out = np.where(out > 0, out, 1.0)
    return (count / out[..., None], *(end / out for end in ends))


def removal(moves: Column, *ends: Column) -> tuple[tuple[Column, Column], ...]:
    """For each kind of end: what comes of the start, and of it the share lost without each node.

    Without node k everything that leads into k ends without conversion: of the start's x₀, f₀ₖ·xₖ is lost, where
    f₀ₖ = Nₛₖ / Nₖₖ is the chance of ever getting to k, N = (I − Q)⁻¹ and x = N·R.

    Args:
        moves: p(x → y), shape (…, states, states); ends: what leaving to the end brings, shape (…, states).

    Returns:
        For each of `ends`: shapes (…) and (…, states − 1); zeros where nothing comes of the start.
    """
    visits = np.linalg.inv(np.eye(moves.shape[-1]) - moves)
    reach = visits[..., 0, :] / np.diagonal(visits, axis1=-2, axis2=-1)
    found = []
    for end in ends:
        comes = (visits @ end[..., None])[..., 0]
        whole = comes[..., :1]
        lost = np.divide(reach * comes, whole, out=np.zeros_like(comes), where=whole != 0)
        found.append((comes[..., 0], lost[..., 1:]))
    return tuple(found)


def shares(effect: Column) -> Column:
    """Removal effects as shares of their sum; zeros where all are zero."""
    total = effect.sum(-1, keepdims=True)
    found: Column = np.divide(effect, total, out=np.zeros_like(effect), where=total != 0)
    return found


def drawn_shares(counted: Counts, draws: Column, cells: int = 2_000_000) -> Column:
    """Shares by removal effect in each draw.

    Args:
        counted: by groups that are drawn whole; draws: how often each was drawn, shape (draws, groups).
        cells: most numbers of one batch of matrices.

    Returns:
        Shape (draws, nodes).
    """
    size = counted.states
    met = np.flatnonzero(counted.seen.any(0))
    # One product reads the draws once; sums of whole numbers are exact in any order.
    both = np.concatenate([counted.seen[:, met], counted.ends], axis=1)
    found = []
    step = max(1, cells // (size * size))
    for first in range(0, len(draws), step):
        some = np.asarray(draws[first : first + step], dtype=float) @ both
        count = np.zeros((len(some), size * size))
        count[:, met] = some[:, : len(met)]
        moves, won = rates(count.reshape(-1, size, size), some[:, len(met) :])
        ((_, effect),) = removal(moves, won)
        found.append(shares(effect))
    return np.concatenate(found)
