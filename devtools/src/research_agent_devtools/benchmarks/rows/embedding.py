"""Texts to vectors: against sentence-transformers, on one core and two, and the way to the workers and back."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from research_agent.encoders import onnx_encoder
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.settings import load_settings
from research_agent.workers.pool import WorkerPool
from research_agent_devtools.benchmarks.article_leads import of_100_tokens
from research_agent_devtools.benchmarks.homes import PARTS, a_home, without_parts
from research_agent_devtools.benchmarks.measurement import (
    Goal,
    Line,
    Result,
    Row,
    Run,
    Samples,
    Side,
    at_least,
    at_most,
    compared,
    interleave,
    measured,
    of_value,
)
from research_agent_devtools.checkout import CACHE
from research_agent_devtools.kernel.statistics import summary

SBERT = CACHE / "bench" / "env" / "sbert" / "bin" / "python"
DEFAULT, OTHERS = 32, (1, 4, 8)  # texts in a batch
WORKERS = 2
FILE = PARTS / "minilm" / "model.onnx"
Vectors = NDArray[np.float32]


class Sbert:
    """sentence-transformers in a child of another environment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def embed(self, texts: Sequence[str], *, batch: int, file: Path | None = None) -> None:
        assert self._process.stdin is not None
        line = json.dumps({"texts": list(texts), "batch": batch, "file": str(file) if file else None})
        self._process.stdin.write(f"{line}\n".encode())
        assert json.loads(await self.answer())["vectors"] == len(texts)

    async def answer(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()


@asynccontextmanager
async def open_sbert() -> AsyncIterator[Sbert]:
    script = Path(__file__).parents[1] / "children" / "sbert.py"
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        SBERT, "-I", script, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=quiet, limit=2**20
    )
    other = Sbert(process)
    try:
        assert json.loads(await other.answer())
        yield other
    finally:
        process.kill()
        await process.wait()


async def against_sbert(run: Run) -> Result:
    texts = of_100_tokens(run.pick(48, 256))
    asked = of_100_tokens(run.pick(300, 2000))
    async with AsyncExitStack() as stack:
        settings = load_settings({}, home=stack.enter_context(a_home()))
        embedder = await stack.enter_async_context(open_embedder(settings))
        other = await stack.enter_async_context(open_sbert())
        sides: dict[str, Side] = {"ours": partial(_embed, embedder, texts)}
        for batch in (DEFAULT, *OTHERS):
            sides[f"sentence-transformers, batches of {batch}"] = partial(other.embed, texts, batch=batch)
        samples = await interleave(run.pick(3, 7), sides)
        file = run.folder / "fp32.npy"
        await other.embed(asked, batch=4, file=file)
        overlap = _overlap(await embedder.embed(asked), np.load(file))
    rates: dict[str, Samples] = {
        name: [{"rate": len(texts) / each["cpu"]} for each in rounds] for name, rounds in samples.items()
    }
    default = f"sentence-transformers, batches of {DEFAULT}"
    best = max(
        (name for name in rates if name != "ours"), key=lambda name: summary(r["rate"] for r in rates[name]).median
    )
    result = Result()
    result.add(samples)
    each: dict[str, Any] = {"key": "rate", "unit": "a CPU-second"}
    result.lines = [
        compared(
            "texts embedded, their default batch", rates["ours"], rates[default], is_=default, goal=at_least(4), **each
        ),
        compared("texts embedded, their best batch", rates["ours"], rates[best], is_=best, goal=at_least(2.5), **each),
        of_value(
            f"top-10 overlap with fp32, {len(asked):,} texts", summary([overlap]), unit="", goal=at_least(0.92, "")
        ),
    ]
    result.notes = [
        f"{len(texts)} leads of the encyclopedia of about 100 tokens a round; all-MiniLM-L6-v2 on both sides, theirs "
        "in fp32 on one thread. Overlap: the ten nearest texts of each, by our vectors and by theirs.",
    ]
    return result


async def _embed(embedder: Embedder, texts: Sequence[str]) -> None:
    await embedder.embed(texts)


def _overlap(ours: Vectors, theirs: Vectors) -> float:
    """Of the ten nearest neighbours of each text, itself left out, the share that both have."""
    first, second = (_nearest(vectors) for vectors in (ours, theirs))
    return float(np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(first, second, strict=True)]))


def _nearest(vectors: Vectors, among: int = 10) -> NDArray[np.int64]:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    return np.argsort(-likeness, axis=1)[:, :among]


async def cores(run: Run) -> Result:
    texts = of_100_tokens(run.pick(128, 512))
    async with AsyncExitStack() as stack:
        home = stack.enter_context(a_home())
        sides: dict[str, Side] = {}
        for workers in (1, 2):
            settings = load_settings({}, home=home, workers=workers)
            embedder = await stack.enter_async_context(open_embedder(settings))
            sides[f"{workers} worker{'s' if workers > 1 else ''}"] = partial(_embed, embedder, texts)
        samples = await interleave(run.pick(4, 12), sides)
    result = Result()
    result.add(samples)
    result.lines = [
        compared(f"{len(texts)} texts, two cores", samples["2 workers"], samples["1 worker"], is_="one core",
                 upside_down=True, goal=at_least(1.8)),
    ]  # fmt: skip
    return result


async def dispatch(run: Run) -> Result:
    """The product's pool with calls that compute nothing, so that only the way there and back is measured."""
    texts, calls = of_100_tokens(8), run.pick(50, 200)
    pool = WorkerPool(WORKERS, initializer=onnx_encoder.dimensions, initargs=(FILE,))
    standard = ProcessPoolExecutor(1)
    try:
        await asyncio.gather(*(pool.run(onnx_encoder.dimensions, FILE) for _ in range(WORKERS)))
        await pool.run(_rows)  # numpy is imported there
        await asyncio.wrap_future(standard.submit(_lists))

        async def warm(function: Any, *args: Any) -> None:
            for _ in range(calls):
                await pool.run(function, *args)

        async def as_lists() -> None:
            await asyncio.wrap_future(standard.submit(_lists))

        times = run.pick(5, 15)
        back = await interleave(
            times,
            {
                "8 texts to the warm pool and back": partial(warm, sorted, texts),
                "1,000 vectors back, as arrays": partial(warm, _rows),
                "1,000 vectors back, as lists": as_lists,
            },
        )
        made = await interleave(run.pick(2, 5), {"8 texts to a pool made for the call": partial(_made, texts)})
    finally:
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        standard.shutdown()
    for name in list(back)[:2]:
        back[name] = [{key: value / calls for key, value in each.items()} for each in back[name]]
    result = Result()
    result.add(back | made)
    made_for_it = summary(1000 * each["wall"] for each in made["8 texts to a pool made for the call"])
    as_lists_ms = summary(1000 * each["wall"] for each in back["1,000 vectors back, as lists"])
    result.lines = [
        _beside("8 texts to the warm pool and back", back, made_for_it, "a pool made for the call", at_most(1, "ms")),
        _beside("1,000 vectors back, as arrays", back, as_lists_ms, "as lists", at_most(5, "ms")),
    ]  # fmt: skip
    result.notes = [
        f"Calls that compute nothing; of the warm pool {calls} a round, one after another. The pool made for the call "
        "starts two processes (spawn) that load the model, as a pool without a life of its own has to.",
    ]
    return result


def _beside(what: str, samples: dict[str, Samples], baseline: Any, is_: str, goal: Goal) -> Line:
    """A figure with a goal in milliseconds; the baseline stands beside it."""
    line = measured(what, samples[what], unit="ms", scale=1000, goal=goal)
    return Line(
        what=what, unit="ms", ours=line.ours, figure=line.figure, figure_unit="ms", baseline=baseline, baseline_is=is_,
        goal=goal, met=line.met,
    )  # fmt: skip


async def _made(texts: Sequence[str]) -> None:
    def call() -> None:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(WORKERS, spawn, initializer=onnx_encoder.dimensions, initargs=(FILE,)) as pool:
            pool.submit(sorted, texts).result()

    await asyncio.to_thread(call)


def _rows() -> Vectors:
    return np.ones((1000, 384), dtype=np.float32)


def _lists() -> list[list[float]]:
    return [[0.1234567] * 384 for _ in range(1000)]


def _without_sbert() -> str:
    if not SBERT.exists():
        return "sentence-transformers is not there (a GB); install it with: make bench-heavy"
    return without_parts()


ROWS = [
    Row(
        name="embedding",
        title="Texts embedded",
        about="What a second of one core gives, against sentence-transformers with the same model.",
        run=against_sbert,
        needs=_without_sbert,
    ),
    Row(
        name="cores",
        title="Two cores",
        about="The same texts by one worker and by two.",
        run=cores,
        needs=without_parts,
    ),
    Row(
        name="dispatch",
        title="To the workers and back",
        about="What it costs to hand texts to a worker and to get vectors back.",
        run=dispatch,
        needs=without_parts,
    ),
]
