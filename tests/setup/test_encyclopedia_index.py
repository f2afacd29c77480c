"""The encyclopedia's vectors: resumed, made anew for another model, never half."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.setup_runs import READY, alter, states, steps_of, unfinished
from research_agent.encoders.embedder import open_embedder
from research_agent.errors import SetupError
from research_agent.settings import Settings
from research_agent.setup import check, setup
from research_agent.setup.encyclopedia_index import BLOCK, build_vectors
from research_agent.sources.encyclopedia import VIEWS, vectors_made_by
from research_agent_devtools.harness import package_index, setup_process

pytestmark = pytest.mark.anyio


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


async def test_an_encyclopedia_of_an_earlier_layout_is_made_anew(ready: Settings) -> None:
    """Its bytes are what an earlier setup noted: hashes alone (the naive check) find nothing wrong."""
    folder = ready.parts / "encyclopedia"
    before = {item.name: item.read_bytes() for item in folder.iterdir()}
    note = json.loads(before["part.json"])
    del note["layout"]
    (folder / "part.json").write_text(json.dumps(note))
    record = json.loads(before["vectors.json"])
    del record["views"]
    (folder / "vectors.json").write_text(json.dumps(record))
    assert states(ready) == {**READY, "encyclopedia": "outdated"}
    assert vectors_made_by(folder) is None
    assert [state.state for state in await check(ready)] == ["ready", "ready", "outdated"]
    steps = await steps_of(ready)
    assert {step.part for step in steps} == {"encyclopedia"}
    assert {item.name: item.read_bytes() for item in folder.iterdir()} == before


async def test_vectors_of_fewer_views_are_made_again(ready: Settings) -> None:
    file = ready.parts / "encyclopedia" / "vectors.json"
    before = file.read_bytes()
    record = json.loads(before)
    del record["views"]
    file.write_text(json.dumps(record))
    assert [state.state for state in await check(ready)] == ["ready", "ready", "damaged"]
    assert {step.what for step in await steps_of(ready)} == {"indexing by meaning", "ready"}
    assert file.read_bytes() == before


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


def test_a_full_disk_keeps_the_vectors_that_are_there(tiny_index: Path, ready: Settings) -> None:
    (ready.parts / "encyclopedia" / "vectors.npy").unlink()
    full = setup_process.run(tiny_index, ready.home, "setup", **{setup_process.LARGEST: "50000"})
    assert full.returncode == 1, full.stderr
    assert "the disk is full." in full.stderr
    assert "Traceback" not in full.stderr
    steps = asyncio.run(steps_of(ready))
    assert steps[1].done >= BLOCK
    assert unfinished(ready) == []


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
