"""
The question in its company: what a text of a user or a front end asks, apart from all it brings along.

Greetings, thanks, code and a front end's instructions are left out; pasted and quoted text is `given`, which may serve
as evidence and is searched for nowhere. Which sentence asks is told by form: a linear score of its mark, its opening
and its place. Pure; linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from research_agent.text.asking_forms import ENDS_ASKING, ENDS_STATING, OPENING, question_spans
from research_agent.text.blocks import Block, split_blocks
from research_agent.text.direct import REQUEST, direct, is_courtesy, without_courtesy
from research_agent.text.formulas import plain_formulas
from research_agent.text.tokens import STOP_WORDS, content_words, words

__all__ = ["YOUR_TEXT", "GivenText", "Interpretation", "interpret"]

YOUR_TEXT = "your text"
"""Name, and title, of the source of what the user gave along with the question."""

MOST_QUESTIONS = 3
LONGEST_PLAIN = 60  # words of a text without a question that are searched for as they stand
KEYWORDS = 12  # words of a line that is taken for keywords
SHORTEST_GIVEN = 5  # words
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
BESIDE_ADDRESS = 3  # words of a sentence that is an address
FOR_SHOW = 2  # statements of a paragraph from which its question is not asked beside one that stands alone
MOST_TOLD = 2  # statements of a paragraph of which one may be needed to understand the question
LONG = 40  # words of a sentence
READ = 10_000  # characters at each end of a block in which the question is looked for
BLOCKS = 60  # at each end of a message in which it is looked for


class GivenText(NamedTuple):
    """Text that came along with the question; `name` is that of its file, "" when it has none."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """
    What a text asks. `question` is in the user's words and stands alone; "" when the text asks nothing.

    `questions` are its parts, one each. `given` are the other texts, code left out.
    """

    question: str
    questions: tuple[str, ...]
    given: tuple[GivenText, ...] = ()


class Weights(NamedTuple):
    """Weights of the formal features of a sentence, for its being the question."""

    mark: float = 3.0  # ends with a question mark
    opens: float = 2.0  # opens as a question or a request does
    indirect: float = 2.0  # "I was wondering whether ..."
    alone: float = 1.0  # its paragraph says nothing else
    last: float = 1.0
    first: float = 0.5
    keywords: float = 1.5  # a short line without any mark
    company: float = -0.75  # for each statement in its paragraph, three at most
    answered: float = -1.5  # a statement follows: it was asked for show
    reported: float = -3.5  # behind "My colleague wrote:"
    long: float = -1.0


WEIGHTS = Weights()
MARGIN = 2.5  # below the best score up to which a sentence is asked as well
ENOUGH = 3.0  # score of a line of keywords that is the question

LEAD_IN = re.compile(r"\s*(?P<lead>[^.?!:\n]{1,80}):(?=\s|$)")
ASKING_LEAD = re.compile(
    r"\b(?:questions?|quer(?:y|ies)|ask(?:ed|ing|s)?|wonder(?:ing|ed)?|know|task|topic|q)\b", re.IGNORECASE
)
WRAPPED = re.compile(r"(?<![.!?:;。！？])\n(?=[a-z(])")
SPEAKER = re.compile(r"\b(?:i|i['’]\w+|me|my|mine|we|us|our|you|your)\b", re.IGNORECASE)
PRONOUN = re.compile(r"\b(?:it|its|he|his|him|she|her|hers|they|them|their|this|that|these|those)\b", re.IGNORECASE)
EXPLETIVE = re.compile(r"\bit(?:['’]s)?\s+(?:\w+\s+){0,2}(?:that|to|for|when|whether)\b", re.IGNORECASE)
# The subject of a sentence by its form: "The Lumen is ...", "Marie Curie was ...".
SUBJECT = re.compile(
    r"\s*(?:(?:The|A|An|My)\s+)?(?P<name>[A-Z][\w'’-]*(?:\s+(?:(?:of|the|de|von|van)\s+)?[A-Z][\w'’-]*){0,5})"
    r"\s+(?:is|are|was|were|has|had)\b"
)
POSSESSIVE = frozenset({"its", "his", "her", "their"})


@dataclass(frozen=True, slots=True)
class _Unit:
    """
    Sentence of a block; `asked` is its direct form. A `stating` one says something, and not of the user.

    `told` counts the statements of its paragraph.
    """

    block: int
    text: str
    asked: str
    score: float = 0.0
    asks: bool = False
    stating: bool = False
    polite: bool = False
    keywords: bool = False
    told: int = 0


@lru_cache(maxsize=64)
def interpret(text: str) -> Interpretation:
    """Find the question of a text. Interpreting the question again changes nothing."""
    blocks = split_blocks(text)
    for kinds in (("asked",), ("prose", "told"), ("quoted",)):
        chosen = [place for place, block in enumerate(blocks) if block.kind in kinds]
        if chosen and (found := _questions(blocks, chosen)):
            return _interpretation(found, blocks)
    return _without_question(text, blocks)


def _questions(blocks: Sequence[Block], chosen: Sequence[int]) -> list[_Unit]:
    """The sentences of the chosen blocks that ask, in order; all of what the front end marked, when none does."""
    units = _scored(blocks, chosen)
    asking = [unit for unit in units if unit.asks]
    if blocks[chosen[0]].kind == "quoted":
        asking = [unit for unit in asking if not unit.told]
    told = [unit for unit in asking if blocks[unit.block].kind == "told"]
    if told:  # below a mail's header only the last that asks can be the user's, and none when they ask above it
        above = [unit for unit in asking if unit not in told]
        alone = [unit for unit in told if unit.told < FOR_SHOW]
        asking = above if any(unit.told < FOR_SHOW for unit in above) else [*above, *(alone or told)[-1:]]
    if not asking and blocks[chosen[0]].kind == "asked":
        return [replace(unit, asked=without_courtesy(unit.text)) for unit in units if not unit.polite]
    if len(chosen) > 1 and all(unit.score < ENOUGH for unit in asking):
        asking = [unit for unit in units if unit.keywords and unit.score >= ENOUGH][-1:] or asking
    best = max((unit.score for unit in asking), default=0.0)
    kept = sorted((unit for unit in asking if unit.score > best - MARGIN), key=lambda unit: -unit.score)
    first = [unit for unit in kept if unit.told < FOR_SHOW or unit.told <= kept[0].told][:MOST_QUESTIONS]
    return [_resolved(unit, units, first) for unit in units if unit in first]


def _scored(blocks: Sequence[Block], chosen: Sequence[int]) -> list[_Unit]:
    """The sentences of the first and the last of the chosen blocks, scored."""
    units: list[_Unit] = []
    led = False
    for place in chosen if len(chosen) <= 2 * BLOCKS else (*chosen[:BLOCKS], *chosen[-BLOCKS:]):
        text = WRAPPED.sub(" ", _ends(blocks[place].text))
        lead = LEAD_IN.match(text)
        reporting = _reports(text)
        reported = (led or reporting) and blocks[place].kind != "asked"
        led = lead is not None and reporting and not text[lead.end() :].strip()
        units += _of_paragraph([_unit(place, text[start:end]) for start, end in question_spans(text)], reported)
    last = next((at for at in range(len(units) - 1, -1, -1) if not units[at].polite), -1)
    return [
        replace(unit, score=unit.score + WEIGHTS.last * (at == last) + WEIGHTS.first * (at == 0))
        for at, unit in enumerate(units)
    ]


def _unit(block: int, text: str) -> _Unit:
    """A sentence with its direct form and its score by itself."""
    asked, indirect = direct(text)
    mark, stops = ENDS_ASKING.search(text) is not None, ENDS_STATING.search(text) is not None
    bare, polite, size = without_courtesy(text), is_courtesy(text), len(words(text))
    stating = not mark and not polite and not SPEAKER.search(text)
    opens = REQUEST.match(bare) is not None or (not stops and OPENING.match(bare) is not None)
    indirect = indirect and not stating
    keywords = not (mark or stops or polite) and size <= KEYWORDS
    score = _weighed(mark=mark, opens=opens, indirect=indirect and not opens, keywords=keywords, long=size > LONG)
    asks = (mark or opens or indirect) and not is_courtesy(asked)
    return _Unit(block, text, asked, score, asks, stating=stating, polite=polite, keywords=keywords)


def _of_paragraph(units: Sequence[_Unit], reported: bool) -> Iterator[_Unit]:
    """The sentences of a paragraph, scored by their company in it too."""
    telling, speaking = sum(unit.stating for unit in units), sum(not unit.polite for unit in units)
    for at, unit in enumerate(units):
        score = unit.score + _weighed(
            alone=speaking == (not unit.polite),
            company=min(3, telling - unit.stating),
            answered=at + 1 < len(units) and units[at + 1].stating,
            reported=reported,
        )
        yield replace(unit, score=score, told=telling)


def _weighed(**features: float) -> float:
    weights = WEIGHTS._asdict()
    return sum(float(weights[name]) * value for name, value in features.items())


def _resolved(unit: _Unit, units: Sequence[_Unit], kept: Sequence[_Unit]) -> _Unit:
    """The question with the name that its pronoun stands for, of the sentence before it; else with that sentence."""
    pronoun = _open_pronoun(unit.asked)
    at = units.index(unit)
    before = units[at - 1] if at else None
    if pronoun is None or before is None or before.block != unit.block or before in kept or before.polite:
        return unit
    if unit.told > MOST_TOLD:  # a report: its sentences are nobody's question
        return unit
    subject = SUBJECT.match(before.text)
    if before.asks or subject is None or subject["name"].casefold() in STOP_WORDS:
        said = before.asked if before.asks else without_courtesy(before.text)
        return replace(unit, asked=f"{said} {unit.asked}")
    owner = "'s" if pronoun[0].lower() in POSSESSIVE else ""
    asked = f"{unit.asked[: pronoun.start()]}{subject['name']}{owner}{unit.asked[pronoun.end() :]}"
    return replace(unit, asked=asked)


def _open_pronoun(question: str) -> re.Match[str] | None:
    """A pronoun whose noun is not in the question, None without one."""
    expletive = EXPLETIVE.search(question)
    pronoun = PRONOUN.search(question, expletive.end() if expletive else 0)
    return pronoun if pronoun and len(content_words(question[: pronoun.start()])) <= 1 else None


def _interpretation(found: Sequence[_Unit], blocks: Sequence[Block]) -> Interpretation:
    questions = tuple(dict.fromkeys(plain_formulas(unit.asked).strip() for unit in found))
    taken: dict[int, set[str]] = {}
    for unit in found:
        taken.setdefault(unit.block, set()).add(unit.text)
    asked = [(block.text, taken.get(at, set())) for at, block in enumerate(blocks)]
    looked_at = [one for one in asked if one[1] or _is_address(one[0])]
    if addresses := [url for text, said in looked_at for url in _addresses(text, said)]:
        questions = (*questions[:-1], " ".join([questions[-1], *addresses]))
    return Interpretation(" ".join(questions), questions, _given(blocks, taken))


def _addresses(text: str, asked: Iterable[str]) -> Iterator[str]:
    """The addresses of a paragraph's sentences that say no more than where to look: "See https://example.org"."""
    for sentence in _statements(WRAPPED.sub(" ", text), asked):
        if _is_address(sentence):
            yield from (match[0].rstrip(".,;:!)") for match in ADDRESS.finditer(sentence))


def _is_address(sentence: str) -> bool:
    return ADDRESS.search(sentence) is not None and len(words(ADDRESS.sub(" ", sentence))) <= BESIDE_ADDRESS


def _given(blocks: Sequence[Block], taken: dict[int, set[str]]) -> tuple[GivenText, ...]:
    """The texts that are not asked, those of one file together."""
    texts: dict[str, list[str]] = {}
    for place, block in enumerate(blocks):
        if block.kind in ("code", "instruction"):
            continue
        text = block.text.strip()
        if place in taken:
            said = _statements(WRAPPED.sub(" ", block.text), taken[place])
            text = " ".join(sentence for sentence in said if not _is_address(sentence))
        if len(words(text)) >= SHORTEST_GIVEN and not is_courtesy(text):
            texts.setdefault(block.name, []).append(text)
    return tuple(GivenText("\n\n".join(parts), name) for name, parts in texts.items())


def _statements(text: str, asked: Iterable[str]) -> list[str]:
    """The statements of a paragraph that also asks, without those in which the user speaks of themselves."""
    sentences = [text[start:end] for start, end in question_spans(text)]
    return [
        sentence
        for sentence in sentences
        if sentence not in asked and not SPEAKER.search(sentence) and not ENDS_ASKING.search(sentence)
    ]


def _without_question(text: str, blocks: Sequence[Block]) -> Interpretation:
    """A text in which no sentence asks: keywords, or one short paragraph; of any other nothing is searched for."""
    prose = [block.text for block in blocks if block.kind in ("prose", "asked") and not is_courtesy(block.text)]
    others = [block for block in blocks if block.kind in ("quoted", "told")]
    if len(blocks) == 1 and "\n" not in text.strip():
        prose, others = [text], []
    said = " ".join(prose[0].split()) if len(prose) == 1 and not others and not _reports(prose[0]) else ""
    if not said or len(words(said)) > LONGEST_PLAIN:
        return Interpretation("", (), _given(blocks, {}))
    question = plain_formulas(without_courtesy(said))
    return Interpretation(question, (question,))


def _reports(text: str) -> bool:
    """Whether a paragraph gives what somebody else says: "My colleague wrote: ..."."""
    lead = LEAD_IN.match(text)
    return lead is not None and not ASKING_LEAD.search(lead["lead"]) and not OPENING.match(text)


def _ends(text: str) -> str:
    """The beginning and the end of a long text, in which the question would stand."""
    if len(text) <= 2 * READ:
        return text
    return f"{text[:READ].rpartition(' ')[0]}\n{text[-READ:].partition(' ')[2]}"
