# ruff: noqa: E501
"""
True rewordings: sentences that say what their source says, in other words, order, or fewer words.

Each gives the changed sentence, or None where it finds nothing to change. They may be applied one after another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent.text.tokens import content_stems
from research_agent_devtools.samples.edits import NAME, capitalised, cut, lowered, put, subject, table_pattern
from research_agent_devtools.samples.places import Alteration, Place
from research_agent_devtools.samples.word_pairs import EQUALS

__all__ = ["FUSED", "OPENERS", "REWORDINGS"]

EQUAL: dict[str, list[str]] = {}
for pair in EQUALS:
    word, other = pair.replace("_", " ").split(":")
    EQUAL.setdefault(word, []).append(other)
EQUAL_PATTERN = table_pattern(EQUAL)
ABOUT = re.compile(r"\babout (?=\d|one |two |half |ten |a (?:third|quarter|million))")
OPENERS = (
    "Additionally, ", "According to the source, ", "In fact, ", "Overall, ", "Moreover, ", "Furthermore, ", "Also, ", "In addition, ", "Generally speaking, ",
    "According to the article, ", "Notably, ", "In short, ", "To summarize, ", "Based on the sources, ", "The source says that ", "It is worth noting that ",
    "Basically, ", "As such, ", "In summary, ", "Specifically, ", "Interestingly, ", "First, ", "Finally, ", "Yes, ", "Essentially, ", "The text states that ",
)  # fmt: skip
PARENTHESIS = re.compile(r" \([^()]*\)")
RELATIVE = re.compile(
    r", (?:which|who|whose|where|whom|in which|of which|with which) [^,;:()]{8,90}(?=,(?! and\b| or\b)|\.$)"
)
APPOSITION = re.compile(
    r"(?<=\w), (?:also (?:known|called|spelled)|sometimes (?:called|known)|formerly known|known (?:as|in)|commonly (?:known|called)|often (?:called|abbreviated)|officially|abbreviated|better known|born)\b[^,;:()]{3,60},(?= (?:is|was|are|were|has|had)\b)"
)
PARTICIPIAL = re.compile(
    r", (?:making|including|such as|becoming|serving|leaving|covering|having|forming|giving|resulting|leading|with|especially|particularly|followed by|along with|as well as|while|although|though|whereas|where|because|since|but) [^;:()]{8,140}(?=\.$)"
)
COORDINATED = re.compile(
    r"(?:, and|;|, and then) (?:it|he|she|they|is|was|are|were|has|had|have|its|his|her|their|the|later|can|may|became|died|won|also)\b[^;:]{8,160}(?=\.$)"
)
FRONTED = re.compile(
    r"^(?P<when>(?:In|On|During|Since|From|By|After|Before|Until|At|Between) (?:the )?[^,]{3,45}), (?P<rest>(?!(?:and|or)\b)[^,;:]{20,220})\.$"
)
TRAILING = re.compile(
    r"^(?P<rest>(?!(?:In|On|During|Since|After|By|When|While|Although)\b)[^,;:]{20,160}) (?P<when>(?:in|on|since|during) (?:(?:the )?(?:early |late |mid-)?\d[\w ]{2,22}|(?:January|February|March|April|May|June|July|August|September|October|November|December)[\d, ]{2,12}))\.$"
)
TIMELESS = re.compile(r"\b(?:that|which|who|whose|is|are|has|have|when|where|and)\b")
LIST_OF_THREE = re.compile(
    r"\b(?P<before>is|are|of|in|by|with|including|as|from|between|against|on) (?P<one>[\w’'-]+), (?P<two>[\w’'-]+),? (?P<and>and|or) (?P<three>[\w’'-]+)(?=[,.;])"
)
LIST_OF_TWO_NAMES = re.compile(rf"\b(?P<word>between|among|borders|by|in) (?P<one>{NAME}) and (?P<two>{NAME})(?=[,.;])")
PASSIVE = re.compile(
    r"^(?P<one>[^,;:()]{2,110}?) (?P<aux>was|were) (?:first |originally |later )?(?P<verb>founded|written|discovered|invented|built|designed|directed|conquered|defeated|established|published|developed|composed|created|introduced|"
    r"annexed|invaded|killed|painted|destroyed|produced|occupied|captured|described|proposed|coined|ruled|governed|succeeded|influenced|led|commissioned|formed|adopted|released) by "
    r"(?P<two>(?:the |American |British |French |German |Italian |English )?"
    + NAME
    + r")(?P<rest>(?: (?:in|on|at|during|from|as|for|after|between|between|with|under)\b.*|, .*)?)\.$"
)
ACTIVE = re.compile(
    rf"^(?P<one>{NAME}) (?P<verb>founded|wrote|discovered|invented|built|designed|directed|conquered|defeated|established|published|developed|composed|created|introduced|annexed|invaded|killed|painted|"
    r"destroyed|produced|occupied|captured|proposed|coined|commissioned|formed|adopted|released) (?P<two>(?:the |a |an |[A-Z])(?:(?!\bin\b|\bto\b|\bon\b)[\w’' -]){3,60}?)(?P<rest>(?: (?:in|during|at|on|with|for|between|after)\b.*|, .*)?)\.$"
)
PARTICIPLE = {"wrote": "written"}
PAST = {"written": "wrote"}
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS}) (?P<year>\d{{4}})\b")
MONTH_FIRST = re.compile(rf"\b(?P<month>{MONTHS}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})\b,?")
MILLIONS = re.compile(
    r"(?<!to )(?<!and )(?<!or )(?<!between )(?<!–)(?<!-)(?<!US)(?<!CA)(?<!AU)(?<!\$)(?<!€)(?<!£)(?<!¥)(?<!₹)(?<!R)(?<![\d,.$£€])(?P<n>\d{1,3})(?P<d>\.\d{1,3})? (?P<scale>million|billion)\b"
)
FULL = re.compile(r"(?<![\d,.])(?P<n>\d{1,3}),(?P<d>\d)00,000(?![\d,.]\d)")
SMALL = {str(n): word for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)}
SMALL_WORD = {word: n for n, word in SMALL.items()}
SMALL_FIGURE = re.compile(r"(?<![\w.,$£€–-])(?P<n>[2-9]|1[0-2])(?= [a-z]{4,})(?! (?:percent|million|billion))")
SMALL_WORDS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(SMALL_WORD)})(?= [a-z])(?! (?:million|billion|percent|hundred|thousand|or|to|and|of))"
)
SPECIES_OF = re.compile(
    r"\b(?P<be>is|are|was) (?P<a>a|an|the) (?P<class>species|genus|breed|style) of (?P<adjs>(?:[a-z-]+ )??)(?P<noun>[a-z]+?)(?=[.,;]| that | in | which | native | found )"
)
SHORT = re.compile(
    r"^(?P<keep>(?P<subject>[^,;:()]{3,70}?) (?:is|was|are|were) (?:a|an|the|one of the) [^,;:()]{4,110}?)(?:,| (?:that|which|who|whose|where|with|found|located|situated|known|used|based|developed|made|written|directed|consisting|containing|living|native|formed|produced|caused|held|by|during|from|since)\b)"
)
NOT_TO_BE_SHORTENED = re.compile(
    r"\b(?:not|no|never|only|first|last|most|\w+est|largest|any|every|all|or|if|single|same|such|term|name|kind|type|form|second|number|set|part|one|part of|process|person|state|act|property|thing|way|method|ability|practice|in|on|of|by|to|for|with|from|and|at|as|often|usually|also|\w+ly|the|a|an|is|are|was|were)$"
)
PRONOUN = re.compile(
    r"^(?P<p>It|He|She|They)(?= (?:is|was|are|were|has|had|can|may|became|served|also|often|later|won|wrote|played|consists?|contains?|lived|died|began|usually|worked|includes?)\b)"
)


def synonyms(place: Place, rng: random.Random) -> str | None:
    """Words that mean the same."""
    sentence = ABOUT.sub("approximately ", place.sentence)
    found = list(EQUAL_PATTERN.finditer(sentence))
    picked = sorted(rng.sample(found, min(len(found), rng.randint(1, 4))), key=lambda match: -match.start())
    for match in picked:
        if re.match(r" (?:of|as|out|in)\b", sentence[match.end() :]) and match[0] in {
            "many",
            "known",
            "died",
            "taught",
            "contains",
            "around",
            "founded",
        }:
            continue
        sentence = put(sentence, match.start(), match.end(), rng.choice(EQUAL[match[0]]))
    return sentence if sentence != place.sentence else None


def opener(place: Place, rng: random.Random) -> str | None:
    """An opener that says nothing."""
    return rng.choice(OPENERS) + lowered(place.sentence, place.text)


def cut_clause(place: Place, rng: random.Random) -> str | None:
    """Without a clause, an apposition or a bracket that adds something of its own."""
    text = place.sentence
    ways = [RELATIVE, APPOSITION, PARTICIPIAL, COORDINATED, PARENTHESIS]
    rng.shuffle(ways)
    for pattern in ways:
        match = pattern.search(text)
        if (
            match
            and len(text) - len(match[0]) > 35
            and not re.search(
                r"\b(?:not|no|never|neither|only|if|unless|except|all|any|every)\b", text[: match.start()]
            )
        ):
            return cut(text, match.start(), match.end())
    return None


def shorten(place: Place, rng: random.Random) -> str | None:
    """Subject, verb, and what it chiefly says."""
    text = PARENTHESIS.sub("", APPOSITION.sub("", place.sentence))
    match = SHORT.match(text)
    if not match or len(match["keep"].split()) < 5 or NOT_TO_BE_SHORTENED.search(match["keep"]):
        return None
    if re.search(
        r"\b(?:not|no|never|neither|only|first|last|\w+est|most|that|which|who|if|when|while)\b", match["keep"]
    ):
        return None
    return f"{match['keep']}."


def order(place: Place, rng: random.Random) -> str | None:
    """The time goes to the other end; a list has another order."""
    text = place.sentence
    ways = [1, 2, 3, 4]
    rng.shuffle(ways)
    for way in ways:
        if way == 1 and (match := FRONTED.match(text)) and re.search(r"\d", match["when"]):
            return capitalised(f"{lowered(match['rest'], place.text)} {match['when'][0].lower()}{match['when'][1:]}.")
        if way == 2 and (match := TRAILING.match(text)) and not TIMELESS.search(match["rest"]):
            return f"{capitalised(match['when'])}, {lowered(match['rest'], place.text)}."
        if way == 3 and (match := LIST_OF_THREE.search(text)):
            one, two, three = match["one"], match["two"], match["three"]
            a, b, c = rng.choice([(two, one, three), (three, two, one), (two, three, one), (three, one, two)])
            if one[0].isupper() == two[0].isupper() == three[0].isupper():
                return put(text, match.start("one"), match.end(), f"{a}, {b}, {match['and']} {c}")
        if way == 4 and (match := LIST_OF_TWO_NAMES.search(text)):
            return put(text, match.start("one"), match.end(), f"{match['two']} and {match['one']}")
    return None


def voice(place: Place, rng: random.Random) -> str | None:
    """Active for passive, and passive for active."""
    bad = r"(?:He|She|They|This|These|Both|There|In|On|By)\b|.*\b(?:that|which|who)\b"
    if (match := PASSIVE.match(place.sentence)) and not re.match(bad, match["one"]):
        return f"{capitalised(match['two'])} {PAST.get(match['verb'], match['verb'])} {lowered(match['one'], place.text)}{match['rest']}."
    if (
        (match := ACTIVE.match(place.sentence))
        and not re.match(bad, match["one"])
        and not re.search(r"\b(?:and|that|who|which|when|by|of)\b", match["two"])
    ):
        be = "were" if match["two"].endswith("s") else "was"
        return f"{capitalised(match['two'])} {be} {PARTICIPLE.get(match['verb'], match['verb'])} by {match['one']}{match['rest']}."
    return None


def figures(place: Place, rng: random.Random) -> str | None:
    """Figures and dates in another spelling."""
    text = DAY_FIRST.sub(r"\g<month> \g<day>, \g<year>", place.sentence)
    if text == place.sentence:
        text = MONTH_FIRST.sub(r"\g<day> \g<month> \g<year>", text)
    text = MILLIONS.sub(_in_full, text)
    if text == place.sentence:
        text = FULL.sub(lambda match: f"{match['n']}.{match['d']} million".replace(".0 ", " "), text)
    text = (
        re.sub(r"(?<=\d)%", " percent", text) if "%" in text else re.sub(r"(?<=\d) (?:percent|per cent)\b", "%", text)
    )
    text = (
        SMALL_WORDS.sub(lambda match: SMALL_WORD[match[0]], text)
        if rng.random() < 0.5
        else SMALL_FIGURE.sub(lambda match: SMALL[match["n"]], text)
    )
    text = re.sub(r"\bkm2\b", "square kilometres", text) if rng.random() < 0.7 else text
    text = re.sub(r"\bkilomet(?:re|er)s\b", "km", text) if rng.random() < 0.3 else text
    return text if text != place.sentence else None


def _in_full(match: re.Match[str]) -> str:
    zeros = 6 if match["scale"] == "million" else 9
    digits = match["n"] + (match["d"] or ".")[1:].ljust(zeros, "0")
    return f"{int(digits):,}"


def classed(place: Place, rng: random.Random) -> str | None:
    """ "is a tree species" for "is a species of tree"."""
    match = SPECIES_OF.search(place.sentence)
    if not match or match["noun"].endswith("s"):
        return None
    return put(
        place.sentence, match.start("a"), match.end(), f"{match['a']} {match['adjs']}{match['noun']} {match['class']}"
    )


def named(place: Place, rng: random.Random) -> str | None:
    """The name for the pronoun."""
    match = PRONOUN.match(place.sentence)
    opening = subject(place.text, place.title)
    if (
        not match
        or not opening
        or (match["p"] == "They" and not re.match(r" (?:are|were|have)\b", place.text[opening.end :]))
    ):
        return None
    return put(place.sentence, 0, match.end(), opening.name)


def described(place: Place, rng: random.Random) -> str | None:
    """What the article's short description says, where this sentence says so too."""
    text = re.sub(r" \([^()]*\)$", "", place.description)
    opening = subject(place.sentence, place.title)
    if (
        not opening
        or not text
        or len(text.split()) < 2
        or "," in text
        or set(content_stems(text)) - set(content_stems(place.sentence))
    ):
        return None
    verb = place.sentence[opening.end :].split()[0]
    noun = re.split(r" (?:of|in|for|from|that|with|who|which|by|on|between|to|and|used|made|involving|where)\b", text)[
        0
    ].split()[-1]
    if verb not in {"is", "was", "are", "were"} or (
        verb in {"is", "was"} and noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    ):
        return None
    text = (
        text
        if re.match(r"[A-Z][a-z]+(?:an|ish|ese|ic|ch|ean|k)\b", text) or text[1:2].isupper()
        else text[0].lower() + text[1:]
    )
    article = (
        ""
        if verb in {"are", "were"}
        else "the "
        if re.match(r"(?:capital|largest|study|process|\w+est|official|act)\b", text)
        else "a "
    )
    return put(
        f"{opening.name} {verb} {article}X.",
        len(f"{opening.name} {verb} {article}"),
        len(f"{opening.name} {verb} {article}X"),
        text,
    )


def fused(place: Place, rng: random.Random) -> str | None:
    """Two sentences in one; the second is the one that follows, unless it points elsewhere."""
    one, two = place.sentence.rstrip("."), place.following.rstrip(".")
    if not place.following.endswith(".") or not 25 < len(two) < 170 or ";" in one + two or len(one) > 200:
        return None
    if re.match(
        r"(?:However|But|Although|Despite|This|These|Those|Such|For example|For instance|Other|Another|Thus|Therefore|Instead)\b",
        two,
    ):
        return None
    joint = (
        rng.choice([", and ", ", and ", "; ", ", while ", ", and also "])
        if not re.match(r"In |On |Since ", two)
        else ", and "
    )
    if joint == ", and also " and not two.startswith(("It ", "He ", "She ", "They ")):
        joint = ", and "
    if joint == ", and also ":
        two = two.split(" ", 1)[1]
        if not re.match(r"(?:is|was|are|were|has|had|became|served|played|won|wrote|contains|includes)\b", two):
            return None
    return f"{one}{joint}{lowered(two, place.text)}."


FUSED = "two sentences fused"
REWORDINGS: Mapping[str, Alteration] = {
    "synonyms": synonyms,
    "opener": opener,
    "clause cut": cut_clause,
    "shortened": shorten,
    "order": order,
    "voice": voice,
    "figures": figures,
    "class": classed,
    "name for pronoun": named,
    "description": described,
    FUSED: fused,
}
"""True rewordings by name."""
