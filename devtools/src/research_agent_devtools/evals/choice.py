"""Is a source that is good for a question among the first three that are chosen, in eight languages?"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.encoders.question_kinds import load_kinds
from research_agent.errors import EmbeddingError, UsageError
from research_agent.settings import Settings, load_settings
from research_agent.sources import Source, load_sources, policy_of
from research_agent.stages.select_sources import MOST, SelectedSource, more_sources, select_sources
from research_agent_devtools.checkout import ROOT
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import sample
from research_agent_devtools.kernel.statistics import mean, mean_interval, median

__all__ = ["LABELLED", "acceptable", "evaluate"]

LABELLED = ROOT / "tests" / "stages" / "source_questions.jsonl"
FIRST = 3  # of the chosen, among which one is to be acceptable
WIDE = 5  # kinds from which a source is for no kind in particular
GENERAL = "general"


class Labelled(NamedTuple):
    """Question, its language, the kinds that it may be taken for, and its half: "dev" or "test"."""

    question: str
    lang: str
    kinds: frozenset[str]
    half: str


async def evaluate(request: Request) -> Result:
    """
    Measure the choice by the small model, and beside it that of the examples alone and that of general sources.

    Raises `UsageError` for data that cannot be used. Without an embedding model the examples are not measured.
    """
    file = request.data or LABELLED
    rows = sample(await asyncio.to_thread(_read, file), request.limit, request.seed)
    await asyncio.to_thread(load_kinds)
    settings = load_settings(home=request.home)
    sources = load_sources(Settings(home=settings.home))
    seconds, chosen = [], []
    for row in rows:
        start = time.perf_counter()
        chosen.append(select_sources(row.question, sources))
        seconds.append(time.perf_counter() - start)
    special = [row for row in rows if GENERAL not in row.kinds]
    found = dict(zip(rows, (_found(row, one, sources) for row, one in zip(rows, chosen, strict=True)), strict=True))
    values = [float(found[row]) for row in special]
    joined = await _by_examples(special, sources, settings)
    return Result(
        eval="choice",
        n=len(rows),
        metrics={
            "top3_all": mean([float(one) for one in found.values()]),
            "top3": mean(values),
            "most_sources": max(map(len, chosen)),
            "mean_sources": mean([float(len(one)) for one in chosen]),
            "general_taken_for_special": _taken(rows, chosen, sources),
        },
        ci95={"top3": mean_interval(values, request.seed)},
        groups={
            **_groups(special, found),
            "general sources alone": _share(special, lambda row: _found(row, _general(sources), sources)),
            **({"examples alone": joined} if joined else {}),
        },
        ms_p50=1000 * median(seconds),
        data=[await asyncio.to_thread(data_of, file)],
        seed=request.seed,
        notes=(
            f"top3: questions that are not general, with a source of their kind among the first {FIRST} chosen.",
            f"At most {MOST} sources a question. ms_p50: one question. The dev half chose the thresholds.",
        ),
    )


def acceptable(kinds: frozenset[str], sources: Sequence[Source]) -> set[str]:
    """Names of the sources for one of these kinds; a wide one counts only for a general question."""
    fitting = [source for source in sources if policy_of(source).kinds & kinds]
    return {one.name for one in fitting if GENERAL in kinds or len(policy_of(one).kinds) < WIDE}


def _found(row: Labelled, chosen: Sequence[SelectedSource], sources: Sequence[Source]) -> bool:
    return not acceptable(row.kinds, sources).isdisjoint(one.source.name for one in chosen[:FIRST])


def _taken(rows: Sequence[Labelled], chosen: Sequence[Sequence[SelectedSource]], sources: Sequence[Source]) -> float:
    """Share of the general questions that a special source was asked as well."""
    wide = acceptable(frozenset({GENERAL}), sources)
    asked = [
        {one.source.name for one in found} for row, found in zip(rows, chosen, strict=True) if GENERAL in row.kinds
    ]
    return mean([float(not names <= wide) for names in asked]) if asked else 0.0


def _groups(rows: Sequence[Labelled], found: Mapping[Labelled, bool]) -> dict[str, dict[str, float]]:
    parts: dict[str, Callable[[Labelled], str]] = {
        "half": lambda row: row.half, "lang": lambda row: row.lang, "kind": lambda row: min(row.kinds)
    }  # fmt: skip
    return {
        name: _share([row for row in rows if part(row) == name], lambda row: found[row])
        for part in parts.values()
        for name in dict.fromkeys(map(part, rows))
    }


def _share(rows: Sequence[Labelled], found: Callable[[Labelled], bool]) -> dict[str, float]:
    return {"n": len(rows), "top3": mean([float(found(row)) for row in rows])}


def _general(sources: Sequence[Source]) -> list[SelectedSource]:
    return [SelectedSource(source, "") for source in sources if GENERAL in policy_of(source).kinds]


async def _by_examples(rows: Sequence[Labelled], sources: Sequence[Source], settings: Settings) -> dict[str, float]:
    """The share when the encoder alone chooses, by the examples; empty without an encoder."""
    async with AsyncExitStack() as stack:
        with suppress(EmbeddingError):
            embed = with_cache((await stack.enter_async_context(open_embedder(settings))).embed)
            special = [source for source in sources if GENERAL not in policy_of(source).kinds]
            hits = [
                _found(row, await more_sources(row.question, special, (), embed=embed, vectors=embed), sources)
                for row in rows
            ]
            return {"n": len(rows), "top3": mean([float(hit) for hit in hits])}
    return {}


def _read(file: Path) -> list[Labelled]:
    """Rows of a JSONL file. Raises `UsageError`."""
    try:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        return [Labelled(row["question"], row["lang"], frozenset(row["kinds"]), row["half"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"The data file {str(file)!r} cannot be used: {error}.", hint="Its fields: question, lang, kinds, half."
        ) from error
