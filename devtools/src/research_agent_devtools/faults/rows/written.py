"""L4: short texts that people, models and services write, read by each parser of the program."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import aiohttp

from research_agent.cli.contact import read_contact
from research_agent.deep_research.budget import parse_budget
from research_agent.deep_research.model_plan import proposal_of
from research_agent.deep_research.plan_text import parse_plan
from research_agent.errors import ChatError, ResearchAgentError
from research_agent.files import EncodingError, decode_text
from research_agent.http.errors import status_error
from research_agent.http.proxies import Proxies
from research_agent.http.redirects import parsed
from research_agent.llm.model_size import parse_size
from research_agent.llm.selection import parse_model_id
from research_agent.settings import load_settings
from research_agent.sources.crawler.robots import allowed_by
from research_agent.sources.web_search.canonical_url import canonical_url
from research_agent.sources.web_search.duckduckgo_page import read_links
from research_agent.stages.plan import parse_topics
from research_agent.stages.written_program import program_in
from research_agent.text.arithmetic import parse_task
from research_agent.text.ask_options import read_options
from research_agent.text.dates import dates_in, first_date, interval
from research_agent.text.json_fields import object_in
from research_agent.text.question import interpret
from research_agent.text.restriction import read_restriction, read_site
from research_agent.watch.intervals import parse_interval
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.damaged import damaged_text

TODAY = date(2026, 11, 22)


class Parser(NamedTuple):
    """A parser, samples of what it reads, and the errors by which it refuses what it cannot."""

    read: Callable[[str], object]
    samples: Sequence[str]
    refusals: tuple[type[Exception], ...] = (ResearchAgentError,)


def config(text: str, folder: Path) -> object:
    """All settings from a `config.toml` of that text."""
    file = folder / "footnoted" / "config.toml"
    for place in (file, folder / "research-agent" / "config.toml"):
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(text.encode("utf-8", "surrogatepass"))
    return load_settings({"XDG_CONFIG_HOME": str(folder), "HOME": str(folder)})


PARSERS: Mapping[str, Parser] = {
    "budget": Parser(parse_budget, ("90s", "10m,50req", "5m,120req,20ktok", "quick", "1h, 2,000req", "1.5m")),
    "interval": Parser(parse_interval, ("30m", "6h", "1d", "2 weeks", "15 min")),
    "days": Parser(
        lambda text: read_restriction(today=TODAY, since=text, until=text),
        ("2026-11-22", "2026", "2026-10", "7d", "1y", "2m", "yesterday"),
    ),
    "sites": Parser(
        lambda text: (read_site(text), read_restriction(today=TODAY, sites=text.split(","), excluded=[text])),
        ("nasa.gov", ".gov", "https://www.nasa.gov/x", "xn--bcher-kva.example", "bücher.example", "a.b,c.d",
         "127.0.0.1"),
    ),
    "only": Parser(
        lambda text: read_restriction(today=TODAY, files=[text], libraries=[text]),
        ("a.pdf", "./c.txt", "notes, 2026.pdf", "sub/a b.pdf", "~/x.md", "C:\\x\\y.docx", "ä*.txt"),
    ),
    "options": Parser(
        lambda text: read_options(model=text, sources=text.split(","), lang=text),
        ("ollama:llama3.2", "openai:gpt-4o", "llamacpp:/a b.gguf", "wikipedia,arxiv", "de", "pt-BR"),
    ),
    "model id": Parser(parse_model_id, ("ollama:llama3.2:3b", "openai:gpt", "llamacpp:/x.gguf", "smollm2"),
                       (ResearchAgentError, ChatError)),
    "model size": Parser(parse_size, ("8.0B", "135M", "3.2b", "8x7B", "671B-A37B", "1.5 billion"), ()),
    "proxies": Parser(
        lambda text: [
            Proxies({"HTTP_PROXY": text, "ALL_PROXY": text, "NO_PROXY": text}).route(parsed(url))
            for url in ("http://a.example:81/", "https://[2001:db8::1]/", "http://127.0.0.1:1/")
        ],
        ("http://u:p@proxy.example:3128", "socks5://[::1]:1080", "localhost,.example,10.0.0.0/8,[::1]:8080,*",
         "proxy:3128"),
        (),
    ),
    "address": Parser(lambda text: canonical_url(str(parsed(text))),
                      ("https://a.example/b?c=d#e", "http://[::1]:80/", "a b"),
                      (aiohttp.InvalidURL,)),
    "retry after": Parser(
        lambda text: status_error(429, text, hint=""),
        ("120", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1e3", "99999999"), ()
    ),
    "robots": Parser(
        lambda text: allowed_by(text.encode("utf-8", "surrogatepass"), ("http://a.example/b?c=d", text)),
        ("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 10\nSitemap: http://a.example/s.xml\n",
         "Allow: /\nUser-agent: x\n",
         "User-agent: research-agent\nRequest-rate: 1/5s 0800-1200\nVisit-time: 0600-0845\n"),
        (),
    ),
    "links": Parser(
        lambda text: read_links([(text, f"//duckduckgo.com/l/?uddg={text}&rut=1"), (text, text)]),
        ("https%3A%2F%2Fa.example%2F", "https://a.example/", "Title of a page", "//duckduckgo.com/y.js?ad_domain=x"),
        (),
    ),
    "config": Parser(
        partial(config, folder=Path()),
        ('model = "ollama:llama3.2"\nsources = ["wikipedia", "arxiv"]\n[urls]\nwikipedia = "http://a.example"\n',
         'deadline = 8.5\noffline = true\n[keys]\nbrave = "x"\n[sites.kinds]\n"a.example" = "press"\n',
         "block = 'a.example'\n"),
    ),
    "text file": Parser(lambda text: decode_text(text.encode("utf-16", "surrogatepass")[1:]),
                        ("a = 1\n", "é"), (EncodingError,)),
    "toml": Parser(lambda text: tomllib.loads(text), ("a = 1\n", '[b]\nc = "d"\n'), (tomllib.TOMLDecodeError,)),
    "plan": Parser(
        lambda text: parse_plan(text, ()),
        ("1. Which countries border Germany?  [list]\n2. What is the capital of {1}?\n",
         "- a [facets] [against]\n# no\n",
         "3) b [heading: x] [sources: wikipedia, arxiv]\n"),
    ),
    "topics": Parser(parse_topics, ("1. photosynthesis\n2. \"chlorophyll\"", "Here are some topics:\n- a, b\n* c"), ()),
    "json reply": Parser(
        lambda text: proposal_of(object_in(text)),
        ('Sure: ```json\n{"add": ["a"], "reword": {"1": "b"}, "merge": {"1+2": "c"}}\n```', '{"1": "yes"}', "[1]"),
        (),
    ),
    "program": Parser(program_in,
                      ("```python\nresult = v1 - v2\n```", "result = max([v1, v2])", "x = 3\nresult = x"), ()),
    "arithmetic": Parser(parse_task,
                         ("What is 12 % of 250?", "How much is (3 + 4) * 2.5?", "12 km in miles", "2^10",
                          "1,234/5"), ()),
    "dates": Parser(lambda text: (list(dates_in(text)), first_date(text), interval(text)),
                    ("on 3 March 1999", "between 1914 and 1918", "1999-02-30", "Mar 5, 2024", "31.12.2025",
                     "the 1890s"), ()),
    "question": Parser(
        interpret,
        ("Hi! What is photosynthesis? Thanks!", "> quoted\n\nWhat?", "```\ncode\n```\n\nWhat is Flask?",
         "<context>a</context>\nb?"),
        (),
    ),
    "contact": Parser(read_contact, ("a@b.example", "https://a.example/me", "me"), ()),
}  # fmt: skip


def texts(run: Run, *, catching: bool) -> None:
    """A trial is one text for each parser."""
    parsers = {**PARSERS, "config": PARSERS["config"]._replace(read=partial(config, folder=run.folder))}
    for _, rng in run.trials():
        for name, parser in parsers.items():
            text = damaged_text(rng, parser.samples)
            try:
                parser.read(text)
            except parser.refusals as error:
                run.count("refused")
                run.check(catching and str(error).strip(), f"{name}: refused without a word: {text[:200]!r}")
            except Exception as error:  # noqa: BLE001 - that there is none is what is tried
                run.fail(f"{name}: {type(error).__name__}: {error}: {text[:300]!r}"[:600])


ROWS = (
    Row(
        id="L4",
        fault=f"budgets, days, proxies, plans, replies, config files and more: {len(PARSERS)} kinds of texts, damaged",
        guarantee="each is read, or refused with a line; no other error",
        quick=20,
        full=10_000,
        try_it=partial(texts, catching=True),
        twin=partial(texts, catching=False),
        twin_is="a parser that raises whatever its text makes it raise",
        twin_trials=5,
        unit="texts of each kind",
    ),
)
