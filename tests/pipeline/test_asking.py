"""A turn whose question comes in company: the question alone is searched for, the rest may be cited as "your text"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from helpers.sample_evidence import RIVER
from research_agent.errors import QuestionError
from research_agent.mcp.formatting import as_text
from research_agent.memory import SessionInfo
from research_agent.pipeline import research
from research_agent.pipeline.asking import LONGEST_GIVEN, LONGEST_QUESTION, read_question
from research_agent.rendering.bibtex import as_bibtex
from research_agent.rendering.html import as_html
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.text import as_plain, plain
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Turn

pytestmark = pytest.mark.anyio

QUESTION = "How long is the river Lumen?"
LONG_REPORT = " ".join(f"The team of Bluebird counted {n} birds at station {n}." for n in range(2, 3000))


async def ask(
    text: str,
    *,
    sources: Sequence[FakeSource] = (),
    replies: tuple[str, ...] = ("Lumen", "The Lumen is 412 kilometres long."),
) -> Answer:
    async with open_runtime(load_settings(), sources=list(sources), chat=FakeChat(replies=replies)) as runtime:
        return await research(text, session="s", runtime=runtime)


async def test_a_given_text_is_evidence_labelled_as_the_users_own() -> None:
    source = FakeSource("notes", ["A recipe for bread."])
    text = (
        f"Please read this report from my colleague.\n\n{RIVER}\n\nHi! Could you tell me how long the river Lumen is?"
    )
    answer = await ask(text, sources=[source])
    assert answer.question == text
    assert {topic.question for topic in source.topics} == {QUESTION}
    assert "Lumen" in answer.text
    assert {(cited.source, cited.title, cited.url) for cited in answer.citations} == {("your text", "your text", "")}
    assert all("Bluebird" not in topic.text for topic in source.topics)


async def test_a_given_text_has_a_citation_of_its_own_beside_those_of_sources() -> None:
    other = "The river Lumen is 412 kilometres long, says the atlas of Arvel, and no river of Arvel is longer."
    answer = await ask(
        f'<source name="notes.pdf">{RIVER}</source>\n\n{QUESTION}', sources=[FakeSource("atlas", [other])]
    )
    assert {cited.title for cited in answer.citations} == {"your text: notes.pdf", "Atlas 1"}


async def test_code_and_what_is_off_topic_is_cited_nowhere() -> None:
    source = FakeSource("notes", [RIVER])
    answer = await ask(
        f"```py lumen.py\nlumen = river(long=True)\n```\n{LONG_REPORT[:900]}\n\n{QUESTION}", sources=[source]
    )
    assert {cited.source for cited in answer.citations} == {"notes"}


async def test_every_face_shows_your_text_and_no_empty_address() -> None:
    answer = await ask(f"{RIVER}\n\n{QUESTION}")
    turn = Turn(number=1, question=answer.question, answer=answer)
    info = SessionInfo(id="s", title="t", created="2026-01-01", updated="2026-01-01", turns=1)
    shown: Mapping[str, str] = {
        "plain": plain(answer, {}),
        "export": as_plain([turn]),
        "markdown": as_markdown(info, [turn]),
        "html": as_html(info, [turn]),
        "bibtex": as_bibtex([turn]),
        "tool": as_text(answer),
    }
    for face, text in shown.items():
        assert "your text" in text, face
        assert not any(empty in text for empty in (", ,", "- \n", 'href=""', "your text - your text", "()")), face


async def test_a_long_text_with_a_short_question_is_answered() -> None:
    text = f"{LONG_REPORT}\n\n{QUESTION}"
    assert len(text) > 10 * LONGEST_QUESTION
    answer = await ask(text, sources=[FakeSource("notes", [RIVER])])
    assert "Lumen" in answer.text
    assert answer.question == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x" * (LONGEST_QUESTION + 1), "The question has 8,001 characters; at most 8,000"),
        (f"{'a word ' * 30_000}\n\n{QUESTION}", "The text has 210,030 characters; at most 208,000"),
        ("The flow was 7 litres on that day. " * 20, "No question was found in this text, so nothing was searched for"),
        ("```py\nsecret(1)\n```", "No question was found"),
        ("?!", "The question is empty"),
    ],
)
async def test_what_cannot_be_asked_is_said_in_one_line(text: str, why: str) -> None:
    with pytest.raises(QuestionError, match=why):
        await read_question(text)


async def test_a_given_text_may_be_as_long_as_what_is_read_of_a_document() -> None:
    asked = await read_question(f"{'One more line. ' * (LONGEST_GIVEN // 15)}\n\n{QUESTION}")
    assert asked.question == QUESTION
    assert len(asked.given[0].text) > LONGEST_GIVEN - 20


async def test_later_prompts_hold_the_question_alone() -> None:
    chat = FakeChat(replies=("Lumen", "It is long.", "Lumen", "It is long."))
    async with open_runtime(load_settings(), sources=[FakeSource("notes", [RIVER])], chat=chat) as runtime:
        await research(f"Bluebird has lost four million.\n\n{QUESTION}", session="s", runtime=runtime)
        await research("Does it freeze in winter?", session="s", runtime=runtime)
    assert f"Earlier question: {QUESTION}" in chat.prompts[-1]
    assert "Bluebird" not in chat.prompts[-1]
