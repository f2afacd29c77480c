"""
How soon the server is up, and how soon it says something.

    python -m research_agent_devtools.benchmarks.serve_start [--times N] [--home FOLDER]

Each time the program is started as a user does, offline, until its line is printed and `/api/health` answers; then one
question is asked as a stream, until its first event (`Begun`) and until the first that `research()` tells (`Started`).
With a home in which `setup` has run, that includes waiting for the models.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path

from research_agent_devtools.kernel.machine import Machine
from research_agent_devtools.kernel.statistics import median


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rounds = [measured(given.home or Path(folder)) for _ in range(given.times)]
    told = {
        name: {"median": round(median(taken), 3), "worst": round(max(taken), 3)}
        for name, taken in ((name, [one[name] for one in rounds]) for name in rounds[0])
    }
    print(json.dumps({"times": given.times, "machine": asdict(Machine()), "seconds": told}, indent=1))


def measured(home: Path) -> dict[str, float]:
    """Seconds from the start to each moment, and from the question to its first events."""
    env = {**os.environ, "RESEARCH_AGENT_HOME": str(home)}
    began = time.perf_counter()
    command = [sys.executable, "-m", "research_agent", "serve", "--no-browser", "--offline"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        base, _, token = process.stdout.readline().strip().partition("/?token=")
        urllib.request.urlopen(f"{base}/api/health").read()
        ready = time.perf_counter() - began
        try:
            first = [first_event(base, token, name) for name in (b"Started", b"Begun", b"Started")]
        finally:
            process.terminate()
    return {"ready": ready, "first turn's Started": first[0], "Begun": first[1], "Started": first[2]}


def first_event(base: str, token: str, name: bytes) -> float:
    """Seconds from the question to the event of that name."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"question": "What is photosynthesis?", "stream": True}).encode()
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(f"{base}/api/ask", body, headers)) as reply:
        for line in reply:
            if line == b"event: " + name + b"\n":
                return time.perf_counter() - began
    raise RuntimeError(f"no event {name!r}")


if __name__ == "__main__":
    main()
