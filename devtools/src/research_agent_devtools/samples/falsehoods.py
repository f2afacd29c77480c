# ruff: noqa: E501
"""
Classes of falsehood: sentences that say something else than their source, in the ways in which models go wrong.

Each gives the changed sentence, or None where it finds nothing to change, or where what it would say might still be true.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import cut, exchange, put, table_pattern, unsaid
from research_agent_devtools.samples.false_facts import FACTS
from research_agent_devtools.samples.false_relations import RELATIONS
from research_agent_devtools.samples.places import Alteration, Place
from research_agent_devtools.samples.word_pairs import (
    CLASSES,
    OPPOSITE_VERBS,
    QUALITIES,
    SUPERLATIVES,
    forms,
    verb_pairs,
)

__all__ = ["FALSEHOODS", "NOT_SAID"]

PRESENT, REST = verb_pairs(OPPOSITE_VERBS)
PRESENT_PATTERN, REST_PATTERN = table_pattern(PRESENT), table_pattern(REST)
MODAL = re.compile(
    r"\b(?:to|can|could|may|might|will|would|must|should|not|that|which|who|they|often|also|usually|do|did) $"
)
NOUN_BEFORE = re.compile(
    r"\b(?:the|a|an|of|in|its|their|his|her|by|for|with|from|and|or|any|some|no|first|new|at|on|into|this|these|to|as|\w+al) $",
    re.IGNORECASE,
)
QUALITY = {pair.split(":")[0]: [pair.split(":")[1]] for pair in QUALITIES}
QUALITY_PATTERN = table_pattern(QUALITY)
SUPERLATIVE = {pair.split(":")[0]: [pair.split(":")[1]] for pair in SUPERLATIVES}
SUPERLATIVE_PATTERN = table_pattern(SUPERLATIVE)
SIBLINGS: dict[str, list[str]] = {}
for group in CLASSES:
    for member in group:
        SIBLINGS.setdefault(member, []).extend(other for other in group if other != member)
CLASS_AFTER_IS = re.compile(
    rf"\b(?:is|was|are|were) (?:(?:a|an|the|one of the) )?(?:(?!of\b|in\b|that\b|to\b|for\b|by\b|from\b|used\b|or\b|and\b)[\w-]+ ){{0,3}}?"
    rf"(?P<noun>{'|'.join(sorted(map(re.escape, SIBLINGS), key=len, reverse=True))})(?= (?:of|in|that|which|who|from|and|native|with|by|on|located|species|situated|used)\b|[.,])"
)
DROPPED = re.compile(
    r"(?<=[ (])(?:former|dwarf|extinct|fictional|proposed|planned|hypothetical|unofficial|self-proclaimed|disputed|"
    r"unrecognized|unrecognised|acting|deputy|vice|assistant|retired|attempted|alleged|artificial|synthetic|imaginary|"
    r"mythical|legendary|partially recognised|partially recognized|semi-\w+|nearly|almost|up to|(?<=earliest )known|(?<=first )known|(?<=oldest )known|(?<=only )known|(?<=largest )known|rarely|seldom|"
    r"once|second|third|fourth|fifth|sixth|non-\w+|false|failed|would-be|honorary|unfinished|de facto|mock|partly|"
    r"partially|second-|third-|fourth-|fifth-|eventually|potential|so-called|quasi-\w+|pseudo-\w+|near-\w+)(?:(?<=-)| )(?=[a-z])"
)
PLACE_OF_SUPERLATIVE = re.compile(
    r"\b(?:(?:larg|small|high|tall|long|old|deep|bigg|fast|busi|heavi|earli|rich|hott|cold|great|wid)est|only|most [a-z-]+)"
    r"(?: (?!of\b|in\b)[a-z-]+){1,4}(?P<where> (?:in|of|on|within|outside|among) (?:the )?(?:\w+ern )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*)(?=[.,;]| and | with | by |$)"
)
ONE_OF = re.compile(
    r"\b(?P<one>one of|among) (?P<the>the|its) (?P<super>(?:(?:world's|country's|world’s) )?(?:\w+est|most \w+)) (?P<middle>(?:[a-z-]+ )?)(?P<noun>[a-z]+s)\b"
)
COPULA_WAS = re.compile(
    r"\b(was|were)(?= (?:a|an|the|one of|also|president|king|prime minister|emperor|chairman|head)\b)"
)
COPULA_IS = re.compile(
    r"\b(is|are)(?= (?:the (?:capital|largest|official|current|most|only|national|seat|second|highest|head)|home to|a member of|currently)\b)"
)
TENSES = {
    "served": ("serves",), "had been": ("has been",), "used to be": ("is",), "no longer": ("still",), "ruled": ("rules",),
    "reigned": ("reigns",), "worked": ("works",), "held": ("holds",), "formerly": ("currently",), "previously": ("currently",),
    "currently": ("formerly",), "today": ("formerly",), "still": ("no longer",), "will be": ("was",), "ceased to": ("continues to",),
    "historically": ("currently",), "existed": ("exists",), "originally": ("now",), "current": ("former",), "remains": ("was once",),
}  # fmt: skip
TENSE_PATTERN = re.compile(table_pattern(TENSES).pattern + r"(?![’'])")
HEDGES = (
    (re.compile(r"\b(?:may|might|could)(?: also)? (?:have|has) been (?=\w+ed\b)"), "was "),
    (re.compile(r"\b(?:may|might|could)(?: possibly| also)? be\b"), "is"),
    (re.compile(r"\b(?:may|might)(?: possibly| also)? have (?=\w+ed\b)"), ""),
    (re.compile(r"\b(?:is|are|was|were)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally|usually))? (?:believed|thought|said|estimated|presumed|considered|assumed|supposed|reported|alleged|claimed|rumou?red|hypothesi[sz]ed|suspected) to be\b"), "is"),
    (re.compile(r"\b(?:is|was)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally))? (?:believed|thought|said|reported|alleged|claimed|supposed) to have been\b"), "was"),
    (re.compile(r"\b(?:is|are|was|were)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally))? (?:believed|thought|said|reported|alleged|claimed|supposed) to have (?=\w+ed\b)"), ""),
    (re.compile(r"\bIt (?:is|has been|was) (?:\w+ )?(?:believed|thought|said|suggested|proposed|hypothesi[sz]ed|argued|speculated|claimed) that "), ""),
    (re.compile(r"\b(?:Some|Many) (?:scholars|historians|scientists|people|researchers|authors|experts) (?:\w+ )?(?:believe|think|argue|suggest|claim|say)(?: that)? "), ""),
    (re.compile(r"\b(?:probably|possibly|perhaps|allegedly|reportedly|supposedly|purportedly|presumably|ostensibly|likely|apparently|arguably) (?!to\b)"), ""),
    (re.compile(r"\b(?:According to (?:legend|tradition|some)[\w ]*|In legend|Traditionally|Reportedly|Supposedly), "), ""),
    (re.compile(r"\b(?:seems|appears|seem|appear) to be\b"), "is"),
    (re.compile(r"\bis a (?:proposed|hypothetical|hypothesi[sz]ed|conjectured|theoretical) "), "is a confirmed "),
)  # fmt: skip
CERTAIN = {
    "can": ("always",), "sometimes": ("always", "never"), "often": ("always", "never", "rarely"), "usually": ("always", "never", "rarely"),
    "generally": ("always", "never"), "typically": ("always", "never"), "commonly": ("always", "rarely"), "frequently": ("always", "rarely"),
    "some": ("all", "no"), "Some": ("All", "No"), "many": ("all", "few"), "Many": ("All", "Few"), "most": ("all", "few"), "Most": ("All", "Few"),
    "several": ("all",), "mainly": ("only", "exclusively"), "mostly": ("exclusively",), "primarily": ("exclusively",), "all": ("few",), "All": ("Few",),
    "partly": ("entirely",), "partially": ("entirely", "completely"), "largely": ("entirely",), "predominantly": ("exclusively",), "rarely": ("usually",),
    "one of": ("the only one of",), "always": ("seldom",), "never": ("often",), "every": ("hardly any",), "both": ("neither of",), "various": ("all",),
    "widely": ("rarely",), "nearly all": ("all",), "the majority of": ("all",), "at least": ("at most",), "more than": ("less than",), "less than": ("more than",),
    "over": ("under",), "up to": ("more than",), "fewer than": ("more than",), "almost": ("exactly",),
}  # fmt: skip
CERTAIN_PATTERN = table_pattern(CERTAIN)
NUMBER_AFTER = re.compile(
    r"\s+(?:\d|one |two |three |four |five |six |ten |half |a (?:million|billion|hundred|thousand))"
)
AUXILIARY = re.compile(
    r"\b(?:is|was|are|were|can|could|will|would|may|might|has been|have been|had been)\b(?! not)(?! no\b)"
)
DENIAL = re.compile(
    r"\b(?P<aux>is|was|are|were|can|could|will|would|may|do|does|did) not |\b(?P<never>never) |\bcannot\b|\bwithout\b"
)
PAST_VERB = re.compile(
    r"(?<=[a-z\d)] )(?P<verb>became|won|wrote|led|served|played|joined|received|moved|died|invaded|conquered|founded|published|discovered|developed|built|began|introduced|defeated|married|studied|lived|worked|ruled|signed|visited|produced|included|established|held|made)(?= [\w])"
)
NOT_MAIN = re.compile(
    r"\b(?:was|were|is|are|been|be|and|by|being|the|a|an|of|in|newly|first|which|his|her|its|had|has|have|\w+ly|first|best|as|self|not) $"
)
BASE_OF = {
    form: verb
    for verb in (
        "become win write lead serve play join receive move die invade conquer publish discover develop build begin introduce defeat marry study live work rule sign visit produce include establish hold make".split()
    )
    for form in (forms(verb)[2],)
}
BASE_OF.update({"founded": "found", "held": "hold", "made": "make"})


def tense(place: Place, rng: random.Random) -> str | None:
    """What was is, what is was; an office that ended is held."""
    ways = [match for pattern in (COPULA_WAS, COPULA_IS) for match in pattern.finditer(place.sentence)]
    ways = ways[:1] if ways else []
    ways += list(TENSE_PATTERN.finditer(place.sentence))
    other = {"was": "is", "were": "are", "is": "was", "are": "were"}
    rng.shuffle(ways)
    for match in ways:
        word = match[0]
        if word in other:
            return put(place.sentence, match.start(), match.end(), other[word])
        if re.search(r"\b(?:was|were|be|been|is|are|and) $", place.sentence[: match.start()]) and word in {
            "served",
            "ruled",
            "held",
            "worked",
        }:
            continue
        if unsaid(place, *TENSES[word]) or word in {"had been", "used to be", "will be"}:
            return put(place.sentence, match.start(), match.end(), TENSES[word][0])
    return None


def modifier(place: Place, rng: random.Random) -> str | None:
    """A word without which more is said: dwarf, former, second, up to; one of the largest -> the largest; in Africa."""
    ways = [("drop", match) for match in DROPPED.finditer(place.sentence)]
    ways += [("where", match) for match in PLACE_OF_SUPERLATIVE.finditer(place.sentence)]
    ways += [("one", match) for match in ONE_OF.finditer(place.sentence)]
    rng.shuffle(ways)
    for way, match in ways:
        if way == "drop":
            if match[0] in {"second ", "third ", "fourth ", "once "} and not re.match(
                r"\w+est\b|most\b|president|prime|king|emperor|a\b|the\b|part\b|used\b|home\b",
                place.sentence[match.end() :],
            ):
                continue
            return cut(place.sentence, match.start(), match.end())
        if way == "where":
            new = rng.choice([" in the world", ""])
            return put(place.sentence, match.start("where"), match.end("where"), new)
        noun = match["noun"]
        if noun.endswith("ss") or noun in {"series", "species", "means"}:
            continue
        single = re.sub(r"ies$", "y", noun) if noun.endswith("ies") else re.sub(r"(?<=s|x|h)es$|s$", "", noun)
        return put(
            place.sentence, match.start(), match.end(), f"{match['the']} {match['super']} {match['middle']}{single}"
        )
    return None


def superlative(place: Place, rng: random.Random) -> str | None:
    """ "smallest" for "largest", "fourth" for "third"."""
    return exchange(place, SUPERLATIVE_PATTERN, SUPERLATIVE, rng)


def polarity(place: Place, rng: random.Random) -> str | None:
    """The verb is its opposite: prevents for causes."""
    found = list(PRESENT_PATTERN.finditer(place.sentence))
    found = [
        match
        for match in found
        if (
            MODAL.search(place.sentence[: match.start()])
            if match[0] + "s" in PRESENT or match[0] + "es" in PRESENT
            else not NOUN_BEFORE.search(place.sentence[: match.start()])
        )
        and not re.match(r" (?:of|in|and|for|to|with)\b|[.,]", place.sentence[match.end() :])
    ]
    found += [
        m
        for m in REST_PATTERN.finditer(place.sentence)
        if not (m[0].endswith("ing") and re.search(r"\b(?:the|a|an|and) $", place.sentence[: m.start()]))
    ]
    rng.shuffle(found)
    for match in found:
        options = [word for word in PRESENT.get(match[0], []) + REST.get(match[0], []) if unsaid(place, word)]
        if options and match[0] not in {
            "found",
            "ground",
            "leaves",
            "left",
            "leading",
            "following",
            "building",
            "heated",
            "known",
            "led",
            "showing",
        }:
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    return None


def quality(place: Place, rng: random.Random) -> str | None:
    """An adjective is its opposite."""
    return exchange(place, QUALITY_PATTERN, QUALITY, rng)


def membership(place: Place, rng: random.Random) -> str | None:
    """A planet is a star: the class is another of the same kind."""
    match = CLASS_AFTER_IS.search(place.sentence)
    options = [word for word in SIBLINGS[match["noun"]] if unsaid(place, word)] if match else []
    return (
        put(place.sentence, match.start("noun"), match.end("noun"), rng.choice(options)) if match and options else None
    )


def scope(place: Place, rng: random.Random) -> str | None:
    """Some are all, often is always, in places is only there."""
    found = list(CERTAIN_PATTERN.finditer(place.sentence))
    if match := re.search(
        r"\b(?:is|are|was|were) (?:found|used|spoken|located|made|produced|played|grown|eaten|worn|native|known|caused)(?= (?:in|by|to|for|as|from|on|with)\b)",
        place.sentence,
    ):
        found.append(match)
    rng.shuffle(found)
    for match in found:
        word, rest = match[0], place.sentence[match.end() :]
        if word not in CERTAIN:
            return put(place.sentence, match.end(), match.end(), " only") if "only" not in place.text else None
        if word in {
            "over",
            "up to",
            "almost",
            "at least",
            "more than",
            "less than",
            "fewer than",
        } and not NUMBER_AFTER.match(rest):
            continue
        if word in {"most", "Most"} and (
            re.match(r" (?:\w+ly|\w+(?:ed|al|ous|ive|ant|ent|ar|ful)|of)\b", rest)
            or re.search(r"\b(?:the|The|its|is|are|and|was|of) $", place.sentence[: match.start()])
        ):
            continue
        if word in {"can", "all", "All", "both", "every", "many"} and re.search(
            r"\b(?:of|in|at|as|the|above|how|so) $|^ of", place.sentence[: match.start()]
        ):
            continue
        new = rng.choice(CERTAIN[word])
        if word == "can":
            if not rest.startswith(" be "):
                continue
            return put(
                place.sentence,
                match.start(),
                match.end() + 3,
                f"{'are' if re.search(r's $', place.sentence[: match.start()]) else 'is'} {new}",
            )
        if unsaid(place, new) or new in {"all", "All", "No", "no", "more than", "less than"}:
            return put(place.sentence, match.start(), match.end(), new)
    return None


def negation(place: Place, rng: random.Random) -> str | None:
    """What is said is denied; what is denied is said."""
    if match := DENIAL.search(place.sentence):
        new = {"cannot": "can", "without": "with"}.get(
            match[0],
            f"{match['aux']} "
            if match["aux"] in {"is", "was", "are", "were", "can", "could", "will", "would", "may"}
            else "",
        )
        return put(place.sentence, match.start(), match.end(), new) if new or match["never"] else None
    found: list[tuple[int, int, str]] = []
    if match := AUXILIARY.search(place.sentence):
        word = match[0]
        denied = (
            word.replace(" been", " not been")
            if "been" in word
            else "cannot"
            if word == "can"
            else f"{word} {rng.choice(['not', 'not', 'never'])}"
        )
        found.append((match.start(), match.end(), denied))
    for match in PAST_VERB.finditer(place.sentence):
        if not NOT_MAIN.search(place.sentence[: match.start()]) and match["verb"] in BASE_OF:
            found.append(
                (
                    match.start(),
                    match.end(),
                    rng.choice([f"did not {BASE_OF[match['verb']]}", f"never {match['verb']}"]),
                )
            )
            break
    return put(place.sentence, *rng.choice(found)) if found else None


def hedge(place: Place, rng: random.Random) -> str | None:
    """What may be is; what some believe is so."""
    for pattern, new in HEDGES:
        if match := pattern.search(place.sentence):
            plural = new == "is" and re.search(
                r"(?:s|\bthey|\band \w+|\bthese) $", place.sentence[: match.start()], re.IGNORECASE
            )
            return put(place.sentence, match.start(), match.end(), "are" if plural else new)
    return None


FALSEHOODS: Mapping[str, Alteration] = {
    "tense": tense,
    "modifier": modifier,
    "superlative": superlative,
    "polarity": polarity,
    "quality": quality,
    "membership": membership,
    "scope": scope,
    "negation": negation,
    "hedge": hedge,
    **RELATIONS,
    **FACTS,
}
"""Classes of falsehood by name."""

NOT_SAID = frozenset({"modifier", "hedge", "scope", "foreign name", "foreign subject", "mixed", "invented"})
"""Classes whose sentences the source does not deny: it merely does not say them."""
