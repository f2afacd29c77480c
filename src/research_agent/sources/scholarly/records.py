"""
Records of scholarly services, and the documents they become.

Any field of a record may be missing, null or of another type; what is asked of it here is empty then.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from research_agent.documents.reader import Reader
from research_agent.errors import BodyError, HttpStatusError
from research_agent.text.json_fields import int_of, object_of, text_of
from research_agent.text.sanitize import printable
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import words
from research_agent.types import Document, Topic

__all__ = [
    "LANGUAGES",
    "Paper",
    "best",
    "explained",
    "is_mail",
    "iso_date",
    "prose",
    "query",
    "some",
    "web_url",
    "without_markup",
]

LANGUAGES = {"eng": "en", "fre": "fr", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "chi": "zh",
             "jpn": "ja"}  # fmt: skip
DATE = re.compile(r"\d{4}(?:-\d\d){0,2}(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
MOST_WORDS = 32  # of a topic that are searched for
NAMED = 10  # authors whose names are kept
LONGEST_SAID = 200  # characters of an API's explanation
# Tags and entities that stand in titles and abstracts that should be plain; "p<0.05" and "<r>" are none.
STRAY = re.compile(
    r"</?(?:jats:|mml:)?(?:[abipu]|em|strong|su[bp]|sc|italic|bold|title|sec|h[1-6]|br|span|div|list|list-item|[ou]l|li|"
    r"math|img|script|style|iframe)(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
# What is left of what a publisher escaped twice, as some of Crossref's abstracts are.
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    One record. `text` is its abstract or full text, "" when the service gave none; `service` the words that name it.

    `markup` says that title and text are HTML or JATS by rule; else only what is plainly a tag counts as one.
    """

    source: str
    service: str
    title: str
    text: str
    url: str
    ids: Mapping[str, str]
    authors: Sequence[str] = ()
    published: str = ""
    revision: str = ""
    language: str = ""
    licence: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
    markup: bool = False

    def document(self) -> Document:
        """The document; one without text lends its identifiers to the same paper of other services, no more."""
        names = [name for name in (" ".join(author.replace(",", " ").split()) for author in self.authors) if name]
        first = names[0] + (" et al." if len(names) > 1 else "") if names else ""
        return Document(
            source=self.source,
            title=self.title,
            url=self.url,
            text=self.text,
            retrieved=iso_now(),
            published=self.published if DATE.fullmatch(self.published) else None,
            author=", ".join(names[:NAMED]) + (" et al." if len(names) > NAMED else "") or None,
            revision=self.revision or None,
            language=self.language if LANGUAGE.fullmatch(self.language) else None,
            licence=self.licence or None,
            attribution=", ".join(filter(None, (first, self.service))),
            details={**self.ids, **{name: fact for name, fact in self.details.items() if fact != ""}},
        )


def query(topic: Topic) -> str:
    """The words of the topic and nothing that a search engine could take for its syntax; "" when there are none."""
    return " ".join(words(topic.text)[:MOST_WORDS]).replace("'", " ")


def some(papers: Iterable[Paper | None], listed: Sequence[Any], *, what: str) -> list[Paper]:
    """The records that are any. Raises `BodyError` when something was listed and nothing of it is a record."""
    found = [paper for paper in papers if paper is not None]
    if listed and not found:
        raise BodyError(f"answered with a list that holds no {what}", hint="Its API may have changed.")
    return found


def best(papers: Sequence[Paper], limit: int) -> list[Document]:
    """The first `limit` records with text, then those without, as documents."""
    with_text = [paper for paper in papers if paper.text][:limit]
    return [paper.document() for paper in (*with_text, *(paper for paper in papers if not paper.text))]


async def without_markup(papers: Sequence[Paper], read: Reader) -> list[Paper]:
    """The records with title and text as a reader sees them; one call for all of them, none when all are plain."""
    fragments = [fragment for paper in papers for fragment in (paper.title, paper.text)]
    rules = [paper.markup for paper in papers for _ in range(2)]
    marked = [at for at, fragment in enumerate(fragments) if _is_markup(fragment, by_rule=rules[at])]
    if marked:
        plain = await read.plain([fragments[at] for at in marked])
        for at, text in zip(marked, plain, strict=True):
            fragments[at] = ENTITY.sub(lambda entity: html.unescape(entity[0]), text).strip()
    pairs = zip(papers, fragments[::2], fragments[1::2], strict=True)
    return [replace(paper, title=prose(title), text=text) for paper, title, text in pairs]


def _is_markup(fragment: str, *, by_rule: bool) -> bool:
    return ("<" in fragment or "&" in fragment) if by_rule else STRAY.search(fragment) is not None


def explained(error: HttpStatusError) -> HttpStatusError:
    """A failure like it, with what the API said about it when it did so in JSON."""
    try:
        said = _reason(json.loads(error.body))
    except (ValueError, RecursionError):
        said = ""
    said = prose(printable(said))[:LONGEST_SAID]
    message = f"{error.message}: {said}" if said else error.message
    return HttpStatusError(message, status=error.status, hint=error.hint, body=error.body)


def _reason(body: Any) -> str:
    """What the bodies of these services say: {"error": ...}, {"message": ...}, {"message": [{"message": ...}]}."""
    for name in ("message", "error", "errMsg", "detail"):
        said = object_of(body).get(name)
        said = said[0] if isinstance(said, list) and said else said
        if found := text_of(said) or text_of(object_of(said).get("message")):
            return found
    return ""


def iso_date(year: Any, month: Any = None, day: Any = None) -> str:
    """As much of a date as is known: "2026", "2026-03", "2026-03-06"; "" without a year."""
    parts = [_part(year, 1000, 2999), _part(month, 1, 12), _part(day, 1, 31)]
    known = parts[: parts.index(0)] if 0 in parts else parts
    return "-".join(f"{part:02d}" for part in known)


def _part(value: Any, low: int, high: int) -> int:
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,4}", value) else int_of(value)
    return number if number is not None and low <= number <= high else 0


def prose(text: str) -> str:
    """A text on one line: line breaks and tabs of XML and JSON are spaces. Other kinds of space stay as they are."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def web_url(value: Any) -> str:
    """The value when it is an address on the web, else ""."""
    address = text_of(value)
    return address if re.match(r"https?://[^\s<>\"]+$", address) else ""


def is_mail(contact: str) -> bool:
    """Whether the user's contact is a mail address, which is what some services want."""
    return "@" in contact and "://" not in contact
