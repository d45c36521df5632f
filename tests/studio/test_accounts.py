"""Accounts: the list by who needs us now, the page of each, and its document edited in place."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest


def there(space: Any, id: str = "", part: str = "") -> str:
    return f"/w/{space.slug}/accounts/" + (f"{id}/" if id else "") + (f"{part}/" if part else "")


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def account_of(space: Any, id: str) -> Any:
    from polku.studio.store import workspace_of

    space.refresh_from_db()
    return workspace_of(space).accounts[id]


def test_the_list_puts_those_who_need_us_first(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    html = client(owner).get(there(measured_space)).content.decode()
    rows = re.findall(r"<tr data-link=.*?</tr>", html, re.S)
    assert len(rows) == 40
    falling = ["falling" in words_of(row) for row in rows]
    assert falling == sorted(falling, reverse=True) and any(falling)
    assert f"{sum(falling)} of 40 accounts are falling" in words_of(html)
    nord = next(row for row in rows if "Legetøj Nord" in row)
    assert "Meet the successor" in nord and "4 of 5 kinds known" in nord


def test_the_list_is_filtered_and_taken_along(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    import openpyxl

    browser = client(owner)
    for query, least in (
        ("q=nord", 1),
        ("segment=large-toy-makers", 10),
        ("country=FI", 3),
        ("trend=rising", 1),
        ("trend=falling&country=SE", 1),
    ):
        html = browser.get(there(measured_space) + f"?{query}").content.decode()
        assert least <= html.count("<tr data-link=") < 40, query
    assert "No account is left" in browser.get(there(measured_space) + "?q=zzz").content.decode()
    for nasty in ("?q=<script>", "?page=-1", "?page=99999", "?segment=%00", "?trend=sideways"):
        answer = browser.get(there(measured_space) + nasty)
        assert answer.status_code == 200 and '<script>"' not in answer.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(browser.get(there(measured_space) + "?form=xlsx").content))
    assert book["accounts"].max_row == 41


def test_without_data_the_described_accounts_are_listed(
    space: Any, owner: Any, client: Callable[..., Any], person: Callable[..., Any]
) -> None:
    from polku.studio.spaces import new_space

    html = client(owner).get(there(space)).content.decode()
    assert html.count("<tr data-link=") == 5 and "no data is loaded" in html
    page = client(owner).get(there(space, "legetoj-nord"))
    assert page.status_code == 200 and "Uptime counts three times" in page.content.decode()
    someone = person("maija")
    empty = new_space("empty", someone, texts={"polku": "name: Empty Ltd\n"})
    assert "Nobody has named a customer company" in client(someone).get(there(empty)).content.decode()
    assert client(someone).get(there(empty, "nobody")).status_code == 404


def test_the_page_of_every_account_opens(measured_space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner, language="da")
    links = re.findall(r'data-link="([^"]+)"', browser.get(there(measured_space)).content.decode())
    for link in links[::6]:
        page = browser.get(link)
        assert page.status_code == 200 and "<svg" in page.content.decode(), link
    assert browser.get(there(measured_space, "no-such")).status_code == 404


def test_names_are_only_for_those_who_may_see_them(
    measured_space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    open_ = client(owner).get(there(measured_space, "legetoj-nord")).content.decode()
    hidden = client(person("maija", right="editor", space=measured_space))
    page = hidden.get(there(measured_space, "legetoj-nord")).content.decode()
    for name in ("Mette Holm", "Bo Lund", "Søren Kær", "Ulla Krogh"):
        assert name in open_ and name not in page
    assert 'name="name"' not in page.split('id="people"')[1]
    hidden.post(
        there(measured_space, "legetoj-nord", "person"), {"person": "p1", "name": "Spy", "decision": "1"}
    )
    assert account_of(measured_space, "legetoj-nord").people[0].name == "Mette Holm"


def test_a_phone_lists_what_happened_newest_first(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(there(measured_space, "legetoj-nord")).content.decode()
    listed = page[page.index('<div class="lately">') : page.index('<div class="account-three">')]
    days = [
        dt.datetime.strptime(day, "%d %b %Y").date()
        for day in re.findall(r'<li><span class="note">([^<]+)</span>', listed)
    ]
    assert len(days) == 100 and days == sorted(days, reverse=True)
    assert "Nobody named" in listed and "<details>" in listed
    more = re.search(r"<summary[^>]*>(\d+) more", listed)
    assert more is not None and int(more[1]) == len(days) - 8


def test_understanding_is_edited_in_place_and_makes_a_hole_again(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    where = there(space, "legetoj-nord", "understanding")
    said = {
        "kind": "customers_customers",
        "note": "Shops want quiet balls",
        "date": "2026-11-01",
        "evidence": "nps-2026q2",
    }
    assert browser.post(where, said).status_code == 302
    kind = account_of(space, "legetoj-nord").understanding.customers_customers
    assert (kind.note, str(kind.date), kind.evidence) == (
        "Shops want quiet balls",
        "2026-11-01",
        ("nps-2026q2",),
    )
    browser.post(where, {"kind": "customers_customers", "note": ""})
    assert account_of(space, "legetoj-nord").understanding.customers_customers.note is None
    for wrong in ({"kind": "gossip", "note": "x"}, {"kind": "value", "note": "x", "date": "soon"}):
        assert browser.post(where, wrong).status_code == 422


def test_signals_and_people_come_change_and_go(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    signal, people = there(space, "legetoj-nord", "signal"), there(space, "legetoj-nord", "person")
    browser.post(
        signal,
        {"kind": "competitor", "date": "2026-11-10", "note": "An offer", "touches": ["value", "buying"]},
    )
    last = account_of(space, "legetoj-nord").signals[-1]
    assert (last.kind, last.note, last.touches) == ("competitor", "An offer", ("value", "buying"))
    browser.post(signal, {"remove": "2"})
    assert len(account_of(space, "legetoj-nord").signals) == 1
    assert browser.post(signal, {"remove": "9"}).status_code == 422

    browser.post(
        people, {"name": "Kim Per", "roles": "per", "knows": ["sales", "it"], "use": "3", "reports_to": "p1"}
    )
    new = account_of(space, "legetoj-nord").people[-1]
    assert (new.name, new.roles, new.knows, new.influence.use, new.reports_to) == (
        "Kim Per",
        ("per",),
        ("sales", "it"),
        3,
        "p1",
    )
    browser.post(people, {"person": new.id, "name": "Kim Per", "roles": "per", "leaves": "2027-01-31"})
    changed = account_of(space, "legetoj-nord").people[-1]
    assert str(changed.leaves) == "2027-01-31" and changed.knows == () and changed.reports_to is None
    browser.post(people, {"person": new.id, "remove": "1"})
    assert len(account_of(space, "legetoj-nord").people) == 3
    assert browser.post(people, {"person": "p99"}).status_code == 422
    assert browser.post(people, {"name": "X", "decision": "7"}).status_code == 422


def test_one_undo_takes_an_edit_back(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio import together
    from polku.studio.models import Change
    from polku.studio.store import Author, texts_of

    before = texts_of(space)["accounts/legetoj-nord"]
    client(owner).post(
        there(space, "legetoj-nord", "about"), {"segment": "small-toy-makers", "status": "former"}
    )
    account = account_of(space, "legetoj-nord")
    assert (account.segment, account.status, account.key_account) == ("small-toy-makers", "former", False)
    space.refresh_from_db()
    together.undo(space, Change.objects.order_by("-number")[0], Author(owner))
    assert texts_of(space)["accounts/legetoj-nord"] == before
    wrong = client(owner).post(there(space, "legetoj-nord", "about"), {"segment": "giants"})
    assert wrong.status_code == 422 and "giants" in wrong.content.decode()


def test_a_late_edit_is_refused_with_both_values(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser, where = client(owner), there(space, "legetoj-nord", "understanding")
    seen = str(space.revision)
    browser.post(where, {"kind": "value", "note": "First", "seen": seen})
    late = browser.post(where, {"kind": "value", "note": "Second", "seen": seen})
    assert late.status_code == 409
    assert "First" in late.content.decode() and "Second" in late.content.decode()
    assert account_of(space, "legetoj-nord").understanding.value.note == "First"
    assert browser.post(where, {"kind": "buying", "note": "Beside", "seen": seen}).status_code == 302


def test_an_account_is_added_by_name(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    answer = browser.post(there(space, "new"), {"name": "Ærø Legetøj & Søn"})
    assert answer.status_code == 302
    assert browser.get(answer["Location"]).status_code == 200
    assert browser.post(there(space, "new"), {"name": "  "}).status_code == 422


def test_the_first_edit_gives_an_account_of_the_data_its_document(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    before = browser.get(there(measured_space)).content.decode().count("<tr data-link=")
    browser.post(there(measured_space, "A-1130", "understanding"), {"kind": "value", "note": "Speed"})
    document = account_of(measured_space, "ballhaus-lubeck-gmbh")
    assert document.understanding.value.note == "Speed" and "A-1130" in str(document.records)
    html = browser.get(there(measured_space)).content.decode()
    assert html.count("<tr data-link=") == before, "one account, one row"
    assert "Speed" in browser.get(there(measured_space, "A-1130")).content.decode()
    assert "Speed" in browser.get(there(measured_space, "ballhaus-lubeck-gmbh")).content.decode()


@pytest.mark.parametrize("part", ["understanding", "signal", "person", "about"])
def test_viewers_change_nothing(
    part: str, space: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    viewer = client(person("guest", right="viewer", space=space, names=True))
    revision = space.revision
    assert viewer.post(there(space, "legetoj-nord", part), {"kind": "value", "note": "x"}).status_code == 403
    page = viewer.get(there(space, "legetoj-nord")).content.decode()
    assert 'method="post" action="/w/hoppebold/accounts' not in page
    space.refresh_from_db()
    assert space.revision == revision
