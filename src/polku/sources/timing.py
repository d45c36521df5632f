"""When things happened: each column of moments is looked at, decided, and what was decided is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from polku.errors import ImportRefused, Where
from polku.sources import dates
from polku.sources.delimited import doubt
from polku.sources.filling import Reading, moment_cells
from polku.sources.headers import language_of
from polku.sources.raw import Raw, text
from polku.words import Message


def decide_moments(reading: Reading, where: Where, raw: Raw) -> None:
    """Make `base`, the rows with the cleaned texts of moments, and decide how each is read.

    Of rows that nobody looked through, `reading.doubt` says what is still to be seen of each.

    Raises:
        ImportRefused: nothing decides whether day or month comes first.
    """
    engine = reading.engine
    cells = moment_cells(reading)
    alike = _make_base(reading, list(cells), raw)
    for place in reading.texts.values():
        looked = dates.look(engine, "base", place, reading.source.dates, alike.get(place))
        reading.moments[place] = replace(looked, days_from=raw.days_from)
    decided = {
        one.order for one in reading.moments.values() if one.order and one.told_by in ("evidence", "dots")
    }
    for sql, place in reading.texts.items():
        one = reading.moments[place]
        cell, _ = cells[sql]
        if one.undecided:
            if one.above == (0, 0) and len(decided) == 1:
                order = next(iter(decided))
                reading.moments[place] = replace(one, order=order, told_by="neighbour")
                reading.warnings.append(
                    Message(f"sources.dates-by-neighbour-{order}", {"column": cell.named})
                )
            elif one.above == (0, 0) and one.dashes and language_of(raw.columns) in ("fi", "sv", "da"):
                # 03-04-2026: who writes so in one of these languages begins with the day.
                reading.moments[place] = replace(one, order="day-first", told_by="language")
                reading.warnings.append(
                    Message("sources.dates-by-language-day-first", {"column": cell.named})
                )
            else:
                why = "mixed" if one.above != (0, 0) else "open"
                raise ImportRefused(
                    Message(
                        f"sources.dates-{why}",
                        {
                            "column": cell.named,
                            "found": one.example,
                            "first": one.above[0],
                            "second": one.above[1],
                        },
                    ),
                    where,
                )
        elif one.told_by == "evidence" and min(one.above):
            reading.warnings.append(
                Message(f"sources.dates-slips-{one.order}", {"column": cell.named, "count": min(one.above)})
            )
        if one.special == "serial":
            reading.warnings.append(Message("sources.dates-serial", {"column": cell.named}))
        elif one.serials:
            reading.warnings.append(
                Message("sources.dates-serial-some", {"column": cell.named, "count": one.serial_count})
            )
    timed = [place for place, one in reading.moments.items() if one.local]
    if timed and reading.zone:
        _tell_zone(reading, timed)


def _make_base(reading: Reading, cells: Sequence[str], raw: Raw) -> dict[str, dates.Plain]:
    """Make the table `base`; a view where each column of moments is written in one plain way, as machines do.

    Returns:
        Columns of moments that are written so, and how.
    """
    whole_of: dict[str, dates.Plain] = {}
    engine = reading.engine
    trusted = raw.straight if raw.trusted else None
    plain = {sql: dates.plain_shapes(engine, "joined", sql, trusted) for sql in cells}
    cleaned, shapes, alike = "", "", not reading.source.join
    for number, sql in enumerate(cells):
        reading.texts[sql] = f"t{number}"
        whole = next((one for one in plain[sql] if one.whole), None)
        if whole is not None:
            whole_of[f"t{number}"] = whole
            cleaned += f", {whole.value(sql)} AS t{number}"
            shapes += f", CASE WHEN t{number} IS NOT NULL THEN {text(whole.shape)} END AS t{number}_s"
            continue
        alike = False
        cleaned += f", {dates.clean(sql, plain[sql])} AS t{number}"
        shapes += f", {dates.shape(f't{number}', plain[sql])} AS t{number}_s"
    if raw.trusted:
        unlike = [one.unlike(sql) for sql, ways in plain.items() for one in ways if one.trusted]
        seen = [sql for sql, ways in plain.items() if any(one.trusted for one in ways)]
        reading.doubt = " OR ".join([doubt(raw, seen), *unlike])
    made = "TEMP VIEW" if alike else "TEMP TABLE"
    engine.execute(f"CREATE OR REPLACE {made} base AS SELECT *{shapes} FROM (SELECT *{cleaned} FROM joined)")
    return whole_of


def _tell_zone(reading: Reading, timed: Sequence[str]) -> None:
    told_by = "mapping" if reading.source.zone else "workspace"
    reading.warnings.append(Message(f"sources.zone-by-{told_by}", {"zone": reading.zone}))
    if reading.zone in ("UTC", "Etc/UTC", "GMT"):
        return
    twice = skipped = 0
    for place in timed:
        one = reading.moments[place]
        local = dates.local_moment(place, one)
        at = text(reading.zone)
        found = reading.engine.rows(
            f"""SELECT count(*) FILTER (WHERE (m AT TIME ZONE {at} - INTERVAL 1 HOUR) AT TIME ZONE {at} = m),
                count(*) FILTER (WHERE m AT TIME ZONE {at} AT TIME ZONE {at} <> m)
            FROM (SELECT {local} AS m FROM base WHERE {dates.has_clock(place, one)}
                  AND NOT ({dates.has_offset(place, one)}))"""
        )[0]
        twice, skipped = twice + found[0], skipped + found[1]
    if twice:
        reading.warnings.append(Message("sources.zone-twice", {"count": twice, "zone": reading.zone}))
    if skipped:
        reading.warnings.append(Message("sources.zone-skipped", {"count": skipped, "zone": reading.zone}))
