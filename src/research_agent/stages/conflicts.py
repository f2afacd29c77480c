"""
Conflicts between sources: where another document contradicts the cited words, and which are copies.

Agreement is counted over independent documents: near-duplicates are one witness, however many hosts carry them. A
different number, date or name for the same thing is shown to the user, never averaged away. Pure and deterministic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby, islice, product
from typing import NamedTuple

from research_agent.text.copies import Alike, near_duplicates, witnesses
from research_agent.text.numerals import spelled_out
from research_agent.text.sentences import sentence_spans
from research_agent.text.sites import site_of
from research_agent.text.tokens import NUMBER, STOP_WORDS, WORD, is_negated, numbers, stem, words
from research_agent.types import Citation, Conflict, Document, Passage

__all__ = ["NAME", "NUMERAL", "Comparison", "Item", "agree", "compare", "items_of"]

SAME_MATTER = 0.8  # likeness of two sentences whose numbers and names are blotted out
MOST_CONFLICTS = 3  # of one sentence of the answer
OPENING = 600  # characters in which a text says what it is about

SPELLED = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
    )
}
ITEM = re.compile(f"{NUMBER.pattern}|{WORD.pattern}", re.IGNORECASE)
NUMERAL, NAME = "#", "@"


class Comparison(NamedTuple):
    """
    Conflicts in the order of the answer, the most widespread first.

    `independent` counts the cited documents that are no copies of one another, `sites` the sites that those are on.
    """

    conflicts: tuple[Conflict, ...]
    independent: int
    sites: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """Word, number or name of a sentence. `mask` is what is aligned: a stem, or the kind of value."""

    mask: str
    text: str
    values: frozenset[str] = frozenset()


def compare(citations: Sequence[Citation], passages: Sequence[Passage]) -> Comparison:
    """Compare the quoted words with every sentence of other documents, of near-duplicates too."""
    documents = {passage.document.id: passage.document for passage in passages}
    cited = [documents[key] for key in dict.fromkeys(citation.document for citation in citations) if key in documents]
    alike = near_duplicates()
    sentences = _sentences(passages)
    groups: dict[tuple[tuple[int, int], str, str], list[Conflict]] = {}
    for citation in citations:
        if document := documents.get(citation.document):
            for conflict in _conflicts(citation, document, sentences, alike):
                groups.setdefault((conflict.sentence, conflict.ours, conflict.theirs), []).append(conflict)
    counted = [_counted(same, documents, alike) for same in groups.values()]
    counted.sort(key=lambda conflict: (conflict.sentence, -conflict.independent, -conflict.documents))
    by_sentence = groupby(counted, key=lambda conflict: conflict.sentence)
    selected = [conflict for _, conflicts in by_sentence for conflict in islice(conflicts, MOST_CONFLICTS)]
    independent = witnesses(cited, alike)
    sites = {site_of(document.url) for document in independent} - {""}
    return Comparison(tuple(selected), len(independent), len(sites))


def _sentences(passages: Iterable[Passage]) -> list[Passage]:
    """The sentences of the passages, each once."""
    sentences: dict[tuple[str, int], Passage] = {}
    for passage in passages:
        for start, end in sentence_spans(passage.text):
            at = passage.start + start
            sentences.setdefault((passage.document.id, at), Passage(passage.document, at, passage.start + end))
    return list(sentences.values())


def _conflicts(citation: Citation, cited: Document, sentences: Sequence[Passage], alike: Alike) -> Iterator[Conflict]:
    """The sentences of other documents that contradict one of the cited ones."""
    for ours, theirs in product(_sentences([Passage(cited, citation.start, citation.end)]), sentences):
        other = theirs.document
        if other.id != cited.id and (values := _difference(ours, theirs, alike)):
            yield Conflict(
                sentence=citation.sentence,
                ours=values[0],
                theirs=values[1],
                document=other.id,
                title=other.title,
                url=other.url,
                source=other.source,
                quote=theirs.text,
                start=theirs.start,
                end=theirs.end,
            )


def _counted(same: Sequence[Conflict], documents: Mapping[str, Document], alike: Alike) -> Conflict:
    """One conflict for all documents that contradict the answer in the same way."""
    agreeing = [documents[key] for key in dict.fromkeys(conflict.document for conflict in same)]
    return replace(same[0], documents=len(agreeing), independent=len(witnesses(agreeing, alike)))


def _difference(ours: Passage, theirs: Passage, alike: Alike) -> tuple[str, str] | None:
    """The two values in which the sentences differ on the same matter; None when they agree or are unrelated."""
    mine, yours = items_of(ours.text), items_of(theirs.text)
    matcher = SequenceMatcher(None, [item.mask for item in mine], [item.mask for item in yours], autojunk=False)
    if matcher.real_quick_ratio() < SAME_MATTER or matcher.quick_ratio() < SAME_MATTER or len(mine) < 3:
        return None
    if matcher.ratio() < SAME_MATTER:
        return None
    pairs = [
        (mine[block.a + at], yours[block.b + at])
        for block in matcher.get_matching_blocks()
        for at in range(block.size)
        if mine[block.a + at].mask in (NUMERAL, NAME)
    ]
    named = [pair for pair in pairs if pair[0].mask == NAME]
    same_thing = _same_thing(ours.document, theirs.document, alike)
    if not same_thing and not (named and all(agree(*pair) for pair in named)):
        return None
    for one, other in pairs:
        if not agree(one, other):
            return _with_unit(mine, one), _with_unit(yours, other)
    if same_thing and is_negated(ours.text) != is_negated(theirs.text):
        return ours.text, theirs.text
    return None


def _same_thing(one: Document, other: Document, alike: Alike) -> bool:
    """
    Whether two documents have one subject: the same title, or copies that open with the same name.

    Texts from one mould ("The X is a river in ...") are as alike as copies are; what they open with tells them apart.
    """
    if words(one.title) and words(one.title) == words(other.title):
        return True
    mine, yours = _first_name(one), _first_name(other)
    return alike(one, other) and (mine is None or yours is None or agree(mine, yours))


def _first_name(document: Document) -> Item | None:
    spans = sentence_spans(document.text[:OPENING])
    named = (item for start, end in spans for item in items_of(document.text[start:end]) if item.mask == NAME)
    return next(named, None)


def agree(one: Item, other: Item) -> bool:
    """Whether numbers are equal, or one name is the other or a part of it ("Ada Verne", "Verne")."""
    if one.mask == NUMERAL:
        return one.values == other.values
    return one.values <= other.values or other.values <= one.values


def _with_unit(items: Sequence[Item], item: Item) -> str:
    """A number with the word behind it, its unit."""
    at = next(place for place, candidate in enumerate(items) if candidate is item)
    following = items[at + 1 : at + 2]
    if item.mask != NUMERAL or not following or following[0].mask == NUMERAL:
        return item.text
    unit = following[0].text
    return item.text if unit.casefold() in STOP_WORDS else f"{item.text} {unit}"


@lru_cache(maxsize=4096)
def items_of(sentence: str) -> tuple[Item, ...]:
    """Words of a sentence in order; numbers as values, runs of capitalised words as one name."""
    items: list[Item] = []
    matches = list(ITEM.finditer(spelled_out(sentence)))
    name: list[str] = []

    def end_name() -> None:
        if name:
            items.append(Item(NAME, " ".join(name), frozenset(stem(word) for word in words(" ".join(name)))))
            name.clear()

    for place, match in enumerate(matches):
        token = match[0]
        if match["numeral"] is None and _is_name(matches, place):
            name.append(token)
            continue
        end_name()
        if match["numeral"] is not None or token.casefold() in SPELLED:
            digits = SPELLED.get(token.casefold(), token)
            items.append(Item(NUMERAL, token, numbers(digits)))
        else:
            items += [Item(stem(word), token) for word in words(token)]
    end_name()
    return tuple(items)


def _is_name(matches: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a word is a name: capitalised, and not merely the first of a sentence."""
    written = matches[place][0]
    if written == "May" and place > 0:  # the month; the verb is written small
        return True
    if not written[0].isupper() or written.casefold() in STOP_WORDS or written.casefold() in SPELLED:
        return False
    follower = matches[place + 1][0] if place + 1 < len(matches) else ""
    return place > 0 or (follower[:1].isupper() and follower.casefold() not in STOP_WORDS)
