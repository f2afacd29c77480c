"""Classes of falsehood that mix what was said of two things, or add what nobody said."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent.text.tokens import content_stems, content_words, words
from research_agent_devtools.samples.edits import VERB, predicate, put, subject
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["MIXTURES"]

OTHER_SUBJECT = re.compile(
    r"^(?P<subject>(?!(?:It|He|She|They|This|These|There|In|On|Its|His|Her|Their)\b)(?:[\w’'-]+ ){1,6}?)"
    rf"(?P<rest>{VERB} .*)\.$"
)
STARTS = frozenset("The A An Some Many Most Other Several All Both Each".split())
TAIL = re.compile(r"\b(?P<how>in|by|from|for|with|at|through|during|into) (?P<what>[^,;:()]{4,60})\.$")
DETAILS = " ".join(
    """
making it the largest of its kind; which is why it is so well known today;
although this was later disproved; mainly because of its low cost;
according to a study by the World Bank; and it won several international awards;
which led to a sharp decline in the following decades; and it has since doubled in number;
often within a few hours; and this has been confirmed by recent research;
more than in any other country; and it is protected by law; which was unusual for its time;
and it is still the only one in use; with the support of the government; as a result of climate change;
and experts recommend it for beginners; especially among young people; which makes it very expensive;
and it was awarded the Nobel Prize for it; although many people disagree;
at a cost of about 20 million dollars; mostly in northern Europe; and about 40 percent of them survive;
which reduces the risk of heart disease; and it remained so until the First World War;
usually before the age of 30; for the first time in history; without any help from outside;
and it is named after its discoverer
""".split()
).split("; ")
CLAUSE_END = re.compile(r", (?=which|who|where|and the|located|known|with|it |its |he |she )|; | and (?=is|was|has)")
TIMES = ("In {year}, ", "Since {year}, ", "By {year}, ", "In the early {decade}s, ", "After {year}, ")
PLACES = " ".join(
    """
in Germany; in the United States; in southern Italy; in Japan; in northern India; in Brazil; in Canada;
in Egypt; in Western Europe; in China; in the Middle East; in Australia; in Mexico; in Russia;
in West Africa; in London; during the winter; during the Cold War; in the Middle Ages;
for medical purposes; by hand; in rural areas; every four years; at night; for religious reasons;
by accident; at the age of 25; for military purposes; in large quantities; within two years
""".split()
).split("; ")


def foreign_subject(place: Place, rng: random.Random) -> str | None:
    """What is said of one is said of the subject of another article."""
    mine, theirs = subject(place.sentence, place.title), subject(place.other, place.other_title)
    if not mine or not theirs or set(content_words(theirs.name)) & set(words(place.text)):
        return None
    return put(place.sentence, 0, mine.end, theirs.name)


def mixed(place: Place, rng: random.Random) -> str | None:
    """The subject of one article with what another says of its own."""
    mine, theirs = subject(place.sentence, place.title), predicate(place.other, place.other_title)
    if not mine or not theirs or len(set(content_words(theirs)) - set(words(place.text))) < 4:
        return None
    return f"{mine.name} {theirs}."


def crossed(place: Place, rng: random.Random) -> str | None:
    """The subject of this sentence with what the next one says of another; or their last complements exchanged."""
    mine, theirs = subject(place.sentence, place.title), OTHER_SUBJECT.match(place.following)
    if mine and theirs and not set(content_stems(theirs["subject"])) & set(content_stems(place.title)):
        first = theirs["subject"].split()[0]
        if theirs["subject"].istitle() and first not in STARTS and first.lower() not in place.text:
            return f"{mine.name} {theirs['rest']}."
    one, two = TAIL.search(place.sentence), TAIL.search(place.following)
    if not one or not two or one["how"] != two["how"]:
        return None
    new = set(content_words(two["what"])) - set(words(place.sentence))
    if (
        len(new) < 2
        or not re.search(r"[A-Z0-9]", two["what"])
        or set(content_stems(place.title)) & set(content_stems(two["what"]))
    ):
        return None
    return put(place.sentence, one.start("what"), one.end("what"), two["what"])


def invented(place: Place, rng: random.Random) -> str | None:
    """A clause is added that another article says of its own subject."""
    theirs = predicate(place.other, place.other_title)
    mine = subject(place.sentence, place.title)
    if not theirs or not mine or len(set(content_words(theirs)) - set(words(place.text))) < 3:
        return None
    clause = re.split(
        r", (?=which|who|where|and the|located|known|with|it |its |he |she )|; | and (?=is|was|has)", theirs
    )[0]
    if not 5 <= len(clause.split()) <= 16 or theirs.split()[0] in {"are", "were"}:
        return None
    who = bool(re.search(r"\b(?:He|She|his|her)\b", place.text))
    if rng.random() < 0.5:
        return f"{mine.name}, {'who' if who else 'which'} {clause}, {place.sentence[mine.end + 1 :]}"
    return f"{place.sentence.rstrip('.')}, and {mine.name if who else 'it'} {clause}."


def detail(place: Place, rng: random.Random) -> str | None:
    """A detail is added that nobody said: a time, a place, a reason, a consequence."""
    way = rng.random()
    if way < 0.4:
        added = rng.choice(DETAILS)
        new = set(content_words(added)) - set(words(place.text))
        return f"{place.sentence.rstrip('.')}, {added}." if len(new) > 1 else None
    if way < 0.6 and not re.match(r"(?:In|On|By|Since|After|During|At|From|When|While|As|Although)\b", place.sentence):
        year = rng.randint(1700, 2020)
        opening = rng.choice(TIMES).format(year=year, decade=year // 10 * 10)
        if str(year) in place.text or str(year // 10 * 10) in place.text:
            return None
        first = place.sentence.split(" ", 1)[0]
        common = first in {"The", "It", "He", "She", "They", "A", "An", "This", "These", "Its"}
        return opening + (place.sentence[0].lower() + place.sentence[1:] if common else place.sentence)
    added = rng.choice(PLACES)
    if set(content_words(added)) & set(words(place.text)) or place.sentence[-2:-1] in {")", '"'}:
        return None
    return f"{place.sentence.rstrip('.')} {added}."


MIXTURES: Mapping[str, Alteration] = {
    "foreign subject": foreign_subject,
    "mixed": mixed,
    "crossed": crossed,
    "invented": invented,
    "detail": detail,
}
"""Classes of falsehood by name."""
