"""Groups of companies: each account's company at the top, by what the records say of parents."""

from __future__ import annotations

from collections.abc import Mapping


def tops(parents: Mapping[str, str]) -> dict[str, str]:
    """Account → the company above all above it, of those that have a parent.

    Where parents go in a circle, the first of its ids is at the top.
    """
    found: dict[str, str] = {}
    for id in parents:
        way = [id]
        while way[-1] in parents and way[-1] not in found:
            above = parents[way[-1]]
            if above in way:
                circle = way[way.index(above) :]
                found |= dict.fromkeys(circle, min(circle))
                break
            way.append(above)
        top = found.get(way[-1], way[-1])
        found |= {one: top for one in way if one in parents}
    return found
