"""A journey: its stages as a loop, its steps, what carries them, and how one step leads to the next."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from polku.documents.base import Document, Duration, Id, Ids, Item, OneOrMany, Texts, text_as
from polku.documents.settings import EventRule


class Pain(Item):
    """Something that hurts, in the customer's words."""

    id: Id | None = None
    says: str
    evidence: Ids = ()
    weight: int | None = Field(default=None, ge=0, le=4)


class Gain(Item):
    """Something that helps, in the customer's words."""

    id: Id | None = None
    says: str
    evidence: Ids = ()
    weight: int | None = Field(default=None, ge=0, le=4)


Pains = Annotated[tuple[Annotated[Pain, text_as("says")], ...], OneOrMany()]
Gains = Annotated[tuple[Annotated[Gain, text_as("says")], ...], OneOrMany()]


class Next(Item):
    """A drawn way to another step."""

    to: Id
    label: str | None = None
    unsolved: bool = False


class Act(Item):
    """What somebody at the company does so that the step can happen."""

    id: Id | None = None
    does: str
    team: Id | None = None
    """Absent: the step's owner."""
    system: Id | None = None
    then: Id | None = None
    """The act that follows."""


class OwnerChange(Item):
    """The persons between whom a handoff goes."""

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None


class Handoff(Item):
    """Work that changes hands; stands on the step that receives."""

    from_: Id | None = Field(default=None, alias="from")
    passes: Texts = ()
    within: Duration | None = None
    owner: OwnerChange | None = None


class PartnerPart(Item):
    """What a partner does in a step."""

    id: Id
    does: str | None = None


class Step(Item):
    """What one role does, thinks and feels at one point of a journey."""

    id: Id
    stage: Id | None = None
    role: Id | None = None
    does: str | None = None
    thinks: str | None = None
    expects: str | None = None
    feels: int | None = Field(default=None, ge=-2, le=2)
    touchpoint: Id | None = None
    """Absent when nobody from the company is involved."""
    with_: Ids = Field(default=(), alias="with")
    """Other roles of the buying centre that take part."""
    moment_of_truth: bool = False
    pains: Pains = ()
    gains: Gains = ()
    evidence: Ids = ()
    content: Id | None = None
    front: Annotated[tuple[Annotated[Act, text_as("does")], ...], OneOrMany()] = ()
    back: Annotated[tuple[Annotated[Act, text_as("does")], ...], OneOrMany()] = ()
    owner: Id | None = None
    receives: Handoff | None = None
    partner: Annotated[PartnerPart, text_as("id")] | None = None
    waits: Duration | None = None
    """How long it lasts until the next step."""
    takes: Duration | None = None
    """How long the work itself takes."""
    events: tuple[Annotated[EventRule, text_as("activity")], ...] = ()
    """Events that are this step, beyond those of its touchpoint."""
    next: Annotated[tuple[Annotated[Next, text_as("to")], ...], OneOrMany()] | None = None
    """Absent: the next step in the file; empty: the way ends here."""
    note: str | None = None

    @property
    def label(self) -> str:
        """What the step is called: what the role does, else its id."""
        return self.does or self.id


class Question(Item):
    """A question of a stage's bank, and its answer when there is one."""

    ask: str
    answer: str | None = None
    evidence: Ids = ()


class Stage(Item):
    """A part of the journey."""

    id: Id
    name: str | None = None
    when: Literal["before", "during", "after"] | None = None
    """Before, during or after the purchase."""
    tactic: Literal["attract", "convert", "close", "delight"] | None = None
    questions: tuple[Annotated[Question, text_as("ask")], ...] = ()
    loops_to: Id | None = None

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class RoundEnd(Item):
    """What ends a round, and how the round counts then."""

    touchpoint: Id | None = None
    activity: str | None = None
    """With `*` and `?` as wildcards, case does not matter."""
    as_: Literal["done", "lost"] = Field(default="done", alias="as")


class Rounds(Item):
    """What one walk of this journey by one account is."""

    of: Literal["account"] = "account"
    starts: Ids = ()
    """Touchpoints; the first event of one of them opens a round."""
    ends: tuple[Annotated[RoundEnd, text_as("touchpoint")], ...] = ()
    quiet: Duration | None = None
    """Nothing for so long closes the round as faded."""


class Journey(Document):
    """A described journey."""

    state: Literal["as-is", "to-be"] = "as-is"
    improves: Id | None = None
    account: Id | None = None
    extends: Id | None = None
    segment: Id | None = None
    roles: Ids = ()
    mapped_by: Ids = ()
    mapped_with: Texts = ()
    owner: Id | None = None
    review: Duration | None = None
    """How often it is looked at again, counted from `validated`."""
    rounds: Rounds | None = None
    validated: date | None = None
    applies: Ids = ()
    """Improvements that this map already shows."""
    stages: tuple[Stage, ...] = ()
    steps: tuple[Step, ...] = ()

    def step(self, id: str) -> Step | None:
        """The step with this id."""
        return next((step for step in self.steps if step.id == id), None)

    def stage(self, id: str | None) -> Stage | None:
        """The stage with this id."""
        return next((stage for stage in self.stages if stage.id == id), None)
