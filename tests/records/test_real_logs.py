"""Real logs, from their files to moves, against a count by hand of the same XML."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from polku.formats import read_workspace
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import publish
from polku.sources.staging import read_files

Edge = tuple[str, str]


def count_by_hand(file: Path) -> tuple[int, Counter[Edge], Counter[Edge]]:
    """Events, and for each pair of neighbours in a trace how often they meet and how many microseconds in all."""
    events = 0
    met: Counter[Edge] = Counter()
    time: Counter[Edge] = Counter()
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
        for _, element in ET.iterparse(opened):
            if not element.tag.endswith("trace"):
                continue
            trace = []
            for child in element:
                if child.tag.endswith("event"):
                    said = {str(item.get("key")): str(item.get("value")) for item in child}
                    at = dt.datetime.fromisoformat(said["time:timestamp"])
                    trace.append((at, said["concept:name"]))
            # Sorting keeps the order of the file where times are equal.
            trace.sort(key=lambda event: event[0])
            events += len(trace)
            for (start, one), (end, other) in itertools.pairwise(trace):
                met[one, other] += 1
                time[one, other] += (end - start) // dt.timedelta(microseconds=1)
            element.clear()
    return events, met, time


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "bpic2012-loan/bpic2012.xes.gz",
        "bpic2013-volvo-it/06_bpic2013_closed.xes.gz",
        "bpic2013-volvo-it/07_bpic2013_incidents.xes.gz",
    ],
)
def test_edges_of_a_real_log_equal_a_count_by_hand(
    name: str, shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    file = shared_data(name)
    (tmp_path / "polku.yaml").write_text("polku: 1\nname: Real logs\n", "utf-8")
    read = read_files(read_workspace(tmp_path), [file], tmp_path / "staged")

    (counted,) = publish(Lake(tmp_path / "lake"), [one.staged for one in read]).files

    events, met, time = count_by_hand(file)
    with open_log(tmp_path) as log:
        edges = log.rows(
            "SELECT a.activity, b.activity, count(*), sum(gap) FROM {moves:case} JOIN {codes} a USING (code) "
            "JOIN {codes} b ON b.code = nxt GROUP BY ALL"
        )
    assert (counted.used, counted.repeated, counted.rejected) == (events, 0, 0)
    assert {(one, other): count for one, other, count, _ in edges} == met
    assert {(one, other): total for one, other, _, total in edges} == time
