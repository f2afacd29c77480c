"""`ask` against the real pipeline and store: exit codes, one JSON object, nothing lost when it is stopped."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from research_agent.cli import cli
from research_agent.cli.progress import Progress
from research_agent.cli.signals import STOPS
from research_agent.engine import Engine
from research_agent.errors import ChatUnavailableError, HttpTimeoutError
from research_agent.events import Planned
from research_agent.memory import Memory
from research_agent.runtime import Runtime
from research_agent.settings import Settings
from research_agent.testing import FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, TRUE, engine, stopped_by

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `research-agent ...` with an engine in place of the real one."""

    def ask(*args: str, with_engine: Engine | None = None, stdin: bytes | None = None) -> Result:
        monkeypatch.setattr("research_agent.cli.ask.load_engine", lambda: with_engine or engine())
        return CliRunner().invoke(cli, args, input=stdin)

    return ask


def test_an_answer_is_printed_with_its_source_and_exits_0(run: Run) -> None:
    result = run("ask", QUESTION)
    assert result.exit_code == 0
    assert result.stdout.startswith("The Lumen is 412 kilometres long. [1]\n\n[1] Lumen - Notes - https://")
    assert result.stdout.count("\n") == 3  # the answer, its sources, and nothing that is said about them
    assert "1 of 1 sentence supported by 1 source" in result.stderr
    assert 'continue: research-agent ask -c "QUESTION"' in result.stderr


def test_a_question_needs_no_quotes(run: Run) -> None:
    result = run("ask", *QUESTION.split(), "--json", "--session", "s")
    assert json.loads(result.stdout)["question"] == QUESTION


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lang", "xx"], "must be a language code"),
        (["--session", "../../etc"], "'../../etc' is a path, not the name of a session."),
        (["--session", "/etc"], "'/etc' is a path, not the name of a session."),
    ],
)
def test_what_cannot_be_a_language_or_a_session_is_refused_in_one_line(
    run: Run, options: list[str], message: str
) -> None:
    result = run("ask", QUESTION, *options)
    assert result.exit_code == 2
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert message in line


def test_json_is_one_object_and_nothing_else(run: Run) -> None:
    result = run("ask", "--json", "--session", "s", QUESTION)
    told = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""
    assert (told["session"], told["turn"], told["status"], told["answer_from"]) == ("s", 1, "complete", "model")
    assert told["citations"][0]["quote"] == "The Lumen is 412 kilometres long."


@pytest.mark.parametrize(
    ("with_engine", "status", "code"),
    [
        (lambda: engine(), "complete", 0),
        (lambda: engine(sources=[*engine_sources(), dead()]), "partial", 0),
        (lambda: engine(sources=[*engine_sources(live=False), dead()]), "offline", 0),
        (lambda: engine(sources=[dead()]), "none", 3),
        (lambda: engine(ChatUnavailableError("The model is gone.")), "extracts", 4),
    ],
)
def test_each_status_has_its_exit_code(run: Run, with_engine: Callable[[], Engine], status: str, code: int) -> None:
    result = run("ask", "--json", QUESTION, with_engine=with_engine())
    assert (json.loads(result.stdout)["status"], result.exit_code) == (status, code)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_written_before_an_interruption_is_shown_and_kept(run: Run, number: signal.Signals) -> None:
    result = run("ask", "--json", "--session", "s", QUESTION, with_engine=stopped_by(number, of=engine()))
    told = json.loads(result.stdout)
    assert (told["status"], told["turn"], result.exit_code) == ("interrupted", 1, 130)
    again = run("ask", "--json", "-c", QUESTION)
    assert (json.loads(again.stdout)["session"], json.loads(again.stdout)["turn"]) == ("s", 2)


def test_interrupted_before_a_word_was_written_is_an_error_object(run: Run) -> None:
    result = run("ask", "--json", QUESTION, with_engine=stopped_by(signal.SIGINT, at=Planned, of=engine()))
    assert json.loads(result.stdout)["error"]["type"] == "Interrupted"
    assert result.exit_code == 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["loading", "opening"])
def test_a_stop_before_anything_is_asked_is_answered_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, moment: str
) -> None:
    real, told = engine(), io.StringIO()
    monkeypatch.setattr("research_agent.cli.ask.open_progress", lambda **_: Progress(Console(file=told)))

    @asynccontextmanager
    async def opened(settings: Settings, *, memory: Memory | None = None) -> AsyncIterator[Runtime]:
        if moment == "opening":
            signal.raise_signal(number)
            await asyncio.Event().wait()
        async with real.open_runtime(settings) as runtime:
            yield runtime

    def load() -> Engine:
        if moment == "loading":
            os.kill(os.getpid(), number)
        return real._replace(open_runtime=opened)

    monkeypatch.setattr("research_agent.cli.ask.load_engine", load)
    result = CliRunner().invoke(cli, ["ask", QUESTION])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.endswith("stopping\nerror: Interrupted.\n")


def test_a_stop_while_all_is_closed_costs_no_answer(run: Run) -> None:
    real = engine()

    @asynccontextmanager
    async def opened(settings: Settings, *, memory: Memory | None = None) -> AsyncIterator[Runtime]:
        async with real.open_runtime(settings) as runtime:
            yield runtime
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    result = run("ask", "--json", QUESTION, with_engine=real._replace(open_runtime=opened))
    assert json.loads(result.stdout)["status"] == "complete"
    assert result.exit_code == 0


def test_a_signal_after_the_turn_finds_the_handlers_it_found_before(run: Run) -> None:
    before = [signal.getsignal(number) for number in STOPS]
    run("ask", QUESTION)
    assert [signal.getsignal(number) for number in STOPS] == before


@pytest.mark.parametrize(
    ("args", "stdin", "kind"),
    [
        (("",), None, "QuestionError"),
        ((" \t\n ",), None, "QuestionError"),
        (("-",), b"", "QuestionError"),
        (("-",), b"a" * 1_000_000, "QuestionError"),
        ((), None, "UsageError"),
        ((QUESTION, "--nonsense"), None, "UsageError"),
        ((QUESTION, "--session", "a", "-c"), None, "UsageError"),
        ((QUESTION, "--session", ""), None, "UsageError"),
        ((QUESTION, "--model", "llama"), None, "UnknownModelError"),
        ((QUESTION, "--trace", "/no/such/folder/t.json"), None, "UsageError"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_to_do(
    run: Run, args: tuple[str, ...], stdin: bytes | None, kind: str
) -> None:
    result = run("ask", "--json", *args, stdin=stdin)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["type"] == kind
    told = run("ask", *args, stdin=stdin)
    assert told.stdout == ""
    assert told.stderr.startswith("error: ")
    assert len(told.stderr.splitlines()) == 2  # what happened, what to do


def test_a_question_comes_from_standard_input_whatever_its_bytes(run: Run) -> None:
    result = run("ask", "--json", "-", stdin=b"How long is the river Lumen\xff\x00?\r\n")
    assert json.loads(result.stdout)["question"] == "How long is the river Lumen\ufffd ?"
    assert result.exit_code == 0


def test_json_survives_lone_surrogates(run: Run) -> None:
    result = run("ask", "--json", "Is the Lumen \ud800 long?")
    assert json.loads(result.stdout)["question"] == "Is the Lumen \ufffd long?"


def test_profile_is_a_table_on_standard_error_and_trace_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    for options in ((), ("--json",)):
        result = run("ask", QUESTION, "--profile", "--trace", str(file), *options)
        assert "critical path" not in result.stdout
        assert "* critical path" in result.stderr
        assert "before the turn" in result.stderr
        named = {event["name"] for event in json.loads(file.read_text())["traceEvents"]}
        assert {"plan", "fetch", "notes"} <= named
        assert [item.name for item in tmp_path.iterdir() if "trace" in item.name] == []
    json.loads(result.stdout)


@pytest.mark.parametrize("name", ["/proc/t.json", "/no/such/folder/t.json", "/", "/dev/no-such-folder/t.json"])
def test_a_trace_that_cannot_be_written_is_said_before_the_question_is_asked(run: Run, name: str) -> None:
    nothing: Any = None
    never = engine()._replace(research=nothing, open_runtime=nothing)
    result = run("ask", QUESTION, "--trace", name, with_engine=never)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")


def test_a_trace_takes_the_place_of_a_file_whole_and_follows_a_link(run: Run, tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old" * 10_000)
    link.symlink_to(real)
    assert run("ask", QUESTION, "--trace", str(link)).exit_code == 0
    assert link.is_symlink()
    assert json.loads(real.read_text())["traceEvents"]


def test_an_unwritable_trace_is_said_and_leaves_the_answer(run: Run) -> None:
    result = run("ask", QUESTION, "--json", "--trace", "/dev/full")
    assert json.loads(result.stdout)["status"] == "complete"
    assert result.exit_code == 1
    assert "No space left" in result.stderr


def test_what_no_source_says_is_left_out_unless_it_is_to_be_kept(run: Run) -> None:
    wrong = f"{TRUE} It does not freeze in winter [e1]. A dragon lives in it [e1]."
    loose = json.loads(run("ask", "--json", QUESTION, with_engine=engine(wrong)).stdout)
    strict = json.loads(run("ask", "--json", "--strict", QUESTION, with_engine=engine(wrong)).stdout)
    kept = json.loads(run("ask", "--json", "--keep-unsupported", QUESTION, with_engine=engine(wrong)).stdout)
    for answer in (loose, strict):
        assert not answer["unsupported"]
        assert "dragon" not in answer["answer"]
        assert [one["text"] for one in answer["removed"]] == ["A dragon lives in it."]
    assert [kept["answer"][slice(*span)] for span in kept["unsupported"]] == ["A dragon lives in it."]
    assert kept["removed"][0]["sentence"] == kept["unsupported"][0]


def test_what_is_kept_is_struck_through_and_says_why(run: Run) -> None:
    wrong = f"{TRUE} It does not freeze in winter [e1]. A dragon lives in it [e1]."
    printed = run("ask", "--keep-unsupported", QUESTION, with_engine=engine(wrong)).stdout
    assert "~~A dragon lives in it.~~ [taken out: no source says it]" in printed
    assert "dragon" not in run("ask", QUESTION, with_engine=engine(wrong)).stdout


def test_a_bug_keeps_its_trace_and_json_stays_one_object(run: Run) -> None:
    nothing: Any = None
    broken = engine()._replace(research=nothing)
    result = run("ask", "--json", QUESTION, with_engine=broken)
    assert json.loads(result.stdout)["error"]["type"] == "TypeError"
    assert isinstance(result.exception, TypeError)  # not caught: Python prints the trace and exits 1


def engine_sources(*, live: bool = True) -> list[FakeSource]:
    return [FakeSource("notes", [RIVER], live=live)]


def dead() -> FakeSource:
    return FakeSource("dead", error=HttpTimeoutError("timed out after 8 s"))


# Sites and days


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--site", "notes.example"), 0),
        (("--site", "https://www.notes.example", "--site", "b.example"), 0),
        (("--site", "other.example"), 3),
        (("--exclude-site", "notes.example"), 3),
        (("--since", "1y"), 3),  # the text has no date
        (("--site", "notes"), 2),
        (("--since", "soon"), 2),
        (("--since", "2026-02", "--until", "2026-01"), 2),
    ],
)
def test_an_answer_rests_on_the_sites_and_days_that_were_asked_for(
    run: Run, options: tuple[str, ...], code: int
) -> None:
    named = engine(sources=engine_sources())
    result = run("ask", "--json", *options, QUESTION, with_engine=named)
    told = json.loads(result.stdout)
    assert result.exit_code == code
    if code == 2:
        assert told["error"]["type"] == "UsageError"
        assert told["error"]["hint"]
    elif options:
        assert bool(told["citations"]) is (code == 0)
        assert set(told["restriction"]) == {option[2:].replace("-", "_") for option in options[::2]}


def test_a_restriction_is_told_in_the_answer_and_stored_with_it(run: Run) -> None:
    result = run("ask", "--session", "s", "--site", "notes.example", "--exclude-site", "x.example", QUESTION)
    assert "Only texts of notes.example, not of x.example were used, as you asked." in result.stderr
    exported = json.loads(CliRunner().invoke(cli, ["sessions", "export", "s", "--format", "json"]).stdout)
    assert exported["turns"][0]["answer"].startswith("The Lumen is 412 kilometres long.")
    assert "note: Only texts of notes.example, not of x.example" in CliRunner().invoke(cli, ["verify", "s"]).stdout
    markdown = CliRunner().invoke(cli, ["sessions", "export", "s"]).stdout
    assert "Only texts of notes.example" in markdown


def test_what_was_left_out_for_want_of_a_date_is_counted(run: Run) -> None:
    result = run("ask", "--since", "7d", QUESTION)
    assert "1 page without a date was left out." in result.stderr
