"""The answer as it is written: each sentence stands once, marked where it stands, whatever the terminal's size."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.hostile_text import ATTACKS, acting
from helpers.screen import Screen
from research_agent.cli.answer_stream import AnswerStream, WrittenDraft
from research_agent.events import Drafted, Event, SentenceChecked, Started, Token
from research_agent.types import Answer, Citation, Verdict
from research_agent_devtools.harness.scripted_engine import RIVER, answer

LONG = "The Lumen is 412 kilometres long."
GOLD = "It is full of gold and of dragons that nobody has seen."
ICE = "It does not freeze in winter."


def checked(sentence: str, verdict: Verdict = "supported", document: str = RIVER.id) -> SentenceChecked:
    cited = Citation(
        n=1, sentence=(0, 1), document=document, title="Lumen", url=RIVER.url, source="notes", quote="", start=0, end=0,
        score=1.0,
    )  # fmt: skip
    return SentenceChecked(sentence, (cited,) if verdict == "supported" else (), verdict)


def final(*sentences: str, **changes: object) -> Answer:
    return answer(text=" ".join(f"{sentence} [1]" for sentence in sentences), unsupported=(), **changes)


def tokens(text: str) -> list[Event]:
    return [Token(text[at : at + 3]) for at in range(0, len(text), 3)]


TURN: list[Event] = [
    Started("s", "q", None),
    *tokens(f"{LONG} [e1] {GOLD} "),
    checked(LONG),
    *tokens(f"{ICE} [e1]"),
    checked(GOLD, "unsupported"),
    Drafted(""),
    checked(LONG),
    checked(ICE),
]


def streamed(screen: Screen, *events: Event) -> AnswerStream:
    stream = AnswerStream(screen.console)
    for event in events:
        stream(event)
    return stream


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_each_sentence_stands_once_with_its_mark_and_what_fell_out_is_gone(width: int) -> None:
    screen = Screen(width, 40)
    stream = streamed(screen, *TURN)
    before = " ".join(screen.text.split())
    assert f"{LONG} [1] It is full of … [no source says it] {ICE}" in before
    assert "draft" in before
    assert "[e1]" not in before
    stream.finish(final(LONG, ICE), {}, go_on=False)
    after = " ".join(screen.text.split())
    assert f"{LONG} [1] {ICE} [1]" in after
    assert (after.count("412 kilometres"), after.count("freeze"), after.count("gold")) == (1, 1, 0)
    assert "draft" not in after
    assert not stream.is_open


def test_a_sentence_is_dim_until_it_is_checked() -> None:
    draft = WrittenDraft(raw=f"{LONG} {ICE}")
    draft.add(checked(LONG))
    text = draft.laid_out()
    assert text.plain == f"{LONG} [1] {ICE}"
    (dim,) = [span for span in text.spans if span.style == "dim"]
    assert text.plain[dim.start : dim.end] == f" {ICE}"


@pytest.mark.parametrize(("height", "times"), [(4, 1), (6, 1), (9, 1)])
def test_on_a_low_terminal_nothing_is_said_twice_if_nothing_fell_out(height: int, times: int) -> None:
    screen = Screen(20, height)
    events = [*tokens(f"{LONG} [e1] {ICE}"), checked(LONG), checked(ICE), Drafted("")]
    streamed(screen, *events).finish(final(LONG, ICE), {}, go_on=False)
    after = " ".join(screen.text.split())
    assert after.count("412 kilometres") == times
    assert "https://notes.example" in "".join(after.split())


def test_an_answer_in_other_words_stands_below_what_has_scrolled_away() -> None:
    screen = Screen(20, 4)
    streamed(screen, *tokens(f"{GOLD} {GOLD}"), Drafted("")).finish(final(LONG), {}, go_on=False)
    assert f"{LONG} [1]" in " ".join(screen.text.split()).replace("── answer ────────", "")


def test_documents_are_numbered_as_they_are_first_cited() -> None:
    draft = WrittenDraft(raw=f"{LONG} {GOLD} {ICE}")
    for one in (checked(LONG, document="b"), checked(GOLD, document="a"), checked(ICE, document="b")):
        draft.add(one)
    assert draft.laid_out().plain == f"{LONG} [1] {GOLD} [2] {ICE} [1]"


def test_thoughts_make_way_for_the_answer() -> None:
    screen = Screen(60, 30)
    streamed(screen, Token("We copy."), Token("", restarts=True), Token("It is long."))
    assert "It is long." in screen.text
    assert "We copy" not in screen.text


def test_a_key_that_is_being_written_is_not_shown() -> None:
    assert [WrittenDraft(raw=text).text for text in (f"{LONG} [e", f"{LONG} [e1", f"{LONG} [e1]")] == [LONG] * 3


def test_an_answer_without_a_draft_is_printed_below_what_stands_there() -> None:
    screen = Screen(60, 30)
    screen.write("model x\n")
    AnswerStream(screen.console).finish(final(LONG), {}, go_on=True)
    assert screen.lines[0] == "model x"
    assert "ask -c" in screen.text


def test_a_stop_is_said_below_the_draft_and_what_came_stands() -> None:
    screen = Screen(60, 30)
    stream = streamed(screen, *TURN[:8])
    stream.note("stopping")
    assert screen.text.rstrip().endswith("stopping")
    stream.leave()
    assert not stream.is_open


def test_a_terminal_that_was_closed_costs_the_answer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(60, 30)

    def closed(text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(screen, "write", closed)
    streamed(screen, *TURN).finish(final(LONG), {}, go_on=False)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_acts_on_a_terminal_is_painted(attack: str) -> None:
    draft = WrittenDraft(raw=f"{LONG} {attack} {ICE}")
    draft.add(checked(LONG))
    assert acting(draft.laid_out().plain) == set()


PARTS = st.sampled_from([LONG, GOLD, ICE, "\n\n- ", "# Rivers\n", " 東京は大きい。", " ", "[e1]", "x" * 70])


@settings(max_examples=40)
@given(st.lists(PARTS, max_size=12), st.integers(20, 100), st.integers(3, 30), st.booleans())
def test_any_draft_on_any_terminal_ends_with_the_answer(
    parts: list[str], width: int, height: int, says_it: bool
) -> None:
    """The screen itself refuses to be written to where it does not show, and lines wider than it is."""
    screen = Screen(width, height)
    raw = "".join(parts)
    verdicts = [checked(part, "supported" if says_it else "contradicted") for part in parts if part in (LONG, ICE)]
    streamed(screen, *tokens(raw.replace("東京は大きい。", "Tokyo.")), *verdicts, Drafted(raw)).finish(
        final(LONG, ICE), {}, go_on=False
    )
    assert "session s, turn 2" in " ".join(screen.text.split())


@pytest.mark.parametrize("width", [40, 80, 120])
def test_without_a_draft_the_sentences_of_the_sources_come_one_by_one(width: int) -> None:
    screen = Screen(width, 40)
    stream = streamed(screen, Started("s", "q", None), Drafted(""), checked(LONG))
    assert f"{LONG} [1]" in " ".join(screen.text.split())
    assert "sources' own words" in screen.text
    stream(checked(ICE))
    stream.finish(final(LONG, ICE, answer_from="floor"), {}, go_on=False)
    shown = " ".join(screen.text.split())
    assert [shown.count(one) for one in (LONG, ICE, "own words")] == [1, 1, 1]
