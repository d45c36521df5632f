"""Invented companies with known doubles, as two lists write them: what a list of likely pairs is measured on."""

from __future__ import annotations

import random
from pathlib import Path

FIRST = [
    "Pallo",
    "Lelu",
    "Puu",
    "Meri",
    "Nord",
    "Syd",
    "Vest",
    "Hav",
    "Skov",
    "Fjell",
    "Berg",
    "Sten",
    "Bolde",
    "Kugle",
    "Metalli",
    "Kone",
    "Paperi",
    "Saha",
    "Tehdas",
    "Verk",
    "Malmi",
    "Teras",
    "Kaapeli",
    "Sahko",
    "Lampo",
    "Vesi",
    "Ilma",
    "Tuuli",
    "Kivi",
    "Hiekka",
    "Lasi",
    "Muovi",
    "Kumi",
    "Nahka",
    "Villa",
    "Pellava",
    "Silta",
    "Tunneli",
]
SECOND = [
    "tec",
    "mek",
    "trans",
    "form",
    "pack",
    "line",
    "port",
    "data",
    "soft",
    "kraft",
    "bygg",
    "maskin",
    "verk",
    "fabrik",
    "teollisuus",
    "huolto",
    "logistik",
    "design",
    "vision",
    "konsult",
    "energi",
    "plast",
    "glas",
    "papir",
    "stål",
    "tekstil",
    "møbel",
    "mat",
    "agro",
    "kemi",
]
FORMS = {"FI": ("Oy", "Oyj", "Ky"), "SE": ("AB", "HB"), "DK": ("A/S", "ApS"), "NO": ("AS", "ASA")}
PLACES = [
    "Nordic",
    "International",
    "Finland",
    "Sverige",
    "Danmark",
    "Norge",
    "Trading",
    "Group",
    "Helsinki",
    "Aarhus",
]


def invent(folder: Path, count: int, seed: int = 1) -> set[frozenset[str]]:
    """Write `crm.csv` and `erp.csv` (id, name, domain, country) and say which ids are one company.

    A third of the companies stand in both lists or twice in one; of these a few without a change, most with a slip,
    another legal form, another domain or none, or a word more. Others only look alike: sisters with another word.
    """
    dice = random.Random(seed)
    names: dict[str, str] = {}
    while len(names) < count:
        word = dice.choice(FIRST) + dice.choice(SECOND)
        if dice.random() < 0.5:
            word += " " + dice.choice(FIRST)
        names.setdefault(word, dice.choice(list(FORMS)))
    lists: dict[str, list[tuple[str, str, str, str]]] = {"crm": [], "erp": []}
    truth: set[frozenset[str]] = set()
    for number, (word, country) in enumerate(names.items()):
        form = dice.choice(FORMS[country])
        domain = f"{word.lower().replace(' ', '')}.{country.lower()}".replace("å", "aa").replace("ø", "oe")
        id = f"C{number}"
        lists["crm"].append((id, f"{word} {form}", domain if dice.random() < 0.7 else "", country))
        if dice.random() < 0.34:
            other, where = f"D{number}", dice.choice(("crm", "erp"))
            said = _changed(word, dice)
            lists[where].append(
                (
                    other,
                    f"{said} {form if dice.random() < 0.8 else ''}".strip(),
                    dice.choice((domain, "", "", domain.rpartition(".")[0] + ".com")),
                    country if dice.random() < 0.95 else "",
                )
            )
            truth.add(frozenset((id, other)))
        if dice.random() < 0.1:
            sister = f"S{number}"
            lists["erp"].append((sister, f"{word} {dice.choice(PLACES)} {form}", "", country))
    for where, rows in lists.items():
        lines = ["id,name,domain,country", *(",".join(row) for row in rows)]
        (folder / f"{where}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return truth


def _changed(word: str, dice: random.Random) -> str:
    what = dice.random()
    at = dice.randrange(1, len(word))
    if what < 0.25:
        return word
    if what < 0.45:
        return word[:at] + word[at:].replace(word[at], word[at] * 2, 1)
    if what < 0.6:
        return word[: at - 1] + word[at:] if at > 1 else word + "s"
    if what < 0.75:
        return word.upper()
    if what < 0.85:
        return word.replace("å", "aa").replace("ø", "oe").replace("ä", "ae")
    return f"{word} Group"
