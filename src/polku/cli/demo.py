"""`polku demo`: the example workspace with its data, from nothing to a report and the studio."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from polku.cli.options import LANGUAGE


@click.command(
    "demo", short_help="Set up the example with its data, write its report, and open it in the studio."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("polku-demo"),
    show_default=True,
    help="Folder of the example; made where it is missing.",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the studio; default the first free one from 8765."
)
@click.option("--no-studio", is_flag=True, help="Write the report and stop.")
@click.option("--no-browser", is_flag=True, help="Do not open the studio or the report.")
@LANGUAGE
def command(data: Path, port: int | None, no_studio: bool, no_browser: bool, language: str | None) -> None:
    """Make the example of a machine maker and two years of its data, find what is in them, write the report.

    Then the studio opens with it, until Ctrl+C.

    \b
    Example: polku demo --data demo --language fi
    """
    from polku.cli.app import reader_language
    from polku.cli.serving import free_port, refuse_without_studio, serve
    from polku.exports.gather import gather
    from polku.exports.highlights import highlights
    from polku.exports.report import write_report
    from polku.sources.example import TODAY, make_example
    from polku.words import reader

    spoken = language or reader_language()
    say = reader(spoken)
    started = time.monotonic()
    workspace_folder = data / "hoppebold"
    done = make_example(workspace_folder, language=spoken)
    click.echo(say("demo.workspace", folder=str(workspace_folder)))
    used = sum(count.used for count in done.counts)
    rejected = sum(count.rejected for count in done.counts)
    repeated = sum(count.repeated for count in done.counts)
    click.echo(
        say(
            "demo.imported",
            count=len(done.read),
            rows=used + rejected + repeated,
            used=used,
            rejected=rejected,
            repeated=repeated,
        )
    )
    gathered = gather(workspace_folder, journey="new-machine", today=TODAY)
    assert gathered.journey is not None
    own = gathered.workspace.settings.language
    if spoken != own:
        click.echo(say("demo.language", own=say(f"new.language-{own}"), spoken=spoken))
    click.echo("\n" + say("demo.found"))
    for one in highlights(gathered.workspace, gathered.journey, gathered.measures)[:5]:
        sign = {"error": "▲", "warning": "◆"}[one.level]
        click.echo(f"  {sign} {say.text(one.says)}\n    {say.text(one.more)}  ({say.text(one.basis)})")
    levels = {
        level: sum(finding.level == level and finding.silenced is None for finding in gathered.findings)
        for level in ("error", "warning", "hint")
    }
    click.echo(say("demo.checks", **{f"{level}s": number for level, number in levels.items()}))
    report = data / "report.html"
    write_report(gathered, report, language=spoken)
    seconds = time.monotonic() - started
    click.echo("\n" + say("demo.report", file=str(report.resolve()), seconds=round(seconds, 1)))
    click.echo(say("demo.next"))
    folder = str(workspace_folder)
    for words in (
        f"polku check {folder}",
        f"polku measure {folder} steps --journey new-machine",
        f"polku draw {folder} new-machine --measured -o map.svg",
    ):
        click.echo(f"  {words}{'' if spoken == own else f' --language {spoken}'}")
    watched = not no_browser and sys.stdout.isatty()
    if no_studio:
        if watched:
            click.launch(str(report))
        return
    refuse_without_studio()
    click.echo("")
    free = free_port("127.0.0.1", port or 8765, fixed=port is not None)
    arguments = ["--port", str(free), "--example", str(workspace_folder), "--today", TODAY.isoformat()]
    code = serve(data / "studio", *arguments, "--language", spoken, "--link", browser=watched)
    raise click.exceptions.Exit(code)
