"""A path in the words of a table: what repeats is counted, and what is long ends early."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from polku.words import Reader

MOST = 16
"""So many places of a path are told; JSON and CSV have all."""


def path_words(names: Sequence[str], say: Reader) -> str:
    """Names with arrows between them; neighbours of one name are told once, with their number."""
    runs = [(name, sum(1 for _ in own)) for name, own in groupby(names)]
    told = [name if count == 1 else f"{name} ×{say.number(count)}" for name, count in runs[:MOST]]
    if len(runs) > MOST:
        told.append(say("measure.path-more", count=sum(count for _, count in runs[MOST:])))
    return " → ".join(told)
