"""Classes of falsehood in when, how surely, how often, and whether at all: tense, hedge, scope, negation."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import put, table_pattern, unsaid
from research_agent_devtools.samples.opposites import CERTAINTY, TENSES, forms
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["MODALITY"]

COPULA_WAS = re.compile(
    r"(?<!though it )(?<!as if it )\b(was|were)(?= (?:a|an|the|one of|also|president|king|prime "
    r"minister|emperor|chairman|head)\b)"
)
COPULA_IS = re.compile(
    r"\b(is|are)(?= (?:the (?:capital|largest|official|current|most|only|national|seat|second|"
    r"highest|head)|home to|a member of|currently)\b)"
)
TENSE_PATTERN = re.compile(table_pattern(TENSES).pattern + r"(?![’'])")
HEDGES = (
    (re.compile(r"\b(?:may|might|could)(?: also)? (?:have|has) been (?=\w+ed\b)"), "was "),
    (re.compile(r"\b(?:may|might|could)(?: possibly| also)? be\b(?! (?:used|described|referred|called|found|"
 r"seen|considered|defined|known|regarded|thought|said)\b)"), "is"),
    (re.compile(r"\b(?:may|might)(?: possibly| also)? have (?=\w+ed\b)"), ""),
    (re.compile(r"\b(?:is|are|was|were)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally|"
 r"usually))? (?:believed|thought|said|estimated|presumed|assumed|supposed|reported|"
 r"alleged|claimed|rumou?red|hypothesi[sz]ed|suspected) to be\b"), "is"),
    (re.compile(r"\b(?:is|was)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally))? "
 r"(?:believed|thought|said|reported|alleged|claimed|supposed) to have been\b"), "was"),
    (re.compile(r"\b(?:is|are|was|were)(?: (?:generally|widely|often|commonly|now|sometimes|traditionally))? "
 r"(?:believed|thought|said|reported|alleged|claimed|supposed) to have (?=\w+ed\b)"), ""),
    (re.compile(r"\bIt (?:is|has been|was) (?:\w+ )?(?:believed|thought|said|suggested|proposed|"
 r"hypothesi[sz]ed|argued|speculated|claimed) that "), ""),
    (re.compile(r"\b(?:Some|Many) (?:scholars|historians|scientists|people|researchers|authors|experts) (?:\w+ "
 r")?(?:believe|think|argue|suggest|claim|say)(?: that)? "), ""),
    (re.compile(r"\b(?:probably|possibly|perhaps|allegedly|reportedly|supposedly|purportedly|presumably|"
 r"ostensibly|likely|apparently|arguably) (?!to\b)"), ""),
    (re.compile(r"\b(?:According to (?:legend|tradition|some)[\w ]*|In legend|Traditionally|Reportedly|"
 r"Supposedly), "), ""),
    (re.compile(r"\b(?:seems|appears|seem|appear) to be\b"), "is"),
    (re.compile(r"\bis a (?:proposed|hypothetical|hypothesi[sz]ed|conjectured|theoretical) "), "is a confirmed "),
)  # fmt: skip
CERTAINTY_PATTERN = table_pattern(CERTAINTY)
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
    r"(?<=[a-z\d)] )(?P<verb>became|won|wrote|led|served|played|joined|received|moved|died|invaded|"
    r"conquered|founded|published|discovered|developed|built|began|introduced|defeated|married|"
    r"studied|lived|worked|ruled|signed|visited|produced|included|established|held|made)(?= [\w])"
)
NOT_MAIN = re.compile(
    r"\b(?:was|were|is|are|been|be|and|by|being|the|a|an|of|in|newly|first|which|his|her|its|had|"
    r"has|have|\w+ly|first|best|as|self|not) $"
)
BASE_OF = {
    form: verb
    for verb in (
        "become win write lead serve play join receive move die invade conquer publish discover "
        "develop build begin introduce defeat marry study live work rule sign visit produce include "
        "establish hold make".split()
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


def scope(place: Place, rng: random.Random) -> str | None:
    """Some are all, often is always, in places is only there."""
    found = list(CERTAINTY_PATTERN.finditer(place.sentence))
    if match := re.search(
        r"\b(?:is|are|was|were) (?:found|used|spoken|located|made|produced|played|grown|eaten|worn|"
        r"native|known|caused)(?= (?:in|by|to|for|as|from|on|with)\b)",
        place.sentence,
    ):
        found.append(match)
    rng.shuffle(found)
    for match in found:
        word, rest = match[0], place.sentence[match.end() :]
        if word not in CERTAINTY:
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
        new = rng.choice(CERTAINTY[word])
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


MODALITY: Mapping[str, Alteration] = {"tense": tense, "scope": scope, "negation": negation, "hedge": hedge}
"""Classes of falsehood by name."""
