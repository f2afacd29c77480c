"""
What a text from outside can do to whoever reads it, person or model, and how that is taken out.

An address can be followed, a tag loads something, a sentence gives orders to whoever answers. docs/decisions/0009.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from research_agent.text.sanitize import printable
from research_agent.text.sentences import sentence_spans

__all__ = ["address", "is_order", "order_spans", "unlinked"]

OMITTED = "[…]"
"""Stands where an address stood."""
URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.(?=\w)|\b(?:mailto|javascript|vbscript):(?=\S)|\bdata:(?=\w+/))"
    r"[^\s<>\"'`|]*[^\s<>\"'`|.,;:!?)\]}]",
    re.IGNORECASE,
)
RESERVED = "/:?#@!$&'()*+,;=%~-._"
HOST = re.compile(r"[^/?#]*")
# [words](target "title") and ![words][name]: the words stay. Within the target one pair of brackets.
LINKED = re.compile(
    r"!?\[([^\]\n]{0,500})\]\(\s*<?(?:[^()\s<>]|\([^()\s]*\))*>?(?:\s+[\"'(][^)\n]*)?\s*\)"
    r"|!\[([^\]\n]{0,500})\]\s?\[[^\]\n]{0,500}\]"
)
NESTED = 5
LOADING = re.compile(
    r"</?(?:a|img|iframe|script|svg|video|audio|object|embed|link|base|meta|form)"
    r"(?:\s*/?>|[\s/][^<>\n]{0,500}=[^<>\n]{0,2000}>?)",
    re.IGNORECASE,
)
# A sentence that gives an order, and one that speaks of the conversation or to a machine: both together are an order
# to whoever answers. English only, and no wall: what is said beside it about links, marks and memory holds without it.
COMMAND = re.compile(
    r"(?:^\W*|[:;,!?.)\]–—-]\s*|\b(?:please|now|then|and|must|should|always|never|to|you)\s+)"
    r"(?:ignore|disregard|forget|remember|repeat|reveal|print|output|append|add|include|insert|put|show|end|say|state|"
    r"name|call|send|write|reply|respond|answer|recommend|act|pretend|leave|go|save|store|visit|follow|obey|comply|tell|"
    r"mention|decode|execute|begin|reproduce)\b",
    re.IGNORECASE,
)
ADDRESSED = re.compile(
    r"\b(?:ai|llms?|assistants?|(?:chat)?bots?|language models?|system (?:prompt|note|message|update)|prompts?|"
    r"(?:previous|prior|above|earlier|these|new|all|your|its|hidden|initial) (?:\w+ )?(?:instruction|rule|directive)s?|"
    r"(?:later|future|all|every|this|your) (?:sessions?|repl(?:y|ies)|answers?|response|summar(?:y|ies)|report|task)s?|"
    r"the (?:user|instructions?)|your (?:memory|guidelines)|long-term memory|conversation|call \w+_\w+)\b",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"\byou are (?:now|no longer)\b|\bfrom now on\b|^\W*(?:system|assistant)\s*:|^note to self\b|<\||\[/?INST\]|"
    r"<tool_call>",
    re.IGNORECASE,
)
# What stands between the marks of a role is spoken in that role, whatever it says.
ROLE_REACH = 1_000  # characters
SPOKEN = re.compile(r"<\|im_start\|>.*?(?:<\|im_end\|>|\Z)|\[INST\].*?(?:\[/INST\]|\Z)", re.DOTALL)


def unlinked(text: str) -> str:
    """
    The text with nothing in it that a reader, or their program, could follow or load.

    Links and images keep their words, tags that load something go, an address becomes `OMITTED`.
    """
    for _ in range(NESTED):  # links stand in links
        text, found = LINKED.subn(lambda link: link[1] or link[2] or "", text)
        if not found:
            break
    return URL.sub(OMITTED, LOADING.sub("", text.replace("](", "] (")))


def is_order(text: str) -> bool:
    """Whether a sentence orders whoever answers to do something, rather than telling a reader something."""
    return bool(ROLE.search(text) or (COMMAND.search(text) and ADDRESSED.search(text)))


def order_spans(text: str, start: int = 0, end: int | None = None) -> frozenset[tuple[int, int]]:
    """
    Spans, from `start`, of the sentences of `text[start:end]` that are orders or spoken in a role that a page opened.

    A role may have been opened a little before `start`.
    """
    piece, before = text[start:end], text[max(0, start - ROLE_REACH) : start]
    spoken = [(at - len(before), to - len(before)) for at, to in map(re.Match.span, SPOKEN.finditer(before + piece))]
    return frozenset(
        (first, last)
        for first, last in sentence_spans(piece)
        if is_order(piece[first:last]) or any(first < to and at < last for at, to in spoken)
    )


def address(url: str) -> str:
    """A document's URL on one line, nothing in it that ends it early, is Markdown, or acts on a terminal."""
    head, host, rest = printable(url).partition("://")
    host += (HOST.match(rest) or [""])[0]
    rest = rest[max(0, len(host) - 3) :]
    return quote(f"{head}{host}", safe=f"{RESERVED}[]") + quote(rest, safe=RESERVED)
