"""The mirror: whom a list of contacts knows."""

from __future__ import annotations

from polku.identity.mirror import Contact, mirror
from polku.words import render


def test_people_and_companies_count_once() -> None:
    seen = mirror(
        [
            Contact("Anna Aho", "anna@pallo.example", "Pallo Oy", "CEO"),
            Contact("ANNA AHO", "Anna@Pallo.example", None, None),
            Contact("Bo B", None, "PALLO", "Operator"),
            Contact("Bo B", None, "Pallo Ab", "Operator"),
            Contact("Cy C", "c@pallo.example", None, "Wizard"),
            Contact("Di D", "d@gmail.com", None, None),
        ]
    )
    assert (seen.rows, seen.people, seen.repeated, len(seen.companies)) == (6, 4, 2, 1)
    assert (seen.parts["decision-maker"], seen.parts["operator"]) == (1, 1)
    assert (seen.unplaced, seen.without_title, seen.without_company) == ((("Wizard", 1),), 1, 1)
    assert seen.people == seen.placed + seen.not_placed + seen.without_title


def test_three_sentences_say_whom_and_what_is_not_known() -> None:
    contacts = [
        Contact(f"P {n}", f"p{n}@firm{n % 4}.example", f"Firm {n % 4}", "Purchasing Manager")
        for n in range(8)
    ]
    contacts += [
        Contact("O", "o@firm0.example", "Firm 0", "Operatør"),
        Contact("U", "u@firm1.example", "Firm 1", "Wizard"),
    ]
    seen = mirror(contacts)
    english = [render(sentence, "en") for sentence in seen.sentences]
    assert english[0] == "You know 10 people in 4 companies."
    assert english[1].startswith("89% sign, buy or manage; 11% use the product")
    assert (
        english[2].startswith("In 3 of 4 companies you know nobody who uses it")
        and "in 1 of these" in english[2]
    )
    assert all(render(sentence, "fi") for sentence in seen.sentences)
    assert {company.name for company in seen.nobody_uses} == {"Firm 1", "Firm 2", "Firm 3"}


def test_of_few_people_no_percentage_is_said() -> None:
    seen = mirror([Contact("A", "a@x.example", "X", "CEO")])
    assert "%" not in render(seen.sentences[1], "en")


def test_an_empty_list_and_a_list_without_titles_say_so() -> None:
    assert mirror([]).people == 0
    assert [sentence.id for sentence in mirror([Contact("A", None, None, None)]).sentences] == [
        "mirror.know",
        "mirror.no-titles",
    ]


def test_signs_alone_are_no_title() -> None:
    titles = {"Anna": "-", "Bo": "?", "Cy": " … ", "Di": "CEO", "Eva": "C-3"}
    seen = mirror(Contact(name, None, "Pallo", title) for name, title in titles.items())
    assert (seen.without_title, seen.unplaced, seen.parts["decision-maker"]) == (3, (("C-3", 1),), 1)
