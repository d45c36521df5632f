"""Setting things apart along a line: each as near as can be to where it wants to be."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], apart: Sequence[float], low: float, high: float) -> list[float]:
    """Places in the given order, moved as little as possible (least squares).

    Args:
        wanted: where each wants to be, in order.
        apart: least distance between each and the next; one fewer than `wanted`.
        low, high: bounds of the first and last; where there is no room for all, `low` wins.
    """
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    # Without the distances between them, the places must only not fall: a regression in order.
    blocks: list[list[float]] = []
    for place, offset in zip(wanted, offsets, strict=False):
        blocks.append([place - offset, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, count = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + mean * count) / (before[1] + count)
            before[1] += count
    if not blocks:
        return []
    top = high - offsets[len(wanted) - 1]
    level = [max(low, min(mean, top)) for mean, count in blocks for _ in range(round(count))]
    return [base + offset for base, offset in zip(level, offsets, strict=False)]
