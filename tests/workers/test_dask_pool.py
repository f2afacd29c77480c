"""The same vectors on a cluster of real worker processes; what is lost runs again; what is wrong is one clear error."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.dask_cluster import DaskCluster
from research_agent.encoders import embedder as embedding
from research_agent.encoders.embedder import open_embedder
from research_agent.errors import ClusterError, SettingsError, WorkerCrashError
from research_agent.runtime import open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.sources.encyclopedia import vectors_made_by
from research_agent.workers import dask_pool as clusters
from research_agent.workers.dask_pool import open_dask_pool
from research_agent_devtools.samples import onnx_models

pytest.importorskip("distributed")
# Dask's own event loops and sockets are closed by its own threads, later.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TEXTS = [f"river {onnx_models.WORDS[n % 9]} water {n} " * (1 + n % 5) for n in range(1000)]


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[DaskCluster]:
    folder = tmp_path / "dask"
    folder.mkdir()
    started = DaskCluster(folder)
    yield started
    started.end()


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings.of(home=tmp_path, embedding=onnx_models.write_encoder(tmp_path / "own"), workers=1)


async def vectors_of(settings: Settings, texts: list[str]) -> tuple[str, np.ndarray, list[str]]:
    async with open_embedder(settings) as embedder:
        return embedder.id, await embedder.embed(texts), embedder.lost


async def test_the_cluster_gives_the_same_vectors_to_the_bit(dask: DaskCluster, here: Settings) -> None:
    dask.add(2)
    progress: list[int] = []
    async with open_embedder(here.with_changes(cluster=dask.address)) as embedder:
        there = await embedder.embed(TEXTS, on_progress=lambda done, _: progress.append(done))
        assert embedder.batch_size == 4 * 2 * 64
    assert sorted(progress) == progress
    assert max(np.diff([0, *progress])) == 64, "texts travel in batches"
    identity, expected, _ = await vectors_of(here, TEXTS)
    assert identity == embedder.id
    assert np.array_equal(there, expected)


async def test_a_worker_killed_in_the_middle_loses_no_text(dask: DaskCluster, here: Settings) -> None:
    dask.add(2)
    _, expected, _ = await vectors_of(here, TEXTS)
    async with open_embedder(here.with_changes(cluster=dask.address)) as embedder:
        await embedder.embed(TEXTS[:64])

        def kill(done: int, total: int) -> None:
            if len(dask.alive) == 2:
                dask.workers[0].kill()
                dask.workers[0].wait()

        there = await embedder.embed(TEXTS, on_progress=kill)
        assert len(dask.alive) == 1
        assert embedder.lost == []
    assert np.array_equal(there, expected)


@pytest.mark.variant
async def test_a_worker_that_comes_later_gets_the_model_too(dask: DaskCluster, here: Settings) -> None:
    dask.add(1)
    _, expected, _ = await vectors_of(here, TEXTS)
    async with open_embedder(here.with_changes(cluster=dask.address)) as embedder:
        dask.add(1)
        dask.workers[0].kill()
        dask.workers[0].wait()
        assert np.array_equal(await embedder.embed(TEXTS), expected)


@pytest.mark.variant
async def test_a_call_is_given_the_workers_own_copy(dask: DaskCluster, here: Settings) -> None:
    """The path of this machine would do as well in a test on one machine, and nowhere else."""
    dask.add(1)
    assert here.encoder.file
    async with open_dask_pool(dask.address, [here.encoder.file], "some-id") as pool:
        dask.add(1)
        places = await pool.everywhere(str, here.encoder.file)
        assert len(places) == 2
        assert {Path(place).parent.name for place in places.values()} == {"some-id"}
        assert all(dask._folder in Path(place).parents for place in places.values())
        assert await pool.run(str, here.encoder.file) in places.values()
    assert len({file.read_bytes() for file in map(Path, places.values())} | {here.encoder.file.read_bytes()}) == 1


async def test_the_model_is_sent_once_and_again_when_it_was_altered(
    dask: DaskCluster, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dask.add(1)
    expected = (await vectors_of(here.with_changes(cluster=dask.address), TEXTS[:70]))[1]
    (held,) = (dask._folder / "worker-0").rglob("model.onnx")
    before = held.stat().st_mtime_ns
    await vectors_of(here.with_changes(cluster=dask.address), TEXTS[:70])
    assert held.stat().st_mtime_ns == before
    held.write_bytes(held.read_bytes()[:-1] + b"\0")
    assert np.array_equal((await vectors_of(here.with_changes(cluster=dask.address), TEXTS[:70]))[1], expected)
    assert held.stat().st_mtime_ns != before


async def test_workers_that_compute_other_vectors_are_refused(
    dask: DaskCluster, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a processor of another kind does: its sums come out otherwise."""
    dask.add(1)

    async def everywhere(pool: Any, function: Any, *args: Any) -> dict[str, Any]:
        return {"tcp://other": (await original(pool, function, *args)).popitem()[1] * np.float32(1 + 1e-6)}

    original = clusters.DaskPool.everywhere
    monkeypatch.setattr(clusters.DaskPool, "everywhere", everywhere)
    with pytest.raises(ClusterError, match="tcp://other of the cluster computes different vectors"):
        await vectors_of(here.with_changes(cluster=dask.address), TEXTS)


@pytest.mark.variant
async def test_a_call_that_kills_every_worker_is_a_crash_not_a_hang(dask: DaskCluster, here: Settings) -> None:
    dask.add(6)  # Dask gives a call up after it has taken four
    assert here.encoder.file
    async with open_dask_pool(dask.address, [here.encoder.file], "x") as pool:
        with pytest.raises(WorkerCrashError, match="died during one call"):
            await pool.run(sys.modules["os"]._exit, 1)
        assert await pool.run(len, "abc") == 3


async def test_a_cluster_whose_workers_are_all_gone_is_an_error(
    dask: DaskCluster, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "HEALTH_CHECK", 0.2)
    dask.add(1)
    async with open_embedder(here.with_changes(cluster=dask.address)) as embedder:
        dask.workers[0].kill()
        dask.workers[0].wait()
        with pytest.raises(ClusterError, match="has no workers any more"):
            await embedder.embed(TEXTS)
        assert embedder.lost == []


async def test_no_cluster_at_start_is_one_clear_error_and_nothing_runs_here(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT", 1.0)
    monkeypatch.setattr(embedding, "WorkerPool", None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match=f"no cluster at {address}") as caught:
        await vectors_of(here.with_changes(cluster=address), TEXTS)
    assert "RESEARCH_AGENT_CLUSTER" in caught.value.hint
    assert caught.value.exit_code == 2
    with pytest.raises(ClusterError, match=f"no cluster at {address}"):
        async with open_runtime(here.with_changes(cluster=address), sources=[]):
            pass


async def test_a_cluster_without_workers_is_an_error(dask: DaskCluster, here: Settings) -> None:
    with pytest.raises(ClusterError, match="has no workers"):
        await vectors_of(here.with_changes(cluster=dask.address), TEXTS)


async def test_without_the_extra_the_error_names_the_install_line(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "find_spec", lambda name: None)
    with pytest.raises(ClusterError) as caught:
        await vectors_of(here.with_changes(cluster="tcp://127.0.0.1:8786"), TEXTS)
    assert caught.value.hint.endswith("[cluster]'")


@pytest.mark.parametrize("address", ["here", "http://x:1", "tcp://x", "tcp://me:pw@x:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="must be a scheduler's address"):
        load_settings({"RESEARCH_AGENT_CLUSTER": address, "XDG_CONFIG_HOME": "/x"})


def test_nothing_of_dask_is_imported_unless_a_cluster_is_set() -> None:
    code = "import sys, research_agent.encoders.embedder, research_agent.runtime; print('distributed' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
    assert importlib.util.find_spec("distributed") is not None


async def test_the_encyclopedia_is_indexed_there_to_the_same_bytes(
    tiny_index: Path, tiny_home: Path, tmp_path: Path, dask: DaskCluster
) -> None:
    from research_agent.setup import setup

    shutil.copytree(tiny_home, tmp_path / "home")
    folder = tmp_path / "home" / "parts" / "encyclopedia"
    before = (folder / "vectors.npy").read_bytes()
    (folder / "vectors.npy").unlink()
    dask.add(2)
    await setup(Settings.of(home=tmp_path / "home", cluster=dask.address))
    assert (folder / "vectors.npy").read_bytes() == before
    assert vectors_made_by(folder, verify=True) is not None
