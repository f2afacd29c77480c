"""The eval of reports: what counts as checked, the model that lies, and the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.types import Answer, Citation
from research_agent_devtools.evals.reports import QUESTIONS, LyingModel, Written, _rows, figures, unchecked

TEXT = "The sources do not say: x?\n\nRelated:\n\n## Size\n\nArvel is large today. [1] Brone is a small one."


def answer(text: str) -> Answer:
    start = text.index("Arvel")
    cited = Citation(
        n=1, sentence=(start, text.index(" [1]")), document="d", title="Arvel", url="", source="s", quote="", start=0,
        end=1, score=1.0, by="verbatim",
    )  # fmt: skip
    return Answer(
        session="s", turn=1, question="x?", text=text, answer_from="floor", status="complete", citations=(cited,)
    )


def test_a_sentence_without_a_span_is_counted_in_the_text_itself() -> None:
    assert unchecked(answer(TEXT)) == ["Brone is a small one."]
    assert unchecked(answer(TEXT.removesuffix(" Brone is a small one."))) == []


def test_the_model_lies_in_about_a_fifth_and_says_the_same_again() -> None:
    told = [f"Arvel{at} was founded in {1800 + at} and has 40,000 inhabitants." for at in range(200)]
    model, again = LyingModel(), LyingModel()
    for at in range(0, 200, 4):
        prompt = "\n".join(f"[e{key}] {said}" for key, said in enumerate(told[at : at + 4], 1))
        assert model(prompt) == again(prompt)
    assert 20 <= len(model.lies) <= 60
    assert not set(model.lies) & set(told)


def test_figures_count_sentences_faults_and_lies() -> None:
    rows = {
        "floor": [Written("a?", 4, (), ()), Written("b?", 6, ("No.",), ("fault",))],
        "lying": [Written("a?", 10, (), (), told=4, shown=("A lie.",))],
    }
    found = figures(rows, 1).metrics
    assert (found["checked_floor"], found["made_up_floor"], found["sentences_floor"]) == (0.9, 1, 10)
    assert (found["checked_lying"], found["lies_told"], found["lies_shown"]) == (1.0, 4, 0.25)


def test_its_own_questions_are_read_and_others_refused(tmp_path: Path) -> None:
    assert len(_rows(QUESTIONS)) >= 100
    (tmp_path / "rows").write_text("[1]\n", "utf-8")
    with pytest.raises(UsageError):
        _rows(tmp_path / "rows")
