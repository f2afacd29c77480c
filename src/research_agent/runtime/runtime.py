"""Parts that turns share, with the models that load in the background; opened by `opening.open_runtime`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from research_agent import llm
from research_agent.concurrency import unwrap
from research_agent.errors import ChatError, StoreError
from research_agent.http.clock import Clock
from research_agent.messages import installing
from research_agent.runtime.library_background import Turns
from research_agent.runtime.models import (
    LoadedChat,
    LoadedEncoder,
    LoadedJudge,
    LoadedReader,
)
from research_agent.sandbox import Sandbox
from research_agent.settings import Settings
from research_agent.sources.protocol import Source, Tools
from research_agent.stages.condense import condense
from research_agent.text.restriction import with_lists
from research_agent.workers.isolated_pool import IsolatedPool

if TYPE_CHECKING:
    from research_agent.llm import AvailableModels, Chat, ModelChoice
    from research_agent.memory import Memory
    from research_agent.types import Embed, Entail, Rerank, Restriction

__all__ = ["Runtime"]

log = logging.getLogger(__name__)
SUMMARY_TOKENS = 256
T = TypeVar("T")
LISTED = 20.0


@dataclass(kw_only=True)
class Runtime:
    """
    Parts that turns share. `chat` is None while it loads, and when no model can answer; `chat_error` then says why.

    `named` are the sources that the user asked for by name; without any, they are selected for each question. `base` is
    the runtime that one of a single question was made from (`runtime.options`); `models` closes what was opened, and
    `other_chats` are the models that single questions asked for, by id and whether offline.
    """

    settings: Settings
    sources: Sequence[Source]
    named: Sequence[str] = ()
    tools: Tools
    memory: Memory
    analyses: IsolatedPool | None = None
    sandbox: Sandbox | None = None
    chat: Chat | None = None
    chat_choice: ModelChoice | None = None
    chat_error: ChatError | None = None
    entail: Entail | None = None
    rerank: Rerank | None = None
    notices: tuple[str, ...] = ()
    clock: Clock = field(default_factory=Clock)
    turns: Turns = field(default_factory=Turns)
    base: Runtime | None = field(default=None, repr=False)
    models: AsyncExitStack | None = field(default=None, repr=False)
    other_chats: dict[tuple[str, bool], asyncio.Task[LoadedChat | Exception]] = field(default_factory=dict, repr=False)
    _available: tuple[float, AvailableModels] | None = field(default=None, repr=False)
    _choosing_chat: asyncio.Task[ModelChoice | Exception | None] | None = field(default=None, repr=False)
    _loading_chat: asyncio.Task[LoadedChat | Exception] | None = field(default=None, repr=False)
    _loading_embed: asyncio.Task[LoadedEncoder | Exception] | None = field(default=None, repr=False)
    _loading_judge: asyncio.Task[LoadedJudge | Exception] | None = field(default=None, repr=False)
    _loading_reader: asyncio.Task[LoadedReader | Exception] | None = field(default=None, repr=False)
    _background: asyncio.TaskGroup | None = None
    _condensing: asyncio.Task[None] | None = field(default=None, repr=False)
    _late: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)

    @property
    def chat_id(self) -> str | None:
        """The model's id as answers show it."""
        return llm.chat_id(self.chat) if self.chat is not None else None

    @property
    def now(self) -> datetime:
        """This moment, in the time zone of this computer."""
        return datetime.fromtimestamp(self.clock.wall()).astimezone()

    @property
    def source_titles(self) -> dict[str, str]:
        """Display titles of the sources by name."""
        return {source.name: source.title for source in self.sources}

    def within_lists(self, restriction: Restriction) -> Restriction:
        """The restriction together with the lists of sites in the settings. Raises `UsageError` for a blocked site."""
        lists = self.settings.sites
        return with_lists(restriction, blocked=lists.block, allowed=lists.allow)

    def without_libraries(self) -> Runtime:
        """A runtime that shares all of this one but the user's own documents."""
        sources = [source for source in self.sources if source.name != "library"]
        return replace(self, sources=sources, tools=replace(self.tools, libraries=None), base=self.base or self)

    async def ready(self) -> None:
        """Wait until the models are there or cannot be had. Raises `UsageError` as `chat_ready` does."""
        await self.chat_ready()
        await self.embed_ready()
        await self.rerank_ready()
        await self.entail_ready()

    async def chat_ready(self) -> Chat | None:
        """The chat model once it is loaded, or None. Raises `UsageError` for a setting found unusable only now."""
        if self._loading_chat is not None:
            self.chat, self.chat_choice, self.chat_error = await _loaded(self._loading_chat)
            self._loading_chat = None
        return self.chat

    async def loads_embedded_chat(self) -> bool:
        """Whether the chat model is still loading, and is the embedded one; that is known long before it is there."""
        choosing, loading = self._choosing_chat, self._loading_chat
        if choosing is None or loading is None:
            return False
        await asyncio.wait({choosing})
        choice = choosing.result()
        if choice is None or isinstance(choice, Exception) or loading.done():
            return False
        return llm.is_embedded_id(choice.id)

    async def embed_ready(self) -> Embed | None:
        """The embedding model once it is loaded, with a cache of vectors over turns; None when there is none."""
        if self._loading_embed is not None:
            embed, name, notice, _ = await _loaded(self._loading_embed)
            if self._loading_embed is not None:  # another turn may have been faster
                self._loading_embed = None
                self.tools = replace(self.tools, embed=embed, embedding=name)
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.tools.embed

    async def entail_ready(self) -> Entail | None:
        """The judge once it is loaded, with a cache of logits over turns; None when there is none."""
        if self._loading_judge is not None:
            entail, notice = await _loaded(self._loading_judge)
            if self._loading_judge is not None:  # another turn may have been faster
                self._loading_judge = None
                self.entail = entail
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.entail

    async def rerank_ready(self) -> Rerank | None:
        """The reader once it is loaded, with a cache of its logits over turns; None when there is none."""
        if self._loading_reader is not None:
            rerank, notice = await _loaded(self._loading_reader)
            if self._loading_reader is not None:  # another turn may have been faster
                self._loading_reader = None
                self.rerank = rerank
                self.tools = replace(self.tools, rerank=rerank)
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.rerank

    def condense_soon(self) -> None:
        """Work off the durable condensing jobs in the background; at most one worker at a time."""
        if self.base is not None:
            self.base.condense_soon()
            return
        if self.chat is None or self._background is None or (self._condensing and not self._condensing.done()):
            return
        self._condensing = self._background.create_task(self._condense(), name="condense")

    async def available_models(self) -> AvailableModels:
        """The models that a question can be asked with, as their servers listed them at most `LISTED` seconds ago."""
        now = self.clock.now()
        if self._available is None or now - self._available[0] > LISTED:
            self._available = now, await llm.available_models(self.settings)
        return self._available[1]

    @property
    def listed_models(self) -> AvailableModels | None:
        """The models as they were last listed; None when that was never asked for."""
        return self._available[1] if self._available is not None else None

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task that may outlive its turn; it ends with the runtime at the latest."""
        assert self._background is not None
        task = self._background.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _condense(self) -> None:
        assert self.chat is not None
        ask = partial(llm.ask, self.chat, max_tokens=SUMMARY_TOKENS, timeout=self.settings.chat.timeout)
        try:
            await condense(self.memory, ask=ask)
        except StoreError as error:  # the job stays queued; the next turn says why nothing was summarised
            log.info("condensing failed", exc_info=error)
            self.notices = (*self.notices, installing.NOT_SUMMARISED(reason=error.message))


async def _loaded(loading: asyncio.Task[T | Exception]) -> T:
    """Result of a loading task. The wait can be cancelled; the loading goes on."""
    await asyncio.wait({loading})
    return unwrap(loading.result())
