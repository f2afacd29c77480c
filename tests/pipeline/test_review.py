"""Review of a draft by the user's own model: when it is asked, how often, for how long, and what it may change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from helpers.sample_evidence import RIVER, document, evidence
from helpers.scripted_second_judge import judging, rewriting, turncoat
from research_agent.events import Timeline
from research_agent.grounding import UNCERTAIN, Judgement, find_quotes
from research_agent.pipeline import research
from research_agent.pipeline.asking import read_question
from research_agent.pipeline.review import review
from research_agent.pipeline.state import TurnContext
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.stages import cite
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Evidence

pytestmark = pytest.mark.anyio

EVIDENCE = evidence(document(RIVER))
SPAN = find_quotes(EVIDENCE)[0]
MIDDLE = sum(UNCERTAIN) / 2
GOOD = "The Lumen carries 60 million tonnes of sand a year."
UNSURE = "The Lumen flows through the north."
WRONG = "The Lumen is 500 kilometres long."
RIGHT = "The Lumen is a river in the north of Arvel."
JUDGED = {
    GOOD: Judgement(0.95, "supported", ((0.95, SPAN),)),
    UNSURE: Judgement(MIDDLE, "partly", ((MIDDLE, SPAN),)),
    WRONG: Judgement(0.02, "contradicted", ((0.02, SPAN),), veto="another figure"),
}
YES = judging(lambda *_: "yes")
MENDED = rewriting({WRONG: RIGHT})
Reply = str | BaseException | Callable[[str], str]


@asynccontextmanager
async def turn_with(
    *replies: Reply, model: str | None = "fake:8b", delay: float = 0.0, took: float = 100.0, **settings: Any
) -> AsyncIterator[tuple[TurnContext, FakeChat]]:
    """A turn that has taken `took` seconds, whose model gives `replies`."""
    chat = FakeChat(replies=replies, model=model, delay=delay)
    async with (
        open_runtime(load_settings(**settings), sources=[FakeSource("notes")], chat=chat) as runtime,
        asyncio.TaskGroup() as group,
    ):
        timeline = Timeline()
        timeline._origin -= took
        yield TurnContext(await read_question("How long?"), "s", runtime, timeline, group), chat


async def reviewed(turn: TurnContext, *sentences: str, judged: Mapping[str, Judgement] = JUDGED) -> tuple[str, Any]:
    """The text of these sentences after the review, and all judgements."""
    known, text = dict(judged), " ".join(sentences)
    spans = [(text.index(sentence), text.index(sentence) + len(sentence)) for sentence in sentences]

    async def judge(proposals: Sequence[str]) -> list[Judgement]:
        return await cite.judge(proposals, EVIDENCE)

    return await review(turn, text, spans, known, evidence=EVIDENCE, judge=judge), known


async def test_what_is_uncertain_is_settled_and_what_fell_out_is_repaired_in_two_calls() -> None:
    async with turn_with(YES, MENDED) as (turn, chat):
        text, judged = await reviewed(turn, GOOD, UNSURE, WRONG)
    assert text == f"{GOOD} {UNSURE} {RIGHT}"
    assert (judged[UNSURE].verdict, judged[UNSURE].by) == ("supported", "model")
    assert (judged[RIGHT].verdict, judged[RIGHT].by) == ("supported", "verbatim")
    assert judged[GOOD] is JUDGED[GOOD]
    assert len(chat.prompts) == 2
    assert turn.notes == ["1 sentence was rewritten from its source."]
    assert [span.name for span in turn.timeline.spans] == ["second_opinion", "repair"]
    assert set(turn.timeline.timings) == {"second_opinion", "repair"}


@pytest.mark.parametrize("sentences", [(), (GOOD,)])
async def test_nothing_is_called_where_nothing_is_uncertain_or_fell_out(sentences: tuple[str, ...]) -> None:
    async with turn_with(YES) as (turn, chat):
        assert (await reviewed(turn, *sentences))[0] == " ".join(sentences)
    assert chat.prompts == []
    assert turn.timeline.spans == []


@pytest.mark.parametrize(
    ("model", "settings"),
    [("fake:8b", {"judge": "own"}), ("fake:1b", {}), ("fake:1b", {"judge": "model"}), (None, {})],
)
async def test_no_small_model_is_asked_and_none_when_the_judge_is_to_judge_alone(
    model: str | None, settings: dict[str, Any]
) -> None:
    async with turn_with(YES, MENDED, model=model, **settings) as (turn, chat):
        text, judged = await reviewed(turn, GOOD, UNSURE, WRONG)
    assert (text, judged) == (f"{GOOD} {UNSURE} {WRONG}", JUDGED)
    assert chat.prompts == []


async def test_with_the_setting_model_it_is_asked_about_all_that_is_not_verbatim() -> None:
    async with turn_with(judging(lambda *_: "no"), rewriting({}), judge="model") as (turn, _):
        _, judged = await reviewed(turn, GOOD, UNSURE, WRONG)
    assert [judged[sentence].verdict for sentence in (GOOD, UNSURE, WRONG)] == [
        "unsupported", "unsupported", "contradicted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "mark"),
    [
        ("no JSON", "unreadable"),
        (RuntimeError("of a client"), "failed"),
        (turncoat("yes"), "not_trusted"),
    ],
)
async def test_a_call_that_comes_to_nothing_is_in_the_timings_and_no_error(reply: Reply, mark: str) -> None:
    async with turn_with(reply) as (turn, chat):
        text, judged = await reviewed(turn, GOOD, UNSURE)
        assert await turn.chat_ready() is chat, "the model still counts as there"
    assert (text, judged) == (f"{GOOD} {UNSURE}", JUDGED)
    assert f"second_opinion_{mark}" in turn.timeline.timings
    assert turn.notes == []


async def test_both_calls_together_take_no_longer_than_the_answer_took() -> None:
    """The broken twin waits for the model: 30 seconds a word."""
    async with turn_with(YES, MENDED, delay=30, took=0.2) as (turn, chat):
        begun, start = turn.timeline.now(), time.perf_counter()
        text, judged = await reviewed(turn, GOOD, UNSURE, WRONG)
        took = time.perf_counter() - start
    assert (text, judged) == (f"{GOOD} {UNSURE} {WRONG}", JUDGED)
    assert took < 10
    assert "second_opinion_late" in turn.timeline.timings
    assert len(chat.prompts) == 1, "no time was left for the repair"
    assert begun >= 0.2


async def test_a_call_takes_three_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    async def ask(*args: Any, seconds: float, **more: Any) -> Any:
        limits.append(seconds)
        raise asyncio.CancelledError

    monkeypatch.setattr("research_agent.llm.ask_json", ask)
    async with turn_with(YES, took=1000) as (turn, _):
        with pytest.raises(asyncio.CancelledError):
            await reviewed(turn, UNSURE)
    assert limits == [3.0]


@pytest.mark.parametrize("sentences", [(UNSURE,), (WRONG,)])
async def test_it_can_be_cancelled_and_changes_nothing_then(sentences: tuple[str, ...]) -> None:
    asked, known = asyncio.Event(), dict(JUDGED)

    def reply(prompt: str) -> str:
        asked.set()
        return YES(prompt)

    async with turn_with(reply, delay=30) as (turn, _):
        task = turn.group.create_task(reviewed(turn, *sentences, judged=known))
        await asked.wait()
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
    assert known == JUDGED


async def test_a_sentence_said_twice_is_asked_about_once_and_a_repair_keeps_the_rest_of_the_text() -> None:
    async with turn_with(YES, MENDED) as (turn, chat):
        known = dict(JUDGED)
        text = f"- {UNSURE}\n- {WRONG}\n\n**{UNSURE}**"
        spans = [(2, 2 + len(UNSURE)), (text.index(WRONG), text.index(WRONG) + len(WRONG))]
        spans.append((text.rindex(UNSURE), text.rindex(UNSURE) + len(UNSURE)))

        async def judge(proposals: Sequence[str]) -> list[Judgement]:
            return await cite.judge(proposals, EVIDENCE)

        result = await review(turn, text, spans, known, evidence=EVIDENCE, judge=judge)
    assert result == f"- {UNSURE}\n- {RIGHT}\n\n**{UNSURE}**"
    assert chat.prompts[0].count(UNSURE) == 1


NOTES = FakeSource("notes", [document(RIVER, source="notes")])
QUESTION = "How long is the river Lumen, and where is it?"
DOUBTFUL = "The Lumen runs through northern Arvel."
DRAFT = f"{UNSURE} {DOUBTFUL} {WRONG}"


async def judge_by_script(sentences: Sequence[str], evidence: Sequence[Evidence], **encoders: Any) -> list[Judgement]:
    """A stand-in of the judge: sentences of the source are verbatim, two are uncertain, one has a veto."""
    (span, *_) = find_quotes(evidence)
    known = {
        UNSURE: Judgement(MIDDLE, "partly", ((MIDDLE, span),)),
        DOUBTFUL: Judgement(MIDDLE, "supported", ((MIDDLE, span),)),
        WRONG: Judgement(0.02, "unsupported", veto="another figure"),
    }
    verbatim = Judgement(1.0, "supported", ((1.0, span),), by="verbatim")
    other = Judgement(0.0, "unsupported")
    return [known.get(text) or (verbatim if text in RIVER else other) for text in sentences]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("stages.cite", "pipeline.streaming"):
        monkeypatch.setattr(f"research_agent.{place}.judge", judge_by_script)


async def answered(
    opinion: Callable[[str], str], mended: Reply, *, model: str = "fake:8b", **settings: Any
) -> tuple[Any, FakeChat]:
    """The answer of a whole turn; the draft takes its time, so that there is some for the calls, which take none."""

    def at_once(prompt: str) -> str:
        chat.delay = 0.0
        return opinion(prompt)

    chat = FakeChat(replies=("Lumen", DRAFT, at_once, mended), model=model, delay=0.1)
    async with open_runtime(load_settings(**settings), sources=[NOTES], chat=chat) as runtime:
        return await research(QUESTION, runtime=runtime), chat


REFUSING = judging(lambda sentence, _: "no" if sentence == DOUBTFUL else "yes")


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize("strict", [False, True])
async def test_in_a_turn_what_the_model_refuses_leaves_and_what_it_repairs_stays(strict: bool) -> None:
    answer, chat = await answered(REFUSING, MENDED, strict=strict)
    assert len(chat.prompts) == 4, "topics, draft, second opinion, repair"
    assert answer.text.startswith(f"{UNSURE} [1] {RIGHT} [1]")
    assert DOUBTFUL not in answer.text
    assert WRONG not in answer.text
    by = {answer.text[slice(*citation.sentence)]: citation.by for citation in answer.citations}
    assert (by[UNSURE], by[RIGHT]) == ("model", "verbatim")
    assert {citation["by"] for citation in answer.as_json()["citations"]} == {"model", "verbatim"}
    assert "1 sentence was rewritten from its source." in answer.notes
    assert {"second_opinion", "repair"} <= set(answer.timings)


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize(("model", "settings"), [("fake:1b", {}), ("fake:8b", {"judge": "own"})])
async def test_in_a_turn_the_judge_is_alone_with_a_small_model_or_if_so_wished(
    model: str, settings: dict[str, Any]
) -> None:
    answer, chat = await answered(REFUSING, MENDED, model=model, **settings)
    assert len(chat.prompts) == 2
    assert f"{DOUBTFUL} [1]" in answer.text
    assert not {"second_opinion", "repair"} & set(answer.timings)
    assert all("rewritten" not in note for note in answer.notes)


@pytest.mark.usefixtures("scripted")
async def test_a_turn_that_is_stopped_during_the_review_is_saved_with_the_judges_verdicts() -> None:
    asked = asyncio.Event()

    def hang(prompt: str) -> str:
        asked.set()
        return "word " * 10_000

    chat = FakeChat(replies=("Lumen", DRAFT, hang), model="fake:8b", delay=0.05)
    async with open_runtime(load_settings(), sources=[NOTES], chat=chat) as runtime:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(research(QUESTION, session="s", runtime=runtime))
            await asked.wait()
            task.cancel()
        (turn,) = await runtime.memory.turns("s")
    assert turn.answer.status == "interrupted"
    assert DOUBTFUL in turn.answer.text
    assert {citation.by for citation in turn.answer.citations} == {"judge"}
