from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from helpers.watched_world import QUESTION, WatchedWorld
from research_agent.cli.progress import Progress
from research_agent.cli.sessions import command as sessions
from research_agent.cli.verify import command as verify
from research_agent.cli.watch import command
from research_agent.errors import UnknownSourceError, UnknownWatchError, UsageError
from research_agent.memory import Memory, open_memory


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> WatchedWorld:
    world = WatchedWorld()
    monkeypatch.setattr("research_agent.cli.watch.load_engine", world.engine)
    return world


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args)


def added(question: str = QUESTION, *args: str) -> str:
    result = run("add", question, *args)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def in_store(do: Callable[[Memory], Awaitable[None]]) -> None:
    async def call() -> None:
        async with open_memory(Path(os.environ["RESEARCH_AGENT_HOME"]) / "sessions.db") as memory:
            await do(memory)

    asyncio.run(call())


def without_times(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{6}\b", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", "DAY", text)
    return re.sub(r"just now|\d+ s ago", "NOW", re.sub(r"in \d+ h", "in HOURS", text))


def test_a_question_is_added_listed_and_removed() -> None:
    watch = added(QUESTION, "--every", "6h", "--source", "encyclopedia")
    assert re.fullmatch(r"[0-9a-f]{6}", watch)
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["question"], listed["every"], listed["sources"]) == (QUESTION, 21600, ["encyclopedia"])
    assert without_times(run("list").stdout).splitlines() == [
        f"ID  {QUESTION}",
        "        every 6 hours, due; not asked yet; asks encyclopedia",
    ]
    assert run("remove", watch).stderr == f"Removed {watch}.\n"
    assert run("list").stderr.startswith("Nothing is watched yet.")
    assert json.loads(run("list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("add", QUESTION, "--every", "daily"), UsageError),
        (("add", QUESTION, "--every", "1m"), UsageError),
        (("add", " "), UsageError),
        (("add", QUESTION, "--source", "nowhere"), UnknownSourceError),
        (("show", "zzz"), UnknownWatchError),
        (("remove", "zzz"), UnknownWatchError),
        (("pause", "\udcff"), UnknownWatchError),
        (("run", "zzz"), UnknownWatchError),
    ],
)
def test_what_cannot_be_is_an_error(args: tuple[str, ...], error: type[Exception]) -> None:
    assert isinstance(run(*args).exception, error)


def test_run_tells_what_changed_with_old_and_new_words(world: WatchedWorld) -> None:
    watch = added()
    assert without_times(run("run").stdout).splitlines() == [
        QUESTION,
        "  the first answer is kept; see: research-agent watch show ID",
    ]
    nothing = run("run")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr.startswith("Nothing is due; the next is in ")
    assert run("run", watch).stdout == f"{QUESTION}\n  nothing new\n"
    world.says = ("The Lumen is 380 kilometres long.", "A dam was built in 2026.")
    assert without_times(run("run", "--all").stdout).splitlines() == [
        QUESTION,
        "  380 kilometres now, 412 kilometres before",
        '    before: "The Lumen is 412 kilometres long." - Lumen (https://notes.example/lumen), read DAY',
        '    now: "The Lumen is 380 kilometres long." - Lumen (https://notes.example/lumen), read DAY',
        "  New: A dam was built in 2026.",
        '    now: "A dam was built in 2026." - Lumen (https://notes.example/lumen), read DAY',
    ]
    shown = without_times(run("show", watch).stdout)
    assert shown.splitlines()[:2] == [QUESTION, "every day, next in HOURS; asked NOW, something new; 2 changes"]
    assert "The Lumen is 380 kilometres long." in shown
    assert "DAY  380 kilometres now, 412 kilometres before" in shown
    told = json.loads(run("show", watch, "--json").stdout)
    assert [change["kind"] for change in told["history"]] == ["changed", "new"]
    assert told["history"][0]["old"]["quotes"][0]["quote"] == "The Lumen is 412 kilometres long."
    assert told["answer"]["turn"] == 2


def test_its_session_is_shown_by_watch_and_verified_like_any(world: WatchedWorld) -> None:
    watch = added()
    run("run")
    refused = CliRunner().invoke(sessions, ["show", f"watch:{watch}"])
    assert "watched question" in str(refused.exception)
    assert json.loads(CliRunner().invoke(sessions, ["list", "--json"]).stdout) == []
    assert CliRunner().invoke(verify, [f"watch:{watch}"]).exit_code == 0


def test_run_as_json_is_one_array(world: WatchedWorld) -> None:
    added()
    (asked,) = json.loads(run("run", "--json").stdout)
    assert (asked["question"], asked["outcome"], asked["changes"]) == (QUESTION, "same", [])
    assert json.loads(run("run", "--json").stdout) == []


def test_a_failure_is_told_and_nothing_more_is_asked(world: WatchedWorld) -> None:
    added()
    added("How deep is the Lumen?")
    world.fails = "no network"
    result = run("run")
    assert result.exit_code == 3
    assert result.stdout == f"{QUESTION}\n  could not be asked: Notes no network\n"
    assert result.stderr == "No source could be reached, so nothing more was asked. What is due stays due.\n"
    assert len(world.asked) == 1


def test_offline_nothing_is_asked_and_that_is_said_once(world: WatchedWorld) -> None:
    added()
    added("How deep is the Lumen?")
    result = run("run", "--offline")
    assert (result.exit_code, result.stdout, world.asked) == (0, "", [])
    assert result.stderr == "Offline: nothing is asked. What is due stays due.\n"


def test_a_paused_one_is_left_out_until_it_is_resumed(world: WatchedWorld) -> None:
    watch = added()
    run("pause", watch)
    assert "paused" in run("list").stdout
    assert "all are paused" in run("run").stderr
    assert "All are paused" in run("run", "--all").stderr
    run("resume", watch)
    assert "first answer is kept" in run("run").stdout


def test_ctrl_c_gives_it_back_and_says_so(world: WatchedWorld) -> None:
    added()

    async def interrupt() -> None:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(60)

    world.during = interrupt
    result = run("run")
    assert result.exit_code == 130
    assert result.stderr == "Stopped. What was not asked stays due.\n"
    world.during = None
    assert "first answer is kept" in run("run").stdout


def test_one_that_another_program_asks_is_left_to_it(world: WatchedWorld) -> None:
    watch = added()
    claimed, over = threading.Event(), threading.Event()

    async def ask_elsewhere(memory: Memory) -> None:
        assert await memory.watches.claim()
        claimed.set()
        await asyncio.to_thread(over.wait, 30)

    other = threading.Thread(target=in_store, args=(ask_elsewhere,))
    other.start()
    try:
        assert claimed.wait(30)
        result = run("run", watch)
    finally:
        over.set()
        other.join()
    assert (result.exit_code, result.stderr) == (0, "Another program is asking it.\n")
    assert world.asked == []


def test_nothing_steers_the_terminal(world: WatchedWorld) -> None:
    watch = added("How long is the Lumen\x1b[2J?")
    run("run")
    world.says = ("The Lumen is 380 kilometres\x1b[31m long.",)
    for result in (run("run", watch), run("show", watch), run("list")):
        assert "\x1b" not in result.output


@pytest.mark.anyio
@pytest.mark.parametrize(("count", "told"), [(0, ""), (1, "1 question due"), (2, "2 questions due")])
async def test_a_program_that_starts_says_how_many_are_due_and_asks_none(tmp_path: Path, count: int, told: str) -> None:
    written = io.StringIO()
    async with open_memory(tmp_path / "s.db") as memory:
        for number in range(count):
            await memory.watches.add(f"{QUESTION} {number}", every=86400)
        await Progress(Console(file=written, width=100)).show_due(memory)
        assert await memory.watches.due() == count
    assert written.getvalue().count("\n") == bool(count)
    assert told in written.getvalue()
