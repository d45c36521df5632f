"""A workspace that is open in a notebook: checked, measured and drawn by the functions that the commands call."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal, Unpack

from polku.documents import Workspace
from polku.errors import DrawingError, LakeError, Where
from polku.exports.workspace_drawings import Wanted
from polku.formats.workspace import read_workspace
from polku.library.answer import Answer
from polku.library.findings import Findings
from polku.library.keywords import said_in_python
from polku.library.options import FIELDS, Day, Names, Options, asked_of, day_of, names_of
from polku.library.picture import Picture
from polku.words import LANGUAGES, Message


class OpenWorkspace:
    """A workspace folder. Nothing of it is kept: an edited file counts at the next call.

    Args:
        language: of polku's own words; the workspace's where it is left out.
        today: the day that ages and open waits are counted to; the day of the call where it is left out.

    Raises:
        DocumentError: there is no such folder, or no polku.yaml in it.
    """

    def __init__(self, folder: str | Path, *, language: str | None = None, today: Day | None = None) -> None:
        if language is not None and language not in LANGUAGES:
            from polku.errors import WrongUse

            raise WrongUse(Message("library.no-language", {"found": language, "known": list(LANGUAGES)}))
        self.folder = Path(folder)
        self.today = day_of("today", today)
        self.language = language or self.workspace.settings.language

    @property
    def workspace(self) -> Workspace:
        """The documents: journeys, roles, evidence and all around them, by id."""
        return read_workspace(self.folder)

    @said_in_python
    def check(self, *, journey: str | None = None) -> Findings:
        """What the method finds in the documents, and in the data where some is loaded.

        Args:
            journey: that the data is held against; the only one as it is where it is left out.

        Raises:
            WrongUse: there is no such journey.
        """
        from polku.checks import check_workspace
        from polku.exports.checking import measures_to_check

        workspace, day = self.workspace, self.today or dt.date.today()
        measures, unmeasured = measures_to_check(self.folder, workspace, journey, day)
        found = check_workspace(workspace, today=day, measures=measures, unmeasured=unmeasured)
        return Findings(tuple(found), self.language)

    @said_in_python
    def measure(
        self,
        question: str,
        *,
        journey: str | None = None,
        case: str | None = None,
        cases: str | None = None,
        against: str | None = None,
        events: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        period_of: Literal["start", "end", "any"] = "start",
        top: int = 20,
        roll_up: bool = False,
        **options: Unpack[Options],
    ) -> Answer:
        """Ask the data a question.

        Args:
            question: paths, steps, fit, time, funnel … as for `polku measure`.
            cases, events: filters in words; against: compare with these cases, or without `cases` the others with
                these.
            since, until: days, or their words (2026-11-18).
            top: rows that are shown; `rows` has all.
            roll_up: count subsidiaries as the company at the top of their group.
            options: those of `polku measure` that shape the question; `from_` is `--from`, as `from` is Python's.

        Raises:
            LakeError: no data is loaded.
            QuestionError: the question, its options or a filter cannot be.
        """
        from polku.analytics.asking.questions import answer, open_study
        from polku.analytics.compare import compare
        from polku.analytics.filters.filters import in_words
        from polku.analytics.rolled_up import as_asked
        from polku.analytics.study import Study
        from polku.records.log import open_log

        asked = asked_of(question, options)
        workspace = self.workspace
        if not (self.folder / "lake" / "CURRENT").exists():
            raise LakeError(
                Message("measure.next-import", {"folder": str(self.folder)}), Where(file=str(self.folder))
            )
        if against is not None and cases is None:
            cases = f"not ({against})"
        first, last = day_of("since", since), day_of("until", until)
        with open_log(self.folder) as opened:
            log = as_asked(opened, workspace, roll_up=roll_up)

            def chosen(cases: str | None) -> Study:
                return open_study(
                    log,
                    workspace,
                    question=question,
                    journey=journey,
                    case=case,
                    cases=cases,
                    events=events,
                    since=first,
                    until=last,
                    period_of=period_of,
                    today=self.today,
                )

            study = chosen(cases)
            if against is None:
                result = answer(study, question, asked)
            else:
                result = compare(study, chosen(against), question, asked)
        said = []
        if study.cases is not None:
            said.append(Message("measure.filter", {"what": in_words(study.cases)}))
        if study.events is not None:
            said.append(Message("measure.events-filter", {"what": in_words(study.events)}))
        return Answer(result, workspace, study.journey, tuple(said), self.language, top)

    @said_in_python
    def draw(
        self,
        what: str,
        *,
        view: str | None = None,
        journey: str | None = None,
        measured: bool = False,
        roles: Names | None = None,
        lanes: Names | None = None,
        against: str | None = None,
        height: Literal["feeling", "effort"] | None = None,
        case: str | None = None,
        cases: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        roll_up: bool = False,
        page: int | None = None,
        theme: str = "light",
        names: bool = True,
        width: float | None = None,
        **options: Unpack[Options],
    ) -> Picture:
        """Draw a journey, an account, a role, the answer to a question, or the whole.

        Args:
            what: an id, a question (paths, funnel …), atlas or ecosystem, as for `polku draw`.
            view: matrix, wheel, timeline …; what fits where it is left out.
            measured: lay over a journey what was measured.
            roll_up: what is measured counts subsidiaries as the company at the top of their group.
            names: whether persons are named.
            width: of the page in px.
            options: of a question; `stages` of a journey, too.

        Raises:
            DrawingError: it cannot be drawn so.
            QuestionError: the question cannot be asked so.
        """
        from polku.diagrams.views import VIEWS
        from polku.exports import drawn_by_name, journey_drawings, role_drawing, workspace_drawings

        views = (*VIEWS, *workspace_drawings.ACCOUNT_VIEWS, *role_drawing.ROLE_VIEWS)
        if view is not None and view not in views:
            raise DrawingError(Message("library.no-view", {"found": view, "known": list(views)}))
        shape = dict(options)
        stages = names_of(options.get("stages"))
        look = Wanted(
            self.language, theme, self.today, names, float(width) if width else None, day_of("since", since)
        )
        chosen = {"case": case, "cases": cases, "since": look.since, "until": day_of("until", until)}
        given = {
            "view": view,
            "journey": journey,
            "measured": measured or None,
            "lanes": lanes,
            "roles": roles,
            "against": against,
            "height": height,
            "page": page,
            "roll_up": roll_up or None,
            **chosen,
            **{FIELDS.get(key, key): value for key, value in shape.items()},
        }

        def only(kind: str) -> None:
            _refuse_others(kind, what, given)

        if what in workspace_drawings.WHOLE:
            only(what)
            if page is not None:
                return Picture(workspace_drawings.draw_atlas_pages(self.folder, look, page)[0])
            return Picture(workspace_drawings.draw_whole(what, self.folder, look))
        if view in role_drawing.ROLE_VIEWS:
            only("radar")
            return Picture(role_drawing.draw_role(self.folder, what, look, journey))
        if view in workspace_drawings.ACCOUNT_VIEWS or (
            view is None and workspace_drawings.is_account(self.folder, what)
        ):
            kind = view or "account"
            only(kind)
            return Picture(workspace_drawings.draw_account_view(kind, self.folder, what, look))
        if what in drawn_by_name.QUESTIONS and not workspace_drawings.is_journey(self.folder, what):
            if view is not None:
                raise DrawingError(Message("draw.no-view", {"what": what}))
            only("paths" if what in drawn_by_name.MEASURED else "question")
            asked = asked_of(what, shape)
            return Picture(
                journey_drawings.draw_asked(
                    self.folder, what, asked, look, journey=journey, chosen=chosen, roll_up=roll_up
                )
            )
        only("journey")
        if height is not None and view != "relief":
            raise DrawingError(Message("draw.height-of-relief", {"view": view or "matrix"}))
        for name in (*drawn_by_name.CHOSEN, "roll_up"):
            if given[name] is not None and not measured:
                raise DrawingError(Message("draw.needs-measured", {"option": name}))
        laned = names_of(lanes)
        cuts = {
            "stages": ",".join(stages) if stages is not None else None,
            "lanes": ",".join(laned) if laned is not None else None,
            "against": against,
        }
        scenes = journey_drawings.draw_journey(
            self.folder,
            what,
            view or "matrix",
            look,
            roles=names_of(roles) or (),
            cuts=cuts,
            height=height,
            chosen=chosen if measured else None,
            roll_up=roll_up,
        )
        return Picture(scenes[0])

    def __repr__(self) -> str:
        return f"polku.open({str(self.folder)!r})"


def _refuse_others(kind: str, what: str, given: dict[str, Any]) -> None:
    """Refuse what says nothing about a drawing of this kind.

    Raises:
        DrawingError: naming the first such option, and those that are possible.
    """
    from polku.exports.drawn_by_name import SHAPED, TAKEN

    for name, value in given.items():
        if value is not None and name not in TAKEN[kind]:
            known: list[str | Message] = [one for one in TAKEN[kind] if one not in SHAPED]
            params = {
                "option": name,
                "what": what,
                "kind": Message(f"draw.kind-{kind}"),
                "known": known or [Message("draw.none")],
            }
            raise DrawingError(Message("draw.not-taken", params))
