"""
True rewordings: sentences that say what their source says, in other words, order, or fewer words.

Each gives the changed sentence, or None where it finds nothing to change. They may be applied one after another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent.text.tokens import content_stems
from research_agent_devtools.samples.edits import NAME, lowered, put, subject, table_pattern
from research_agent_devtools.samples.equals import EQUALS, WIDER
from research_agent_devtools.samples.places import Alteration, Place
from research_agent_devtools.samples.reworded_clauses import CLAUSES, CONDENSED, FUSED

__all__ = ["CONDENSED", "FUSED", "OPENERS", "REWORDINGS"]

EQUAL_PATTERN = table_pattern(EQUALS)
SPECIAL_SENSE = frozenset("many known died contains founded made used written".split())
ABOUT = re.compile(r"\babout (?=\d|one |two |half |ten |a (?:third|quarter|million))")
WIDER_PATTERN = re.compile(
    rf"\b(?P<be>is|was|are|were) (?P<a>an?) (?P<adjectives>(?:[A-Za-z-]+ ){{0,2}}?)(?P<noun>{'|'.join(WIDER)})"
    r"(?=[.,;]| (?:in|of|that|who|which|from|and|with|native|found)\b)"
)
OPENERS = tuple(
    f"{opener.strip()} "
    for opener in " ".join(
        """Additionally,|According to the source,|In fact,|Overall,|Moreover,|Furthermore,|Also,|In addition,|Generally
        speaking,|According to the article,|Notably,|In short,|To summarize,|Based on the sources,|The source says that|
        It is worth noting that|Basically,|As such,|In summary,|Specifically,|Interestingly,|First,|Finally,|Yes,|
        Essentially,|The text states that|In other words,|Indeed,|So,""".split()
    ).split("|")
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS}) (?P<year>\d{{4}})\b")
MONTH_FIRST = re.compile(rf"\b(?P<month>{MONTHS}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})\b,?")
ALONE = (
    r"(?<!to )(?<!over )(?<!than )(?<!nearly )(?<!almost )(?<!least )(?<!and )(?<!or )(?<!between )(?<!–)(?<!-)"
    r"(?<!\$)(?<!€)(?<!£)(?<!¥)(?<!₹)(?<![\d,.A-Z])"
)
MILLIONS = re.compile(rf"{ALONE}(?P<n>\d{{1,3}})(?P<d>\.\d{{1,3}})? (?P<scale>million|billion)\b")
FULL = re.compile(r"(?<![\d,.])(?P<n>\d{1,3}),(?P<d>\d)00,000(?![\d,.]\d)")
LONG = re.compile(
    rf"(?:(?P<about>approximately|about|around|some) )?{ALONE}(?P<n>\d{{1,3}}),(?P<d>\d{{3}}),"
    rf"\d{{3}}(?![\d,.]\d)(?= [a-z])"
)
DECADE = re.compile(r"\b(?P<how>[Ii]n) (?P<decade>1[5-9]\d|20[01])\d(?=[,.;]| [a-z])")
SMALL = {str(n): word for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)}
SMALL_WORD = {word: n for n, word in SMALL.items()}
SMALL_FIGURE = re.compile(r"(?<![\w.,:$£€–-])(?P<n>[2-9]|1[0-2])(?= [a-z]{4,})(?! (?:percent|million|billion))")
SMALL_WORDS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(SMALL_WORD)})(?= [a-z])(?! (?:million|billion|percent|hundred|thousand|or|to|and|of))"
)
SPECIES_OF = re.compile(
    r"\b(?:is|are|was) (?P<a>an?) (?P<class>species|genus|breed|style) of (?P<noun>(?:[a-z-]+ "
    r")?[a-z]+)(?=[.;]| that | in "
    r"| which | native | found )"
)
OF_NAME = re.compile(
    rf"\b(?<!and )[Tt]he (?P<what>capital|population|economy|president|king|largest city|coast|history|"
    rf"climate|government|currency|"
    rf"founder|surface|atmosphere|orbit|author|national (?:animal|anthem|language)|north|south|"
    rf"territory) of (?P<name>{NAME})"
    r"(?=[,.;]| (?:is|was|are|were|has)\b)"
)
PRONOUN = re.compile(
    r"^(?P<p>It|He|She|They)"
    r"(?! (?:is|was|has) (?:\w+ )?(?:to be|thought|believed|estimated|said|expected|possible|"
    r"likely|argued|only|not|been)\b)(?= (?:is|was|are|were|has|had|can|may|became|served|also|often|later|"
    r"won|wrote|played|consists?|"
    r"contains?|lived|died|began|usually|worked|includes?|lies|covers|borders|refers|remains|uses?)\b)"
)
FULL_NAME = re.compile(r"^(?P<name>(?:[A-Z][\w’'.-]+ ){2,5}[A-Z][\w’'-]+)(?P<note> \([^()]*\))?(?= (?:is|was)\b)")
NOUN_END = re.compile(r" (?:of|in|for|from|that|with|who|which|by|on|between|to|and|used|made|involving|where)\b")
DEFINITE = re.compile(r"(?:capital|largest|study|process|\w+est|official|act)\b")
PROPER = re.compile(r"[A-Z][a-z]+(?:an|ish|ese|ic|ean)\b|(?:French|Czech|Greek|Dutch|Turk)|.[A-Z]")


def synonyms(place: Place, rng: random.Random) -> str | None:
    """Words that mean the same: about half of those that have any, each word always the same for one seed."""
    sentence = ABOUT.sub("approximately ", place.sentence)
    salt = rng.random()
    for match in reversed(list(EQUAL_PATTERN.finditer(sentence))):
        if match[0] in SPECIAL_SENSE and re.match(r" (?:of|as|out|in|to)\b", sentence[match.end() :]):
            continue
        own = random.Random(f"{salt} {match[0]}")
        if own.random() < 0.6:
            sentence = put(sentence, match.start(), match.end(), own.choice(EQUALS[match[0]]))
    return sentence if sentence != place.sentence else None


def wider(place: Place, rng: random.Random) -> str | None:
    """A wider class: an artist for a painter."""
    match = WIDER_PATTERN.search(place.sentence)
    if not match or re.search(r"\b(?:first|only|\w+est|most)\b", match["adjectives"]):
        return None
    return put(place.sentence, match.start("noun"), match.end("noun"), rng.choice(WIDER[match["noun"]]))


def opener(place: Place, rng: random.Random) -> str | None:
    """An opener that says nothing."""
    return rng.choice(OPENERS) + lowered(place.sentence, place.text)


def figures(place: Place, rng: random.Random) -> str | None:
    """Figures and dates in another spelling."""
    text = DAY_FIRST.sub(r"\g<month> \g<day>, \g<year>", place.sentence)
    if text == place.sentence:
        text = MONTH_FIRST.sub(r"\g<day> \g<month> \g<year>", text)
    text = MILLIONS.sub(_in_full, text)
    if text == place.sentence:
        text = FULL.sub(lambda match: f"{match['n']}.{match['d']} million".replace(".0 ", " "), text)
    percent = (r"(?<=\d)%", " percent") if "%" in text else (r"(?<=\d) (?:percent|per cent)\b", "%")
    text = re.sub(*percent, text)
    if rng.random() < 0.5:
        text = SMALL_WORDS.sub(lambda match: SMALL_WORD[match[0]], text)
    else:
        text = SMALL_FIGURE.sub(lambda match: SMALL[match["n"]], text)
    text = re.sub(r"\bkm2\b", "square kilometres", text) if rng.random() < 0.7 else text
    text = re.sub(r"\bkilomet(?:re|er)s\b", "km", text) if rng.random() < 0.3 else text
    return text if text != place.sentence else None


def rounded(place: Place, rng: random.Random) -> str | None:
    """About as much: a long figure rounded, a year as its decade."""
    text = LONG.sub(lambda match: f"about {round(float(match['n'] + '.' + match['d']), 1):g} million", place.sentence)
    if text == place.sentence and rng.random() < 0.6:
        text = DECADE.sub(r"\g<how> the \g<decade>0s", place.sentence, count=1)
    return text if text != place.sentence else None


def classed(place: Place, rng: random.Random) -> str | None:
    """ "is a tree species" for "is a species of tree"."""
    match = SPECIES_OF.search(place.sentence)
    if not match or match["noun"].endswith("s"):
        return None
    return put(place.sentence, match.start("class"), match.end(), f"{match['noun']} {match['class']}")


def genitive(place: Place, rng: random.Random) -> str | None:
    """ "France's capital" for "the capital of France"."""
    match = OF_NAME.search(place.sentence)
    if not match or match["name"].endswith("s"):
        return None
    return put(place.sentence, match.start(), match.end(), f"{match['name']}'s {match['what']}")


def named(place: Place, rng: random.Random) -> str | None:
    """The name for the pronoun, or the name by which one is known for the full one."""
    opening = subject(place.text, place.title)
    if match := FULL_NAME.match(place.sentence):
        full, short = match["name"], place.title.partition(" (")[0]
        same = full.endswith(f" {short.split()[-1]}") and place.text.startswith(full)
        if same and full != short and not full.startswith("The "):
            return put(place.sentence, 0, match.end(), short)
    match = PRONOUN.match(place.sentence)
    if not match or not opening:
        return None
    if match["p"] == "They" and not re.match(r" (?:are|were|have)\b", place.text[opening.end :]):
        return None
    return put(place.sentence, 0, match.end(), opening.name)


def described(place: Place, rng: random.Random) -> str | None:
    """What the article's short description says, where this sentence says so too."""
    text = re.sub(r" \([^()]*\)$", "", place.description)
    opening = subject(place.sentence, place.title)
    if not opening or len(text.split()) < 2 or "," in text:
        return None
    if set(content_stems(text)) - set(content_stems(place.sentence)):
        return None
    verb = place.sentence[opening.end :].split()[0]
    noun = NOUN_END.split(text)[0].split()[-1]
    plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    if verb not in {"is", "was", "are", "were"} or plural != (verb in {"are", "were"}):
        return None
    text = text if PROPER.match(text) else text[0].lower() + text[1:]
    article = "" if plural or text.startswith("one of") else "the " if DEFINITE.match(text) else "a "
    head = f"{opening.name} {verb} {article}"
    return put(f"{head}X.", len(head), len(head) + 1, text)


def _in_full(match: re.Match[str]) -> str:
    zeros = 6 if match["scale"] == "million" else 9
    digits = match["n"] + (match["d"] or ".")[1:].ljust(zeros, "0")
    return f"{int(digits):,}"


REWORDINGS: Mapping[str, Alteration] = {
    "synonyms": synonyms,
    "wider class": wider,
    "opener": opener,
    "figures": figures,
    "rounded": rounded,
    "class": classed,
    "genitive": genitive,
    "name": named,
    "description": described,
    **CLAUSES,
}
"""True rewordings by name."""
