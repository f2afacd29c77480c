"""D18: numbers that stand in markup are the same when they are read; broken markup is text, or said to be none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial
from html import unescape

from research_agent.documents.html import read_html, read_plain
from research_agent.documents.node_text import node_text
from research_agent.documents.reader import Node
from research_agent.documents.xml import Element, read_xml
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.pages_of_numbers import numbered_fragment, numbered_page, tokens_with_digits

URL = "http://news.example/"
BROKEN = 0.3  # share of the trials with markup that is cut, doubled or mixed up
PIECES = (
    "<sup>", "</sup>", "<sub>", "</math>", "<math>", "<msup>", "<annotation encoding='application/x-tex'>", "<ruby>",
    "<rt>", "<q>", "<del>", "</a>", "<a href='#x'>", "<table><tr><td>", "</p>", "\\(", "\\frac{", "{{", "&#", "&sup2;",
    "<!--", "<alternatives><tex-math>", "<span class='frac'>", "<span style='vertical-align:super'>", "\u202f", "½",
)  # fmt: skip

Read = Callable[[str], str]


def read_page(html: str) -> str:
    return str(read_html(html.encode(), URL, None)["text"])


def read_fragment(html: str) -> str:
    return read_plain([html])[0]


def read_article(html: str) -> str:
    """A fragment as XML, as PubMed and Europe PMC send it."""
    named = re.sub(r"&(?!(?:amp|lt|gt|quot|#\d+);)(\w+;)", lambda entity: unescape(entity[0]), html)
    root = read_xml(f'<article xmlns:jats="http://jats.example/">{named}</article>'.encode())
    return "\n".join(node_text(paragraph) for paragraph in _node(root).children)


def _node(element: Element) -> Node:
    tag, attributes, *content = element
    return Node(tag, attributes, tuple(item if isinstance(item, str) else _node(item) for item in content))


def numbers_in_markup(run: Run, readers: tuple[Read, Read, Read]) -> None:
    for number, rng in run.trials():
        kind = number % 4 % 3
        html, said = numbered_page(rng) if kind == 0 else numbered_fragment(rng)
        if rng.random() < BROKEN:
            run.count("broken")
            html, said = _broken(html, rng), ""
        try:
            text = readers[kind](html)
        except ValueError:
            run.count("unreadable")
            run.check(not said, f"{number}: refused {html[:200]}")
            continue
        except Exception as error:  # noqa: BLE001 - that there is none is what is tried
            run.fail(f"{number}: {type(error).__name__}: {error}")
            continue
        if said:
            expected, found = tokens_with_digits(said), tokens_with_digits(text)
            run.count("numbers", len(expected))
            run.check(expected == found, f"{number}: {sorted(set(expected) ^ set(found))[:6]}")


def _broken(html: str, rng: random.Random) -> str:
    """Markup with pieces cut out, put in and doubled."""
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(html))
        match rng.randrange(3):
            case 0:
                html = html[:at] + html[at + rng.randint(1, 30) :]
            case 1:
                html = html[:at] + rng.choice(PIECES) * rng.choice((1, 1, 50)) + html[at:]
            case _:
                html = html[:at] + html[max(0, at - rng.randint(1, 80)) :]
        html = html or "<"
    return html


def stripped(html: str) -> str:
    """The naive way: without what stands in angle brackets."""
    return unescape(re.sub(r"<[^>]*>", "", html.replace("</p>", "\n")))


ROWS = (
    Row(
        id="D18",
        fault="pages, JATS and XML with numbers in exponents, fractions, notes, formulas, tables; broken ones",
        guarantee="each number is read as it is meant; no markup raises anything but a refusal",
        quick=100,
        full=10_000,
        try_it=partial(numbers_in_markup, readers=(read_page, read_fragment, read_article)),
        twin=partial(numbers_in_markup, readers=(stripped, stripped, stripped)),
        twin_is="a reader that drops the tags",
        twin_trials=20,
        unit="documents",
    ),
)
