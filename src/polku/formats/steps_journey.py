"""From rows of a spreadsheet to the documents they speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from polku.documents import (
    About,
    Act,
    Channel,
    Evidence,
    Gain,
    Journey,
    Next,
    Pain,
    Role,
    Stage,
    Step,
    Team,
    Touchpoint,
)
from polku.formats.ids import id_from
from polku.formats.steps_rows import Cell, Row, Said, lines_of
from polku.formats.steps_words import (
    duration_in,
    feeling_on,
    feeling_scale,
    feeling_word,
    is_nothing,
    is_yes,
    number_in,
)
from polku.words import Message

_AND = re.compile(r"\s*(?:[,;/&\n+]|\s(?:and|ja|och|og)\s)\s*")
_WORDS_IN_ID = 5


class Built(TypedDict):
    """The documents of a spreadsheet."""

    journey: Journey
    roles: tuple[Role, ...]
    teams: tuple[Team, ...]
    channels: tuple[Channel, ...]
    touchpoints: tuple[Touchpoint, ...]
    evidence: tuple[Evidence, ...]


def build_journey(rows: Sequence[Row], said: list[Said], *, id: str | None, name: str) -> Built:
    """The documents that rows speak of; what cannot be used is said and kept as notes."""
    return _Builder(rows, said, id or id_from(name, fallback="journey"), name).built()


@dataclass
class _Named:
    """Things with names that become ids, each once however it is spelt."""

    fallback: str
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def id(self, name: str) -> str:
        key = " ".join(name.casefold().split())
        if key not in self.ids:
            id = id_from(name, self.names, self.fallback)
            self.ids[key], self.names[id] = id, " ".join(name.split())
        return self.ids[key]


class _Builder:
    def __init__(self, rows: Sequence[Row], said: list[Said], id: str, name: str) -> None:
        self.rows, self.said, self.id, self.name = rows, said, id, name
        self.stages, self.roles, self.teams = _Named("stage"), _Named("role"), _Named("team")
        self.channels, self.touchpoints = _Named("channel"), _Named("touchpoint")
        self.channel_of: dict[str, str] = {}
        self.evidence: dict[str, Evidence] = {}
        self.steps: dict[str, dict[str, Any]] = {}
        self.ways: list[tuple[str, Cell]] = []
        self.scale = self._scale()

    def built(self) -> Built:
        stage: str | None = None
        for row in self.rows:
            if row.text("stage"):
                stage = self.stages.id(row.text("stage"))
            if self._is_step(row):
                self._step(row, stage)
            elif row.unknown and self.steps:
                self._keep(next(reversed(self.steps)), row.unknown)
            elif set(row.cells) == {"stage"}:
                self._say(row.cells["stage"], "formats.steps-stage-alone", stage=row.text("stage"))
        self._draw_ways()
        # Steps above the first stage belong to it; without any stage the journey is one.
        first = next(iter(self.stages.names), None) or self.stages.id(self.name)
        for step in self.steps.values():
            step["stage"] = step["stage"] or first
        used = {step["stage"] for step in self.steps.values()}
        journey = Journey(
            id=self.id,
            name=self.name,
            roles=tuple(self.roles.names),
            stages=tuple(Stage(id=id, name=name) for id, name in self.stages.names.items() if id in used),
            steps=tuple(Step.model_validate(step) for step in self.steps.values()),
        )
        return Built(
            journey=journey,
            roles=tuple(Role(id=id, name=name) for id, name in self.roles.names.items()),
            teams=tuple(Team(id=id, name=name) for id, name in self.teams.names.items()),
            channels=tuple(Channel(id=id, name=name) for id, name in self.channels.names.items()),
            touchpoints=tuple(
                Touchpoint(id=id, name=name, channel=self.channel_of.get(id))
                for id, name in self.touchpoints.names.items()
            ),
            evidence=tuple(self.evidence.values()),
        )

    def _is_step(self, row: Row) -> bool:
        return bool(set(row.cells) - {"stage", "role", "number", "note", "owner"})

    def _step(self, row: Row, stage: str | None) -> None:
        words = row.text("step") or row.text("does") or row.text("touchpoint")
        id = id_from(" ".join(words.split()[:_WORDS_IN_ID]), self.steps, f"step-{len(self.steps) + 1}")
        step: dict[str, Any] = {"id": id, "stage": stage}
        self.steps[id] = step
        does, title = row.text("does"), row.text("step")
        if does or title:
            step["does"] = does or title
        notes = [title] if does and title and title != does else []
        for name in ("thinks", "expects"):
            if row.text(name) and not is_nothing(row.text(name)):
                step[name] = row.text(name)
        self._people(row, step)
        self._place(row, step)
        self._feeling(row, step)
        for name, model, key in (
            ("pains", Pain, "says"),
            ("gains", Gain, "says"),
            ("front", Act, "does"),
            ("back", Act, "does"),
        ):
            texts = [text for text in _items(row.text(name)) if not is_nothing(text)]
            if texts:
                step[name] = tuple(model(**{key: text}) for text in texts)
        for name in ("waits", "takes"):
            if row.text(name) and not is_nothing(row.text(name)):
                step[name] = duration_in(row.text(name))
                if step[name] is None:
                    del step[name]
                    self._cannot(row.cells[name], "formats.steps-no-duration", step)
        if row.text("moment") and is_yes(row.text("moment")):
            step["moment_of_truth"] = True
        self._quote(row, step)
        if "next" in row.cells:
            self.ways.append((id, row.cells["next"]))
        if row.text("note"):
            notes.append(row.text("note"))
        if notes:
            step["note"] = "\n".join([*notes, *([step["note"]] if "note" in step else [])])
        self._keep(id, row.unknown)

    def _people(self, row: Row, step: dict[str, Any]) -> None:
        names = [name for name in _AND.split(row.text("role")) if name and not is_nothing(name)]
        others = [name for name in _AND.split(row.text("with")) if name and not is_nothing(name)]
        ids = list(dict.fromkeys(self.roles.id(name) for name in (*names, *others)))
        if names:
            step["role"] = ids[0]
        with_ = ids[1:] if names else ids
        if with_:
            step["with"] = tuple(with_)
        if row.text("owner") and not is_nothing(row.text("owner")):
            teams = [name for name in _AND.split(row.text("owner")) if name]
            owners = [self.teams.id(name) for name in teams]
            step["owner"] = owners[0]
            if len(owners) > 1:
                self._cannot(row.cells["owner"], "formats.steps-one-owner", step)

    def _place(self, row: Row, step: dict[str, Any]) -> None:
        texts = [text for text in _items(row.text("touchpoint")) if not is_nothing(text)]
        media = [text for text in _items(row.text("channel")) if not is_nothing(text)]
        if len(texts) > 1:
            self._cannot(row.cells["touchpoint"], "formats.steps-one-touchpoint", step)
        if len(media) > 1:
            self._cannot(row.cells["channel"], "formats.steps-one-channel", step)
        if not texts and not media:
            return
        channel = self.channels.id(media[0]) if media else None
        touchpoint = self.touchpoints.id(texts[0] if texts else media[0])
        step["touchpoint"] = touchpoint
        if channel is None:
            return
        before = self.channel_of.setdefault(touchpoint, channel)
        if before != channel and texts:
            # The same words over another medium are another place to meet.
            step["touchpoint"] = other = self.touchpoints.id(f"{texts[0]} ({media[0]})")
            self.channel_of[other] = channel

    def _scale(self) -> tuple[int, int] | None:
        numbers: list[float] = []
        first: Cell | None = None
        for row in self.rows:
            if "feels" in row.cells and (number := number_in(row.text("feels"))) is not None:
                numbers.append(number)
                first = first or row.cells["feels"]
        scale = feeling_scale(numbers)
        if scale is not None and scale != (-2, 2) and first is not None:
            self._say(first, "formats.steps-scale", low=scale[0], high=scale[1])
        return scale

    def _feeling(self, row: Row, step: dict[str, Any]) -> None:
        text = row.text("feels")
        if not text:
            return
        number = number_in(text)
        feels = feeling_word(text)
        if number is not None and self.scale is not None:
            feels = feeling_on(self.scale, number)
        if feels is None:
            self._cannot(row.cells["feels"], "formats.steps-no-feeling", step)
            return
        step["feels"] = feels
        if number is None and len(text) > 2:
            self._say(row.cells["feels"], "formats.steps-feeling-word", text=text, feels=feels)

    def _quote(self, row: Row, step: dict[str, Any]) -> None:
        text = row.text("quote")
        if not text or is_nothing(text):
            return
        id = id_from(f"quote-{step['id']}", self.evidence)
        about: dict[str, Any] = {"journeys": (self.id,), "steps": (step["id"],)}
        if "role" in step:
            about["roles"] = (step["role"],)
        self.evidence[id] = Evidence(id=id, quote=text.strip("\"“”»«'‘’ ") or text, about=About(**about))
        step["evidence"] = (id,)

    def _draw_ways(self) -> None:
        by_name = {
            " ".join(words.casefold().split()): id
            for id, step in reversed(self.steps.items())
            for words in (id, step.get("does", ""), (step.get("note", "") or "").partition("\n")[0])
            if words
        }
        for id, cell in self.ways:
            targets = [by_name.get(" ".join(part.casefold().split())) for part in _items(cell.text)]
            known = [target for target in targets if target]
            if known and len(known) == len(targets):
                self.steps[id]["next"] = tuple(Next(to=target) for target in known)
            elif not is_nothing(cell.text):
                self._cannot(cell, "formats.steps-no-next", self.steps[id])

    def _keep(self, id: str, unknown: Sequence[tuple[str, Cell]]) -> None:
        """Keep cells of columns that are not known as notes of the step."""
        for header, cell in unknown:
            self._note(self.steps[id], f"{header}: {cell.text}" if header else cell.text)
            if not header:
                self._say(cell, "formats.steps-cell-kept")

    def _cannot(self, cell: Cell, id: str, step: dict[str, Any]) -> None:
        self._say(cell, id, text=cell.text)
        self._note(step, cell.text)

    def _note(self, step: dict[str, Any], text: str) -> None:
        step["note"] = f"{step['note']}\n{text}" if step.get("note") else text

    def _say(self, cell: Cell, id: str, **params: Any) -> None:
        if "text" in params:
            text = " ".join(str(params["text"]).split())
            params["text"] = text if len(text) <= 60 else text[:59] + "…"
        self.said.append(Said(cell.name, Message(id, params)))


def _items(text: str) -> list[str]:
    """The members of a list in a cell: lines, bullets, or parts between semicolons."""
    return [part.strip() for line in lines_of(text) for part in line.split(";") if part.strip()]
