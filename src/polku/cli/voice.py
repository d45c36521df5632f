"""`polku voice`: what customers wrote, its language, its themes, and a hint of praise or complaint with its words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from polku.cli.lines import table

if TYPE_CHECKING:
    from polku.analytics.texts.comment import Comment
    from polku.analytics.texts.comments import Comments
    from polku.analytics.texts.themes import Proposal
    from polku.words import Reader


@click.command("voice")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--language", help="Only comments of this language: en, fi, sv, da …")
@click.option("--hint", type=click.Choice(["praise", "complaint", "mixed", "none"]), help="Only these.")
@click.option("--theme", metavar="ID", help="Only comments of this theme of polku.yaml; none: without any.")
@click.option("--propose", is_flag=True, help="Words that might make a theme, instead of the comments.")
@click.option(
    "--names",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="off masks people's names.",
)
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="So many comments, the newest first.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    folder: Path,
    language: str | None,
    hint: str | None,
    theme: str | None,
    propose: bool,
    names: str,
    most: int,
    form: str,
) -> None:
    """Read the comments in the workspace DIR: language, themes, and a hint of praise or complaint.

    Themes are those that polku.yaml lists under themes:, told by their words; --propose shows words that stand in
    many comments and in none of its themes, for people to choose from.

    A hint is no fact: it shows the words that led to it, and how often such hints agreed with people where that
    was measured. Languages are told by the source, else from the text where the extra polku[voice] is installed.
    Scores are another question: polku measure DIR voice.

    \b
    Examples:
      polku voice hoppebold --hint complaint --names off
      polku voice hoppebold --propose
    """
    from polku.analytics.texts.comments import comments
    from polku.analytics.texts.themes import propose as proposed
    from polku.cli.app import reader_language
    from polku.errors import WrongUse
    from polku.formats import read_workspace
    from polku.records.log import open_log
    from polku.words import Message, reader

    workspace = read_workspace(folder)
    known = {one.id: one.label for one in workspace.settings.themes}
    if theme not in (None, NO_THEME, *known):
        raise WrongUse(Message("comments.no-theme", {"found": theme, "known": [*known] or None}))
    with open_log(folder) as log:
        # Names of persons are no themes.
        found = comments(log, workspace, names=names == "on" and not propose)
    if propose:
        proposals = proposed(
            [one for one in found.comments if language in (None, one.language)], workspace.settings.themes
        )
        if form == "json":
            click.echo(
                json.dumps({"proposals": [vars(one) for one in proposals]}, ensure_ascii=False, indent=2)
            )
        else:
            click.echo(proposals_as_text(proposals, reader(reader_language())))
        return
    chosen = [
        one
        for one in found.comments
        if (language is None or one.language == language)
        and (hint is None or (one.sentiment.hint or "none") == hint)
        and (theme is None or theme in ([told.theme for told in one.themes] or [NO_THEME]))
    ]
    if form == "json":
        click.echo(json.dumps(as_json(found, chosen[:most]), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found, chosen, most, reader(reader_language()), known))


NO_THEME = "none"


def proposals_as_text(proposals: list[Proposal], speak: Reader) -> str:
    """Words that might make a theme, with what they stand in."""
    if not proposals:
        return speak("comments.nothing-proposed")
    heads = [speak(f"comments.{word}") for word in ("language", "words", "comments", "accounts", "forms")]
    rows = [
        [
            one.language or speak("comments.unknown"),
            one.words,
            speak.number(one.comments),
            speak.number(one.accounts),
            ", ".join(one.forms[:6]),
        ]
        for one in proposals
    ]
    lines = [f"  {line}" for line in table([heads, *rows], right=(2, 3))]
    return "\n".join([*lines, "", speak("comments.propose-how")])


def as_json(found: Comments, chosen: list[Comment]) -> dict[str, Any]:
    """The comments as their documented JSON."""
    return {
        "hints_are_facts": False,
        "detects_languages": found.detects,
        "erased": found.erased,
        "languages": [
            {
                "language": one.language,
                "comments": one.comments,
                **{key: getattr(one, key) for key in ("praise", "complaint", "mixed", "none")},
                "quality": vars(one.quality) if one.quality else None,
            }
            for one in found.languages
        ],
        "themes": [vars(one) for one in found.themes],
        "unthemed": found.unthemed,
        "comments": [
            {
                "time": one.time.isoformat(),
                "account": one.account,
                "part": one.part,
                "activity": one.activity,
                "score": one.score,
                "language": one.language,
                "language_told_by": one.told_by,
                "hint": one.sentiment.hint,
                "because": [vars(cause) for cause in one.sentiment.causes],
                "themes": [vars(told) for told in one.themes],
                "touchpoint": one.touchpoint,
                "text": one.text,
            }
            for one in chosen
        ],
    }


def as_text(
    found: Comments,
    chosen: list[Comment],
    most: int,
    speak: Reader,
    themes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The comments in words.

    Args:
        themes: what the themes of the workspace are called.
    """
    heads = [
        speak(f"comments.{word}") for word in ("language", "comments", "praise", "complaint", "mixed", "none")
    ]
    rows = [
        [
            one.language or speak("comments.unknown"),
            *(speak.number(n) for n in (one.comments, one.praise, one.complaint, one.mixed, one.none)),
        ]
        for one in found.languages
    ]
    lines = [f"  {line}" for line in table([heads, *rows], right=(1, 2, 3, 4, 5))]
    lines += ["", speak("comments.no-fact")]
    if themes:
        own = [
            [
                themes.get(one.theme, one.theme),
                *(
                    speak.number(n)
                    for n in (one.comments, one.accounts, one.praise, one.complaint, one.mixed)
                ),
            ]
            for one in found.themes
        ]
        heads = [
            speak(f"comments.{word}")
            for word in ("theme", "comments", "accounts", "praise", "complaint", "mixed")
        ]
        lines += ["", *(f"  {line}" for line in table([heads, *own], right=(1, 2, 3, 4, 5)))]
        lines.append(speak("comments.unthemed", count=found.unthemed))
    else:
        lines.append(speak("comments.no-themes"))
    for one in found.languages:
        if one.quality is not None:
            lines.append(
                "  "
                + speak(
                    "comments.quality",
                    language=one.language,
                    told=speak.percent(one.quality.told),
                    right=speak.percent(one.quality.right),
                    guess=speak.percent(one.quality.guess),
                    count=one.quality.sentences,
                )
            )
    if not found.detects:
        lines.append(speak("comments.no-extra"))
    if found.erased:
        lines.append(speak("comments.erased", count=found.erased))
    for comment in chosen[:most]:
        signs = [f"{'+' if cause.sign > 0 else '−'}{cause.word}" for cause in comment.sentiment.causes]
        who = " · ".join(word for word in (comment.account, comment.part) if word)
        hint = speak(f"comments.{comment.sentiment.hint or 'none'}")
        lines += ["", f"{comment.time.date()}  {who}  [{hint}{': ' + ' '.join(signs) if signs else ''}]"]
        lines.append("  " + " ".join(comment.text.split()))
        if comment.themes:
            told = [f"{themes.get(one.theme, one.theme)} ({', '.join(one.words)})" for one in comment.themes]
            lines.append("  " + speak("comments.told", themes=told))
    if len(chosen) > most:
        lines += ["", speak("data.more", count=len(chosen) - most)]
    return "\n".join(lines)
