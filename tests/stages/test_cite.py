"""Every citation is the exact words of a stored text, and what no source says is never cited."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials import RIVER, bag_of_words, document, evidence
from research_agent.stages.cite import Checked, cite

pytestmark = pytest.mark.anyio


async def check(draft: str, *texts: str, strict: bool = False) -> Checked:
    documents = [document(text, title=f"Lumen {i}" if i else "Lumen") for i, text in enumerate(texts or (RIVER,))]
    checked = await cite(draft, evidence(*documents), embed=bag_of_words, strict=strict)
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
        "Yes.",
    ],
)
async def test_what_the_source_does_not_say_is_marked(claim: str) -> None:
    checked = await check(claim)
    assert checked.citations == ()
    assert [checked.text[start:end] for start, end in checked.unsupported] == [claim]


async def test_a_sentence_about_him_is_not_said_by_one_about_her() -> None:
    checked = await check(
        "He surveyed the long mouth with his own boat.", "She surveyed the long mouth with her own boat."
    )
    assert not checked.citations


def test_word_overlap_alone_would_accept_altered_numbers() -> None:
    """The broken twin: without agreement of numbers the altered claim shares nearly all its words."""
    from research_agent.words import content_stems

    claim, source = set(content_stems("The Lumen is 421 kilometres long")), set(content_stems(RIVER))
    assert len(claim & source) / len(claim) >= 0.7


async def test_keys_and_links_of_the_model_are_never_shown() -> None:
    links = "[here](https://evil.example/x?a=1) (e1, e2) ![i](http://evil.example/p.png) [e9]"
    draft = f"It does not freeze in winter [e1]. See {links}."
    checked = await check(draft)
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
    checked = await check("Facts:\n- It does not freeze in winter.\n- It is gold.")
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
    checked = await check(" ".join(pieces))
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
    checked = await check(f"It does not freeze in winter. {hostile}")
    assert "evil" not in checked.text
    assert not any(mark in checked.text for mark in ("<img", "\x1b", "\u200b", "]("))
    assert "evil" in hostile.replace("[e1]", "")


@pytest.mark.parametrize(
    "mark", ["[7]", "[123]", "[^7]", "[source 3]", "【7†L3】", "［７］", "[[7]]", "[1-3]", "(e2, e3)"]
)
async def test_marks_that_a_model_made_up_are_never_shown(mark: str) -> None:
    checked = await check(f"It does not freeze in winter {mark}. Giants dug it {mark}.")
    assert checked.text == "It does not freeze in winter. [1] Giants dug it."


async def test_a_year_in_brackets_is_no_mark() -> None:
    assert (await check("It was dug (1204).")).text == "It was dug (1204)."


async def test_a_sentence_with_an_address_is_cited_word_for_word_and_shown_without_it() -> None:
    source = "The archive of the Lumen stands at https://archive.example/lumen since 1867."
    checked = await check(source, source)
    assert checked.text == "The archive of the Lumen stands at […] since 1867. [1]"
    assert checked.citations[0].quote == source
