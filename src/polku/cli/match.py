"""`polku match`: companies that may be one, to be gone through by people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from polku.identity.decisions import Verdict
    from polku.identity.matching import Likeness, Review, Side
    from polku.words import Reader


@click.command("match", short_help="List companies that may be one, and say which are.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--accept", multiple=True, metavar="PAIR", help="The pair is one company; can be repeated.")
@click.option("--reject", multiple=True, metavar="PAIR", help="The pair is two companies; can be repeated.")
@click.option("--undo", "back", multiple=True, metavar="PAIR", help="Take what was said of the pair back.")
@click.option("--decided", is_flag=True, help="List what was decided instead.")
@click.option(
    "--linked", is_flag=True, help="List what polku joined by itself, which --reject parts, instead."
)
@click.option(
    "--least", type=click.FloatRange(0.001, 0.999), default=0.2, show_default=True,
    metavar="SHARE", help="List pairs that are at least this likely.",
)  # fmt: skip
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="List so many pairs.")
@click.option("--learn", is_flag=True, help="Learn the weights from these companies (needs polku[match]).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    folder: Path,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    back: tuple[str, ...],
    decided: bool,
    linked: bool,
    least: float,
    most: int,
    learn: bool,
    form: str,
) -> None:
    """List companies in the workspace DIR that may be one, the likeliest first, with what speaks for and against it.

    Nothing on the list is joined before somebody accepts it. What is accepted is shown under one account; its rows
    stay as they are, and --undo gives back exactly what there was.

    \b
    Examples:
      polku match hoppebold
      polku match hoppebold --accept 3f9a12c0ab --reject 77d01be2f4
      polku match hoppebold --undo 3f9a12c0ab
    """
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.errors import WrongUse
    from polku.formats import read_workspace
    from polku.identity.matching import decide, review, undo
    from polku.words import Message, reader

    speak = reader(reader_language())
    workspace = read_workspace(folder)
    both = set(accept) & set(reject) | (set(accept) | set(reject)) & set(back)
    if both:
        raise WrongUse(Message("match.twice", {"ids": sorted(both)}))
    progress = Progress(speak)
    if back:
        undo(folder, workspace, back, progress=progress)
    verdicts: dict[str, Verdict] = dict.fromkeys(accept, "same")
    verdicts.update(dict.fromkeys(reject, "different"))
    if verdicts:
        decide(folder, workspace, verdicts, progress=progress)
    if back or verdicts:
        progress.done()
        counts = {"same": len(accept), "different": len(reject), "undone": len(set(back))}
        click.echo(speak("match.done", **counts), err=form == "json")
    if (back or verdicts) and form == "text":
        return
    found = review(folder, workspace, least=least, most=most, learn=learn)
    if form == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        which = found.decided if decided else found.linked if linked else found.open
        click.echo(as_text(found, which, speak))


def as_json(found: Review) -> dict[str, Any]:
    """The review as its documented JSON."""
    return {
        "version": found.version,
        "weights": "learnt" if found.learnt else "plain",
        **{
            what: [_pair_json(one) for one in pairs]
            for what, pairs in (("open", found.open), ("decided", found.decided), ("linked", found.linked))
        },
    }


def _pair_json(one: Likeness) -> dict[str, Any]:
    return {
        "pair": one.id,
        "left": _side_json(one.left),
        "right": _side_json(one.right),
        "probability": one.probability,
        "reasons": [
            {
                "reason": reason.message.id.removeprefix("match."),
                "supports": reason.supports,
                "bits": round(reason.weight, 3),
                **reason.message.params,
            }
            for reason in one.reasons
        ],
        "verdict": one.verdict,
        "when": one.when,
        "by": one.by,
        "linked": one.linked,
    }


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "kind": side.word.kind,
        "ref": side.word.ref,
        "account_id": side.account_id,
        "name": side.name,
        "also": list(side.also),
        "domains": list(side.domains),
        "country": side.country,
        "town": side.town,
        "sources": list(side.sources),
        "events": side.events,
        "people": side.people,
    }


def as_text(found: Review, pairs: tuple[Likeness, ...], speak: Reader) -> str:
    """Pairs in words."""
    from polku.words import Message

    counts = {"open": len(found.open), "decided": len(found.decided), "linked": len(found.linked)}
    lines = [speak("match.counts", **counts)]
    for one in pairs:
        if one.verdict:
            told = speak(f"match.verdict-{one.verdict}", when=(one.when or "")[:10])
        elif one.linked:
            told = speak.text(Message(f"identity.by-{one.linked}"))
        else:
            # Only a person is certain.
            told = speak.percent(min(one.probability or 0.0, 0.99))
        lines += ["", f"{one.id}  {told}"]
        lines += [f"    {_side_text(side, speak)}" for side in (one.left, one.right)]
        lines += [f"      {'+' if r.supports else '−'} {speak.text(r.message)}" for r in one.reasons]
    return "\n".join(lines)


def _side_text(side: Side, speak: Reader) -> str:
    what = side.account_id or speak("match.nobody-knows")
    return f"{side.name}  [{what}]  {speak('match.side', kind=', '.join(side.sources) or '–', events=side.events, people=side.people)}"
