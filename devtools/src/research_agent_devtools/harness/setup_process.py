"""`research-agent setup ...` in a process of its own, over the tiny catalogue; what a test kills, stops or starves."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from research_agent import cli, setup
from research_agent.encoders import embedder, precision
from research_agent.setup import parts
from research_agent_devtools.harness import package_index
from research_agent_devtools.samples import onnx_models

DIE_AT = "SETUP_CHILD_DIES_AT"
"""How many of a step's units are done when the process kills itself, as "part:done"."""
WAIT_AT = "SETUP_CHILD_WAITS_AT"
"""The same, when the process stands until Ctrl-C has come."""
LARGEST = "SETUP_CHILD_LARGEST_FILE"
"""Bytes a file may have: a disk that is full."""


def command(index: Path, home: Path, *args: str, **environ: str) -> tuple[list[str], dict[str, str]]:
    """What to run, and its environment: `pip` is where pip looks for packages, by default the folder `index`."""
    pip = environ.pop("pip", str(index))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RESEARCH_AGENT_", "OLLAMA_"))}
    env = {**kept, **package_index.environment(pip), "RESEARCH_AGENT_HOME": str(home), "RESEARCH_AGENT_WORKERS": "1"}
    return [sys.executable, __file__, str(index), *args], {**env, **environ}


def run(index: Path, home: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    words, env = command(index, home, *args, **environ)
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=300)


def main() -> None:
    index = Path(sys.argv.pop(1))
    mock.patch.object(parts, "PARTS", package_index.catalogue(index)).start()
    mock.patch.object(embedder, "BUNDLED_DIMENSIONS", onnx_models.DIMENSIONS).start()
    mock.patch.multiple(precision, FASTER=0.0, OVERLAP=0.0).start()  # as in conftest.py
    if limit := os.environ.get(LARGEST):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    if when := os.environ.get(DIE_AT):
        _at(*when.split(":"), act=lambda came: os.kill(os.getpid(), signal.SIGKILL))
    if when := os.environ.get(WAIT_AT):
        _at(*when.split(":"), act=_stand)
    cli.main()


def _at(part: str, done: str, *, act: Callable[[list[int]], None]) -> None:
    """Act at each step of that part from then on; `act` is given the interruptions that came."""
    original = setup.setup

    async def watched(settings: Any, *, on_step: Any, **options: Any) -> Any:
        came: list[int] = []
        handler: Any = signal.getsignal(signal.SIGINT)

        def note(number: int, frame: Any) -> None:
            came.append(number)
            handler(number, frame)

        def watch(step: setup.Step) -> None:
            on_step(step)
            if step.part == part and step.total and step.done >= int(done):
                act(came)

        signal.signal(signal.SIGINT, note)
        return await original(settings, on_step=watch, **options)

    setup.setup = watched  # type: ignore[assignment]


def _stand(came: list[int]) -> None:
    while not came:
        time.sleep(0.01)


if __name__ == "__main__":
    main()
