"""`polku data`: what is loaded, from where, and how sound it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.lines import indented, table

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.sources.inventory import Inventory


@click.command("data", short_help="Say what is loaded, from where, how fresh and how sound.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--undo", is_flag=True, help="Take the newest import back; again for the one before it.")
def command(folder: Path, form: str, undo: bool) -> None:
    """Say what is loaded in the workspace DIR: tables, files, links, and activities that no touchpoint claims.

    \b
    Example: polku data hoppebold
             polku data hoppebold --undo
    """
    from polku.cli.app import reader_language
    from polku.formats import read_workspace

    if undo:
        from polku.identity.matching import match_anew
        from polku.records.lake import Lake
        from polku.records.undoing import undo_imports
        from polku.sources.importing import rejects_file
        from polku.words import reader

        workspace = read_workspace(folder)
        done = undo_imports(Lake(folder / "lake"))
        match_anew(folder, workspace)
        for name in done.files:
            rejects_file(folder / "rejects", name).unlink(missing_ok=True)
        said = reader(reader_language())("data.undone", files=list(done.files), version=str(done.version))
        click.echo(said, err=form == "json")
    stock = take_stock(read_workspace(folder), folder)
    if form == "json":
        click.echo(json.dumps(as_json(stock), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(stock, reader_language()))


def take_stock(workspace: Workspace, folder: Path) -> Inventory:
    """What is loaded in a workspace's folder, its activities laid on its touchpoints."""
    from polku.records.log import open_log
    from polku.sources.inventory import stock_of

    with open_log(folder) as log:
        return stock_of(log, workspace)


def as_json(stock: Inventory) -> dict[str, Any]:
    """The stock as its documented JSON."""
    quality = stock.quality
    return {
        "version": stock.version,
        "made": stock.made,
        "tables": {
            table: {
                "rows": facts.rows,
                "from": facts.first.isoformat() if facts.first else None,
                "to": facts.last.isoformat() if facts.last else None,
            }
            for table, facts in stock.tables.items()
        },
        "sources": [
            {
                "source": one.source,
                "file": one.file,
                "imported": one.when,
                "version": one.version,
                "how": one.how,
                "rows": one.rows,
                "used": one.used,
                "rejected": one.rejected,
                "repeated": one.repeated,
            }
            for one in stock.files
        ],
        "quality": {
            "events": quality.events,
            "account_named": quality.account_named,
            "account_by_member": quality.account_by_member,
            "account_unknown": quality.account_unknown,
            "person_named": quality.person_named,
            "part_unknown": quality.part_unknown,
            "people_placed": quality.people_placed,
            "parts_known": quality.parts_known,
            "links": {
                what: {reason: count for (one, reason), count in quality.links.items() if one == what}
                for what in ("account", "person")
            },
            "astray": {one.kind: {"links": one.links, "astray": one.astray} for one in stock.astray},
            "sources": [
                {
                    "source": one.source,
                    "what": one.what,
                    "matched": one.matched,
                    "unmatched": one.unmatched,
                    "ambiguous": one.ambiguous,
                    "own": one.own,
                }
                for one in stock.words
            ],
        },
        "unmapped": [
            {"source": one.source, "activity": one.activity, "events": one.events} for one in stock.unmapped
        ],
        "rejects": [
            {"file": file, "reason": reason, "column": column, "rows": rows}
            for file, reason, column, rows in stock.rejects
        ],
    }


def as_text(stock: Inventory, language: str) -> str:
    """The stock in words."""
    from polku.words import Message, reader

    speak = reader(language)
    lines = [speak("data.version", version=str(stock.version), when=stock.made[:16].replace("T", " ")), ""]
    if not stock.files and not any(facts.rows for facts in stock.tables.values()):
        return "\n".join([*lines, speak("data.nothing")])
    rows = [[speak("data.table"), speak("data.rows"), speak("data.from"), speak("data.to")]]
    for name, facts in stock.tables.items():
        if facts.rows:
            period = [day.isoformat() if day else "" for day in (facts.first, facts.last)]
            rows.append([name, speak.number(facts.rows), *period])
    lines += ["  " + line for line in table(rows, right=(1,))]
    rows = [
        [speak(f"data.{word}") for word in ("file", "source", "rows", "used", "again", "bad", "imported")]
    ]
    for one in stock.files:
        numbers = [speak.number(n) for n in (one.rows, one.used, one.repeated, one.rejected)]
        rows.append([one.file, one.source, *numbers, one.when[:10]])
    lines += ["", *("  " + line for line in table(rows, right=(2, 3, 4, 5)))]
    quality = stock.quality
    shares = {
        "account-named": quality.account_named,
        "account-by-member": quality.account_by_member,
        "account-unknown": quality.account_unknown,
        "person-named": quality.person_named,
        "part-unknown": quality.part_unknown,
        "people-placed": quality.people_placed,
        "parts-known": quality.parts_known,
    }
    said = [
        (speak.percent(share), speak(f"data.{what}")) for what, share in shares.items() if share is not None
    ]
    lines += ["", *(f"  {share:>5}  {words}" for share, words in said)]
    for what in ("account", "person"):
        counts = [
            speak("data.link", count=count, reason=Message(f"identity.by-{reason}"))
            for (one, reason), count in quality.links.items()
            if one == what
        ]
        if counts:
            lines.append(indented(2, speak(f"data.{what}-links", counts=", ".join(counts))))
    for gone in stock.astray:
        lines.append(indented(2, speak(f"data.astray-{gone.kind}", count=gone.astray, all=gone.links)))
    if stock.words:
        heads = ("source", "words", "matched", "unmatched", "ambiguous", "own")
        rows = [[speak(f"data.{head}") for head in heads]]
        for word in stock.words:
            counts_ = (word.matched, word.unmatched, word.ambiguous, word.own)
            rows.append([word.source, speak(f"data.words-{word.what}"), *(speak.number(n) for n in counts_)])
        lines += ["", *("  " + line for line in table(rows, right=(2, 3, 4, 5)))]
    if stock.unmapped:
        total = sum(one.events for one in stock.unmapped)
        lines += ["", speak("data.unmapped", count=len(stock.unmapped), events=total)]
        lines += [
            f"  {speak.number(one.events):>7}  {one.activity}  ({one.source})" for one in stock.unmapped[:15]
        ]
        if len(stock.unmapped) > 15:
            lines.append(indented(2, speak("data.more", count=len(stock.unmapped) - 15)))
    if stock.rejects:
        lines += ["", speak("data.rejects", count=sum(one[3] for one in stock.rejects))]
        for file, reason, column, count in stock.rejects[:15]:
            why = speak.text(Message(reason, {"column": column, "found": "…"}))
            lines.append(f"  {speak.number(count):>7}  {file}: {why}")
    return "\n".join(lines)
