"""For each check a line or two in which it finds something, and the same lines mended."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Example(NamedTuple):
    """Lines of a document, before and after."""

    found: str
    mended: str


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "PK001": Example("role: olle", "role: ole"),
        "PK002": Example(
            "- {id: call, name: First call}\n- {id: call, name: Second call}",
            "- {id: call, name: First call}\n- {id: second-call, name: Second call}",
        ),
        "PK003": Example(
            "- {id: sign, next: []}\n- {id: learn}", "- {id: sign, next: [learn]}\n- {id: learn}"
        ),
        "PK004": Example(
            "stages: [{id: use}]\nsteps: []", "stages: [{id: use}]\nsteps: [{id: run, stage: use, role: ole}]"
        ),
        "PK005": Example("from: 2026-11-27\nto: 2026-11-16", "from: 2026-11-16\nto: 2026-11-27"),
        "PK006": Example("touchpiont: call", "touchpoint: call"),
        "PK007": Example("feels: 7", "feels: 2"),
        "PK008": Example("does: Signs: at last", 'does: "Signs: at last"'),
        "PK009": Example("# roles/ole.yaml\nid: operator", "# roles/operator.yaml\nid: operator"),
        "PK101": Example(
            "name: Hoppebold A/S",
            "name: Hoppebold A/S\npurpose:\n  why: Renewals are being lost\n  readers: [sales, service]\n  use: [product]",
        ),
        "PK102": Example(
            "- {id: large, roles: distinct, buying_centre: [ivan]}",
            "- {id: large, roles: distinct, buying_centre: [ole, per, ivan]}",
        ),
        "PK103": Example(
            "- {id: sign, role: ivan}",
            "- {id: see-demo, role: per}\n- {id: sign, role: ivan}\n- {id: run, role: ole}",
        ),
        "PK104": Example(
            "# roles/per.yaml\ninsight: high",
            "# evidence/int-per.yaml\nkind: interview\nquote: They send brochures\nabout: {roles: [per]}",
        ),
        "PK105": Example(
            "name: Per Produktspecialist",
            "name: Per Produktspecialist\nneeds: [Data sheets]\ngoals: [Less scrap]\npains: [Brochures]",
        ),
        "PK106": Example(
            "- {id: small, employees: {max: 49}}\n- {id: large, employees: {min: 250}}",
            "- {id: small, employees: {max: 249}}\n- {id: large, employees: {min: 250}}",
        ),
        "PK107": Example(
            "# accounts/legetoj-nord.yaml\nkey_account: true",
            "# journeys/legetoj-nord-machine.yaml\naccount: legetoj-nord\nextends: new-machine",
        ),
        "PK108": Example("roles: [ole, per, anders, ivan, ida, bo, ulla]", "roles: [ole, per, anders, ivan]"),
        "PK201": Example(
            "stages: [{id: offer, when: during}]",
            "stages: [{id: search, when: before}, {id: offer, when: during}, {id: use, when: after}]",
        ),
        "PK202": Example(
            "- {id: call, channel: phone}",
            "- {id: call, channel: phone}\n- {id: peers, name: Asks peers, direct: false}",
        ),
        "PK203": Example("does: We send an offer", "does: Compares three offers\nback: [We write the offer]"),
        "PK204": Example("- {id: use, when: after}", "- {id: use, when: after, loops_to: awareness}"),
        "PK205": Example(
            "questions: [Which criteria decide?]",
            'questions:\n  - {ask: "Which criteria decide?", answer: Uptime and delivery time}',
        ),
        "PK206": Example(
            "- {id: search, stage: awareness, role: per, touchpoint: google}",
            "- {id: search, stage: awareness, role: per, touchpoint: google, content: downtime-guide}",
        ),
        "PK207": Example("- {id: sign}", "- {id: sign, feels: -1, pains: [Nobody explains clause 7]}"),
        "PK208": Example(
            "- {id: reads, touchpoint: newsletter}",
            "- {id: downloads, touchpoint: guide}      # permission: asks\n- {id: reads, touchpoint: newsletter}",
        ),
        "PK209": Example(
            "touchpoints: [{id: fair-stand, channel: fair}]",
            "steps: [{id: visit, role: per, touchpoint: fair-stand}]",
        ),
        "PK210": Example(
            "id: new-machine", "id: new-machine\nowner: marketing\nreview: P90D\nvalidated: 2026-11-02"
        ),
        "PK211": Example("feels: -2", "feels: -2\nexpects: Somebody answers within ten rings"),
        "PK301": Example(
            "- {id: learn, touchpoint: training}",
            "- {id: learn, touchpoint: training, front: [Trainer on site], back: [Rota of trainers]}",
        ),
        "PK302": Example(
            "id: nordlift",
            "id: nordlift\nexpects: [Two weeks' notice]\nagreement: One contact on each side\n"
            "satisfaction: {score: 6, scale: 10, asked: 2026-08-14}",
        ),
        "PK303": Example(
            "- {id: talk-renewal, owner: sales}      # the step before belongs to service",
            "- id: talk-renewal\n  owner: sales\n  receives:\n    from: service\n    passes: [open tickets, hours run]\n"
            "    owner: {from: Pekka, to: Anna}",
        ),
        "PK304": Example("mapped_by: [marketing]", "mapped_by: [marketing, sales, service]"),
        "PK305": Example("id: nordlift", "id: nordlift\naims: [No second visit]"),
        "PK401": Example(
            "- {id: call-support, feels: -2}", "- {id: call-support, feels: -2, evidence: [int-ole-0612]}"
        ),
        "PK402": Example("date: 2024-06-12", "date: 2026-11-02"),
        "PK403": Example(
            "evidence: [int-ole-0612]      # an interview",
            "evidence: [int-ole-0612, nps-2026q2]      # and a survey",
        ),
        "PK404": Example(
            "kind: interview\nfinding: Nobody answers at night",
            "kind: interview\nquote: When it stops at four in the morning I have a phone number nobody answers.",
        ),
        "PK405": Example(
            "understanding: {value: {}}",
            "understanding: {value: {note: Uptime counts more than price, date: 2026-11-02, evidence: [int-ole-0612]}}",
        ),
        "PK406": Example(
            "buying: {note: Ivan decides, date: 2026-03-01}\nsignals: [{date: 2026-10-11, kind: person-leaves}]",
            "buying: {note: Ivan's successor decides, date: 2026-10-20}\nsignals: [{date: 2026-10-11, kind: person-leaves}]",
        ),
        "PK407": Example("# evidence/int-ole-0612.yaml", "# in a step\nevidence: [int-ole-0612]"),
        "PK501": Example("events: []", 'events: [{source: crm, activity: "Meeting: demo"}]'),
        "PK502": Example(
            'events: [{source: crm, activity: "Meting: demo"}]',
            'events: [{source: crm, activity: "Meeting: demo"}]',
        ),
        "PK503": Example(
            "- {id: read-guide, next: [first-call]}", "- {id: read-guide, next: [first-call, get-offer]}"
        ),
        "PK504": Example(
            "- {id: see-demo, next: [get-offer, ask-peers]}", "- {id: see-demo, next: [get-offer]}"
        ),
        "PK505": Example(
            "people: [{id: p2, roles: [ivan]}]", "people: [{id: p2, roles: [ivan]}, {id: p3, roles: [ole]}]"
        ),
        "PK506": Example("feels: 2      # the survey says 3 of 10", "feels: -1"),
        "PK507": Example("titles: []", "titles: [operator, maskinfører]"),
        "PK508": Example(
            "- {id: newsletter, marketing: true}", "- {id: newsletter, marketing: true, permission: needs}"
        ),
        "PK509": Example("validated: 2025-02-01", "validated: 2026-11-02"),
        "PK601": Example(
            "pains: [{id: nobody-answers, says: Nobody answers, evidence: [int-ole-0612]}]",
            "# improvements/night-hotline.yaml\nsolves: [{journey: new-machine, step: call-support, pain: nobody-answers}]",
        ),
        "PK602": Example(
            "name: Answer the hotline at night",
            "name: Answer the hotline at night\nowner: service\nmeasure: {kind: score, touchpoint: support}\n"
            "impact: 3\neffort: 2",
        ),
        "PK603": Example("members: {it: [Liv]}", "members: {it: [Liv], service: [Pekka], sales: [Anna]}"),
        "PK604": Example("status: done\nlooked: {}", "status: done\nlooked: {date: 2027-03-01, result: 7.5}"),
        "PK605": Example(
            "# journeys/new-machine.yaml\napplies: []",
            "# journeys/new-machine.yaml\napplies: [night-hotline]",
        ),
        "PK606": Example("made_with: []", "made_with: [Two operators of Legetøj Nord]"),
    }
)
"""Code → example."""
