"""Qualtrics: answers with their three lines of headers, and its tables in a warehouse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.sources.headers import meanings
from polku.sources.makes import Make, Shape, said
from polku.sources.systems import Guess, Table
from polku.words import Message

_IMPORT_ID = r'\{"ImportId".*'
_META = {
    "id": said(api="ResponseId|Response ID"), "time": said(api="RecordedDate|Recorded Date"), "end": said(api="EndDate|End Date"),
    "start": said(api="StartDate|Start Date"), "status": said(api="Status|Response Type"), "finished": said(api="Finished"),
    "progress": said(api="Progress"), "seconds": said(api="Duration (in seconds)"), "ip": said(api="IPAddress|IP Address"),
    "email": said(api="RecipientEmail|Recipient Email"), "first": said(api="RecipientFirstName|Recipient First Name"),
    "last": said(api="RecipientLastName|Recipient Last Name"), "reference": said(api="ExternalReference|External Data Reference"),
    "channel": said(api="DistributionChannel|Distribution Channel"), "language": said(api="UserLanguage|User Language"),
    "place": said(api="LocationLatitude|LocationLongitude|Location Latitude|Location Longitude"),
}  # fmt: skip

RESPONSES = Shape(
    "responses",
    columns=_META,
    needs=("id", "time|end"),
    signs=("progress", "seconds", "channel", "language", "place", "finished", "reference"),
    least=3,
    fills=(),
)

SENT = Shape(
    "distribution",
    columns={
        "contact": said(api="contact_id"), "distribution": said(api="distribution_id"), "sent": said(api="sent_at"), "opened": said(api="opened_at"),
        "started": said(api="response_started_at"), "completed": said(api="response_completed_at"), "response": said(api="response_id"),
    },
    needs=("contact", "distribution", "sent"),
    signs=("opened", "started", "completed"),
    least=2,
    fills=tuple(
        {"table": "events", "when": word, "columns": {
            "time": word, "event_id": f"{{distribution}}/{{contact}}/{word}", "person_id": "contact", "channel": "=email",
            "direction": "=out" if word == "sent" else "=in"}, "activity": f"Survey: {word}"}
        for word in ("sent", "opened", "started", "completed")
    ),
)  # fmt: skip

ANSWERED = Shape(
    "survey-response",
    columns={
        "id": said(api="id"), "email": said(api="recipient_email"), "time": said(api="recorded_date"), "start": said(api="start_date"),
        "end": said(api="end_date"), "finished": said(api="finished"), "progress": said(api="progress"), "survey": said(api="survey_id"),
        "channel": said(api="distribution_channel"), "seconds": said(api="duration_in_seconds"), "language": said(api="user_language"),
        "first": said(api="recipient_first_name"), "last": said(api="recipient_last_name"),
    },
    needs=("id", "time", "survey", "finished|progress"),
    signs=("seconds", "channel", "progress", "language"),
    least=2,
    fills=(
        {"table": "people", "when": "email", "columns": {"person_id": "email", "name": "{first} {last}", "email": "email", "language": "language"}},
        {"table": "events", "columns": {
            "time": "time", "event_id": "id", "person_id": "email", "channel": "channel", "direction": "=in"},
         "values": {"activity": {"of": "finished", "true": "Survey: answered", "1": "Survey: answered", "else": "Survey: begun"}}},
    ),
)  # fmt: skip

CONTACTS = Shape(
    "contacts",
    columns={
        "id": said(api="id"), "directory": said(api="directory_id|mailing_list_id"), "email": said(api="email"), "first": said(api="first_name"),
        "last": said(api="last_name"), "language": said(api="language"), "reference": said(api="ext_ref|external_data_reference"),
        "unsubscribed": said(api="directory_unsubscribed|unsubscribed"),
    },
    needs=("id", "directory", "email"),
    signs=("directory", "reference", "unsubscribed"),
    least=2,
    fills=(
        {"table": "people", "columns": {"person_id": "id", "name": "{first} {last}", "email": "email", "language": "language"}},
        {"table": "consents", "where": {"unsubscribed": ["true", "1"]}, "columns": {
            "person_id": "id", "purpose": "=surveys", "channel": "=email", "act": "=withdrawn"}},
    ),
)  # fmt: skip

USERS = Shape(
    "users",
    columns={
        "type": said(api="user_type"), "name": said(api="username"), "status": said(api="account_status"), "division": said(api="division_id"),
        "expires": said(api="account_expiration_date|password_expiration_date"),
    },
    needs=("name", "type|status"),
    signs=("type", "status", "division", "expires"),
    least=2,
    fills=(),
    refused="sources.own-people",
)  # fmt: skip

_KINDS = (
    ("nps", re.compile(r"recommend|suosittel|rekommender|anbefal|\bnps\b", re.IGNORECASE)),
    ("ces", re.compile(r"effort|how easy|helppo|vaivat|enkelt|\blätt|nemt|\bces\b", re.IGNORECASE)),
    ("csat", re.compile(r"satisf|tyytyv|nöjd|tilfreds|\bcsat\b", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Qualtrics(Make):
    """Qualtrics, whose answers say in their second line what was asked."""

    def look(self, table: Table, asked: str | None) -> Guess | None:
        """Answers are told by their third line as well."""
        guess = super().look(table, asked)
        if guess is None or guess.shape != "responses":
            return guess
        column = guess.found["id"]
        if any(re.fullmatch(_IMPORT_ID, value) for value in table.values(column, 10_000)):
            return Guess(guess.shape, 1.0, (*guess.signs, Message("sources.sign-inside")), guess.found)
        return guess

    def mend(self, table: Table, guess: Guess) -> None:
        """What was asked is kept, its two lines and tries of the survey are rejects, and codes of groups go."""
        super().mend(table, guess)
        if guess.shape != "responses":
            return
        found = guess.found
        assert isinstance(found, dict)
        cell = table.cell(found["id"])
        doubled = table.engine.rows(
            f"SELECT min(line) FROM {table.raw.table} WHERE regexp_full_match({cell}, '{_IMPORT_ID}')"
        )[0][0]
        questions: dict[str, str] = {}
        if doubled is not None:
            cells = ", ".join(f"c{at}" for at in range(len(table.columns)))
            for row in table.engine.rows(
                f"SELECT {cells} FROM {table.raw.table} WHERE line < {doubled} ORDER BY line DESC LIMIT 1"
            ):
                questions = {
                    column: str(said) for column, said in zip(table.columns, row, strict=True) if said
                }
            table.reject(f"line <= {doubled}", "sources.reject-header")
        if "status" in found:
            tries = "IN ('1', '2', 'survey preview', 'survey test')"
            table.reject(
                f"lower({table.cell(found['status'])}) {tries}", "sources.reject-try", found["status"]
            )
        table.finish()
        for kind, column, most in self._scores(table, found, questions):
            found[f"{kind}:{most}:{column}"] = column
        for column in table.filled:
            if (
                column in found.values()
                or column.endswith("_NPS_GROUP")
                or table.share(column, r"[-0-9.,]*") == 1.0
            ):
                continue
            asked = questions.get(column, "")
            open_question = column.endswith("_TEXT") or re.search(
                r"\?|why|comment|miksi|palaute|varför|hvorfor", asked, re.IGNORECASE
            )
            if open_question and table.share(column, r".*\s.*") > 0:
                found.setdefault("comment", column)
        found |= {
            f"own:{meaning}": column
            for meaning, column in meanings([c for c in table.columns if c not in found.values()]).items()
        }

    def _scores(
        self, table: Table, found: Mapping[str, str], questions: Mapping[str, str]
    ) -> list[tuple[str, str, int]]:
        """Questions that are scores: kind, column, top of the scale."""
        scores = []
        for column in table.filled:
            if (
                column in found.values()
                or table.share(column, "[0-9]{1,2}") != 1.0
                or column.endswith("_NPS_GROUP")
            ):
                continue
            asked = f"{column} {questions.get(column, '')}"
            kind = (
                "nps"
                if f"{column}_NPS_GROUP" in table.columns
                else next((kind for kind, sign in _KINDS if sign.search(asked)), None)
            )
            if kind is None:
                continue
            top = max(int(value) for value in table.values(column, 200))
            most = 10 if kind == "nps" else next(scale for scale in (5, 7, 10, 100) if top <= scale)
            scores.append((kind, column, most))
        return scores

    def propose(self, table: Table, guess: Guess) -> Mapping[str, Any]:
        """An event for each score of an answer; its comment belongs to the first."""
        if guess.shape != "responses":
            return super().propose(table, guess)
        found = guess.found
        who = found.get("email") if found.get("email") in table.filled else found.get("own:email")
        company = found.get("own:account_id") or found.get("own:account_name")
        reference = found.get("reference")
        person = who or (reference if reference in table.filled else None)
        time = found.get("time") or found["end"]
        answer = found["id"]
        common = {"time": time, "direction": "=in"} | {
            target: column
            for target, column in (
                ("person_id", person),
                ("account_id", company),
                ("channel", found.get("channel")),
            )
            if column
        }
        fills: list[dict[str, Any]] = []
        if person:
            people = {"person_id": person} | ({"email": who} if who else {})
            if "first" in found and "last" in found:
                people["name"] = f"{{{found['first']}}} {{{found['last']}}}"
            if "language" in found:
                people["language"] = found["language"]
            fills.append({"table": "people", "when": person, "columns": people})
        events: list[str] = []
        for word, column in found.items():
            kind, _, rest = word.partition(":")
            if kind in ("nps", "csat", "ces"):
                events.append(f"{{{answer}}}/{column}" if events else f"{{{answer}}}")
                columns = {
                    **common,
                    "event_id": events[-1],
                    "score": column,
                    "score_kind": f"={kind}",
                    "score_max": f"={rest.partition(':')[0]}",
                }
                fills.append(
                    {
                        "table": "events",
                        "when": column,
                        "columns": columns,
                        "activity": f"Response: {kind.upper()}",
                    }
                )
        if not events:
            fills.append(
                {"table": "events", "columns": {**common, "event_id": answer}, "activity": "Survey: answered"}
            )
        if "comment" in found:
            fills.append(
                {
                    "table": "texts",
                    "when": found["comment"],
                    "columns": {"event_id": answer, "text": found["comment"]},
                }
            )
        return {"kind": "survey", "fills": fills}


SOURCE = Qualtrics("qualtrics", "Qualtrics", "survey", (RESPONSES, SENT, ANSWERED, CONTACTS, USERS))
