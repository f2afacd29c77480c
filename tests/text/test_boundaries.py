"""Where sentences end: 300 hard cases of each kind, and rows of their own."""

from __future__ import annotations

import re

import pytest

from helpers.sentence_cases import CASES, TEMPLATES, cases
from research_agent.text.sentences import sentence_spans

MOST_WRONG = CASES // 50  # 2 % of a kind


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def naive(text: str) -> list[str]:
    """The broken twin: a sentence ends at each mark before a space."""
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


@pytest.mark.parametrize("kind", TEMPLATES)
def test_hard_cases_of_a_kind_are_split_as_by_hand(kind: str) -> None:
    wrong = [(text, gold) for text, gold in cases(kind) if split(text) != gold]
    assert len(wrong) <= MOST_WRONG, wrong[:3]


def test_the_hard_cases_are_hard_for_a_naive_splitter() -> None:
    passed = [kind for kind in TEMPLATES if sum(naive(text) != gold for text, gold in cases(kind)) <= MOST_WRONG]
    assert set(passed) <= {"figures", "colons and semicolons"}


@pytest.mark.parametrize(
    "marked",
    [
        "Everest is 8,848.86 m.| The range is long.",
        "It was built c. 1308 by monks.| They left c. 1400.",
        "J. R. R. Tolkien met Dr. Smith at 5 p.m.| The bell rang.",
        "He joined the U.S. Army in the U.S.| The army was small.",
        "It ended in 1999.| In 2000, No. 5 began, see Fig. 3.",
        "It is big. [12]| The end came. [e3]| It was late.",
        'He said, "I came. I saw."| Then he left (it was late. It rained.) at once.',
        "Viele, z. B. Hunde, sahen am 3. Oktober S. 12 an.| Er kam 44 v. Chr. an.",
        "M. Dupont vit l'art. 5.| Il rit.",
        "El Sr. López vive en EE. UU. y ríe.| Ud. también.",
        "The T. rex ate E. coli.| It died.",
        "After World War I.| Following it, the etc.| Usually, it rains.",
        "The bodies ended.|The next came.",
        "It is on example.com.| See config.toml or 3.11.2 there.",
        "Why me?!| Nobody knows... yet.| She waited...| He came.",
        "它很大。|他说！|好．|「是的。」|3.5公里。",
        "In 1905 A. Einstein wrote it.| In 1905 he was 26.",
        "He ran 5 ft. 3 in. far.| It took 5 min.| The end.",
        "It fell.[9]|As of then, Messrs. Smith and Co. were out.",
        "It is long [e1].| unlike others.",
        "eBay is old.| iPhone sales rose.",
        "i like it. it works. use it.".replace(". ", ".| "),
        "The ratio: It is 3:1; However, none knew.",
        "Вес 5 кг.| Это так.| Он жил в 500 г. до н. э. там.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    assert split(marked.replace("|", "")) == [part.strip() for part in marked.split("|")]


@pytest.mark.parametrize("piece", ["(", '"a ', ".", ". ", "Dr. ", "x (a.) ", ".[1", "U.S. ", "([", "a. ", "…", "‘a’b"])
def test_a_hostile_line_takes_time_in_proportion_to_its_length(piece: str) -> None:
    from time import process_time

    def seconds(times: int) -> float:
        begun = process_time()
        sentence_spans(piece * times)
        return process_time() - begun

    seconds(100)
    assert seconds(8000) < 40 * max(seconds(1000), 0.002)
