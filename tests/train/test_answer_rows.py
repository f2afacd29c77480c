"""Rows of the reader: which sentence answers is known, and what does not answer is beside it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from research_agent_devtools.samples.leads import Lead
from research_agent_train.answers.articles import articles
from research_agent_train.answers.passages import Passage, read_passages, write_passages
from research_agent_train.answers.patterns import definition, facts, private, superlatives
from research_agent_train.answers.public import SETS, Asked, passages_of, read_asked


def lead(title: str, description: str, *sentences: str, topic: str = "Geography") -> Lead:
    return Lead(title, description, topic, " ".join(sentences), sentences)


RIVER = lead(
    "Lumen (river)",
    "River in Arvel",
    "The Lumen is a river in Arvel.",
    "It is 412 kilometres long.",
    "It is the second-longest river in Arvel.",
)


def test_a_fact_is_asked_where_a_sentence_says_it() -> None:
    asked = {question.kind: question for seed in range(40) for question in facts(RIVER, random.Random(seed))}
    assert asked["length"].right == (1,)
    assert asked["place"].right == (0,)
    assert "Lumen" in asked["length"].text or "lumen" in asked["length"].text
    assert asked["no height"].right == () if "no height" in asked else True
    assert not any(question.kind == "born" for question in asked.values())


def test_a_person_is_asked_of_as_one() -> None:
    person = lead("Ada Verne", "Cartographer", "Ada Verne was a cartographer, born in 1815 in Arvel.", topic="People")
    kinds = {question.kind for seed in range(40) for question in facts(person, random.Random(seed))}
    assert {"born", "birthplace", "no children"} <= kinds
    assert not kinds & {"length", "population", "use"}


def test_the_second_longest_is_no_answer_to_the_longest() -> None:
    (question,) = superlatives(RIVER, random.Random(1))
    assert question.right == ()
    assert "longest" in question.text.casefold()
    (question,) = superlatives(lead("Lumen", "River", "The Lumen is the longest river in Arvel."), random.Random(1))
    assert question.right == (0,)


def test_what_it_is_the_first_sentence_says() -> None:
    assert definition(RIVER, random.Random(2)).right == (0,)


def test_private_questions_are_filled_in() -> None:
    made = {private(random.Random(seed)) for seed in range(200)}
    assert len(made) > 150
    assert not any("{" in text or "}" in text for text in made)


def test_passages_of_a_public_question_keep_what_answers() -> None:
    asked = Asked("Who?", ("Ada did it.",), tuple(f"Nobody {n} walked by." for n in range(9)), "squad_du.train")
    found = [passage for seed in range(30) for passage in passages_of(asked, random.Random(seed))]
    for passage in found:
        assert [passage.sentences[at] for at in passage.right] in ([], ["Ada did it."])
        assert ("Ada did it." in passage.sentences) == bool(passage.right)
    assert {bool(passage.right) for passage in found} == {True, False}


def test_a_paragraph_answers_somewhere(tmp_path: Path) -> None:
    asked = Asked("Is it?", ("Lumen - It is a river. It is long.",), ("Ondra - A lake. Deep.",), "boolq.dev")
    found = [passage for seed in range(9) for passage in passages_of(asked, random.Random(seed))]
    assert found[0] == Passage("Is it?", "Lumen", ("It is a river.", "It is long."), (0, 1), "boolq.dev", whole=True)
    assert any(passage.title == "Ondra" and not passage.right for passage in found)
    write_passages(tmp_path / "rows.gz", found)
    assert read_passages(tmp_path / "rows.gz") == found


@pytest.mark.parametrize("dev", [False, True])
def test_dev_rows_are_not_trained_on(tmp_path: Path, dev: bool) -> None:
    for name in SETS:
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            for at in range(600):
                row = {"q": f"{name} {at}?", "pos": [f"yes {at}"], "neg": [f"no {at}"], "src": ""}
                lines.write(json.dumps(row) + "\n")
    asked = {one.question for one in read_asked(tmp_path, dev=dev)}
    assert ("squad_du.train 599?" in asked) == dev
    assert ("squad_du.train 0?" in asked) != dev
    assert len(asked & {one.question for one in read_asked(tmp_path, dev=not dev)}) == 0


def test_rows_of_articles_know_which_sentences_answer() -> None:
    asked = [
        Asked("Who?", ("Ada did it.",), tuple(f"Nobody {n}." for n in range(40)), "squad_du.train"),
        Asked("Too few?", ("Yes.",), ("No.",), "squad_du.train"),
        Asked("A paragraph?", ("Yes.",), ("No.",) * 9, "boolq.dev"),
    ]
    (row,) = articles(asked, seed=1)
    assert len(row["sentences"]) == 24
    assert [row["sentences"][at] for at in row["gold"]] == ["Ada did it."]
