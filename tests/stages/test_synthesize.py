from __future__ import annotations

import pytest

from helpers.sample_evidence import document, evidence
from research_agent.stages.synthesize import synthesize
from research_agent.testing import FakeChat
from research_agent.types import Finding, History

pytestmark = pytest.mark.anyio

LONG = "The Lumen is 412 kilometres long [e1]."
COLD = "It does not freeze in winter [e1]."


async def drafted(reply: str, question: str = "How long is the Lumen?") -> tuple[str, str]:
    """The draft, and what was streamed."""
    streamed: list[str] = []
    draft = await synthesize(
        question, evidence(document()), history=History(session="s"), finding=Finding(report={}),
        chat=FakeChat(replies=(reply,)), timeout=10, on_token=streamed.append,
    )  # fmt: skip
    return draft.text, "".join(streamed)


@pytest.mark.parametrize(
    "reply",
    [
        f"{LONG} {COLD}",
        f"{LONG}\n{COLD}",
        f"1. {LONG}\n2. {COLD}",
        "412 kilometres",
        "The Lumen is 412 kilometres long [e1]",
        f"{LONG} It carries 60 million tonnes [e1]",
        f'{LONG} Verne called it "a river of sand."',
    ],
)
async def test_a_whole_draft_stays_as_it_is(reply: str) -> None:
    assert (await drafted(reply))[0] == reply


@pytest.mark.parametrize("tail", ["Its mouth was surveyed in", "As head of state, he", "unlike quas"])
async def test_a_last_sentence_that_was_cut_is_no_part_of_it(tail: str) -> None:
    """The broken twin is the stream itself: cut out of a source, such words are found in it and count as said."""
    text, streamed = await drafted(f"{LONG} {tail}")
    assert text == LONG
    assert tail in streamed


async def test_what_is_said_again_is_said_once() -> None:
    again = "The Lumen, it is 412 kilometres long [e1]."
    assert (await drafted(f"{LONG} {COLD} {LONG} {again} {COLD}"))[0] == f"{LONG} {COLD}"
    assert (await drafted(f"{LONG} The Lumen is long."))[0] == LONG


async def test_a_sentence_that_runs_in_circles_ends_there_and_is_dropped() -> None:
    circle = "to another circuit, or multiple circuits, or multiple circuits, " + "or multiple circuits, " * 200
    text, streamed = await drafted(f"{LONG} A transformer carries energy from one circuit {circle}")
    assert text == LONG
    assert len(streamed) < len(circle) / 4
    assert (await drafted(f"It carries energy {circle}"))[0] == ""


async def test_a_sentence_that_only_says_the_question_back_is_dropped() -> None:
    """All its words stand in the source, so the check by words (the naive way alone) lets it pass."""
    echo = "The length of the Lumen is the long Lumen."
    assert (await drafted(f"{echo} {COLD}", "What is the length of the long Lumen?"))[0] == COLD
    assert (await drafted("The Lumen freezes. Yes.", "Does the Lumen freeze?"))[0] == "The Lumen freezes. Yes."
