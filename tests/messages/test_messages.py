"""The catalogue: each line is used, is listed with the case that shows it, and is said by language."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from helpers.shown import SHOWN
from research_agent import messages
from research_agent.messages import Message, remarks, speak, speaking, texts_of, wordings
from research_agent_devtools.checkout import ROOT

ROOMS = [room.name for room in iter_modules(messages.__path__) if not room.ispkg]
CATALOGUE = {
    f"{room}.{name}": value
    for room in ROOMS
    for name, value in vars(import_module(f"research_agent.messages.{room}")).items()
    if isinstance(value, Message)
}
LANGUAGES = [one.name for one in iter_modules(import_module("research_agent.messages.languages").__path__)]
FIELDS = re.compile(r"\{(\w+)")


def test_each_line_is_listed_with_the_case_that_shows_it() -> None:
    assert set(SHOWN) == set(CATALOGUE)


@pytest.mark.parametrize("room", ROOMS)
def test_the_lines_of_a_room_say_what_is_listed(room: str) -> None:
    for name in (name for name in CATALOGUE if name.startswith(f"{room}.")):
        case, fields, said = SHOWN[name]
        assert case, name
        assert CATALOGUE[name](**fields) == said, name
        assert CATALOGUE[name].is_in(f"Wikipedia {said}; and more"), name
        assert not CATALOGUE[name].is_in("Nothing of the kind."), name


def test_a_thing_is_said_in_one_line_alone() -> None:
    texts = Counter(line.text for name, line in CATALOGUE.items() if name != "report_lines.NO_SOURCE")  # of a plural
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_lines(language: str) -> None:
    assert texts_of(language).keys() == texts_of("de").keys()


def test_each_line_is_used() -> None:
    source = ROOT / "src" / "research_agent"
    files = [file for file in source.rglob("*.py") if file.parent != source / "messages"]
    used = set(re.findall(rf"\b(?:{'|'.join(ROOMS)})\.[A-Z_]+\b", "\n".join(map(Path.read_text, files))))
    assert set(CATALOGUE) <= used


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_line(language: str) -> None:
    texts = texts_of(language)
    assert texts
    for message, (text, one) in texts.items():
        fields = set(FIELDS.findall(message.text))
        assert set(FIELDS.findall(text)) == fields, text
        assert set(FIELDS.findall(one)) <= fields, one


def test_a_line_is_said_in_the_language_that_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    line, other = Message("{n} pages", one="1 page"), Message("plain")
    monkeypatch.setattr(
        messages, "texts_of", lambda language: {line: ("{n} Seiten", "1 Seite")} if language == "de" else {}
    )
    assert (line(n=1), line(n=2)) == ("1 page", "2 pages")
    with speaking("de-AT"):
        assert (line(n=1), line(n=2), other()) == ("1 Seite", "2 Seiten", "plain")
        assert line.is_in("Es sind 7 Seiten da.")
        with speaking("xx"):
            assert line(n=2) == "2 pages"
    assert line(n=2) == "2 pages"


@pytest.mark.parametrize("language", ["en", "xx", "..", ""])
def test_a_language_without_translations_has_none(language: str) -> None:
    assert texts_of(language) == {}


def test_a_language_is_spoken_until_the_context_ends() -> None:
    with speaking("en"):
        speak("fr-CA")
        assert remarks.RELATED() == "À ce sujet :"
    assert remarks.RELATED() == "Related:"


def test_every_wording_of_a_line_is_known() -> None:
    assert wordings(remarks.RELATED)[0] == "Related:"
    assert len(set(wordings(remarks.RELATED))) >= len(LANGUAGES)
