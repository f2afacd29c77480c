"""
`family.py HOME FOLDER [loose]`: a program with all the children that the product starts.

Two pool workers that embed with the tiny model in `FOLDER`, the embedded chat model of `HOME`, and an analysis that
stands. It prints "ready" when all are there and ends as the command line does. With `loose` the lifelines are pipes
that never end, as if there were none.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import termios
import time
from pathlib import Path
from unittest import mock

from research_agent.cli.signals import INTERRUPTED, STOPS, stoppable
from research_agent.encoders.embedder import open_embedder
from research_agent.llm.llamacpp_process import EmbeddedServer
from research_agent.llm.model_files import EMBEDDED, gguf_file
from research_agent.settings import Settings
from research_agent.stages.analyze import analysis_pool, analyze
from research_agent.types import Document

__all__ = ["CHILDREN"]

CHILDREN = 4
CONTEXT = 256
DOCUMENT = Document(source="s", title="t", url="u", text="The river is long.", retrieved="2026")
LIFELINES = ("workers.worker_process", "workers.isolated_process", "llm.llamacpp_process")


async def live(home: Path, folder: Path) -> None:
    settings = Settings.of(home=home, embedding=folder / "model.onnx", workers=2)
    stand = folder / "stand.py"
    stand.write_text("import time\ntime.sleep(600)\n")
    server = EmbeddedServer(gguf_file(EMBEDDED, settings), CONTEXT)
    try:
        await server.launch()
        async with (
            open_embedder(settings) as embedder,
            analysis_pool(stand) as pool,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(analyze([DOCUMENT], timeout=600, pool=pool))
            await embedder.embed(["river water", "market price"])
            await server.url()
            for _ in range(2):  # busy, whenever the end comes
                group.create_task(embedder._pool.run(time.sleep, 600))
            await asyncio.sleep(0)
            os.write(1, b"ready\n")
            await asyncio.Event().wait()
    finally:
        await server.stop()


async def main(home: Path, folder: Path) -> int:
    with stoppable(*STOPS):
        await live(home, folder)
    return INTERRUPTED


def endless() -> tuple[int, int]:
    """A lifeline whose reader holds its other end too."""
    fifo = Path(sys.argv[2]) / "fifo"
    if not fifo.exists():
        os.mkfifo(fifo)
    return os.open(fifo, os.O_RDWR), os.open(fifo, os.O_RDWR)


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever this was started with: it is ignored under nohup
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is its own, as a window's is
    if sys.argv[3:]:
        for module in LIFELINES:
            mock.patch(f"research_agent.{module}.open_lifeline", endless).start()
    sys.exit(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]))))
