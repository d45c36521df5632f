"""Companies that may be one: the list to go through, with a chance and its reasons in words, and what people decide.

Nothing on the list is joined by polku itself. Whoever shows it (`polku match`, a page of the studio) calls three
functions, all with the workspace and its folder:

- `review(folder, workspace)` → `Review`: `open` pairs, the likeliest first; `decided` ones; `linked`, which polku
  joined itself by name, domain or another system's id, and which may be told apart. A `Likeness` has an `id`, two
  `Side`s, `probability`, and `reasons`, each a `Message` with `supports` (it speaks for one company, else against).
- `decide(folder, workspace, {id: "same" | "different", …})` puts verdicts in force at once: the records are matched
  anew and published as the next version. What is the same is shown under one account, its rows stay as they are.
- `undo(folder, workspace, [id, …])` takes verdicts back, which gives the very rows there were before.

Both raise `WrongUse` for an id that is not there or verdicts that contradict each other, `LakeError` where another
writer is at work; nothing is changed then. Verdicts are kept in `matches.jsonl` (`identity/decisions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from polku.documents import Workspace
from polku.errors import PolkuError, WrongUse
from polku.identity.companies import Companies, Company, companies_of, compare_table
from polku.identity.decisions import (
    Decision,
    Decisions,
    Pair,
    Verdict,
    Word,
    decided_now,
    keep,
    pair_id,
    pair_of,
)
from polku.identity.learning import learnt_weights
from polku.identity.likeness import Scored, Weights, likely
from polku.identity.resolving import resolver
from polku.records.lake import Lake
from polku.records.log import Log, open_log
from polku.records.publish import Progress, Published, publish
from polku.words import Message

LEAST = 0.2
"""Less likely pairs are not listed."""
MOST = 500
"""Pairs of a kind that are listed."""
WEAK = ("name", "domain", "email", "mailbox", "other-id", "named")
"""Reasons of links that a person may see otherwise."""


@dataclass(frozen=True)
class Side:
    """A company of a pair.

    Args:
        word: what names it in the verdict.
        account_id: of the account; None: a word of a source for a company that nobody knows.
        name: as its source writes it.
        also: other names of it.
        sources: kinds of sources that name it.
        events: of it.
        people: who belong to it.
    """

    word: Word
    account_id: str | None
    name: str
    also: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    country: str | None = None
    town: str | None = None
    sources: tuple[str, ...] = ()
    events: int = 0
    people: int = 0


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against.

    Args:
        supports: it speaks for one company.
        weight: in bits.
    """

    message: Message
    supports: bool
    weight: float


@dataclass(frozen=True)
class Likeness:
    """Two companies that may be one.

    Args:
        id: names the pair, the same at every time.
        probability: 0 … 1, that they are one; None where nothing was compared (decided and linked pairs).
        verdict: what stands, None: nobody decided.
        when: the verdict was given, UTC as ISO 8601.
        by: who gave it, where that was told.
        linked: why polku itself shows them as one (name, domain, email, mailbox, other-id, named).
    """

    id: str
    left: Side
    right: Side
    probability: float | None = None
    reasons: tuple[Reason, ...] = ()
    verdict: Verdict | None = None
    when: str | None = None
    by: str | None = None
    linked: str | None = None


@dataclass(frozen=True)
class Review:
    """What there is to decide, and what was decided.

    Args:
        version: of the records.
        learnt: the weights were learnt from these records (the extra `match`), not polku's own.
    """

    version: int
    open: tuple[Likeness, ...]
    decided: tuple[Likeness, ...]
    linked: tuple[Likeness, ...]
    learnt: bool = False


def review(
    folder: Path, workspace: Workspace, *, least: float = LEAST, most: int = MOST, learn: bool = False
) -> Review:
    """The pairs to go through.

    Args:
        learn: weights from these companies (Splink, the extra `match`), which takes seconds, instead of polku's own.
        least: probability of an open pair that is listed.
        most: pairs of each kind that are listed.

    Raises:
        LakeError: there is no data, or it is damaged.
        WrongUse: Splink is asked for and not installed.
    """
    decisions = Decisions.read(folder)
    with open_log(folder) as log:
        companies = companies_of(log, workspace)
        scored, written, weights = _scored(log, companies, decisions, least, most, learn)
        return Review(
            version=log.version.number,
            open=tuple(_open(companies, one, written, weights) for one in scored),
            decided=tuple(_decided(companies, one) for one in reversed(decisions.standing.values()))[:most],
            linked=tuple(_linked(companies, decisions, most)),
            learnt=weights.learnt,
        )


def decide(
    folder: Path,
    workspace: Workspace,
    verdicts: Mapping[str, Verdict],
    *,
    by: str | None = None,
    progress: Progress | None = None,
) -> Published:
    """Say which pairs are one company and which are not, and match the records anew.

    Args:
        verdicts: id of a pair, as `review` gives it → verdict.
        by: who says so.

    Raises:
        WrongUse: there is no such pair, or the verdicts contradict each other; nothing was changed.
        LakeError: somebody else is writing, or the disk is full; nothing was changed.
    """
    decisions = Decisions.read(folder)
    known = {pair_id(pair): pair for pair in decisions.standing}
    if not set(verdicts) <= set(known):
        with open_log(folder) as log:
            known |= _all_pairs(log, workspace, decisions)
    _all_known(verdicts, known)
    added = [decided_now(known[id], verdict, by) for id, verdict in verdicts.items()]
    _no_contradiction(Decisions((*decisions.ledger, *added)))
    return _put_in_force(folder, workspace, decisions, added, progress)


def undo(
    folder: Path,
    workspace: Workspace,
    ids: Iterable[str],
    *,
    by: str | None = None,
    progress: Progress | None = None,
) -> Published:
    """Take verdicts back, and match the records anew: they are what they would be without them.

    Raises:
        WrongUse: of such a pair nothing was decided.
        LakeError: somebody else is writing, or the disk is full; nothing was changed.
    """
    decisions = Decisions.read(folder)
    known = {pair_id(pair): pair for pair in decisions.standing}
    asked = tuple(dict.fromkeys(ids))
    _all_known(asked, known)
    return _put_in_force(
        folder, workspace, decisions, [decided_now(known[id], "undo", by) for id in asked], progress
    )


def match_anew(
    folder: Path, workspace: Workspace, *, always: bool = False, progress: Progress | None = None
) -> Published | None:
    """Match the records anew where somebody decided something: after imports were taken back; None where nobody did.

    Args:
        always: also without decisions, as documents say something new of who is who.
    """
    decisions = Decisions.read(folder)
    lake = Lake(folder / "lake")
    if not (always or decisions.standing) or not lake.exists():
        return None
    return publish(lake, [], resolve=resolver(workspace, decisions), progress=progress)


def _put_in_force(
    folder: Path,
    workspace: Workspace,
    before: Decisions,
    added: Sequence[Decision],
    progress: Progress | None,
) -> Published:
    # First of all, so that a verdict that was in force is never unwritten.
    keep(folder, added)
    try:
        return publish(
            Lake(folder / "lake"),
            [],
            resolve=resolver(workspace, Decisions.read(folder)),
            progress=progress,
        )
    except PolkuError:
        stood = before.standing
        keep(
            folder,
            [stood.get(one.pair) or decided_now(one.pair, "undo", one.by) for one in added],
        )
        raise


def _all_known(asked: Iterable[str], known: Mapping[str, Pair]) -> None:
    for id in asked:
        if id not in known:
            if not known:
                raise WrongUse(Message("match.no-pairs", {"found": id}))
            raise WrongUse(Message("match.unknown-pair", {"found": id, "known": sorted(known)[:10]}))


def _no_contradiction(decisions: Decisions) -> None:
    """Raise where two companies are to be one and not one."""
    groups: dict[Word, set[Word]] = {}
    for one, other in decisions.pairs("same"):
        joined = groups.get(one, {one}) | groups.get(other, {other})
        for word in joined:
            groups[word] = joined
    for pair in decisions.pairs("different"):
        if pair[1] in groups.get(pair[0], ()):
            raise WrongUse(
                Message(
                    "match.contradiction",
                    {"one": pair[0].ref, "other": pair[1].ref, "id": pair_id(pair)},
                )
            )


def _scored(
    log: Log, companies: Companies, decisions: Decisions, least: float, most: int, learn: bool = False
) -> tuple[list[Scored], tuple[str, ...], Weights]:
    """The likeliest pairs nobody decided of, the name of each row that was compared, and the weights."""
    with log.engine.sibling() as engine:
        written = compare_table(log, engine, companies)
        decided = [[companies.of.get(word, -1) for word in pair] for pair in decisions.standing]
        weights = learnt_weights(engine) if learn else Weights()
        return likely(engine, weights, decided, least=least, most=most), written, weights


def _all_pairs(log: Log, workspace: Workspace, decisions: Decisions) -> dict[str, Pair]:
    """Every pair that can be decided now, by its id."""
    companies = companies_of(log, workspace)
    scored, _, _ = _scored(log, companies, decisions, 0.001, 20 * MOST)
    pairs = [(companies.all[one.left].word, companies.all[one.right].word) for one in scored]
    pairs += [(one.left.word, one.right.word) for one in _linked(companies, decisions, 20 * MOST)]
    return {pair_id(pair): pair for pair in (pair_of(*words) for words in pairs)}


def _open(companies: Companies, scored: Scored, written: Sequence[str], weights: Weights) -> Likeness:
    sides = []
    for number, row in ((scored.left, scored.left_row), (scored.right, scored.right_row)):
        side = _side(companies.all[number])
        also = tuple(name for name in (side.name, *side.also) if name != written[row])
        sides.append(replace(side, name=written[row], also=also))
    left, right = sorted(sides, key=lambda side: side.word)
    return Likeness(
        pair_id((left.word, right.word)),
        left,
        right,
        probability=scored.probability,
        reasons=tuple(_reasons(left, right, scored, weights)),
    )


def _reasons(left: Side, right: Side, scored: Scored, weights: Weights) -> Iterator[Reason]:
    """What spoke for one company and what against, the weightiest first."""
    held = [
        (one.name, next(level for level in one.levels if level.name == scored.levels[one.name]))
        for one in weights.comparisons
    ]
    for comparison, level in sorted(held, key=lambda each: -abs(each[1].weight)):
        if level.weight:
            params = _told(comparison, left, right) | {"count": scored.people}
            yield Reason(Message(f"match.{comparison}-{level.name}", params), level.weight > 0, level.weight)


def _told(comparison: str, left: Side, right: Side) -> dict[str, str | int]:
    if comparison == "domain":
        shared = sorted(set(left.domains) & set(right.domains))
        one, other = (", ".join(side.domains[:2]) for side in (left, right))
        return {"one": one, "other": other, "both": ", ".join(shared[:2] or [one or other])}
    if comparison == "country":
        return {"one": left.country or "", "other": right.country or ""}
    if comparison == "town":
        return {"one": left.town or "", "other": right.town or ""}
    return {"one": left.name, "other": right.name}


def _side(company: Company, word: Word | None = None) -> Side:
    """A company as it is shown."""
    return Side(
        word=word or company.word,
        account_id=company.account_id,
        name=company.name,
        also=tuple(company.names[1:]),
        domains=tuple(sorted(company.domains)),
        country=company.country,
        town=company.town,
        sources=tuple(dict.fromkeys(one.kind for one in company.words if one.kind)),
        events=company.events,
        people=company.people,
    )


def _decided(companies: Companies, decision: Decision) -> Likeness:
    left, right = (_side_of(companies, word) for word in decision.pair)
    verdict: Verdict = "same" if decision.act == "same" else "different"
    return Likeness(pair_id(decision.pair), left, right, verdict=verdict, when=decision.when, by=decision.by)


def _side_of(companies: Companies, word: Word) -> Side:
    """A word that was decided of, as its source writes it."""
    at = companies.of.get(word)
    if at is None:
        return Side(word, None, word.ref)
    said = companies.said.get(word)
    side = _side(companies.all[at], word)
    return replace(side, name=said or side.name, also=(), sources=(word.kind,) if word.kind else ())


def _linked(companies: Companies, decisions: Decisions, most: int) -> list[Likeness]:
    """Words that polku took for an account itself, with that account: names and domains before ids, most events first."""
    found: list[tuple[bool, int, Likeness]] = []
    for company in companies.all:
        if company.account_id is None:
            continue
        for word, reason in company.words.items():
            pair = pair_of(company.word, word) if word != company.word else None
            if pair is None or reason not in WEAK or pair in decisions.standing:
                continue
            left, right = _side_of(companies, company.word), _side_of(companies, word)
            likeness = Likeness(pair_id(pair), left, right, linked=reason)
            found.append((reason == "other-id", company.events, likeness))
    found.sort(key=lambda one: (one[0], -one[1], one[2].id))
    return [one for _, _, one in found[:most]]
