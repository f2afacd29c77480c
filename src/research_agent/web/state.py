"""What every route works with, opened and closed with the app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request

from research_agent.errors import ResearchAgentError
from research_agent.settings import Settings
from research_agent.web.auth import MAIN, Authenticator, Caller
from research_agent.web.metrics import Metrics
from research_agent.web.quotas import Limits
from research_agent.web.runs import Research, Runs
from research_agent.web.user_stores import UserStores, current_user_memory, use_memory

if TYPE_CHECKING:
    from research_agent.memory import Memory
    from research_agent.runtime import Runtime

__all__ = ["OpenRuntime", "ServerState", "caller_of", "state_of"]


class OpenRuntime(Protocol):
    """`runtime.open_runtime`, or what a test puts in its place."""

    def __call__(self, settings: Settings, *, memory: Memory | None) -> AbstractAsyncContextManager[Runtime]:
        """Open what a turn needs."""
        ...


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
    research: Research | None = None
    open_runtime: OpenRuntime | None = None
    metrics: Metrics = field(default_factory=Metrics)
    runs: Runs = field(init=False)
    stores: UserStores = field(init=False)
    failure: ResearchAgentError | None = None
    on_failure: Callable[[], None] = lambda: None
    _runtime: asyncio.Future[Runtime] = field(init=False, repr=False)

    async def engine(self) -> tuple[Research, Runtime]:
        """What answers, and what it works with, as soon as that is open."""
        runtime = await self.runtime()
        assert self.research is not None
        return self.research, runtime

    async def runtime(self) -> Runtime:
        """What turns work with, as soon as it is open. Raises why it could not be opened."""
        return await asyncio.shield(self._runtime)

    async def memory(self, caller: Caller) -> Memory:
        """The caller's own store."""
        return await self.stores.memory(caller.user)

    @property
    def ready(self) -> bool:
        """Whether sources and models are open."""
        return self._runtime.done() and self.failure is None

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
        self._runtime = asyncio.get_running_loop().create_future()
        self._runtime.add_done_callback(lambda done: done.cancelled() or done.exception())  # retrieved, asked or not
        closing = asyncio.Event()
        async with AsyncExitStack() as stack:
            self.stores = UserStores(self.settings, stack)
            main = await self.stores.memory(MAIN)
            async with asyncio.TaskGroup() as group:
                self.runs = Runs(group=group, stores=self.stores, engine=self.engine, limits=self.limits)
                opening = group.create_task(self._open(main, closing), name="open the runtime")
                try:
                    yield
                finally:
                    await self.runs.shutdown()
                    closing.set()
                    if not self._runtime.done():
                        opening.cancel()

    def _import(self) -> OpenRuntime:
        """Import what a turn needs, unless a test gave it: seconds in which the server is up already."""
        if self.research is None:
            from research_agent.pipeline import research

            self.research = research
        if self.open_runtime is None:
            from research_agent.runtime import open_runtime

            self.open_runtime = open_runtime
        return self.open_runtime

    async def _open(self, main: Memory, closing: asyncio.Event) -> None:
        """Hold the runtime open until the end; when it cannot be opened, say so to all who wait and to the server."""
        try:
            with use_memory(main):
                open_runtime = await asyncio.to_thread(self._import)
                async with open_runtime(self.settings, memory=current_user_memory()) as runtime:
                    self._runtime.set_result(runtime)
                    await closing.wait()
        except ResearchAgentError as error:
            self.failure = error
            if not self._runtime.done():
                self._runtime.set_exception(error)
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
