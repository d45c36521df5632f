"""How alike companies are found to be, on invented lists whose doubles are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.documents import Settings, Source, Workspace
from polku.errors import WrongUse
from polku.identity.matching import Review, review
from polku.identity.names import legal_form
from polku.sources.importing import import_files
from tests.identity.invented_companies import invent

COLUMNS = {"account_id": "id", "name": "name", "domain": "domain", "country": "country"}
WORKSPACE = Workspace(
    Settings(),
    sources={
        kind: Source.model_validate(
            {"id": kind, "kind": kind, "reads": f"{kind}.csv", "table": "accounts", "columns": COLUMNS}
        )
        for kind in ("crm", "erp")
    },
)


def of_list(folder: Path, rows: str) -> Review:
    (folder / "crm.csv").write_text("id,name,domain,country\n" + rows, encoding="utf-8")
    import_files(WORKSPACE, folder, [folder / "crm.csv"])
    return review(folder, WORKSPACE, least=0.001)


def chance(found: Review, one: str, other: str) -> float:
    return max(
        (p.probability or 0 for p in found.open if {p.left.word.ref, p.right.word.ref} == {one, other}),
        default=0.0,
    )


def test_each_likeness_and_difference_moves_the_chance(tmp_path: Path) -> None:
    rows = (
        "1,Pallotehdas Oy,pallo.fi,FI\n2,Pallotehdas Oy,,FI\n3,Pallotehdas AB,,SE\n4,PALLOTEHDAS Oy,pallo.fi,FI\n"
        "5,Pallotehdas Oy,aivanmuu.fi,FI\n6,Pallotehdas 2 Oy,,FI\n7,Kuminauha Oy,,FI\n"
    )
    found = of_list(tmp_path, rows)
    domain, plain = chance(found, "1", "4"), chance(found, "1", "2")
    assert domain > 0.99 > plain > 0.5
    assert chance(found, "2", "3") < plain, "another country and legal form speak against"
    assert chance(found, "1", "5") < plain, "another domain speaks against"
    assert chance(found, "2", "6") < plain, "another number speaks against"
    assert chance(found, "1", "7") == 0.0


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Legetøj Nord A/S", "as"),
        ("Nord ApS", "aps"),
        ("Oy Pallo Ab", "ab"),
        ("Pallo Oyj", "oyj"),
        ("Boll AB (publ)", "ab"),
        ("Ball GmbH", "gmbh"),
        ("Ball Ltd.", "ltd"),
        ("Ball", None),
    ],
)
def test_the_legal_form_is_what_stands_behind_the_name(name: str, form: str | None) -> None:
    assert legal_form(name) == form


def found_of(review: Review, truth: set[frozenset[str]]) -> tuple[float, float]:
    """Share of the listed that is right, share of the right that is listed."""
    itself = {frozenset((one.left.word.ref, one.right.word.ref)) for one in review.linked}
    listed = [frozenset((one.left.word.ref, one.right.word.ref)) for one in review.open]
    right = sum(pair in truth for pair in listed)
    return right / len(listed), right / len(truth - itself)


def test_most_doubles_of_an_invented_list_are_found_and_few_others(tmp_path: Path) -> None:
    truth = invent(tmp_path, 1000)
    import_files(WORKSPACE, tmp_path, [tmp_path / "crm.csv", tmp_path / "erp.csv"])
    precision, recall = found_of(review(tmp_path, WORKSPACE, least=0.5, most=5000), truth)
    assert precision > 0.95
    assert recall > 0.8
    _, recall = found_of(review(tmp_path, WORKSPACE, most=5000), truth)
    assert recall > 0.92


@pytest.mark.long
def test_weights_learnt_from_a_list_find_them_as_well(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="the extra match is not installed")
    truth = invent(tmp_path, 600)
    import_files(WORKSPACE, tmp_path, [tmp_path / "crm.csv", tmp_path / "erp.csv"])
    found = review(tmp_path, WORKSPACE, least=0.5, most=5000, learn=True)
    assert found.learnt
    precision, recall = found_of(found, truth)
    assert precision > 0.9
    assert recall > 0.75


def test_of_a_short_list_nothing_is_learnt(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="the extra match is not installed")
    invent(tmp_path, 20)
    import_files(WORKSPACE, tmp_path, [tmp_path / "crm.csv"])
    assert not review(tmp_path, WORKSPACE, learn=True).learnt


def test_without_splink_learning_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "splink", None)
    invent(tmp_path, 20)
    import_files(WORKSPACE, tmp_path, [tmp_path / "crm.csv"])
    with pytest.raises(WrongUse, match=r"polku\[match\]"):
        review(tmp_path, WORKSPACE, learn=True)
    assert not review(tmp_path, WORKSPACE).learnt
