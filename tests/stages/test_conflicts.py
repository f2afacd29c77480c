from __future__ import annotations

import random

import pytest

from helpers.sample_evidence import document
from research_agent.stages.conflicts import Comparison, compare
from research_agent.stages.status import disagreements
from research_agent.types import Citation, Document, Passage

TRUE = (
    "The Lumen is a river in the north of Arvel. It is 412 kilometres long and carries 60 million tonnes of sand a "
    "year. It does not freeze in winter. Its mouth was surveyed in May 1867 by Ada Verne."
)
LENGTH = TRUE.split(". ")[1] + "."
SURVEYED = TRUE.split(". ")[3]
FREEZES = ("It does not freeze in winter.", "It does freeze in winter.")


def cite(source: Document, quote: str, *, n: int = 1, sentence: tuple[int, int] = (0, 10)) -> Citation:
    start = source.text.index(quote)
    return Citation(
        n=n, sentence=sentence, document=source.id, title=source.title, url=source.url, source=source.source,
        quote=quote, start=start, end=start + len(quote), score=1.0,
    )  # fmt: skip


def compared(quote: str, *documents: Document) -> Comparison:
    return compare([cite(documents[0], quote)], [Passage(each, 0, len(each.text)) for each in documents])


def altered(text: str = TRUE, *, host: str = "mirror", title: str = "Lumen", **changes: str) -> Document:
    for old, new in changes.items():
        text = text.replace(old, new)
    return document(text, title=title, url=f"https://{host}.example/lumen")


@pytest.mark.parametrize(
    ("quote", "old", "new", "ours", "theirs"),
    [
        (LENGTH, "412", "380", "412 kilometres", "380 kilometres"),
        (LENGTH, "60 million", "600 million", "60 million tonnes", "600 million tonnes"),
        (SURVEYED, "1867", "1876", "1867", "1876"),
        (SURVEYED, "Ada Verne", "Otto Brandt", "Ada Verne", "Otto Brandt"),
        (SURVEYED, "May", "June", "May", "June"),
        (FREEZES[0], "not freeze", "freeze", *FREEZES),
    ],
)  # fmt: skip
def test_another_number_date_name_or_denial_is_a_conflict(
    quote: str, old: str, new: str, ours: str, theirs: str
) -> None:
    found = compared(quote, altered(), altered(TRUE.replace(old, new)))
    (conflict,) = found.conflicts
    assert (conflict.ours, conflict.theirs) == (ours, theirs)
    assert conflict.quote in TRUE.replace(old, new)
    assert conflict.url == "https://mirror.example/lumen"


@pytest.mark.parametrize(
    "other",
    [
        TRUE,
        "The Lumen is a river in the north of Arvel.",
        "The Verra is a river in the north of Arvel. It is 380 kilometres long and carries 3 million tonnes a year.",
        "In 1911 a bridge was built. Its mouth was painted in 1902 by Otto Brandt.",
        "It is 412 kilometres long. Its mouth was surveyed in May 1867 by Verne.",
        "412 boats and 380 ships pass in a year.",
    ],
)
def test_agreement_and_other_matters_are_none(other: str) -> None:
    witness = document(other, title="Other rivers", url="https://other.example/x")
    for quote in TRUE.split(". "):
        assert compared(quote, altered(), witness).conflicts == ()


def test_a_list_of_the_same_form_is_about_other_things() -> None:
    """Sentences made alike are no contradiction: "Paris is the capital of France" and the next."""
    one = document("The capital of France is Paris.", title="France")
    other = document("The capital of Japan is Tokyo.", title="Japan")
    assert compared("The capital of France is Paris.", one, other).conflicts == ()


def test_an_independent_source_in_its_own_words_conflicts_when_it_names_the_same_thing() -> None:
    one = document("The river Lumen is 412 kilometres long.", title="Lumen")
    other = document(
        "Travellers love it. The river Lumen is 380 kilometres long.", title="Arvel for travellers", source="guide"
    )
    (conflict,) = compared("The river Lumen is 412 kilometres long.", one, other).conflicts
    assert (conflict.ours, conflict.theirs) == ("412 kilometres", "380 kilometres")


def test_copies_are_one_witness() -> None:
    copies = [altered(TRUE.replace("412", "380"), host=f"copy{n}", title=f"Lumen {n}") for n in range(7)]
    copies = [document(f"{copy.text} Copy {n}.", title=copy.title, url=copy.url) for n, copy in enumerate(copies)]
    found = compared(LENGTH, altered(), *copies)
    (conflict,) = found.conflicts
    assert (conflict.documents, conflict.independent) == (7, 1)
    assert len({copy.id for copy in copies}) == 7  # the broken twin: counting documents, or hosts, gives seven


def test_a_copy_is_one_whatever_figures_were_changed_in_it() -> None:
    text = "In {} the bridge of Arvel cost {} crowns, in {} it cost {} crowns, and in {} it cost {} crowns again."
    one, other = (document(text.format(*range(n, n + 6)), title=f"B{n}", url=f"https://{n}.example") for n in (11, 51))
    cited = [cite(one, one.text), cite(other, other.text, n=2)]
    assert compare(cited, [Passage(each, 0, len(each.text)) for each in (one, other)]).independent == 1


def test_names_that_share_a_word_are_two_names() -> None:
    said = "The Lumen rises in the United Kingdom of Arvel, by the old salt road, and ends there."
    other = document(said.replace("Kingdom", "Republic"), title="Lumen", url="https://mirror.example")
    (conflict,) = compared(said, document(said, title="Lumen"), other).conflicts
    assert (conflict.ours, conflict.theirs) == ("United Kingdom", "United Republic")


def test_independent_counts_cited_documents_without_copies() -> None:
    own = document("A guide: the Lumen never freezes, says everyone who has been there in winter.", title="Guide")
    copy = document(f"{TRUE} Copied.", title="Mirror", url="https://mirror.example")
    cited = [cite(altered(), "It does not freeze in winter."), cite(copy, "It does not freeze in winter.", n=2)]
    cited.append(cite(own, own.text, n=3))
    passages = [Passage(each, 0, len(each.text)) for each in (altered(), copy, own)]
    assert compare(cited, passages).independent == 2
    assert compare([], passages) == Comparison((), 0)


def test_a_hundred_facts_against_seven_altered_copies_each() -> None:
    """Whatever the copies agree on, the one true text shows the conflict."""
    rng = random.Random(7)
    for number in range(100):
        year, length = rng.randrange(1100, 1990), rng.randrange(20, 4000)
        true = TRUE.replace("1867", str(year)).replace("412", f"{length:,}")
        old, new = rng.choice([(str(year), str(year + rng.choice([-10, 1, 9]))), (f"{length:,}", f"{length + 7:,}")])
        wrong = true.replace(old, new)
        copies = [document(f"{wrong} Host {n}.", title=f"Mirror {n}", url=f"https://{n}.example") for n in range(7)]
        quote = next(part for part in wrong.split(". ") if new in part)
        found = compare(
            [cite(copies[0], quote)], [Passage(each, 0, len(each.text)) for each in (*copies, document(true))]
        )
        assert any(old in conflict.theirs for conflict in found.conflicts), (number, old, new)


def test_the_line_for_the_user_says_who_says_what() -> None:
    copies = [document(f"{TRUE.replace('412', '380')} {n}", title=f"M{n}", url=f"https://m{n}.example") for n in (1, 2)]
    quote = LENGTH
    citations = [cite(altered(), quote)]
    found = compare(citations, [Passage(each, 0, len(each.text)) for each in (altered(), *copies)])
    assert disagreements(found.conflicts, citations) == (
        "Sources disagree: 412 kilometres [1], but 2 documents say 380 kilometres, such as M1 (https://m1.example); "
        "copies counted once, 1 of them",
    )
