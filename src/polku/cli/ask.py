"""`polku ask`: a one-page interview guide for a role, made of what is not known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from polku.cli.options import LANGUAGE, TODAY, language_of

FORMATS = (".pdf", ".html", ".htm", ".md")


@click.command("ask")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--role", required=True, metavar="ID", help="Whom to ask.")
@click.option("--journey", metavar="ID", help="What about; the only journey by default.")
@click.option("--account", metavar="ID", help="The customer to be visited, with what is not known of it.")
@LANGUAGE
@TODAY
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.{pdf,html,md}",
    help="Without a file the guide is printed as Markdown.",
)
def command(
    folder: Path,
    role: str,
    journey: str | None,
    account: str | None,
    language: str | None,
    today: dt.date | None,
    output: Path | None,
) -> None:
    """Write an interview guide for somebody in a role: one page, in the customer's language.

    Its questions are the holes of the map in DIR. They ask about the last time and suggest no answer; what
    the map believes stands beside them for the ears of who asks.

    \b
    Example: polku ask hoppebold --role per --language da -o guide.pdf
    """
    from polku.cli.app import reader_language
    from polku.cli.suggest import nearest
    from polku.errors import WrongUse
    from polku.exports.brand import brand_of
    from polku.exports.gather import the_journey
    from polku.exports.guide import MOST, Guide, build_guide
    from polku.exports.guide_forms import guide_html, guide_markdown, guide_pdf
    from polku.formats.workspace import read_workspace
    from polku.formats.yaml_write import write_text
    from polku.words import Message, reader

    ending = output.suffix.lower() if output is not None else ".md"
    if ending not in FORMATS:
        found = {"found": ending or str(output), "known": list(FORMATS)}
        raise WrongUse(Message("ask.unknown-format", found))
    workspace = read_workspace(folder)
    for kind, id in (("roles", role), ("accounts", account)):
        known = getattr(workspace, kind)
        if id is not None and id not in known:
            guess = nearest(id, known)
            params: dict[str, Any] = {"found": id, "known": list(known), "guess": guess}
            raise WrongUse(Message(f"ask.unknown-{kind}{'-near' if guess else ''}", params))
    chosen = the_journey(workspace, journey)
    visited = workspace.accounts[account] if account is not None else None
    spoken = language_of(language, workspace.settings.language)
    day = today or dt.date.today()

    def build(most: int) -> Guide:
        return build_guide(
            workspace, role, journey=chosen, account=visited, language=spoken, today=day, most=most
        )

    guide = build(MOST)
    if output is None:
        click.echo(guide_markdown(guide))
        return
    brand = brand_of(folder, workspace)
    if ending == ".pdf":
        pdf, guide = guide_pdf(guide, build, brand)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(pdf)
    else:
        write_text(output, guide_markdown(guide) if ending == ".md" else guide_html(guide, brand))
    say = reader(reader_language())
    click.echo(say("ask.written", file=str(output), count=guide.questions, holes=guide.holes))
