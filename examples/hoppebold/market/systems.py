"""What each system writes down of what happened."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from market.export import Export, Scribe, careless, in_utc, score_of, with_offset
from market.happenings import World
from market.words import SELLERS, SURVEY_TEXTS, TICKET_TEXTS
from market.world import END, START, Account


def write_down(world: World) -> list[Export]:
    """All exports of a simulated market."""
    scribe = Scribe(world.seed)
    for write in (_accounts, _contacts, _deals, _activities, _tickets, _jobs, _visits):
        write(world, scribe)
    for write in (_emails, _consents, _clicks, _spend, _answers, _contracts, _orders, _webinars):
        write(world, scribe)
    return scribe.exports


def _accounts(world: World, scribe: Scribe) -> None:
    industries = ("Toys", "Toys", "Toys", "Sporting goods", "Rubber products")
    rng = scribe.rng("accounts")
    rows = [
        [
            account.number,
            account.name + (" " if rng.random() < 0.1 else ""),
            account.domain,
            account.parent or "",
            account.country,
            str(account.employees),
            account.size_class,
            "Former" if account.left and account.left <= END else "Customer" if account.since else "Prospect",
            account.since.isoformat() if account.since else "",
            rng.choice(industries),
        ]
        for account in world.accounts
    ]
    header = "account_no,name,domain,parent_account,country,employees,size_class,type,customer_since,industry"
    scribe.add(Export("crm-accounts.csv", tuple(header.split(",")), rows, encoding="utf-8-sig"), repeats=1)


def _contacts(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("contacts")
    rows: list[list[str]] = []
    for account in world.accounts:
        for person in account.people:
            if not person.in_crm:
                continue
            title = "Operator maszyny" if person.role == "ole" and rng.random() < 0.25 else person.title
            email = person.email.upper() if rng.random() < 0.05 else person.email
            rows.append(
                [
                    person.number,
                    account.number,
                    *person.name.split(" ", 1),
                    email + (" " if rng.random() < 0.05 else ""),
                    "" if rng.random() < 0.03 else title,
                    person.language,
                    person.from_day.isoformat() if person.from_day else "",
                    person.to_day.isoformat() if person.to_day else "",
                ]
            )
    for number, row in enumerate(
        rng.sample(rows, min(3, len(rows)))
    ):  # the same person, entered a second time
        rows.append([f"C-{2900 + number}", *row[1:4], row[4].strip().upper(), *row[5:]])
    header = "contact_no,account_no,first_name,last_name,email,job_title,language,since,left"
    scribe.add(Export("crm-contacts.csv", tuple(header.split(",")), rows, encoding="utf-8-sig"), repeats=2)


def _deals(world: World, scribe: Scribe) -> None:
    types = {"new": "New machine", "renewal": "Renewal"}
    rows = []
    for deal in world.deals:
        outcome = deal.outcome_by(END)
        offered = deal.offered if deal.offered and deal.offered <= END else None
        stage = {"won": "Won", "lost": "Lost"}.get(outcome, "Offer sent" if offered else "Qualified")
        rows.append(
            [
                deal.number,
                deal.account.number,
                ";".join(person.number for person in deal.people),
                types[deal.kind],
                stage,
                deal.created.isoformat(),
                offered.isoformat() if offered else "",
                deal.closed.isoformat() if outcome != "open" else "",
                f"{deal.amount:.2f}",
                "EUR",
                deal.product,
                deal.owner,
                deal.lost_to if outcome == "lost" else "",
                deal.lost_reason if outcome == "lost" else "",
                {"won": "100", "lost": "0"}.get(outcome, "60" if offered else "30"),
            ]
        )
    header = (
        "deal_no,account_no,contact_nos,type,stage,created,offer_sent,closed,amount,currency,product,owner,"
        "lost_to,lost_reason,probability"
    )
    scribe.add(Export("crm-deals.csv", tuple(header.split(",")), rows, encoding="utf-8-sig"), repeats=2)


def _activities(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("activities")
    rows = []
    seen = [h for h in world.of("crm") if not h.activity.startswith("Deal:")]
    for number, happening in enumerate(seen, start=1):
        kind, subject = happening.activity.split(": ", 1)
        person = happening.person if happening.person and happening.person.in_crm else None
        account = happening.account
        assert account is not None
        rows.append(
            [
                f"ACT-{50000 + number}",
                account.number if rng.random() > 0.02 else "",
                person.number if person else "",
                happening.deal.number if happening.deal else "",
                kind,
                subject,
                happening.time.date().isoformat() if rng.random() < 0.06 else in_utc(happening.time),
                "in" if kind == "Call" and rng.random() < 0.3 else "out",
                score_of(happening),
                rng.choice(SELLERS),
            ]
        )
    header = "activity_no,account_no,contact_no,deal_no,type,subject,at,direction,recommends,seller"
    export = Export("crm-activities.csv", tuple(header.split(",")), rows, encoding="utf-8-sig")
    scribe.add(export, bad_dates=3, repeats=6, time_column=6)


def _tickets(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("tickets")
    rows = []
    for number, happening in enumerate(world.of("support"), start=1):
        account, person = happening.account, happening.person
        assert account is not None
        named = person if rng.random() < 0.88 else None
        texts = TICKET_TEXTS.get(happening.details.get("text", ""), {}).get(
            person.language if person else "da", ()
        )
        answered = happening.activity != "Opkald ikke besvaret"
        rows.append(
            [
                f"S{240000 + number}",
                happening.time.strftime("%d-%m-%Y %H:%M"),
                careless(account.name, rng) if rng.random() < 0.5 else account.name,
                named.name if named else "",
                named.email if named else "",
                named.title if named else "",
                happening.activity,
                "ja" if answered else "nej",
                f"{rng.uniform(0.5, 9):.1f}".replace(".", ",")
                if answered
                else f"{rng.uniform(6, 40):.1f}".replace(".", ","),
                score_of(happening),
                rng.choice(texts) if texts and rng.random() < 0.4 else "",
                person.language if person else "",
            ]
        )
    header = "Sagsnr;Oprettet;Kunde;Kontakt;E-mail;Stilling;Emne;Besvaret;Ventetid min;Anbefaling;Beskrivelse;Sprog"
    export = Export("support-tickets.csv", tuple(header.split(";")), rows, delimiter=";", encoding="cp1252")
    scribe.add(export, bad_dates=3, repeats=9, time_column=1)


def _jobs(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("jobs")
    rows = []
    for number, happening in enumerate(world.of("service"), start=1):
        kind = happening.activity.removeprefix("Job: ")
        day = happening.time.date()
        machines = [m for m in world.machines if m.account is happening.account and m.signed <= day]
        machine = machines[-1] if kind != "maintenance" else machines[0]
        person = happening.person if kind == "training" or rng.random() < 0.7 else None
        rows.append(
            [
                f"J-{8000 + number}",
                machine.number,
                kind,
                day.strftime("%d.%m.%Y"),
                happening.details.get("fitter", ""),
                person.name if person else "",
                person.email if person else "",
                person.title if person else "",
                score_of(happening),
            ]
        )
    header = "job;contract;kind;date;fitter;met;met_email;met_title;recommends"
    scribe.add(
        Export("service-jobs.csv", tuple(header.split(";")), rows, delimiter=";"),
        bad_dates=2,
        repeats=3,
        time_column=3,
    )


def _visits(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("visits")
    rows = []
    for number, happening in enumerate(world.of("web"), start=1):
        action, title = happening.activity.split(": ", 1)
        account, person = happening.account, happening.person
        company = ""
        if account and (action == "Download" or rng.random() < 0.93):
            company = careless(account.name, rng) if action == "Download" else account.name.rsplit(" ", 1)[0]
        rows.append(
            [
                f"v-{88000 + number}",
                happening.time.strftime("%d/%m/%Y %H:%M"),
                company,
                person.email if person else "",
                action,
                title,
                happening.details.get("medium") or rng.choice(("organic", "direct", "email")),
                rng.choice(("desktop", "desktop", "mobile")),
                str(rng.randint(4, 600)),
            ]
        )
    header = "visit,at,company,visitor_email,action,title,medium,device,session_seconds"
    scribe.add(
        Export("web-visits.csv", tuple(header.split(",")), rows, encoding="utf-8-sig"), 8, 14, time_column=1
    )


def _emails(world: World, scribe: Scribe) -> None:
    rows = []
    for happening in world.of("email"):
        if happening.person:
            kind = happening.activity.rsplit(" ", 1)[1]
            rows.append(
                [
                    with_offset(happening.time),
                    kind,
                    happening.details["campaign"],
                    happening.person.email,
                    "newsletter",
                ]
            )
    header = ("timestamp", "event", "campaign", "recipient", "list")
    scribe.add(Export("email-events.csv", header, rows), bad_dates=2, repeats=5)


def _consents(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("consents")
    rows = []
    for account in world.accounts:
        for person in account.people:
            if person.subscribed and rng.random() < 0.9:
                given = START - timedelta(days=rng.randint(10, 700))
                form = rng.choice(("form: downtime guide", "stand at the fair", "form: newsletter"))
                moment = datetime.combine(given, datetime.min.time()) + timedelta(
                    minutes=rng.randint(480, 1080)
                )
                rows.append(
                    [
                        person.email,
                        "newsletter",
                        "email",
                        "given",
                        with_offset(moment),
                        "Yes, write to me",
                        form,
                    ]
                )
                if rng.random() < 0.07:
                    gone = moment + timedelta(days=rng.randint(200, 900))
                    if gone.date() <= END:
                        rows.append(
                            [
                                person.email,
                                "newsletter",
                                "email",
                                "withdrawn",
                                with_offset(gone),
                                "",
                                "unsubscribe link",
                            ]
                        )
    rows.sort(key=lambda row: row[4])
    header = ("email", "purpose", "channel", "act", "time", "wording", "evidence")
    scribe.add(Export("email-consents.csv", header, rows), repeats=1)


def _clicks(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("clicks")
    rows = []
    for happening in world.of("ads"):
        assert happening.account is not None
        company = happening.account.name if rng.random() < 0.9 else ""
        rows.append([with_offset(happening.time), "Ad click", happening.details["campaign"], company])
    header = ("Time", "Event", "Campaign", "Company")
    scribe.add(Export("ads-clicks.csv", header, rows), bad_dates=2, repeats=2)


def _spend(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("spend")
    rows = []
    months = [date(2024 + (n + 10) // 12, (n + 10) % 12 + 1, 1) for n in range(1, 25)]
    impressions = clicks = 0
    cost = 0.0
    for month in months:
        campaign = "uptime-2025" if month.year < 2026 else "uptime-2026"
        shown, spent = rng.randint(8000, 26000), rng.uniform(420, 1180)
        clicked = sum(h.time.date().replace(day=1) == month for h in world.of("ads"))
        impressions, clicks, cost = impressions + shown, clicks + clicked, cost + round(spent, 2)
        rows.append(
            [campaign, month.isoformat(), "paid-social", str(shown), str(clicked), f"{spent:.2f}", "EUR"]
        )
    header = ("Campaign", "Month", "Medium", "Impressions", "Clicks", "Cost", "Currency")
    total = ("Total", "", "", str(impressions), str(clicks), f"{cost:.2f}", "EUR")
    above = ("Campaign performance by month", f"{START:%Y-%m-%d} - {END:%Y-%m-%d}")
    scribe.add(Export("ads-spend.csv", header, rows, above=above, below=(total,)))


def _answers(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("answers")
    rows = []
    for number, happening in enumerate(world.of("survey"), start=1):
        account, person = happening.account, happening.person
        assert account is not None and person is not None
        language = "en" if rng.random() < 0.12 else person.language
        mood = SURVEY_TEXTS.get(happening.details.get("text", ""), {})
        sentences = mood.get(language) or mood.get("en", ())
        rows.append(
            [
                f"R{1000 + number}",
                happening.time.strftime("%Y-%m-%d %H:%M"),
                account.name,
                person.email,
                person.title,
                happening.activity.removeprefix("Response: "),
                score_of(happening),
                rng.choice(sentences) if sentences else "",
                language,
            ]
        )
    header = (
        "response",
        "answered",
        "company",
        "email",
        "job",
        "survey",
        "would_recommend",
        "comment",
        "language",
    )
    scribe.add(
        Export("survey-responses.csv", header, rows, encoding="utf-8-sig"),
        bad_dates=2,
        repeats=2,
        time_column=1,
    )


def _contracts(world: World, scribe: Scribe) -> None:
    rows = [
        [
            machine.number,
            machine.account.number,
            machine.account.name.upper(),
            machine.product,
            machine.signed.strftime("%d-%m-%Y"),
            machine.ended.strftime("%d-%m-%Y") if machine.ended else "",
            f"{machine.yearly}".replace("000", ".000,00"),
            "EUR",
            "ja",
            machine.ended_because,
        ]
        for machine in world.machines
    ]
    header = "Aftale;Kundenr;Kunde;Produkt;Fra;Til;Beløb pr. år;Valuta;Løbende;Årsag til ophør"
    scribe.add(
        Export("erp-contracts.csv", tuple(header.split(";")), rows, delimiter=";", encoding="cp1252"),
        repeats=1,
    )


def _orders(world: World, scribe: Scribe) -> None:
    rng = scribe.rng("orders")
    rows = []
    for number, happening in enumerate(world.of("webshop"), start=1):
        account: Account | None = happening.account if rng.random() < 0.97 else None
        rows.append(
            [
                f"W{60000 + number}",
                in_utc(happening.time),
                account.domain if account else "",
                happening.person.email if happening.person and rng.random() < 0.8 else "",
                happening.details["value"],
            ]
        )
    header = ("order", "ordered_at", "customer_domain", "buyer_email", "amount_eur")
    scribe.add(Export("webshop-orders.csv", header, rows), bad_dates=1, repeats=2, time_column=1)


def _webinars(world: World, scribe: Scribe) -> None:
    rows = []
    for happening in world.of("webinar"):
        assert happening.account is not None and happening.person is not None
        rows.append(
            [
                happening.time.strftime("%Y-%m-%d %H:%M"),
                happening.person.email,
                happening.person.name,
                happening.account.name,
            ]
        )
    scribe.add(Export("webinar-attendees.csv", ("joined", "email", "name", "company"), rows), repeats=2)
