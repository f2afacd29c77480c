"""GDELT source: news of the last three months in 65 languages; the pages of the best articles are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from research_agent.errors import BodyError, HttpStatusError, OutOfScopeError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import failures, source_failures
from research_agent.sources.crawler import host_of, read_hits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, Hit, HttpSource, Tools
from research_agent.text.json_fields import Json, object_of, objects_of, text_of
from research_agent.text.sanitize import one_line
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Topic

__all__ = ["Gdelt"]

SPACING = 5.0  # seconds between two requests: "Please limit requests to one every 5 seconds"
MAX_WORDS = 8  # of a query; all of them must be in an article
MIN_WORD, MIN_PHRASE = 3, 5  # characters; GDELT refuses shorter ones
ARTICLES, READ = 20, 5
USUALLY = "1month"
LANGUAGES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "ja": "japanese", "ko": "korean", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian",
    "tr": "turkish", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
# Words of time and of asking for news, which are in no article about it.
FRAME = re.compile(
    r"\b(?:news|latest|newest|recent(?:ly)?|current(?:ly)?|today|yesterday|tonight|now|happen(?:s|ed|ing)?|updates?"
    r"|(?:this|last|past) (?:week|month|year)|what|about)\b",
    re.IGNORECASE,
)
STRAY_BACKSLASH = re.compile(r'\\(?!["\\/bfnrtu])')


class Gdelt(HttpSource):
    """
    Source that makes one request a question, then reads the pages of the best articles, where robots.txt lets it.

    What goes wrong comes with status 200, as a sentence.
    """

    name = "gdelt"
    title = "GDELT"
    address = "https://api.gdeltproject.org"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=SPACING),
        licence="© the publishers; GDELT's list is free to use with a link",
        attribution="the article's site, link; found by the GDELT Project, https://www.gdeltproject.org/",
        terms="https://www.gdeltproject.org/about.html",
        kinds=frozenset({"news"}),
        description="News of the last three months from papers of the whole world, in many languages.",
        examples=(
            "What happened in Ukraine yesterday?",
            "What is the latest news about the climate summit?",
            "Who won the election in Chile this week?",
            "What did the central bank announce today?",
            "Any news about the earthquake in Turkey?",
        ),
        fresh=900.0,
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the articles. Raises `OutOfScopeError` for a topic of the model's: it may be asked every 5 s."""
        if topic.origin == "model":
            raise OutOfScopeError(source_failures.ONCE_A_QUESTION(), hint=source_failures.GDELT_LIMIT())
        words = list(islice(_words(topic.text), MAX_WORDS))
        if not words:
            return Found([])
        response = await tools.client.get_bytes(
            f"{self.base}/api/v2/doc/doc",
            params={
                "query": " ".join([*words, *_operators(topic)]),
                "mode": "artlist",
                "format": "json",
                "maxrecords": ARTICLES,
                "sort": "datedesc" if topic.since else "hybridrel",
                **_times(topic),
            },
        )
        try:
            hits = self.read_articles(_parsed(response.data))
        except HttpStatusError:
            tools.client.back_off(2 * SPACING)
            raise
        return await read_hits(topic, hits[: min(limit, READ)], tools=tools, source=self.name)

    def read_articles(self, body: Any) -> list[Hit]:
        """Articles in a body of `mode=artlist`, each address once; `{}` is none. Raises `BodyError`."""
        listed = object_of(body).get("articles", [] if body == {} else None)
        if not isinstance(listed, list) or (listed and not any("url" in one for one in objects_of(listed))):
            raise BodyError(source_failures.WITHOUT_LIST(what="articles"), hint=source_failures.API_CHANGED())
        hits = [hit for one in objects_of(listed) if (hit := _hit(one))]
        return list({hit.url: hit for hit in reversed(hits)}.values())[::-1]


def _words(text: str) -> Iterator[str]:
    """Words of a query, one with a hyphen or a point in quotes, those that GDELT refuses left out."""
    for word in FRAME.sub(" ", text).split():
        bare = word.strip("\"'`“”„«»()[]{}<>,;:!?.*-–—")
        if not content_words(bare) or len(bare) < MIN_WORD or re.search(r'["():]', bare):
            continue
        if bare.isalnum():
            yield bare
        elif len(bare) >= MIN_PHRASE:
            yield f'"{bare}"'


def _operators(topic: Topic) -> list[str]:
    """What narrows a query: the question's language, and the sites that the user wants or does not."""
    found = [f"sourcelang:{name}" for name in [LANGUAGES.get(topic.lang.partition("-")[0])] if name]
    if topic.sites:
        sites = " OR ".join(f"domain:{site}" for site in topic.sites)
        found.append(f"({sites})" if len(topic.sites) > 1 else sites)
    return [*found, *(f"-domain:{site}" for site in topic.excluded)]


def _times(topic: Topic) -> dict[str, str]:
    if not topic.since:
        return {"timespan": USUALLY}
    until = topic.until or iso_now()[:10]
    return {
        "startdatetime": f"{topic.since.replace('-', '')}000000",
        "enddatetime": f"{until.replace('-', '')}235959",
    }


def _parsed(data: bytes) -> Any:
    """JSON of a response, stray backslashes in it forgiven. Raises `SourceError` for a sentence in its place."""
    text = data.decode("utf-8", "replace").strip()
    if not text.startswith(("{", "[")):
        told = one_line(text)[:200]
        if "limit requests" in told.lower():
            raise HttpStatusError(source_failures.GDELT_LIMITS(), status=429, hint=source_failures.TRY_LATER())
        if text.startswith("<") or "\ufffd" in text or not told:
            raise BodyError(failures.NOT_JSON() if told else failures.EMPTY_BODY())
        raise SourceError(source_failures.REFUSED_QUERY(reason=told), hint=source_failures.REPHRASE())
    try:
        return json.loads(STRAY_BACKSLASH.sub(r"\\\\", text), strict=False)
    except (ValueError, RecursionError) as error:
        raise BodyError(failures.CUT_JSON()) from error


def _hit(article: Json) -> Hit | None:
    url, title = text_of(article.get("url")), " ".join(text_of(article.get("title")).split())
    if not (host_of(url) and urlsplit(url).path.strip("/")) or not title:
        return None
    return Hit(url=url, title=title, published=_day(text_of(article.get("seendate"))))


def _day(seen: str) -> str:
    """Day (ISO 8601) on which an article was seen, the day of its publication; "" when it is no date."""
    try:
        return date.fromisoformat(f"{seen[:4]}-{seen[4:6]}-{seen[6:8]}").isoformat()
    except ValueError:
        return ""
