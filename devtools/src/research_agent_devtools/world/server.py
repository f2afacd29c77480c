"""
A loopback server that plays the services of all sources, with delays and faults.

    async with World(delay=0.5, faults={"hackernews": "hang"}) as world:
        settings = load_settings({**os.environ, **world.environ})

    async with World(sources=SOURCES, delay={"arxiv": 1.0}, faults={"pubmed": "429"}) as world:
        ...
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

from research_agent.testing.loopback_server import serve, serve_in_thread
from research_agent.testing.server_faults import FAULTS, answer_badly
from research_agent_devtools.world.articles import ARTICLES, COMMENTS, DISAMBIGUATIONS, REDIRECTS, STORIES
from research_agent_devtools.world.matching import best
from research_agent_devtools.world.services import ARCHIVE, SERVICES, Route
from research_agent_devtools.world.services.pages import robots
from research_agent_devtools.world.web import ENGINE_FAULTS, ENGINES, HOSTS
from research_agent_devtools.world.web import answer as answer_as_site
from research_agent_devtools.world.web.engine_faults import REFUSED
from research_agent_devtools.world.web.sites import page_of

__all__ = ["ARTICLES", "COMMENTS", "ENDPOINTS", "EVERY_ENDPOINT", "SOURCES", "STORIES", "Request", "World"]

OF_SOURCE: Mapping[str, tuple[str, ...]] = {
    "wikipedia": ("summary", "search", "article"),
    "hackernews": ("stories", "comments"),
    **{name: tuple(route.endpoint for route in routes) for name, routes in SERVICES.items()},
}
SOURCES = tuple(OF_SOURCE)
"""The sources whose services the world plays."""
USUAL = ("wikipedia", "hackernews")
"""The sources that are led here unless others are named."""
ENDPOINTS = tuple(endpoint for name in USUAL for endpoint in OF_SOURCE[name])
"""What the requests of those are called."""
EVERY_ENDPOINT = (*(endpoint for endpoints in OF_SOURCE.values() for endpoint in endpoints), "robots")
OF_WEB = (*ENGINES, "instance", "site", "site robots", "elsewhere")
"""What requests to the engines and to the sites of the small web are called; "elsewhere" is of a host it has not."""
GROUPS = {**OF_SOURCE, "all": EVERY_ENDPOINT, "engines": tuple(ENGINES)}
EVERY_FAULT = {*FAULTS, *ENGINE_FAULTS, REFUSED}
NOWHERE = "http://127.0.0.1:9"
ARCHIVED = "web_archive"
STATISTIC = "How many people live in Macau?"
"""Wikipedia has the answer, and so has the World Bank."""


@dataclass(slots=True)
class Request:
    """
    One request as the server saw it, times by `time.perf_counter`; `end` is None while it is answered.

    `endpoint` is one of `EVERY_ENDPOINT` or of `OF_WEB`, or "redirect"; `host` the one that it names.
    """

    endpoint: str
    target: str
    start: float
    headers: Mapping[str, str]
    end: float | None = None
    host: str = ""


class World:
    """
    Answers like Wikipedia (REST summary, `generator=search`), like Hacker News (Algolia's search) and like the service
    of every other source in `SOURCES`, and has pages of its own.

    `articles` maps titles to texts, `stories` and `comments` are hits. `environ` leads the `sources` here. `delay` is
    seconds, for all or by source (`wikipedia`) or by endpoint (its `summary`, `search`, `article`; `EVERY_ENDPOINT`
    names all); so is `faults`, with values from `server_faults.FAULTS`, for an engine from `ENGINE_FAULTS` too. With
    `web` it has the small web: its search engines, and, as the HTTP proxy of `environ`, its sites by their names; what
    is asked of any other host is noted and goes nowhere. `site_delay` is seconds by host,
    `page_size` bytes that a page of theirs has at least; those of a `changing` one say something else each time.
    Use it as `async with`, or `with world.in_thread()` when the program under test is another process.
    """

    def __init__(
        self,
        *,
        articles: Mapping[str, str] | None = None,
        stories: Iterable[Mapping[str, Any]] | None = None,
        comments: Iterable[Mapping[str, Any]] | None = None,
        delay: float | Mapping[str, float] = 0.0,
        faults: Mapping[str, str] | None = None,
        sources: Iterable[str] = USUAL,
        web: bool = False,
        site_delay: Mapping[str, float] | None = None,
        page_size: int = 0,
        changing: bool = False,
    ) -> None:
        self.sources = tuple(sources)
        if strange := set(self.sources) - set(SOURCES):
            raise ValueError(f"no such source: {sorted(strange)!r}; there are {sorted(SOURCES)!r}")
        self.articles = ARTICLES if articles is None else articles
        self.redirects = REDIRECTS if articles is None else {}
        self.disambiguations = DISAMBIGUATIONS if articles is None else {}
        self.stories = STORIES if stories is None else tuple(stories)
        self.comments = (COMMENTS if stories is None else ()) if comments is None else tuple(comments)
        self.delays = _by_endpoint(delay if isinstance(delay, Mapping) else {"all": delay})
        self.faults = _by_endpoint(faults or {})
        if unknown := set(self.faults.values()) - EVERY_FAULT:
            raise ValueError(f"no such fault: {sorted(unknown)!r}; there are {sorted(EVERY_FAULT)!r}")
        self.web, self.site_delay = web, site_delay or {}
        self.page_size, self.changing = page_size, changing
        self.requests: list[Request] = []
        self.url = ""
        self._ending = asyncio.Event()
        self._serving = serve(self._app())

    @property
    def environ(self) -> dict[str, str]:
        """The settings that point the program here."""
        names = (*self.sources, *(ENGINES if self.web else ()))
        return {
            **{f"RESEARCH_AGENT_{name.upper()}_URL": self.base(name) for name in names},
            "RESEARCH_AGENT_WEB_SEARCH": "auto" if self.web else "off",
            **({"RESEARCH_AGENT_WEB_ARCHIVE_URL": self.base(ARCHIVED)} if "web" in names else {}),
            **self.proxies,
        }

    @property
    def proxies(self) -> dict[str, str]:
        """Those of the variables that name this world as the proxy, which it is of its web."""
        return {"HTTP_PROXY": self.url, "HTTPS_PROXY": self.url} if self.web else {}

    def base(self, source: str) -> str:
        """The base URL of a source's service; of `feed` the feed itself, of `web` where the pages lie."""
        if self.faults.get(source) == REFUSED:
            return f"{NOWHERE}/{source}"
        return f"{self.url}/{source}" if source in {*SERVICES, *ENGINES, ARCHIVED} else self.url

    def question(self, source: str, question: str) -> str:
        """The question in a form in which the source is asked it; for the World Bank another one, `STATISTIC`."""
        if source == "worldbank":
            return STATISTIC
        return f"{question.rstrip('?')}, says {self.page()}?" if source == "web" else question

    def page(self, slug: str = "attention-by-hand") -> str:
        """The address of a page; `posts.PAGES` has them all."""
        return f"{self.base('web')}/{slug}"

    async def __aenter__(self) -> Self:
        self.url = await self._serving.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._serving.__aexit__(*error)

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """The same, served from a thread, for tests that block."""
        with serve_in_thread(self):
            yield self

    def _app(self) -> web.Application:
        async def end(_: web.Application) -> None:
            self._ending.set()

        app = web.Application(middlewares=[self._sites] if self.web else [])
        app.on_shutdown.append(end)
        app.router.add_get("/api/rest_v1/page/summary/{title}", self._endpoint(lambda _: "summary", self._summary))
        app.router.add_get("/w/api.php", self._endpoint(_search_or_article, self._search))
        for path in ("/api/v1/search", "/api/v1/search_by_date"):
            app.router.add_get(path, self._endpoint(_stories_or_comments, self._hackernews))
        app.router.add_get("/robots.txt", self._endpoint(lambda _: "robots", lambda request: robots(request, self.url)))
        for name, routes in self._services().items():
            for route in routes:
                app.router.add_get(f"/{name}{route.path}", self._service(name, route))
        return app

    def _services(self) -> Mapping[str, tuple[Route, ...]]:
        """Those of the sources; with a web, engines that know it in place of those that know a few pages."""
        engines = {name: tuple(Route(*route) for route in routes) for name, routes in ENGINES.items()}
        return {**SERVICES, ARCHIVED: ARCHIVE, **(engines if self.web else {})}

    @web.middleware
    async def _sites(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answer as the site that a request names, as a proxy would fetch it; requests to this server pass."""
        if request.host == self.url.partition("://")[2] and request.method != "CONNECT":
            return await handler(request)  # type: ignore[no-any-return]
        robots = request.path == "/robots.txt"
        name = "elsewhere" if request.host not in HOSTS else "site robots" if robots else "site"
        seen = Request(name, request.path_qs, time.perf_counter(), dict(request.headers), host=request.host)
        self.requests.append(seen)
        page = page_of(request)
        try:
            await asyncio.sleep(0.0 if robots else self.site_delay.get(request.host, page.slow if page else 0.0))
            return answer_as_site(request, self.page_size, len(self.requests) if self.changing else 0)
        finally:
            seen.end = time.perf_counter()

    def _service(self, name: str, route: Route) -> Any:
        return self._endpoint(lambda _: route.endpoint, lambda request: route.answer(request, self.base(name)))

    def _endpoint(self, name_of: Callable[[web.Request], str], answer: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            name = name_of(request)
            whole: web.Response = answer(request)
            redirect = whole.status == 302  # at once and never at fault: what is asked for comes after it
            seen = Request(
                "redirect" if redirect else name, request.path_qs, time.perf_counter(), dict(request.headers)
            )
            self.requests.append(seen)
            try:
                if redirect:
                    return whole
                await asyncio.sleep(self.delays.get(name, 0.0))
                fault = self.faults.get(name, "")
                if fault in ENGINE_FAULTS:
                    return ENGINE_FAULTS[fault](whole)
                return await answer_badly(fault, request, whole, self._ending) if fault else whole
            finally:
                seen.end = time.perf_counter()

        return handle

    def _summary(self, request: web.Request) -> web.Response:
        title = request.match_info["title"].replace("_", " ")
        if title in self.redirects:
            return web.Response(status=302, headers={"Location": quote(self.redirects[title].replace(" ", "_"))})
        if title in self.disambiguations:
            text, kind = self.disambiguations[title], "disambiguation"
        elif title in self.articles:
            text, kind = self.articles[title].split("\n\n")[0], "standard"
        else:
            return web.json_response({"type": "not_found", "title": "Not found."}, status=404)
        page = {"page": f"{self.url}/wiki/{quote(title.replace(' ', '_'))}"}
        return web.json_response(
            {
                "type": kind,
                "title": title,
                "pageid": self._number(title),
                "extract": text,
                "lang": "en",
                "revision": str(1000 + self._number(title)),
                "timestamp": "2026-10-01T00:00:00Z",
                "content_urls": {"desktop": page},
            }
        )

    def _search(self, request: web.Request) -> web.Response:
        known = {**self.articles, **self.disambiguations}
        limit = int(request.query.get("gsrlimit", 10))
        titles = best(request.query.get("gsrsearch", ""), known)[:limit]
        if not titles:
            return web.json_response({"batchcomplete": True})
        pages = [
            {
                "pageid": self._number(title),
                "ns": 0,
                "title": title,
                "index": rank,
                "extract": known[title],
                "canonicalurl": f"{self.url}/wiki/{quote(title.replace(' ', '_'))}",
                "lastrevid": 1000 + self._number(title),
                "pagelanguage": "en",
                **({"pageprops": {"disambiguation": ""}} if title in self.disambiguations else {}),
            }
            for rank, title in enumerate(titles, 1)
        ]
        pages.sort(key=self._by_number)
        return web.json_response({"batchcomplete": True, "query": {"pages": pages}})

    def _hackernews(self, request: web.Request) -> web.Response:
        posts = self.comments if _stories_or_comments(request) == "comments" else self.stories
        texts = {
            str(number): " ".join(
                str(post.get(key, "")) for key in ("title", "story_text", "story_title", "comment_text")
            )
            for number, post in enumerate(posts)
        }
        limit = int(request.query.get("hitsPerPage", 20))
        hits = [posts[int(number)] for number in best(request.query.get("query", ""), texts)[:limit]]
        return web.json_response({"hits": hits, "nbHits": len(hits), "page": 0})

    def _number(self, title: str) -> int:
        return sorted([*self.articles, *self.disambiguations]).index(title) + 1

    @staticmethod
    def _by_number(page: Mapping[str, Any]) -> int:
        """Like the real one: pages come by number, their rank is in `index`."""
        return int(page["pageid"])


def _search_or_article(request: web.Request) -> str:
    """Whole articles come one at a time; leads are asked for with `exintro`."""
    return "article" if request.query.get("exlimit") == "1" else "search"


def _stories_or_comments(request: web.Request) -> str:
    return "comments" if request.query.get("tags") == "comment" else "stories"


def _by_endpoint(values: Mapping[str, Any]) -> dict[str, Any]:
    spread: dict[str, Any] = {}
    for name, value in values.items():
        if name not in (*EVERY_ENDPOINT, *OF_WEB, *GROUPS):
            raise ValueError(f"no such endpoint: {name!r}; there are {[*EVERY_ENDPOINT, *OF_WEB, *GROUPS]!r}")
        spread.update(dict.fromkeys(GROUPS.get(name, (name,)), value))
    return spread
