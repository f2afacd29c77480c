"""Analysis of a stored turn by a program: what it is given, a model's second try, and which results are plots."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from research_agent.cli import cli
from research_agent.errors import ProgramError
from research_agent.memory import open_memory
from research_agent.pipeline.written_analysis import analysis_values, plot_in, run_analysis
from research_agent.sandbox import Sandbox, open_sandbox
from research_agent.settings import load_settings
from research_agent.testing import FakeChat
from research_agent.types import Answer, Document

pytestmark = pytest.mark.anyio

TEXTS = {"Everest": "Everest is 8,849 m high. It is old.", "K2": "K2 is 8,611 m high.", "Etna": "Etna is 3,357 m high."}
ANSWER = Answer(
    session="s",
    turn=0,
    question="How high are they?",
    text="",
    answer_from="floor",
    status="complete",
    documents=tuple(
        Document(source="notes", title=title, url=f"https://notes.example/{title}", text=text, retrieved="2026-01-01")
        for title, text in TEXTS.items()
    ),
)
PLOT = """result = {"plot": "bar", "title": "Height", "unit": "m",
          "points": [[one["label"], one["value"]] for one in values["figures"]]}"""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with open_sandbox() as opened:
        yield opened


def test_it_is_given_documents_and_their_figures() -> None:
    values = analysis_values(ANSWER)
    assert [one["title"] for one in values["documents"]] == list(TEXTS)
    assert [(one["label"], one["value"], one["unit"]) for one in values["figures"]] == [
        ("Everest", 8849.0, "m"), ("K2", 8611.0, "m"), ("Etna", 3357.0, "m"),
    ]  # fmt: skip
    json.dumps(values)


async def test_a_program_of_a_model_runs_and_a_failed_one_is_told_what_was_wrong(sandbox: Sandbox) -> None:
    asked: list[str] = []

    def reply(prompt: str) -> str:
        asked.append(prompt)
        return "result = 1 / 0" if len(asked) == 1 else f"```python\n{PLOT}\n```"

    found = await run_analysis(ANSWER, sandbox=sandbox, request="Plot them", chat=FakeChat(replies=(reply, reply)))
    plot = plot_in(found.outcome.result)
    assert plot is not None
    assert [(point.label, point.value) for point in plot.points][2] == ("Etna", 3357.0)
    assert "ZeroDivisionError" in asked[1]
    assert found.author


async def test_a_model_that_fails_twice_is_an_error_and_reaches_no_file(sandbox: Sandbox) -> None:
    chat = FakeChat(replies=("result = open('/etc/passwd').read()",))
    with pytest.raises(ProgramError):
        await run_analysis(ANSWER, sandbox=sandbox, request="Read it", chat=chat)


@pytest.mark.parametrize(
    "result",
    [
        None,
        7,
        {"plot": "pie", "points": [["a", 1]]},
        {"plot": "bar", "points": []},
        {"plot": "bar", "points": [["a", "1"]]},
        {"plot": "bar", "points": [["a", True]]},
        {"plot": "bar", "points": [["a", 1]] * 51},
        {"plot": "bar", "points": [["a", float("nan")]]},
        {"plot": "line", "points": [["1999", float("-inf")]]},
        {"plot": "bar", "points": [["a", 10**400]]},
        {"plot": "bar"},
    ],
)
def test_what_describes_no_plot_is_none(result: object) -> None:
    assert plot_in(result) is None


@pytest.mark.parametrize(
    ("plot", "points", "kind", "shown"),
    [
        ("bar", [["a", 12345678], ["b", 0.5]], "bar", ["12,345,678", "0.5"]),
        ("timeline", [["a", 1969], ["b", 1815.5]], "timeline", ["1969", "1815.5"]),
        ("line", [["1999", 1], ["2001", 2]], "line", ["1", "2"]),
        ("line", [["Jan", 1], ["Feb", 2]], "bar", ["1", "2"]),
    ],
)
def test_figures_are_shown_as_they_are(plot: str, points: list[list[object]], kind: str, shown: list[str]) -> None:
    found = plot_in({"plot": plot, "points": points})
    assert found is not None
    assert (found.kind, [point.shown for point in found.points]) == (kind, shown)


def test_the_command_runs_the_users_program_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    (tmp_path / "p.py").write_text(PLOT)

    async def keep() -> None:
        async with open_memory(load_settings().store) as memory:
            await memory.remember(ANSWER)

    asyncio.run(keep())
    drawn = tmp_path / "plot.svg"
    options = ["sandbox", "analyze", "s", "--program", str(tmp_path / "p.py"), "--svg", str(drawn)]
    result = CliRunner().invoke(cli, options)
    assert result.exit_code == 0, result.output
    assert "Everest  █" in result.stdout
    assert drawn.read_text().startswith("<svg")
    assert CliRunner().invoke(cli, ["sandbox", "analyze", "s"]).exit_code == 2
    assert CliRunner().invoke(cli, ["sandbox", "analyze", "s", "x", "--turn", "9"]).exit_code == 2
