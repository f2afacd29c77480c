"""What every route works with, opened and closed with the app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request

from research_agent.concurrency import BackgroundContext
from research_agent.engine import Engine, OpenEngine, load_engine, open_engine
from research_agent.errors import ResearchAgentError
from research_agent.settings import Settings
from research_agent.web.auth import MAIN, Authenticator, Caller
from research_agent.web.metrics import Metrics
from research_agent.web.quotas import Limits
from research_agent.web.runs import Runs
from research_agent.web.user_stores import UserStores, current_user_memory, use_memory

if TYPE_CHECKING:
    from research_agent.memory import Memory
    from research_agent.runtime import Runtime

__all__ = ["ServerState", "caller_of", "state_of"]


@dataclass(kw_only=True)
class ServerState:
    """
    One server: its settings, who may come in, what it allows, and, while it is open, its stores and runs.

    `hosts` are the names it may be called by besides those of this machine.
    """

    settings: Settings
    auth: Authenticator
    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] = ()
    load: Callable[[], Engine] = load_engine
    metrics: Metrics = field(default_factory=Metrics)
    runs: Runs = field(init=False)
    stores: UserStores = field(init=False)
    failure: ResearchAgentError | None = None
    on_failure: Callable[[], None] = lambda: None
    _engine: BackgroundContext[OpenEngine] = field(init=False, repr=False)

    async def engine(self) -> OpenEngine:
        """The engine, as soon as it is open. Raises why it could not be opened."""
        return await self._engine.get()

    async def runtime(self) -> Runtime:
        """The runtime, as soon as it is open. Raises why it could not be opened."""
        return (await self.engine()).runtime

    async def memory(self, caller: Caller) -> Memory:
        """The caller's own store."""
        return await self.stores.memory(caller.user)

    @property
    def ready(self) -> bool:
        """Whether sources and models are open."""
        return self._engine.ready and self.failure is None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer and no log may hold."""
        return (*self.settings.secrets, *self.auth.secrets)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """
        Open the main store now and the rest behind it, so that pages are shown before a model is there.

        Raises `StoreError` when the main store cannot be opened. At the end all runs are stopped and kept.
        """
        async with AsyncExitStack() as stack:
            self.stores = UserStores(self.settings, stack)
            main = await self.stores.memory(MAIN)
            async with asyncio.TaskGroup() as group:
                self.runs = Runs(group=group, stores=self.stores, engine=self.engine, limits=self.limits)
                self._engine = BackgroundContext(
                    group, partial(self._open, main), errors=ResearchAgentError, on_error=self._fail, name="runtime"
                )
                try:
                    yield
                finally:
                    await self.runs.shutdown()
                    self._engine.release()

    @asynccontextmanager
    async def _open(self, main: Memory) -> AsyncIterator[OpenEngine]:
        with use_memory(main):
            async with open_engine(self.settings, load=self.load, memory=current_user_memory()) as engine:
                yield engine

    def _fail(self, error: ResearchAgentError) -> None:
        self.failure = error
        self.on_failure()


def state_of(request: Request) -> ServerState:
    """The state of the server that a request came to."""
    state = request.app.state.server
    assert isinstance(state, ServerState)
    return state


def caller_of(request: Request) -> Caller:
    """Who asks, as the guard found out."""
    caller = request.scope["caller"]
    assert isinstance(caller, Caller)
    return caller
