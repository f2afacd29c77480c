"""Sentences that point back: their subject is in the sentence before ("She ...", "At 7,088 km ... it")."""

from __future__ import annotations

import re

from research_agent.text.tokens import STOP_WORDS, WORD, stem, words

__all__ = ["CONNECTIVES", "PLACES", "is_of_several", "leans_back", "names_by_kind", "points_back", "subject"]

# The subject is named before.
POINTING = frozenset(
    "he she it they his her hers its their theirs him them this that these those such another both".split()
)
# What was said before is gone on with; the subject may be named here all the same.
CONNECTIVES = frozenset(
    "also moreover furthermore additionally however nevertheless nonetheless similarly likewise conversely"
    " consequently afterwards therefore meanwhile then thus hence".split()
)
PLACES = frozenset({"here", "there"})

# "The latter is larger", "The two are alike", "Most have four": which, is said before.
BARE = re.compile(
    r"(?:the\s+latter|(?:the\s+)?(?:former|others?|same|two|three|four|first|second|third|last|rest|neither|either|each|most"
    r"|some|many|several|all|none|few)\s+(?:is|are|was|were|has|have|had|does|did|can|could|may|might|will|would))\b",
    re.IGNORECASE,
)
# "One of these is the cobra", "Many of these plants are used".
OF_THEM = re.compile(r"(?:[a-z]+\s+){1,3}of\s+(?:th[eo]se|them|this)\b(?!\s+(?:who|that|which)\b)", re.IGNORECASE)
# A first clause that only leads to the pronoun.
POINTING_LATER = re.compile(
    r"(?:As|In|On|At|By|With|After|Before|During|While|When|For|From|Since|Like|Unlike|Until|Despite|Although|Though"
    r"|Because|Over|Under|Around|About|To|Of|Born|Known|Made|Built|Written|Found|Given|[A-Z]\w+(?:ed|ing))\b"
    r"(?:[^,.;]|,(?=\d)|\.(?=\d)){0,80}, (?:\w+ly,? )?(?:he|she|it|they|this|these)\b"
)
# A first clause about a thing of its own, which the pronoun then stands for: "When a boat leaks, it ...".
OF_ITS_OWN = re.compile(r"(?:When|If|While|Because|Although|Though|Until|Once) an? ", re.IGNORECASE)
# A place or time before the pronoun, without a comma: "In the freezer it keeps".
LEADING_PLACE = re.compile(r"(?:In|On|At|By|During|From|Since|Until) (?:[\w'’-]+ ){1,3}(?:he|she|it|they) \w")
# "During this period, the first ...", "In such cases": the time or case is that of the sentence before.
POINTING_TIME = re.compile(
    r"(?:(?:also|and|but)\s+)?(?:in|on|at|as|by|to|with|after|before|during|from|since|until|under|for|despite"
    r"|like|unlike|through|because of|as a result of)\s+"
    r"(?:all\s+)?(?:this|these|those|such)(?:\s+[a-z]|,)",
    re.IGNORECASE,
)
# "In the same year, ...", "Two years later, ...": counted from the time of the sentence before.
LATER = re.compile(
    r"(?:(?:in|on|at|by|during)\s+)?(?:(?:the\s+)?(?:same|following|next|previous)|that)\s+"
    r"(?:year|month|week|day|night|morning|decade|century|season|time|period)\b"
    r"|(?:[\w-]+\s+){1,3}(?:later|earlier)\b,|later\s+that\b",
    re.IGNORECASE,
)
GOING_ON = re.compile(
    rf"\s*(?:{'|'.join(CONNECTIVES)}|in addition|as a result|in contrast|by contrast|on the (?:other hand|contrary)"
    r"|instead(?! of)),?\s+",
    re.IGNORECASE,
)
# "For example, light is bent" says by itself what it says.
OPENING = re.compile(rf"{GOING_ON.pattern}|\s*(?:for example|in fact),?\s+", re.IGNORECASE)
# "The country is ...", and "Canada is a country", which says what the country is.
BY_KIND = re.compile(r"(?:The|This) (?P<said>[a-z-]{3,}(?: [a-z-]+)?)\b(?! of\b)(?<! of)")
KIND = re.compile(r"\b(?:is|was|are|were) (?:an?|the|one of the) (?P<what>(?:[\w'’-]+ ?){1,6})")
LINKS = frozenset({"of", "the"})


def points_back(text: str) -> bool:
    """Whether the subject of a sentence is in the one before: "It ...", "However, it ...", "At 7,088 km, it ..."."""
    opening = OPENING.match(text)
    rest = text[opening.end() :] if opening else text
    first = words(rest)[:1]
    if not first:
        return False
    rest = rest[:1].upper() + rest[1:]
    if first[0] in POINTING or is_of_several(rest):
        return True
    return not OF_ITS_OWN.match(rest) and bool(POINTING_LATER.match(rest) or LEADING_PLACE.match(rest))


def is_of_several(text: str) -> bool:
    """Whether the subject is one or more of several that are named before: "The latter ...", "Some of these ..."."""
    return BARE.match(text) is not None or OF_THEM.match(text) is not None


def leans_back(text: str) -> bool:
    """Whether a sentence points back, or only goes on with what was said before ("However, the Lumen ...")."""
    first = words(text)[:1]
    goes_on = bool({*first} & (CONNECTIVES | PLACES)) or GOING_ON.match(text) is not None
    return goes_on or any(pattern.match(text) for pattern in (POINTING_TIME, LATER)) or points_back(text)


def names_by_kind(text: str, opening: str) -> bool:
    """Whether the subject of a sentence is only named by what the opening of its text says it is: "The country ..."."""
    by_kind, kind = BY_KIND.match(text), KIND.search(opening)
    if by_kind is None or kind is None:
        return False
    kinds = {stem(one) for one in words(kind["what"]) if one not in STOP_WORDS}
    said = {stem(one) for one in by_kind["said"].split()}
    return bool(said & kinds) and not said & subject(opening)[0]  # "The human skeleton" is one of "the human body"


def subject(text: str) -> tuple[frozenset[str], bool]:
    """Stems of the first name or content word with what belongs to it ("capital of Arvel"), and whether it's a name."""
    stems: list[str] = []
    named = linked = False
    for match in WORD.finditer(text):
        word = match[0].removesuffix("'s").removesuffix("’s")
        plain, capital = word.casefold(), word[0].isupper()
        if plain in STOP_WORDS or plain in LINKS:
            if stems and plain not in LINKS:
                break
            linked = linked or (bool(stems) and plain == "of")
        elif not stems or capital or linked:
            stems.append(stem(plain))
            named, linked = named or capital, False
        else:
            break
    return frozenset(stems), named
