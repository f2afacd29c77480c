"""Text that is shown: everything the contract promises, and nothing that acts on a terminal."""

from __future__ import annotations

import errno
import io
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from research_agent.cli import terminal
from research_agent.cli.terminal import Progress, print_answer
from research_agent.events import Drafted, Planned, SourceFinished, Started, Token
from research_agent.rendering.text import as_plain, plain
from research_agent.rendering.view import PARTLY, UNSUPPORTED, AnswerView
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.text.sanitize import printable
from research_agent.types import Answer, Citation, Document, SourceReport, Topic, Turn
from research_agent_devtools.harness.scripted_engine import RIVER, answer

ATTACKS = {
    "clear screen": "a\x1b[2Jb",
    "hidden link": "a\x1b]8;;https://evil.example\x1b\\b",
    "clipboard": "a\x1b]52;c;ZXZpbA==\x07b",
    "eight-bit control": "a\x9b31mb",
    "overwrite": "harmless\rrm -rf",
    "backspace": "good\b\b\b\bevil",
    "right-to-left": "a\u202egpj.exe",
    "isolate": "a\u2066b\u2069",
    "zero width": "pay\u200bpal",
    "tags": "a\U000e0041\U000e0042",
    "lone surrogate": "a\ud800b",
    "line separator": "a\u2028b",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_acts_on_a_terminal_is_printed(attack: str) -> None:
    hostile = hostile_answer(attack)
    for shown in (plain(hostile, {"notes": attack}), on_terminal(hostile, 80, {"notes": attack})):
        assert acting(shown) == set()
    assert acting(f"{attack}\n") != set()  # the twin that prints what it got


@given(st.text())
def test_any_text_becomes_printable_and_stays_so(text: str) -> None:
    shown = printable(text)
    assert acting(shown) == set()
    assert printable(shown) == shown
    shown.encode()


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = "Grüße, 東京!\n\tעברית, e\u0301 👩\u200d🚀 – “quoted” 5 ≤ 6"
    assert printable(text) == text


def test_the_plain_answer_says_what_the_contract_promises() -> None:
    assert plain(answer(), {"notes": "My notes"}, go_on=True) == (
        "The Lumen is long. [1] It is old. [unsupported] It does not freeze. [1]\n"
        "\n"
        "[1] Lumen - My notes - https://notes.example/lumen - CC BY-SA 4.0, read 2026-01-02\n"
        "\n"
        "2 of 3 sentences supported by 1 source\n"
        "1 of 2 sources answered; Hacker News timed out after 8 s\n"
        'session s, turn 2 - continue: research-agent ask -c "QUESTION"\n'
    )


SETUP = "Run: research-agent setup"
UNSET = SourceReport(name="encyclopedia", status="skipped", documents=0, ms=0, reason="is not set up")


@pytest.mark.parametrize(
    "missing",
    [
        {"notes": (f"There is no embedding model. {SETUP}", f"There is no chat model. {SETUP}"), "sources": (UNSET,)},
        {"notes": (f"There is no chat model. {SETUP}",)},
        {"notes": ("Encyclopedia (offline): is not set up",), "sources": (UNSET,)},
    ],
)
def test_the_command_that_sets_up_is_named_once_whatever_is_missing(missing: dict[str, Any]) -> None:
    assert plain(answer(**missing), {}).count(SETUP) == 1
    assert SETUP in AnswerView(answer(**missing)).ledger
    assert on_terminal(answer(**missing), 80).count(SETUP) == 1
    assert SETUP not in plain(answer(), {})


def test_an_answer_without_sentences_to_count_has_no_coverage() -> None:
    assert AnswerView(answer(citations=(), unsupported=())).coverage == ""
    assert AnswerView(answer(citations=(), unsupported=((0, 18),))).coverage == "0 of 1 sentence supported"


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_on_a_terminal_is_wider_than_it(width: int) -> None:
    long = answer(text="word " * 300, unsupported=((5, 900),), citations=answer().citations[:1])
    assert max(map(len, on_terminal(long, width).splitlines())) <= width


def test_unsupported_is_said_in_words_also_without_colour() -> None:
    assert "It is old. [unsupported]" in on_terminal(answer(), 80)


def test_a_terminal_that_is_not_utf8_gets_characters_it_has() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="replace")
    print_answer(Console(file=stream, force_terminal=True, width=60), answer(text="Grüße. [1]", unsupported=()), {})
    stream.flush()
    assert b"-- answer --" in raw.getvalue()
    assert b"Gr??e." in raw.getvalue()


def test_a_terminal_that_was_closed_costs_the_answer_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    progress = Progress(Console(file=Closed()))
    for event in (Started("s", "q", None), Token("The Lumen "), Token("is long."), Drafted("The Lumen is long.")):
        progress(event)


def test_progress_and_draft_are_appended_line_by_line() -> None:
    shown = progressed(
        Started("s", "q", "ollama:llama3.2"),
        Planned((Topic(text="river Lumen", question="q"),)),
        SourceFinished(SourceReport(name="hackernews", status="failed", documents=0, ms=8000, reason="timed out")),
        *(Token(f"word{number} ") for number in range(12)),
        Drafted(""),
        width=60,
    )
    assert shown.splitlines() == [
        "model                  ollama:llama3.2",
        "topics                 river Lumen",
        "Hacker News            failed: timed out              8.00 s",
        "",
        "── draft ───────────────────────────────────────────────────",
        "word0 word1 word2 word3 word4 word5 word6 word7 word8 word9",
        "word10 word11",
    ]


def test_the_column_of_labels_is_as_wide_as_the_longest_title() -> None:
    built_in = load_sources(load_settings(), ["wikipedia", "encyclopedia", "hackernews"])
    assert max(len(source.title) for source in built_in) == terminal.LABEL
    steps = [
        SourceFinished(SourceReport(name=name, status="empty", documents=0, ms=10)) for name in ("long", "hackernews")
    ]
    shown = progressed(*steps, width=80, titles={"long": "東" * 12, "hackernews": "Hacker News"})
    assert [cell_len(line.partition("nothing found")[0]) for line in shown.splitlines()] == [25, 25]


@pytest.mark.parametrize("width", [20, 40, 43, 44, 60, 80, 200])
def test_a_step_is_one_line_and_loses_its_seconds_before_its_words(width: int) -> None:
    report = SourceReport(name="encyclopedia", status="ok", documents=3, ms=123_456, reason="very " * 50)
    (line,) = progressed(SourceFinished(report), width=width, titles={"encyclopedia": "T" * 22}).splitlines()
    assert len(line) <= width
    assert (" 123.46 s" in line) == (width >= 60)
    assert width < 40 or "3 documents" in line


@given(st.lists(st.text(alphabet="ab 東\n", max_size=12), max_size=30))
def test_a_draft_is_wrapped_without_losing_a_character_but_spaces(tokens: list[str]) -> None:
    shown = progressed(*(Token(token) for token in tokens), Drafted(""), width=20)
    body = shown.partition("── draft ───────────\n")[2]
    assert "".join(body.split()) == "".join("".join(tokens).split())


def on_terminal(shown: Answer, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    print_answer(Console(file=stream, width=width, color_system=None), shown, titles or {})
    return stream.getvalue()


def progressed(*events: object, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    progress = Progress(console, titles or {"hackernews": "Hacker News"})
    for event in events:
        progress(event)  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def hostile_answer(attack: str) -> Answer:
    """The attack in every place that fetched or generated text can reach."""
    document = Document(
        source="notes", title=attack, url=f"https://x.example/{attack}", text=attack, retrieved=attack, licence=attack
    )
    cited = Citation(
        n=1,
        sentence=(0, 2),
        document=document.id,
        title=attack,
        url=document.url,
        source="notes",
        quote=attack,
        start=0,
        end=len(attack),
        score=1.0,
    )
    return answer(
        text=f"{attack} [1] {attack}",
        session=attack,
        unsupported=((len(attack), len(attack) + 3),),
        citations=(cited,),
        documents=(document, RIVER),
        notes=(attack,),
    )


def acting(text: str) -> set[str]:
    """Characters that move the cursor, change direction or hide; joiners and soft hyphens belong to scripts."""
    kept = {"\n", "\t", "\u200c", "\u200d", "\u00ad"}
    acts = {"Cc", "Cs", "Zl", "Zp"}
    hides = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080)}
    return {char for char in text if (unicodedata.category(char) in acts or ord(char) in hides) and char not in kept}


def test_what_the_sources_say_in_part_is_told_from_what_they_do_not_say() -> None:
    told = answer(partly=((23, 33),))
    assert f"It is old. [{PARTLY}]" in plain(told, {})
    assert f"It is old. [{UNSUPPORTED}]" in plain(answer(), {})
    turns = [Turn(number=1, question=told.question, answer=told)]
    assert "Only a part of this was found in a source: It is old." in as_plain(turns)
    assert told.as_json()["analysis"]["support"]["partly"] == 1


def test_why_sources_were_asked_is_told_where_it_is_more_than_one_reason() -> None:
    reports = [
        SourceReport(name="notes", status="ok", documents=1, ms=9, why="asked for every question"),
        SourceReport(name="papers", status="ok", documents=1, ms=9, why="a question of \x1b[2Jscience"),
    ]
    titles = {"notes": "Notes", "papers": "Papers"}
    both, one = (replace(answer(), sources=tuple(given)) for given in (reports, reports[:1]))
    told = "searched: Notes (asked for every question); Papers (a question of [2Jscience)"
    assert told in " ".join(on_terminal(both, 80, titles).split())
    assert "searched" not in on_terminal(one, 80, titles)
