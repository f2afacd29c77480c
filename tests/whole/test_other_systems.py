"""The program on systems that are not Linux: with the names that they lack taken away."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from research_agent.messages import command_line
from research_agent.workers import rlimits

MACOS = """
import asyncio, os, pathlib, resource, sys, sysconfig, tempfile, time
os.process_cpu_count = os.cpu_count  # of Python 3.13: there it does not need what is taken away here
del os.sched_getaffinity, resource.RLIMIT_AS, time.CLOCK_BOOTTIME, os.O_PATH
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Document
from research_agent import load_settings, research_sync
from research_agent.cli.profile_output import age
from research_agent.library.machine_load import is_busy
from research_agent.workers.sandbox import lock
from click.testing import CliRunner
from research_agent.cli import cli
from research_agent_devtools.harness.web_server import serving

river = Document(source="notes", title="Lumen", url="https://notes.example/", text="The Lumen is 412 kilometres long.",
                 retrieved="2026-01-02T00:00:00+00:00")
chat = FakeChat(replies=("Lumen", "The Lumen is 412 kilometres long [e1]."))
answer = research_sync("How long is the Lumen?", settings=load_settings(), chat=chat,
                       sources=[FakeSource("notes", [river])])
sysconfig.get_config_vars()  # Python's own are those of this system
sys.platform = "darwin"
print(answer.text, answer.status, age(), is_busy(1000), lock([]))

folder = pathlib.Path(tempfile.mkdtemp())
(folder / "lumen.md").write_text("# Lumen\\n\\nThe Lumen is 412 kilometres long.\\n")
(folder / "program.py").write_text("result = 20 + 1")
for call in (
    ["library", "add", str(folder / "lumen.md")],
    ["library", "search", "How long is the Lumen?"],
    ["research", "--yes", "--source", "library", "How long is the Lumen?"],
    ["sandbox", "run", str(folder / "program.py")],
):
    done = CliRunner().invoke(cli, call)
    print(call[:2], done.exit_code, [words for words in ("1 file", "412 kilometres", "21") if words in done.output][:1])

async def serve():
    async with serving(folder / "home") as served:
        print([(await served.get(path)).status for path in ("/", "/library", "/research", "/api/health")])

asyncio.run(serve())
"""
WINDOWS = """
import os, signal, sys
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
del signal.SIGHUP, os.sched_getaffinity, os.getuid, os.killpg
sys.argv = ["research-agent", "ask", "Why?"]
if MAIN:
    from research_agent.__main__ import main
    main()
import research_agent
research_agent.research
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "RESEARCH_AGENT_JUDGE_FOLDER": "none", "RESEARCH_AGENT_READER_FOLDER": "none"}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, env=environ, check=False
    )


def test_without_the_names_that_macos_lacks_every_room_works() -> None:
    done = run(MACOS)
    assert done.stdout.splitlines() == [
        "The Lumen is 412 kilometres long. [1] complete None False []",
        "['library', 'add'] 0 ['1 file']",
        "['library', 'search'] 0 ['412 kilometres']",
        "['research', '--yes'] 0 ['412 kilometres']",
        "['sandbox', 'run'] 0 ['21']",
        "[200, 200, 200, 200]",
    ], done.stderr


@pytest.mark.parametrize("main", [True, False])
def test_on_windows_it_says_to_use_wsl2(main: bool) -> None:
    done = run(WINDOWS.replace("MAIN", str(main)))
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(command_line.NEEDS_UNIX())
    if main:
        assert done.stderr == f"error: {command_line.NEEDS_UNIX()}\n"


def test_where_the_size_of_memory_cannot_be_limited_the_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    limited: dict[int, int] = {}

    def setrlimit(name: int, values: tuple[int, int]) -> None:
        if name == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        limited[name] = values[0]

    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    with pytest.raises(ValueError, match="maximum limit"):  # on Linux it is never left out
        rlimits.limit(1000, 5)
    monkeypatch.setattr(sys, "platform", "darwin")
    rlimits.limit(1000, 5)
    assert (limited[resource.RLIMIT_CPU], limited[resource.RLIMIT_FSIZE], limited[resource.RLIMIT_NOFILE]) == (5, 0, 32)
