"""A workspace in which one person was planted through every door, and exports that bring her."""

from __future__ import annotations

from pathlib import Path

NAME, EMAIL, REF = "Quirina Zylberstein", "quirina.zylberstein@nordtoys.example", "C-4711"
FORMS = (
    *("quirina", "zylberstein", "qzylb", "C-4711"),
    *("Zylberstein, Quirina", "quirina%2ezylberstein", "QUIRINA", "Zylbersteinille"),
)
"""What no byte may hold, whatever the case."""

FILES = {
    "contacts.csv": (
        "Id;Name;Email;Title;Company\n"
        f"{REF};{NAME};Quirina.Zylberstein@NordToys.example;Purchasing manager;N-1\n"
        "C-2;Pekka Laine;pekka.laine@nordtoys.example;Operator;N-1\n"
        "C-3;Aino Berg;aino.berg@gmail.com;Managing director;S-1\n"
    ),
    "companies.csv": (
        "Id;Name;Domain\nN-1;Nord Toys A/S;nordtoys.example\nS-1;South Toys Oy;southtoys.example\n"
    ),
    "mails.csv": (
        "When;Who;What\n"
        f"2026-01-05 10:00;{EMAIL};Mail opened\n"
        f"2026-01-06 10:00;{EMAIL};Demo with Quirina Zylberstein\n"
        "2026-01-07 10:00;pekka.laine@nordtoys.example;Mail opened\n"
        "2026-01-08 10:00;C-3;Mail opened\n"
        f"not a day;{EMAIL};Mail opened\n"
        "never;C-3;Spoke with ZYLBERSTEIN, Quirina\n"
        "never;C-3;Mail opened\n"
    ),
    "survey.csv": (
        "Key;When;Who;Score;Comment\n"
        f"a1;2026-02-01 09:00;{REF};9;I am the one who pays, and the dog is called Rex\n"
        "a2;2026-02-02 09:00;C-2;3;Quirina Zylbersteinille soitettiin, mutta Quirina ei vastannut\n"
        f"zylberstein.quirina-1;2026-02-03 09:00;C-3;7;mail {EMAIL} instead\n"
    ),
    "deals.csv": (
        "Id;Company;Stage;Outcome;Closed;Owner;Why\n"
        "D-1;N-1;Closed;lost;2026-03-01;Our Own;Ms Zylberstein, Quirina said no\n"
    ),
}
SOURCES = {
    "contacts": """kind: crm
reads: contacts.csv
fills:
  - {table: people, columns: {person_id: Id, name: Name, email: Email, title: Title}}
  - {table: memberships, columns: {person_id: Id, account_id: Company}}
""",
    "companies": "kind: crm\nreads: companies.csv\ntable: accounts\n"
    "columns: {account_id: Id, name: Name, domain: Domain}\n",
    "mails": "kind: crm\nreads: mails.csv\ntable: events\ncolumns: {time: When, person_id: Who, activity: What}\n",
    "survey": """kind: crm
reads: survey.csv
event_id: "{Key}"
fills:
  - {table: events, columns: {time: When, person_id: Who, score: Score}, activity: Survey answered, values: {score_kind: nps}}
  - {table: texts, columns: {text: Comment}}
""",
    "deals": "kind: crm\nreads: deals.csv\ntable: deals\n"
    "columns: {deal_id: Id, account_id: Company, stage: Stage, outcome: Outcome, closed: Closed, owner: Owner, lost_reason: Why}\n",
}
ACCOUNT = f"""id: nord-toys
name: Nord Toys A/S
records: {{crm: N-1}}
people:       # Quirina decides
  - {{id: p1, name: {NAME}, roles: [buyer]}}
  - {{id: p2, name: Pekka Laine, roles: [user], reports_to: p1}}
understanding:
  buying: {{note: "Ask {NAME} ({EMAIL}) first", date: 2026-01-01}}
"""


def make(folder: Path) -> tuple[Path, list[Path]]:
    """The workspace's folder, and the exports outside it."""
    space, exports = folder / "space", folder / "exports"
    exports.mkdir(parents=True)
    for name, text in FILES.items():
        (exports / name).write_text(text, "utf-8")
    texts = {
        "polku.yaml": "polku: 1\nname: Test\nlanguage: en\nzone: UTC\n",
        "accounts/nord-toys.yaml": ACCOUNT,
        "roles/buyer.yaml": "id: buyer\nname: Buyer\npart: buyer\n",
        "roles/user.yaml": "id: user\nname: User\npart: operator\n",
        **{f"sources/{id}.yaml": f"id: {id}\n{text}" for id, text in SOURCES.items()},
    }
    for name, text in texts.items():
        (space / name).parent.mkdir(parents=True, exist_ok=True)
        (space / name).write_text(text, "utf-8")
    return space, sorted(exports.glob("*.csv"))
