"""Files of the encyclopedia: which languages `setup` could still bring."""

from __future__ import annotations

from pathlib import Path

from research_agent.setup.parts import LANGUAGE_PARTS
from research_agent.sources.encyclopedia.installed_files import DATABASE, LANGUAGES, folder_of, languages_to_bring


def test_languages_are_those_that_setup_brings_until_it_has(tmp_path: Path) -> None:
    assert tuple(part.lang for part in LANGUAGE_PARTS) == LANGUAGES
    assert languages_to_bring(tmp_path) == {"es", "fr"}
    (tmp_path / folder_of("es")).mkdir()
    (tmp_path / folder_of("es") / DATABASE).touch()
    assert languages_to_bring(tmp_path) == {"fr"}
