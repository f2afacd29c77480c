"""
The same paper met through several services becomes one document.

Its text is that of one of them, as it was fetched: nothing is put together of two. Two records are the same paper when
they share an identifier, or when title, year and an author are the same and no identifier says otherwise.
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

__all__ = ["merge_papers"]

ALSO = "also"
"""The detail that names the other services through which a paper was met."""
CREDIT = "; also found through "
OF_THE_TEXT = frozenset({ALSO, "extent"})  # details that another record's text does not share
SHORTEST_TITLE = 3  # words
GENERIC = frozenset(
    "letter letters editorial erratum corrigendum correction reply response comment introduction preface".split()
)
NOT_A_NAME = frozenset({"jr", "sr", "ii", "iii", "iv"})


def merge_papers(documents: Iterable[Document]) -> list[Document]:
    """
    The documents with each paper once, in the place of its first; what is no paper stays as it is.

    The longest text stays, with all identifiers in `details` and the other services in `details["also"]`. Where one
    record could be either of two papers, it is taken for neither. But for the order, the result is the same in whatever
    order the documents come; merging it again changes nothing.
    """
    listed = list(documents)
    for same in (_identified, _titled):
        listed = [_one([listed[at] for at in group]) for group in _groups(len(listed), same(listed))]
    return listed


def _groups(count: int, together: Iterable[Sequence[int]]) -> list[list[int]]:
    """The numbers below `count`, those in one group that are together by any chain of links, by each one's first."""
    root = list(range(count))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for first, *others in together:
        for other in others:
            low, high = sorted((find(first), find(other)))
            root[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(count):
        groups[find(at)].append(at)
    return list(groups.values())


def _identified(documents: Sequence[Document]) -> Iterable[Sequence[int]]:
    """Places of the documents that share an identifier."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for at, document in enumerate(documents):
        for kind, values in _identifiers(document).items():
            for value in values:
                holders[kind, value].append(at)
    return holders.values()


def _titled(documents: Sequence[Document]) -> Iterable[Sequence[int]]:
    """Places of the papers that have title and year in common, and authors, unless two of them are known apart."""
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
        for group in _groups(len(places), by_author.values()):
            if not _known_apart([documents[places[number]] for number in group]):
                yield [places[number] for number in group]


def _known_apart(group: Sequence[Document]) -> bool:
    """
    Whether two of them have identifiers of one kind, which differ: else they would be one already.

    A DOI that arXiv gives says nothing against the one of the journal.
    """
    kinds = Counter(
        kind
        for document in group
        for kind, values in _identifiers(document).items()
        if not all(value.startswith(ARXIV_DOI) for value in values)
    )
    return any(count > 1 for count in kinds.values())


def _identifiers(document: Document) -> dict[str, list[str]]:
    """By kind; a paper may have several of one, which `details` holds with spaces between."""
    given = {kind: document.details.get(kind) for kind in IDENTIFIERS}
    return {kind: values.split() for kind, values in given.items() if isinstance(values, str) and values.split()}


def _title(document: Document) -> str:
    """The title's words; "" for a title that many papers have."""
    found = words(_unaccented(document.title))
    return "" if len(found) < SHORTEST_TITLE or not GENERIC.isdisjoint(found[:2]) else " ".join(found)


def _authors(document: Document) -> set[str]:
    """Family names: the last word of each name, without accents."""
    listed = re.sub(r"\bet al\.", ",", _unaccented(document.author or "").casefold()).split(",")
    names = ([word for word in re.findall(r"[^\W\d_]{2,}", name) if word not in NOT_A_NAME] for name in listed)
    return {name[-1] for name in names if name}


def _unaccented(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _one(group: Sequence[Document]) -> Document:
    """One document of several; a single one as it is."""
    if len(group) == 1:
        return group[0]
    first, *others = sorted(group, key=_rank)
    details = dict(first.details)
    for other in others:
        for name, fact in other.details.items():
            if name not in OF_THE_TEXT:
                details.setdefault(name, fact)
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


def _rank(document: Document) -> tuple[Hashable, ...]:
    """The longest text first; between equals, by what is the same in every order."""
    facts = [f"{name}={fact}" for name, fact in sorted(document.details.items())]
    rest = (document.title, document.author, document.published, document.revision, document.language)
    credit = (document.licence, document.attribution, document.retrieved)
    return (-len(document.text), document.source, document.url, document.text, *map(str, (*rest, *credit)), *facts)
