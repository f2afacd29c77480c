"""No task is made that nobody holds on to: the linter of `make check` finds it, and what the linter does not see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHAINED = re.compile(r"get_(running|event)_loop\(\)\.create_task")  # ruff looks for a name


@pytest.mark.parametrize("made", ["asyncio.create_task(go())", "loop.create_task(go())"])
def test_a_task_without_a_reference_is_a_finding(made: str) -> None:
    code = f"import asyncio\n\n\nasync def go() -> None:\n    loop = asyncio.get_running_loop()\n    {made}\n"
    argv = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename=src/x.py", "-"]
    found = subprocess.run(argv, input=code, capture_output=True, text=True, cwd=ROOT, check=False)
    assert "RUF006" in found.stdout


def test_nor_is_one_made_past_the_linter() -> None:
    assert CHAINED.search("asyncio.get_running_loop().create_task(go())")
    for file in (ROOT / "src").rglob("*.py"):
        assert not CHAINED.search(file.read_text("utf-8")), file
