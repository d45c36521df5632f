"""`polku mirror`: whom a contacts export knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.lines import indented

if TYPE_CHECKING:
    from polku.identity.mirror import Mirror
    from polku.sources.contacts import Contacts

FORMATS = (".svg", ".png", ".html")


@click.command("mirror", short_help="Show whom a contacts export knows.")
@click.argument("file", metavar="CONTACTS.CSV", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FILE.{svg,png,html}",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw it.",
)
@click.option("--language", type=click.Choice(["en", "fi", "sv", "da"]), help="Language of the words.")
@click.option("--theme", type=click.Choice(["light", "dark", "print"]), default="light", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: Path, output: Path | None, language: str | None, theme: str, form: str) -> None:
    """Show whom a contacts export knows, by the part that job titles tell: three sentences and one picture.

    It needs no workspace. Any table with job titles will do: HubSpot, Salesforce or plain, in English, Finnish,
    Swedish or Danish. Nothing leaves this machine.

    \b
    Example: polku mirror contacts.csv -o mirror.svg --language fi
    """
    from polku.cli.app import reader_language
    from polku.errors import WrongUse
    from polku.identity.mirror import mirror
    from polku.sources.contacts import read_contacts
    from polku.words import Message, reader

    if output is not None and output.suffix.lower() not in FORMATS:
        raise WrongUse(Message("mirror.unknown-format", {"found": output.suffix, "known": list(FORMATS)}))
    spoken = language or reader_language()
    read = read_contacts(file)
    seen = mirror(read.contacts)
    if form == "json":
        click.echo(json.dumps(as_json(seen, read, spoken), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(seen, read, spoken))
    if output is not None:
        _draw(seen, output, spoken, theme)
        click.echo(reader(spoken)("mirror.drawn", file=str(output)), err=True)


def as_text(seen: Mirror, read: Contacts, language: str) -> str:
    """The sentences, the parts, and the titles that could not be placed."""
    from polku.words import reader

    speak = reader(language)
    lines = [speak.text(sentence) for sentence in seen.sentences]
    lines.append("")
    width = max((len(speak(f"mirror.part-{part}")) for part in seen.parts), default=0)
    rest = [("mirror.not-placed", seen.not_placed), ("mirror.without-title", seen.without_title)]
    width = max(width, *(len(speak(id)) for id, _ in rest))
    for part, count in seen.parts.items():
        lines.append(f"  {speak(f'mirror.part-{part}'):<{width}}  {speak.number(count):>7}")
    lines += [f"  {speak(id):<{width}}  {speak.number(count):>7}" for id, count in rest if count]
    if seen.unplaced:
        lines += ["", speak("mirror.unplaced", count=len(seen.unplaced))]
        lines += [f"  {speak.number(count):>5}  {title}" for title, count in seen.unplaced[:20]]
        if len(seen.unplaced) > 20:
            lines.append(indented(2, speak("mirror.more", count=len(seen.unplaced) - 20)))
    notes = {"repeated": seen.repeated, "without-company": seen.without_company, "rejected": read.rejected}
    told = [speak(f"mirror.{what}", count=count) for what, count in notes.items() if count]
    if told:
        lines += ["", *told]
    lines += [speak.text(warning) for warning in read.warnings]
    return "\n".join(lines)


def as_json(seen: Mirror, read: Contacts, language: str) -> dict[str, Any]:
    """The mirror as JSON; it names companies and titles, no persons."""
    from polku.words import reader

    speak = reader(language)
    return {
        "rows": seen.rows + read.rejected,
        "repeated": seen.repeated,
        "rejected": read.rejected,
        "people": seen.people,
        "parts": dict(seen.parts),
        "unplaced": [{"title": title, "count": count} for title, count in seen.unplaced],
        "without_title": seen.without_title,
        "without_company": seen.without_company,
        "companies": [
            {
                "name": one.name,
                "people": one.people,
                "parts": dict(one.parts),
                "unplaced": one.unplaced,
                "user_known": one.has_user,
            }
            for one in seen.companies
        ],
        "columns": read.columns,
        "sentences": [speak.text(sentence) for sentence in seen.sentences],
        "warnings": [speak.text(warning) for warning in read.warnings],
    }


def _draw(seen: Mirror, output: Path, language: str, theme: str) -> None:
    """Write the picture, as a file of its own or in a page."""
    from importlib import import_module

    from polku.outputs import write_output
    from polku.scene import scene_to_svg, theme_named, write_png, write_svg

    scene = import_module("polku.diagrams.account.mirror").draw_mirror(
        seen, language=language, theme=theme_named(theme)
    )
    kind = output.suffix.lower()
    if kind == ".png":
        write_png(scene, output)
    elif kind == ".svg":
        write_svg(scene, output)
    else:
        from polku.words import reader

        title = reader(language)("mirror.title")
        page = (
            f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
            f"<body style='margin:0'>{scene_to_svg(scene, embed_font=True)}</body></html>\n"
        )
        write_output(output, page)
