"""Classes of falsehood in which two things are exchanged: who did it to whom, cause and direction, whole and part."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import NAME, capitalised, exchange, lowered, put, table_pattern, unsaid
from research_agent_devtools.samples.opposites import CAUSES, DIRECTIONS, KINSHIP
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["RELATIONS"]

DIRECTION_PATTERN = table_pattern(DIRECTIONS)
CAUSE_PATTERN = table_pattern(CAUSES)
NOUN = r"(?:(?:the|a|an|its|his|their|most|many|some) )?[\w’'-]+(?: [\w’'-]+){0,4}?"
PASSIVE = re.compile(
    r"^(?P<one>[^,;:]{3,60}?) (?P<aux>was|were|is|are) (?P<adverb>(?:\w+ly|first|originally|also|"
    r"later|usually|often) )?(?P<verb>\w+(?:ed|en|won|ght|wn|ound|uilt|ade|eld|ung)) by "
    r"(?P<two>" + NAME + r"|(?:the|a|an) [\w’' -]{3,40}?)(?P<rest>(?: (?:in|on|at|during|from|to|as|for|with|after|"
    r"between|until|under|who|which|that|before|of)\b.*|[,;].*)?)\.$"
)
TRANSITIVE = (
    "defeated|founded|invented|discovered|conquered|succeeded|influenced|invaded|married|killed|"
    "taught|overthrew|replaced|"
    "preceded|developed|created|established|designed|wrote|directed|ruled|governed|annexed|occupied|captured|orbits|"
    "surrounds|borders on|contains|includes|produces|comprises|eats|absorbed|acquired|owns|owned|controls|controlled|"
    "supported|led|published|built|introduced|causes|supplanted|commissioned|inspired|attacked|criticized|criticised|"
    "appointed|mentored|employed|translated|composed|outnumbered|outlived|besieged|betrayed|adopted|joined"
)
ACTIVE = re.compile(
    rf"^(?P<one>{NAME}|(?:The|A|An) [\w’' -]{{3,40}}?) (?P<verb>{TRANSITIVE}) (?P<two>{NAME}|(?:the|"
    rf"a|an) [\w’' -]{{3,40}}?)"
    r"(?P<rest>(?: (?:in|on|at|during|from|to|as|for|with|after|between|until|under|by|that|who|"
    r"which|and)\b.*|[,;].*)?)\.$"
)
OF_RELATION = re.compile(
    r"^(?P<one>" + NAME + r") (?P<verb>(?:is|was) (?:[a-z-]+ )?(?:(?:the|a) (?:[a-z-]+ )*(?:capital|son|daughter|part|"
    r"province|state|father|mother|brother|sister|wife|husband|student|pupil|teacher|"
    r"successor|predecessor|member|region|district|suburb|moon|satellite|subsidiary|dialect|"
    r"descendant|ancestor|branch|tributary|county)|(?:part|capital|president|king)) of) (?P<two>(?:the )?"
    + NAME
    + r")(?P<rest>.*)\.$"
)
FROM_TO = re.compile(
    r"\bfrom (?P<one>(?:the )?(?:" + NAME + r"|\d{3,4})) to (?P<two>(?:the )?(?:" + NAME + r"|\d{3,4}))(?=[ ,.;])"
)
POINTING = re.compile(
    r"(?:It|He|She|They|This|These|There|In|On|Its|His|Her|Their|Those|By|As|Some|Most|Many|Other|If|Although|When|While)\b"
)
DONE_BY = re.compile(
    r"(?<!ly )\b(?:followed|succeeded|preceded|defeated|influenced|invaded|conquered|supported|opposed|killed|"
    rf"discovered|replaced)(?P<by> by )(?:the )?{NAME}"
)
KIN_PATTERN = table_pattern(KINSHIP)


def roles(place: Place, rng: random.Random) -> str | None:
    """Who did it is the one to whom it was done."""
    text = place.sentence
    match = PASSIVE.match(text) or ACTIVE.match(text) or OF_RELATION.match(text)
    if match and not POINTING.match(match["one"]) and match["one"][-2:] not in {"'s", "’s"}:
        one, two = lowered(match["one"], place.text), capitalised(match["two"])
        return f"{two}{text[match.end('one') : match.start('two')]}{one}{match['rest']}."
    if match := DONE_BY.search(text):
        return put(text, match.start("by"), match.end("by"), " ")
    return None


def kin(place: Place, rng: random.Random) -> str | None:
    """The relation is turned round or is another: son of for father of."""
    return exchange(place, KIN_PATTERN, KINSHIP, rng)


def direction(place: Place, rng: random.Random) -> str | None:
    """North is south, before is after, from one to the other is from the other to the one."""
    if (match := FROM_TO.search(place.sentence)) and rng.random() < 0.6:
        one, two = match["one"], match["two"]
        if one.lower() != two.lower() and not re.search(
            r"\b(?:different|ranging|range|range|ranges|vary|varies)\b", place.sentence[: match.start()]
        ):
            return put(place.sentence, match.start(), match.end(), f"from {two} to {one}")
    return exchange(place, DIRECTION_PATTERN, DIRECTIONS, rng)


def cause(place: Place, rng: random.Random) -> str | None:
    """Because of is despite, leads to is results from."""
    found = list(CAUSE_PATTERN.finditer(place.sentence))
    rng.shuffle(found)
    for match in found:
        before = place.sentence[: match.start()]
        word = match[0]
        if word in {"caused by", "derived from", "descended from", "influenced by"} and not re.search(
            r"\b(?:is|are|was|were) $", before
        ):
            continue
        if word == "part of" and not re.search(r"\b(?:is|are|was|were) $", before):
            continue
        if word == "causes" and re.search(r"\b(?:the|of|and|its|their|other|many|some|\w+al) $", before):
            continue
        options = [new for new in CAUSES[word] if unsaid(place, new)]
        if options:
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    return None


RELATIONS: Mapping[str, Alteration] = {"roles": roles, "relation": kin, "direction": direction, "cause": cause}
"""Classes of falsehood by name."""
