"""
Wikidata source: statements about the things that a topic names.

Statements are data, not text: a document is their rendering by rule, a sentence each, made of Wikidata's own labels
("The population of Vatican City was 764 in 2023."), and its `details` say so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from research_agent.concurrency import gather_results, unwrap
from research_agent.errors import BodyError, SourceError
from research_agent.messages import failures, source_failures
from research_agent.sources.policy import WIKIMEDIA, SourcePolicy, wikimedia
from research_agent.sources.protocol import Found, HttpSource, SourceSettings, Tools
from research_agent.sources.wikidata.names import is_of_the_past, names_in, years_in
from research_agent.sources.wikidata.snaks import ITEM, Labels
from research_agent.sources.wikidata.statements import Rendering, mentioned, sentences
from research_agent.text.json_fields import Json, details_of, object_of, objects_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["Wikidata"]

CANDIDATES, ENTITIES = 3, 2  # of one topic: read, and rendered
AT_ONCE = 2  # names that are looked up together
BATCH = 50  # ids in one request, Wikimedia's limit
MAX_LABELS = 100
MAX_QUERY = 250  # characters
MAX_AGE = 86400  # seconds; without it MediaWiki marks every response as stale at once
LANGUAGE = re.compile(r"[a-z-]{2,12}")
# Classes of items that stand for a page of Wikipedia, not a thing: disambiguation, list, category, template.
PAGE_CLASSES = frozenset({"Q4167410", "Q13406463", "Q4167836", "Q11266439"})
RENDERED = "one sentence for each statement, made of Wikidata's labels"


class Wikidata(HttpSource):
    """Source that makes four or five requests per topic: searches by name (else by words), items, labels."""

    name = "wikidata"
    title = "Wikidata"
    address = "https://www.wikidata.org"
    policy = SourcePolicy(
        limits=WIKIMEDIA,
        contact=True,
        licence="CC0 1.0",
        attribution="Wikidata, link to the item",
        terms="https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_API_Usage_Guidelines",
        requests=3,
        kinds=frozenset({"general", "people", "figures"}),
        description="Facts about people and named things: dates, numbers, offices, relations.",
        examples=(
            "Who is the mayor of Barcelona?",
            "When was Johann Sebastian Bach born?",
            "How tall is the Eiffel Tower?",
            "What is the capital of Bolivia?",
            "Who founded Nintendo?",
        ),
        hosts=("wikidata.org",),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self.lang = settings.lang if LANGUAGE.fullmatch(settings.lang) else "en"
        self.policy = replace(self.policy, limits=wikimedia(self.base, settings.contact))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the items that the topic names best, and render their statements, in the topic's language."""
        if topic.lang != self.lang and not self.settings.lang and LANGUAGE.fullmatch(topic.lang):
            return await Wikidata(replace(self.settings, lang=topic.lang)).search(topic, tools=tools, limit=limit)
        query = " ".join(topic.text.split())[:MAX_QUERY]
        if not content_words(query):
            return Found([])
        ids = (await self._named(names_in(query), tools) or await self._matching(query, tools))[:CANDIDATES]
        if not ids:
            return Found([])
        body = await self._get(
            tools, action="wbgetentities", ids="|".join(ids), languages=self._languages,
            props="labels|descriptions|aliases|claims|info",
        )  # fmt: skip
        entities = [entity for entity in self.read_entities(body) if not _is_page(entity)][: min(limit, ENTITIES)]
        years, past = years_in(topic.question), is_of_the_past(topic.question)
        needed = zip_longest(*(dict.fromkeys(mentioned(one, years)) for one in entities))
        labels = await self._labels(dict.fromkeys(filter(None, chain.from_iterable(needed))), tools)
        return Found([document for entity in entities if (document := self.read_entity(entity, labels, years, past))])

    async def _named(self, names: Sequence[str], tools: Tools) -> list[str]:
        """Ids of the items of these names, the first of each first; of the next names only when the first have none."""
        for at in range(0, min(len(names), 2 * AT_ONCE), AT_ONCE):
            searches = [partial(self._search, name, tools) for name in names[at : at + AT_ONCE]]
            found = [unwrap(ids) for ids in await gather_results(searches, SourceError)]
            if ids := list(dict.fromkeys(filter(None, chain.from_iterable(zip_longest(*found))))):
                return ids
        return []

    async def _search(self, name: str, tools: Tools) -> list[str]:
        body = await self._get(
            tools, action="wbsearchentities", search=name, language=self.lang, uselang=self.lang, type="item",
            limit=CANDIDATES,
        )  # fmt: skip
        return self._ids(object_of(body).get("search"), "id", source_failures.WITHOUT_LIST(what="items"))

    async def _matching(self, query: str, tools: Tools) -> list[str]:
        body = await self._get(tools, action="query", list="search", srsearch=query, srlimit=CANDIDATES)
        hits = object_of(object_of(body).get("query")).get("search")
        return self._ids(hits, "title", source_failures.WITHOUT_LIST(what="results"))

    async def _labels(self, ids: Iterable[str], tools: Tools) -> Labels:
        """Labels of properties and items by id, of the first `MAX_LABELS`. Raises `SourceError`."""
        keys = list(ids)[:MAX_LABELS]
        get = partial(self._get, tools, action="wbgetentities", languages=self._languages, props="labels")
        requests = [partial(get, ids="|".join(keys[at : at + BATCH])) for at in range(0, len(keys), BATCH)]
        labels: dict[str, str] = {}
        for body in await gather_results(requests, SourceError):
            labels |= self.read_labels(unwrap(body))
        return labels

    async def _get(self, tools: Tools, **params: str | int) -> Any:
        body = await tools.client.get_json(
            f"{self.base}/w/api.php", params={"format": "json", "formatversion": 2, "maxage": MAX_AGE, **params}
        )
        answer = object_of(body)
        if error := object_of(answer.get("error")) or next(iter(objects_of(answer.get("errors"))), {}):
            info = text_of(error.get("info")) or text_of(error.get("text")) or source_failures.NO_EXPLANATION()
            code = text_of(error.get("code")) or "error"
            raise SourceError(
                source_failures.REFUSED_QUERY(reason=f"{info} ({code})"), hint=failures.WENT_TO(host=self.base)
            )
        return body

    @property
    def _languages(self) -> str:
        return "|".join(dict.fromkeys([self.lang, "en", "mul"]))

    def _ids(self, listed: Any, name: str, problem: str) -> list[str]:
        """Ids in the field `name` of listed hits. Raises `BodyError(problem)` when it is no list or no hit has it."""
        hits = objects_of(listed)
        if not isinstance(listed, list) or (listed and not any(name in hit for hit in hits)):
            raise BodyError(problem, hint=source_failures.IS_IT(url=self.base, what="Wikibase"))
        return [key for hit in hits if ITEM.fullmatch(key := text_of(hit.get(name)))]

    def read_entities(self, body: Any) -> list[Json]:
        """Existing entities in a body of `wbgetentities`. Raises `BodyError` when there is no such list."""
        entities = object_of(body).get("entities")
        if not (isinstance(entities, dict) and entities):  # one that does not exist is listed as missing
            raise BodyError(
                source_failures.WITHOUT_LIST(what="entities"),
                hint=source_failures.IS_IT(url=self.base, what="Wikibase"),
            )
        return [entity for entity in entities.values() if isinstance(entity, dict) and "missing" not in entity]

    def read_labels(self, body: Any) -> dict[str, str]:
        """Labels by id in a body of `wbgetentities`; entities without one are left out."""
        labelled = (
            (text_of(entity.get("id")), self._in_language(entity, "labels")) for entity in self.read_entities(body)
        )
        return {key: label for key, label in labelled if key and label}

    def read_entity(
        self, entity: Json, labels: Labels, years: Collection[int] = (), past: bool = False
    ) -> Document | None:
        """Document of one entity, of its statements whose every part has a label; None when there is none."""
        key, label = text_of(entity.get("id")), self._in_language(entity, "labels")
        if not (ITEM.fullmatch(key) and label):
            return None
        about = self._in_language(entity, "descriptions")
        lines = [f"{label}: {about}"] if about else []
        rendering = Rendering(labels=labels, english=self.lang.partition("-")[0] == "en", years=years, past=past)
        lines += sentences(entity, label, rendering)
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

    def _in_language(self, entity: Json, what: str) -> str:
        by_language = object_of(entity.get(what))
        texts = (text_of(object_of(by_language.get(code)).get("value")) for code in self._languages.split("|"))
        return next((" ".join(text.split()) for text in texts if text), "")


def _is_page(entity: Json) -> bool:
    """Whether an item stands for a page of Wikipedia rather than for a thing."""
    kinds = objects_of(object_of(entity.get("claims")).get("P31"))
    values = (object_of(object_of(kind.get("mainsnak")).get("datavalue")).get("value") for kind in kinds)
    return any(text_of(object_of(value).get("id")) in PAGE_CLASSES for value in values)
