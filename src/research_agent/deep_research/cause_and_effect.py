"""Cause and effect, by the form of a sentence: whether it says what a thing causes where its causes are asked for."""

from __future__ import annotations

import re

from research_agent.text.tokens import content_stems

__all__ = ["is_other_way_round"]

CAUSES_OF = re.compile(
    r"\b(?:causes?|origins?|reasons?)\s+(?:of|for)\s+(?P<of>[^?]+)|^what\s+causes\s+(?P<what>[^?]+)", re.IGNORECASE
)
EFFECTS_OF = re.compile(
    r"\b(?:effects?|consequences?|results?|impacts?|symptoms?)\s+of\s+(?P<of>[^?]+)|^what\s+does\s+(?P<what>.+?)\s+cause",
    re.IGNORECASE,
)
# "can cause jaundice", "leads to coma"; not "is caused by", "the causes of".
LEADS_TO = re.compile(
    r"\b(?:caus(?:e|es|ing)\b(?!\s+(?:of|by|for|is|are)\b)|(?:leads?|leading)\s+to\b|results?\s+in\b)", re.IGNORECASE
)
COMES_OF = re.compile(
    r"\b(?:caused|brought\s+about|triggered)\s+by\b|\b(?:results?|resulted|arises?|arose)\s+from\b", re.IGNORECASE
)
IT = re.compile(
    r"\b(?:it|this|the (?:disease|condition|disorder|illness|infection|event|war|process))\b", re.IGNORECASE
)
ON = re.compile(r"\s+(?:on|in|to)\s+.*$", re.IGNORECASE)


def is_other_way_round(question: str, sentence: str) -> bool:
    """
    Whether a sentence says what a thing causes where its causes are asked for, or the reverse.

    "In severe cases, the disease can cause coma" is none of the causes of malaria; "Parasites cause malaria" is.
    """
    if asked := CAUSES_OF.search(question):
        verb = LEADS_TO.search(sentence)
        return verb is not None and not COMES_OF.search(sentence) and not _is_meant(asked, sentence[verb.end() :])
    if asked := EFFECTS_OF.search(question):
        verb = COMES_OF.search(sentence)
        return verb is not None and not LEADS_TO.search(sentence) and not _is_meant(asked, sentence[verb.end() :])
    return False


def _is_meant(asked: re.Match[str], after: str) -> bool:
    """Whether what stands behind the verb is the thing that the question is about."""
    thing = set(content_stems(ON.sub("", asked["of"] or asked["what"])))
    return bool(thing & set(content_stems(after))) or IT.search(after) is not None
