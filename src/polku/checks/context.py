"""What every check is given: the workspace, the day, the measures if there are any, and what follows from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from polku.documents import Document, Evidence, Journey, Limits, Pain, Settings, Step, Workspace

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures


@dataclass(frozen=True)
class Context:
    """What every check reads.

    Args:
        today: the day for which the workspace is checked.
        measures: one journey as the data shows it; None where no data is loaded.
    """

    workspace: Workspace
    today: dt.date
    measures: JourneyMeasures | None = field(default=None, compare=False)

    @cached_property
    def documents(self) -> Mapping[str, Settings | Document]:
        """All documents by name."""
        return dict(self.workspace.documents())

    @property
    def limits(self) -> Limits:
        """The thresholds of the workspace."""
        return self.workspace.settings.limits

    def journeys(self, *, whole: bool = False, as_is: bool = False) -> Iterator[tuple[str, Journey]]:
        """Journeys with the names of their documents.

        Args:
            whole: only those that do not merely add to another one.
            as_is: only those that show how it is today, not how it should be.
        """
        for id, journey in self.workspace.journeys.items():
            if whole and journey.extends is not None:
                continue
            if as_is and journey.state != "as-is":
                continue
            yield f"journeys/{id}", journey

    def all_read(self, *kinds: str) -> bool:
        """Whether every document of some kinds could be read.

        What an unread one holds is not known, so nothing is said to be missing that might stand there.
        """
        return not any(document.partition("/")[0] in kinds for document in self._unread)

    @cached_property
    def _unread(self) -> Collection[str]:
        return unread(self.workspace)

    @cached_property
    def heard(self) -> Mapping[str, Evidence]:
        """Evidence that exists; what is only planned proves nothing."""
        return {id: one for id, one in self.workspace.evidence.items() if one.status == "done"}

    @cached_property
    def _about_steps(self) -> Mapping[str, tuple[Evidence, ...]]:
        """Step → evidence that names it."""
        found: dict[str, list[Evidence]] = {}
        for one in self.heard.values():
            for step in dict.fromkeys(one.about.steps):
                found.setdefault(step, []).append(one)
        return {step: tuple(pieces) for step, pieces in found.items()}

    def evidence(self, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """The pieces of evidence with these ids that exist."""
        return tuple(self.heard[id] for id in dict.fromkeys(ids) if id in self.heard)

    def of_step(self, journey: Journey, step: Step) -> tuple[Evidence, ...]:
        """Evidence that a step names, and evidence that names the step."""
        about = tuple(
            one.id
            for one in self._about_steps.get(step.id, ())
            if not one.about.journeys or journey.id in one.about.journeys
        )
        return self.evidence(step.evidence + about)

    def of_pain(self, journey: Journey, step: Step, pain: Pain) -> tuple[Evidence, ...]:
        """Evidence of a pain: its own and that of its step."""
        return tuple(
            {one.id: one for one in (*self.evidence(pain.evidence), *self.of_step(journey, step))}.values()
        )

    def all_of_step(self, journey: Journey, step: Step) -> tuple[Evidence, ...]:
        """Evidence of a step, its pains and its gains."""
        parts = [id for pain in step.pains for id in pain.evidence]
        parts += [id for gain in step.gains for id in gain.evidence]
        return tuple(
            {one.id: one for one in (*self.of_step(journey, step), *self.evidence(tuple(parts)))}.values()
        )

    def of_journey(self, journey: Journey) -> tuple[Evidence, ...]:
        """All evidence that a journey stands on."""
        found = {one.id: one for step in journey.steps for one in self.all_of_step(journey, step)}
        asked = [id for stage in journey.stages for question in stage.questions for id in question.evidence]
        found |= {one.id: one for one in self.evidence(tuple(asked))}
        found |= {id: one for id, one in self.heard.items() if journey.id in one.about.journeys}
        return tuple(found.values())

    def walked_by(self, journey: Journey) -> tuple[str, ...]:
        """Roles that have a step in a journey, in drawn order."""
        return tuple(dict.fromkeys(step.role for step in journey.steps if step.role))


def member(items: tuple[Any, ...], number: int) -> str:
    """The name of a list's member in a path: its id, else its number from 1."""
    id = getattr(items[number], "id", None)
    return id if isinstance(id, str) else str(number + 1)


def unread(workspace: Workspace) -> Collection[str]:
    """Names of documents that stand in a file and could not be read at all."""
    read = {name for name, _ in workspace.documents()}
    broken = {problem.document for problem in workspace.problems if problem.document not in read}
    if any(problem.document == "polku" and problem.code == "PK008" for problem in workspace.problems):
        broken.add("polku")
    return broken
