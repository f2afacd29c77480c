"""The server's state, which all routes share; opened and closed with the app."""

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
from research_agent.web.deep_runs import DeepRuns
from research_agent.web.idle_suggestions import IdleSuggestions
from research_agent.web.library_syncs import LibrarySyncs
from research_agent.web.metrics import Metrics
from research_agent.web.quotas import LOGIN_BURST, LOGIN_RATE, RateLimiter, RequestLimits, RunLimits
from research_agent.web.runs import Runs
from research_agent.web.user_stores import UserStores, current_user_memory, use_memory
from research_agent.web.watch_timer import WatchTimer

if TYPE_CHECKING:
    from research_agent.memory import Memory
    from research_agent.runtime import Runtime

__all__ = ["ServerState", "caller_of", "memory_of", "state_of"]


@dataclass(kw_only=True)
class ServerState:
    """
    One server: its settings, credentials and limits, and, while it is open, its stores and runs.

    `hosts` are names that a Host header may have besides those of this machine.
    """

    settings: Settings
    auth: Authenticator
    request_limits: RequestLimits = field(default_factory=RequestLimits)
    run_limits: RunLimits = field(default_factory=RunLimits)
    hosts: tuple[str, ...] = ()
    load: Callable[[], Engine] = load_engine
    metrics: Metrics = field(default_factory=Metrics)
    login_limiter: RateLimiter = field(default_factory=lambda: RateLimiter(LOGIN_RATE, LOGIN_BURST))
    runs: Runs = field(init=False)
    stores: UserStores = field(init=False)
    watch_timer: WatchTimer = field(init=False)
    library_syncs: LibrarySyncs = field(init=False)
    deep_runs: DeepRuns = field(init=False)
    suggestions: IdleSuggestions = field(init=False)
    failure: ResearchAgentError | None = None
    on_failure: Callable[[], None] = lambda: None
    _engine: BackgroundContext[OpenEngine] = field(init=False, repr=False)

    async def engine(self) -> OpenEngine:
        """Wait for the engine. Raises the error it could not be opened for."""
        return await self._engine.get()

    async def runtime(self) -> Runtime:
        """Wait for the runtime. Raises the error it could not be opened for."""
        return (await self.engine()).runtime

    @property
    def ready(self) -> bool:
        """Whether sources and models are open."""
        return self._engine.ready and self.failure is None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is redacted from responses and logs."""
        return (*self.settings.secrets, *self.auth.secrets)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """
        Open the main store at once and the engine in the background: pages are served before a model is loaded.

        Raises `StoreError` when the main store cannot be opened. At the end all runs are cancelled and saved.
        """
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(self.auth.load_feed_key)
            self.stores = UserStores(self.settings, stack)
            main = await self.stores.memory(MAIN)
            async with asyncio.TaskGroup() as group:
                self.runs = Runs(group=group, stores=self.stores, engine=self.engine, limits=self.run_limits)
                self._engine = BackgroundContext(
                    group, partial(self._open, main), errors=ResearchAgentError, on_error=self._fail, name="runtime"
                )
                self.suggestions = IdleSuggestions(group, self.runs, self.engine)
                self.library_syncs = LibrarySyncs(self.settings, group)
                self.deep_runs = DeepRuns(group, self.stores, self.engine)
                self.watch_timer = WatchTimer(self.stores, self.runs, self.engine, self._users)
                timing = group.create_task(self.watch_timer.run(offline=self.settings.flags.offline), name="watch")
                resuming = group.create_task(self._resume_left(), name="resume")
                try:
                    yield
                finally:
                    timing.cancel()
                    self.library_syncs.cancel()
                    self.suggestions.cancel()
                    resuming.cancel()
                    await asyncio.wait({timing, resuming})  # it gives back what it was about to ask
                    await self.deep_runs.shutdown()
                    await self.runs.shutdown()
                    self._engine.release()

    @asynccontextmanager
    async def _open(self, main: Memory) -> AsyncIterator[OpenEngine]:
        with use_memory(main):
            async with open_engine(self.settings, load=self.load, memory=current_user_memory()) as engine:
                yield engine

    async def _resume_left(self) -> None:
        if self.settings.serve.resume == "auto":
            await self.deep_runs.resume_left(self._users)

    def _users(self) -> list[str]:
        """Users that have a store; reads files."""
        named = [user for user in self.auth.tokens.created() if self.stores.path_of(user).exists()]
        return [MAIN, *named]

    def _fail(self, error: ResearchAgentError) -> None:
        self.failure = error
        self.on_failure()


def state_of(request: Request) -> ServerState:
    """The state of the server that a request came to."""
    state = request.app.state.server
    assert isinstance(state, ServerState)
    return state


def caller_of(request: Request) -> Caller:
    """The caller whom `SecurityMiddleware` authenticated."""
    caller = request.scope["caller"]
    assert isinstance(caller, Caller)
    return caller


async def memory_of(request: Request) -> Memory:
    """The caller's own store."""
    return await state_of(request).stores.memory(caller_of(request).user)
