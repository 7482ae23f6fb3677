"""Catalogues: current, complete, and with the same placeholders in every language."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "locales"
DOMAINS = sorted(path.stem for path in LOCALES.glob("*.pot"))
LANGUAGES = sorted(path.name for path in LOCALES.iterdir() if path.is_dir())
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_with_its_placeholders(domain: str, language: str) -> None:
    template = catalogue(LOCALES / f"{domain}.pot")
    translated = catalogue(LOCALES / language / "LC_MESSAGES" / f"{domain}.po")
    for message in template:
        if not message.id:
            continue
        found = translated.get(message.id)
        assert found is not None and found.string, message.id
        assert not found.fuzzy, message.id
        wanted = sorted(PLACEHOLDER.findall(str(message.id)))
        assert sorted(PLACEHOLDER.findall(str(found.string))) == wanted, message.id


def test_the_template_of_the_pages_is_current(tmp_path: Path) -> None:
    made = tmp_path / "made.pot"
    command = (
        *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract"),
        *("-F", "locales/babel.cfg", "--no-location", "--sort-output", "--omit-header"),
        *("-o", str(made), "."),
    )
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    known = {message.id for message in catalogue(LOCALES / "tsukuba_trust.pot")}
    assert {message.id for message in catalogue(made)} == known, "run: make locales"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_doubled(domain: str, language: str) -> None:
    """What two tools wrote into one entry, one after the other, still reads as translated."""
    for message in catalogue(LOCALES / language / "LC_MESSAGES" / f"{domain}.po"):
        text = str(message.string)
        half = len(text) // 2
        assert len(text) < 8 or text[:half] != text[half:], message.id
