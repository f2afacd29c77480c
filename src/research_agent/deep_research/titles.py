"""Titles that a text names: the longest run of words that is one, capitalised as names are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from research_agent.text.answer_forms import name_spans
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems
from research_agent.types import Document

__all__ = ["TitleIndex", "is_of_another", "unqualified"]

K = TypeVar("K", bound=Hashable)
OPENING = 400  # characters in which a text says its full name
LONGEST = 16  # words of a title; a longer one is found by its first
QUALIFIER = re.compile(r"\s*\([^()]*\)$|(?<=\w),\s.*$")


class TitleIndex(Generic[K]):
    """Keys by title, and by the title without its qualifier: "Venus (mythology)", "Thomas Stanley, 1st Earl"."""

    def __init__(self, titles: Iterable[tuple[K, str]]) -> None:
        self._keys: dict[tuple[str, ...], list[K]] = defaultdict(list)
        self._lengths: dict[str, list[int]] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for key, title in titles:
            for name in dict.fromkeys((title, unqualified(title))):
                run = tuple(_words(name)[:LONGEST])
                if run and not STOP_WORDS.issuperset(run):
                    self._keys[run].append(key)
                    lengths[run[0]].add(len(run))
        for first, found in lengths.items():
            self._lengths[first] = sorted(found, reverse=True)

    def named_in(self, text: str) -> list[K]:
        """Keys of the titles in a text, in the order in which it names them; each once."""
        tokens, folded = WORD.findall(text), _words(text)
        found: dict[K, None] = {}
        at = 0
        while at < len(tokens):
            length = self._longest(tokens[at], folded, at)
            if length:
                found.update(dict.fromkeys(self._keys[tuple(folded[at : at + length])]))
            at += max(length, 1)
        return list(found)

    def _longest(self, token: str, folded: list[str], at: int) -> int:
        """Words of the longest title that begins there, 0 when none does."""
        if not (token[0].isupper() or token[0].isdigit()):
            return 0
        for length in self._lengths.get(folded[at], ()):
            if tuple(folded[at : at + length]) in self._keys:
                return length
        return 0


def unqualified(title: str) -> str:
    """Title without its qualifier: "Venus (mythology)" -> "Venus", "Paris, Texas" -> "Paris"."""
    return QUALIFIER.sub("", title)


def _words(name: str) -> list[str]:
    """Words of a name, folded; a possessive is the name itself."""
    return [token.casefold().replace("\u2019", "'").removesuffix("'s") for token in WORD.findall(name)]


def is_of_another(question: str, document: Document, sentence: str) -> bool:
    """
    Whether a sentence is of another thing than a question names, one whose name shares a word with it.

    "Lake" is of the kind of "Lake Superior"; "Lake Victoria is the largest after Lake Superior" is of its like.
    "Napoleon" for "Napoleon Bonaparte" is of the same: its text opens with the full name.
    """
    title, said = set(content_stems(unqualified(document.title))), set(content_stems(sentence))
    held = said | set(content_stems(f"{document.title} {document.text[:OPENING]}"))
    named = [set(content_stems(question[start:end])) for start, end in name_spans(question)]
    of_kind = any(title and title < name and not name <= held for name in named)
    is_named = set(content_stems(document.title)) <= set(content_stems(question))  # "Thomas Stanley, 1st Earl of Derby"
    of_like = not is_named and any(
        title & name and title - name and not name <= title and title <= said for name in named
    )
    return of_kind or of_like
