"""Injection in text from outside: links, loading tags, sentences that give orders to a model (docs/decisions/0009)."""

from __future__ import annotations

import re

from research_agent.text.sentences import sentence_spans

__all__ = ["is_order", "order_spans", "unlinked"]

OMITTED = "[…]"
"""Placeholder for a URL that was removed."""
URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.(?=\w)|\b(?:mailto|javascript|vbscript):(?=\S)|\bdata:(?=\w+/))"
    r"[^\s<>\"'`|]*[^\s<>\"'`|.,;:!?)\]}]",
    re.IGNORECASE,
)
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
# A sentence that commands and also speaks of the conversation or to a machine is an order to the model. English only,
# and no wall: the rules for links, role markers and memory hold without it.
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
# All text between the markers of a chat role counts as spoken in that role.
ROLE_REACH = 1_000  # characters before a passage in which a role may have been opened
SPOKEN = re.compile(r"<\|im_start\|>.*?(?:<\|im_end\|>|\Z)|\[INST\].*?(?:\[/INST\]|\Z)", re.DOTALL)


def unlinked(text: str) -> str:
    """Text without what a client could follow or load: links keep their words, a URL becomes `OMITTED`."""
    for _ in range(NESTED):  # links stand in links
        text, replaced = LINKED.subn(lambda link: link[1] or link[2] or "", text)
        if not replaced:
            break
    return URL.sub(OMITTED, LOADING.sub("", text.replace("](", "] (")))


def is_order(text: str) -> bool:
    """Whether a sentence gives an order to the model, rather than information to a reader."""
    return bool(ROLE.search(text) or (COMMAND.search(text) and ADDRESSED.search(text)))


def order_spans(text: str, start: int = 0, end: int | None = None) -> frozenset[tuple[int, int]]:
    """Spans, relative to `start`, of the sentences of `text[start:end]` that are orders or stand inside a chat role."""
    passage, before = text[start:end], text[max(0, start - ROLE_REACH) : start]
    spoken = [(at - len(before), to - len(before)) for at, to in map(re.Match.span, SPOKEN.finditer(before + passage))]
    return frozenset(
        (first, last)
        for first, last in sentence_spans(passage)
        if is_order(passage[first:last]) or any(first < to and at < last for at, to in spoken)
    )
