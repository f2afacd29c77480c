"""Process of the embedded llama.cpp server: launch, readiness, restart after a crash, shutdown."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import secrets
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import ChatUnavailableError
from research_agent.llm.calls import import_quietly
from research_agent.llm.llamacpp_slots import Slots
from research_agent.llm.model_files import EMBEDDED, gguf_file, require_intact
from research_agent.messages import chat_failures
from research_agent.settings import Settings, child_environment
from research_agent.workers.lifeline import open_lifeline

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["EmbeddedServer", "checked_file", "open_llamacpp", "require_processor"]

EMBEDDED_CONTEXT = 4096
SLOTS = 2  # for the calls of a turn, or two sessions; each has a full context window, which costs 90 MB
# Its threads synchronise hundreds of times a token. Spinning there, on cores that other processes use too, cost three
# times the CPU time and nine tenths of the speed.
SLEEPING = {"OMP_WAIT_POLICY": "passive"}
START_SECONDS = 60.0
STOP_SECONDS = 0.5
SETTLE_SECONDS = 5.0  # a killed process is usually gone at once, on a busy machine after seconds
LOG_BYTES = 16384
NEEDED_FLAGS = ("avx2", "fma", "f16c")
QUANTISATION = re.compile(r"[.-](?:i?q\d\w*|b?f16|f32)$", re.IGNORECASE)
LOAD_ERROR = re.compile(r" E .*?(?:error loading model|[\w ]+): (?P<reason>.+)")
CPUINFO = Path("/proc/cpuinfo")
PACKAGES = Path(__file__).parents[2]


class EmbeddedServer:
    """
    Supervisor of the child process that serves one model file on loopback; one process at a time.

    The next call restarts a crashed child. After two crashes without an answer between them that call fails instead,
    and the one after it tries again: memory may be available by then.
    """

    def __init__(self, file: Path, n_ctx: int) -> None:
        self.key = secrets.token_urlsafe(24)
        self.slots = Slots(SLOTS)
        self._file, self._n_ctx = file, n_ctx
        self._process: asyncio.subprocess.Process | None = None
        self._lifeline = -1
        self._url = ""
        self._crashes = 0
        self._awaited = False  # whether a caller has waited for this child, and so learned whether it started
        self._log = bytearray()
        self._reader = threading.Thread()
        self._lock = asyncio.Lock()

    async def launch(self) -> None:
        """Start the process; returns before the model is loaded."""
        life_read, self._lifeline = open_lifeline()
        log_read, log_write = os.pipe()
        self._url, self._awaited = "", False
        self.slots.forget()
        self._log = bytearray()
        self._reader = threading.Thread(target=_keep_tail, args=(log_read, self._log), daemon=True)
        self._reader.start()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "research_agent.llm.llamacpp_server",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log_write,
                pass_fds=(life_read,), start_new_session=True,
                env={**child_environment(), **SLEEPING, "PYTHONPATH": str(PACKAGES)},
            )  # fmt: skip
        finally:
            os.close(life_read)
            os.close(log_write)
        config = {
            "file": str(self._file),
            "n_ctx": self._n_ctx,
            "slots": len(self.slots),
            "key": self.key,
            "lifeline": life_read,
            "threads": min(4, os.cpu_count() or 1),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(config).encode() + b"\n")

    async def url(self) -> str:
        """The server's base URL, once it listens. Raises `ChatUnavailableError` when it does not start."""
        async with self._lock:
            if self._awaited and self._process is not None and self._process.returncode is not None:
                await self._restart()
            if not self._url:
                self._awaited = True
                self._url = await self._wait_ready()
            return self._url

    def answered(self) -> None:
        """Reset the crash count after a complete answer."""
        self._crashes = 0

    async def settle(self) -> None:
        """Wait for the process to exit after a broken connection, so that the next call restarts it."""
        if self._process is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), SETTLE_SECONDS)

    async def stop(self) -> None:
        """Terminate the process group, within about a second."""
        process = self._process
        if process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
                break
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    async def _restart(self) -> None:
        self._crashes += 1
        await self.stop()
        if self._crashes > 1:
            self._crashes = 0
            raise self._failure(chat_failures.CRASHES())
        await self.launch()

    async def _wait_ready(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await self._process.stdout.readline()
                if line:
                    return str(json.loads(line)["url"])
                await self._process.wait()
                await asyncio.to_thread(self._reader.join, STOP_SECONDS)  # the rest of its log
        except TimeoutError as error:
            raise self._failure(chat_failures.NOT_READY(seconds=START_SECONDS)) from error
        raise self._failure(chat_failures.NOT_STARTED())

    def _failure(self, what: str) -> ChatUnavailableError:
        code = self._process.returncode if self._process else None
        log = self._log.decode("utf-8", "replace")
        errors = [match["reason"].strip() for match in LOAD_ERROR.finditer(log)]
        reason = errors[0] if errors else f"exit {code}"
        if code is not None and code < 0:
            reason = chat_failures.KILLED_BY(name=signal.Signals(-code).name)
        return ChatUnavailableError(
            chat_failures.NOT_LOADED(name=self._file.name, what=what, reason=reason),
            hint=chat_failures.WHOLE_FILE(),
        )


@asynccontextmanager
async def open_llamacpp(name: str, settings: Settings) -> AsyncIterator[BaseChatModel]:
    """Open the chat model of a GGUF file; its process ends with the context. Raises `ChatUnavailableError`."""
    file = await checked_file(name, settings)
    n_ctx = min(settings.chat.num_ctx, EMBEDDED_CONTEXT) if name == EMBEDDED else settings.chat.num_ctx
    server = EmbeddedServer(file, n_ctx)
    try:
        await server.launch()  # the model loads while LangChain is imported
        module = await import_quietly("research_agent.llm.llamacpp")
        chat = module.ChatLlamaCpp(model=QUANTISATION.sub("", file.stem).lower(), num_ctx=n_ctx, server=server)
        await server.url()
        yield chat
    finally:
        await server.stop()


async def checked_file(name: str, settings: Settings) -> Path:
    """The file behind `llamacpp:NAME`. Raises `ChatUnavailableError` when it is missing, altered or cannot run here."""
    file = gguf_file(name, settings)
    require_processor()
    if name == EMBEDDED:
        await asyncio.to_thread(require_intact, file)
    return file


def require_processor(cpuinfo: Path = CPUINFO) -> None:
    """Raise `ChatUnavailableError` on an x86 processor on which the wheel would crash with SIGILL."""
    if platform.machine() not in {"x86_64", "AMD64"} or not cpuinfo.exists():
        return
    line = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text("utf-8", "replace"), re.MULTILINE)
    if line and (missing := [flag for flag in NEEDED_FLAGS if flag not in line[1].split()]):
        raise ChatUnavailableError(
            chat_failures.OLD_PROCESSOR(missing=", ".join(missing)),
            hint=chat_failures.ANOTHER_MACHINE(),
        )


def _keep_tail(descriptor: int, log: bytearray) -> None:
    """Read a pipe until it is closed, keeping the last `LOG_BYTES`."""
    with open(descriptor, "rb", buffering=0) as pipe:
        while block := pipe.read(4096):
            log += block
            del log[:-LOG_BYTES]
