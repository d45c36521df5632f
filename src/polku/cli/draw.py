"""`polku draw`: a journey or a question as a picture."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.draw_pages import PAGED, PAPERS, page_size, was_given, write_pages
from polku.cli.draw_role import ROLE_VIEWS, draw_role
from polku.cli.options import LANGUAGE, TODAY, language_of
from polku.diagrams.views import VIEWS
from polku.exports.workspace_drawings import (
    ACCOUNT_VIEWS,
    WHOLE,
    Wanted,
    draw_account_view,
    draw_whole,
    is_account,
)

if TYPE_CHECKING:
    from polku.scene import Scene

QUESTIONS = ("paths", "funnel", "coverage", "attribution")
FORMATS = (".svg", ".png", ".html", ".json", ".pdf", ".pptx")


@click.command("draw", short_help="Draw a journey, or the ways customers take through it.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("what", metavar="WHAT")
@click.option(
    "--view",
    type=click.Choice([*VIEWS, *ACCOUNT_VIEWS, *ROLE_VIEWS]),
    help="Form of the drawing; matrix where WHAT is a journey, account where it is an account.",
)
@click.option("--journey", metavar="ID", help="The journey, where WHAT is a question.")
@click.option("--measured", is_flag=True, help="Lay over it what was measured.")
@click.option(
    "--role", "roles", multiple=True, metavar="ID", help="Roles in the foreground; can be repeated."
)
@click.option("--stages", metavar="ID,…", help="Only these stages; for matrix and blueprint.")
@click.option("--lanes", metavar="NAME,…", help="Only these lanes; for matrix and blueprint.")
@click.option(
    "--against",
    metavar="ID",
    help="The journey as it is, beside WHAT that is to be; for matrix, wheel, path.",
)
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
    theme: str,
    names: str,
    width: int | None,
    paper: str | None,
    language: str | None,
    today: dt.date | None,
    output: Path,
) -> None:
    """Draw WHAT of the workspace DIR: a journey or an account by its id, a question (paths, funnel, coverage, attribution), or the
    whole (atlas, ecosystem).

    \b
    Examples:
      polku draw hoppebold new-machine -o map.svg
      polku draw hoppebold new-machine --measured --theme dark -o measured.png
      polku draw hoppebold new-machine --role ole --stages use --lanes action,emotion,pains -o for-service.svg
      polku draw hoppebold new-machine-2027 --against new-machine -o what-would-differ.svg
      polku draw hoppebold paths --journey new-machine -o paths.svg
      polku draw hoppebold new-machine -o slides.pptx
      polku draw hoppebold new-machine --paper a4 -o map.pdf
      polku draw hoppebold legetoj-nord --view account --names off -o account.svg
      polku draw hoppebold legetoj-nord --view relations -o relations.svg
      polku draw hoppebold ole --view radar -o ole.svg
      polku draw hoppebold atlas -o atlas.svg
      polku draw hoppebold ecosystem -o ecosystem.svg
    """
    from polku.cli.suggest import nearest
    from polku.errors import DrawingError
    from polku.exports.gather import gather, the_journey
    from polku.words import Message

    if output.suffix.lower() in PAGED and not was_given("theme"):
        theme = "print"
    if output.suffix.lower() not in FORMATS:
        raise DrawingError(
            Message("draw.unknown-format", {"found": output.suffix or str(output), "known": list(FORMATS)})
        )
    wanted = Wanted(language, theme, today, names == "on", float(width) if width else None)
    if what in WHOLE:
        write(draw_whole(what, folder, wanted), output, paper)
        return
    if view in ROLE_VIEWS:
        write(draw_role(folder, what, wanted, journey), output, paper)
        return
    if view in ACCOUNT_VIEWS or (view is None and is_account(folder, what)):
        write(draw_account_view(view or "account", folder, what, wanted), output, paper)
        return
    if what in QUESTIONS and view is not None:
        raise DrawingError(Message("draw.no-view", {"what": what}))
    needs_data = measured or what in QUESTIONS
    chosen = journey if what in QUESTIONS else what
    if needs_data:
        data = gather(folder, journey=chosen, today=today, attributed=what == "attribution")
        workspace, drawn, measures = data.workspace, data.journey, data.measures
        if measures is None:
            raise DrawingError(Message("draw.no-data", {"folder": str(folder)}))
    else:
        from polku.formats.workspace import read_workspace

        workspace = read_workspace(folder)
        drawn, measures = the_journey(workspace, chosen), None
    if drawn is None:
        raise DrawingError(Message("draw.no-journey", {"folder": str(folder)}))
    for role in roles:
        if role not in workspace.roles:
            guess = nearest(role, workspace.roles)
            # The nearest first, where one is near.
            known = sorted(workspace.roles, key=lambda one: one != guess)
            raise DrawingError(Message("draw.unknown-role", {"found": role, "known": known}))
    from polku.scene import theme_named

    spoken = language_of(language, workspace.settings.language)
    scene: Scene
    if what in QUESTIONS:
        from polku.exports.question_drawings import draw_question

        answered = draw_question(
            what, data, language=spoken, theme=theme_named(theme), width=float(width or 1280)
        )
        if answered is None:
            raise DrawingError(Message("draw.no-answer", {"what": what, "folder": str(folder)}))
        scene = answered
    else:
        from polku.cli.draw_cuts import cut_of
        from polku.diagrams.views import view as view_named

        overlay: dict[str, Any] = cut_of(
            view or "matrix",
            drawn,
            workspace.journeys,
            stages=stages,
            lanes=lanes,
            against=against,
            measured=measured,
        )
        if measures is not None:
            from polku.diagrams.measured import measured_journey

            overlay["measured"] = measured_journey(
                drawn, measures.steps, measures.step_paths, measures.fit, measures.coverage
            )
        size = page_size(output, paper)
        if size is not None and (view or "matrix") == "matrix" and not against:
            from polku.diagrams.matrix_pages import matrix_pages

            pages = matrix_pages(
                workspace,
                drawn,
                page_width=size[0],
                page_height=size[1],
                language=spoken,
                theme=theme_named(theme),
                roles=roles or None,
                today=today,
                names=names == "on",
                **overlay,
            )
            write_pages(pages, output, paper)
            return
        scene = view_named(view or "matrix")(
            workspace,
            drawn,
            language=spoken,
            theme=theme_named(theme),
            roles=roles or None,
            today=today,
            names=names == "on",
            width=float(width) if width else None,
            **overlay,
        )
    write(scene, output, paper)


def write(scene: Scene, file: Path, paper: str | None = None) -> None:
    """Write a scene in the form that the file's ending says."""
    from polku.outputs import write_output
    from polku.scene import scene_to_json, write_png, write_svg

    if file.suffix.lower() in PAGED:
        write_pages((scene,), file, paper)
    elif file.suffix.lower() == ".png":
        write_png(scene, file)
    elif file.suffix.lower() == ".json":
        write_output(file, scene_to_json(scene, indent=1) + "\n")
    elif file.suffix.lower() == ".html":
        from polku.exports.drawing_page import drawing_page

        write_output(file, drawing_page(scene))
    else:
        write_svg(scene, file)
