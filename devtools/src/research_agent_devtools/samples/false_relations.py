# ruff: noqa: E501
"""Classes of falsehood in which two things are exchanged: who did it to whom, cause and direction, whole and part."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import NAME, capitalised, exchange, lowered, put, table_pattern, unsaid
from research_agent_devtools.samples.places import Alteration, Place
from research_agent_devtools.samples.word_pairs import DIRECTIONS

__all__ = ["RELATIONS"]

DIRECTION = {pair.split(":")[0]: [pair.split(":")[1]] for pair in DIRECTIONS}
DIRECTION_PATTERN = table_pattern(DIRECTION)
CAUSES = {
    "because of": ["despite"], "due to": ["despite"], "because": ["although"], "although": ["because"], "despite": ["because of"],
    "causes": ["is caused by", "prevents"], "caused by": ["the cause of"], "leads to": ["results from", "prevents"],
    "led to": ["resulted from", "prevented"], "results in": ["results from"], "resulted in": ["resulted from"],
    "results from": ["results in"], "derived from": ["the source of"], "as a result of": ["in spite of"],
    "descended from": ["ancestral to"], "influenced by": ["a major influence on"], "preceded by": ["followed by"],
    "succeeded by": ["preceded by"], "followed by": ["preceded by"], "part of": ["independent of"], "instead of": ["as well as"],
    "with": ["without"], "until": ["after"], "including": ["excluding"], "except": ["including"], "against": ["in support of"],
    "contrary to": ["in line with"], "unlike": ["like"], "Unlike": ["Like"], "Although": ["Because"], "Despite": ["Because of"],
    "Due to": ["Despite"], "Because of": ["Despite"], "in favor of": ["against"], "in addition to": ["instead of"],
    "in response to": ["regardless of"], "depending on": ["regardless of"], "prior to": ["after"], "during": ["after"],
    "prevents": ["causes"], "thereby": ["without"], "such as": ["but not"], "rather than": ["as well as"], "in order to": ["without wanting to"],
}  # fmt: skip
CAUSE_PATTERN = table_pattern([word for word in CAUSES if word not in {"with", "thereby"}])
NOUN = r"(?:(?:the|a|an|its|his|their|most|many|some) )?[\w’'-]+(?: [\w’'-]+){0,4}?"
PASSIVE = re.compile(
    r"^(?P<one>[^,;:]{3,60}?) (?P<aux>was|were|is|are) (?P<adverb>(?:\w+ly|first|originally|also|later|usually|often) )?(?P<verb>\w+(?:ed|en|won|ght|wn|ound|uilt|ade|eld|ung)) by "
    r"(?P<two>"
    + NAME
    + r"|(?:the|a|an) [\w’' -]{3,40}?)(?P<rest>(?: (?:in|on|at|during|from|to|as|for|with|after|between|until|under|who|which|that|before|of)\b.*|[,;].*)?)\.$"
)
TRANSITIVE = (
    "defeated|founded|invented|discovered|conquered|succeeded|influenced|invaded|married|killed|taught|overthrew|replaced|"
    "preceded|developed|created|established|designed|wrote|directed|ruled|governed|annexed|occupied|captured|orbits|"
    "surrounds|borders on|contains|includes|produces|comprises|eats|absorbed|acquired|owns|owned|controls|controlled|"
    "supported|led|published|built|introduced|causes|supplanted|commissioned|inspired|attacked|criticized|criticised|"
    "appointed|mentored|employed|translated|composed|outnumbered|outlived|besieged|betrayed|adopted|joined"
)
ACTIVE = re.compile(
    rf"^(?P<one>{NAME}|(?:The|A|An) [\w’' -]{{3,40}}?) (?P<verb>{TRANSITIVE}) (?P<two>{NAME}|(?:the|a|an) [\w’' -]{{3,40}}?)"
    r"(?P<rest>(?: (?:in|on|at|during|from|to|as|for|with|after|between|until|under|by|that|who|which|and)\b.*|[,;].*)?)\.$"
)
OF_RELATION = re.compile(
    r"^(?P<one>"
    + NAME
    + r") (?P<verb>(?:is|was) (?:[a-z-]+ )?(?:(?:the|a) (?:[a-z-]+ )*(?:capital|son|daughter|part|province|state|father|mother|brother|sister|wife|husband|student|pupil|teacher|"
    r"successor|predecessor|member|region|district|suburb|moon|satellite|subsidiary|dialect|descendant|ancestor|branch|tributary|county)|(?:part|capital|president|king)) of) (?P<two>(?:the )?"
    + NAME
    + r")(?P<rest>.*)\.$"
)
FROM_TO = re.compile(
    r"\bfrom (?P<one>(?:the )?(?:" + NAME + r"|\d{3,4})) to (?P<two>(?:the )?(?:" + NAME + r"|\d{3,4}))(?=[ ,.;])"
)
BETTER = re.compile(
    r"\b(?P<one>" + NAME + r")(?P<mid>,? (?:and not|rather than|instead of|but not) )(?P<two>" + NAME + r")\b"
)
KIN = {
    "father of": ["son of"], "son of": ["father of"], "daughter of": ["mother of"], "mother of": ["daughter of"], "wife of": ["mother of"],
    "husband of": ["father of"], "brother of": ["father of"], "sister of": ["mother of"], "capital of": ["province of"],
    "teacher of": ["student of"], "student of": ["teacher of"], "pupil of": ["teacher of"], "disciple of": ["teacher of"],
    "grandson of": ["grandfather of"], "nephew of": ["uncle of"], "cousin of": ["brother of"],
    "subsidiary of": ["parent company of"], "tributary of": ["source of"],
    "member of": ["opponent of"], "descendant of": ["ancestor of"], "founder of": ["opponent of"], "inventor of": ["critic of"],
    "author of": ["translator of"], "leader of": ["opponent of"], "subset of": ["superset of"], "example of": ["exception to"],
    "symptom of": ["cause of"], "cause of": ["cure for"], "source of": ["threat to"], "remedy for": ["cause of"],
}  # fmt: skip
KIN_PATTERN = table_pattern(KIN)
BASE_PAST = {"wrote": "written", "overthrew": "overthrown", "led": "led", "built": "built", "taught": "taught"}


def roles(place: Place, rng: random.Random) -> str | None:
    """Who did it is the one to whom it was done."""
    text = place.sentence
    if match := PASSIVE.match(text) or ACTIVE.match(text) or OF_RELATION.match(text):
        one, two = match["one"], match["two"]
        if not re.match(
            r"(?:It|He|She|They|This|These|There|In|On|Its|His|Her|Their|Those|By|As|Some|Most|Many|Other)\b", one
        ):
            return f"{capitalised(two)}{text[match.end('one') : match.start('two')]}{lowered(one)}{match['rest']}."
    if match := re.search(r"\b(\w+ed) by (?P<two>(?:the )?" + NAME + r")", text):
        held = match[0].replace(" by ", " ")
        if match[1] in {
            "followed",
            "succeeded",
            "preceded",
            "defeated",
            "influenced",
            "invaded",
            "conquered",
            "supported",
            "opposed",
            "killed",
            "discovered",
            "replaced",
        }:
            return put(text, match.start(), match.end(), held) if not text[: match.start()].endswith("ly ") else None
    return None


def kin(place: Place, rng: random.Random) -> str | None:
    """The relation is turned round or is another: son of for father of."""
    return exchange(place, KIN_PATTERN, KIN, rng)


def direction(place: Place, rng: random.Random) -> str | None:
    """North is south, before is after, from one to the other is from the other to the one."""
    if (match := FROM_TO.search(place.sentence)) and rng.random() < 0.6:
        one, two = match["one"], match["two"]
        if one.lower() != two.lower() and not re.search(
            r"\b(?:different|ranging|range|range|ranges|vary|varies)\b", place.sentence[: match.start()]
        ):
            return put(place.sentence, match.start(), match.end(), f"from {two} to {one}")
    return exchange(place, DIRECTION_PATTERN, DIRECTION, rng)


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
