"""`polku demo`: the example workspace with its data, from nothing to a report."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType

import click

from polku.cli.options import LANGUAGE

TODAY = dt.date(2026, 11, 18)
"""The day after the last event of the example, so that its ages and waits stay as they were told."""


@click.command(
    "demo", short_help="Set up the example workspace with its data, check it and write its report."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("polku-demo"),
    show_default=True,
    help="Folder of the example; made where it is missing.",
)
@click.option("--no-browser", is_flag=True, help="Do not open the report.")
@LANGUAGE
def command(data: Path, no_browser: bool, language: str | None) -> None:
    """Make the example of a machine maker and two years of its data, find what is in them, write the report.

    \b
    Example: polku demo --data demo --language fi
    """
    from polku.cli.app import reader_language
    from polku.exports.gather import gather
    from polku.exports.highlights import highlights
    from polku.exports.report import write_report
    from polku.formats import read_workspace
    from polku.sources.importing import import_files
    from polku.words import reader

    spoken = language or reader_language()
    say = reader(spoken)
    started = time.monotonic()
    workspace_folder = data / "hoppebold"
    source = example_folder()
    copy_example(source, workspace_folder)
    click.echo(say("demo.workspace", folder=str(workspace_folder)))
    exports = workspace_folder / "exports"
    simulation(source).write_exports(exports)
    files = sorted(file for file in exports.iterdir() if file.is_file())
    done = import_files(read_workspace(workspace_folder), workspace_folder, files, language=spoken)
    used = sum(count.used for count in done.counts)
    rejected = sum(count.rejected for count in done.counts)
    repeated = sum(count.repeated for count in done.counts)
    click.echo(
        say(
            "demo.imported",
            count=len(files),
            rows=used + rejected + repeated,
            used=used,
            rejected=rejected,
            repeated=repeated,
        )
    )
    gathered = gather(workspace_folder, journey="new-machine", today=TODAY)
    assert gathered.journey is not None
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
        click.echo(f"  {words}")
    if not no_browser and sys.stdout.isatty():
        click.launch(str(report))


def example_folder() -> Path:
    """The example as it came with polku: beside the package in a wheel, in examples/ in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples" / "hoppebold", package.parents[1] / "examples" / "hoppebold"):
        if (folder / "polku.yaml").exists():
            return folder
    from polku.errors import DocumentError
    from polku.words import Message

    raise DocumentError(Message("demo.no-example", {}))


def copy_example(source: Path, target: Path) -> None:
    """Copy the documents of the example; files that somebody has edited since stay as they are."""
    for file in sorted(file for file in source.rglob("*") if file.suffix in (".yaml", ".svg")):
        copy = target / file.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def simulation(source: Path) -> ModuleType:
    """The example's own simulation, loaded from its folder."""
    sys.path.insert(0, str(source))
    try:
        spec = importlib.util.spec_from_file_location("polku_example_simulate", source / "simulate.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(source))
    return module
