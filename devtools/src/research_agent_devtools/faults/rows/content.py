"""A17: whatever is stored comes back to the character, and nothing of it runs."""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any
from unittest import mock

from research_agent.errors import UsageError
from research_agent.memory import Memory, SessionInfo, mapping, open_memory
from research_agent.rendering.session_json import as_json
from research_agent.types import Answer, Citation, Conflict, Document, Finding, SourceReport, Span, Turn
from research_agent_devtools.faults.children import canary
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples import hostile_values

FILE = 100  # trials that share a file of the store
LARGE = 10_000_000  # bytes

Make = Callable[[random.Random, int], Answer]


def any_text(rng: random.Random, number: int) -> Answer:
    """Hostile text wherever an answer has text; every 2,000th time 10 MB of it."""
    texts = (hostile_values.text(rng), _large(rng) if number % 2_000 == 55 else hostile_values.text(rng))
    documents = tuple(_document(rng, f"{text}{rng.random()}") for text in texts)
    return _answer(rng, number, documents, question=texts[0], text=texts[1])


def _large(rng: random.Random) -> str:
    block = f"{hostile_values.text(rng)}-"
    return block * (LARGE // len(block.encode("utf-8", "surrogatepass")))


def objects(rng: random.Random, number: int) -> Answer:
    """Dicts that LangChain and others take for something to be made, wherever an answer has dicts."""
    details: dict[str, Any] = {"a": hostile_values.loadable(rng), **hostile_values.loadable(rng)}
    document = replace(_document(rng, hostile_values.text(rng)), details=details)
    return _answer(
        rng,
        number,
        (document,),
        question=json.dumps(hostile_values.loadable(rng)),
        settings={"a": hostile_values.loadable(rng), **hostile_values.loadable(rng)},
        finding=Finding(
            report={**hostile_values.loadable(rng), "b": [hostile_values.value(rng)]}, reason=hostile_values.text(rng)
        ),
    )


def _document(rng: random.Random, text: str) -> Document:
    maybe: Any = {name: rng.choice((None, hostile_values.text(rng))) for name in
             ("published", "author", "revision", "language", "licence", "attribution")}  # fmt: skip
    title, url, retrieved = hostile_values.text(rng), hostile_values.text(rng), hostile_values.text(rng)
    details = {hostile_values.text(rng, 3): hostile_values.value(rng, 0) for _ in range(rng.randrange(3))}
    return Document(
        source=hostile_values.text(rng, 3),
        title=title,
        url=url,
        retrieved=retrieved,
        text=text,
        details=details,
        **maybe,
    )


def _answer(rng: random.Random, number: int, documents: tuple[Document, ...], **fields: Any) -> Answer:
    def some(make: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(rng.randrange(3)))

    told: dict[str, Any] = {
        "session": f"{number} {rng.choice(hostile_values.NAMES)}",
        "turn": 0,
        "question": hostile_values.text(rng),
        "text": hostile_values.text(rng),
        "answer_from": "model",
        "status": "partial",
        "citations": some(lambda: _citation(rng, rng.choice(documents))),
        "unsupported": some(lambda: (rng.randrange(9), rng.randrange(9))),
        "conflicts": some(lambda: _conflict(rng, rng.choice(documents))),
        "sources": some(lambda: _report(rng)),
        "finding": rng.choice((None, Finding(report={}, reason=hostile_values.text(rng)))),
        "model": rng.choice((None, hostile_values.text(rng))),
        "timings": {hostile_values.text(rng, 3): rng.random()},
        "documents": documents,
        "spans": some(
            lambda: Span(hostile_values.text(rng, 3), rng.random(), rng.random(), hostile_values.text(rng, 3))
        ),
        "notes": some(lambda: hostile_values.text(rng)),
        "settings": {hostile_values.text(rng, 3): hostile_values.value(rng, 0)},
    }
    return Answer(**{**told, **fields})


def _cut(rng: random.Random, document: Document) -> dict[str, Any]:
    start, end = sorted(rng.randrange(min(len(document.text), 500) + 1) for _ in range(2))
    place = {"document": document.id, "title": document.title, "url": document.url, "source": document.source}
    return {**place, "quote": document.text[start:end], "start": start, "end": end}


def _citation(rng: random.Random, document: Document) -> Citation:
    return Citation(n=rng.randrange(9), sentence=(0, rng.randrange(9)), score=rng.random(), **_cut(rng, document))


def _conflict(rng: random.Random, document: Document) -> Conflict:
    return Conflict(
        sentence=(0, 1), ours=hostile_values.text(rng), theirs=hostile_values.text(rng), **_cut(rng, document)
    )


def _report(rng: random.Random) -> SourceReport:
    return SourceReport(name=hostile_values.text(rng), status="ok", documents=1, ms=2, reason=hostile_values.text(rng))


def round_trips(run: Run, make: Make) -> None:
    """Each answer is stored and read back in every way there is, and once more after the file was opened again."""
    with _watched(run):
        asyncio.run(_round_trips(run, make))


async def _round_trips(run: Run, make: Make) -> None:
    stored: dict[str, Answer] = {}
    async with AsyncExitStack() as stack:
        for number, rng in run.trials():
            file = run.folder / f"{number // FILE}.db"
            if number % FILE == 0:
                await stack.aclose()
                memory = await stack.enter_async_context(open_memory(file, condense_after=4))
                stored = {}
            answer = make(rng, number)
            try:
                stored[answer.session] = await _one(run, memory, answer)
                if number % 10 == 0:
                    await _summary(run, memory, answer, hostile_values.text(rng))
            except Exception as error:  # noqa: BLE001 - each is a text that did not come back
                run.fail(f"{answer.session!r}: {type(error).__name__}: {error!r:.200}")
            if number % FILE == FILE - 1:
                await stack.aclose()
                await _again(run, memory=await stack.enter_async_context(open_memory(file)), stored=stored)


async def _one(run: Run, memory: Memory, answer: Answer) -> Answer:
    """What the answer must be when it is read; it is that in every way it can be read."""
    expected = replace(answer, turn=await memory.remember(answer))
    turns = await memory.turns(answer.session)
    history = await memory.recall(answer.session)
    info = next(info for info in await memory.sessions() if info.id == answer.session)
    for way, read in (("turns", turns), ("recall", history.turns)):
        run.check(_same([turn.answer for turn in read], [expected]), f"{answer.session!r}: {way} gave another answer")
        run.check([turn.question for turn in read] == [answer.question], f"{answer.session!r}: {way}: question")
    for document in answer.documents:
        run.check(_same(await memory.document(document.id), document), f"{answer.session!r}: another document")
    _export(run, info, turns, expected)
    return expected


def _export(run: Run, info: SessionInfo, turns: tuple[Turn, ...], expected: Answer) -> None:
    told = {
        "turns": [expected.as_json()],
        "documents": [
            {"id": one.id, **vars(one), "details": dict(one.details), "parts": [list(part) for part in one.parts]}
            for one in expected.documents
        ],
        "title": info.title,
    }
    try:
        exported = json.loads(as_json(info, turns))
    except UsageError:
        run.count("exports refused: two lone surrogates in a row are no JSON")
        run.check(
            any(hostile_values.JOINED.search(text) for text in _texts(told)), f"{info.id!r}: refused without need"
        )
    else:
        for document in exported["documents"]:
            run.check(document.keys() >= {"id", "text", "details"}, "a document without its text")
        run.check(_same({name: exported[name] for name in told}, told), f"{info.id!r}: another export")


async def _summary(run: Run, memory: Memory, answer: Answer, summary: str) -> None:
    for _ in range(2):
        await memory.remember(replace(answer, documents=(), citations=()))
    job = await memory.claim_job()
    assert job
    await memory.finish_job(job, summary)
    history = await memory.recall(answer.session)
    infos = {info.id: info.summary for info in await memory.sessions()}
    run.check(history.summary == infos[answer.session] == summary, f"{answer.session!r}: another summary")
    run.count("summaries")


async def _again(run: Run, memory: Memory, stored: Mapping[str, Answer]) -> None:
    for session, expected in stored.items():
        read = (await memory.turns(session))[0].answer
        run.check(_same(read, expected), f"{session!r}: another answer after the file was opened again")
    run.count("answers read again after a restart", len(stored))


def _same(read: Any, written: Any) -> bool:
    """Equal, and of the same types all the way down: True is not 1, nor 0.0 the same as -0.0."""
    if type(read) is not type(written):
        return False
    if is_dataclass(read):
        return all(_same(getattr(read, part.name), getattr(written, part.name)) for part in fields(read))
    if isinstance(read, dict):
        return list(read) == list(written) and all(_same(read[name], written[name]) for name in read)
    if isinstance(read, list | tuple):
        return len(read) == len(written) and all(map(_same, read, written))
    return bool(read == written) and (not isinstance(read, float) or repr(read) == repr(written))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from (*_texts(name), *_texts(part))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


@contextmanager
def _watched(run: Run) -> Iterator[None]:
    """Fail when the environment is asked for the canary, or the class of that name is made."""
    read = type(os.environ).__getitem__
    asked: list[str] = []

    def noted(environ: Any, name: str) -> str:
        asked.extend([name] * (name == hostile_values.CANARY))
        return read(environ, name)

    canary.MADE.clear()
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {hostile_values.CANARY: secrets.token_hex()}))
        stack.enter_context(mock.patch.object(type(os.environ), "__getitem__", noted))
        yield
    run.check(not asked, "the environment was read")
    run.check(not canary.MADE, "code ran")


def as_replaced_text(run: Run) -> None:
    """The twin."""
    with mock.patch.object(mapping, "pack", lambda text: text.encode("utf-8", "replace")):
        round_trips(run, any_text)


def loaded_by_langchain(run: Run) -> None:
    """The twin."""
    import warnings

    from langchain_core.load import load

    def loads(blob: bytes) -> Any:
        return load(
            json.loads(mapping.unpack(blob)), secrets_from_env=True, valid_namespaces=["research_agent_devtools"]
        )

    with mock.patch.object(mapping, "_unpack_json", loads), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        round_trips(run, objects)


ROWS = (
    Row(
        id="A17",
        fault="NUL, lone surrogates, bidi, controls, 10 MB and other hostile text in every field that has text",
        guarantee="read back in every way, also after a restart, it is equal to the character",
        quick=100,
        full=10_000,
        try_it=lambda run: round_trips(run, any_text),
        twin=as_replaced_text,
        twin_is='text stored as UTF-8 with errors="replace"',
        unit="answers",
    ),
    Row(
        id="A17b",
        fault="dicts that LangChain and other loaders take for objects, secrets or code, in every field that has dicts",
        guarantee="read back they are the same dicts; no code ran, the environment was not read",
        quick=100,
        full=10_000,
        try_it=lambda run: round_trips(run, objects),
        twin=loaded_by_langchain,
        twin_is="the same store, read with LangChain's own `load`",
        unit="answers",
    ),
)
