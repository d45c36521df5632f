"""Names, job titles and sentences of the simulated market. All people and companies are invented."""

from __future__ import annotations

COMPANIES: tuple[tuple[str, str, str], ...] = (
    ("Legetøj Nord A/S", "legetojnord", "DK"),
    ("Bakkebold A/S", "bakkebold", "DK"),
    ("Pallo Oy", "pallo", "FI"),
    ("Hopla Sverige AB", "hopla", "SE"),
    ("Kugleriet ApS", "kugleriet", "DK"),
    ("Hüpfball GmbH", "huepfball", "DE"),
    ("Studsbollen AB", "studsbollen", "SE"),
    ("Sjov og Spil A/S", "sjovogspil", "DK"),
    ("Lelutehdas Oy", "lelutehdas", "FI"),
    ("Boldværket A/S", "boldvaerket", "DK"),
    ("Spielwerk Elbe GmbH", "spielwerk-elbe", "DE"),
    ("Lekmäster AB", "lekmaster", "SE"),
    ("Legefabrikken Syd A/S", "legefabrikkensyd", "DK"),
    ("Iloinen Pomppu Oy", "iloinenpomppu", "FI"),
    ("Trille & Tromle A/S", "trilletromle", "DK"),
    ("Gummistudion AB", "gummistudion", "SE"),
    ("Kinderkugel GmbH", "kinderkugel", "DE"),
    ("Nordhop A/S", "nordhop", "DK"),
    ("Kumikeiju Oy", "kumikeiju", "FI"),
    ("Skånes Leksaker AB", "skanesleksaker", "SE"),
    ("Havnens Legetøj A/S", "havnenslegetoj", "DK"),
    ("Springfeld Spielwaren AG", "springfeld", "DE"),
    ("Boll & Båge AB", "bollochbage", "SE"),
    ("Leikkiranta Oy", "leikkiranta", "FI"),
    ("Fjordleg ApS", "fjordleg", "DK"),
    ("Gummi & Garn KG", "gummigarn", "DE"),
    ("Rullan AB", "rullan", "SE"),
    ("Dukkehuset Vejle A/S", "dukkehusetvejle", "DK"),
    ("Järvilelu Oy", "jarvilelu", "FI"),
    ("Ballhaus Lübeck GmbH", "ballhausluebeck", "DE"),
    ("Lilla Hopp AB", "lillahopp", "SE"),
    ("Rundt & Rødt ApS", "rundtrodt", "DK"),
    ("Hyppyri Oy", "hyppyri", "FI"),
    ("Norrlek AB", "norrlek", "SE"),
    ("Klods & Kugle ApS", "klodskugle", "DK"),
    ("Murmel & Sohn KG", "murmelsohn", "DE"),
    ("Vestleg A/S", "vestleg", "DK"),
    ("Mälarlek AB", "malarlek", "SE"),
    ("Riemukuula Oy", "riemukuula", "FI"),
    ("Kugelblitz Spiele GmbH", "kugelblitz-spiele", "DE"),
)
"""Name, first part of the domain, country."""

STEMS = ("Bold", "Leg", "Hop", "Kugel", "Pallo", "Studs", "Spil", "Lek")
TOWNS = (
    "Vejle",
    "Malmö",
    "Turku",
    "Kiel",
    "Odense",
    "Lund",
    "Oulu",
    "Bremen",
    "Ribe",
    "Umeå",
    "Vaasa",
    "Jena",
)

LANGUAGE = {"DK": "da", "SE": "sv", "FI": "fi", "DE": "de"}

FIRST: dict[str, str] = {
    "DK": (
        "Mette Bo Søren Lene Jens Karen Mads Pia Torben Sidsel Anton Birthe Kasper Gitte Henrik Ane Flemming "
        "Rikke Jeppe Dorte Ulla Steen Maja Palle Trine Ejvind"
    ),
    "SE": "Åsa Göran Lisbet Örjan Maja Håkan Ulrika Sixten Elin Torsten Ylva Birger Saga Rune Tilda Kjell",
    "FI": "Päivi Jukka Säde Veikko Tuula Onni Marjut Ilmari Hilkka Eero Saimi Tapio Lahja Arvo Kerttu Niilo",
    "DE": "Jürgen Antje Holger Silke Uwe Gesine Volker Heike Malte Wiebke Ralf Edda Thilo Grit Bernd Imke",
}
LAST: dict[str, str] = {
    "DK": (
        "Holm Lund Kær Friis Skov Toft Bæk Hede Dam Ravn Krogh Bech Winther Vang Munk Juhl Thorup Bisgaard "
        "Kirk Damgaard Lykke Østergård"
    ),
    "SE": "Ekdal Björklund Åkesson Sandvik Rönn Hallin Ståhl Norling Vikberg Ljungkvist Öhman Fors Brodin",
    "FI": "Laine Mäkelä Koski Niemelä Lehto Rinne Harju Järvi Suvanto Heikkala Tuomi Kallio Ylönen",
    "DE": "Brandt Kröger Voss Lüders Petersen Möhring Harms Dietz Ahlers Stein Wulff Jessen Thoms",
}

TITLES: dict[str, dict[str, tuple[str, ...]]] = {
    "ole": {
        "DK": ("Operatør", "Maskinfører", "Operatør, natskift", "Maskinoperatør"),
        "SE": ("Operatör", "Maskinoperatör", "Linjeoperatör"),
        "FI": ("Koneenkäyttäjä", "Operaattori", "Linjanhoitaja"),
        "DE": ("Maschinenführer", "Anlagenbediener"),
    },
    "per": {
        "DK": ("Produktspecialist", "Process Engineer", "Procesingeniør"),
        "SE": ("Produktspecialist", "Processingenjör"),
        "FI": ("Tuoteasiantuntija", "Prosessi-insinööri"),
        "DE": ("Prozessingenieur", "Process Engineer"),
    },
    "anders": {
        "DK": ("Afdelingschef", "Afdelingsleder", "Produktionschef", "Production Manager"),
        "SE": ("Avdelningschef", "Produktionschef"),
        "FI": ("Osastopäällikkö", "Tuotantopäällikkö"),
        "DE": ("Abteilungsleiter", "Produktionsleiter"),
    },
    "ivan": {
        "DK": ("Indkøbsdirektør", "Indkøbschef", "Purchasing Director"),
        "SE": ("Inköpschef", "Inköpsdirektör", "Strategisk inköpare"),
        "FI": ("Ostojohtaja", "Ostopäällikkö", "Hankintapäällikkö"),
        "DE": ("Einkaufsleiter", "Leiter Einkauf"),
    },
    "other": {
        "DK": ("Direktør", "Kvalitetschef", "Økonomichef"),
        "SE": ("VD", "Kvalitetschef"),
        "FI": ("Toimitusjohtaja", "Laatupäällikkö"),
        "DE": ("Geschäftsführer", "Leiter Qualität"),
    },
}

SELLERS = ("Anna", "Jonas", "Helle")
FITTERS = ("Pekka", "Lasse", "Dorthe")

TICKET_TOPICS = ("Ventil", "Linjen står", "Rengøring", "Manual", "Reservedel", "Farveblanding", "Display")
NOT_ANSWERED = "Opkald ikke besvaret"
TRANSPORT_DAMAGE = "Transportskade"

TICKET_TEXTS = {
    "night": {
        "da": ("Ringede to gange, ingen svarede", "Linjen står, ingen tager telefonen", "Igen ingen på vagt"),
        "sv": ("Ingen svarade i natt", "Linjen står still, ingen på jouren"),
        "fi": ("Kukaan ei vastannut yöllä", "Linja seisoo, päivystys ei vastaa"),
        "de": ("Nachts geht niemand ans Telefon",),
    },
    "day": {
        "da": (
            "Ventilen er slidt igen",
            "Mangler den danske manual",
            "Løst over telefonen, tak",
            "Pakning skiftet",
        ),
        "sv": ("Ventilen läcker", "Löst på telefon, tack"),
        "fi": ("Venttiili vuotaa", "Ohje on saksaksi", "Ratkesi puhelimessa, kiitos"),
        "de": ("Ventil undicht", "Am Telefon gelöst, danke"),
    },
}

SURVEY_TEXTS = {
    "low": {
        "da": (
            "Vi bliver aldrig ringet op igen",
            "Maskinen er god, telefonen er død om natten",
            "Manualen er på tysk",
        ),
        "sv": ("Ingen svarar på natten", "Vi får vänta för länge på delar", "Manualen är på tyska"),
        "fi": ("Yöllä ei vastaa kukaan", "Ohjekirja on saksaksi", "Varaosat tulevat liian myöhään"),
        "de": ("Nachts nimmt keiner ab", "Zu lange auf Teile gewartet"),
        "en": ("Nobody picks up at night", "We wait too long for parts"),
    },
    "high": {
        "da": ("God rådgivning og ærlige tal", "Demoen overbeviste os", "Stabil drift i dagtimerne"),
        "sv": ("Bra möten och tydliga siffror", "Maskinen går bra på dagtid"),
        "fi": ("Selkeät luvut ja hyvä esittely", "Kone on ollut luotettava"),
        "de": ("Gute Beratung", "Die Vorführung hat uns überzeugt"),
        "en": ("Clear numbers, good demo", "A supplier we can plan with"),
    },
}
PAGES = (
    ("machines", 14),
    ("data sheet BB-400", 16),
    ("data sheet BB-600", 9),
    ("prices", 13),
    ("spare parts", 12),
    ("manuals", 11),
    ("cleaning tips", 7),
    ("references", 6),
    ("about us", 5),
    ("contact", 5),
    ("careers", 2),
)
"""Page and how often it is read."""
