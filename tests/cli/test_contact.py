"""The contact of the User-Agent: asked for once, and saved without touching the rest of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from helpers.chat_session import stored, typed
from research_agent.cli.chat import chat
from research_agent.cli.contact import read_contact, remember_contact, who_wants_contact
from research_agent.settings import load_settings
from research_agent.sources.policy import SourcePolicy
from research_agent.testing import FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, answer, engine

pytestmark = pytest.mark.anyio


class Wanting(FakeSource):
    """A source whose operator wants a contact."""

    policy = SourcePolicy(contact=True, kinds=frozenset({"general"}))


@pytest.mark.parametrize(
    "before", ["", "# mine\nmodel = 'ollama:x'\n", "[urls]\nwikipedia = 'http://127.0.0.1:1'\n", "lang = 'de'\r\n"]
)
@pytest.mark.parametrize("contact", ["me@example.org", ""])
def test_the_contact_is_remembered_and_the_rest_of_the_file_stays(tmp_path: Path, before: str, contact: str) -> None:
    file = tmp_path / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(before.encode())
    remember_contact(file, contact)
    assert tomllib.loads(file.read_text()) == {**tomllib.loads(before), "contact": contact}
    assert file.read_bytes().endswith(before.encode())
    assert who_wants_contact(load_settings(), answer(), [Wanting("notes", [])]) == ""
    assert load_settings().http.contact == contact
    with pytest.raises(tomllib.TOMLDecodeError):  # the twin: a second answer below the first
        tomllib.loads(file.read_text() + f'contact = "{contact}"\ncontact = ""\n')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_it_is_written_in_the_encoding_of_the_file(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes("lang = 'de'\n".encode(encoding))
    remember_contact(file, "me@example.org")
    assert (load_settings().http.contact, load_settings().search.lang) == ("me@example.org", "de")
    assert file.read_bytes().decode(encoding) == "contact = \"me@example.org\"\nlang = 'de'\n"


def test_whose_source_answered_is_asked_for_a_contact_once() -> None:
    settings, sources = load_settings(), [FakeSource("plain", []), Wanting("notes", []), Wanting("wiki", [])]
    assert who_wants_contact(settings, answer(), sources) == sources[1].title
    assert who_wants_contact(settings.with_changes(offline=True), answer(), sources) == ""
    assert who_wants_contact(settings, answer(sources=()), sources) == ""
    named = settings.with_changes(contact="", origins={**settings.origins, "contact": "config.toml"})
    assert who_wants_contact(named, answer(), sources) == ""


@pytest.mark.parametrize(
    ("line", "contact"),
    [
        ("me@example.org", "me@example.org"),
        (" https://example.org/me ", "https://example.org/me"),
        ("", ""),
        ("What is a quasar?", None),
        ("Who is @jack?", None),
        ("/help", None),
        ("mail me@example.org", None),
    ],
)
def test_what_is_no_contact_is_a_question(line: str, contact: str | None) -> None:
    assert read_contact(line) == contact


@pytest.mark.parametrize(
    ("reply", "contact", "turns"), [("me@example.org", "me@example.org", 2), ("", "", 2), (QUESTION, "", 3)]
)
async def test_the_chat_asks_after_the_first_answer_and_never_again(
    reply: str, contact: str, turns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    wanting = engine(*["The Lumen is 412 kilometres long [e1]."] * 9, sources=[Wanting("notes", [RIVER])])
    lines = typed(QUESTION, reply, QUESTION)
    assert await chat(load_settings(), session="s", load=lambda: wanting, ask=lines, interactive=True) == 0
    assert len(await stored()) == turns
    out = capsys.readouterr().out
    assert out.index("The Lumen is 412") < out.index("asks programs to name a contact")
    assert out.count("asks programs to name a contact") == 1
    settings = load_settings()
    assert (settings.http.contact, settings.origins["contact"] == "default") == (contact, False)
