"""What is true in the simulated market, counted from what happened and not from what the systems wrote."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from statistics import fmean, median

from market.export import Export
from market.happenings import Happening, Walk, World
from market.story import UNHEARD, unanswered_share
from market.words import NOT_ANSWERED, TRANSPORT_DAMAGE
from market.world import END

OFF_MAP = (
    "Email: newsletter clicked",
    "Order: ",
    "Webinar: ",
    "Meeting: reference visit",
    "Job: maintenance",
    "Deal: lost",
)
"""Beginnings of activities that no touchpoint of polku.yaml covers."""


@dataclass(frozen=True)
class Truth:
    """The answers that measures over the exports should find, nearly or exactly."""

    seed: int
    accounts: int
    accounts_by_status: dict[str, int]
    people: int
    people_by_role: dict[str, int]
    events: int
    events_by_system: dict[str, int]
    files: dict[str, dict[str, int]]
    """Per file: rows, how many of them cannot be read, how many stand there twice."""
    walks: int
    walks_by_opener: dict[str, int]
    offers_with_demo: dict[str, int]
    """Deals with an offer whose walk had a demo before it, by outcome."""
    offers_without_demo: dict[str, int]
    guide_to_offer_without_call_or_demo: int
    days_contract_to_installation: float
    accounts_calling_before_training: int
    tickets: int
    tickets_at_night: int
    tickets_not_answered: int
    share_not_answered_at_night: float
    called_again_within_12_hours: float
    """Share of unanswered calls after which the same account called again."""
    support_nps: int
    support_score_night: float
    support_score_day: float
    demo_nps: int
    training_nps: int
    in_crm_share: dict[str, float]
    """Share of each role's people whom the CRM knows."""
    operators_seen: int
    operators_seen_in_crm: int
    accounts_with_an_operator_in_crm: int
    survey_mean: dict[str, float]
    survey_2026_answers: int
    renewals: dict[str, int]
    renewals_lost_to: dict[str, int]
    renewal_win_rate: float
    renewal_win_rate_well_heard: float
    """Win rate where at most 30 % of the calls of the nine months before went unanswered."""
    renewal_win_rate_unheard: float
    off_map: dict[str, int]
    off_map_share: float
    guides_after_a_click: int
    guides: int
    transport_damages: int
    reference_visits: dict[str, int]
    """Outcome of the deals of walks with a visit to a reference customer."""
    drift: float
    """Total variation distance between the shares of activities with a place on the map, before and after 1 July 2026."""

    def as_dict(self) -> dict[str, object]:
        """Plain data, for JSON."""
        return asdict(self)


def nps(scores: list[int]) -> int:
    """Promoters (9, 10) less detractors (0 to 6), in percent points."""
    if not scores:
        return 0
    return round(
        100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)
    )


def find_truth(world: World, exports: list[Export]) -> Truth:
    """Count what happened."""
    people = {id(person): person for account in world.accounts for person in account.people}
    operators = [person for person in people.values() if person.role == "ole"]
    seen = {id(h.person) for h in world.happenings if h.person}
    known_operator = {
        account.number
        for account in world.accounts
        if any(p.role == "ole" and p.in_crm for p in account.people)
    }
    by_role = Counter(person.role for person in people.values())
    with_demo, without_demo, straight = _offers(world)
    tickets = world.of("support")
    night = [ticket for ticket in tickets if ticket.time.hour >= 22 or ticket.time.hour < 6]
    missed = [ticket for ticket in tickets if ticket.activity == NOT_ANSWERED]
    survey: dict[str, list[int]] = {}
    for answer in world.of("survey"):
        if answer.person and answer.score is not None:
            survey.setdefault(answer.person.role, []).append(answer.score)
    renewals = [deal for deal in world.deals if deal.kind == "renewal" and deal.outcome_by(END) != "open"]
    unheard = {
        deal.number for deal in renewals if unanswered_share(world, deal.account, deal.created) > UNHEARD
    }
    off_map = Counter(
        h.activity for h in world.happenings if h.system != "support" and h.activity.startswith(OFF_MAP)
    )
    guides = [h for h in world.of("web") if h.activity == "Download: downtime guide"]
    return Truth(
        seed=world.seed,
        accounts=len(world.accounts),
        accounts_by_status=dict(
            Counter(
                "former" if a.left and a.left <= END else "customer" if a.since else "prospect"
                for a in world.accounts
            )
        ),
        people=len(people),
        people_by_role=dict(sorted(by_role.items())),
        events=len(world.happenings),
        events_by_system=dict(sorted(Counter(h.system for h in world.happenings).items())),
        files={
            export.name: {
                "rows": export.row_count,
                "unreadable": export.unreadable,
                "repeated": export.repeated,
            }
            for export in exports
        },
        walks=len(world.walks),
        walks_by_opener=dict(sorted(Counter(walk.opener for walk in world.walks).items())),
        offers_with_demo=with_demo,
        offers_without_demo=without_demo,
        guide_to_offer_without_call_or_demo=straight,
        days_contract_to_installation=_installation_wait(world),
        accounts_calling_before_training=_called_before_training(world),
        tickets=len(tickets),
        tickets_at_night=len(night),
        tickets_not_answered=len(missed),
        share_not_answered_at_night=_share(sum(t.activity == NOT_ANSWERED for t in night), len(night)),
        called_again_within_12_hours=_share(sum(_again(ticket, tickets) for ticket in missed), len(missed)),
        support_nps=nps([t.score for t in tickets if t.score is not None]),
        support_score_night=_mean([t.score for t in night if t.score is not None]),
        support_score_day=_mean([t.score for t in tickets if t.score is not None and t not in night]),
        demo_nps=nps(
            [h.score for h in world.of("crm") if h.score is not None and h.activity == "Meeting: demo"]
        ),
        training_nps=nps(
            [h.score for h in world.of("service") if h.score is not None and h.activity == "Job: training"]
        ),
        in_crm_share={
            role: _share(sum(p.in_crm for p in people.values() if p.role == role), by_role[role])
            for role in sorted(by_role)
        },
        operators_seen=sum(id(person) in seen for person in operators),
        operators_seen_in_crm=sum(id(person) in seen and person.in_crm for person in operators),
        accounts_with_an_operator_in_crm=len(known_operator),
        survey_mean={role: _mean(scores) for role, scores in sorted(survey.items())},
        survey_2026_answers=sum(
            h.activity == "Response: relationship" and h.time.year == 2026 for h in world.of("survey")
        ),
        renewals=dict(sorted(Counter(deal.outcome for deal in renewals).items())),
        renewals_lost_to=dict(
            sorted(Counter(d.lost_to or "nobody" for d in renewals if d.outcome == "lost").items())
        ),
        renewal_win_rate=_share(sum(d.outcome == "won" for d in renewals), len(renewals)),
        renewal_win_rate_well_heard=_win_rate([d.outcome for d in renewals if d.number not in unheard]),
        renewal_win_rate_unheard=_win_rate([d.outcome for d in renewals if d.number in unheard]),
        off_map=dict(sorted(off_map.items())),
        off_map_share=_share(sum(off_map.values()), len(world.happenings)),
        guides_after_a_click=sum(_clicked_before(guide, world) for guide in guides),
        guides=len(guides),
        transport_damages=sum(t.activity == TRANSPORT_DAMAGE for t in tickets),
        reference_visits=_reference_visits(world),
        drift=_drift(world),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _mean(scores: list[int]) -> float:
    return round(fmean(scores), 2) if scores else 0.0


def _win_rate(outcomes: list[str]) -> float:
    return _share(outcomes.count("won"), len(outcomes))


def _of_walk(world: World, walk: Walk, activity: str) -> list[Happening]:
    return [h for h in world.happenings if h.walk is walk and h.activity.startswith(activity)]


def _offers(world: World) -> tuple[dict[str, int], dict[str, int], int]:
    """Outcomes of the deals with an offer, with a demo before it and without; guides that led straight to one."""
    with_demo: Counter[str] = Counter()
    without: Counter[str] = Counter()
    straight = 0
    for walk in world.walks:
        for offer in _of_walk(world, walk, "Deal: offer sent")[:1]:
            assert offer.deal is not None
            demos = [h for h in _of_walk(world, walk, "Meeting: demo") if h.time < offer.time]
            calls = [h for h in _of_walk(world, walk, "Call") if h.time < offer.time]
            (with_demo if demos else without)[offer.deal.outcome_by(END)] += 1
            straight += walk.opener == "guide" and not demos and not calls
    return dict(sorted(with_demo.items())), dict(sorted(without.items())), straight


def _installation_wait(world: World) -> float:
    """Median of the days from the signature to the installation of the same walk."""
    waits = []
    for walk in world.walks:
        won, job = _of_walk(world, walk, "Deal: won"), _of_walk(world, walk, "Job: installation")
        if won and job:
            waits.append((job[0].time.date() - won[0].time.date()).days)
    return float(median(waits)) if waits else 0.0


def _called_before_training(world: World) -> int:
    """Accounts that called for help between installation and training."""
    found = set()
    for job in [h for h in world.of("service") if h.activity == "Job: installation"]:
        trainings = [
            h.time for h in world.of("service") if h.account is job.account and h.activity == "Job: training"
        ]
        until = min((time for time in trainings if time > job.time), default=None)
        for ticket in world.of("support"):
            if (
                ticket.account is job.account
                and until
                and job.time < ticket.time < until
                and ticket.walk is job.walk
            ):
                found.add(job.account.number if job.account else "")
    return len(found)


def _again(ticket: Happening, tickets: list[Happening]) -> bool:
    return any(
        other.account is ticket.account and ticket.time < other.time <= ticket.time + timedelta(hours=12)
        for other in tickets
    )


def _clicked_before(guide: Happening, world: World) -> bool:
    """Whether the account clicked in a newsletter in the week before it took the guide."""
    return any(
        h.account is guide.account and timedelta() <= guide.time - h.time <= timedelta(days=7)
        for h in world.of("email")
        if h.activity == "Email: newsletter clicked"
    )


def _reference_visits(world: World) -> dict[str, int]:
    outcomes: Counter[str] = Counter()
    for walk in world.walks:
        if _of_walk(world, walk, "Meeting: reference visit"):
            outcomes[walk.deal.outcome_by(END) if walk.deal else "open"] += 1
    return dict(sorted(outcomes.items()))


def _drift(world: World) -> float:
    """Half the sum of differences between two quarters' shares of activities that the journey has a step for."""

    def shares(first: date, last: date) -> dict[str, float]:
        kinds = Counter(
            h.system
            if h.system in ("support", "survey")
            else h.activity.split(":")[0]
            if "Call" in h.activity
            else h.activity
            for h in world.happenings
            if first <= h.time.date() < last
            and h.system in ("crm", "support", "service", "survey", "web")
            and not h.activity.startswith(("Visit", *OFF_MAP))
        )
        return {kind: count / sum(kinds.values()) for kind, count in kinds.items()}

    before, after = shares(date(2026, 4, 1), date(2026, 7, 1)), shares(date(2026, 8, 18), date(2026, 11, 18))
    kinds = before.keys() | after.keys()
    return round(sum(abs(before.get(kind, 0) - after.get(kind, 0)) for kind in kinds) / 2, 3)
