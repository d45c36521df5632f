"""`polku map`: a journey proposed from the data."""

from __future__ import annotations

from pathlib import Path

import click

from polku.cli.lines import indented, table


@click.command("map", short_help="Propose a journey from the data: the log's common path as a draft.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What the journey is called.")
@click.option("--case", metavar="KIND", help="What is followed: account, case, person or deal.")
@click.option(
    "--least",
    type=click.FloatRange(0.0, 1.0),
    default=0.1,
    show_default=True,
    help="Share of cases that a step is met by at least.",
)
@click.option("--most", type=click.IntRange(1, 60), default=14, show_default=True, help="Steps at most.")
@click.option("--dry-run", is_flag=True, help="Print the journey's document; write nothing.")
def command(folder: Path, name: str, case: str | None, least: float, most: int, dry_run: bool) -> None:
    """Propose a journey of the workspace DIR from its data: what most accounts do, in the order most of them do it.

    Every card is assumed until somebody asks a customer, and measured from the first moment. Steps are touchpoints,
    or activities that no touchpoint claims; roles come from the parts that job titles tell. Nothing that is there
    is changed: the draft is a new file in journeys/.

    \b
    Example: polku map hoppebold --dry-run
             polku map hoppebold --name "Buying spare parts"
    """
    from polku.analytics.map.common_path import common_path
    from polku.cli.app import reader_language
    from polku.exports.proposed_journey import propose_journey
    from polku.formats import read_workspace
    from polku.formats.yaml_write import write_document, write_text
    from polku.records.log import open_log
    from polku.words import reader

    workspace = read_workspace(folder)
    with open_log(folder) as log:
        path = common_path(log, workspace, case=case, least=least, most=most)
    language = workspace.settings.language or reader_language()
    proposed = propose_journey(path, workspace, reader(language), name)
    if dry_run:
        click.echo(write_document(proposed.journey), nl=False)
        return
    say = reader(reader_language())
    written = [(f"journeys/{proposed.journey.id}.yaml", write_document(proposed.journey))]
    written += [(f"roles/{role.id}.yaml", write_document(role)) for role in proposed.roles]
    for file, text in written:
        write_text(folder / file, text)
    rows = [[say("map.step"), say("map.cases"), "", say("map.role")]]
    for step, drawn in zip(path.steps, proposed.journey.steps, strict=True):
        rows.append([step.name, say.number(step.cases), say.percent(step.share), drawn.role or "–"])
    for line in table(rows, right=(1, 2)):
        click.echo(indented(2, line))
    click.echo("")
    click.echo(say("map.of", count=path.cases, steps=len(path.steps), rarer=path.rarer, left_out=path.left_out, events=path.events))  # fmt: skip
    for file, _ in written:
        click.echo(say("map.written", file=file))
    click.echo(say("map.next", folder=str(folder), journey=proposed.journey.id))
