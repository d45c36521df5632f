"""What each role feels in each stage, or how long it takes: the numbers that the relief raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.documents import Stage

HIGHEST = 2.0
"""Height of the tallest tower in units: as feelings reach to +2, the longest time is drawn as 2."""


@dataclass(frozen=True)
class Cell:
    """All steps of one role in one stage.

    Args:
        column, row: its place; rows count from the front.
        feelings: of the steps that somebody was asked about.
        times: seconds of each step; None where it has none.
    """

    column: int
    row: int
    stage: Stage | None
    role: str | None
    steps: tuple[StepFacts, ...]
    feelings: tuple[int, ...]
    times: tuple[float | None, ...]

    @property
    def seconds(self) -> float | None:
        """Their time summed; None where none has any."""
        known = [time for time in self.times if time is not None]
        return sum(known) if known else None

    @property
    def mean(self) -> float | None:
        """The mean of what is felt; None where nobody was asked."""
        return sum(self.feelings) / len(self.feelings) if self.feelings else None

    @property
    def evidenced(self) -> int:
        """How many of its steps stand on evidence."""
        return sum(bool(one.evidence) for one in self.steps)


@dataclass(frozen=True)
class Field:
    """Stages × roles; roles from the front to the back.

    Args:
        effort: whether height is time instead of feeling; measured: whether that was measured.
    """

    stages: tuple[Stage | None, ...]
    roles: tuple[str | None, ...]
    cells: Mapping[tuple[int, int], Cell]
    effort: bool = False
    measured: bool = False

    @cached_property
    def longest(self) -> float:
        """The longest time of a cell, in seconds."""
        return max((cell.seconds or 0.0 for cell in self.cells.values()), default=0.0)

    def height(self, cell: Cell) -> float | None:
        """How high a cell stands, in units of feeling; None where there is nothing to show."""
        if not self.effort:
            return cell.mean
        if cell.seconds is None or not self.longest:
            return None
        return HIGHEST * cell.seconds / self.longest

    @property
    def filled(self) -> tuple[Cell, ...]:
        """Cells that hold steps, stage by stage, from the back to the front."""
        return tuple(
            cell
            for _, cell in sorted(self.cells.items(), key=lambda item: (item[0][0], -item[0][1]))
            if cell.steps
        )

    @property
    def unknown(self) -> tuple[Cell, ...]:
        """Cells with steps that nobody was asked about (or no time was given for)."""
        return tuple(cell for cell in self.filled if self.height(cell) is None)

    def lowest(self) -> Cell | None:
        """The deepest cell; of equals the one with most steps, then the first."""
        known = [cell for cell in self.filled if cell.mean is not None]
        return min(known, key=lambda cell: (cell.mean, -len(cell.steps), cell.column, cell.row), default=None)

    def highest(self) -> Cell | None:
        """The highest cell; of equals the one with most steps, then the first."""
        known = [cell for cell in self.filled if self.height(cell) is not None]
        return min(
            known,
            key=lambda cell: (-(self.height(cell) or 0.0), -len(cell.steps), cell.column, cell.row),
            default=None,
        )


def relief_field(
    facts: JourneyFacts,
    *,
    effort: bool = False,
    measured: MeasuredJourney | None = None,
    by_height: bool = True,
) -> Field:
    """The cells of a journey.

    Args:
        measured: whose medians are the time.
        by_height: roles with the tallest towers stand at the back, where they hide nothing; else the
            first role of the workspace does.
    """
    stages = tuple(stage for stage, _ in facts.stages) or (None,)
    roles: list[str | None] = list(facts.roles)
    if not roles or any(one.role is None for one in facts.steps):
        roles.append(None)
    found: dict[tuple[int, str | None], list[StepFacts]] = {}
    for column, (_, steps) in enumerate(facts.stages):
        for one in steps:
            found.setdefault((column, one.role), []).append(one)

    def cell(column: int, row: int, role: str | None) -> Cell:
        steps = tuple(found.get((column, role), ()))
        felt = tuple(one.step.feels for one in steps if one.step.feels is not None)
        return Cell(column, row, stages[column], role, steps, felt, _times(steps, measured))

    def order(role: str | None) -> tuple[float, float]:
        row = [cell(column, 0, role) for column in range(len(stages))]
        values = [(one.seconds if effort else one.mean) or 0.0 for one in row]
        return max(values), sum(max(value, 0.0) for value in values)

    # Sorting keeps the workspace's order among equals.
    ordered = sorted(roles, key=order) if by_height else roles[::-1]
    cells = {
        (column, row): cell(column, row, role)
        for row, role in enumerate(ordered)
        for column in range(len(stages))
    }
    return Field(stages, tuple(ordered), cells, effort, measured is not None)


def _times(steps: Sequence[StepFacts], measured: MeasuredJourney | None) -> tuple[float | None, ...]:
    """Work and waiting as the map says, or medians as they were measured; never a mix of both."""
    if measured is not None:
        return tuple(measured.step(one.step.id).median_wait_seconds for one in steps)
    spans = [[span for span in (one.step.takes, one.step.waits) if span is not None] for one in steps]
    return tuple(sum(span.total_seconds() for span in known) if known else None for known in spans)
