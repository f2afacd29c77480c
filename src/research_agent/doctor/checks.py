"""Checks of this machine and its settings, one function each. A problem is a result, never an error."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from research_agent import llm
from research_agent.encoders.embedder import open_embedder
from research_agent.encoders.entailment import NO_JUDGE, judge_folder, open_judge
from research_agent.errors import (
    ChatError,
    EmbeddingError,
    JudgeError,
    ResearchAgentError,
    SettingsError,
    StoreError,
    UsageError,
)
from research_agent.installation import extra_hint
from research_agent.llm.endpoints import is_loopback, ollama_url, without_userinfo
from research_agent.llm.llamacpp_process import checked_file
from research_agent.llm.openai import PUBLIC
from research_agent.llm.transport import proxy_for
from research_agent.logs import log_folder
from research_agent.memory import open_memory
from research_agent.messages import chat_failures, diagnostics, installing
from research_agent.settings import ENVIRONMENT, OPTIONS, Settings, Unknown, nearest, split_urls
from research_agent.setup.parts import part_state, select_parts
from research_agent.sources.encyclopedia import FOLDER, vectors_made_by
from research_agent.sources.registry import installed_sources
from research_agent.sources.web_search.catalogue import ENGINE_NAMES

__all__ = [
    "Check",
    "SettingState",
    "check_chat",
    "check_contact",
    "check_embedding",
    "check_home",
    "check_judge",
    "check_log",
    "check_second_judge",
    "check_sqlite",
    "probe_ollama",
    "require_model",
    "setting_states",
    "unknown_settings",
]

# In SQLite 3.7.0 to 3.51.2 concurrent connections could corrupt the write-ahead log.
SQLITE_SAFE = (3, 51, 3)
LOW_SPACE = 200 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Result of one check, with a hint when it is not `ok`. `fatal` means that no question can be answered."""

    ok: bool
    text: str
    hint: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingState:
    """Current value of a setting, its origin, and the environment variable that sets it. Secrets are masked."""

    name: str
    value: str
    origin: str
    variable: str
    meaning: str


def check_sqlite() -> Check:
    """Check the SQLite version bundled with APSW: older ones can damage a file that two processes write."""
    import apsw

    installed = apsw.sqlite_lib_version()
    if tuple(map(int, installed.split("."))) >= SQLITE_SAFE:
        return Check(ok=True, text=installed)
    return Check(ok=False, text=diagnostics.OLD_SQLITE(version=installed), hint=diagnostics.UPGRADE_SQLITE())


async def check_home(settings: Settings) -> Check:
    """Check that sessions can be stored: the home folder, and the session file if it exists."""
    folder = await asyncio.to_thread(_folder, settings.home)
    if not folder.ok or not await asyncio.to_thread(settings.store.exists):
        return folder
    try:
        notices: list[str] = []
        async with open_memory(settings.store, on_salvaged=notices.append):
            pass
        return folder if not notices else Check(ok=False, text=notices[0])
    except StoreError as error:
        return Check(ok=False, text=error.message, hint=error.hint, fatal=True)


def _folder(home: Path) -> Check:
    """Check that the home can be written, with an unnamed file; a missing home is not created."""
    choose = diagnostics.CHOOSE_HOME()
    try:
        existing = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b"doctor")
        free = shutil.disk_usage(existing).free
    except OSError as error:
        hint = diagnostics.FREE_SPACE() if error.errno in (errno.ENOSPC, errno.EDQUOT) else choose
        return Check(ok=False, text=diagnostics.NOT_WRITABLE(path=home, reason=error.strerror), hint=hint, fatal=True)
    if free < LOW_SPACE:
        return Check(
            ok=False, text=diagnostics.LITTLE_SPACE(path=home, megabytes=free // 1024**2), hint=diagnostics.FREE_SPACE()
        )
    return Check(ok=True, text=diagnostics.SPACE_LEFT(path=home, megabytes=free // 1024**2))


def check_log(settings: Settings) -> Check:
    """Check that the log can be written, without creating anything."""
    folder = log_folder(settings.home)
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        return Check(ok=False, text=diagnostics.LOG_NOT_WRITABLE(path=folder), hint=diagnostics.CHMOD_LOG(path=folder))
    return Check(ok=True, text=str(folder))


async def probe_ollama(settings: Settings) -> tuple[llm.OllamaState, Check]:
    """Probe Ollama, and check whether it is on this machine: questions are sent there."""
    try:
        state = await llm.probe_ollama(settings)
        local = is_loopback(ollama_url(settings.chat.ollama_host))
    except SettingsError as error:
        url = without_userinfo(settings.chat.ollama_host)
        return llm.OllamaState(reachable=False, url=url, reason=error.message), Check(
            ok=False, text=error.message, hint=error.hint
        )
    if local:
        return state, Check(ok=True, text=diagnostics.OLLAMA_HERE())
    return state, Check(
        ok=False,
        text=diagnostics.OLLAMA_ELSEWHERE(url=state.url),
        hint=diagnostics.UNSET_OLLAMA_HOST(),
    )


async def check_chat(settings: Settings) -> tuple[str | None, Check]:
    """The id of the model that would answer, and whether it is usable, without a call that costs anything."""
    try:
        choice = await llm.choose_model(settings)
        if choice is None:
            text = installing.NO_CHAT_MODEL()
            return None, Check(ok=False, text=text, hint=installing.RUN_SETUP())
        await require_model(choice.id, settings)
    except ResearchAgentError as error:
        wrong = isinstance(error, UsageError)
        return settings.chat.model or None, Check(ok=False, text=error.message, hint=error.hint, fatal=wrong)
    return choice.id, Check(ok=True, text=choice.reason)


async def require_model(model: str, settings: Settings) -> None:
    """Check a model id without calling the model. Raises `UsageError` or `ChatError`, as a call would."""
    provider, name = llm.parse_model_id(model)
    if provider == "llamacpp":
        await checked_file(name, settings)
    elif provider == "ollama":
        state = await llm.probe_ollama(settings)
        if not state.reachable:
            raise ChatError(
                diagnostics.OLLAMA_SILENT(url=state.url, reason=state.reason), hint=diagnostics.START_OLLAMA()
            )
        if not {name, f"{name}:latest"} & {item.name for item in state.models}:
            raise ChatError(diagnostics.NO_SUCH_MODEL(name=name), hint=chat_failures.PULL_MODEL(name=name))
    elif find_spec("langchain_openai") is None:
        raise ChatError(diagnostics.OPENAI_MISSING(), hint=await asyncio.to_thread(extra_hint, "openai"))
    elif not (settings.chat.openai_api_key or settings.chat.openai_base_url):
        raise ChatError(diagnostics.OPENAI_UNSET(), hint=diagnostics.SET_OPENAI_KEY())
    else:
        proxy_for(settings.chat.openai_base_url or PUBLIC, model)


def check_second_judge(settings: Settings, model: str | None, ollama: llm.OllamaState) -> Check:
    """Which model judges sentences beside the trained judge, or why none does; neither is a problem."""
    if settings.chat.judge == "own":
        return Check(ok=True, text=diagnostics.JUDGE_OWN())
    if model is None:
        return Check(ok=True, text=diagnostics.JUDGE_NO_MODEL())
    provider, _, name = model.partition(":")
    sizes = {item.name: item.billions for item in ollama.models} if provider == "ollama" else {}
    told = sizes.get(name, sizes.get(f"{name}:latest"))
    size = llm.size_of(model, told)
    if not llm.is_large_model(model, told):
        why = diagnostics.SIZE_UNKNOWN_WHY() if size is None else diagnostics.SMALLER(large=llm.LARGE)
        return Check(ok=True, text=f"none: {name}, {why}")
    asked = diagnostics.EVERY_SENTENCE() if settings.chat.judge == "model" else diagnostics.UNCERTAIN_SENTENCES()
    of_size = diagnostics.SIZE_UNKNOWN() if size is None else f"{size:.1f} B parameters"
    return Check(ok=True, text=f"{name}, {of_size}, for {asked}")


async def check_embedding(settings: Settings) -> tuple[Check, Check]:
    """Check the embedding model, and that the encyclopedia and its vectors are intact and of the same model."""
    try:
        async with open_embedder(settings) as embedder:
            await embedder.embed(["ready"])
    except EmbeddingError as error:
        check = Check(ok=False, text=diagnostics.RANKED_BY_WORDS(problem=error.message), hint=error.hint)
        return check, Check(ok=False, text=diagnostics.WORDS_ONLY(), hint=error.hint)
    works = Check(ok=True, text=diagnostics.DIMENSIONS(dimensions=embedder.dimensions, id=embedder.id))
    (part,) = select_parts([FOLDER])
    if (await asyncio.to_thread(part_state, part, settings.parts / FOLDER, verify=True)).state == "damaged":
        return works, Check(ok=False, text=diagnostics.ENCYCLOPEDIA_DAMAGED(), hint=installing.RUN_SETUP())
    made_by = await asyncio.to_thread(vectors_made_by, settings.parts / FOLDER, verify=True)
    if made_by == embedder.id:
        return works, Check(ok=True, text=diagnostics.WORDS_AND_MEANING())
    why = diagnostics.VECTORS_MISSING() if made_by is None else diagnostics.OTHER_VECTORS()
    return works, Check(ok=False, text=diagnostics.NOT_BY_MEANING(why=why), hint=installing.RUN_SETUP())


async def check_judge(settings: Settings) -> Check:
    """Check the judge: its files by sha256, and that it can be run."""
    if settings.encoder.judge == NO_JUDGE:
        return Check(ok=True, text=diagnostics.NO_JUDGE())
    try:
        async with open_judge(settings) as judge:
            await judge.entail([("ready", "ready")])
    except JudgeError as error:
        text = installing.NO_JUDGE(reason=error.message)
        return Check(ok=False, text=text, hint=error.hint)
    sum_ = judge.card["files"]["judge.onnx"]["sha256"][:16]
    return Check(ok=True, text=diagnostics.JUDGE_IS(sum=sum_, folder=judge_folder(settings)))


def check_contact(settings: Settings) -> Check:
    """Check that a contact is set, as Wikimedia's policy asks for."""
    if settings.http.contact or settings.flags.offline:
        return Check(ok=True, text=settings.http.contact)
    return Check(
        ok=False,
        text=diagnostics.NO_CONTACT(),
        hint=diagnostics.SET_CONTACT(),
    )


def setting_states(settings: Settings) -> Iterator[SettingState]:
    """Every setting with its origin, secrets masked."""
    for option in OPTIONS:
        value = settings.value(option.name)
        text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if option.secret:
            text = "(set, hidden)" if value else ""
        elif option.name.endswith(("_host", "_url")) and text:
            text = without_userinfo(text)
        origin = settings.origins.get(option.name, "default")
        yield SettingState(name=option.name, value=text, origin=origin, variable=option.env, meaning=option.meaning)
    urls = [
        (f"urls.{name}", _without_secrets(url), "base URL of the source") for name, url in settings.search.urls.items()
    ]
    keys = [(f"keys.{name}", "(set, hidden)", "your key for the source") for name in settings.search.keys]
    for name, text, meaning in (*sorted(urls), *sorted(keys)):
        variable = _variable(name)
        origin = settings.origins.get(name, variable)
        yield SettingState(name=name, value=text, origin=origin, variable=variable, meaning=meaning)
    for site, kind in settings.sites.kinds.items():
        yield SettingState(
            name=f"site_kinds.{site}", value=kind, origin="config.toml", variable="", meaning="kind of the site, by you"
        )


def _without_secrets(urls: str) -> str:
    """The URLs without passwords and queries: that of a private feed contains its key."""
    return " ".join(without_userinfo(url).partition("?")[0] for url in split_urls(urls))


def _variable(name: str) -> str:
    """ "urls.wikipedia" -> RESEARCH_AGENT_WIKIPEDIA_URL."""
    table, _, source = name.partition(".")
    return f"RESEARCH_AGENT_{source.upper()}_{table.removesuffix('s').upper()}"


def unknown_settings(settings: Settings) -> Iterator[Unknown]:
    """Settings without effect: unknown names, and URLs and keys of sources that are not installed."""
    yield from settings.unknown
    installed = (*installed_sources(), *ENGINE_NAMES)
    for table, values in (("urls", settings.search.urls), ("keys", settings.search.keys)):
        for name in values:
            if name not in installed:
                place = settings.origins.get(f"{table}.{name}", "")
                near = nearest(name, dict(zip(installed, installed, strict=True)))
                suggestion = near and f"{table}.{near}"
                if place.startswith("RESEARCH_AGENT_"):
                    yield Unknown(place, ENVIRONMENT, suggestion and _variable(suggestion))
                else:
                    yield Unknown(f"{table}.{name}", place, suggestion)
