"""The text of a report: marks, offsets, a summary of a long one, the answer of a chain in front."""

from __future__ import annotations

from research_agent.deep_research.report_text import MOST_DOCUMENTS, SUMMARISED, ReportText, compose_text
from research_agent.deep_research.sections import Said, Section
from research_agent.grounding import Judgement, Quote
from research_agent.memory import Disagreement, Step
from research_agent.types import Document
from research_agent_devtools.harness.deep_world import document

ONE = document("One", "The Lumen is 412 km long. It is cold.")
OTHER = document("Other", "The Lumen is 380 km long. It is old.")

STEP = Step(id=1, text="Why?")


def said(text: str, *sources: Document) -> Said:
    quotes = tuple((1.0, Quote(source, 0, 25)) for source in sources)
    return Said(text, Judgement(1.0, "supported", quotes, by="verbatim"))


def test_each_sentence_is_followed_by_the_marks_of_its_documents() -> None:
    report = ReportText()
    report.heading("Length")
    report.paragraph([said("The Lumen is 412 km long.", ONE), said("It is cold.", OTHER, ONE)])
    assert report.text == "## Length\n\nThe Lumen is 412 km long. [1] It is cold. [1][2]"
    assert [(one.n, report.text[slice(*one.sentence)]) for one in report.citations] == [
        (1, "The Lumen is 412 km long."), (2, "It is cold."), (1, "It is cold."),
    ]  # fmt: skip
    assert all(one.quote == ONE.text[:25] for one in report.citations if one.document == ONE.id)


def test_more_documents_than_marks_are_left_out() -> None:
    report = ReportText()
    many = [document(f"T{number}", f"The Lumen is {number} km long.") for number in range(MOST_DOCUMENTS + 5)]
    report.paragraph([said(f"S {number}.", one) for number, one in enumerate(many)])
    assert max(one.n for one in report.citations) == MOST_DOCUMENTS


def test_the_answer_of_a_chain_stands_first_and_a_long_report_has_a_summary() -> None:
    sections = [Section("Who?", ((STEP, (said("A.", ONE),)),)), Section("Where?", ((STEP, (said("B.", OTHER),)),))]
    chain = compose_text(sections, (), {}, answer_first=True)
    assert chain.text == "B. [1]\n\n## Who?\n\nA. [2]"
    long = [Section(f"Part {at}", ((STEP, (said(f"S{at}.", ONE),) * 4),)) for at in range(SUMMARISED // 4)]
    assert compose_text(long, (), {}, answer_first=False).text.startswith("## In short\n\nS0. [1] S1. [1] S2. [1]")


def test_both_sides_of_a_disagreement_are_quoted() -> None:
    one = Disagreement(step=1, one=(ONE.id, 0, 25), other=(OTHER.id, 0, 25), ours="412 km", theirs="380 km")
    report = compose_text([], [one], {ONE.id: ONE, OTHER.id: OTHER}, answer_first=False)
    assert report.text == (
        "## Where sources disagree\n\nThe Lumen is 412 km long. [1]\n\nThe Lumen is 380 km long. [2]"
    )
