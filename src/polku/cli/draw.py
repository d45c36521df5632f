"""`polku draw`: a journey or a question as a picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.asking import asked_of, shaped_by
from polku.cli.draw_pages import PAGED, PAPERS, page_size, say_coarse, slack_of, was_given, write_pages
from polku.cli.draw_taken import refuse_others, refuse_plain
from polku.cli.options import LANGUAGE, TODAY, Day
from polku.cli.written import say_written
from polku.diagrams.views import VIEWS
from polku.exports.drawn_by_name import CHOSEN, MEASURED, QUESTIONS, SHAPED
from polku.exports.journey_drawings import draw_asked, draw_journey
from polku.exports.role_drawing import ROLE_VIEWS, draw_role
from polku.exports.workspace_drawings import (
    ACCOUNT_VIEWS,
    WHOLE,
    Wanted,
    draw_account_view,
    draw_atlas_pages,
    draw_whole,
    is_account,
    is_journey,
)

if TYPE_CHECKING:
    from polku.scene import Scene

FORMATS = (".svg", ".png", ".html", ".json", ".pdf", ".pptx")


@click.command("draw", short_help="Draw a journey, or the ways customers take through it.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("what", metavar="WHAT")
@click.option(
    "--view",
    type=click.Choice([*VIEWS, *ACCOUNT_VIEWS, *ROLE_VIEWS]),
    help="Form of the drawing; matrix where WHAT is a journey, account where it is an account.",
)
@click.option("--journey", metavar="ID", help="The journey, where WHAT is a question or a role.")
@click.option("--measured", is_flag=True, help="Lay over it what was measured.")
@click.option(
    "--role", "roles", multiple=True, metavar="ID", help="Roles in the foreground; can be repeated."
)
@click.option(
    "--stages", metavar="ID,…", help="Only these stages, for matrix and blueprint; of a funnel, its stages."
)
@click.option("--lanes", metavar="NAME,…", help="Only these lanes; for matrix and blueprint.")
@click.option(
    "--against",
    metavar="ID",
    help="The journey as it is, beside WHAT that is to be; for matrix, wheel, path.",
)
@click.option(
    "--height", type=click.Choice(["feeling", "effort"]), help="What the relief rises with; effort is time."
)
@click.option("--case", metavar="KIND", help="A question: follow account, person, deal, case or round.")
@click.option("--cases", metavar="EXPR", help="What is measured: keep the cases that match, whole.")
@click.option("--since", type=Day(), help="What is measured: from this day on; an account: its first day.")
@click.option("--until", type=Day(), help="What is measured: up to this day.")
@click.option(
    "--roll-up",
    is_flag=True,
    help="What is measured: count subsidiaries as the company at the top of their group.",
)
@shaped_by(SHAPED)
@click.option("--page", type=click.IntRange(1), help="Atlas: only this page of its cards.")
@click.option("--theme", type=click.Choice(["light", "dark", "print"]), default="light", show_default=True)
@click.option(
    "--names", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Names of persons."
)
@click.option("--width", type=click.IntRange(600, 6000), help="Width of the page in px.")
@click.option(
    "--paper",
    type=click.Choice(list(PAPERS)),
    help="Pages of that size, across, for a .pdf; else one as large as it is.",
)
@LANGUAGE
@TODAY
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.{svg,png,html,json,pdf,pptx}",
)
def command(
    folder: Path,
    what: str,
    view: str | None,
    journey: str | None,
    measured: bool,
    roles: tuple[str, ...],
    stages: str | None,
    lanes: str | None,
    against: str | None,
    height: str | None,
    roll_up: bool,
    page: int | None,
    theme: str,
    names: str,
    width: int | None,
    paper: str | None,
    language: str | None,
    today: dt.date | None,
    output: Path,
    **shape: Any,
) -> None:
    """Draw WHAT of the workspace DIR: a journey or an account by its id, a question, or the whole (atlas, ecosystem).

    Questions are all those of `polku measure`: paths, steps, variants, fit, funnel, time, deals, coverage, attribution,
    retention, voice, touches, campaigns, friction, deviations, change, effect, score, backtest, loyalty, threads,
    centre and now.

    \b
    Examples:
      polku draw hoppebold new-machine -o map.svg
      polku draw hoppebold new-machine --measured --theme dark -o measured.png
      polku draw hoppebold new-machine --view relief --height effort -o effort.svg
      polku draw hoppebold new-machine --role ole --stages use --lanes action,emotion,pains -o for-service.svg
      polku draw hoppebold new-machine-2027 --against new-machine -o what-would-differ.svg
      polku draw hoppebold paths --journey new-machine -o paths.svg
      polku draw hoppebold attribution --model first,last,shapley --lookback P365D -o attribution.svg
      polku draw hoppebold retention --by segment -o retention.svg
      polku draw hoppebold friction -o friction.svg
      polku draw hoppebold deals --roll-up -o groups.svg
      polku draw hoppebold time --journey new-machine --of touchpoint --from guide --to contract -o time.svg
      polku draw hoppebold touches --by role -o touches.svg
      polku draw hoppebold new-machine -o slides.pptx
      polku draw hoppebold new-machine --paper a4 -o map.pdf
      polku draw hoppebold legetoj-nord --since 2026-01-01 --names off -o account.svg
      polku draw hoppebold legetoj-nord --view relations -o relations.svg
      polku draw hoppebold ole --view radar -o ole.svg
      polku draw hoppebold atlas --page 2 -o atlas.svg
      polku draw hoppebold ecosystem -o ecosystem.svg
    """
    from polku.errors import DrawingError
    from polku.words import Message

    if output.suffix.lower() in PAGED and not was_given("theme"):
        theme = "print"
    if output.suffix.lower() not in FORMATS:
        raise DrawingError(
            Message("draw.unknown-format", {"found": output.suffix or str(output), "known": list(FORMATS)})
        )
    chosen = {name: shape.pop(name) for name in ("case", *CHOSEN)}
    wanted = Wanted(
        language, theme, today, names == "on", float(width) if width else None, since=chosen["since"]
    )
    if what in WHOLE:
        refuse_others(what, what)
        if what == "atlas" and (page is not None or page_size(output, paper)):
            write(draw_atlas_pages(folder, wanted, page), output, paper)
        else:
            write((draw_whole(what, folder, wanted),), output, paper)
    elif view in ROLE_VIEWS:
        refuse_others("radar", what)
        write((draw_role(folder, what, wanted, journey),), output, paper)
    elif view in ACCOUNT_VIEWS or (view is None and is_account(folder, what)):
        refuse_others(view or "account", what)
        write((draw_account_view(view or "account", folder, what, wanted),), output, paper)
    elif what in QUESTIONS and not is_journey(folder, what):
        if view is not None:
            raise DrawingError(Message("draw.no-view", {"what": what}))
        refuse_others("paths" if what in MEASURED else "question", what)
        shape |= {"stages": stages}
        asked = asked_of(what, shape, 20)
        scene = draw_asked(folder, what, asked, wanted, journey=journey, chosen=chosen, roll_up=roll_up)
        write((scene,), output, paper)
    else:
        refuse_others("journey", what)
        refuse_plain(view or "matrix", measured=measured)
        cuts = {"stages": stages, "lanes": lanes, "against": against}
        size = page_size(output, paper)
        scenes = draw_journey(
            folder,
            what,
            view or "matrix",
            wanted,
            roles=roles,
            cuts=cuts,
            height=height,
            chosen=chosen if measured else None,
            roll_up=roll_up,
            page=size,
            slack=slack_of(size) if size is not None else 1.0,
        )
        write(scenes, output, paper)


def write(scenes: Sequence[Scene], file: Path, paper: str | None = None) -> None:
    """Write a scene, or pages, in the form that the file's ending says; and say what was written."""
    from polku.outputs import write_output
    from polku.scene import scene_to_json, write_png, write_svg

    scene = scenes[0]
    if file.suffix.lower() in PAGED:
        write_pages(scenes, file, paper)
        say_written(file, pages=len(scenes))
        return
    if file.suffix.lower() == ".png":
        say_coarse(write_png(scene, file), scene.language)
    elif file.suffix.lower() == ".json":
        write_output(file, scene_to_json(scene, indent=1) + "\n")
    elif file.suffix.lower() == ".html":
        from polku.exports.drawing_page import drawing_page

        write_output(file, drawing_page(scene))
    else:
        write_svg(scene, file)
    say_written(file, size=(scene.width, scene.height))
