"""Every citation is the exact words of a stored text, and what no source says is never cited."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.sample_evidence import RIVER, bag_of_words, document, evidence
from research_agent.stages.cite import Checked, cite
from research_agent.text.tokens import content_stems

pytestmark = pytest.mark.anyio


async def check(draft: str, *texts: str, strict: bool = False, keep: bool = False) -> Checked:
    documents = [document(text, title=f"Lumen {i}" if i else "Lumen") for i, text in enumerate(texts or (RIVER,))]
    checked = await cite(draft, evidence(*documents), embed=bag_of_words, strict=strict, keep_unsupported=keep)
    stored = {doc.id: doc.text for doc in documents}
    for citation in checked.citations:
        assert citation.quote == stored[citation.document][citation.start : citation.end]
    return checked


async def test_a_verbatim_sentence_is_cited_with_its_exact_place() -> None:
    checked = await check("It does not freeze in winter.")
    assert checked.text == "It does not freeze in winter. [1]"
    assert [RIVER[c.start : c.end] for c in checked.citations] == ["It does not freeze in winter."]
    assert checked.citations[0].score == 1.0
    start, end = checked.citations[0].sentence
    assert checked.text[start:end] == "It does not freeze in winter."


@pytest.mark.parametrize(
    "claim",
    [
        "The Lumen is 421 kilometres long.",  # digits swapped
        "The Lumen carries 600 million tonnes of sand a year.",  # another scale
        "The Lumen freezes in winter.",  # a denial dropped
        "The mouth of the Lumen was surveyed in 1867 by Max Verne.",  # another name
        "The Lumen is a river in the north of Belgium.",
        "The Lumen is a river in the north of Arvel that flows through three deserts and feeds the largest lake there.",
        "Everybody loves rivers.",
        "The Lumen is a river in the north of Arvel and the pride of fishermen.",
    ],
)
async def test_what_the_source_does_not_say_is_marked(claim: str) -> None:
    checked = await check(claim, keep=True)
    assert checked.citations == ()
    assert [checked.text[start:end] for start, end in checked.unsupported] == [claim]


async def test_a_sentence_about_him_is_not_said_by_one_about_her() -> None:
    checked = await check(
        "He surveyed the long mouth with his own boat.", "She surveyed the long mouth with her own boat."
    )
    assert not checked.citations


def test_word_overlap_alone_would_accept_altered_numbers() -> None:
    """The broken twin: without agreement of numbers the altered claim shares nearly all its words."""
    from research_agent.text.tokens import content_stems

    claim, source = set(content_stems("The Lumen is 421 kilometres long")), set(content_stems(RIVER))
    assert len(claim & source) / len(claim) >= 0.7


async def test_keys_and_links_of_the_model_are_never_shown() -> None:
    links = "[here](https://evil.example/x?a=1) (e1, e2) ![i](http://evil.example/p.png) [e9]"
    draft = f"It does not freeze in winter [e1]. See {links}."
    checked = await check(draft, keep=True)
    assert "evil" not in checked.text
    assert not any(mark in checked.text for mark in ("[e", "(e"))
    assert checked.text.startswith("It does not freeze in winter. [1]")


async def test_a_key_is_a_hint_and_no_more() -> None:
    """A wrong key does not move the citation; a right one does not make one."""
    assert (await check("It does not freeze in winter [e7].")).citations[0].title == "Lumen"
    assert not (await check("The Lumen is 900 kilometres long [e1].")).citations


async def test_documents_are_numbered_in_order_of_first_mention() -> None:
    other = "The Ondra is a lake. It is 90 metres deep."
    checked = await check("It is 90 metres deep. It does not freeze in winter. It is 90 metres deep.", RIVER, other)
    assert checked.text == "It is 90 metres deep. [1] It does not freeze in winter. [2] It is 90 metres deep. [1]"


async def test_strict_drops_what_is_not_supported() -> None:
    checked = await check("It does not freeze in winter. It is made of gold.", strict=True)
    assert checked.text.strip() == "It does not freeze in winter. [1]"
    assert checked.unsupported == ()


async def test_no_evidence_no_citation() -> None:
    checked = await cite("The Lumen is a river.", ())
    assert (checked.citations, checked.sentences, checked.supported) == ((), 1, 0)


async def test_lists_and_line_breaks_are_kept() -> None:
    checked = await check("Facts:\n- It does not freeze in winter.\n- It is gold.", keep=True)
    assert checked.text == "Facts:\n- It does not freeze in winter. [1]\n- It is gold."


async def test_braces_and_template_marks_in_a_source_are_only_text() -> None:
    text = "The {} and {{x!r}} of {0.__class__} stand in <|im_start|> here."
    checked = await check(text, text)
    assert checked.citations[0].quote == text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(0, 2**32))
async def test_offsets_hold_for_any_draft(noise: str, seed: int) -> None:
    """Whatever the model writes around them, spans are slices of the answer and quotes slices of the source."""
    rng = random.Random(seed)
    pieces = ["It does not freeze in winter.", noise, "The Lumen is a river in the north of Arvel."]
    rng.shuffle(pieces)
    checked = await check(" ".join(pieces), keep=True)
    spans = sorted({c.sentence for c in checked.citations} | set(checked.unsupported))
    assert len(spans) == checked.sentences
    for start, end in spans:
        assert 0 <= start < end <= len(checked.text)
    for one, two in pairwise(spans):
        assert one[1] <= two[0]


@pytest.mark.parametrize(
    "hostile",
    [
        "See https://evil.example/a?b=1 and www.evil.example.",
        '<img src="https://evil.example/p.gif" width="1">',
        '[words](https://evil.example "title") ![i][1]',
        "\x1b]8;;https://evil.example\x1b\\open\x1b]8;;\x1b\\",
        "ht\u200btps://evil.example",
    ],
)
async def test_no_address_and_no_escape_of_a_draft_is_shown(hostile: str) -> None:
    """The broken twin shows the draft with its keys taken out, as it is."""
    checked = await check(f"It does not freeze in winter. {hostile}", keep=True)
    assert "evil" not in checked.text
    assert not any(mark in checked.text for mark in ("<img", "\x1b", "\u200b", "]("))
    assert "evil" in hostile.replace("[e1]", "")


@pytest.mark.parametrize(
    "mark", ["[7]", "[123]", "[^7]", "[source 3]", "【7†L3】", "［７］", "[[7]]", "[1-3]", "(e2, e3)"]
)
async def test_marks_that_a_model_made_up_are_never_shown(mark: str) -> None:
    checked = await check(f"It does not freeze in winter {mark}. Giants dug it {mark}.", keep=True)
    assert checked.text == "It does not freeze in winter. [1] Giants dug it."


async def test_a_year_in_brackets_is_no_mark() -> None:
    assert (await check("It was dug (1204).", keep=True)).text == "It was dug (1204)."


async def test_a_sentence_with_an_address_is_cited_word_for_word_and_shown_without_it() -> None:
    source = "The archive of the Lumen stands at https://archive.example/lumen since 1867."
    checked = await check(source, source)
    assert checked.text == "The archive of the Lumen stands at […] since 1867. [1]"
    assert checked.citations[0].quote == source


TURNED = {
    "The fox hunts the hare while the owl watches the mouse at night.": (
        "At night the mouse watches the owl while the hare hunts the fox.",
    ),
    "The city was founded on 25 July 1536 by the Spanish explorer Max Verne.": (
        "The city was founded on 25 May 1536 by the Spanish explorer Max Verne.",
    ),
    "Titan is the largest moon of Saturn and the second largest in the Solar System.": (
        "Titan is the largest moon in the Solar System.",
        "Saturn is the largest moon of Titan.",
    ),
    "Saturn is the sixth planet from the Sun and the second largest in the Solar System, after Jupiter.": (
        "Saturn is the largest planet in the Solar System, after Jupiter.",
        "Jupiter is the second largest in the Solar System, after Saturn.",
        "Saturn is the sixth largest planet in the Solar System.",
    ),
    "Marie Curie won the Nobel Prize in Physics in 1903 and in Chemistry in 1911.": (
        "Marie Curie won the Nobel Prize in Physics in 1911.",
        "Marie Curie won the Nobel Prize in Chemistry in 1903.",
    ),
    "Germany invaded Poland in September 1939.": ("Poland invaded Germany in September 1939.",),
    "The drug failed to reduce mortality in patients.": (
        "The drug reduces mortality in patients.",
        "The drug did reduce mortality in patients.",
    ),
    "Critics deny that the drug reduces mortality.": ("The drug reduces mortality.",),
    "It is a myth that vaccines cause autism.": ("Vaccines cause autism.",),
    "Some people believe that the Earth is flat.": ("The Earth is flat.",),
    "The city has five million inhabitants and three rivers.": (
        "The city has seven million inhabitants and three rivers.",
        "The city has three million inhabitants and five rivers.",
    ),
    "The temperature rose before the war and fell after it.": (
        "The temperature fell before the war and rose after it.",
    ),
    "The increase of temperature lowers the pressure.": ("The lower temperature increases the pressure.",),
    "The bridge was built between 1920 and 1932.": ("The bridge was built in 1920.",),
    "Neither Newton nor Leibniz invented the telescope.": ("Newton never invented the telescope, Leibniz did.",),
    "He was born in 1815 in London and died in 1880 in Paris.": (
        "He was born in 1880 in Paris and died in 1815 in London.",
    ),
    "Bell was awarded the first patent for the telephone, which Meucci had developed earlier.": (
        "Meucci was awarded the first patent for the telephone.",
    ),
    "The mammal is unlikely to survive in the wild.": ("The mammal is likely to survive in the wild.",),
    "Less than 10% of the forest was burned.": ("More than 10% of the forest was burned.",),
    "The river is 5 km long.": (
        "The river is 5 miles long.",
        "The river is 5 m long.",
    ),
    "All known samples but one are poisonous.": ("All known samples are poisonous.",),
    "The vote took place on 3 May and not on 4 June.": ("The vote took place not on 3 May but on 4 June.",),
    "Smith was never married. He lived in Rome.": ("Smith was married.",),
    "Quasars are rarely visible to the naked eye.": ("Quasars are visible to the naked eye.",),
}


@pytest.mark.parametrize(("claim", "source"), [(claim, said) for said, claims in TURNED.items() for claim in claims])
async def test_the_words_of_a_source_turned_round_are_not_what_it_says(claim: str, source: str) -> None:
    """Figures and names at another place, what qualifies a word left out, somebody's opinion taken for the fact."""
    said = [document(source, title="A page")]
    for embed in (None, bag_of_words):
        assert (await cite(claim, evidence(*said), embed=embed)).supported == 0
        assert (await cite(source, evidence(*said), embed=embed)).unsupported == ()
    stems = set(content_stems(claim))
    assert len(stems & set(content_stems(source))) >= 0.6 * len(stems)  # what the naive check by words looks at
