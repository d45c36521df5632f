"""Words that say nothing of what a comment is about: the small words of each language, hand-written."""

from __future__ import annotations

from collections.abc import Mapping


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


COMMON: Mapping[str, frozenset[str]] = {
    "en": _of(
        "a about after again all also always am an and any are as at back be because been before being "
        "both but by came can come could did do does doing down during each even ever every few first for "
        "from get gets give go going gone got had has have having he her here him his how i if in into is "
        "it its just know last let like long made make many may me more most much must my need never new "
        "next now of off on once one only or other our out over own really said same say see she should "
        "since so some still such take than that the their them then there these they thing things this "
        "those through time times to too two under until up us use used very want was way we well went "
        "were what when where which while who why will with would year years yet you your"
    ),
    "fi": _of(
        "aika aina ainakin ei eikä emme en että he heidän heille hän hänen ihan itse ja jo joka jos jotka "
        "jälkeen kaikki kanssa kerran kertaa koko koska kuin kuinka kun kyllä me meidän meille meillä "
        "mikä minulla minun minä missä mitä mukaan mutta muu muut myös ne nii niin noin nyt näin oikein "
        "ole olemme olen olette oli olimme olin olisi olivat olla ollut on ovat paljon pitäisi saa saada "
        "se sekä sen siellä siihen siinä sinä sitten sitä sulla taas tai te teidän tulee tuli tämä tämän "
        "tänne tässä täällä vaan vai vaikka vain vielä voi voisi vähän yksi yli"
    ),
    "sv": _of(
        "alla allt alltid att av bara behöver bland blev bli blir bra de dem den denna deras dess dessa "
        "det detta dig din där efter eller en er ert ett fick finns fler flera från får för före förra "
        "ganska ge ger gick gång gånger gör göra ha hade han har helt hon hur här i igen in innan inom "
        "jag ju kan kom kommer kunde lite man med mellan men mer mest min mitt mot mycket måste nu när "
        "något några och också om oss på redan sedan ser sig sin sitt ska skulle som sätt så till tog två "
        "under upp ut utan vad var vara varit vi vid vilka vilken vill väl än är år över"
    ),
    "da": _of(
        "af alle alt altid at bare blev blive bliver da de dem den denne der deres det dette dig din "
        "disse du efter eller en end er et fik flere for fordi fra få får før først gang gange gik god "
        "godt gør gøre ham han har havde have her hos hun hvad hvem hver hvis hvor hvordan hvornår i igen "
        "ikke ind jeg jer jo kan kom kommer kun kunne lidt man mange med meget mellem men mere mest mig "
        "min mod må nogen noget nogle nu når næsten og også om op os over på selv siden sig sin skal "
        "skulle som så til to ud uden under var ved vi vil ville vores være været år"
    ),
}
