"""The command `research`: the plan first, the report on standard output, what was begun kept."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from research_agent.cli.research import command
from research_agent.cli.research_progress import ResearchProgress
from research_agent.cli.verify import command as verify
from research_agent.engine import Engine
from research_agent.errors import UnknownRunError, UsageError
from research_agent.memory import Memory, RunEvent, open_memory
from research_agent.pipeline import research
from research_agent.runtime import Runtime
from research_agent.settings import Settings
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

COMPARE = "Compare Arvel and Brone: diameter, atmosphere"


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> WordSource:
    """A shelf in place of all sources."""
    shelf = WordSource()

    @asynccontextmanager
    async def opened(settings: Settings, *, memory: Memory | None = None) -> AsyncIterator[Runtime]:
        async with open_memory(settings.store) as store, tiny_runtime(store, [shelf], settings.home) as runtime:
            yield runtime

    monkeypatch.setattr("research_agent.cli.research_run.load_engine", lambda: Engine(research, opened))
    return shelf


def run(*args: str, given: str | None = None) -> Result:
    return CliRunner().invoke(command, args, input=given)


def planned(question: str = COMPARE) -> str:
    result = run(question, "--plan", "--budget", "quick")
    assert result.exit_code == 0, result.output
    return result.stderr.splitlines()[-1].rpartition(" ")[2]


def test_without_a_terminal_the_plan_is_shown_and_nothing_is_searched_for(world: WordSource) -> None:
    result = run(COMPARE)
    assert result.stdout.splitlines() == [
        "1. What is the diameter of Arvel?  [heading: Diameter]",
        "2. What is the diameter of Brone?  [heading: Diameter]",
        "3. What is the atmosphere of Arvel?  [heading: Atmosphere]",
        "4. What is the atmosphere of Brone?  [heading: Atmosphere]",
    ]
    assert "Nothing has been searched yet" in result.stderr
    assert world.asked == []


def test_yes_runs_it_and_the_report_is_markdown_with_its_sources() -> None:
    result = run("--yes", "--offline", COMPARE)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"# {COMPARE}"
    assert "| Diameter | 6,100 km [1] | 9,400 km [2] |" in lines
    assert lines[6:9] == ["## Diameter", "", "The diameter of Arvel is 6,100 km. [1]"]
    assert "## Sources" in lines
    assert any(line.startswith("1. Arvel, https://shelf.example/Arvel, Shelf") for line in lines)
    assert any(line.startswith("- Spent: ") for line in lines)


def test_json_has_the_fields_of_ask_and_more() -> None:
    told = json.loads(run(COMPARE, "--yes", "--json").stdout)
    fields = {"answer", "citations", "status", "sources", "run", "plan", "sections", "gaps", "conflicts", "budget"}
    assert fields <= {*told}
    assert json.loads(run("show", told["run"]["id"], "--json").stdout)["answer"] == told["answer"]
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["id"], listed["state"]) == (told["run"]["id"], "done")


def test_a_plan_is_edited_and_run_later() -> None:
    key = planned()
    edited = run("plan", key, "--edit", given="1. What is the diameter of Arvel?\n")
    assert edited.stdout.strip() == "1. What is the diameter of Arvel?"
    result = run("resume", key, "--budget", "quick")
    assert "6,100 km" in result.stdout
    assert "9,400" not in result.stdout
    assert run("show", key).stdout.partition("## About")[0] == result.stdout.partition("## About")[0]


def test_a_report_is_exported_and_verified(tmp_path: Path) -> None:
    key = json.loads(run(COMPARE, "--yes", "--json").stdout)["run"]["id"]
    assert "## Diameter" in run("export", key).stdout
    assert "@misc" in run("export", key, "--format", "bibtex").stdout
    assert json.loads(run("export", key, "--format", "json").stdout)["run"]["id"] == key
    assert run("export", key, "--bundle", str(tmp_path / "b.json")).exit_code == 0
    assert CliRunner().invoke(verify, [str(tmp_path / "b.json")]).exit_code == 0
    assert CliRunner().invoke(verify, [key]).exit_code == 0


def test_a_budget_is_changed_of_a_run_that_is_there() -> None:
    key = planned()
    told = run("budget", key, "9m,7req,0tok")
    assert (told.exit_code, told.stderr) == (0, f"{key}: at most 9 min, 7 searches, 0 tokens.\n")
    assert json.loads(run("plan", key, "--json").stdout)["budget"]["limit"]["requests"] == 7
    with pytest.raises(UsageError):
        CliRunner().invoke(command, ["budget", key, "much"], catch_exceptions=False)


def test_a_replay_says_that_it_is_the_same(world: WordSource) -> None:
    key = json.loads(run(COMPARE, "--yes", "--json").stdout)["run"]["id"]
    asked = list(world.asked)
    result = run("replay", key)
    assert (result.exit_code, world.asked) == (0, asked)
    assert "identical, byte for byte" in result.stderr


def test_a_first_word_is_a_subcommand_only_when_it_is_one() -> None:
    assert run("list").stderr.startswith("No runs yet")
    assert run("listen to Arvel: what is its diameter?", "--plan").exit_code == 0
    assert "Commands" in run("--help").stdout


def test_a_run_is_removed_and_stopped() -> None:
    key = planned()
    assert "not running" in run("stop", key).stderr
    assert run("remove", key).exit_code == 0
    assert isinstance(run("show", key).exception, UnknownRunError)


@pytest.mark.parametrize(
    "args",
    [("--budget", "fast"), ("--source", "nowhere"), ("--since", "whenever")],
)
def test_what_cannot_be_is_told_before_anything_is_planned(args: tuple[str, ...]) -> None:
    assert isinstance(run(COMPARE, "--plan", *args).exception, UsageError)
    assert json.loads(run("list", "--json").stdout) == []


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def event(kind: str, **data: Any) -> RunEvent:
    return RunEvent(seq=1, kind=kind, data=data)


def test_progress_is_a_line_a_step_and_one_status_line() -> None:
    stream = Terminal()
    show = ResearchProgress(stream)
    show(event("StepStarted", step=1, text="How long?"))
    show(event("StepFinished", step=1, text="How long?", entries=3, witnesses=2, gaps=["too old"]))
    show(event("ConflictFound", step=1, ours="4 km", theirs="5 km"))
    show(event("RunFinished", state="done", turn=1))
    kept = [line.rpartition("\r")[2] for line in stream.getvalue().split("\n")]
    assert kept == ["How long? - 2 witnesses; too old", "sources disagree: 4 km / 5 km", ""]
    silent = io.StringIO()
    ResearchProgress(silent)(event("StepFinished", step=1, text="x", entries=0, witnesses=0, gaps=[]))
    assert silent.getvalue() == ""
