"""Keywords of a question in any language but English: what it asks about, in the question's own words and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from research_agent.text.scripts import HAN, UNSPACED, hiragana_content
from research_agent.text.tokens import WORD, content_words, opened_elisions

__all__ = ["keywords"]

MOST = 12  # words
# What frames a question in Chinese, and ends a word of it.
_CHINESE = re.compile(
    "什么时候|什麼時候|为什么|為什麼|什么|什麼|怎么|怎麼|怎样|怎樣|如何|哪里|哪裡|哪儿|哪个|哪個|哪些|哪年|哪|多少|有多|几|幾"
    "|谁|誰|吗|嗎|呢|的|是|了|在|请问|請問"
)
_KOREAN_ASKING = re.compile(
    "^(?:무엇|뭐|누구|누가|언제|어디|어느|얼마|몇|왜|어떻게|어떤|무슨)|^(?:입니까|인가요?|있나요|있습니까|나요)$"
)
_KOREAN_PARTICLES = re.compile("(?<=[가-힣]{2})(?:은|는|이|가|을|를|의|에|에서|에게|으로|로|와|과|도|까지|부터)$")
_JAPANESE_ASKING = frozenset("何 誰 何年 何人 何時 何処 何語 名前".split())


def keywords(question: str, lang: str) -> str:
    """
    Words to search for: names first, then the other content words; without names the phrase between the stop words.

    "" when nothing is left.
    """
    if lang == "zh":
        return _joined(_CHINESE.sub(" ", word) for word in WORD.findall(question))
    if lang == "ja":
        return _joined(part for word in WORD.findall(question) for part in _japanese(word))
    if lang == "ko":
        found = (_KOREAN_PARTICLES.sub("", word) for word in WORD.findall(question))
        return _joined(word for word in found if not _KOREAN_ASKING.search(word))
    return _joined(_spaced(question, lang))


def _spaced(question: str, lang: str) -> list[str]:
    tokens = [part for word in WORD.findall(question) for part in opened_elisions(word).split()]
    content = [bool(content_words(token, lang)) for token in tokens]
    names = _names(tokens, content)
    if names:
        named = {at for start, end in names for at in range(start, end)}
        rest = [token for at, token in enumerate(tokens) if content[at] and at not in named]
        return [*(token for start, end in names for token in tokens[start:end]), *rest]
    held = [at for at, is_content in enumerate(content) if is_content]
    return tokens[held[0] : held[-1] + 1] if held else []


def _names(tokens: list[str], content: list[bool]) -> list[tuple[int, int]]:
    """Spans of the names: capitalised words behind the first, with a stop word or two between: "Leonardo da Vinci"."""
    capital = [
        is_content and token[0].isupper() and (at > 0 or (len(tokens) > 1 and tokens[1][0].isupper()))
        for at, (token, is_content) in enumerate(zip(tokens, content, strict=True))
    ]
    spans: list[tuple[int, int]] = []
    for is_capital, group in groupby(range(len(tokens)), key=lambda at: capital[at]):
        if not is_capital:
            continue
        places = list(group)
        start = places[0]
        if spans and start - spans[-1][1] <= 2 and not any(content[spans[-1][1] : start]):
            start = spans.pop()[0]
        spans.append((start, places[-1] + 1))
    return spans


def _japanese(word: str) -> list[str]:
    if not UNSPACED.search(word):
        return [word]
    parts = hiragana_content(word).split()
    trimmed = (re.sub(f"(?<=.)(?:何[{HAN}]?|誰)$", "", part) for part in parts)
    return [part for part in trimmed if part not in _JAPANESE_ASKING]


def _joined(parts: Iterable[str]) -> str:
    return " ".join(" ".join(parts).split()[:MOST])
