"""Drawings on slides and paper: the pages of `polku draw -o FILE.pptx` and `-o FILE.pdf`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polku.words import reader

if TYPE_CHECKING:
    from polku.scene import Scene

PAGED = (".pdf", ".pptx")
PAPERS = {"a4": (297.0, 210.0), "a3": (420.0, 297.0)}
"""Width and height in mm of a page that lies across."""


def was_given(name: str) -> bool:
    """Whether an option was given, or has its default."""
    from click.core import ParameterSource

    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def page_size(file: Path, paper: str | None) -> tuple[float, float] | None:
    """Width and height in px of the pages that a view is laid on; None where it stays whole."""
    suffix = file.suffix.lower()
    if suffix == ".pptx":
        from polku.scene.pptx import LAYOUT

        return LAYOUT
    if suffix == ".pdf" and paper:
        from polku.diagrams.matrix.pages import sheet

        return sheet(*PAPERS[paper])
    return None


def slack_of(page: tuple[float, float]) -> float:
    """How much larger than asked a page may be before a drawing is broken."""
    from polku.diagrams.view_pages import PAPER_SLACK, SLIDE_SLACK
    from polku.scene.pptx import LAYOUT

    return SLIDE_SLACK if page == LAYOUT else PAPER_SLACK


def say_coarse(scale: float, language: str) -> None:
    """Say that a picture was too large for twice as many pixels, where it was."""
    from polku.scene.png import SHARP

    if scale < 0.75 * SHARP:
        click.echo(reader(language)("draw.coarse", scale=scale, usual=SHARP), err=True)


def write_pages(scenes: Sequence[Scene], file: Path, paper: str | None = None) -> None:
    """Write scenes as slides or as pages, as the file's ending says; say so where words became small."""
    if file.suffix.lower() == ".pdf":
        from polku.scene.pdf import write_pdf

        write_pdf(scenes, file, paper=PAPERS[paper] if paper else None)
        return
    from polku.diagrams.view_pages import SLIDE_SLACK
    from polku.scene.pptx import LEAST_POINTS, least_points, write_pptx

    write_pptx(scenes, file)
    smallest = min((least_points(scene) for scene in scenes), default=LEAST_POINTS)
    if smallest < LEAST_POINTS / SLIDE_SLACK - 0.05:
        said = reader(scenes[0].language)("deck.small-words", points=round(smallest, 1))
        click.echo(said, err=True)
