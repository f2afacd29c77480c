"""Reading in two rounds: the best sentences of all passages are read again, together, and then weighed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from research_agent.stages.read import FINALISTS, SURE, Reading, read, without_stuffed
from research_agent.types import Readable

pytestmark = pytest.mark.anyio

QUESTION = "How long is the Lumen?"
QUESTION_OF_CURRENCY = "What is the currency of the United Kingdom?"
LONG, SHORT = "The Lumen is 412 kilometres long.", "The Ondra is long."


class Reader:
    """A reader whose logit is the number in a sentence, and of a whole second round what it is told."""

    def __init__(self, second: Sequence[float] = ()) -> None:
        self.second, self.calls = second, list[Sequence[Readable]]()

    async def __call__(self, items: Sequence[Readable]) -> list[list[float]]:
        self.calls.append(items)
        if len(self.calls) == 2 and self.second:
            return [list(self.second)]
        return [[float(sentence.split()[-1]) for sentence in sentences] for _, _, sentences in items]


async def test_the_best_of_all_are_read_again_under_their_titles() -> None:
    reader = Reader()
    items = [(QUESTION, f"T{n}", (f"one {n}", f"two {-n}")) for n in range(10)]
    reading = await read(items, reader)
    ((question, title, again),) = reader.calls[1]
    assert (question, title) == (QUESTION, "")
    assert again == tuple(f"T{n}: one {n}" for n in range(9, 9 - FINALISTS, -1))
    assert reading.first == [[float(n), float(-n)] for n in range(10)]
    assert [row.index(max(row)) for row in reading.end] == [0] * 10
    assert max(range(10), key=lambda at: reading.end[at][0]) == 9


async def test_the_second_round_can_change_the_order() -> None:
    """By the first round alone (the naive way) the first would stay the best."""
    items = [(QUESTION, "A", ("a 2.0",)), (QUESTION, "B", ("b 1.9",))]
    assert (await read(items, Reader(second=(-3.0, 3.0)))).end[1] > (await read(items, Reader(second=(-3.0, 3.0)))).end[
        0
    ]
    assert (await read(items, Reader(second=(3.0, -3.0)))).end[0] > (await read(items, Reader(second=(3.0, -3.0)))).end[
        1
    ]


async def test_what_was_not_read_again_is_behind_all_that_were() -> None:
    items = [(QUESTION, "A", tuple(f"s {n}" for n in range(12)))]
    (end,) = (await read(items, Reader())).end
    assert max(end[: 12 - FINALISTS]) <= min(end[12 - FINALISTS :])


async def test_a_question_and_a_title_answer_nothing_however_like_the_question_they_are() -> None:
    """And they take no place among the finalists; without the rule the page's own question stays the best."""
    asked = tuple(f"How long is it, {n}?" for n in range(FINALISTS))

    async def likes_questions(items: Sequence[Readable]) -> list[list[float]]:
        return [[9.0 if "?" in text or text == "Lumen" else 1.0 for text in texts] for _, _, texts in items]

    items = [(QUESTION, "Lumen | Rivers", (*asked, "Lumen", LONG))]
    (end,) = (await read(items, likes_questions)).end
    assert end.index(max(end)) == len(asked) + 1
    assert max(end[:-1]) < -1 < end[-1]


async def test_a_page_that_only_repeats_the_question_is_behind_one_that_answers() -> None:
    """By its words alone (the naive way) it is the best of all."""
    repeated = tuple(f"How long the long Lumen is is asked {n} times." for n in range(4))

    async def likes_words(items: Sequence[Readable]) -> list[list[float]]:
        return [[float(text.count("long")) for text in texts] for _, _, texts in items]

    items = [(QUESTION, "", repeated), (QUESTION, "", (LONG,))]
    naive, _ = (await read(items, likes_words)).end
    (stuffed, answer) = (await read(items, likes_words, stuffed={0})).end
    assert max(stuffed) < answer[0] < max(naive)


async def test_nothing_to_read() -> None:
    assert await read([], Reader()) == ([], [])
    assert await read([(QUESTION, "A", ())], Reader()) == ([[]], [[]])


@pytest.mark.parametrize(("ends", "kept"), [((9.0, 1.0, -1.0), "bc"), ((9.0, -1.0, -2.0), "abc")])
def test_what_only_repeats_the_question_is_left_out_where_another_answers(ends: Sequence[float], kept: str) -> None:
    """What is behind those that were read stays in its place."""
    reading = Reading([[0.0]] * 3, [[end] for end in ends])
    found, left = without_stuffed(["a", "b", "c", "d"], reading, {0})
    assert "".join(found) == f"{kept}d"
    assert [row[0] for row in left.end] == list(ends[len(ends) - len(kept) :])
    assert len(left.first) == len(kept)


@pytest.mark.parametrize(
    ("logits", "stuffed", "read_of_all"),
    [
        ((0.0, SURE), set(), 2),  # one of the first two surely answers
        ((0.0, SURE - 0.1), set(), 5),
        ((0.0, SURE), {1}, 5),  # a page that repeats the question is like it in every word
    ],
)
async def test_the_rest_is_read_only_when_none_of_the_first_surely_answers(
    logits: tuple[float, ...], stuffed: set[int], read_of_all: int
) -> None:
    items = [(QUESTION, f"T{at}", (f"{LONG} {logit}",)) for at, logit in enumerate((*logits, 1.0, 1.0, 1.0))]
    reader = Reader()
    reading = await read(items, reader, stuffed=stuffed, few=2)
    assert len(reading.first) == len(reading.end) == read_of_all
    assert sum(len(call) for call in reader.calls) == read_of_all + 1  # and the second round
    assert len((await read(items, Reader(), stuffed=stuffed)).end) == len(items)


async def test_a_question_never_answers_surely() -> None:
    asked = [(QUESTION, "A", ("How long is the Lumen?",)), (QUESTION, "B", (SHORT,)), (QUESTION, "C", (LONG,))]

    async def likes_questions(items: Sequence[Readable]) -> list[list[float]]:
        return [[9.0 if sentence.endswith("?") else -1.0 for sentence in sentences] for _, _, sentences in items]

    assert len((await read(asked, likes_questions, few=1)).end) == 3


async def test_a_sentence_of_the_wrong_form_takes_no_place_in_the_second_round() -> None:
    """By the first round alone (the naive way) sentences that name nobody crowd out the one that does."""
    reader = Reader()
    await read(
        [("Who named the Lumen?", "", (*(f"the lumen, {n}.0" for n in range(1, 9)), "the lumen, by Ada 7.0"))], reader
    )
    ((_, _, again),) = reader.calls[1]
    assert again[0] == "the lumen, by Ada 7.0"


@pytest.mark.parametrize(
    ("sentence", "answers"),
    [
        ("Sterling is the currency of the United Kingdom.", True),
        ("Sterling is the official currency of the United Kingdom.", True),
        ("Sterling is no currency of the United Kingdom.", False),
        ("In the United Kingdom one pays by a currency.", False),
    ],
)
async def test_a_sentence_that_says_the_question_in_its_order_answers_sooner(sentence: str, answers: bool) -> None:
    """By the logits of the reader alone (the naive way) all are equal."""

    async def same(items: Sequence[Readable]) -> list[list[float]]:
        return [[0.3] * len(sentences) for _, _, sentences in items]

    other = (QUESTION_OF_CURRENCY, "Money", ("The United Kingdom has a currency like other countries.",))
    reading = await read([other, (QUESTION_OF_CURRENCY, "Sterling", (sentence,))], same)
    assert (reading.end[1][0] > reading.end[0][0] + 0.5) == answers
