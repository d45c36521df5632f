"""Names of companies and addresses in the form in which they are compared."""

from __future__ import annotations

import pytest

from polku.identity.names import company_key, domain_of, email_of, is_free_mail, person_key


@pytest.mark.parametrize(
    "name",
    [
        "Legetøj Nord A/S",
        "LEGETØJ NORD",
        " legetøj  nord a/s ",
        "Legetøj Nord ApS",
        "Legetøj-Nord A.S.",
        "Legetøj Nord, Ltd.",
    ],
)
def test_legal_forms_and_letter_case_do_not_matter(name: str) -> None:
    assert company_key(name) == "legetoj nord"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Oy Pallo Ab", "pallo"),
        ("Murmel & Sohn GmbH & Co. KG", "murmel & sohn"),
        ("Boll och Båge AB (publ)", "boll & bage"),
        ("AB", "ab"),
        ("SE", "se"),
        ("A/S", "a s"),
        ("Asahi KK", "asahi kk"),
        ("Abloy Oyj", "abloy"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_name(name: str, key: str) -> None:
    assert company_key(name) == key


def test_domains_and_addresses() -> None:
    assert domain_of("https://www.Pallo.example:8080/fi?x#y") == "pallo.example"
    assert domain_of("anna@mail.pallo.example") == "mail.pallo.example"
    assert [domain_of(text) for text in (None, "", "Pallo Oy", "pallo", "1.234", "a b.fi")] == [None] * 6
    assert email_of(" <Anna@Pallo.example> ") == "anna@pallo.example"
    assert [email_of(text) for text in ("anna", "@x.fi", "a@", "a b@x.fi", "a@b@x.fi")] == [None] * 5
    assert is_free_mail("gmail.com") and is_free_mail("mail.gmail.com") and not is_free_mail("notgmail.com")


def test_order_of_a_persons_names_does_not_matter() -> None:
    assert person_key("HOLM, Mette") == person_key("Mette Holm")
