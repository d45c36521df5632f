"""Real logs: transitions equal a plain count over the file itself, read with the standard library."""

from __future__ import annotations

import datetime as dt
import gzip
import time as clock
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from polku.analytics.asking.questions import Asked, ask
from polku.documents import Settings, Workspace
from polku.records.log import Log, open_log

EMPTY = Workspace(settings=Settings())


def traces(file: Path) -> Iterator[list[str]]:
    """The activities of each trace in the order of time, equal times as they stand in the file."""
    with gzip.open(file) as text:
        events: list[tuple[dt.datetime, str]] = []
        for _, element in ET.iterparse(text):
            tag = element.tag.rpartition("}")[2]
            if tag == "event":
                values = {child.get("key"): child.get("value") for child in element}
                time = dt.datetime.fromisoformat(str(values["time:timestamp"]).replace("Z", "+00:00"))
                events.append((time, str(values["concept:name"])))
                element.clear()
            elif tag == "trace":
                yield [name for _, name in sorted(events, key=lambda event: event[0])]
                events = []
                element.clear()


def imported(file: Path, folder: Path) -> Log:
    from polku.sources.importing import import_files

    import_files(EMPTY, folder, [file])
    return open_log(folder)


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "bpic2012-loan/bpic2012.xes.gz",
        "bpic2013-volvo-it/06_bpic2013_closed.xes.gz",
        "bpic2013-volvo-it/07_bpic2013_incidents.xes.gz",
    ],
)
def test_transitions_of_a_real_log_equal_a_plain_count(
    name: str, shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    file = shared_data(name)
    count: Counter[tuple[str | None, str | None]] = Counter()
    cases: Counter[tuple[str | None, str | None]] = Counter()
    ways: Counter[tuple[str, ...]] = Counter()
    for trace in traces(file):
        edges = list(zip([None, *trace], [*trace, None], strict=True))
        count.update(edges)
        cases.update(set(edges))
        ways[tuple(trace)] += 1

    with imported(file, tmp_path) as log:
        began = clock.perf_counter()
        paths = ask(log, EMPTY, "paths")
        took = clock.perf_counter() - began
        variants = ask(log, EMPTY, "variants", Asked(most=100_000))

    assert {(row["from"], row["to"]): row["count"] for row in paths.rows()} == dict(count)
    assert {(row["from"], row["to"]): row["cases"] for row in paths.rows()} == dict(cases)
    assert {tuple(row["path"]): row["count"] for row in variants.rows()} == dict(ways)
    assert paths.about.cases == sum(ways.values())
    # 0.05 s where nothing else runs; the rest is for busy machines.
    assert took < 2
