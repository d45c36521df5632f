"""A journey: its stages as a loop, its steps, what carries them, and how one step leads to the next."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from polku.documents.base import (
    Document,
    Duration,
    Id,
    Ids,
    Item,
    OneOrMany,
    People,
    Personal,
    Texts,
    text_as,
)
from polku.documents.settings import EventRule


class Pain(Item):
    """Something that hurts, in the customer's words."""

    id: Id | None = None
    says: str
    """What hurts, in the customer's words."""
    evidence: Ids = ()
    """What shows it; without, it is an assumption."""
    weight: int | None = Field(default=None, ge=0, le=4)
    """How much it hurts, from 0 to 4."""


class Gain(Item):
    """Something that helps, in the customer's words."""

    id: Id | None = None
    says: str
    """What helps, in the customer's words."""
    evidence: Ids = ()
    """What shows it; without, it is an assumption."""
    weight: int | None = Field(default=None, ge=0, le=4)
    """How much it helps, from 0 to 4."""


Pains = Annotated[tuple[Annotated[Pain, text_as("says")], ...], OneOrMany()]
Gains = Annotated[tuple[Annotated[Gain, text_as("says")], ...], OneOrMany()]


class Next(Item):
    """A drawn way to another step."""

    to: Id
    """The step that follows."""
    label: str | None = None
    """Words on the arrow."""
    unsolved: bool = False
    """True where the customer goes on without having been helped."""


class Act(Item):
    """What somebody at the company does so that the step can happen."""

    id: Id | None = None
    does: str
    """What is done."""
    team: Id | None = None
    """Absent: the step's owner."""
    system: Id | None = None
    """System it is done with."""
    then: Id | None = None
    """The act that follows."""


class OwnerChange(Item):
    """The persons between whom a handoff goes."""

    from_: Personal | None = Field(default=None, alias="from")
    to: Personal | None = None


class Handoff(Item):
    """Work that changes hands; stands on the step that receives."""

    from_: Id | None = Field(default=None, alias="from")
    """Team that hands over."""
    passes: Texts = ()
    """What is passed on."""
    within: Duration | None = None
    """How soon the receiving team acts."""
    owner: OwnerChange | None = None
    """Persons between whom the customer changes hands."""


class PartnerPart(Item):
    """What a partner does in a step."""

    id: Id
    """The partner."""
    does: str | None = None


class Step(Item):
    """What one role does, thinks and feels at one point of a journey."""

    id: Id
    stage: Id | None = None
    """Stage it belongs to."""
    role: Id | None = None
    """Whose step it is."""
    does: str | None = None
    """What the role does, seen from outside in."""
    thinks: str | None = None
    """What the role thinks."""
    expects: str | None = None
    """What the role expects to happen."""
    feels: int | None = Field(default=None, ge=-2, le=2)
    """How it feels, from -2 (awful) to 2 (great)."""
    touchpoint: Id | None = None
    """Absent when nobody from the company is involved."""
    with_: Ids = Field(default=(), alias="with")
    """Other roles of the buying centre that take part."""
    moment_of_truth: bool = False
    """True where the relation is won or lost."""
    pains: Pains = ()
    """What hurts here."""
    gains: Gains = ()
    """What helps here."""
    evidence: Ids = ()
    """What the step stands on."""
    content: Id | None = None
    """What is read, watched or tried here."""
    front: Annotated[tuple[Annotated[Act, text_as("does")], ...], OneOrMany()] = ()
    """What the company does in sight of the customer."""
    back: Annotated[tuple[Annotated[Act, text_as("does")], ...], OneOrMany()] = ()
    """What it does out of sight."""
    owner: Id | None = None
    """Team that answers for the step; else its direct touchpoint's team, else the owner of the step before."""
    receives: Handoff | None = None
    """The handoff by which the work came here."""
    partner: Annotated[PartnerPart, text_as("id")] | None = None
    """Partner that does a part of the step."""
    waits: Duration | None = None
    """How long it lasts until the next step."""
    takes: Duration | None = None
    """How long the work itself takes."""
    events: tuple[Annotated[EventRule, text_as("activity")], ...] = ()
    """Events that are this step, beyond those of its touchpoint."""
    next: Annotated[tuple[Annotated[Next, text_as("to")], ...], OneOrMany()] | None = None
    """Absent: the next step in the file; empty: the way ends here."""
    note: str | None = None
    """Anything else; whatever an import could not place."""

    @property
    def label(self) -> str:
        """What the step is called: what the role does, else its id."""
        return self.does or self.id


class Question(Item):
    """A question of a stage's bank, and its answer when there is one."""

    ask: str
    """The question."""
    answer: str | None = None
    """What is known; without, the question is open."""
    evidence: Ids = ()


class Stage(Item):
    """A part of the journey."""

    id: Id
    name: str | None = None
    when: Literal["before", "during", "after"] | None = None
    """Before, during or after the purchase."""
    tactic: Literal["attract", "convert", "close", "delight"] | None = None
    """The seller's shadow of the stage."""
    questions: tuple[Annotated[Question, text_as("ask")], ...] = ()
    """What to find out about the customer in this stage."""
    loops_to: Id | None = None
    """Stage at which the journey begins again."""

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class RoundEnd(Item):
    """What ends a round, and how the round counts then."""

    touchpoint: Id | None = None
    """Meeting it ends the round."""
    activity: str | None = None
    """With `*` and `?` as wildcards, case does not matter."""
    as_: Literal["done", "lost"] = Field(default="done", alias="as")
    """How the round counts then."""


class Rounds(Item):
    """What one walk of this journey by one account is."""

    of: Literal["account"] = "account"
    """Who walks the journey."""
    starts: Ids = ()
    """Touchpoints; the first event of one of them opens a round."""
    ends: tuple[Annotated[RoundEnd, text_as("touchpoint")], ...] = ()
    """What closes a round."""
    quiet: Duration | None = None
    """Nothing for so long closes the round as faded."""


RuleKind = Literal[
    "init", "existence", "absence", "response", "precedence", "chain", "not-coexistence", "met"
]


class Rule(Item):
    """What customers are to do, or not, on this journey; held against data by `polku measure fit`."""

    id: Id
    name: str | None = None
    """The rule in words."""
    rule: RuleKind
    """init: begins with `of`; existence, absence: `of` at least, at most so many `times`; response: after each `of`
    comes `then`; chain: directly; precedence: `of` only after `after`; not-coexistence: never both `of` and
    `without`; met: somebody of `role` is met before `of`."""
    of: Id | None = None
    """Step, touchpoint or stage that the rule is about."""
    then: Id | None = None
    """What follows."""
    after: Id | None = None
    """What came before."""
    without: Id | None = None
    """What must not be there as well."""
    role: Id | None = None
    """Who was met."""
    times: int | None = Field(default=None, ge=0)
    """Existence: at least (1 where left out); absence: at most (0 where left out)."""
    within: Duration | None = None
    """No later than so long after (or before) it; existence: after the case began."""

    @property
    def label(self) -> str:
        """What people call it: its words, else its id."""
        return self.name or self.id


class Journey(Document):
    """A described journey."""

    state: Literal["as-is", "to-be"] = "as-is"
    """As it is today, or as it is to be."""
    improves: Id | None = None
    """For a journey to be: the one it improves."""
    account: Id | None = None
    """For a journey of one account: which."""
    extends: Id | None = None
    """The journey that this one is a special case of."""
    segment: Id | None = None
    """Kind of customer companies that walk it."""
    roles: Ids = ()
    """Roles that take part."""
    mapped_by: Ids = ()
    """Teams that drew it up; more than one."""
    mapped_with: People = ()
    """Customers who took part in drawing it up."""
    owner: Id | None = None
    """Team that keeps it true."""
    review: Duration | None = None
    """How often it is looked at again, counted from `validated`."""
    rounds: Rounds | None = None
    """What one walk of this journey by one account is."""
    validated: date | None = None
    """The day on which it was last compared with what customers do."""
    applies: Ids = ()
    """Improvements that this map already shows."""
    stages: tuple[Stage, ...] = ()
    """Any stage model, in order."""
    steps: tuple[Step, ...] = ()
    """What happens, in drawn order."""
    rules: tuple[Rule, ...] = ()
    """What customers are to do, or not; held against data."""

    def step(self, id: str) -> Step | None:
        """The step with this id."""
        return next((step for step in self.steps if step.id == id), None)

    def stage(self, id: str | None) -> Stage | None:
        """The stage with this id."""
        return next((stage for stage in self.stages if stage.id == id), None)
