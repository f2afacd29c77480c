"""What doctor looks at on this machine, one function each. None of them raises for what it finds."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from research_agent import llm
from research_agent.encoders.embedder import open_embedder
from research_agent.errors import ChatError, EmbeddingError, ResearchAgentError, SettingsError, StoreError, UsageError
from research_agent.llm.endpoints import is_loopback, ollama_url, without_userinfo
from research_agent.llm.llamacpp_process import require_processor
from research_agent.llm.model_files import EMBEDDED, gguf_file, require_intact
from research_agent.memory import open_memory
from research_agent.settings import ENVIRONMENT, OPTIONS, Settings, Unknown, nearest, split_urls
from research_agent.setup.parts import chosen_parts, part_state
from research_agent.sources.encyclopedia import FOLDER, vectors_made_by
from research_agent.sources.registry import installed_sources

__all__ = [
    "SETUP",
    "Check",
    "SettingState",
    "check_chat",
    "check_contact",
    "check_embedding",
    "check_home",
    "check_sqlite",
    "probe_ollama",
    "require_model",
    "setting_states",
    "unknown_settings",
]

# Several connections at once damaged the write-ahead log of SQLite 3.7.0 to 3.51.2 now and then.
SQLITE_SAFE = (3, 51, 3)
LOW_SPACE = 200 * 1024**2
SETUP = "Run: research-agent setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """
    One thing that was looked at: what was found, and what to do when it is not `ok`.

    `fatal` says that without it no question is answered at all.
    """

    ok: bool
    text: str
    hint: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingState:
    """A setting as it holds now: `origin` is who set it, `variable` how to set it. Secrets are not in `value`."""

    name: str
    value: str
    origin: str
    variable: str
    meaning: str


def check_sqlite() -> Check:
    """Whether several programs may share a file: the SQLite that APSW brings."""
    import apsw

    found = apsw.sqlite_lib_version()
    if tuple(map(int, found.split("."))) >= SQLITE_SAFE:
        return Check(ok=True, text=found)
    return Check(ok=False, text=f"SQLite {found} can damage a file that two write.", hint="Run: pip install -U apsw")


async def check_home(settings: Settings) -> Check:
    """Whether what is asked can be kept: the folder, and the file of sessions if there is one."""
    folder = await asyncio.to_thread(_folder, settings.home)
    if not folder.ok or not await asyncio.to_thread(settings.store.exists):
        return folder
    try:
        told: list[str] = []
        async with open_memory(settings.store, on_salvaged=told.append):
            pass
        return folder if not told else Check(ok=False, text=told[0])
    except StoreError as error:
        return Check(ok=False, text=error.message, hint=error.hint, fatal=True)


def _folder(home: Path) -> Check:
    """Whether it can be written, by writing a file without a name; a home that is not there yet is not made."""
    choose = "Set RESEARCH_AGENT_HOME to a folder of yours."
    try:
        there = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"doctor")
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Check(ok=False, text=f"{home} cannot be written: {error.strerror}.", hint=choose, fatal=True)
    if free < LOW_SPACE:
        return Check(ok=False, text=f"{home} has only {free // 1024**2:,} MB left.", hint="Free some space.")
    return Check(ok=True, text=f"{home}, {free // 1024**2:,} MB free")


async def probe_ollama(settings: Settings) -> tuple[llm.OllamaState, Check]:
    """How the server is, and whether it is this machine: what is asked goes there."""
    try:
        state = await llm.probe_ollama(settings)
        here = is_loopback(ollama_url(settings.chat.ollama_host))
    except SettingsError as error:
        shown = without_userinfo(settings.chat.ollama_host)
        return llm.OllamaState(reachable=False, url=shown, reason=error.message), Check(
            ok=False, text=error.message, hint=error.hint
        )
    if here:
        return state, Check(ok=True, text="on this machine")
    return state, Check(
        ok=False,
        text=f"Ollama at {state.url} is not this machine: questions and what was found for them are sent there.",
        hint="If that is not what you want, unset OLLAMA_HOST.",
    )


async def check_chat(settings: Settings) -> tuple[str | None, Check]:
    """The model that would answer and whether it can, as far as can be seen without a call that costs anything."""
    try:
        choice = await llm.choose_model(settings)
        if choice is None:
            text = "There is no chat model: Ollama does not answer and the embedded model is not set up."
            return None, Check(ok=False, text=text, hint=SETUP)
        await require_model(choice.id, settings)
    except ResearchAgentError as error:
        wrong = isinstance(error, UsageError)
        return settings.chat.model or None, Check(ok=False, text=error.message, hint=error.hint, fatal=wrong)
    return choice.id, Check(ok=True, text=choice.reason)


async def require_model(model: str, settings: Settings) -> None:
    """Raise what would go wrong with this model, as far as can be seen without a call: `UsageError`, `ChatError`."""
    provider, name = llm.parse_model_id(model)
    if provider == "llamacpp":
        file = gguf_file(name, settings)
        require_processor()
        if name == EMBEDDED:
            await asyncio.to_thread(require_intact, file)
    elif provider == "ollama":
        state = await llm.probe_ollama(settings)
        if not state.reachable:
            raise ChatError(f"Ollama at {state.url} does not answer: {state.reason}.", hint="Start it: ollama serve")
        if not {name, f"{name}:latest"} & {item.name for item in state.models}:
            raise ChatError(f"Ollama has no model {name!r}.", hint=f"Run: ollama pull {name}")
    elif find_spec("langchain_openai") is None:
        raise ChatError("openai: models need an extra package.", hint="Run: pip install 'research-agent[openai]'")
    elif not (settings.chat.openai_api_key or settings.chat.openai_base_url):
        raise ChatError("Neither a key nor a server is set for openai: models.", hint="Set OPENAI_API_KEY.")


async def check_embedding(settings: Settings) -> tuple[Check, Check]:
    """Whether texts become vectors, and whether the encyclopedia and its vectors are whole and of the same model."""
    try:
        async with open_embedder(settings) as embedder:
            await embedder.embed(["ready"])
    except EmbeddingError as error:
        check = Check(ok=False, text=f"{error.message} Ranking goes by words.", hint=error.hint)
        return check, Check(ok=False, text="The encyclopedia is searched by words only.", hint=error.hint)
    works = Check(ok=True, text=f"{embedder.dimensions} dimensions, model {embedder.id}")
    (part,) = chosen_parts([FOLDER])
    if (await asyncio.to_thread(part_state, part, settings.parts / FOLDER, verify=True)).state == "damaged":
        return works, Check(ok=False, text="The encyclopedia is damaged: it is not what setup made.", hint=SETUP)
    made_by = await asyncio.to_thread(vectors_made_by, settings.parts / FOLDER, verify=True)
    if made_by == embedder.id:
        return works, Check(ok=True, text="searched by words and by meaning")
    why = "has no vectors, or damaged or outdated ones" if made_by is None else "has vectors of another embedding model"
    return works, Check(ok=False, text=f"The encyclopedia {why}: it is not searched by meaning.", hint=SETUP)


def check_contact(settings: Settings) -> Check:
    """Whether Wikimedia is told who asks."""
    if settings.http.contact or settings.flags.offline:
        return Check(ok=True, text=settings.http.contact)
    return Check(
        ok=False,
        text="No contact is set; Wikimedia asks whoever runs a program to name one, and limits those that do not.",
        hint="Set RESEARCH_AGENT_CONTACT to your mail address or a URL of yours.",
    )


def setting_states(settings: Settings) -> Iterator[SettingState]:
    """Every setting, secrets hidden."""
    for option in OPTIONS:
        value = settings.value(option.name)
        shown = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if option.secret:
            shown = "(set, hidden)" if value else ""
        elif option.name.endswith(("_host", "_url")) and shown:
            shown = without_userinfo(shown)
        origin = settings.origins.get(option.name, "default")
        yield SettingState(name=option.name, value=shown, origin=origin, variable=option.env, meaning=option.meaning)
    for name, url in sorted(settings.search.urls.items()):
        # A private feed has its key in the query.
        shown = " ".join(without_userinfo(one).partition("?")[0] for one in split_urls(url))
        yield _of_source(settings, f"urls.{name}", shown, "base URL of the source")
    for name in sorted(settings.search.keys):
        yield _of_source(settings, f"keys.{name}", "(set, hidden)", "your key for the source")


def _of_source(settings: Settings, name: str, value: str, meaning: str) -> SettingState:
    variable = _variable(name)
    origin = settings.origins.get(name, variable)
    return SettingState(name=name, value=value, origin=origin, variable=variable, meaning=meaning)


def _variable(name: str) -> str:
    """ "urls.wikipedia" -> RESEARCH_AGENT_WIKIPEDIA_URL."""
    table, _, source = name.partition(".")
    return f"RESEARCH_AGENT_{source.upper()}_{table.removesuffix('s').upper()}"


def unknown_settings(settings: Settings) -> Iterator[Unknown]:
    """What was set and means nothing: names no setting has, addresses and keys of sources that are not installed."""
    yield from settings.unknown
    installed = installed_sources()
    for table, given in (("urls", settings.search.urls), ("keys", settings.search.keys)):
        for name in given:
            if name not in installed:
                place = settings.origins.get(f"{table}.{name}", "")
                near = nearest(name, dict(zip(installed, installed, strict=True)))
                meant = near and f"{table}.{near}"
                if place.startswith("RESEARCH_AGENT_"):
                    yield Unknown(place, ENVIRONMENT, meant and _variable(meant))
                else:
                    yield Unknown(f"{table}.{name}", place, meant)
