"""Diagnosis for `research-agent doctor`: parts, models, sources, settings with their origins, and what to do next."""

from __future__ import annotations

import asyncio
import platform
from dataclasses import asdict, dataclass
from typing import Any

from research_agent import llm
from research_agent.doctor.checks import (
    Check,
    SettingState,
    check_chat,
    check_contact,
    check_embedding,
    check_home,
    check_judge,
    check_log,
    check_second_judge,
    check_sqlite,
    probe_ollama,
    setting_states,
    unknown_settings,
)
from research_agent.doctor.language_check import check_language
from research_agent.doctor.proxy_check import chat_proxy, check_proxies
from research_agent.doctor.sandbox_check import check_sandbox
from research_agent.doctor.source_probe import SourceProbe, list_sources, probe_sources
from research_agent.doctor.web_search_check import check_web_search
from research_agent.messages import diagnostics, installing, remarks
from research_agent.settings import Settings, Unknown
from research_agent.setup.parts import PartState, part_states
from research_agent.version import installed_version

__all__ = ["Check", "Diagnosis", "SettingState", "SourceProbe", "diagnose", "list_sources"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """
    Report of all checks.

    `model` is the id of the chat model that would answer, or None, `chat_proxy` the proxy to its server, "" for none.
    """

    version: str
    python: str
    sqlite: Check
    home: Check
    parts: tuple[PartState, ...]
    ollama: llm.OllamaState
    privacy: Check
    model: str | None
    chat: Check
    second_judge: Check
    embedding: Check
    judge: Check
    sandbox: Check
    encyclopedia: Check
    sources: tuple[SourceProbe, ...]
    web_search: Check
    settings: tuple[SettingState, ...]
    unknown: tuple[Unknown, ...]
    contact: Check
    proxy: Check
    chat_proxy: str
    log: Check
    language: Check

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks, the most severe first."""
        return tuple(check for _, check in self.named_checks)

    @property
    def named_checks(self) -> tuple[tuple[str, Check], ...]:
        """All checks, the most severe first, each with what it is of."""
        return (
            ("Home folder", self.home),
            ("Chat model", self.chat),
            ("Embedding model", self.embedding),
            ("Judge", self.judge),
            ("Encyclopedia", self.encyclopedia),
            ("Sandbox", self.sandbox),
            ("SQLite", self.sqlite),
            ("Languages", self.language),
            ("Log", self.log),
            ("Proxy", self.proxy),
            ("Web search", self.web_search),
            ("Ollama", self.privacy),
            ("Contact", self.contact),
        )

    @property
    def usable(self) -> bool:
        """Whether a question can be answered now, from at least one source; extracts need no model."""
        possible = all(check.ok or not check.fatal for check in self.checks)
        used = [item for item in self.sources if item.asked]
        return possible and all(item.loads for item in used) and any(item.status in ("ok", "empty") for item in used)

    @property
    def is_cut_off(self) -> bool:
        """Whether none of the online sources that were tried could be reached."""
        tried = [item for item in self.sources if item.asked and item.live and item.status != "skipped"]
        return tried != [] and all(item.status == "failed" and item.loads for item in tried)

    @property
    def warnings(self) -> tuple[str, ...]:
        """One line for each problem."""
        parts = (diagnostics.PART_IS(name=part.name, state=part.state) for part in self.parts if part.state != "ready")
        failed = [item for item in self.sources if item.asked and item.status == "failed"]
        cut_off = [item for item in failed if item.live] if self.is_cut_off else []
        network = [remarks.NO_NETWORK(n=len(cut_off))] if len(cut_off) > 1 else []
        others = [f"{item.title} {item.reason}" for item in failed if not network or item not in cut_off]
        unknown = (diagnostics.SETTING_UNKNOWN(name=item.name, place=item.place) for item in self.unknown)
        lines = (*(check.text for check in self.checks if not check.ok), *parts, *network, *others, *unknown)
        return tuple(dict.fromkeys(lines))

    @property
    def next(self) -> tuple[str, ...]:
        """What to do, in order, without duplicates; an example question when there is nothing to do."""
        hints = [check.hint for check in self.checks[:-1] if not check.ok]
        if any(part.state != "ready" for part in self.parts):
            hints.append(installing.RUN_SETUP())
        used = [item for item in self.sources if item.asked]
        if self.is_cut_off:
            hints.append(diagnostics.CHECK_NETWORK())
            used = [item for item in used if not item.live]
        hints += [item.hint for item in used if item.status in ("failed", "skipped")]
        hints += [
            diagnostics.WRITE_INSTEAD(place=item.place, nearest=item.nearest, name=item.name)
            for item in self.unknown
            if item.nearest
        ]
        hints.append(self.contact.hint)
        return tuple(dict.fromkeys(filter(None, hints))) or (diagnostics.ASK_NOW(),)

    def as_json(self) -> dict[str, Any]:
        """JSON-serialisable form."""
        report = asdict(self)
        for part in report["parts"]:
            part["path"] = str(part["path"])
        report["unknown"] = [item._asdict() for item in self.unknown]
        return {"usable": self.usable, **report, "warnings": list(self.warnings), "next": list(self.next)}


async def diagnose(settings: Settings) -> Diagnosis:
    """
    Run all checks concurrently; takes as long as the slowest source, at most about four seconds.

    Changes nothing. What is missing or broken is part of the result, never an error.
    """
    async with asyncio.TaskGroup() as group:
        parts = group.create_task(asyncio.to_thread(part_states, settings, verify=True))
        server = group.create_task(probe_ollama(settings))
        chat = group.create_task(check_chat(settings))
        embedding = group.create_task(check_embedding(settings))
        judge = group.create_task(check_judge(settings))
        sandbox = group.create_task(check_sandbox(settings))
        sources = group.create_task(probe_sources(settings))
        web_search = group.create_task(check_web_search(settings))
        home = group.create_task(check_home(settings))
    ollama, privacy = server.result()
    model, chat_check = chat.result()
    embedding_check, encyclopedia_check = embedding.result()
    by = chat_proxy(model, settings)
    return Diagnosis(
        version=installed_version(),
        python=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        sqlite=check_sqlite(),
        home=home.result(),
        parts=tuple(parts.result()),
        ollama=ollama,
        privacy=privacy,
        model=model,
        chat=chat_check,
        second_judge=check_second_judge(settings, model if chat_check.ok else None, ollama),
        embedding=embedding_check,
        judge=judge.result(),
        sandbox=sandbox.result(),
        encyclopedia=encyclopedia_check,
        sources=sources.result(),
        web_search=web_search.result(),
        settings=tuple(setting_states(settings)),
        unknown=tuple(unknown_settings(settings)),
        contact=check_contact(settings),
        proxy=check_proxies((*(item.proxy for item in sources.result() if item.status != "skipped"), by)),
        chat_proxy=by,
        language=check_language(settings),
        log=await asyncio.to_thread(check_log, settings),
    )
