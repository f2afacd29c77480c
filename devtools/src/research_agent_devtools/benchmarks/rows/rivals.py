"""Two other research assistants of the same kind, in environments of their own, on the same fake model and sources."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from importlib import metadata
from pathlib import Path

from research_agent_devtools.benchmarks.measurement import Result, Row, Run, Side, compared, interleave, of_value
from research_agent_devtools.benchmarks.outside_world import serving
from research_agent_devtools.checkout import CACHE
from research_agent_devtools.kernel.statistics import summary

ENVS = CACHE / "bench" / "env"
IMPORTS = {
    "ours": "from research_agent import open_runtime, research",
    "gpt-researcher": "import gpt_researcher",
    "local-deep-research": "import local_deep_research.api",
}
CHILD = Path(__file__).parents[1] / "children" / "rival.py"
RIVALS = tuple(IMPORTS)[1:]
MIB = 2**20


async def rivals(run: Run) -> Result:
    result = Result()
    imported = await interleave(run.pick(1, 5), {name: partial(_imported, name) for name in IMPORTS})
    with serving("rivals") as told:
        sides: dict[str, Side] = {name: partial(_asked, name, told, run.pick(3, 10)) for name in IMPORTS}
        asked = await interleave(run.pick(1, 3), sides, warm=0)
    result.add(imported, prefix="import: ")
    result.add(asked, prefix="questions: ")
    sizes = {name: _size(ENVS / name) for name in IMPORTS}
    for name in RIVALS:
        called = f"{name} {_version(name)}"
        result.lines += [
            compared("import, CPU", imported["ours"], imported[name], key="cpu", is_=called),
            compared("a question, wall", asked["ours"], asked[name], key="a question", is_=called),
            compared("a question, CPU", asked["ours"], asked[name], key="CPU of a question", is_=called),
        ]
    for name, (size, packages) in sizes.items():
        result.lines += [
            of_value(f"{name}: on disk", summary([size / MIB]), unit="MiB"),
            of_value(f"{name}: installed", summary([packages]), unit="packages"),
        ]
    result.notes = [
        "Each from the index into an environment of its own; sizes are of what was installed, models not counted (ours "
        "brings 170 MB by `setup`).",
        "A question: the first of a process is not counted. Model and sources are fakes on loopback that answer at "
        "once, the same for all, nine short articles; so what is left is what each does itself: gpt-researcher a "
        "report with its usual plan, local-deep-research a quick summary of one round, ours a turn with its check and "
        "its commit. They are not the same work, and the quality of answers is not compared here.",
        "gpt-researcher counts costs with tiktoken, which downloads its tables; offline it fails, so that words are "
        "counted in its place. Its vectors are hashed by the fake service; ours ranks by words.",
        "Not compared: their web interfaces and multi-agent reports, and search engines (a key or the network needed).",
    ]
    return result


async def _imported(name: str) -> None:
    process = await asyncio.create_subprocess_exec(
        _python(name), "-c", IMPORTS[name], stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env=_environ(), cwd=ENVS,
    )  # fmt: skip
    assert await process.wait() == 0, name


async def _asked(name: str, told: dict[str, str], questions: int) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        _python(name), "-P", CHILD, name, told["ollama"], told["url"], str(questions),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=_environ(), cwd=ENVS,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0, name
    asked = json.loads(out.splitlines()[-1])["questions"]
    return {
        "a question": summary(each["wall"] for each in asked).median,
        "CPU of a question": summary(each["cpu"] for each in asked).median,
        "words": summary(each["words"] for each in asked).median,
    }


def _environ() -> dict[str, str]:
    """Without this project's own path."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _python(name: str) -> Path:
    return ENVS / name / "bin" / "python"


def _packages(folder: Path) -> Path:
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def _size(folder: Path) -> tuple[int, int]:
    """Bytes of what was installed, and how many packages."""
    packages = _packages(folder)
    size = sum(file.lstat().st_size for file in packages.rglob("*") if file.is_file())
    return size, len(list(packages.glob("*.dist-info")))


def _version(name: str) -> str:
    return next(found.version for found in metadata.distributions(path=[str(_packages(ENVS / name))])
                if found.name == name)  # fmt: skip


def _needs() -> str:
    missing = [name for name in IMPORTS if not (ENVS / name / "done").exists()]
    return (
        f"{' and '.join(missing)} not installed (9 GB in all); install them with: make bench-heavy" if missing else ""
    )


ROWS = [
    Row(
        name="rivals",
        title="Beside others",
        about="What two other research assistants take on disk, to start and for a question.",
        run=rivals,
        needs=_needs,
    )
]
