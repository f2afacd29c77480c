"""
A loopback server that speaks Ollama's API, with delays and faults.

    async with FakeOllama(first_token=0.2, rate=50) as ollama:
        settings = load_settings({**os.environ, **ollama.environ})
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web

from research_agent.testing.loopback_server import serve, serve_in_thread
from research_agent.testing.server_faults import FAULTS, answer_badly
from research_agent.text.tokens import content_words

__all__ = ["CHAT_FAULTS", "ChatRequest", "FakeOllama"]

Kind = Literal["topics", "synthesis", "second_opinion", "repair", "condense"]
# What goes wrong after the answer began; what goes wrong before is in `server_faults.FAULTS`.
BROKEN_LINES = {
    "blank_line": b"\n\n",
    "error_line": b'{"error": "an error was encountered while running the model"}\n',
    "html_line": b"<html><body>502 Bad Gateway</body></html>\n",
}
CHAT_FAULTS = (*BROKEN_LINES, "no_done", "stall")
DATE = "2026-10-01T00:00:00Z"
EVIDENCE = re.compile(r"^\[(e\d+)\] (.*)$", re.MULTILINE)
QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)
NUMBERED = re.compile(r"^1\. ", re.MULTILINE)
SENTENCE = re.compile(r".+?[.!?](?=\s|$)|.+$")


@dataclass(slots=True)
class ChatRequest:
    """
    One chat call as the server saw it, times by `time.perf_counter`; `end` is None while it is answered.

    `complete` tells an answer given to its end from one whose reader left; `ended` can be awaited.
    """

    kind: Kind
    prompt: str
    body: Mapping[str, Any]
    start: float
    end: float | None = None
    complete: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


class FakeOllama:
    """
    Answers like Ollama 0.12 with the chat models `models`.

    Without `answers` it names the question's own words as topics, copies the first sentences of the evidence lines
    e1 to e3 with their keys, condenses to one line, and judges and repairs nothing. `answers` is a function of the
    prompt, or the replies in order, the last one again and again. `topics` is seconds before a topic call is answered,
    `first_token` before any other, `rate` tokens per second (0: all at once). `fault` is one of `CHAT_FAULTS` or of
    `server_faults.FAULTS`. `parameters` is the size the models have, such as "8.0B"; without it the server does not
    say. Use it as `async with`, or `with ollama.in_thread()` when the program under test is another process.
    """

    def __init__(
        self,
        *,
        models: Sequence[str] = ("llama3.2:latest",),
        answers: Callable[[str], str] | Sequence[str] | None = None,
        topics: float = 0.0,
        first_token: float = 0.0,
        rate: float = 0.0,
        fault: str | None = None,
        context: int = 131072,
        parameters: str = "",
    ) -> None:
        if fault is not None and fault not in {*FAULTS, *CHAT_FAULTS}:
            raise ValueError(f"no such fault: {fault!r}; there are {sorted({*FAULTS, *CHAT_FAULTS})!r}")
        self.models, self.answers, self.context, self.parameters = tuple(models), answers, context, parameters
        self.topics, self.first_token, self.rate, self.fault = topics, first_token, rate, fault
        self.requests: list[ChatRequest] = []
        self.url = ""
        self._ending = asyncio.Event()
        self._open = AsyncExitStack()

    @property
    def environ(self) -> dict[str, str]:
        """The settings that point the program here."""
        return {"OLLAMA_HOST": self.url}

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/", self._root)
        app.router.add_get("/api/version", self._version)
        app.router.add_get("/api/tags", self._tags)
        app.router.add_post("/api/show", self._show)
        app.router.add_post("/api/chat", self._chat)
        app.router.add_post("/api/pull", self._pull)
        self.url = await self._open.enter_async_context(serve(app))
        return self

    async def __aexit__(self, *error: Any) -> None:
        self._ending.set()
        await self._open.aclose()

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """The same, served from a thread, for tests that block."""
        with serve_in_thread(self):
            yield self

    async def _root(self, request: web.Request) -> web.Response:
        return web.Response(text="Ollama is running")

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": "0.12.6"})

    async def _tags(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [self._entry(name) for name in self.models]})

    async def _show(self, request: web.Request) -> web.Response:
        name = (await request.json()).get("model", "")
        if not self._has(name):
            return _not_found(name)
        info = {"general.architecture": "llama", "llama.context_length": self.context}
        return web.json_response({**self._entry(name), "model_info": info})

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        """A download of 300 bytes; of a name with "no-such" the error that Ollama gives, "broken" breaks off."""
        name = (await request.json()).get("model", "")
        lines: list[dict[str, Any]] = [{"status": "pulling manifest"}]
        if "no-such" in name:
            lines.append({"error": "pull model manifest: file does not exist"})
        else:
            part = {"status": "pulling 8eeb52dfb3bb", "digest": "sha256:8eeb52dfb3bb", "total": 300}
            lines += [part, {**part, "completed": 100}, {**part, "completed": 300}]
            if "broken" not in name:
                lines += [{"status": "verifying sha256 digest"}, {"status": "success"}]
                self.models = (*self.models, name)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        for line in lines:
            await response.write(json.dumps(line).encode() + b"\n")
        return response

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        prompt = "\n".join(str(message.get("content", "")) for message in body.get("messages", []))
        seen = ChatRequest(_kind(prompt), prompt, body, time.perf_counter())
        self.requests.append(seen)
        try:
            await asyncio.sleep(self.topics if seen.kind == "topics" else self.first_token)
            if not self._has(body.get("model", "")):
                return _not_found(body.get("model", ""))
            if self.fault is not None and self.fault in FAULTS:
                return await answer_badly(self.fault, request, web.json_response({"done": True}), self._ending)
            return await self._answer(request, seen)
        finally:
            seen.end = time.perf_counter()
            seen.ended.set()

    async def _answer(self, request: web.Request, seen: ChatRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        try:
            async for line in self._lines(seen):
                await response.write(line)
        except ConnectionResetError:  # the caller has gone, as callers do
            return response
        seen.complete = self.fault is None
        return response

    async def _lines(self, seen: ChatRequest) -> AsyncIterator[bytes]:
        options = seen.body.get("options") or {}
        words = re.findall(r"\s*\S+", self._reply(seen))[: options.get("num_predict", 128)]
        for number, word in enumerate(words):
            if self.fault is not None and number == len(words) // 2:
                yield BROKEN_LINES.get(self.fault, b"")
                if self.fault == "stall":
                    await self._ending.wait()
                return
            yield _line(seen, word)
            if self.rate:
                await asyncio.sleep(1 / self.rate)
        # As the real one: a prompt beyond the window is cut without a word, and counted as what was left of it.
        read = min(len(seen.prompt.split()) * 4 // 3, options.get("num_ctx", 4096))
        yield _line(seen, "", done=True, done_reason="stop", prompt_eval_count=read, eval_count=len(words))

    def _reply(self, seen: ChatRequest) -> str:
        if callable(self.answers):
            return self.answers(seen.prompt)
        if self.answers:
            return self.answers[min(len(self.requests), len(self.answers)) - 1]
        made = {"topics": _topics, "synthesis": _copy, "condense": _condense}
        return made[seen.kind](seen.prompt) if seen.kind in made else "{}"

    def _has(self, name: str) -> bool:
        return name in self.models or f"{name}:latest" in self.models

    def _entry(self, name: str) -> dict[str, Any]:
        details = {"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"]}
        details |= {"parameter_size": self.parameters} if self.parameters else {}
        facts = {"name": name, "model": name, "modified_at": DATE, "size": 2019393189, "digest": "a80c4f17acd5"}
        return {**facts, "details": details, "capabilities": ["completion"]}


def _kind(prompt: str) -> Kind:
    if EVIDENCE.search(prompt):
        return "synthesis"
    if NUMBERED.search(prompt):
        return "second_opinion" if "\n1. Sentence: " in prompt else "repair"
    return "topics" if QUESTION.search(prompt) else "condense"


def _topics(prompt: str) -> str:
    return " ".join(content_words(QUESTION.findall(prompt)[-1])[:4])


def _copy(prompt: str) -> str:
    sentences = [(key, SENTENCE.match(text)) for key, text in EVIDENCE.findall(prompt)[:3]]
    return " ".join(f"{match[0].rstrip('.!?')} [{key}]." for key, match in sentences if match)


def _condense(prompt: str) -> str:
    return f"The conversation so far has {len(prompt.split())} words."


def _line(seen: ChatRequest, text: str, *, done: bool = False, **more: object) -> bytes:
    message = {"role": "assistant", "content": text}
    facts = {"model": seen.body.get("model"), "created_at": DATE, "message": message, "done": done}
    return json.dumps({**facts, **more}).encode() + b"\n"


def _not_found(name: str) -> web.Response:
    return web.json_response({"error": f"model '{name}' not found"}, status=404)
