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

    "In severe cases, the disease can cause coma" is none of the causes of malaria; "Parasites cause malaria" is. So is
    what does not name the thing before the verb: a link of a chain, or another word for it.
    """
    if asked := CAUSES_OF.search(question):
        verb, other = LEADS_TO.search(sentence), COMES_OF
    elif asked := EFFECTS_OF.search(question):
        verb, other = COMES_OF.search(sentence), LEADS_TO
    else:
        return False
    if verb is None or other.search(sentence):
        return False
    return _is_meant(asked, sentence[: verb.start()]) and not _is_meant(asked, sentence[verb.end() :])


def _is_meant(asked: re.Match[str], words: str) -> bool:
    """Whether words name the thing that the question is about."""
    thing = set(content_stems(ON.sub("", asked["of"] or asked["what"])))
    return bool(thing & set(content_stems(words))) or IT.search(words) is not None
