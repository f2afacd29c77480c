"""
Indexing on a Dask cluster of real worker processes on this machine: two workers against one, and what a task costs.

    make bench-cluster ARGS="[--leads N] [--rounds N] [--quick]"

Prints one JSON object. One and two workers are measured in turn, in the same run; `speedup` is the median of the
rounds' ratios. `task_ms` is the way there and back of a call that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import asdict
from typing import Any

from research_agent.encoders.embedder import open_embedder
from research_agent.settings import Settings, load_settings
from research_agent.setup.encyclopedia_index import article_texts
from research_agent.workers.dask_pool import open_dask_pool
from research_agent_devtools.kernel.machine import Machine
from research_agent_devtools.kernel.statistics import median

CALLS = 200
PAUSE = 0.02  # seconds; Dask holds back what follows within 10 ms, and real calls take longer than that


async def texts_per_second(settings: Settings, texts: list[str]) -> float:
    async with open_embedder(settings) as embedder:
        await embedder.embed(texts[:128])
        start = time.perf_counter()
        await embedder.embed(texts)
        seconds = time.perf_counter() - start
        assert embedder.lost == []
    return len(texts) / seconds


async def overhead(address: str, texts: list[str]) -> dict[str, float]:
    """What a call costs that does nothing: alone and with 64 texts (medians), and of many at once (mean), in ms."""
    told = {}
    async with open_dask_pool(address, [], "nothing") as pool:
        for name, argument in (("task_ms", []), ("task_with_64_texts_ms", texts[:64])):
            spent = []
            for _ in range(CALLS):
                start = time.perf_counter()
                await pool.run(len, argument)
                spent.append(1000 * (time.perf_counter() - start))
                await asyncio.sleep(PAUSE)
            told[name] = round(median(spent), 2)
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(CALLS):
                group.create_task(pool.run(len, texts[:64]))
        told["task_of_many_ms"] = round(1000 * (time.perf_counter() - start) / CALLS, 2)
    return told


def started(workers: int) -> Any:
    from distributed import LocalCluster

    cluster: Any = LocalCluster  # has no types
    return cluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0")


def measured(settings: Settings, texts: list[str], rounds: int) -> dict[str, Any]:
    rates: dict[int, list[float]] = {1: [], 2: []}
    with started(1) as one, started(2) as two:
        for _ in range(rounds):
            for workers, cluster in ((1, one), (2, two)):
                there = settings.with_changes(cluster=cluster.scheduler_address)
                rates[workers].append(round(asyncio.run(texts_per_second(there, texts)), 1))
        costs = asyncio.run(overhead(two.scheduler_address, texts))
    ratios = [b / a for a, b in zip(rates[1], rates[2], strict=True)]
    return {
        "texts": len(texts),
        "rounds": rounds,
        "one_worker_per_second": rates[1],
        "two_workers_per_second": rates[2],
        "speedup": round(median(ratios), 3),
        "speedup_range": [round(min(ratios), 3), round(max(ratios), 3)],
        **costs,
        "machine": asdict(Machine()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="512 leads, one round")
    given = parser.parse_args()
    settings = load_settings()
    texts = article_texts(settings.parts / "encyclopedia" / "encyclopedia.db")[: 512 if given.quick else given.leads]
    print(json.dumps(measured(settings, texts, 1 if given.quick else given.rounds), indent=1))


if __name__ == "__main__":
    main()
