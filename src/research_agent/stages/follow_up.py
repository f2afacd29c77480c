"""
Follow-up questions that the evidence can answer, without a model.

A title is only asked about in the words in which its own text begins ("A black hole is ..."), so that article and verb
are right; a section only when its heading says what it holds. What does not fit these forms is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from research_agent.text.tokens import content_stems
from research_agent.types import Document

__all__ = ["MOST", "follow_ups"]

MOST = 3
OF_SECTIONS = 2  # questions about sections of what was asked about
LEAD = 600  # characters of a text in which its first sentence stands
LONGEST_TITLE = 60
TITLED_BY_SUBJECT = frozenset({"wikipedia", "encyclopedia"})
"""Sources whose titles name what their texts are about; of others they may be sentences."""

# {0} the subject as its text names it, {1} its bare name, {is} and {does} in its number.
OF_SECTION: Mapping[str, str] = {
    "history": "What is the history of {0}?",
    "etymology": "Where does the name “{1}” come from?",
    "causes": "What causes {0}?",
    "signs and symptoms": "What are the symptoms of {0}?",
    "treatment": "How {is} {0} treated?",
    "applications": "What {is} {0} used for?",
    "uses": "What {is} {0} used for?",
    "structure": "What is the structure of {0}?",
    "diet": "What {does} {0} eat?",
    "habitat": "Where {does} {0} live?",
    "reproduction": "How {does} {0} reproduce?",
    "climate": "What is the climate of {0} like?",
    "economy": "What is the economy of {0} based on?",
    "demographics": "How many people live in {0}?",
    "early life": "What was the early life of {0} like?",
    "death": "How did {0} die?",
    "legacy": "What is the legacy of {0}?",
}
"""Question that a section answers, by its heading."""
OF_A_PERSON = frozenset({"early life", "death", "legacy"})

QUALIFIER = re.compile(r"\s+\([^()]*\)$")
LIFE = re.compile(r"\((?P<born>born |b\. ?)?(?:c\. ?)?\d{3,4}(?(born)|\s?(?:BC\s?)?[–-])", re.IGNORECASE)
BIRTH = re.compile(r"\bborn\b|\b\d{3,4}\s*[–-]|\bc\. \d{3,4}\b")
PRONOUN = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
NAME = re.compile(r"(?=.{3})[\w'’.-]+(?: [\w'’.-]+){0,5}")
# Between name and verb: in brackets, or set off by commas, or another name of the same.
ASIDE = r"(?P<aside>\s*\([^()]{0,300}(?:\([^()]*\)[^()]{0,100})*\)|(?:,| or\b)[^.;]{1,200}?)?,?"
CLAUSE = re.compile(r"\b(?:which|who|whose|that|where|when|as)\b")
FIELD = r"(?:In [^,.;]{2,60}, )?"  # "In economics, inflation is an increase"
VERB = r"\s+(?P<verb>is|are|was|were)\s+(?=an?\b|the\b|one\b|any\b)"


class Subject(NamedTuple):
    """What a text is about, in its own words: with article and verb, and whether it is a person."""

    phrase: str
    name: str
    verb: str
    is_person: bool

    def ask(self) -> str:
        """The question who or what it is."""
        return f"{'Who' if self.is_person else 'What'} {self.verb} {self.phrase}?"

    def ask_section(self, form: str) -> str:
        """The question of a section, by its form."""
        plural = self.verb in ("are", "were")
        return form.format(
            self.phrase, self.name, **{"is": "are" if plural else "is", "does": "do" if plural else "does"}
        )


def follow_ups(
    question: str, documents: Sequence[Document], *, cited: Collection[str] = (), lang: str = "en"
) -> tuple[str, ...]:
    """
    At most `MOST` questions in English that the documents answer, the nearest first; none for other languages.

    First about sections of what was asked about, then what other documents are about: those whose texts speak of one
    another, and where none is about what was asked, those that are `cited` (their ids).
    """
    if lang != "en":
        return ()
    asked = frozenset(content_stems(question))
    subjects = [(document, subject) for document in documents if (subject := _subject_of(document)) is not None]
    near = [pair for pair in subjects if frozenset(content_stems(pair[1].name)) <= asked]
    far = [pair for pair in subjects if not frozenset(content_stems(pair[1].name)) & asked]
    linked = (subject for document, subject in far if _is_linked(document, subject, near, cited))
    sections = (text for document, subject in near for text in _of_sections(document, subject))
    found = [*_new(sections, asked)][:OF_SECTIONS]
    others = _new((subject.ask() for subject in linked), asked)
    return tuple(dict.fromkeys([*found, *others]))[:MOST]


def _is_linked(
    document: Document, subject: Subject, near: Sequence[tuple[Document, Subject]], cited: Collection[str]
) -> bool:
    """Whether a document has to do with what was asked about."""
    if not near:
        return document.id in cited
    return any(_mentions(document.text, other.name) or _mentions(one.text, subject.name) for one, other in near)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _new(questions: Iterable[str], asked: frozenset[str]) -> Iterator[str]:
    """The questions that ask for anything that was not asked."""
    return (text for text in questions if not frozenset(content_stems(text)) <= asked)


def _subject_of(document: Document) -> Subject | None:
    """What a text is about, if it begins by saying what that is, under the document's title."""
    name = QUALIFIER.sub("", document.title.strip())
    if document.source not in TITLED_BY_SUBJECT or len(name) > LONGEST_TITLE or not NAME.fullmatch(name):
        return None
    if (person := _described_person(name, document)) is not None:
        return person
    begin = re.match(
        rf"\s*{FIELD}(?P<article>The|A|An)?\s?(?P<name>{re.escape(name)}s?){ASIDE}{VERB}",
        document.text[:LEAD],
        re.IGNORECASE,
    )
    if begin is None or CLAUSE.search(begin["aside"] or ""):
        return None
    article, verb = (begin["article"] or "").lower(), begin["verb"].lower()
    if article:
        return Subject(f"{article} {begin['name']}", name, verb, is_person=False)
    is_name = _is_name(name, document.text)
    if is_name is None:
        return None
    if not is_name:
        return Subject(_lowered(begin["name"]), name, verb, is_person=False)
    is_person = _is_person(name, begin["aside"] or "", document.text)
    return None if is_person is None else Subject(name, name, verb, is_person)


def _described_person(name: str, document: Document) -> Subject | None:
    """The person whom a text is about, by the years of a life in the description that its source has of it."""
    life = LIFE.search(str(document.details.get("description") or ""))
    if life is None:
        return None
    return Subject(name, name, "is" if life["born"] else "was", is_person=True)


def _is_name(name: str, text: str) -> bool | None:
    """Whether it is written with a capital within sentences too; None where the text does not show it."""
    if re.search(rf"[a-z,;] {re.escape(name)}\b", text):
        return True
    if re.search(rf"\b{re.escape(_lowered(name))}\b", text):
        return False
    return True if any(word[:1].isupper() for word in name.split()[1:]) else None


def _is_person(name: str, aside: str, text: str) -> bool | None:
    """Whether a name is a person's, by the years behind it and the pronouns of its text; None where they do not say."""
    pronouns = len(PRONOUN.findall(text[:LEAD]))
    if BIRTH.search(aside) or (" " in name and pronouns > 1):
        return True
    return None if pronouns else False


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _of_sections(document: Document, subject: Subject) -> Iterator[str]:
    """The questions of the sections that a text has below a heading on a line of its own."""
    for line in _headings(document.text):
        form = OF_SECTION.get(line.lower())
        if form is not None and (line.lower() in OF_A_PERSON) == subject.is_person:
            yield subject.ask_section(form)


def _headings(text: str) -> Sequence[str]:
    """Lines that may be headings: short, without a full stop, and with more text below."""
    lines = [line.strip(" =#\t") for line in text.splitlines()]
    return [line for line in lines[:-1] if 0 < len(line) <= 30 and line[-1].isalpha()]
