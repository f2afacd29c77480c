"""The reader in a worker: how a passage is read in windows, what a sentence scores, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from helpers.tiny_models import SPECIAL, tiny_judge, tiny_reader, tiny_reader_state, tiny_scores, tiny_tokenizer
from research_agent.encoders import sentence_scorer
from research_agent.encoders.sentence_scorer import MAX_TOKENS, NO_ANSWER, Window
from research_agent.errors import ReaderError

START, END = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")
TOKENIZER = tiny_tokenizer()


def windows(question: str, title: str, *sentences: str) -> list[Window]:
    return list(sentence_scorer.windows(TOKENIZER, START, END, question, title, sentences))


def test_a_short_passage_is_one_pair_of_texts() -> None:
    (window,) = windows("the river?", "sea", "river water.", "the stone.")
    made = TOKENIZER.encode("the river?", "sea. river water. the stone.")
    assert (window.ids, window.types) == (made.ids, made.type_ids)
    texts = [[TOKENIZER.id_to_token(at) for at in window.ids[first:behind]] for _, first, behind in window.sentences]
    assert texts == [["river", "water", "."], ["the", "stone", "."]]


@pytest.mark.parametrize("length", [1, 40, 150, 400])
def test_every_sentence_is_scored_once_and_no_window_is_too_long(length: int) -> None:
    found = windows("the river?", "sea", *(["stone " * length] * 9))
    assert [number for window in found for number, _, _ in window.sentences] == list(range(9))
    assert all(len(window.ids) == len(window.types) <= MAX_TOKENS for window in found)
    assert all(window.ids[0] == START and window.ids[-1] == END for window in found)


def test_a_window_begins_with_the_sentence_before() -> None:
    """Without it a pronoun would stand for nothing."""
    first, second = windows("the river?", "sea", *(f"{word} " * 90 for word in ("river", "stone", "water")))[:2]
    start = first.types.index(1) + 2  # behind the title and its full stop
    (number, begins, _), *_ = second.sentences
    before = [TOKENIZER.id_to_token(at) for at in second.ids[start:begins]]
    assert set(before) == {("river", "stone", "water")[number - 1]}


def test_the_logit_of_a_sentence_is_the_mean_over_its_tokens(tmp_path: Path) -> None:
    file = tiny_reader(tmp_path)
    passage = ("the river?", "sea", ("river water.", "", "the stone to the sea."))
    (found,) = sentence_scorer.scores(file, [passage])
    (window,) = windows(passage[0], passage[1], *passage[2])
    ids, types = (np.array([row]) for row in (window.ids, window.types))
    tokens = tiny_scores(tiny_reader_state(), ids, np.ones_like(ids), types)[0]
    expected = [tokens[first:behind].mean() if behind > first else NO_ANSWER for _, first, behind in window.sentences]
    assert found[1] == NO_ANSWER
    assert np.abs(np.array(found) - np.array(expected)).max() < 0.2 * np.abs(tokens).max()
    assert found[0] != found[2]


def test_a_passage_scores_the_same_alone_and_among_others(tmp_path: Path) -> None:
    file = tiny_reader(tmp_path)
    passages = [("the river?", "sea", (f"{'stone ' * n}.", "water.")) for n in range(1, 6)]
    assert sentence_scorer.scores(file, passages) == [sentence_scorer.scores(file, [one])[0] for one in passages]
    assert sentence_scorer.scores(file, [("", "", ())]) == [[]]
    assert sentence_scorer.scores(file, [("\ud800", "\0", ("\udfff x" * 9_000,))])[0][0] > -1e3


def test_what_is_no_reader_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="return scores"):
        sentence_scorer.load(tiny_judge(tmp_path / "judge"))
    file = tiny_reader(tmp_path / "reader")
    file.write_bytes(b"{}")
    with pytest.raises(ReaderError, match="cannot be loaded"):
        sentence_scorer.load(file)


@pytest.mark.parametrize("asked", ["the stone²?", "the stone^2?"])
def test_a_raised_figure_of_the_question_is_read_as_texts_write_it(asked: str) -> None:
    (window,), (plain,) = windows(asked, "sea", "river."), windows("the stone2?", "sea", "river.")
    assert window.ids == plain.ids
