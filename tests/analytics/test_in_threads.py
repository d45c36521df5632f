"""Work that several threads share: what it finds comes in order, and what goes wrong in one of them ends all."""

from __future__ import annotations

import pytest

from polku.analytics.columns import blocks
from polku.analytics.columns.blocks import in_threads


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_is_found_stands_in_the_order_of_places(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "WORKERS", workers)
    assert in_threads(lambda place: place * place, range(40)) == [place * place for place in range(40)]
    assert in_threads(lambda place: place, []) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_and_ends_what_is_left(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "WORKERS", workers)
    begun: list[int] = []

    def work(place: int) -> int:
        begun.append(place)
        raise OverflowError(place)

    with pytest.raises(OverflowError):
        in_threads(work, range(1000))
    assert len(begun) <= workers
