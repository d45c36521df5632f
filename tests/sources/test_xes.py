"""Event logs in XES: sound, odd, broken and hostile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.errors import ImportRefused, PolkuError
from polku.sources.staging import read_files
from tests.sources.staged import Read, reasons, rows, warned


def log(inside: str) -> str:
    return f'<?xml version="1.0"?><log xes.version="1.0">{inside}</log>'


def event(name: str | None = "a", time: str | None = "2026-01-01T10:00:00+02:00", more: str = "") -> str:
    named = f'<string key="concept:name" value="{name}"/>' if name else ""
    timed = f'<date key="time:timestamp" value="{time}"/>' if time else ""
    return f"<event>{named}{timed}{more}</event>"


def trace(name: str, *events: str) -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}</trace>'


def test_events_carry_their_case_their_place_and_utc(read: Read) -> None:
    found = read(log(trace("c1", event("a"), event("b")) + trace("c2", event("a"))), name="l.xes")
    assert [(r["case_id"], r["activity"], r["event_id"], r["time"].hour) for r in rows(found, "events")] == [
        ("c1", "a", "c1/1", 8),
        ("c1", "b", "c1/2", 8),
        ("c2", "a", "c2/1", 8),
    ]


def test_equal_events_are_two(read: Read) -> None:
    found = read(log(trace("c", event(), event())), name="l.xes")
    assert (found.rows, found.repeated, found.tables) == (2, 0, {"events": 2})


def test_a_trace_may_be_named_after_its_events(read: Read) -> None:
    late = f'<trace>{event()}<string key="concept:name" value="late"/></trace>'
    assert rows(read(log(late), name="l.xes"), "events")[0]["case_id"] == "late"


def test_events_without_name_or_time_are_rejected(read: Read) -> None:
    found = read(log(trace("c", event(None), event(time=None), event(time="1x"), event())), name="l.xes")
    assert (found.rows, found.rejected, reasons(found)) == (4, 3, {"missing": 2, "unreadable": 1})


def test_defaults_never_make_up_a_time_or_a_name(read: Read) -> None:
    defaults = '<global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00Z"/>'
    defaults += '<string key="channel" value="desk"/></global>'
    found = read(log(defaults + trace("c", event(time=None), event())), name="l.xes")
    assert found.rejected == 1
    assert rows(found, "events")[0]["channel"] == "desk"


def test_what_is_not_read_is_told(read: Read) -> None:
    nested = '<string key="x" value="1"><int key="y" value="2"/></string><list key="l"><int key="z" value="3"/></list>'
    found = read(log(trace("c", event(more=nested + '<text key="k" value="v"/>'))), name="l.xes")
    assert {"xes-nested", "xes-unknown"} <= warned(found)


def test_namespaces_and_other_encodings_are_read(read: Read) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><x:log xmlns:x="http://x">'
    text += '<x:trace><x:event><x:string key="concept:name" value="ä"/>'
    text += '<x:date key="time:timestamp" value="2026-01-01T00:00:00Z"/></x:event></x:trace></x:log>'
    assert rows(read(text.encode("latin-1"), name="l.xes"), "events")[0]["activity"] == "ä"


BOMB = '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><log><trace>&b;</trace></log>'
OUTSIDE = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><string key="a" value="&x;"/></log>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "xes-doctype"),
        (OUTSIDE, "xes-doctype"),
        ("<log><trace>", "broken-xml"),
        ("<log></trace></log>", "broken-xml"),
        ("<rss/>", "xes-no-log"),
        ("<log><trace><trace/></trace></log>", "xes-misplaced"),
        ("<log><trace><event><event/></event></trace></log>", "xes-misplaced"),
        ("<log>" + '<string key="a" value="b">' * 200, "xes-too-deep"),
    ],
)
def test_hostile_and_broken_logs_are_refused_with_a_line(read: Read, text: str, message: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(text, name="l.xes")
    assert refused.value.message.id == f"sources.{message}"
    assert refused.value.where is not None and refused.value.where.line == 1


REFUSED = {
    "noLog.xes": "empty-file",
    "logOutOfPlace.xes": "xes-misplaced",
    "traceOutOfPlace.xes": "xes-misplaced",
    # Events without a time, which some of these logs hold, can be put in no order.
    "attributeEventSwapped.xes": "none-used",
    "classifierEventSwapped.xes": "none-used",
    "elementIncorrect.xes": "none-used",
    "eventCorrectAttributes.xes": "none-used",
    "eventIdenticalAttributes.xes": "none-used",
    "eventIncorrectType.xes": "none-used",
    "eventTooManyAttributes.xes": "none-used",
    "extensionEventSwapped.xes": "none-used",
    "extensionIncorrectKey.xes": "none-used",
    "globalEventSwapped.xes": "none-used",
    "traceEventSwapped.xes": "none-used",
}


def test_every_odd_log_is_read_or_refused_with_words(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    files = sorted(shared_data("small-event-logs/xes_importer_tests").glob("*.xes"))
    assert len(files) == 71
    refused = {}
    for number, file in enumerate(files):
        out = tmp_path / str(number)
        out.mkdir()
        try:
            (found,) = read_files(Workspace(Settings()), [file], out)
        except PolkuError as error:
            refused[file.name] = error.message.id.removeprefix("sources.")
            assert error.text("en") != error.text("fi")
        else:
            assert found.rows == 0
            assert "xes-no-events" in warned(found)
    assert refused == REFUSED


@pytest.mark.parametrize(
    ("name", "events", "cases"),
    [
        ("running-example.xes", 42, 6),
        ("running-example.csv", 42, 6),
        ("running_example_broken.csv", 34, None),
        ("roadtraffic100traces.xes", 390, 100),
        ("roadtraffic100traces.csv", 390, 100),
        ("interval_event_log.csv", 8109, 1266),
        ("interval_event_log.xes", 8109, 1266),
        ("receipt.csv.gz", 8577, 1434),
        ("reviewing.csv", 3730, 100),
    ],
)
def test_small_logs_are_read_whole_without_a_mapping(
    shared_data: Callable[[str], Path], tmp_path: Path, name: str, events: int, cases: int | None
) -> None:
    file = shared_data(f"small-event-logs/{name}")
    (found,) = read_files(Workspace(Settings()), [file], tmp_path, sample=100_000)
    assert (found.rows, found.rejected, found.repeated) == (events, 0, 0)
    if cases is not None:
        assert len({row["case_id"] for row in rows(found, "events")}) == cases
