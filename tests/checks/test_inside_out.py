"""Sentences of the seller are told from sentences of the customer, in each language."""

from __future__ import annotations

import pytest

from polku.checks.inside_out import Seller, begins_inside

FIRMS = ("Hoppebold A/S", "Nordlift Transport", "Nordlift")
TEAMS = ("Sales", "IT", "Field service")


@pytest.mark.parametrize(
    ("language", "does"),
    [
        ("en", "We send an offer"),
        ("en", "We're calling back"),
        ("en", "Our seller calls"),
        ("en", "“We” call it onboarding"),
        ("en", "Hoppebold sends the machine"),
        ("en", "Hoppebold's fitter arrives"),
        ("en", "hoppebold a/s calls"),
        ("en", "Sales calls within a day"),
        ("en", "Field service answers"),
        ("en", "IT opens the account"),
        ("en", "Nordlift lifts it in"),
        ("fi", "Lähetämme tarjouksen"),
        ("fi", "Soitammeko perään"),
        ("fi", "Myyjämme soittaa"),
        ("fi", "Me soitamme"),
        ("fi", "Emme vastaa yöllä"),
        ("fi", "Hoppeboldin asentaja tulee"),
        ("sv", "Vi skickar en offert"),
        ("sv", "Våra säljare ringer"),
        ("sv", "Hoppebolds säljare ringer"),
        ("da", "Vi sender et tilbud"),
        ("da", "Vores sælger ringer"),
    ],
)
def test_the_seller_speaks(language: str, does: str) -> None:
    assert begins_inside(does, Seller(FIRMS, TEAMS, language))


@pytest.mark.parametrize(
    ("language", "does"),
    [
        ("en", "Weighs three offers"),
        ("en", "Western buyers compare"),
        ("en", "It rains on the pallet"),
        ("en", "Programme manager asks peers"),
        ("en", "Calls the sales team"),
        ("en", "Asks whether we deliver"),
        ("en", "Salespeople visit him"),
        ("en", "Nordlifting is a sport"),
        ("en", "Hoppeboldering for fun"),
        ("en", ""),
        ("en", "… waits"),
        ("fi", "Vertaa tarjouksia"),
        ("fi", "Lumme kukkii"),
        ("fi", "Mekaanikko soittaa"),
        ("fi", "Kysyy, lähetämmekö varaosan"),
        ("sv", "Visar sin chef siffran"),
        ("sv", "Vill ha en demo"),
        ("da", "Viser tallet til sin chef"),
        ("da", "Venter på montøren"),
    ],
)
def test_the_customer_speaks(language: str, does: str) -> None:
    assert begins_inside(does, Seller(FIRMS, TEAMS, language)) is None
