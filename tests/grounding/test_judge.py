"""Supported, partly, unsupported: what may be put together from several spans, and what may not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from helpers import shipped_judge
from helpers.sample_evidence import RIVER, bag_of_words, document, evidence
from research_agent.stages.cite import Judgement, cite, judge
from research_agent.text.tokens import content_stems
from research_agent.types import Embed, Entail

pytestmark = pytest.mark.anyio

HARBOUR = (
    "The town of Sarnow lies at the mouth of the Lumen. Its harbour was dredged by engineers of the Ostra Company. "
    "Max Verne, the mayor, opened the works. The opening took place in 1903, after nine years of digging."
)


async def one(
    sentence: str, *texts: str, embed: Embed | None = bag_of_words, entail: Entail | None = None
) -> Judgement:
    documents = [document(text, title=f"Text {i}") for i, text in enumerate(texts or (RIVER, HARBOUR))]
    return (await judge([sentence], evidence(*documents), embed=embed, entail=entail))[0]


def words_alone(sentence: str, texts: Sequence[str], least: float = 0.85) -> bool:
    """The broken twin: enough of the words, anywhere."""
    mine = set(content_stems(sentence))
    return len(mine & set(content_stems(" ".join(texts)))) >= least * len(mine)


async def test_a_verbatim_sentence_is_supported_with_one() -> None:
    judgement = await one("It does not freeze in winter.", embed=None)
    assert (judgement.score, judgement.verdict) == (1.0, "supported")


@pytest.mark.parametrize("sentence", ["He was there.", "Temples of Arvel, like the Temple of Ostra.", "So it is."])
async def test_a_sentence_of_the_source_is_supported_whatever_is_in_it(sentence: str) -> None:
    judgement = await one(sentence, f"Nothing more. {sentence} The end.", embed=None)
    assert (judgement.score, judgement.verdict) == (1.0, "supported")


@pytest.mark.parametrize(
    ("source", "altered"),
    [
        ("The Lumen carries 10^6 tonnes of sand a year to its delta.", "106"),
        ("The Lumen carries 10^6 tonnes of sand a year to its delta.", "10"),
        ("The Lumen carries 10⁶ tonnes of sand a year to its delta.", "106"),
        ("The Lumen carries 3 1/2 tonnes of sand a year to its delta.", "31/2"),
        ("The Lumen carries 3½ tonnes of sand a year to its delta.", "3"),
    ],
)
async def test_a_sentence_whose_number_would_change_is_not_supported(source: str, altered: str) -> None:
    sentence = f"The Lumen carries {altered} tonnes of sand a year to its delta."
    for entail in (None, shipped_judge.entail):
        assert (await one(sentence, source, entail=entail)).verdict != "supported"
        assert (await one(source, source, entail=entail)).verdict == "supported"


async def test_several_spans_say_together_what_none_says_alone() -> None:
    sentence = "In 1903 the mayor Max Verne opened the harbour of Sarnow, dredged by the Ostra Company."
    judgement = await one(sentence, entail=shipped_judge.entail)
    assert judgement.verdict == "supported"
    assert 1 < len(judgement.quotes) <= 3
    checked = await cite(sentence, evidence(document(HARBOUR)), embed=bag_of_words, entail=shipped_judge.entail)
    assert len(checked.citations) == len(judgement.quotes)
    for citation in checked.citations:
        assert citation.quote == HARBOUR[citation.start : citation.end]


@pytest.mark.parametrize(
    "altered",
    [
        "Its mouth was surveyed in 1867 by Max Verne.",  # the name of another sentence
        "Its mouth was surveyed in 1903 by Ada Verne.",  # the year of another sentence
        "Its mouth was opened in 1867 by Ada Verne.",  # the verb of another sentence
        "Its mouth was not surveyed in 1867 by Ada Verne.",
        "Ada Verne, its mouth, was surveyed in 1867.",
        "It is 412 miles long and carries 60 million tonnes of sand a year.",
        "The Lumen is a river in the south of Arvel.",
        "Its harbour was dredged by engineers in 1867 by Ada Verne.",  # two halves
    ],
)
async def test_a_copy_with_a_change_is_not_supported_though_every_word_is_somewhere(altered: str) -> None:
    assert (await one(altered)).verdict != "supported"
    assert (await one(altered, embed=None)).verdict != "supported"


async def test_words_anywhere_would_accept_the_name_of_another_sentence() -> None:
    assert words_alone("Its mouth was surveyed in 1867 by Max Verne.", (RIVER, HARBOUR))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("All rivers of Arvel freeze.", "Most rivers of Arvel freeze."),
        ("Rivers of Arvel freeze.", "Few rivers of Arvel freeze."),
        ("Prices in Arvel rose in 1990.", "Prices in Arvel rose in the 1990s."),
        ("Sales in Arvel rose by 5 percent.", "Sales in Arvel fell by 5 percent."),
        ("The Lumen was the first river with a dam.", "The Lumen was the second river with a dam."),
        ("Arvel beat Ostra.", "Ostra beat Arvel."),
    ],
)
async def test_quantity_and_direction_must_agree(sentence: str, source: str) -> None:
    assert (await one(sentence, source)).verdict != "supported"
    assert (await one(source, source)).verdict == "supported"


async def test_the_title_stands_for_the_pronoun_of_its_text() -> None:
    sources = evidence(document(RIVER, title="Lumen"))
    assert [item.verdict for item in await judge(["Lumen does not freeze in winter."], sources)] == ["supported"]


async def test_what_is_partly_said_is_not_supported_and_carries_no_mark() -> None:
    sentence = "Max Verne, the mayor of Sarnow, opened the works in 1904 with a speech about the weather."
    judgement = await one(sentence, HARBOUR)
    assert judgement.verdict == "partly"
    assert judgement.quotes
    sources = evidence(document(HARBOUR))
    checked = await cite(sentence, sources, embed=bag_of_words)
    assert (checked.text, checked.citations, checked.supported) == (sentence, (), 0)
    assert checked.partly == checked.unsupported != ()
    assert (await cite(sentence, sources, embed=bag_of_words, strict=True)).text == ""


async def test_what_is_not_said_has_no_quotes() -> None:
    judgement = await one("Bakers in Porto sing opera.")
    assert (judgement.verdict, judgement.quotes) == ("unsupported", ())
    assert (await judge(["A sentence."], ()))[0].verdict == "unsupported"


async def test_without_an_embedding_model_the_check_is_stricter() -> None:
    sentence = "In 1903 Max Verne opened the harbour of Sarnow, dredged deep by the Ostra Company."
    assert (await one(sentence, embed=None)).score <= (await one(sentence)).score


async def test_a_detail_added_to_a_sentence_full_of_names_is_noticed() -> None:
    sentence = "Max Verne, the mayor of Sarnow, opened the works in 1903 with a speech about the weather of Ostra."
    assert (await one(sentence, HARBOUR)).verdict != "supported"
    assert (await one(sentence, HARBOUR, entail=shipped_judge.entail)).verdict != "supported"


async def test_the_same_inputs_have_the_same_judgement() -> None:
    sentence = "In 1903 the mayor Max Verne opened the harbour of Sarnow, dredged by the Ostra Company."
    assert await one(sentence) == await one(sentence)


async def test_what_two_pages_say_of_two_things_is_said_of_neither() -> None:
    """Of one document each: the broken twin, words anywhere, makes a German pianist of the other composer."""
    pages = ("Ada Verne was prolific in the Classical era.", "Otto Brandt was a German composer, and a pianist.")
    claim = "Ada Verne was a German pianist of the Classical era."
    documents = [document(text, title=title) for text, title in zip(pages, ("Ada Verne", "Otto Brandt"), strict=True)]
    assert words_alone(claim, pages)
    assert (await judge([claim], evidence(*documents), embed=bag_of_words))[0].verdict != "supported"


@pytest.mark.parametrize("war", ["War of Arvel", "Great War of Arvel"])  # of five words in six, and of six in seven
async def test_a_name_and_a_date_alone_do_not_say_what_happened(war: str) -> None:
    page = document("It reached far. It lasted from 22 June 1941 to 9 May 1945.", title=f"Eastern front ({war})")
    for embed in (None, bag_of_words):
        (judgement,) = await judge([f"The {war} ended on 9 May 1945."], evidence(page), embed=embed)
        assert judgement.verdict != "supported"


async def test_a_judgement_says_who_judged_and_which_rule_forbids_it() -> None:
    verbatim, free, altered = (
        await one("It does not freeze in winter.", embed=None),
        await one("In 1903 the mayor Max Verne opened the harbour of Sarnow, dredged by the Ostra Company."),
        await one("Its mouth was surveyed in 1903 by Ada Verne."),
    )
    assert [verbatim.by, free.by, altered.by] == ["verbatim", "judge", "judge"]
    assert [bool(judgement.veto) for judgement in (verbatim, free, altered)] == [False, False, True]
