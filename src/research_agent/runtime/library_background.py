"""Meaning of the user's libraries, made behind everything else while a program is open: chat, server, agents."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from research_agent.errors import ResearchAgentError
from research_agent.library.embedding import embed_library
from research_agent.workers.processors import usable_processors

if TYPE_CHECKING:
    from research_agent.library.open_libraries import OpenLibraries
    from research_agent.runtime import Runtime

__all__ = ["Turns", "embed_libraries"]

log = logging.getLogger(__name__)
IDLE = 3.0  # seconds without a question before it begins: one that is asked at the start is not held up
LOOK = 30.0  # seconds between two looks whether another program has read files into a library


class Turns:
    """Questions that are being answered now."""

    def __init__(self) -> None:
        self.active = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """One more, over the block."""
        self.active += 1
        try:
            yield
        finally:
            self.active -= 1


async def embed_libraries(runtime: Runtime, libraries: OpenLibraries) -> None:
    """Embed what has no vector yet, one library after the other, while no question is answered; until cancelled."""
    while True:
        await asyncio.sleep(IDLE)
        if not runtime.turns.active:
            try:
                await _embed_all(runtime, libraries)
            except ResearchAgentError as error:  # tried again at the next look
                log.info("A library cannot be embedded: %s", error.message)
            except Exception as error:
                log.error("The embedding of a library failed.", exc_info=error)
            await asyncio.sleep(LOOK)


async def _embed_all(runtime: Runtime, libraries: OpenLibraries) -> None:
    stores, failures = await libraries.reachable()
    for error in failures:
        log.info("A library cannot be embedded: %s", error.message)
    for store in stores:
        if not (await store.progress("")).passages or (embed := await runtime.embed_ready()) is None:
            continue
        count = await embed_library(
            store,
            embed,
            runtime.tools.embedding,
            workers=runtime.settings.encoder.workers or usable_processors(),
            busy=lambda: runtime.turns.active > 0,
            spare=(lambda _: False) if runtime.settings.encoder.cluster else None,  # a cluster is there to be used
        )
        if count:
            log.info("embedded %d passages of the library %s", count, store.name)
