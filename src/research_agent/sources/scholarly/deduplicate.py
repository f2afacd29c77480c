"""
Deduplication of papers: the same paper from several services becomes one document.

Its text is that of one of them, as fetched: texts are never combined. Two records are the same paper when they share an
identifier, or title, year and an author while no identifier says otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from research_agent.sources.scholarly.identifiers import ARXIV_DOI, IDENTIFIERS
from research_agent.text.tokens import words
from research_agent.types import Document

__all__ = ["distinct_documents", "merge_papers"]

ALSO = "also"
"""Key in `details` that names the other services that gave the paper."""
CREDIT = "; also found through "
NOT_MERGED = frozenset({ALSO, "extent"})  # details that belong to one record
MIN_TITLE = 3  # words
GENERIC_WORDS = frozenset(
    "letter letters editorial erratum corrigendum correction reply response comment introduction preface".split()
)
NAME_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def merge_papers(documents: Iterable[Document]) -> list[Document]:
    """
    Documents with each paper once, at the place of its first record; other documents are unchanged.

    The longest text stays, with all identifiers in `details` and the other services in `details["also"]`. A record that
    could be either of two papers is merged with neither. Independent of the order of the documents, but for the order
    of the result; idempotent.
    """
    listed = list(documents)
    for links in (_same_identifier, _same_title):
        listed = [_merged([listed[at] for at in group]) for group in _components(len(listed), links(listed))]
    return listed


def distinct_documents(documents: Iterable[Document]) -> tuple[Document, ...]:
    """All documents in order, each paper and each text once. One without text has only lent its identifiers."""
    first: dict[str, Document] = {}
    for document in merge_papers(documents):
        if document.text:
            first.setdefault(document.id, document)
    return tuple(first.values())


def _components(count: int, links: Iterable[Sequence[int]]) -> list[list[int]]:
    """Connected components of the numbers below `count` (union-find), ordered by the first of each."""
    root = list(range(count))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for first, *others in links:
        for other in others:
            low, high = sorted((find(first), find(other)))
            root[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(count):
        groups[find(at)].append(at)
    return list(groups.values())


def _same_identifier(documents: Sequence[Document]) -> Iterable[Sequence[int]]:
    """Positions of the documents that share an identifier, for each identifier."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for at, document in enumerate(documents):
        for kind, values in _identifiers(document).items():
            for value in values:
                holders[kind, value].append(at)
    return holders.values()


def _same_title(documents: Sequence[Document]) -> Iterable[Sequence[int]]:
    """Positions of the papers that share title, year and authors, unless their identifiers tell two of them apart."""
    namesakes: dict[Hashable, list[int]] = defaultdict(list)
    for at, document in enumerate(documents):
        title, year = _title(document), (document.published or "")[:4]
        if title and year and _identifiers(document):
            namesakes[title, year].append(at)
    for places in namesakes.values():
        by_author: dict[str, list[int]] = defaultdict(list)
        for number, at in enumerate(places):
            for author in _authors(documents[at]):
                by_author[author].append(number)
        for group in _components(len(places), by_author.values()):
            if not _are_distinct([documents[places[number]] for number in group]):
                yield [places[number] for number in group]


def _are_distinct(group: Sequence[Document]) -> bool:
    """
    Whether two of them have identifiers of one kind: those differ, or the two would be merged already.

    A DOI of arXiv's does not count against the journal's.
    """
    kinds = Counter(
        kind
        for document in group
        for kind, values in _identifiers(document).items()
        if not all(value.startswith(ARXIV_DOI) for value in values)
    )
    return any(count > 1 for count in kinds.values())


def _identifiers(document: Document) -> dict[str, list[str]]:
    """Identifiers by kind; a paper may have several of one, which `details` separates by spaces."""
    fields = {kind: document.details.get(kind) for kind in IDENTIFIERS}
    return {kind: values.split() for kind, values in fields.items() if isinstance(values, str) and values.split()}


def _title(document: Document) -> str:
    """Normalized title; "" for one that many papers have."""
    tokens = words(_unaccented(document.title))
    return "" if len(tokens) < MIN_TITLE or not GENERIC_WORDS.isdisjoint(tokens[:2]) else " ".join(tokens)


def _authors(document: Document) -> set[str]:
    """Family names of the authors: the last word of each name, without accents."""
    listed = re.sub(r"\bet al\.", ",", _unaccented(document.author or "").casefold()).split(",")
    names = ([word for word in re.findall(r"[^\W\d_]{2,}", name) if word not in NAME_SUFFIXES] for name in listed)
    return {name[-1] for name in names if name}


def _unaccented(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _merged(group: Sequence[Document]) -> Document:
    """One document of those of one paper; a single one is unchanged."""
    if len(group) == 1:
        return group[0]
    first, *others = sorted(group, key=_sort_key)
    details = dict(first.details)
    for other in others:
        for name, value in other.details.items():
            if name not in NOT_MERGED:
                details.setdefault(name, value)
    for kind in IDENTIFIERS:
        known = [_identifiers(document).get(kind, []) for document in (first, *others)]
        if any(known):
            details[kind] = " ".join(
                (*known[0], *sorted({value for values in known for value in values} - {*known[0]}))
            )
    services = {name for document in group for name in (document.source, *_also(document).split(", "))}
    also = ", ".join(sorted(services - {first.source, ""}))
    credit = (first.attribution or "").removesuffix(f"{CREDIT}{_also(first)}")
    details.pop(ALSO, None)
    if also:
        details[ALSO] = also
        credit += f"{CREDIT}{also}"
    return replace(first, details=details, attribution=credit.removeprefix("; ") or None)


def _also(document: Document) -> str:
    return str(document.details.get(ALSO, ""))


def _sort_key(document: Document) -> tuple[Hashable, ...]:
    """Sort key: the longest text first, ties broken by content, so that the order of the documents does not matter."""
    details = [f"{name}={value}" for name, value in sorted(document.details.items())]
    rest = (document.title, document.author, document.published, document.revision, document.language)
    credit = (document.licence, document.attribution, document.retrieved)
    return (-len(document.text), document.source, document.url, document.text, *map(str, (*rest, *credit)), *details)
