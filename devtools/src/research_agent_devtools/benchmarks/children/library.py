"""
Searches of a library in a process of their own: what each took, and the memory of the process at its highest.

Arguments: the library's file, and a file of questions (JSON). Prints {"seconds": [...], "memory": MB} as JSON.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from research_agent.library.sqlite_store import open_library

WARM = 5


async def search_all(path: Path, questions: list[str], dimensions: int) -> list[float]:
    """Seconds of each search by words and a vector, after some that are not counted."""
    random = np.random.default_rng(2)
    taken = []
    async with open_library(path) as store:
        for question in [*questions[:WARM], *questions]:
            vector = random.normal(size=dimensions).astype(np.float32)
            start = time.perf_counter()
            await store.search(question, vector / np.linalg.norm(vector), limit=24)
            taken.append(time.perf_counter() - start)
    return taken[WARM:]


def main() -> None:
    path, questions, dimensions = sys.argv[1:]
    asked = json.loads(Path(questions).read_text("utf-8"))
    seconds = asyncio.run(search_all(Path(path), asked, int(dimensions)))
    status = Path("/proc/self/status").read_text("ascii")
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+)", status)
    sys.stdout.write(json.dumps({"seconds": seconds, "memory": int(kilobytes) / 1000}) + "\n")


if __name__ == "__main__":
    main()
