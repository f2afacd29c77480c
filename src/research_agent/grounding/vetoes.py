"""
Vetoes: figures, units, names, negation and order in which a claim and its premise may not differ.

English rules over the form of words, beside the model, which reads their meaning and is weak at just these. None of
them decides alone: each lowers the odds by a weight of its own (`verdict.VETOES`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import Match, SequenceMatcher
from itertools import pairwise

from research_agent.grounding.claims import (
    HEDGES,
    MONTHS,
    OPPOSITES,
    QUANTITIES,
    Statement,
    figures,
    is_ordinal,
    opposed,
)
from research_agent.grounding.premises import is_near_copy
from research_agent.grounding.spans import Quote
from research_agent.text.pointing import points_back
from research_agent.text.tokens import STOP_WORDS, stem, words

__all__ = ["find_vetoes"]

ORDERLY = 0.6  # share of a claim's words of content that stand in the source's order
RUN = 4  # words: a shorter run is a turn of phrase, not a piece of a source
PATCHED = 0.7  # share of a sentence in such runs, from which it is a patchwork
OPENING = 3  # words of a sentence that a pronoun or a name may stand for
BEFORE = 2  # words of a source right before one that is kept: what stands there belongs to it
# What may not be left out before the word that it qualifies: "the second largest", "all but one", "between 3 and 5".
QUALIFYING = frozenset("but except between nearly almost about over under up until not".split())
# What a thing is not, or not yet or no longer, that the word behind it names: a dwarf planet is no planet.
UNDOING = frozenset(
    "dwarf former deputy vice acting alleged supposed fake fictional mythical honorary proposed planned".split()
)
TURNING = frozenset(form for couple in OPPOSITES for form in couple) | frozenset(map(stem, QUANTITIES))
# A source that says it of few, half or nearly all does not say it of all.
LIMITING = frozenset({"few", "half", "almost"})
TENSES = dict.fromkeys("is are am has have does do".split(), "present")
TENSES |= dict.fromkeys("was were had did".split(), "past")
MONTH_STEMS = frozenset(stem(month) for month in MONTHS)
# The day of which a source says it: a copy that leaves it out says it of today.
AS_OF = re.compile(r"\bas (?:of|at) (?:\w+ ){0,2}?([12]\d{3})\b", re.IGNORECASE)
YEAR = re.compile(r"\b[12]\d{3}\b")
PREPOSITIONS = frozenset("in at on of from under during by with for to near after before since until".split())


def find_vetoes(claim: Statement, quotes: Sequence[Quote]) -> frozenset[str]:
    """
    Kinds of what the claim states and the quotes, taken together, do not: "figure", "unit", "name", "negation",
    "quantity", "direction"; and "altered ..." for each way in which it differs from the sentence that it nearly copies.

    Of a near copy, names and figures must be that sentence's own, not those of the one beside it.
    """
    statements = [quote.statement for quote in quotes]
    found = {
        "figure": bool(claim.figures - _union(quote.figures for quote in quotes)),
        "unit": not all(_units_agree(claim, statement) for statement in statements),
        "name": bool(claim.names - _union(quote.stems for quote in quotes)),
        "negation": claim.negated and not any(claim.denied <= one.denied for one in statements if one.negated),
        "quantity": bool(claim.quantities - _union(statement.quantities for statement in statements)),
        "direction": opposed(claim.stems, _union(statement.stems for statement in statements)),
    }
    if _is_spliced(claim, quotes):
        found["altered splice"] = True
    near = [
        _alterations(
            claim, quote, _union(other.stems for other in quotes[:at]) if points_back(quote.text) else frozenset()
        )
        for at, quote in enumerate(quotes)
        if is_near_copy(claim, quote)
    ]
    fewest = min(near, key=len, default=[])
    return frozenset(kind for kind, differs in found.items() if differs) | {f"altered {kind}" for kind in fewest}


def _alterations(claim: Statement, quote: Quote, before: frozenset[str]) -> list[str]:
    """
    Ways in which a near copy differs from its sentence in what it states.

    `before` are stems of the sentences before one that points back: there its pronouns have their names.
    """
    statement = quote.statement
    found = {
        "figure": bool(claim.figures - quote.figures),
        "unit": not _units_agree(claim, statement),
        "name": bool(claim.names - quote.stems - before) or _is_renamed(claim, quote),
        "negation": claim.negated != statement.negated or claim.denied != statement.denied,
        "quantity": bool(claim.quantities - statement.quantities),
        "direction": opposed(claim.stems, statement.stems) or _is_turned(claim, quote),
        "hedge": bool(statement.stems & HEDGES - claim.stems),
        "limit": bool((LIMITING & statement.quantities) - claim.quantities),
        "order": not _order_agrees(claim, quote) or _is_reordered(claim, quote),
        "tense": _tense_differs(claim, quote),
        "date": bool(claim.figures and set(AS_OF.findall(quote.text)) - set(YEAR.findall(claim.text))),
        "qualifier": _is_truncated(claim, quote),
        "class": _is_undone(claim, quote),
        "pronoun": bool(statement.genders and claim.genders - statement.genders),
    }
    return [kind for kind, differs in found.items() if differs]


def _is_turned(claim: Statement, quote: Quote) -> bool:
    """Whether a copy has another word of direction, quantity or order in the place of the source's: "smallest"."""
    mine = words(claim.text)
    for kind, first, last, start, end in SequenceMatcher(None, mine, quote.tokens, autojunk=False).get_opcodes():
        if kind == "replace":
            here, there = mine[first:last], quote.tokens[start:end]
            ranks, theirs = _ranks(here), _ranks(there)
            if opposed(frozenset(map(stem, here)), frozenset(map(stem, there))) or (
                ranks and theirs and ranks != theirs
            ):
                return True
    return False


def _is_renamed(claim: Statement, quote: Quote) -> bool:
    """Whether a copy has a name in the place of another word of the source than a pronoun, though it knows the name."""
    mine = words(claim.text)
    for kind, first, last, start, end in SequenceMatcher(None, mine, quote.tokens, autojunk=False).get_opcodes():
        there = [word for word in quote.tokens[start:end] if word not in STOP_WORDS]
        if kind == "replace" and there and claim.names & set(map(stem, mine[first:last])):
            return True
    return False


def _ranks(tokens: Sequence[str]) -> set[str]:
    """Quantities and ordinals among words."""
    return {QUANTITIES[word] for word in tokens if word in QUANTITIES} | {word for word in tokens if is_ordinal(word)}


def _is_spliced(claim: Statement, quotes: Sequence[Quote]) -> bool:
    """
    Whether a sentence is spliced from pieces of several: a beginning of one, and of another what does not begin it.

    Whole sentences joined are no splice, nor is one whose clauses were left out.
    """
    mine = words(claim.text)
    pieces = [
        (sum(block.size for block in runs), runs)
        for quote in quotes
        if (runs := [block for block in _blocks(mine, quote.tokens) if block.size >= RUN])
    ]
    patched: set[int] = set()
    begins = []
    for _, runs in sorted(pieces, key=lambda piece: -piece[0]):
        fresh = [run for run in runs if len(patched & set(range(run.a, run.a + run.size))) < run.size // 2]
        if fresh:
            begins.append(min(run.b for run in fresh) <= OPENING)
            patched.update(at for run in fresh for at in range(run.a, run.a + run.size))
    return len(begins) > 1 and not all(begins) and len(patched) >= PATCHED * len(mine)


def _units_agree(claim: Statement, statement: Statement) -> bool:
    """Whether no figure of the claim is counted in another unit."""
    counted = {measure.split()[0] for measure in statement.measures}
    return all(measure.split()[0] not in counted for measure in claim.measures - statement.measures)


def _order_agrees(claim: Statement, quote: Quote) -> bool:
    """
    Whether names and figures stand in the same order in both: "A beat B" is not "B beat A".

    Only figures among each other, and who is the subject; a passive ("by") turns it round, and is let pass.
    """
    statement = quote.statement
    counted = claim.figures & statement.figures
    figures_here, figures_there = (
        dict.fromkeys(w.stem for w in one.words if w.stem in counted) for one in (claim, statement)
    )
    if list(figures_here) != list(figures_there):
        return False
    shared = (claim.names & statement.stems) - MONTH_STEMS
    names_here, names_there = ([word.stem for word in one.words if word.stem in shared] for one in (claim, statement))
    if names_here[:1] == names_there[:1] or ("by" in claim.stems) != ("by" in statement.stems):
        return True
    return _is_fronted(claim.text) or _is_fronted(statement.text)


def _is_fronted(text: str) -> bool:
    """Whether a sentence opens with "In Arvel, ...", so that its first name is not its subject."""
    return words(text)[:1] != [] and words(text)[0] in PREPOSITIONS


def _is_truncated(claim: Statement, quote: Quote) -> bool:
    """
    Whether a copy drops a qualifier of a word that it keeps.

    "The second largest" is not the largest, "all but one" not all; and of "Physics in 1903 and Chemistry in 1911" the
    last year is not that of physics.
    """
    blocks = [block for block in _blocks(words(claim.text), quote.tokens) if block.size]
    for one, other in pairwise(blocks):
        left_out = quote.tokens[one.b + one.size : other.b]
        near = left_out[-BEFORE:]
        if any(word in QUALIFYING or stem(word) in TURNING or is_ordinal(word) for word in near):
            return True
        if figures(quote.tokens[other.b]) and any(figures(word) for word in left_out):
            return True
    return False


def _is_undone(claim: Statement, quote: Quote) -> bool:
    """Whether a copy leaves out right before a word that it keeps what makes it another: "a planet", "dwarf planet"."""
    mine = words(claim.text)
    blocks = [block for block in _blocks(mine, quote.tokens) if block.size]
    return any(
        other.b > 0
        and quote.tokens[other.b - 1] in UNDOING - set(mine)
        and mine[other.a] not in STOP_WORDS
        and (other.b - 1) != one.b + one.size - 1
        for one, other in pairwise(blocks)
    )


def _tense_differs(claim: Statement, quote: Quote) -> bool:
    """Whether a copy has the other tense of "be", "have" or "do" in the place of the source's: "is" for "was"."""
    mine = words(claim.text)
    matcher = SequenceMatcher(None, mine, quote.tokens, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "replace":
            here, there = TENSES.keys() & set(mine[first:last]), TENSES.keys() & set(quote.tokens[start:end])
            if here and there and {TENSES[word] for word in here} != {TENSES[word] for word in there}:
                return True
    return False


def _is_reordered(claim: Statement, quote: Quote) -> bool:
    """Whether a sentence reorders a source: "heat raises pressure", "pressure raises heat". A passive ("by") may."""
    if ("by" in claim.stems) != ("by" in quote.statement.stems):
        return False
    theirs = [word.stem for word in quote.statement.words]
    mine = [word.stem for word in claim.words if word.stem in frozenset(theirs)]
    return sum(block.size for block in _blocks(mine, theirs)) < ORDERLY * len(mine)


def _blocks(mine: Sequence[str], theirs: Sequence[str]) -> list[Match]:
    """Runs of words that two texts share, in the order of both."""
    return SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
