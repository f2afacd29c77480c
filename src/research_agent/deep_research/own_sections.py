"""
Sections of a text: its headings with what stands below each, by the form of the lines.

The text about a topic is its own best outline. A heading is a marked line ("## Life", "== Life =="), or where a text
marks none, a short block that ends as no sentence does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from research_agent.deep_research.titles import unqualified
from research_agent.memory import Step
from research_agent.text.fragments import is_heading
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import Document

__all__ = [
    "CALLS",
    "OF_ANY",
    "OwnSections",
    "TextSection",
    "is_listed",
    "is_prose",
    "is_whole",
    "lead_end",
    "outline",
    "own_sections",
    "parts_of",
    "top_sections",
]

READ = 200_000  # characters of a text
LONGEST = 8  # words of a heading
MOST = 3  # sections whose headings name one aspect
LISTED = 12  # words of a line that is an item of a list, where the next one is as short
FEWEST = 2  # whole sentences below a heading that is worth a section
MARKED = re.compile(
    r"^[ \t]*(?:(?P<hashes>\#{1,6})[ \t]+(?P<words>[^\n]+?)[ \t#]*"
    r"|(?P<marks>={2,6})[ \t]*(?P<wiki>[^=\n]+?)[ \t]*(?P=marks))[ \t]*$",
    re.MULTILINE,
)
# Headings that any text has say nothing of its topic.
OF_ANY = frozenset("references external links see also notes bibliography further reading contents gallery".split())
# "Subscribe to read on", "Sign in": what a page calls for is no aspect of anything.
CALLS = re.compile(r"\b(?:to|now|your?|our|us|here)\b|\b(?:on|in|up|out|off|more)$", re.IGNORECASE)
END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*$")


class TextSection(NamedTuple):
    """Section of a text: the span of its heading's words, its depth, and where what belongs to it ends."""

    start: int
    end: int
    depth: int
    until: int


def outline(document: Document) -> list[TextSection]:
    """The sections of a document's text, in its order; deeper ones are part of those that they stand in."""
    text = document.text[:READ]
    heads = [(*_words_of(match), _depth_of(match)) for match in MARKED.finditer(text)]
    if len(heads) < FEWEST:
        heads = [(start, end, 1) for start, end in sentence_spans(text) if is_heading(text, start, end)]
    heads = [head for head in heads if not _is_title(document, text[head[0] : head[1]])]
    ends = [
        next((start for start, _, other in heads[at + 1 :] if other <= depth), len(text))
        for at, (_, _, depth) in enumerate(heads)
    ]
    return [TextSection(*head, until) for head, until in zip(heads, ends, strict=True) if _is_telling(text, *head[:2])]


def _words_of(match: re.Match[str]) -> tuple[int, int]:
    return match.span("words") if match["words"] else match.span("wiki")


def _depth_of(match: re.Match[str]) -> int:
    return len(match["hashes"] or match["marks"])


def _is_title(document: Document, heading: str) -> bool:
    return bool(stems := set(content_stems(heading))) and stems == set(content_stems(document.title))


def _is_telling(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    plain = set(said.casefold().split())
    return len(said.split()) <= LONGEST and not OF_ANY & plain and not CALLS.search(said)


def top_sections(document: Document) -> list[TextSection]:
    """The sections of the least depth that has two, of those that say something."""
    told = [one for one in outline(document) if _sentences_in(document, one) >= FEWEST]
    depths = [one.depth for one in told]
    depth = min((depth for depth in depths if depths.count(depth) >= FEWEST), default=0)
    return [one for one in told if one.depth == depth]


def parts_of(document: Document, section: TextSection) -> list[TextSection]:
    """The section up to its first deeper one, and these; itself where it has none."""
    deeper = [one for one in outline(document) if section.start < one.start < section.until]
    least = min((one.depth for one in deeper), default=0)
    deeper = [one for one in deeper if one.depth == least]
    return [section._replace(until=deeper[0].start), *deeper] if deeper else [section]


def _sentences_in(document: Document, section: TextSection) -> int:
    text, below = document.text, document.text[section.end : section.until]
    places = [(section.end + start, section.end + end) for start, end in sentence_spans(below)]
    return sum(is_whole(text[start:end]) and not is_listed(text, start, end) for start, end in places)


def is_whole(sentence: str) -> bool:
    """Whether a sentence ends as one does: no heading, item of a list, or text that was cut off."""
    return END.search(sentence.rstrip()) is not None


def is_listed(text: str, start: int, end: int) -> bool:
    """Whether a sentence stands in a short line beside another such line: an item of a list of works or names."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    line = text[first:last]
    if len(line.split()) > LISTED:
        return False
    beside = (text[:first].rstrip().rpartition("\n")[2], text[last:].lstrip().partition("\n")[0])
    return any(
        other and len(other.split()) <= LISTED and not MARKED.fullmatch(other) and is_whole(other) == is_whole(line)
        for other in beside
    )


def is_prose(text: str) -> bool:
    """Whether a text has sentences that end as such: a table of figures has none."""
    return re.search(r"[^\W\d]{2}[.!?…](?:\s|$)", text[:READ]) is not None


def lead_end(document: Document) -> int:
    """Where what a text says before its first section ends."""
    return min((one.start for one in outline(document)), default=len(document.text))


class OwnSections(NamedTuple):
    """Sections of one text that are what a step asks for."""

    document: Document
    sections: tuple[TextSection, ...]

    def holds(self, document: str, start: int) -> bool:
        """Whether what begins there stands in one of them."""
        return document == self.document.id and any(one.end <= start < one.until for one in self.sections)


def own_sections(step: Step, documents: Iterable[Document]) -> OwnSections | None:
    """
    The sections of a text that are what a step asks for: the one whose heading made the step, else those headed by the
    aspect ("History" of "What is the history of Poland?") in the text about its side.
    """
    known = {document.id: document for document in documents}
    if step.parent:
        return next((found for one in step.candidates if (found := _at(known, one.document, one.start))), None)
    side = set(content_stems(step.side))
    aspect = set(content_stems(step.asked)) - side
    if not side or not aspect:
        return None
    about = [one for one in known.values() if set(content_stems(unqualified(one.title))) == side]
    return next((OwnSections(one, headed) for one in about if (headed := _headed(one, aspect))), None)


def _at(known: dict[str, Document], key: str, start: int) -> OwnSections | None:
    document = known.get(key)
    found = next((one for one in outline(document) if one.start == start), None) if document else None
    return OwnSections(document, (found,)) if document and found else None


def _headed(document: Document, aspect: set[str]) -> tuple[TextSection, ...]:
    """The section that the aspect heads, else those whose heading names it: "Early life" and "Later life"."""
    found = [(set(content_stems(document.text[one.start : one.end])), one) for one in outline(document)]
    same = sorted((one for stems, one in found if stems == aspect), key=lambda one: one.depth)[:1]
    chosen = same or [one for stems, one in found if aspect <= stems][:MOST]
    return tuple(one for one in chosen if _sentences_in(document, one))
