"""From a file to a published version: rows a second and peak memory, by kind of file: `python -m bench.imports`.

The log is made by a seeded generator: events of `rows // 20` accounts (`--accounts`) with the people who acted. Each import is a
process of its own, as somebody at a terminal would start it. Beside it stands, from the same run, what reading three
columns of the same events costs the engine where they lie in Parquet.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.journeys import WORKSPACE
from polku.records.engine import Engine, Relation, file_text, literal

MAPPING = """\
id: bench
kind: crm
reads: "events*"
table: events
columns: {event_id: id, time: time, account_id: company, person_id: person, channel: channel}
activity: "{activity}"
"""
XES_MAPPING = """\
id: bench
kind: crm
reads: "events*"
table: events
columns: {time: "time:timestamp", case_id: "case:concept:name", person_id: "org:resource"}
activity: "{concept:name}"
"""
EVENTS = """
SELECT 'e' || r AS id,
  TIMESTAMP '2024-01-01' + to_seconds((hash(r, 1, {seed}) % 63072000)::BIGINT) AS "time",
  'company-' || (hash(r, 2, {seed}) % {accounts}) AS company,
  CASE WHEN hash(r, 5, {seed}) % 3 = 0 THEN 'person' || (hash(r, 6, {seed}) % 2) || '@company-'
    || (hash(r, 2, {seed}) % {accounts}) || '.example' END AS person,
  'activity ' || (hash(r, 3, {seed}) % 32) AS activity, 'channel ' || (hash(r, 4, {seed}) % 9) AS channel
FROM range({first}, {first} + {rows}) AS t(r)
"""
SCAN = 'SELECT company, activity, max(epoch_us("time")) FROM {it} GROUP BY ALL'
COUNTED = f"SELECT count(*) FROM ({SCAN})"
SHEET_ROWS = 1_000_000
XLSX_PARTS = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Events" sheetId="1" r:id="r1"/></sheets></workbook>',
}


@dataclass(frozen=True)
class Taken:
    """What one import took; `processor`: seconds of all cores together, which other work disturbs less."""

    seconds: float
    processor: float
    megabytes: float


def events(rows: int, seed: int, first: int = 0, accounts: int | None = None) -> str:
    """A query of made-up events."""
    values = {"rows": rows, "seed": seed, "first": first, "accounts": accounts or max(1, rows // 20)}
    sql = EVENTS
    for name, value in values.items():
        sql = sql.replace(f"{{{name}}}", str(value))
    return sql


def write_parquet(rows: int, seed: int, accounts: int | None, file: Path) -> None:
    """The events as the other kinds of file are written from."""
    with Engine(ordered=True) as engine:
        engine.write(events(rows, seed, accounts=accounts), file)


def _copy(sql: str, parquet: Path, file: Path, options: str) -> None:
    with Engine(ordered=True) as engine:
        it = Relation(f"(SELECT * FROM read_parquet({file_text(parquet)}))")
        engine.execute(f"COPY ({sql}) TO {literal(str(file))} ({options})", tables={"it": it})


# What a text file of one column is written with: signs that stand nowhere in it.
_BARE = "FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '\x02', ESCAPE '\x02'"


def write_csv(parquet: Path, file: Path) -> None:
    """As CSV."""
    _copy("SELECT * FROM {it}", parquet, file, "FORMAT csv, HEADER true")


def write_json(parquet: Path, file: Path) -> None:
    """As JSON, one object per line."""
    _copy("SELECT * FROM {it}", parquet, file, "FORMAT json")


def write_xes(parquet: Path, file: Path) -> None:
    """As XES: a trace for each company."""
    event = (
        '\'<event><string key="concept:name" value="\' || activity || \'"/><string key="org:resource" value="\' '
        "|| coalesce(person, '') || '\"/><date key=\"time:timestamp\" value=\"' || strftime(\"time\", '%Y-%m-%dT%H:%M:%S.000+00:00') "
        '|| \'"/><string key="lifecycle:transition" value="complete"/></event>\''
    )
    body = file.with_suffix(".body")
    _copy(
        "SELECT '<trace><string key=\"concept:name\" value=\"' || company || '\"/>' || "
        f"string_agg({event}, '' ORDER BY \"time\") || '</trace>' AS one FROM {{it}} GROUP BY company",
        parquet,
        body,
        _BARE,
    )
    with file.open("wb") as out, body.open("rb") as traces:
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        shutil.copyfileobj(traces, out, 1 << 20)
        out.write(b"</log>\n")
    body.unlink()


def write_xlsx(parquet: Path, file: Path) -> None:
    """As a workbook of one sheet, its texts within the cells."""
    columns = ("id", '"time"', "company", "person", "activity", "channel")
    cells = " || ".join(
        f"coalesce('<c r=\"{letter}' || n || '\" t=\"inlineStr\"><is><t>' || {column} || '</t></is></c>', '')"
        for letter, column in zip("ABCDEF", columns, strict=True)
    )
    heads = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{column.strip(chr(34))}</t></is></c>'
        for letter, column in zip("ABCDEF", columns, strict=True)
    )
    body = file.with_suffix(".body")
    _copy(
        f"SELECT '<row r=\"' || n || '\">' || {cells} || '</row>' FROM (SELECT *, row_number() OVER () + 1 AS n FROM {{it}})",
        parquet,
        body,
        _BARE,
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in XLSX_PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out, body.open("rb") as rows:
            out.write(
                b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            out.write(f'<row r="1">{heads}</row>'.encode())
            shutil.copyfileobj(rows, out, 1 << 20)
            out.write(b"</sheetData></worksheet>")
    body.unlink()


WRITERS: dict[str, Callable[[Path, Path], None]] = {
    "csv": write_csv,
    "xes": write_xes,
    "xlsx": write_xlsx,
    "jsonl": write_json,
}
TARGETS = {"csv": 250_000, "xes": 60_000, "xlsx": 10_000}
"""Rows a second."""


def workspace(folder: Path, kind: str) -> Path:
    """A workspace that knows how to read the files."""
    (folder / "sources").mkdir(parents=True)
    (folder / "polku.yaml").write_text(WORKSPACE + "zone: UTC\n", encoding="utf-8")
    (folder / "sources" / "bench.yaml").write_text(
        XES_MAPPING if kind == "xes" else MAPPING, encoding="utf-8"
    )
    return folder


STARTS = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def run(*arguments: str | Path) -> Taken:
    """Run polku and say what it took; what it says is shown where it fails.

    A process begins with the most memory that whoever started it took, so that a small one starts polku.
    """
    command = [sys.executable, "-c", STARTS, sys.executable, "-m", "polku", *map(str, arguments)]
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    seconds = time.perf_counter() - began
    said, _, told = done.stdout.rstrip("\n").rpartition("\n")
    code, busy, most = json.loads(told)
    if code:
        raise SystemExit(said)
    return Taken(seconds, busy, most / (1024**2 if sys.platform == "darwin" else 1024))


def scanning(parquet: Path, runs: int = 5) -> float:
    """Seconds that a warm count over three columns of the events takes, the middle of several."""
    it = {"it": Relation(f"(SELECT * FROM read_parquet({file_text(parquet)}))")}
    seconds = []
    with Engine() as engine:
        engine.rows(COUNTED, tables=it)
        for _ in range(runs):
            began = time.perf_counter()
            engine.rows(COUNTED, tables=it)
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kinds", default="csv,xes,xlsx,jsonl", help="of csv, xes, xlsx and jsonl")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--accounts", type=int, help="companies, each with two people; default a 20th of the rows"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the files and lakes, kept for another run")
    parser.add_argument("--once", action="store_true", help="do not import the same again")
    wanted = parser.parse_args()
    folder = wanted.keep or Path(tempfile.mkdtemp(prefix="polku-bench-"))
    folder.mkdir(exist_ok=True)
    try:
        parquet = folder / f"events-{wanted.rows}.parquet"
        if not parquet.exists():
            write_parquet(wanted.rows, wanted.seed, wanted.accounts, parquet)
        scan = scanning(parquet)
        print(f"{wanted.rows} events; three columns of them in Parquet: {scan:.3f} s", flush=True)
        for kind in wanted.kinds.split(","):
            one(kind, wanted.rows, parquet, folder, once=wanted.once)
    finally:
        if not wanted.keep:
            shutil.rmtree(folder)


def one(kind: str, rows: int, parquet: Path, folder: Path, *, once: bool) -> None:
    """Import one kind of file, and once more unless `once`, and print both."""
    if kind == "xlsx" and rows > SHEET_ROWS:
        print(f"xlsx      a sheet ends at {SHEET_ROWS} rows")
        return
    file = folder / f"events-{rows}.{kind}"
    if not file.exists():
        WRITERS[kind](parquet, file)
    place = folder / f"workspace-{kind}-{rows}"
    shutil.rmtree(place, ignore_errors=True)
    into = workspace(place, kind)
    for what in ("first",) if once else ("first", "again"):
        taken = run("import", into, file)
        target = TARGETS.get(kind)
        met = (
            ""
            if not target or what == "again"
            else ("  met" if rows / taken.seconds >= target else "  not met")
        )
        print(
            f"{kind:6}{what:6}{taken.seconds:8.2f} s, {taken.processor:7.2f} s of a processor, "
            f"{rows / taken.seconds:10,.0f} rows/s "
            f"{taken.megabytes:6.0f} MiB  {file.stat().st_size / 1e6 / taken.seconds:6.1f} MB/s{met}",
            flush=True,
        )


if __name__ == "__main__":
    main()
