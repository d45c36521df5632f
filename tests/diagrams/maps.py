"""Journeys of any size and manner, made up for drawing: few or many steps, long words, holes everywhere."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from polku.diagrams.parts.measured import MeasuredJourney, MeasuredStep, Way
from polku.documents import (
    Channel,
    Evidence,
    Journey,
    Limits,
    Partner,
    Role,
    Settings,
    Stage,
    Step,
    Team,
    Touchpoint,
    Workspace,
)

TODAY = dt.date(2026, 11, 18)

PLAIN = {
    "does": ("Calls at four in the morning", "Signs", "Compares three offers side by side with a colleague"),
    "names": ("Ole Operator", "Per Expert", "Anders Manager", "Ivan Buyer", "Eva Engineer", "Finn Fitter"),
    "touchpoint": ("Support call", "Offer", "Demo on the line"),
    "team": ("Marketing", "Sales", "Field service"),
    "stage": ("Awareness", "Consideration", "Decision", "Delivery and start-up", "Use"),
    "thinks": ("Not again", "Numbers instead of brochures, please, and today"),
}

LONG = {
    "does": (
        "Hyväksyttää tuotantopäällikkövalmennusjärjestelmän kustannuspaikkakohtaisesti",
        "Lentokonesuihkuturbiinimoottoriapumekaanikko kuittaa",
        "Kolmivaihekilowattituntimittarinlukijakoulutus https://example.com/koulutus/2026/ilmoittautuminen?id=17",
    ),
    "names": (
        "Kiinteistönhuoltopalveluesihenkilö",
        "Kiinteistönhuoltopalveluasentaja",
        "Hankintapäätöksentekovaltuutettu",
        "Hankintapäätöksenvalmistelija",
        "Tuotekehitysyhteistyökumppani",
        "Laadunvarmistusjärjestelmävastaava",
        "Toimitusketjunhallintapäällikkö",
        "Öljynvaihtoasiantuntija",
        "Yövuorotyönjohtaja",
    ),
    "touchpoint": ("Asiakaspalvelupuhelinkeskusteluhetki", "Tarjouspyyntöasiakirjakokonaisuus"),
    "team": ("Asiakkuudenhallintapalvelukokonaisuus", "Kenttähuoltotoiminnanohjausryhmä"),
    "stage": ("Ongelmanratkaisumahdollisuuksientunnistaminen", "Käyttö"),
    "thinks": ("Epäjärjestelmällistyttämättömyydellänsäkään ei päästä mihinkään",),
}


def made_up(
    steps: int,
    *,
    stages: int = 5,
    roles: int = 4,
    words: dict[str, tuple[str, ...]] = PLAIN,
    holes: bool = False,
) -> tuple[Workspace, Journey]:
    """A workspace with one journey; with holes, nothing that may be missing is there."""

    def pick(kind: str, number: int) -> str:
        return words[kind][number % len(words[kind])]

    teams = tuple(Team(id=f"team-{n}", name=pick("team", n)) for n in range(2))
    kinds = ("human", "owned", "paid", "earned")
    channels = tuple(Channel(id=f"channel-{n}", name=pick("touchpoint", n), kind=kinds[n]) for n in range(4))
    touchpoints = tuple(
        Touchpoint(
            id=f"touchpoint-{n}",
            name=pick("touchpoint", n),
            channel=f"channel-{n % 4}",
            team=f"team-{n // 2 % 2}",
            direct=n % 4 != 3,
        )
        for n in range(steps)
    )
    people = {
        f"role-{n}": Role(
            id=f"role-{n}", name=pick("names", n) + ("" if n < len(words["names"]) else f" {n}")
        )
        for n in range(roles)
    }
    evidence = {
        f"evidence-{n}": Evidence(
            id=f"evidence-{n}",
            kind="interview",
            quote=pick("thinks", n),
            date=TODAY - dt.timedelta(days=70 * n),
        )
        for n in range(4)
    }
    made = []
    for n in range(steps):
        stage = f"stage-{n * stages // steps}"
        if holes:
            made.append(Step(id=f"step-{n}", stage=stage if n % 7 else None))
            continue
        made.append(
            Step(
                id=f"step-{n}",
                stage=stage,
                role=f"role-{n * 7 % roles}" if n % 11 else None,
                does=pick("does", n) if n % 13 != 12 else None,
                thinks=pick("thinks", n) if n % 3 == 0 else None,
                feels=(-2, 1, 0, 2, -1, None)[n % 6],
                touchpoint=f"touchpoint-{n}" if n % 4 else None,
                moment_of_truth=n % 5 == 0,
                pains=(pick("does", n + 1),) if n % 3 == 0 else (),
                gains=(pick("thinks", n),) if n % 4 == 3 else (),
                evidence=tuple(f"evidence-{m}" for m in range(n % 4)) if n % 2 else (),
                front=(pick("touchpoint", n),) if n % 2 else (),
                back=(pick("does", n), pick("team", n)) if n % 3 == 1 else (),
                receives={"passes": [pick("thinks", n)], "within": "P5D"} if n % 4 == 2 else None,
                partner={"id": "partner", "does": pick("does", n)} if n % 8 == 5 else None,
                waits=dt.timedelta(days=3 * n) if n % 5 == 2 else None,
                takes=dt.timedelta(hours=4) if n % 6 == 2 else None,
            )
        )
    journey = Journey(
        id="journey",
        name=pick("does", 0),
        segment=None,
        stages=tuple(
            Stage(
                id=f"stage-{n}",
                name=pick("stage", n) + ("" if n < len(words["stage"]) else f" {n}"),
                when=("before", "during", "after")[min(n * 3 // stages, 2)],
                tactic=None if holes else "delight",
                questions=()
                if n % 2
                else ({"ask": pick("does", n), "answer": pick("thinks", n)}, {"ask": "?"}),
                loops_to="stage-0" if n == stages - 1 else None,
            )
            for n in range(stages)
        ),
        steps=tuple(made),
    )
    workspace = Workspace(
        settings=Settings(
            name="Example",
            language="fi" if words is LONG else "en",
            teams=teams,
            channels=channels,
            touchpoints=touchpoints,
            roles=tuple(people),
            limits=Limits(),
        ),
        roles=people,
        journeys={"journey": journey},
        evidence=evidence,
        partners={"partner": Partner(id="partner", name=pick("team", 1))},
    )
    return workspace, journey


def made_up_counts(journey: Journey, *, cases: int = 40) -> MeasuredJourney:
    """Counts for a made-up journey: some steps unseen, some with few cases, ways drawn and not drawn."""
    ids = [step.id for step in journey.steps]
    steps = {}
    for n, id in enumerate(ids):
        seen = n % 5 != 3
        here = max(0, cases - 2 * n)
        answers = (0, 3, 12)[n % 3]
        steps[id] = MeasuredStep(
            id,
            observable=seen,
            cases=here if seen else None,
            share=here / cases if seen else None,
            goes_on=(0.94, 0.5, 0.75, None)[n % 4] if seen and here else None,
            went_on=None,
            median_wait_seconds=(3600.0 * 5, 86400.0 * 98, 86400.0 * 12, None, 240.0)[n % 5]
            if seen
            else None,
            answers=answers if seen else 0,
            nps=(-41.0, 52.0, 0.0)[n // 3 % 3] if answers >= 5 and seen else None,
            low=-60.0 if answers >= 5 and seen else None,
            high=70.0 if answers >= 5 and seen else None,
            sources=("crm", "support") if seen else (),
        )
    far = [
        Way(ids[a], ids[b], c)
        for a, b, c in (
            (0, len(ids) - 1, 9),
            (2, 6, 7),
            (5, 2, 6),
            (1, 4, 4),
            (7, 9, 3),
            (8, 3, 2),
            (4, 10, 1),
        )
        if max(a, b) < len(ids) and a != b
    ]
    on = [Way(a, b, max(1, cases - 3 * n)) for n, (a, b) in enumerate(pairwise(ids))]
    return MeasuredJourney(
        cases, 24, "round", dt.date(2026, 1, 1), TODAY, 1, steps, tuple(on + far), tuple(far)
    )
