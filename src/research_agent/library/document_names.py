"""
Documents that a question names: by words of the file's name, of the title, and of how the text opens.

"What was 3M's revenue in FY2018?" speaks of 3M_2018_10K.pdf. A word that few documents are called by tells most.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from research_agent.library.file_names import split_word
from research_agent.library.search_index import SearchIndex
from research_agent.library.word_index import MOST_CHARACTERS, indexed_words
from research_agent.text.tokens import content_words

__all__ = ["named_documents", "subject_of"]

MOST_WORDS = 64
OPENING = 0.5  # what a word counts that is not in the name or title but in the text's opening
JOINED = 3  # words of a question that a name may run together: "bestbuy", "americanexpress"
PERIOD = re.compile(r"(?:FY|[QH][1-4])'?\d\d|(?:FY|[QH][1-4])?'?(?:19|20)\d\d", re.IGNORECASE)
WORD = re.compile(r"\S+")
FISCAL = re.compile(r"\bFY\s?'?(\d\d)\b", re.IGNORECASE)


def named_documents(index: SearchIndex, question: str, documents: NDArray[np.int64]) -> NDArray[np.float32]:
    """How much each document (by its number) is named: 0 to 1, the share of the words by which documents are called."""
    scores = np.zeros(len(documents), dtype=np.float32)
    if len(documents) < 2:
        return scores
    total = 0.0
    for naming in index.naming(list(indexed_words(index, _called(question[:MOST_CHARACTERS])))[:MOST_WORDS]):
        named, opened = np.isin(documents, naming.called), np.isin(documents, naming.opened)
        count = int((named | opened).sum())
        if 0 < count < len(documents):
            weight = float(np.log(1 + len(documents) / count))
            scores += weight * np.where(named, 1.0, np.where(opened, OPENING, 0.0)).astype(np.float32)
            total += weight
    return scores / max(total, 1e-9)


def subject_of(index: SearchIndex, question: str) -> str:
    """The question without the proper names and years by which it names documents."""
    words = list(WORD.finditer(question[:MOST_CHARACTERS]))
    cores = [_core(word[0]) for word in words]
    spellings = [_spellings(cores, at) for at in range(len(cores))]
    there = index.in_file_names({spelling for some in spellings for spelling in some})
    names = [not there.isdisjoint(some) for some in spellings]
    opens = [at == 0 or words[at - 1][0][-1] in ".?!:" for at in range(len(cores))]
    proper = [_is_proper(core, opening) for core, opening in zip(cores, opens, strict=True)]
    # A sentence's first word is a name when the one behind it is.
    named = [
        is_name and (proper[at] or (any(proper[at + 1 : at + 2]) and names[at + 1])) for at, is_name in enumerate(names)
    ]
    if not any(named):
        return question
    kept = [
        word[0]
        for word, core, is_name in zip(words, cores, named, strict=True)
        if not is_name and not PERIOD.fullmatch(core)
    ]
    subject = " ".join(kept)
    return subject if content_words(subject) else question


def _core(word: str) -> str:
    """A word without punctuation and a possessive."""
    return re.sub(r"[\W_]+", "", re.split(r"['’]s?\b", word)[0])


def _is_proper(core: str, opens: bool) -> bool:
    """Whether a word has the form of a name: capitalised, but not as a sentence's first word, or with a digit."""
    if not core:
        return False
    return any(map(str.isdigit, core)) or (core[0].isupper() and not opens) or (core.isupper() and len(core) > 1)


def _spellings(cores: list[str], at: int) -> set[str]:
    """A word, and it and a neighbour run together: so it may be in a file's name. A title may speak of the matter."""
    return {cores[at], "".join(cores[at : at + 2]), "".join(cores[max(0, at - 1) : at + 1])} - {""}


def _called(question: str) -> list[str]:
    """Words by which the question may call a document: its own, their parts, and neighbours run together."""
    words = re.findall(r"[^\W_]+", FISCAL.sub(r"FY20\1", question))
    wanted = set(content_words(" ".join(words)))
    called = [word for word in words if word.casefold() in wanted]
    called += [part for word in words for part in split_word(word) if len(part) > 1]
    for count in range(2, JOINED + 1):
        called += ["".join(words[at : at + count]) for at in range(len(words) - count + 1)]
    return list(dict.fromkeys(word.casefold() for word in called))
