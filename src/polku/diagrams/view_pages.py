"""Any view on slides and sheets: on one where its words stay large enough, else stage by stage on several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from polku.diagrams.compare.compare import compare
from polku.diagrams.keyed_pages import keyed_pages
from polku.diagrams.matrix.pages import matrix_pages
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.cuts import StagePart
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.page_parts import parts_of, retitled, short_head
from polku.diagrams.views import view
from polku.documents import Journey, Workspace
from polku.scene import Group, Mark, Rect, Scene, Text
from polku.scene.pptx_places import bounds
from polku.words import reader

Draw = Callable[[float, Sequence[str] | None], Scene]
"""Draws a view at a width in px, of some stages or of all."""

BELOW = 18.0
"""Between the drawing and its legend."""

STEP = 44.0
"""By so much a narrower page is tried."""

TRIES = 4

HOPELESS = 1.6
"""So many times higher than a page, a drawing will not fit at another width either."""


def view_pages(
    draw: Draw,
    stages: Sequence[StagePart],
    *,
    page_width: float,
    page_height: float,
    cuttable: bool,
    slack: float = 1.0,
) -> tuple[Scene, ...]:
    """A view as pages on which words of 12 px are as large as asked; smaller only where one stage alone is larger.

    Args:
        stages: of the journey in their order.
        page_width, page_height: of a page in px.
        cuttable: whether the view can show some of the stages only.
        slack: a page may be so many times larger, before it is broken.
    """
    draw = _drawn_once(draw)
    whole = draw(page_width, None)
    sizes = [(page_width * more, page_height * more) for more in sorted({1.0, (1 + slack) / 2, slack})]
    small = not cuttable or size_of(whole, whole.title, tail=False)[1] < HOPELESS * sizes[-1][1]
    for room in sizes if small else ():
        one = _best(draw, None, whole.title, room)
        if fits(one, room):
            return (one,)
    largest = sizes[-1]
    bare = recomposed(whole, whole.title, tail=False)
    for room in sizes if small else ():
        bare = _best(draw, None, whole.title, room, tail=False)
        if fits(bare, room):
            break
    if fits(bare, largest) or not cuttable or not any(stage.ordered for stage in stages):
        return _numbered([bare, *_explained(draw(page_width, None), whole.title)], whole)
    pages, explained = [], True
    for some in _groups(draw, stages, whole.title, sizes[len(sizes) // 2], largest):
        for room in sizes:
            page = _best(draw, some, whole.title, room)
            if fits(page, room):
                break
        else:
            explained = False
            for room in sizes:
                page = _best(draw, some, whole.title, room, tail=False)
                if fits(page, room):
                    break
        pages.append(page)
    if not explained:
        pages += _explained(draw(page_width, None), whole.title)
    return _numbered(pages, whole)


def _drawn_once(draw: Draw) -> Draw:
    """The same, without drawing again what was drawn: pages are tried in several sizes, with a legend and without."""
    kept: dict[tuple[float, tuple[tuple[str, ...], ...] | None], Scene] = {}

    def once(width: float, some: Sequence[str] | None) -> Scene:
        parts = None if some is None else tuple((one, *getattr(one, "ordered", ())) for one in some)
        if (width, parts) not in kept:
            kept[width, parts] = draw(width, some)
        return kept[width, parts]

    return once


def _groups(
    draw: Draw,
    stages: Sequence[StagePart],
    title: str,
    room: tuple[float, float],
    largest: tuple[float, float],
) -> list[list[StagePart]]:
    """Stages together as long as a page holds them; one that is too large alone in parts."""

    def high(some: Sequence[StagePart], where: tuple[float, float]) -> bool:
        return _holds(where, size_of(draw(where[0], some), title, tail=False))

    groups: list[list[StagePart]] = []
    waiting = list(reversed(stages))
    while waiting:
        stage = waiting.pop()
        more = [*groups[-1], stage] if groups else []
        # What is too high alone is too high beside another, too: then the larger page is taken.
        if more and (high(more, room) or (not high([stage], room) and high(more, largest))):
            groups[-1].append(stage)
        elif len(stage.ordered) > 1 and not high([stage], largest):
            half = (len(stage.ordered) + 1) // 2
            waiting += [StagePart(stage, stage.ordered[half:]), StagePart(stage, stage.ordered[:half])]
        else:
            groups.append([stage])
    return groups


def _best(
    draw: Draw, stages: Sequence[str] | None, title: str, room: tuple[float, float], *, tail: bool = True
) -> Scene:
    """The drawing at the width that suits the page best, under a short head."""
    tried = []
    for number in range(TRIES):
        drawn = draw(room[0] - STEP * number, stages)
        width, height = size_of(drawn, title, tail=tail)
        tried.append((max(width / room[0], height / room[1]), drawn))
        if _holds(room, (width, height)):
            return recomposed(drawn, title, tail=tail)
    return recomposed(min(tried, key=lambda one: one[0])[1], title, tail=tail)


def fits(page: Scene, room: tuple[float, float]) -> bool:
    """Whether a page is no larger than that."""
    return _holds(room, (page.width, page.height))


def _holds(room: tuple[float, float], size: tuple[float, float]) -> bool:
    return size[0] <= room[0] + 0.5 and size[1] <= room[1] + 0.5


CUT = ("matrix", "blueprint", "timeline", "path", "pillars")
"""Views that can show some of the stages."""

KEYED = ("network", "circles")
"""Views whose words cannot come nearer together: where they are too small, numbers stand for them."""

SLIDE_SLACK = 1.11
"""How much larger than asked a slide may be: words of 10 points then become 9."""

PAPER_SLACK = 1.15
"""The same of a sheet of paper: words of 9 points then become 7.8, and no legend needs a sheet of its own for a line."""

CLOSER: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "wheel": ({}, *({"radius": radius} for radius in (300.0, 270.0, 250.0, 235.0, 226.0))),
    "ladder": ({}, {"gap": 84.0}, {"gap": 76.0}, {"gap": 68.0}),
}
"""Keywords with which a view takes less room, tried until a page holds it."""


def pages_of_view(
    name: str,
    workspace: Workspace,
    journey: Journey,
    *,
    page_width: float,
    page_height: float,
    slack: float = 1.0,
    **keywords: Any,
) -> tuple[Scene, ...]:
    """A view of a journey by its name as pages; keywords as `draw_matrix` takes them.

    Stages that are asked for are the only ones; a matrix is broken lane by lane, other views stage by stage.
    """
    if name == "matrix" and "against" not in keywords:
        sizes = [(page_width * more, page_height * more) for more in sorted({1.0, slack})]
        found = (
            matrix_pages(workspace, journey, page_width=wide, page_height=high, **keywords)
            for wide, high in sizes
        )
        return min(found, key=len)
    make = view(name)
    wanted = keywords.pop("stages", None)
    against = keywords.get("against")
    laid = compare(against, journey).merged if against else journey
    stages = [
        StagePart(stage.id, [step.id for step in laid.steps if step.stage == stage.id])
        for stage in laid.stages
        if wanted is None or stage.id in wanted
    ]

    def drawn(more_of: Mapping[str, float]) -> Draw:
        def draw(width: float, some: Sequence[str] | None) -> Scene:
            more: dict[str, Any] = dict(more_of)
            if some is not None or wanted is not None:
                more["stages"] = some if some is not None else stages
            return make(workspace, journey, width=width, **keywords, **more)

        return draw

    tried = []
    for closer in CLOSER.get(name, ({},)):
        pages = view_pages(
            drawn(closer),
            stages,
            page_width=page_width,
            page_height=page_height,
            cuttable=name in CUT,
            slack=slack,
        )
        if all(fits(page, (page_width * slack, page_height * slack)) for page in pages):
            return pages
        tried.append(pages)
    if name in KEYED:
        whole = drawn({})(page_width, None)
        return _numbered(keyed_pages(whole, whole.title, (page_width, page_height), slack=slack), whole)
    return tried[-1]


def size_of(scene: Scene, title: str, *, tail: bool = True) -> tuple[float, float]:
    """Width and height that a drawing has when it is recomposed, without composing it."""
    parts = parts_of(scene)
    _, top, right, bottom = parts.box
    width = max(scene.width, right + MARGIN)
    _, y = short_head(parts.head, title, width, scene.language)
    y += bottom - top
    for part in parts.tail if tail else ():
        box = bounds((part,))
        if box is not None:
            y += BELOW + box[3] - box[1]
    return width, y + 12


def recomposed(scene: Scene, title: str, *, tail: bool = True) -> Scene:
    """The drawing under a short head, its legend close beneath, on a page no larger than that."""
    parts = parts_of(scene)
    _, top, right, bottom = parts.box
    # What the head and the legend need is the page's width; a drawing may be narrower.
    width = max(scene.width, right + MARGIN)
    head, y = short_head(parts.head, title, width, scene.language)
    marks: list[Mark] = [head, *moved_all(parts.body, 0.0, y - top)]
    y += bottom - top
    for part in parts.tail if tail else ():
        box = bounds((part,))
        if box is not None:
            y += BELOW
            marks += moved_all((part,), 0.0, y - box[1])
            y += box[3] - box[1]
    return _page(scene, title, width, y + 12, marks)


def _explained(scene: Scene, title: str) -> list[Scene]:
    """Readings, key and legend of a drawing on a page of their own; none where it has none."""
    parts = parts_of(scene)
    if not parts.tail:
        return []
    head, y = short_head(parts.head, title, scene.width, scene.language)
    marks: list[Mark] = [head]
    for part in parts.tail:
        box = bounds((part,))
        if box is not None:
            marks += moved_all((part,), 0.0, y - box[1])
            y += box[3] - box[1] + 28
    page = _page(scene, title, scene.width, max(y, scene.width * 0.5), marks)
    return [replace(page, table=None)]


def _page(scene: Scene, title: str, width: float, height: float, marks: Sequence[Mark]) -> Scene:
    marks = [_legible(mark) for mark in marks]
    return replace(
        scene,
        width=width,
        height=height,
        title=title,
        marks=(Rect(0, 0, width, height, "paper"), *marks),
    )


def _legible(mark: Mark) -> Mark:
    """Words of less than 12 px as large as that: a page has none that are smaller."""
    if isinstance(mark, Group):
        return replace(mark, children=tuple(_legible(child) for child in mark.children))
    return replace(mark, size=12.0) if isinstance(mark, Text) and mark.size < 12 else mark


def _numbered(pages: Sequence[Scene], whole: Scene) -> tuple[Scene, ...]:
    """Each page with its number in its title, where there are several."""
    if len(pages) < 2:
        return tuple(pages)
    say = reader(whole.language)
    return tuple(
        retitled(page, say("deck.title-page", title=whole.title, page=number, pages=len(pages)))
        for number, page in enumerate(pages, 1)
    )
