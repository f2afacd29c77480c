"""
Floor of a section: the sources' own sentences, chosen so that they answer its step and none repeats another.

Of a figure, name or date it is the best one; of a matter many, those of a document together and in its order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from research_agent.deep_research.elsewhere import elsewhere_sentences
from research_agent.deep_research.finds import ANSWERS, is_about_topic
from research_agent.deep_research.own_sections import own_sections
from research_agent.deep_research.titles import is_of_another, unqualified
from research_agent.memory import Shape, Step
from research_agent.stages.extract import SITE, extract
from research_agent.text.answer_forms import SUPERLATIVE, lacks_form
from research_agent.text.pointing import leans_back, subject
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import NUMBER, content_stems, is_yes_no_question, jaccard, stem, words
from research_agent.types import Embed, Evidence, Passage

__all__ = ["REPEATED", "floor_sentences"]

REPEATED = 0.6
"""Share of stems in common from which a sentence says the same as one before."""
NEAR_ENOUGH = -1.0
"""Logit from which a sentence belongs to the overview of a field, which no sentence answers as a whole."""
MOST_OWN, MOST_BESIDE = 8, 3
"""Sentences of a section of the text about the topic, and those of other texts beside them."""
SURELY = 1.0
"""Logit from which a sentence answers in whatever words."""
OF_A_FACT, OF_A_MATTER = 1.5, 3.0
"""Logits behind the best sentence from which another is none of a section: of a figure, name or date, of all else."""
MOST = {"single": 8, "compare": 4, "fan-out": 3, "chain": 4, "survey": 8}
"""Sentences of a step, by the shape of the question."""

COUNTED = re.compile(r"\bhow many (?P<noun>[a-z]+) (?:do|does|did|has|have|had)\b.* have\b", re.IGNORECASE)
NONE = frozenset(
    {"no", "any", "without", "single", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
)


async def floor_sentences(step: Step, evidence: Sequence[Evidence], shape: Shape, *, embed: Embed | None) -> list[str]:
    """The sentences, in the order in which they are shown; [] where nothing answers."""
    if step.kind == "elsewhere":
        return elsewhere_sentences(evidence)
    least = NEAR_ENOUGH if step.kind == "facets" else ANSWERS
    if not evidence or (evidence[0].sentences and evidence[0].answers < least):
        return []
    own, evidence = _own(step, evidence)
    evidence = _counting(step, _of_one_sense(_of_facet(step, evidence)))
    told = _naming_subject(own)
    if not evidence:
        return told
    near, most = _near(step, evidence, MOST[shape])
    if told:
        near = [item for item in near if item.answers >= SURELY and not _says_again(item.passage.text, told)]
        most = min(MOST_BESIDE, MOST[shape])
    if not near:
        return told
    return [*told, *_naming_first(step, await _extracted(step, near, embed, most), evidence)]


def _own(step: Step, evidence: Sequence[Evidence]) -> tuple[list[Evidence], Sequence[Evidence]]:
    """The evidence of the sections that are asked for, in its order, without what points back to nothing; the rest."""
    found = own_sections(step, [item.passage.document for item in evidence])
    if found is None:
        return [], evidence
    held = {id(item) for item in evidence if found.holds(item.passage.document.id, item.passage.start)}
    own = sorted((item for item in evidence if id(item) in held), key=lambda item: item.passage.start)
    return _connected(own)[:MOST_OWN], [item for item in evidence if id(item) not in held]


def _connected(items: Sequence[Evidence]) -> list[Evidence]:
    """Sentences of one text in its order, without those that point back to one that is not among them."""
    kept: list[Evidence] = []
    for item in items:
        if not leans_back(item.passage.text) or (kept and _follows(kept[-1].passage, item.passage)):
            kept.append(item)
    return kept


def _follows(one: Passage, other: Passage) -> bool:
    """Whether a sentence is the next one of the same text."""
    return one.document.id == other.document.id and not one.document.text[one.end : other.start].strip()


def _naming_subject(own: Sequence[Evidence]) -> list[str]:
    """Sentences of a section of a text, the first with the text's title where it does not name what it is about."""
    told = [item.passage.text for item in own]
    title = SITE.split(own[0].passage.document.title)[0] if own else ""
    if told and not set(content_stems(title)) & set(content_stems(told[0])):
        told[0] = f"{title}: {told[0]}"
    return told


async def _extracted(step: Step, near: Sequence[Evidence], embed: Embed | None, most: int) -> list[str]:
    """The sentences that answer best; of a matter those of a document together, as it tells them."""
    if lacks_form(step.asked, "") or not near[0].sentences:
        return await _by_answer(step, near, embed, most)
    by_document: dict[str, list[Evidence]] = {}
    for item in near:
        by_document.setdefault(item.passage.document.id, []).append(item)
    sentences: list[str] = []
    # What a topic's own text says of it stands before what others do.
    ordered = sorted(by_document.values(), key=lambda items: not is_about_topic(step, items[0].passage.document))
    for at, items in enumerate(ordered):
        if len(sentences) == most or (at and items[0].answers < (SURELY if step.kind == "facets" else ANSWERS)):
            break
        chosen: list[Evidence] = []
        for item in items:
            said = [*sentences, *(other.passage.text for other in chosen)]
            if len(said) < most and not _says_again(item.passage.text, said):
                chosen.append(item)
        told = [item.passage.text for item in _connected(sorted(chosen, key=lambda item: item.passage.start))]
        told = _naming_text(items[0].passage.document.title, told) if at else told
        if chosen and not told:  # what points back stands behind its text's title, or in front of nothing
            told = await _by_answer(step, items, embed, most - len(sentences))
            told = [] if sentences and told and leans_back(told[0]) else told
        sentences += told
    return sentences


def _naming_text(title: str, told: Sequence[str]) -> list[str]:
    """Sentences of another text than those before, the first with its title where it does not name its subject."""
    title = SITE.split(title)[0]
    named = not told or set(content_stems(unqualified(title))) <= set(content_stems(told[0]))
    return [*told] if named else [f"{title}: {told[0]}", *told[1:]]


async def _by_answer(step: Step, near: Sequence[Evidence], embed: Embed | None, most: int) -> list[str]:
    text = await extract(step.asked, near, embed=embed, most=most)
    return [text[start:end] for start, end in sentence_spans(text)]


def _says_again(sentence: str, said: Sequence[str]) -> bool:
    stems = content_stems(sentence)
    return any(jaccard(stems, content_stems(other)) >= REPEATED for other in said)


def _naming_first(step: Step, sentences: list[str], evidence: Sequence[Evidence]) -> list[str]:
    """The sentences with one in front that names the side or item, by its words or its document's title."""
    side = set(content_stems(step.side))
    if not side or not sentences or side <= set(content_stems(sentences[0])):
        return sentences
    named = next((one for one in sentences if side <= set(content_stems(one)) and not leans_back(one)), "")
    if named:
        return [named, *(one for one in sentences if one != named)]
    of = {item.passage.text: SITE.split(item.passage.document.title)[0] for item in evidence}
    title = of.get(sentences[0], "")
    return [f"{title}: {sentences[0]}", *sentences[1:]] if side <= set(content_stems(title)) else sentences


def _of_one_sense(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence without other things of the name: with "Java" none of "Java (programming language)"."""
    senses: dict[str, str] = {}
    return [
        item
        for item in evidence
        if senses.setdefault(_name(item), item.passage.document.title) == item.passage.document.title
    ]


def _name(item: Evidence) -> str:
    return unqualified(item.passage.document.title).casefold()


def _counting(step: Step, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence that counts what is asked for: of "how many moons does Mars have" a number of moons."""
    asked = COUNTED.search(step.asked)
    if asked is None:
        return evidence
    noun = stem(asked["noun"])
    return [item for item in evidence if _counts(noun, words(item.passage.text))]


def _counts(noun: str, said: Sequence[str]) -> bool:
    """Whether a number, or none, stands at most three words before the noun."""
    near = (said[max(0, at - 3) : at] for at, word in enumerate(said) if stem(word) == noun)
    return any(word in NONE or NUMBER.search(word) for before in near for word in before)


def _of_facet(step: Step, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence without sentences that hardly answer and do not name what is asked about a side, or is so or not."""
    asked = set(content_stems(step.asked))
    of_it = [item for item in evidence if not is_of_another(step.asked, item.passage.document, item.passage.text)]
    if step.side and not lacks_form(step.asked, ""):
        of_it = [item for item in of_it if not _of_its_own(step, item)]
    if not (step.side or is_yes_no_question(step.asked)):
        return of_it
    most = {stem(word) for word in SUPERLATIVE.findall(step.asked)} & asked if step.side else set[str]()
    said = [item for item in of_it if most <= set(content_stems(item.passage.text))]  # the highest is said to be so
    return [item for item in said if item.answers >= SURELY or _names_facet(step, asked, item)]


def _of_its_own(step: Step, item: Evidence) -> bool:
    """Whether a sentence is about the subject of its document, and that is not the side: of silver, copper."""
    title, side = set(content_stems(_name(item))), set(content_stems(step.side))
    return not title & side and bool(subject(item.passage.text)[0] & title)


def _names_facet(step: Step, asked: set[str], item: Evidence) -> bool:
    facet = asked - set(content_stems(step.side or unqualified(item.passage.document.title)))
    return not facet or bool(facet & set(content_stems(item.passage.text)))


def _near(step: Step, evidence: Sequence[Evidence], most: int) -> tuple[Sequence[Evidence], int]:
    """The evidence that belongs to what a step asks, and how many sentences of it: of a figure, date or name one."""
    if not evidence[0].sentences:
        return evidence, most
    if step.kind == "list":
        sources = [(one.document, one.start) for one in step.candidates]
        listing = [item for item in evidence if any(_holds(item.passage, *source) for source in sources)]
        return (listing or evidence)[:1], 1
    is_fact = lacks_form(step.asked, "")
    least = evidence[0].answers - (OF_A_FACT if is_fact else OF_A_MATTER)
    if step.kind == "facets":  # what its own article says belongs to an overview, however little it answers
        least = min(least, NEAR_ENOUGH)
    near = [item for item in evidence if item.answers >= least]
    return near, min(most, 1 if most < MOST["single"] else 2) if is_fact else most


def _holds(passage: Passage, document: str, start: int) -> bool:
    return passage.document.id == document and passage.start <= start < passage.end
