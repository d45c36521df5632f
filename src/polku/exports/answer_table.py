"""The answer to any question as rows of words in the reader's language, each cell with its number beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result
from polku.documents import PARTS
from polku.exports.answer_cells import OWN_CELLS
from polku.frozen import dataclass
from polku.words import Reader, has

if TYPE_CHECKING:
    from polku.documents import Journey, Workspace

SHARES = frozenset(
    [
        "share",
        "share_out",
        "goes_on",
        "completeness",
        "engaged",
        "in_crm_share",
        "seen_share",
        "from_previous",
        "overall",
        "retained",
        "low",
        "high",
        "win_rate",
        "well",
        "well_others",
        "loss",
        "contribution",
    ]
)
"""Columns of shares (0 … 1)."""
ROUNDED = frozenset(
    ["value", "cost", "cost_per_lead", "cost_per_deal", "days_in_stage", "median_days_others", "median_days"]
)
OF_ONE = frozenset(("deals", "won", "conversions", "mean"))
"""Columns of numbers that are shown with one decimal: parts of deals, means."""
WORDS = frozenset(
    [
        "from",
        "to",
        "step",
        "touchpoint",
        "stage",
        "channel",
        "campaign",
        "where",
        "node",
        "account_id",
        "account",
        "kind",
        "part",
        "path",
        "outcomes",
        "segment",
        "outcome",
        "lost_to",
        "currency",
        "before",
        "by",
        "model",
        "period_label",
        "last_event",
        "first",
        "last",
        "observable",
        "few",
        "basis",
        "what",
        "compared",
        "measure",
        "grade",
        "reasons",
        "improvements",
        "person_id",
        "name",
        "case",
    ]
)
ALL_WHEN_NONE = frozenset(
    (("retention", "segment"), ("voice", "touchpoint"), ("voice", "stage"), ("voice", "part"))
)
UNKNOWN_WHEN_NONE = frozenset(("where", "part", "kind", "segment", "outcome", "lost_to"))


@dataclass(frozen=True)
class Cell:
    """What stands in a place of the table.

    Args:
        number: of what is one; None otherwise.
        share: of the largest of its column, where the column is drawn as bars.
    """

    words: str
    number: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class AnswerTable:
    """A table of words.

    Args:
        columns: keys; heads: their names; numeric: whether a column holds numbers.
        rows: as many as were asked for; more: how many others there are.
        keys: of each row, its values by key as the library gave them.
    """

    columns: tuple[str, ...]
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[Mapping[str, Any], ...]
    more: int = 0


def namer(workspace: Workspace, journey: Journey | None) -> Callable[[str], str]:
    """What people call a step, stage, touchpoint, channel, account or segment; other words stay as they are."""
    names: dict[str, str] = {one.id: one.name or one.id for one in workspace.settings.segments}
    names |= {account.id: account.label for account in workspace.accounts.values()}
    names |= {channel.id: channel.name or channel.id for channel in workspace.channels.values()}
    names |= {touchpoint.id: touchpoint.label for touchpoint in workspace.touchpoints.values()}
    names |= {role.id: role.label for role in workspace.roles.values()}
    if journey is not None:
        names |= {stage.id: stage.label for stage in journey.stages}
        names |= {step.id: step.label for step in journey.steps}
    return lambda id: names.get(id, id)


def answer_table(
    result: Result,
    say: Reader,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    columns: Sequence[str] = (),
    bar: str | None = None,
    most: int | None = 200,
    name: Callable[[str], str] | None = None,
) -> AnswerTable:
    """An answer as words.

    Args:
        columns: keys that are shown; none: all of the answer, in its order.
        bar: the column whose numbers are drawn as bars too.
        most: rows shown; None shows all.
        name: what ids are called; none: as `namer` says.
    """
    rows = result.rows()
    shown = rows if most is None else rows[:most]
    known = result.keys()
    keys = tuple(key for key in columns if key in known) or known
    name = name or namer(workspace, journey)
    question = result.about.question
    tops = {key: max((float(row[key]) for row in rows if _is_number(row[key])), default=0.0) for key in keys}
    body = []
    for row in shown:
        cells = []
        for key in keys:
            value = row[key]
            number = float(value) if _is_number(value) else None
            share = (
                max(number, 0.0) / tops[key] if key == bar and number is not None and tops[key] > 0 else None
            )
            cells.append(Cell(cell_words(question, key, row, name, say), number, share))
        body.append(tuple(cells))
    return AnswerTable(
        columns=keys,
        heads=tuple(head(key, say) for key in keys),
        numeric=tuple(key not in WORDS for key in keys),
        rows=tuple(body),
        keys=tuple(shown),
        more=len(rows) - len(shown),
    )


def head(key: str, say: Reader) -> str:
    """What a column is called."""
    id = f"measure.col-{key}"
    return say(id) if has(id, "en") else key.replace("_", " ")


def cell_words(
    question: str, key: str, row: Mapping[str, Any], name: Callable[[str], str], say: Reader
) -> str:
    """A value of an answer in words."""
    value = row[key]
    own = OWN_CELLS.get(question)
    if own is not None and (told := own(key, row, name, say)) is not None:
        return told
    if question == "steps" and key == "cases" and not row.get("observable", True):
        return say("measure.not-seen")
    if value is None:
        return _nothing(question, key, say)
    if isinstance(value, bool):
        return say.value(value)
    if isinstance(value, list | tuple):
        return (" → " if key == "path" else ", ").join(name(str(one)) for one in value) or "–"
    if isinstance(value, Mapping):
        return (
            ", ".join(f"{_word('outcome', str(one), say)} {say.value(n)}" for one, n in value.items()) or "–"
        )
    if isinstance(value, str):
        return _text(question, key, value, name, say)
    if key in ("nps", "low", "high") and question in ("voice", "steps"):
        return say.signed(round(value))
    if key == "bias":
        return say("measure.points", points=round(value * 100))
    if key in SHARES:
        return say.percent(value)
    if "_seconds" in key:
        return say.duration(float(value))
    if key in ROUNDED:
        return say.number(round(value))
    if key in OF_ONE:
        return say.number(value, 1)
    return say.number(value, 2) if isinstance(value, float) and not value.is_integer() else say.number(value)


def _nothing(question: str, key: str, say: Reader) -> str:
    if key in ("from", "to") and question == "paths":
        return say("measure.start" if key == "from" else "measure.end")
    if (question, key) in ALL_WHEN_NONE or (key == "by" and question == "touches"):
        return say("measure.all")
    return say("measure.unknown") if key in UNKNOWN_WHEN_NONE else "–"


def _text(question: str, key: str, value: str, name: Callable[[str], str], say: Reader) -> str:
    if key == "before" and has(f"measure.before-{value}", "en"):
        return say(f"measure.before-{value}")
    if value in PARTS and key in ("part", "by"):
        return say(f"measure.part-{value}")
    if value == "unknown":
        return say("measure.unknown")
    if key == "outcome":
        return _word("outcome", value, say)
    if key == "kind" and question == "fit":
        return _word("kind", value, say)
    if key == "model":
        id = f"attribution.model-{value}"
        return say(id) if has(id, "en") else value
    if key in ("first", "last", "last_event"):
        try:
            return say.date(dt.date.fromisoformat(value))
        except ValueError:
            return value
    return name(value)


def _word(kind: str, value: str, say: Reader) -> str:
    id = f"measure.{kind}-{value}"
    return say(id) if has(id, "en") else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
