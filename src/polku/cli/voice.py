"""`polku voice`: what customers wrote, its language, and a hint of praise or complaint with its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.lines import table

if TYPE_CHECKING:
    from polku.analytics.comments import Comment, Comments
    from polku.words import Reader


@click.command("voice")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--language", help="Only comments of this language: en, fi, sv, da …")
@click.option("--hint", type=click.Choice(["praise", "complaint", "mixed", "none"]), help="Only these.")
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
def command(folder: Path, language: str | None, hint: str | None, names: str, most: int, form: str) -> None:
    """Read the comments in the workspace DIR: language, and a hint of praise or complaint.

    A hint is no fact: it shows the words that led to it, and how often such hints agreed with people where that
    was measured. Languages are told by the source, else from the text where the extra polku[voice] is installed.
    Scores are another question: polku measure DIR voice.

    \b
    Example: polku voice hoppebold --hint complaint --names off
    """
    from polku.analytics.comments import comments
    from polku.cli.app import reader_language
    from polku.formats import read_workspace
    from polku.records.log import open_log
    from polku.words import reader

    read_workspace(folder)
    with open_log(folder) as log:
        found = comments(log, names=names == "on")
    chosen = [
        one
        for one in found.comments
        if (language is None or one.language == language)
        and (hint is None or (one.sentiment.hint or "none") == hint)
    ]
    if form == "json":
        click.echo(json.dumps(as_json(found, chosen[:most]), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found, chosen, most, reader(reader_language())))


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
                "text": one.text,
            }
            for one in chosen
        ],
    }


def as_text(found: Comments, chosen: list[Comment], most: int, speak: Reader) -> str:
    """The comments in words."""
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
    if len(chosen) > most:
        lines += ["", speak("data.more", count=len(chosen) - most)]
    return "\n".join(lines)
