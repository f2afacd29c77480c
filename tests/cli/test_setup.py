"""`research-agent setup`: progress on standard error, a table at the end, Ctrl-C that costs nothing."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from research_agent.settings import Settings
from research_agent.setup import parts
from research_agent.setup.parts import part_states
from research_agent_devtools.harness import setup_process
from research_agent_devtools.kernel.processor_time import of_ended_children


@pytest.fixture
def home(tiny_home: Path, tmp_path: Path) -> Path:
    """Everything is set up."""
    return Path(shutil.copytree(tiny_home, tmp_path / "home"))


def states(home: Path) -> dict[str, str]:
    return {state.name: state.state for state in part_states(Settings(home=home), verify=True)}


def test_without_a_terminal_a_line_a_step_and_a_table_at_the_end(tiny_index: Path, home: Path) -> None:
    shutil.rmtree(home / "parts" / "smollm2")
    run = setup_process.run(tiny_index, home, "setup")
    assert run.returncode == 0
    assert run.stderr.splitlines() == ["smollm2: downloading", "smollm2: finishing", "smollm2: ready"]
    lines = run.stdout.splitlines()
    assert lines[0].split() == ["part", "version", "licence", "size", "state", "folder"]
    assert [line.split()[0] for line in lines[1:4]] == ["smollm2", "minilm", "encyclopedia"]
    assert all(line.endswith(str(home / "parts" / line.split()[0])) for line in lines[1:4])
    assert lines[-1] == "All parts are ready."


def test_a_second_run_says_that_all_is_there_within_two_seconds(tiny_index: Path, home: Path) -> None:
    """Nothing is asked of pip, and the work is that of two seconds; how long it waits for a processor is chance."""
    start, before = time.perf_counter(), of_ended_children()
    run = setup_process.run(tiny_index, home, "setup", pip="/nowhere")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("All parts are ready.\n")
    assert of_ended_children() - before < 4, "a second on an idle machine"
    assert time.perf_counter() - start < 60


def test_verify_brings_nothing_and_names_what_is_wrong(tiny_index: Path, home: Path) -> None:
    file = home / "parts" / "smollm2" / "chat.gguf"
    damaged = bytearray(file.read_bytes())
    damaged[100] ^= 1
    file.write_bytes(damaged)
    run = setup_process.run(tiny_index, home, "setup", "--verify")
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.endswith("smollm2 is damaged. Run: research-agent setup\n")
    assert file.read_bytes() == damaged
    assert setup_process.run(tiny_index, home, "setup").returncode == 0
    assert setup_process.run(tiny_index, home, "setup", "--verify").returncode == 0


def test_remove_says_what_and_how_much(tiny_index: Path, home: Path) -> None:
    run = setup_process.run(tiny_index, home, "setup", "--remove", "smollm2")
    assert (run.returncode, run.stdout) == (0, "removed smollm2, 0.2 MB\n")
    assert states(home)["smollm2"] == "missing"
    run = setup_process.run(tiny_index, home, "setup", "--remove")
    assert [line.split(",")[0] for line in run.stdout.splitlines()[:2]] == ["removed minilm", "removed encyclopedia"]
    assert run.stdout.splitlines()[2].endswith("MB in all")
    run = setup_process.run(tiny_index, home, "setup", "--remove")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "Nothing to remove.\n")


@pytest.mark.parametrize("args", [["smollm2"], ["--remove", "smolm"], ["--remove", "--verify"]])
def test_wrong_usage_does_nothing(tiny_index: Path, home: Path, args: list[str]) -> None:
    run = setup_process.run(tiny_index, home, "setup", *args)
    assert run.returncode == 2
    assert run.stderr.startswith("error: ")
    assert set(states(home).values()) == {"ready"}


def test_what_cannot_be_brought_is_one_line_and_a_hint(tiny_index: Path, home: Path) -> None:
    shutil.rmtree(home / "parts" / "smollm2")
    run = setup_process.run(tiny_index, home, "setup", pip="/nowhere")
    assert run.returncode == 1
    *_, error, hint = run.stderr.splitlines()
    assert error.startswith("error: tiny-chat 1.0 could not be downloaded.")
    assert "run setup again" in hint


def test_ctrl_c_ends_it_with_130_and_the_next_run_goes_on(tiny_index: Path, home: Path) -> None:
    (home / "parts" / "encyclopedia" / "vectors.npy").unlink()
    words, env = setup_process.command(tiny_index, home, "setup", **{setup_process.WAIT_AT: "encyclopedia:1"})
    process = subprocess.Popen(words, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "indexing" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=100)
    assert (process.returncode, out) == (130, "")
    assert errors.splitlines()[-1] == "error: Interrupted."
    assert setup_process.run(tiny_index, home, "setup").returncode == 0
    assert setup_process.run(tiny_index, home, "setup", "--verify").returncode == 0


def test_on_a_terminal_there_are_bars_and_they_stay_on_standard_error(tiny_index: Path, home: Path) -> None:
    shutil.rmtree(home / "parts" / "smollm2")
    words, env = setup_process.command(tiny_index, home, "setup", TERM="xterm-256color", COLUMNS="100")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert process.communicate(timeout=100)[0].endswith("All parts are ready.\n")
    assert "━".encode() in shown
    assert b"smollm2" in shown
    assert b"ready" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end was closed
        return b""


def test_the_real_catalogue_is_pinned_to_the_byte() -> None:
    code = "from research_agent.setup.parts import PARTS; print(len(PARTS))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "3\n"
    for part in parts.PARTS:
        assert part.licence
        for member in part.members:
            assert len(member.sha256) == len(member.wheel.sha256) == 64
            assert member.bytes > 0
            assert "/" not in member.name
