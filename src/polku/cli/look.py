"""`polku look`: the ways through a log in one file, before there is a workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.options import LANGUAGE
from polku.cli.written import say_written

if TYPE_CHECKING:
    from polku.analytics.paths import Paths
    from polku.analytics.study import Study
    from polku.analytics.variants import Variants
    from polku.sources.looking import Taken
    from polku.words import Reader

FORMATS = (".svg", ".png")


@click.command("look", short_help="Show the ways through a log in one file, without a workspace.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--case", metavar="COL", help="What is followed: one of these in each row.")
@click.option("--activity", metavar="COL", help="What happened.")
@click.option("--time", metavar="COL", help="When.")
@click.option("--zone", metavar="ZONE", default="UTC", show_default=True, help="Of times without an offset.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows of each table.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o",
    "--output",
    metavar="FILE.{svg,png}",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the ways.",
)
@click.option("--theme", type=click.Choice(["light", "dark", "print"]), default="light", show_default=True)
@LANGUAGE
def command(
    file: Path,
    case: str | None,
    activity: str | None,
    time: str | None,
    zone: str,
    top: int,
    form: str,
    output: Path | None,
    theme: str,
    language: str | None,
) -> None:
    """Show the ways through a log in one file: what follows what, in how many cases and after how long, and the
    whole paths with the share of cases that take them.

    It needs no workspace and writes nothing but a drawing with -o. A Parquet file with texts and timestamps is
    quickest; CSV, XES, XLSX and the others that `polku import` reads are read as it reads them. Columns left out
    are told by their headers. Numbers are those of `polku measure` after an import.

    \b
    Examples:
      polku look log.parquet
      polku look export.csv --case "Order no" --activity Step --time Changed -o ways.svg
    """
    from polku.analytics.loose import follow_loose, loose_study
    from polku.analytics.paths import paths
    from polku.analytics.variants import MOST, variants
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.documents import Settings, Workspace
    from polku.errors import ImportRefused, Where, WrongUse
    from polku.records.engine import Engine
    from polku.sources.dates import known_zone
    from polku.sources.looking import look_at
    from polku.sources.scratch import scratch_folder
    from polku.words import Message, reader

    if output is not None and output.suffix.lower() not in FORMATS:
        found = {"found": output.suffix or str(output), "known": list(FORMATS)}
        raise WrongUse(Message("look.unknown-format", found))
    if not known_zone(zone):
        raise WrongUse(Message("look.unknown-zone", {"found": zone}))
    spoken = language or reader_language()
    say = reader(spoken)
    progress = Progress(say)
    with scratch_folder() as scratch, Engine(ordered=True, temp_directory=scratch / "spill") as engine:
        try:
            taken = look_at(
                file,
                scratch,
                engine,
                case=case,
                activity=activity,
                time=time,
                zone=zone,
                progress=lambda message, share: progress(message, share / 2),
            )
            ordering = Message("look.ordering")
            followed = follow_loose(taken.loose, lambda share: progress(ordering, 0.5 + share / 4))
            if not followed.events:
                raise ImportRefused(Message("look.nothing"), Where(file=str(file)))
            workspace = Workspace(settings=Settings(zone=zone))
            with loose_study(followed, engine, workspace) as study:
                progress(Message("look.counting"), 0.75)
                edges = paths(study)
                ways = variants(study, most=max(MOST, top))
                if output is not None:
                    _draw(study, edges, ways, output, spoken, theme, file.name)
        finally:
            progress.done()
        notes = {"rejected": taken.rejected, "repeated": taken.repeated + followed.repeated}
        if form == "json":
            click.echo(json.dumps(_json(file, taken, notes, edges, ways), ensure_ascii=False, indent=2))
        else:
            click.echo(_text(study, taken, notes, edges, ways, say, top))
    if output is not None:
        say_written(output)


def _text(
    study: Study, taken: Taken, notes: dict[str, int], edges: Paths, ways: Variants, say: Reader, top: int
) -> str:
    from polku.cli.measure_table import told

    lines = [say("look.columns", **taken.columns), ""]
    lines += [told(result, study, say, top=top, more="look.more") + "\n" for result in (edges, ways)]
    said = [say(f"look.{what}", count=count) for what, count in notes.items() if count]
    return "\n".join([*lines, *said]).rstrip()


def _json(file: Path, taken: Taken, notes: dict[str, int], edges: Paths, ways: Variants) -> dict[str, Any]:
    answers = {}
    for result in (edges, ways):
        answer = result.to_json()
        del answer["data_version"]
        answers[result.about.question] = answer
    return {"file": file.name, "columns": taken.columns, "rows": taken.rows, **notes, **answers}


def _draw(
    study: Study, edges: Paths, ways: Variants, output: Path, language: str, theme: str, title: str
) -> None:
    from polku.analytics.columns.blocks import given_blocks
    from polku.diagrams.graph.observed_graph import observed_graph
    from polku.diagrams.graph.paths import draw_paths
    from polku.scene import theme_named, write_png, write_svg

    blocks = given_blocks(study.log)
    assert blocks is not None
    met = {code.activity: blocks.counted(study.log, (code.code,))[1] for code in study.codes}
    graph = observed_graph(edges, ways, met, language=language)
    scene = draw_paths(graph, title=title, language=language, theme=theme_named(theme))
    (write_png if output.suffix.lower() == ".png" else write_svg)(scene, output)
