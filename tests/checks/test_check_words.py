"""Every check has its words in both languages, and a page that explains it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from polku.checks import CATALOGUE, check_workspace
from polku.checks.examples import EXAMPLES
from polku.checks.explain import reference_page
from polku.words import has, render
from tests.checks.healthy import TODAY, workspace
from tests.checks.test_each_check import CASES, NAMES, Change

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"


@pytest.mark.parametrize("code", CATALOGUE)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_check_says_what_it_finds_why_and_how_to_mend_it(code: str, language: str) -> None:
    check = CATALOGUE[code]

    assert [
        message.id for message in (check.finds, check.why, check.mend) if not has(message.id, language)
    ] == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_check_has_an_example_that_is_yaml(code: str) -> None:
    example = EXAMPLES[code]

    assert yaml.safe_load(example.mended) is not None
    assert example.found != example.mended


def test_no_example_is_left_of_a_check_that_is_gone() -> None:
    assert set(EXAMPLES) == set(CATALOGUE)


@pytest.mark.parametrize(("code", "change", "_expected"), CASES, ids=NAMES)
def test_what_a_check_says_can_be_said_in_both_languages(
    code: str, change: Change, _expected: object
) -> None:
    for finding in check_workspace(workspace(change), today=TODAY):
        for message in (
            finding.message,
            finding.why,
            finding.fix,
            *(one.message for one in finding.occurrences),
        ):
            if message is not None:
                english, finnish = render(message, "en"), render(message, "fi")
                assert english and finnish and english != finnish, (code, message.id)


def test_the_reference_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), (
        "write it anew: python -m polku.checks.explain > docs/reference/checks.md"
    )
