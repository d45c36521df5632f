"""Dates, numbers and everything a mapping says of values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from polku.errors import ImportRefused
from tests.sources.staged import Read, reasons, rows, warned

EVENT = {"table": "events", "columns": {"time": "at", "activity": "what", "value": "sum"}}
SPEND = {"table": "spend", "columns": {"date": "day", "cost": "cost"}}


def times(read: Read, *values: str, **options: Any) -> list[dict[str, Any]]:
    text = "at|what\n" + "".join(f'"{value}"|x{place}\n' for place, value in enumerate(values))
    mapping = {"table": "events", "columns": {"time": "at", "activity": "what"}, **options.pop("mapping", {})}
    found = read(text, mapping, **options)
    assert found.rejected == 0, found.reasons
    return rows(found, "events")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-14", "2026-03-14T00:00"),
        ("2026-03-14 15:09", "2026-03-14T15:09"),
        ("2026-03-14T15:09:26", "2026-03-14T15:09:26"),
        ("2026-03-14T15:09:26.535897932", "2026-03-14T15:09:26.535897"),
        ("2026-03-14T15:09:26Z", "2026-03-14T15:09:26"),
        ("2026-03-14 15:09:26 UTC", "2026-03-14T15:09:26"),
        ("2026-03-14T15:09:26+02:00", "2026-03-14T13:09:26"),
        ("2026-03-14T15:09:26-0530", "2026-03-14T20:39:26"),
        ("2026/03/14", "2026-03-14T00:00"),
        ("20260314", "2026-03-14T00:00"),
        ("14.3.2026", "2026-03-14T00:00"),
        ("14.3.2026 15.09", "2026-03-14T15:09"),
        ("14.3.2026 klo 15.09", "2026-03-14T15:09"),
        ("14-03-26", "2026-03-14T00:00"),
        ("14/03/2026 15:09:26", "2026-03-14T15:09:26"),
        ("3/14/2026 3:09 PM", "2026-03-14T15:09"),
        ("3/14/2026, 12:09 a.m.", "2026-03-14T00:09"),
        ("14-Mar-2026", "2026-03-14T00:00"),
        ("14 maj 2026", "2026-05-14T00:00"),
        ("14. maaliskuuta 2026", "2026-03-14T00:00"),
        ("March 14, 2026", "2026-03-14T00:00"),
        ("1773500966", "2026-03-14T15:09:26"),
        ("1773500966123", "2026-03-14T15:09:26.123"),
    ],
)
def test_a_moment_is_read_however_it_is_written(read: Read, written: str, meant: str) -> None:
    (row,) = times(read, written)
    assert row["time"] == dt.datetime.fromisoformat(meant)
    assert row["precision"] == ("day" if meant.endswith("T00:00") else "second")


def test_a_thirteen_decides_the_order_for_the_whole_column(read: Read) -> None:
    assert [row["time"].day for row in times(read, "03/04/2026", "13/04/2026")] == [3, 13]
    assert [row["time"].day for row in times(read, "03/04/2026", "03/14/2026")] == [4, 14]


def test_an_undecided_column_is_refused_by_name(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        times(read, "03/04/2026", "05/06/2026")
    assert refused.value.message.id == "sources.dates-open"
    assert "at" in refused.value.text() and "03/04/2026" in refused.value.text()


def test_the_mapping_decides_what_the_column_does_not(read: Read) -> None:
    assert times(read, "03/04/2026", mapping={"dates": "day-first"})[0]["time"].month == 4
    assert times(read, "03/04/2026", mapping={"dates": "month-first"})[0]["time"].month == 3


def test_another_column_of_the_file_decides_and_this_is_said(read: Read) -> None:
    mapping = {"table": "deals", "columns": {"deal_id": "id", "created": "from", "closed": "to"}}
    found = read("id,from,to\n1,03/04/2026,25/04/2026\n", mapping)
    assert rows(found, "deals")[0]["created"] == dt.datetime(2026, 4, 3)
    assert "dates-by-neighbour-day-first" in warned(found)


def test_a_column_of_both_orders_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        times(read, "13/04/2026", "04/13/2026")
    assert refused.value.message.id == "sources.dates-mixed"


def test_a_time_without_offset_is_of_the_zone(read: Read) -> None:
    found = times(read, "2026-01-15 12:00", "2026-07-15 12:00", zone="Europe/Copenhagen")
    assert [row["time"].hour for row in found] == [11, 10]
    assert times(read, "2026-01-15", zone="Europe/Copenhagen")[0]["time"] == dt.datetime(2026, 1, 15)


def test_hours_that_come_twice_or_never_are_told(read: Read) -> None:
    text = "at,what,sum\n2026-10-25 02:30,twice,\n2026-03-29 02:30,never,\n2026-06-01 12:00,plain,\n"
    found = read(text, {**EVENT, "zone": "Europe/Copenhagen"})
    assert [row["time"] for row in rows(found, "events")][:2] == [
        dt.datetime(2026, 10, 25, 0, 30),
        dt.datetime(2026, 3, 29, 1, 30),
    ]
    assert {"zone-twice", "zone-skipped", "zone-by-mapping"} <= warned(found)


def test_the_import_says_whose_zone_it_took(read: Read) -> None:
    assert "zone-by-workspace" in warned(
        read("at,what,sum\n2026-01-01 10:00,x,\n", EVENT, zone="Europe/Helsinki")
    )
    assert not warned(read("at,what,sum\n2026-01-01T10:00Z,x,\n", EVENT, zone="Europe/Helsinki"))


def test_an_unknown_zone_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read("at,what,sum\n2026-01-01 10:00,x,\n", {**EVENT, "zone": "Europe/Kopenhagen"})
    assert refused.value.message.id == "sources.unknown-zone"


def test_times_that_cannot_be_read_are_rejected_and_missing_ones_too(read: Read) -> None:
    found = read("at,what,sum\n0000-00-00,a,\n,b,\n2026-02-30,c,\nyesterday,d,\n2026-01-01,e,\n", EVENT)
    assert (found.rows, reasons(found)) == (5, {"unreadable": 3, "missing": 1})


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1234.5", "1,234.50"], [1234.5, 1234.5]),
        (["1234,5", "1.234,50"], [1234.5, 1234.5]),
        (["1 234,50 €", "−12,5"], [1234.5, -12.5]),
        (["1\u00a0234\u00a0567", "12"], [1234567, 12]),
        (["kr 100", "$5"], [100, 5]),
        (["1e3", "-0.5"], [1000, -0.5]),
        (["1.234.567", "0,5"], [1234567, 0.5]),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(
    read: Read, values: list[str], numbers: list[float]
) -> None:
    text = "day|cost\n" + "".join(f"2026-01-{place + 1:02}|{value}\n" for place, value in enumerate(values))
    assert [row["cost"] for row in rows(read(text, SPEND), "spend")] == numbers


def test_a_comma_that_could_be_both_is_told(read: Read) -> None:
    text = "day|cost\n2026-01-01|1,234\n2026-01-02|2,500\n"
    found = read(text, SPEND)
    assert [row["cost"] for row in rows(found, "spend")] == [1234, 2500]
    assert "number-ambiguous" in warned(found)
    assert rows(read(text, {**SPEND, "decimal": ","}), "spend")[0]["cost"] == 1.234


@pytest.mark.parametrize("value", ["abc", "1e999", "nan", "12a", "1_000", "0x10", "1,2,3.4.5"])
def test_what_is_no_number_is_left_out_and_told(read: Read, value: str) -> None:
    found = read(f"day|cost\n2026-01-01|{value}\n2026-01-02|7\n", SPEND)
    assert found.rejected == 0
    assert [row["cost"] for row in rows(found, "spend")] == [None, 7]
    assert ("value-left-out" in warned(found)) == (value != "nan")


def test_templates_constants_and_values(read: Read) -> None:
    mapping = {
        "fills": [
            {
                "table": "deals",
                "columns": {"deal_id": "id", "kind": "type", "currency": "=eur", "product": "{make} {model}"},
                "values": {
                    "kind": {"New machine": "new", "Renewal": "renewal"},
                    "outcome": {"of": "stage", "Won": "won", "else": "open"},
                },
            },
            {
                "table": "events",
                "when": "sent",
                "columns": {"time": "sent", "deal_id": "id"},
                "activity": "Deal: sent",
            },
            {
                "table": "events",
                "where": {"stage": ["Won", "Lost"]},
                "columns": {"time": "closed", "deal_id": "id"},
                "activity": "Deal: {stage}",
            },
        ],
        "event_id": "{id}/{activity}",
    }
    text = (
        "id,type,stage,make,model,sent,closed\n"
        "1,New machine,Won,BB,400,2026-01-01,2026-02-01\n2,renewal,Talk,BB,,,\n3,Odd,Lost,,,2026-03-01,2026-04-01\n"
    )
    found = read(text, mapping)
    assert [
        (r["deal_id"], r["kind"], r["outcome"], r["currency"], r["product"]) for r in rows(found, "deals")
    ] == [
        ("1", "new", "won", "EUR", "BB 400"),
        ("2", "renewal", "open", "EUR", "BB"),
        ("3", None, "open", "EUR", None),
    ]
    assert [r["event_id"] for r in rows(found, "events")] == [
        "1/Deal: sent", "1/Deal: Won", "3/Deal: sent", "3/Deal: Lost",
    ]  # fmt: skip
    assert "word-left-out" in warned(found)


def test_a_list_in_a_cell_gives_a_row_for_each_member(read: Read) -> None:
    mapping = {
        "fills": [
            {"table": "deals", "columns": {"deal_id": "id"}},
            {
                "table": "deal_people",
                "columns": {"deal_id": "id", "person_id": "who"},
                "split": ";",
                "split_column": "who",
            },
        ]
    }
    found = read("id,who\n1,a; b;\n2,\n3,c\n", mapping)
    assert [(r["deal_id"], r["person_id"]) for r in rows(found, "deal_people")] == [
        ("1", "a"),
        ("1", "b"),
        ("3", "c"),
    ]
    assert found.rejected == 0


def test_only_answers_from_nought_to_ten_are_nps(read: Read) -> None:
    mapping = {
        "table": "events",
        "columns": {"time": "at", "activity": "=Answer", "score": "s", "score_kind": "=nps"},
    }
    found = read("at,s\n2026-01-01,10\n2026-01-02,11\n2026-01-03,-1\n2026-01-04,\n", mapping)
    assert reasons(found) == {"nps-range": 2}
    assert [(r["score"], r["score_kind"]) for r in rows(found, "events")] == [(10.0, "nps"), (None, None)]


def test_words_that_look_like_code_stay_words(read: Read) -> None:
    nasty = "'; DROP TABLE raw; -- {x} $y ${z} \\ %s"
    mapping = {
        "table": "events",
        "columns": {"time": "at", "account_id": "who"},
        "activity": nasty.replace("{x}", "").replace("${z}", ""),
        "where": {"who": [nasty]},
    }
    found = read(f'at,who\n2026-01-01,"{nasty}"\n', mapping)
    assert rows(found, "events")[0]["account_id"] == nasty


def test_an_unknown_column_is_refused_with_the_nearest(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(
            "at,what,total\n2026-01-01,x,1\n",
            {"table": "events", "columns": {"time": "at", "activity": "waht"}},
        )
    assert refused.value.message.params["near"] == "what"


def test_an_unknown_column_of_a_table_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read("at,what\n2026-01-01,x\n", {"table": "events", "columns": {"when": "at", "activity": "what"}})
    assert refused.value.message.id == "sources.unknown-target"


def test_a_column_of_zeros_is_told(read: Read) -> None:
    text = "at,what,sum\n" + "2026-01-01,x,0\n" * 12
    assert "all-zero" in warned(read(text, EVENT))


def test_days_that_a_spreadsheet_counts_are_read_and_told(read: Read) -> None:
    found = read("at,what,sum\n46095,x,\n46096.5,y,\n", EVENT)
    assert [row["time"] for row in rows(found, "events")] == [
        dt.datetime(2026, 3, 14),
        dt.datetime(2026, 3, 15, 12),
    ]
    assert "dates-serial" in warned(found)


@pytest.mark.parametrize("file", ["../other.csv", "/etc/passwd", "..", "none.csv"])
def test_a_look_up_stays_in_its_folder(read: Read, file: str) -> None:
    join = {"file": file, "on": "what", "to": "what"}
    with pytest.raises(ImportRefused) as refused:
        read("at,what,sum\n2026-01-01,x,\n", {**EVENT, "join": join})
    assert refused.value.message.id in ("sources.join-outside", "sources.join-missing")
