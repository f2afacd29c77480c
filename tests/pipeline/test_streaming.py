"""What becomes of a draft: its supported sentences are the answer, and the floor fills what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from helpers.scripted_verdicts import Script, script
from research_agent.events import Answered, Drafted, Event, SentenceChecked, Token
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.stages import cite
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer

pytestmark = pytest.mark.anyio

QUESTION = "How long is the river Lumen and does the Lumen freeze?"
SAID = (
    "The Lumen is a river in Arvel.",
    "The Lumen is 412 kilometres long.",
    "The Lumen does not freeze in winter.",
    "The river Lumen carries sand.",
)
GOLD, GIANTS = "The Lumen is made of gold.", "Giants dug the Lumen."
TRUE: Script = {sentence: ("supported", sentence) for sentence in SAID}


async def asked(
    draft: str,
    monkeypatch: pytest.MonkeyPatch,
    said: Script | None = None,
    *,
    judged: list[str] | None = None,
    events: list[Event] | None = None,
    sentences: Sequence[str] = SAID,
    **settings: Any,
) -> Answer:
    monkeypatch.setattr(cite, "judge", script({**TRUE, **(said or {})}, judged))
    chat, sources = FakeChat(replies=("Lumen", draft)), [FakeSource("notes", [" ".join(sentences)])]
    told = events if events is not None else []
    async with open_runtime(load_settings(**settings), sources=sources, chat=chat) as runtime:
        return await research(QUESTION, runtime=runtime, on_event=told.append)


async def test_four_of_six_sentences_are_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = " ".join([SAID[2], GOLD, SAID[0], SAID[1], GIANTS, SAID[3]])
    answer = await asked(draft, monkeypatch)
    assert answer.text == " ".join(f"{SAID[at]} [1]" for at in (2, 0, 1, 3))
    assert (answer.answer_from, answer.unsupported) == ("model", ())
    assert [one.text for one in answer.removed] == [GOLD, GIANTS]
    assert "2 of 6 sentences of the draft were removed: no source supports them." in answer.notes
    assert not any("own sentences" in note for note in answer.notes)


async def test_one_true_sentence_of_many_stays_and_the_floor_completes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that drops a draft below a share of support loses the one sentence that the model got right."""
    answer = await asked(f"{GOLD} {SAID[3]} {GIANTS}", monkeypatch)
    assert answer.text.startswith(f"{SAID[3]} [1]\n\n")
    assert answer.answer_from == "model"
    assert len({citation.sentence for citation in answer.citations}) >= 3
    assert answer.text.count(SAID[3]) == 1
    assert "2 of 3 sentences of the draft were removed: no source supports them." in answer.notes


async def test_a_draft_without_a_true_sentence_leaves_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await asked(f"{GOLD} {GIANTS}", monkeypatch)
    assert answer.answer_from == "floor"
    assert SAID[1] in answer.text
    assert "gold" not in answer.text
    assert "2 of 2 sentences of the draft were removed: no source supports them." in answer.notes
    kept = await asked(f"{GOLD} {GIANTS}", monkeypatch, keep_unsupported=True)
    assert [kept.text[slice(*one.sentence)] for one in kept.removed if one.sentence] == [GOLD, GIANTS]
    assert SAID[1] in kept.text


async def test_what_a_source_says_otherwise_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    false = {f"The Lumen is {length} kilometres long.": ("contradicted", SAID[1]) for length in (1, 2)}
    answer = await asked(" ".join([*SAID, *false]), monkeypatch, false)  # type: ignore[arg-type]
    lines = [note for note in answer.notes if note.startswith("A source says otherwise: ")]
    assert len(lines) == 1  # the same words are told once
    assert f'"{SAID[1]}"' in lines[0]
    assert {row["quote"] for row in answer.as_json()["contradicted"]} == {SAID[1]}
    assert {quote.document for one in answer.removed for quote in one.quotes} <= {one.id for one in answer.documents}


async def test_what_is_partly_said_stays_and_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    said: Script = {"The Lumen is a wide river of Arvel, people say.": ("partly", SAID[0])}
    draft = f"The Lumen is a wide river of Arvel, people say. {' '.join(SAID[1:])}"
    answer = await asked(draft, monkeypatch, said)
    assert [answer.text[slice(*span)] for span in answer.partly] == ["The Lumen is a wide river of Arvel, people say."]
    assert (answer.unsupported, answer.removed) == (answer.partly, ())
    strict = await asked(draft, monkeypatch, said, strict=True)
    assert [one.verdict for one in strict.removed] == ["partly"]


async def test_no_sentence_is_judged_twice_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    await asked(f"{GOLD} {SAID[3]} {GIANTS}", monkeypatch, judged=judged)
    assert len(judged) == len(set(judged))
    assert {GOLD, GIANTS, SAID[3]} <= set(judged)


async def test_each_checked_sentence_tells_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = []
    await asked(f"{SAID[0]} {GOLD} {SAID[1]} {SAID[2]}", monkeypatch, events=events)
    drafted = next(at for at, event in enumerate(events) if isinstance(event, Drafted))
    told = [(event.sentence, event.verdict) for event in events[drafted:] if isinstance(event, SentenceChecked)]
    assert told == [(sentence, "supported") for sentence in SAID[:3]]
    before = {event.sentence: event.verdict for event in events[:drafted] if isinstance(event, SentenceChecked)}
    assert set(before.items()) <= {(GOLD, "unsupported"), *((sentence, "supported") for sentence in SAID)}
    assert any(isinstance(event, Answered) for event in events)


THOUGHTS = "Okay, the user asks for the river Lumen. So I copy what the sources say of it.\n"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (f"<think>{THOUGHTS}", "only wrote its reasoning and no answer"),
        (f"<think>{THOUGHTS}</think>\n", "only wrote its reasoning and no answer"),
        ('<tool_call>{"name": "search", "arguments": {}}</tool_call>', "called a tool instead of answering"),
        ("<|im_start|>assistant\n<|im_end|>", "wrote nothing"),
    ],
)
async def test_a_model_that_gave_no_answer_is_one_line_above_the_floor(
    reply: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[Event] = []
    answer = await asked(reply, monkeypatch, events=events)
    assert (answer.answer_from, answer.status) == ("floor", "complete")
    assert SAID[1] in answer.text
    assert len([note for note in answer.notes if words in note]) == 1
    assert not [event for event in events if isinstance(event, Token) and event.text.strip()]
    assert not any(mark in repr([answer, *events]) for mark in ("<|im", "think>", "Okay, the user"))


async def test_thoughts_of_which_only_the_end_is_marked_are_no_part_of_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[Event] = []
    answer = await asked(f"{THOUGHTS}</think>\n\n{' '.join(SAID)}", monkeypatch, events=events)
    assert answer.text == " ".join(f"{sentence} [1]" for sentence in SAID)
    assert (answer.removed, [note for note in answer.notes if "draft" in note]) == ((), [])
    restart = events.index(Token("", restarts=True))
    after = "".join(event.text for event in events[restart:] if isinstance(event, Token))
    assert after.strip() == next(event for event in events if isinstance(event, Drafted)).text == " ".join(SAID)
    assert not any("</think>" in event.text for event in events if isinstance(event, Token))
