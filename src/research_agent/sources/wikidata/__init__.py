"""
Wikidata: what is stated of the things a topic names, one line a statement.

Statements are data, not text. A document is their rendering: deterministic, from Wikidata's own labels, such as
"Douglas Adams: date of birth: 11 March 1952."; its `details` say so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from research_agent.errors import BodyError, SourceError
from research_agent.sources.policy import WIKIMEDIA, SourcePolicy, wikimedia
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.wikidata.rendering import ITEM, Labels, mentioned, statements
from research_agent.text.json_fields import Json, details_of, object_of, objects_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["Wikidata"]

CANDIDATES, ENTITIES = 3, 2  # of one topic: looked at, kept
AT_ONCE = 50  # ids in one request, Wikimedia's limit
MOST_LABELS = 100
LONGEST_QUERY = 250  # characters
A_DAY = 86400  # seconds; MediaWiki says of every answer that it is old at once, unless it is asked for a longer life
LANGUAGE = re.compile(r"[a-z-]{2,12}")
# What an item is an instance of when it is a page of Wikipedia and no thing: disambiguation, list, category, template.
PAGES = frozenset({"Q4167410", "Q13406463", "Q4167836", "Q11266439"})
RENDERED = "one line for each statement, made of Wikidata's labels"


class Wikidata:
    """Three or four requests a topic: a search by name (by words where no name fits), the items, the labels."""

    name = "wikidata"
    title = "Wikidata"
    live = True
    policy = SourcePolicy(
        limits=WIKIMEDIA,
        contact=True,
        licence="CC0 1.0",
        attribution="Wikidata, link to the item",
        terms="https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_API_Usage_Guidelines",
        kinds=frozenset({"people"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.lang = settings.lang if LANGUAGE.fullmatch(settings.lang) else "en"
        self.base = (settings.url or "https://www.wikidata.org").rstrip("/")
        self.policy = replace(self.policy, limits=wikimedia(self.base, settings.contact))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """What is stated of the best items that the topic names."""
        query = " ".join(topic.text.split())[:LONGEST_QUERY]
        if not content_words(query):
            return Found([])
        ids = (await self._named(query, tools) or await self._matching(query, tools))[:CANDIDATES]
        if not ids:
            return Found([])
        body = await self._get(
            tools, action="wbgetentities", ids="|".join(ids), languages=self._languages,
            props="labels|descriptions|aliases|claims|info",
        )  # fmt: skip
        entities = [entity for entity in self.read_entities(body) if not _is_page(entity)][: min(limit, ENTITIES)]
        labels = await self._labels(dict.fromkeys(key for one in entities for key in mentioned(one)), tools)
        documents = [self.read_entity(entity, labels) for entity in entities]
        return Found([document for document in documents if document is not None])

    async def _named(self, query: str, tools: Tools) -> list[str]:
        body = await self._get(
            tools, action="wbsearchentities", search=query, language=self.lang, uselang=self.lang, type="item",
            limit=CANDIDATES,
        )  # fmt: skip
        return self.read_names(body)

    async def _matching(self, query: str, tools: Tools) -> list[str]:
        body = await self._get(tools, action="query", list="search", srsearch=query, srlimit=CANDIDATES)
        found = object_of(object_of(body).get("query")).get("search")
        return self._ids(found, "title", "answered without a list of results")

    async def _labels(self, ids: Iterable[str], tools: Tools) -> Labels:
        """What properties and items are called; of very many the first."""
        wanted = list(ids)[:MOST_LABELS]
        parts = [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]
        async with asyncio.TaskGroup() as group:
            bodies = [
                group.create_task(_outcome(self._get(
                    tools, action="wbgetentities", ids="|".join(part), languages=self._languages, props="labels",
                )))
                for part in parts
            ]  # fmt: skip
        found: dict[str, str] = {}
        for body in (task.result() for task in bodies):
            if isinstance(body, SourceError):
                raise body
            found |= self.read_labels(body)
        return found

    async def _get(self, tools: Tools, **params: str | int) -> Any:
        body = await tools.client.get_json(
            f"{self.base}/w/api.php", params={"format": "json", "formatversion": 2, "maxage": A_DAY, **params}
        )
        answer = object_of(body)
        if told := object_of(answer.get("error")) or next(iter(objects_of(answer.get("errors"))), {}):
            info = text_of(told.get("info")) or text_of(told.get("text")) or "no explanation"
            code = text_of(told.get("code")) or "error"
            raise SourceError(f"refused the query: {info} ({code})", hint=f"The request went to {self.base}.")
        return body

    @property
    def _languages(self) -> str:
        return "|".join(dict.fromkeys([self.lang, "en", "mul"]))

    def read_names(self, body: Any) -> list[str]:
        """A body of `wbsearchentities`: the items' ids, best first."""
        return self._ids(object_of(body).get("search"), "id", "answered without a list of items")

    def _ids(self, found: Any, name: str, otherwise: str) -> list[str]:
        """The ids in a list of hits, under that name; a list in which no hit has it is of another kind."""
        hits = objects_of(found)
        if not isinstance(found, list) or (found and not any(name in hit for hit in hits)):
            raise BodyError(otherwise, hint=f"Is {self.base} a Wikibase?")
        return [key for hit in hits if ITEM.fullmatch(key := text_of(hit.get(name)))]

    def read_entities(self, body: Any) -> list[Json]:
        """A body of `wbgetentities`: those that exist. Raises `BodyError` when there is no such list."""
        found = object_of(body).get("entities")
        if not (isinstance(found, dict) and found):  # one that does not exist stands there as missing
            raise BodyError("answered without entities", hint=f"Is {self.base} a Wikibase?")
        return [entity for entity in found.values() if isinstance(entity, dict) and "missing" not in entity]

    def read_labels(self, body: Any) -> dict[str, str]:
        """A body of `wbgetentities`: each id with its label; what has none is not among them."""
        labelled = ((text_of(entity.get("id")), self._label(entity)) for entity in self.read_entities(body))
        return {key: label for key, label in labelled if key and label}

    def read_entity(self, entity: Json, labels: Labels) -> Document | None:
        """
        One entity and the labels of what it mentions, rendered; None when nothing can be said of it.

        A statement with a part that has no label is left out whole, and so is one that Wikidata itself holds for wrong.
        """
        key, label = text_of(entity.get("id")), self._label(entity)
        if not (ITEM.fullmatch(key) and label):
            return None
        about = self._in_language(entity, "descriptions")
        lines = [f"{label}: {about}"] if about else []
        lines += [f"{label}: {line}" for line in statements(entity, labels)]
        if not lines:
            return None
        return Document(
            source=self.name,
            title=label,
            url=f"https://www.wikidata.org/wiki/{key}" if "wikidata.org" in self.base else f"{self.base}/wiki/{key}",
            text="\n".join(line if line.endswith(".") else f"{line}." for line in lines),
            retrieved=iso_now(),
            revision=str(entity["lastrevid"]) if isinstance(entity.get("lastrevid"), int) else None,
            language=self.lang,
            licence="CC0 1.0",
            attribution=f"Wikidata, {key}",
            details=details_of(wikidata=key, rendering=RENDERED, modified=text_of(entity.get("modified"))),
        )

    def _label(self, entity: Json) -> str:
        return self._in_language(entity, "labels")

    def _in_language(self, entity: Json, what: str) -> str:
        found = object_of(entity.get(what))
        texts = (text_of(object_of(found.get(code)).get("value")) for code in self._languages.split("|"))
        return next((" ".join(text.split()) for text in texts if text), "")


async def _outcome(request: Any) -> Any:
    """A failure as a value, so that it comes out as it is and not in a group."""
    try:
        return await request
    except SourceError as error:
        return error


def _is_page(entity: Json) -> bool:
    """Whether an item stands for a page of Wikipedia rather than for something in the world."""
    kinds = objects_of(object_of(entity.get("claims")).get("P31"))
    values = (object_of(object_of(kind.get("mainsnak")).get("datavalue")).get("value") for kind in kinds)
    return any(text_of(object_of(value).get("id")) in PAGES for value in values)
