"""D24, D25: what services answer, damaged in any place, read by the source that asks them."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from research_agent.errors import SourceError
from research_agent.http.response import Response
from research_agent.sources.validation import checked
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.replayed_services import Services, recorded
from research_agent_devtools.samples.damaged import damaged_bytes, damaged_json

SHARE = 0.7  # of the responses of a search that are damaged


def answers(run: Run, *, as_json: bool, guarded: bool) -> None:
    asyncio.run(_answers(run, as_json, guarded))


async def _answers(run: Run, as_json: bool, guarded: bool) -> None:
    async with recorded() as services:
        names = sorted(name for name in services.sources if as_json in _kinds(services, name))
        for number, rng in run.trials():
            name = names[number % len(names)]
            change = partial(_damaged, rng=rng, as_json=as_json, guarded=guarded)
            try:
                source, topic = services.sources[name], services.topics[name]
                found = checked(await source.search(topic, tools=services.tools(name, change), limit=5))
            except SourceError:
                run.count("refused")
            except Exception as error:  # noqa: BLE001 - that there is none is what is tried
                run.fail(f"{number}, {name}: {type(error).__name__}: {error}"[:600])
            else:
                run.count(f"read of {name}", len(found.documents) > 0)
                for document in found.documents:
                    run.check(document.title and document.url, f"{number}, {name}: no title, or no URL")


def _kinds(services: Services, name: str) -> Iterator[bool]:
    return (_json_of(response) is not None for response in services.responses[name].values())


def _damaged(response: Response, *, rng: random.Random, as_json: bool, guarded: bool) -> Response:
    value = _json_of(response)
    if not guarded:  # the naive way: a response that is no text of its kind is an error of the parser
        raise ValueError("cannot be read")
    if (value is not None) is not as_json or rng.random() > SHARE:
        return response
    if value is None or rng.random() < 0.1:
        return replace(response, data=damaged_bytes(rng, response.data))
    return replace(response, data=json.dumps(damaged_json(rng, value)).encode())


def _json_of(response: Response) -> Any:
    with suppress(ValueError):
        return json.loads(response.data)
    return None


ROWS = (
    Row(
        id="D24",
        fault="JSON of each source's service of which values are gone, of another type, hostile, or elsewhere",
        guarantee="documents with a title and an address, or the source's failure; no other error",
        quick=20,
        full=20_000,
        try_it=partial(answers, as_json=True, guarded=True),
        twin=partial(answers, as_json=True, guarded=False),
        twin_is="what the parser raises, passed on",
        unit="searches",
    ),
    Row(
        id="D25",
        fault="feeds, JATS, PubMed's XML, pages and lists of results of each source's service with damaged bytes",
        guarantee="documents with a title and an address, or the source's failure; no other error",
        quick=20,
        full=20_000,
        try_it=partial(answers, as_json=False, guarded=True),
        twin=partial(answers, as_json=False, guarded=False),
        twin_is="what the parser raises, passed on",
        unit="searches",
    ),
)
