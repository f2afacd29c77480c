"""The demo: the series when the world answers, the encyclopedia's questions when it does not, and when what ran."""

from __future__ import annotations

import signal

import pytest

from research_agent.cli.demo import LOCAL, SERIES, demo, live_source_answers
from research_agent.errors import HttpConnectionError
from research_agent.events import Planned
from research_agent.settings import load_settings
from research_agent.testing import FakeSource
from research_agent_devtools.harness.scripted_engine import RIVER, engine, stopped_by

pytestmark = pytest.mark.anyio

ANSWERS = FakeSource("wikipedia", [RIVER])
EMPTY = FakeSource("wikipedia")
DEAD = FakeSource("wikipedia", error=HttpConnectionError("refused the connection"))
LOST = FakeSource("hackernews", [RIVER], delay=60)
LOCAL_ONLY = FakeSource("encyclopedia", [RIVER], live=False)


@pytest.mark.parametrize(
    ("sources", "questions"),
    [
        ([ANSWERS, LOCAL_ONLY], SERIES),
        ([DEAD, ANSWERS], SERIES),
        ([DEAD, EMPTY, LOCAL_ONLY], LOCAL),
        ([LOCAL_ONLY], LOCAL),
    ],
)
async def test_three_questions_that_can_be_answered_here(
    sources: list[FakeSource], questions: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await demo(load_settings(), session="s", load=lambda: engine(sources=sources)) == 0
    told = capsys.readouterr().out
    assert [told.index(question) for question in questions] == sorted(told.index(question) for question in questions)
    assert told.count("overlapped") == 3
    assert told.count("session s, turn") == 3
    assert "research-agent --session s" in told
    assert ("No live source answers" in told) == (questions is LOCAL)


async def test_a_source_that_never_answers_is_not_waited_for_when_another_does() -> None:
    async with engine(sources=[LOST, ANSWERS]).open_runtime(load_settings()) as runtime:
        assert await live_source_answers(runtime)


async def test_sources_that_never_answer_do_not_hold_up_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.cli.demo.PROBE_SECONDS", 0.05)
    async with engine(sources=[LOST, DEAD]).open_runtime(load_settings()) as runtime:
        assert not await live_source_answers(runtime)


async def test_offline_asks_nobody_whether_he_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    source = FakeSource("wikipedia", [RIVER])
    await demo(load_settings(offline=True), load=lambda: engine(sources=[source, LOCAL_ONLY]))
    assert source.topics == []
    assert LOCAL[0] in capsys.readouterr().out


async def test_ctrl_c_ends_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    stopped = stopped_by(signal.SIGINT, at=Planned, of=engine(sources=[LOCAL_ONLY]))
    assert await demo(load_settings(), load=lambda: stopped) == 130
    assert LOCAL[1] not in capsys.readouterr().out
