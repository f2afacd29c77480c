"""True rewordings of whole clauses: cut, shortened, drawn out, turned round, joined."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import NAME, VERB, capitalised, cut, lowered, put, subject
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["CLAUSES", "CONDENSED", "FUSED"]

FUSED, CONDENSED = "two sentences fused", "two sentences condensed"
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
TOTAL = re.compile(r"(?i)\b(?:not|no|never|neither|nor|only|if|unless|except|all|any|every|none|without)\b")
PARENTHESIS = re.compile(r" \([^()]*\)")
RELATIVE = re.compile(
    r", (?:which|who|whose|where|whom|in which|of which|with which) [^,;:()]{8,90}(?=,(?! and\b| or\b)|\.$)"
)
APPOSITION = re.compile(
    r"(?<=\w), (?:also (?:known|called|spelled)|sometimes (?:called|known)|formerly known|known (?:as|in)|"
    r"commonly (?:known|called)|often (?:called|abbreviated)|officially|abbreviated|better known|born)\b[^,;:()]{3,60},"
    r"(?= (?:is|was|are|were|has|had)\b)"
)
PARTICIPIAL = re.compile(
    r", (?:making|including|such as|becoming|serving|leaving|covering|having|forming|giving|resulting|leading|"
    r"especially|particularly|followed by|along with|as well as|while|although|though|whereas|where|since|but) "
    r"[^;:()]{8,140}(?=\.$)"
)
COORDINATED = re.compile(
    r"(?:, and|;|, and then) (?:it|he|she|they|is|was|are|were|has|had|have|its|his|her|their|the|later|can|may|became|"
    r"died|won|also)\b[^;:]{8,160}(?=\.$)"
)
FRONTED = re.compile(
    r"^(?P<when>(?:In|On|During|Since|From|By|After|Before|Until|At|Between) (?:the )?[^,]{3,45}), "
    r"(?P<rest>(?!(?:and|or)\b)[^,;:]{20,220})\.$"
)
TRAILING = re.compile(
    r"^(?P<rest>(?!(?:In|On|During|Since|After|By|When|While|Although)\b)[^,;:]{20,160}) "
    r"(?P<when>(?:in|on|since|during) "
    rf"(?:(?:the )?(?:early |late |mid-)?\d[\w ]{{2,22}}|{MONTH}[\d, ]{{2,12}}))\.$"
)
TIMELESS = re.compile(
    r"\b(?:that|which|who|whose|is|are|has|have|when|where|and|from|until|after|before|since|his|her|death|between)\b"
)
LIST_OF_THREE = re.compile(
    r"\b(?P<before>is|are|of|in|by|with|including|as|from|between|against|on) (?P<one>[\w’'-]+), (?P<two>[\w’'-]+),? "
    r"(?P<and>and|or) (?P<three>[\w’'-]+)(?=[,.;])"
)
LIST_OF_TWO_NAMES = re.compile(rf"\b(?P<word>between|among|borders|by|in) (?P<one>{NAME}) and (?P<two>{NAME})(?=[,.;])")
LIST_SHORTENED = re.compile(
    r"\b(?:include|includes|including|such as|like|borders|contain|contains|involves|involve|comprises) "
    r"(?P<keep>[^,;:()]{3,40}), (?P<gone>(?:[^,;:()]{3,40}, ){0,4}?)(?:and|or) (?P<last>[^,;:()]{3,40})\.$"
)
MADE = (
    "founded|discovered|invented|built|designed|directed|conquered|defeated|established|published|developed|composed|"
    "created|introduced|annexed|invaded|killed|painted|destroyed|produced|occupied|captured|"
    "proposed|coined|commissioned|"
    "formed|adopted|released"
)
REST = r"(?P<rest>(?: (?:in|on|at|during|from|as|for|after|between|with|under) [^,;]*)?)\.$"
PASSIVE = re.compile(
    rf"^(?P<one>[^,;:()]{{2,60}}?) (?P<be>was|were) (?:first |originally |later )?(?P<verb>written|"
    rf"described|{MADE}) by "
    rf"(?P<two>(?:the |American |British |French |German |Italian |English )?{NAME}){REST}"
)
ACTIVE = re.compile(
    rf"^(?P<one>{NAME}) (?P<verb>wrote|{MADE}) (?P<two>(?:the |a |an |[A-Z])(?:(?!\bin\b|\bto\b|"
    rf"\bon\b)[\w’' -]){{3,60}}?){REST}"
)
POINTING = re.compile(r"(?:He|She|They|This|These|Both|There|In|On|By|When|After|Before|As)\b")
COMPLEX = re.compile(r"\b(?:that|who|which|when|by|where|and|is|are|has|had|but)\b")
SHORT = re.compile(
    r"^(?P<keep>(?P<subject>[^,;:()]{3,70}?) (?:is|was|are|were) (?:a|an|the|one of the) [^,"
    r";:()]{4,110}?)(?:,| (?:that|"
    r"which|who|whose|where|with|found|located|situated|known|used|based|developed|made|written|directed|consisting|"
    r"containing|living|native|formed|produced|caused|held|by|during|from|since)\b)"
)
TOO_SHORT = re.compile(
    r"\b(?:not|no|never|only|first|last|most|\w+est|any|every|all|or|if|single|same|such|term|name|"
    r"kind|type|form|second|"
    r"number|set|part|one|process|person|state|act|property|thing|way|method|ability|practice|in|on|of|by|to|for|with|"
    r"from|and|at|as|often|usually|also|\w+ly|\w+ed|\w+ing|the|a|an|is|are|was|were)$"
)
NARROW = re.compile(r"\b(?:not|no|never|neither|only|first|last|\w+est|most|that|which|who|if|when|while)\b")
DEFINED = re.compile(
    r"^(?P<one>[^,;:()]{3,60}?) (?P<be>is|was|are|were) (?P<class>(?:an?|one of the|the) [^,;:()]{3,60}?) "
    rf"(?:that|which|who) (?P<rest>{VERB} [^;:]{{8,200}})\.$"
)
RELATIVE_OF_SUBJECT = re.compile(
    rf"^(?P<one>[^,;:()]{{3,60}}?), (?:which|who) (?P<rest>{VERB} [^,;:()]{{8,120}}), (?P<main>{VERB} .*)$"
)
APPOSITION_OF_SUBJECT = re.compile(
    rf"^(?P<one>{NAME}), (?P<class>(?:an?|the) [^,;:()]{{5,90}}), (?P<be>is|was|are|were|has|had|"
    rf"became|won)\b (?P<rest>[^;:]+)\.$"
)
SECOND_VERB = re.compile(
    r"^(?P<one>[^,;:()]{3,50}?) (?P<first>(?:is|was|has|became|served|won|wrote|includes|contains|"
    r"covers)\b[^,;:()]{8,120}?),? "
    r"and (?P<second>(?:is|was|has|became|later|served|won|wrote|includes|contains|covers|died)\b[^;:]{8,140})\.$"
)
CONTINUED = re.compile(rf"^(?:It|He|She|They) (?P<rest>{VERB} [^;:]{{8,150}})\.$")
ELSEWHERE = re.compile(
    r"(?:However|But|Although|Despite|This|These|Those|Such|For example|For instance|Other|Another|"
    r"Thus|Therefore|Instead|"
    r"Nevertheless|Hence|Conversely|Later|Today|Then|Some|Many|Most)\b"
)


def cut_clause(place: Place, rng: random.Random) -> str | None:
    """Without a clause, an apposition or a bracket that adds something of its own."""
    text = place.sentence
    ways = [RELATIVE, APPOSITION, PARTICIPIAL, COORDINATED, PARENTHESIS]
    rng.shuffle(ways)
    for pattern in ways:
        match = pattern.search(text)
        if match and len(text) - len(match[0]) > 35 and not TOTAL.search(text[: match.start()]):
            closing = pattern is RELATIVE and text[match.end()] == "," and "," not in text[: match.start()]
            return cut(text, match.start(), match.end() + closing)
    return None


def shorten(place: Place, rng: random.Random) -> str | None:
    """Subject, verb, and what it chiefly says."""
    match = SHORT.match(PARENTHESIS.sub("", APPOSITION.sub("", place.sentence)))
    if not match or len(match["keep"].split()) < 5:
        return None
    return None if TOO_SHORT.search(match["keep"]) or NARROW.search(match["keep"]) else f"{match['keep']}."


def shorten_list(place: Place, rng: random.Random) -> str | None:
    """One or two of the things that a list names."""
    match = LIST_SHORTENED.search(place.sentence)
    if not match or TOTAL.search(place.sentence) or re.match(r".*\b(?:and|or)\b", match["keep"]):
        return None
    new = rng.choice([match["keep"], f"{match['keep']} and {match['last']}"])
    return put(place.sentence, match.start("keep"), match.end("last"), new)


def draw_out(place: Place, rng: random.Random) -> str | None:
    """What a relative clause, an apposition or a second verb says of the subject, said by itself."""
    text = place.sentence
    for pattern in rng.sample((RELATIVE_OF_SUBJECT, APPOSITION_OF_SUBJECT, SECOND_VERB, DEFINED), 4):
        match = pattern.match(text)
        if not match or TOTAL.search(match["one"]) or len(match["one"].split()) > 7:
            continue
        one = match["one"]
        if pattern is RELATIVE_OF_SUBJECT:
            return f"{one} {match['rest']}."
        if pattern is APPOSITION_OF_SUBJECT:
            be = "is" if match["be"] in {"is", "has"} else "was"
            return f"{one} {be} {match['class']}."
        if pattern is SECOND_VERB:
            return f"{one} {match['second']}."
        if NARROW.search(match["class"]):
            continue
        return rng.choice([f"{one} {match['rest']}.", f"{one}, {match['class']}, {match['rest']}."])
    return None


def order(place: Place, rng: random.Random) -> str | None:
    """The time goes to the other end; a list has another order."""
    text = place.sentence
    for way in rng.sample((1, 2, 3, 4), 4):
        if way == 1 and (match := FRONTED.match(text)) and re.search(r"\d", match["when"]):
            return capitalised(f"{lowered(match['rest'], place.text)} {match['when'][0].lower()}{match['when'][1:]}.")
        if way == 2 and (match := TRAILING.match(text)) and not TIMELESS.search(match["rest"]):
            return f"{capitalised(match['when'])}, {lowered(match['rest'], place.text)}."
        if way == 3 and (match := LIST_OF_THREE.search(text)):
            one, two, three = match["one"], match["two"], match["three"]
            if one[0].isupper() == two[0].isupper() == three[0].isupper():
                a, b, c = rng.choice([(two, one, three), (three, two, one), (two, three, one), (three, one, two)])
                return put(text, match.start("one"), match.end(), f"{a}, {b}, {match['and']} {c}")
        if way == 4 and (match := LIST_OF_TWO_NAMES.search(text)):
            return put(text, match.start("one"), match.end(), f"{match['two']} and {match['one']}")
    return None


def voice(place: Place, rng: random.Random) -> str | None:
    """Active for passive, and passive for active."""
    match = PASSIVE.match(place.sentence)
    if match and not POINTING.match(match["one"]) and not COMPLEX.search(match["one"] + match["rest"]):
        verb = {"written": "wrote"}.get(match["verb"], match["verb"])
        return f"{capitalised(match['two'])} {verb} {lowered(match['one'], place.text)}{match['rest']}."
    match = ACTIVE.match(place.sentence)
    if (
        not match
        or match["one"] == "It"
        or POINTING.match(match["one"])
        or COMPLEX.search(match["two"] + match["rest"])
    ):
        return None
    be = "were" if re.search(r"[^s]s$", match["two"]) else "was"
    verb = {"wrote": "written"}.get(match["verb"], match["verb"])
    one = lowered(match["one"]) if match["one"].startswith("The ") else match["one"]
    return f"{capitalised(match['two'])} {be} {verb} by {one}{match['rest']}."


def fuse(place: Place, rng: random.Random) -> str | None:
    """Two sentences in one; the second is the one that follows, unless it points elsewhere."""
    one, two = place.sentence.rstrip("."), place.following.rstrip(".")
    if not place.following.endswith(".") or not 25 < len(two) < 170 or ";" in one + two or len(one) > 200:
        return None
    if ELSEWHERE.match(two):
        return None
    if (match := re.match(rf"(?:It|He|She|They) (?P<rest>{VERB} .*)", two)) and rng.random() < 0.25:
        return f"{one}, and also {match['rest']}."
    joint = ", and " if re.match(r"(?:In|On|Since) ", two) else rng.choice([", and ", ", and ", "; ", ", while "])
    return f"{one}{joint}{lowered(two, place.text)}."


def condense(place: Place, rng: random.Random) -> str | None:
    """The class that this sentence gives its subject, and what the next one says of it."""
    short, more = shorten(place, rng), CONTINUED.match(place.following)
    mine = subject(place.sentence, place.title)
    if not short or not more or not mine or ELSEWHERE.match(more["rest"]):
        return None
    head = short.rstrip(".")
    who = "who" if place.following.startswith(("He ", "She ")) else "that"
    link = rng.choice([f" {who} ", " and "]) if len(head.split()) < 12 else " and "
    return f"{head}{link}{more['rest']}."


CLAUSES: Mapping[str, Alteration] = {
    "clause cut": cut_clause,
    "shortened": shorten,
    "list shortened": shorten_list,
    "drawn out": draw_out,
    "order": order,
    "voice": voice,
    FUSED: fuse,
    CONDENSED: condense,
}
"""True rewordings by name."""
