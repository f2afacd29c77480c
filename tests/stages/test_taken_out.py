"""What no source says leaves the answer, and what is left reads as if it had never been there."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sample_evidence import document, evidence
from helpers.scripted_verdicts import Script, script
from research_agent.grounding import Judgement
from research_agent.stages import cite as stage
from research_agent.stages.cite import Checked, cite
from research_agent.types import Document, Verdict

pytestmark = pytest.mark.anyio

LUMEN = document(
    "The Lumen is a river. It is 412 kilometres long. The Lumen does not freeze. It ends in the Ondra. "
    "Ada Verne surveyed it.",
    title="Lumen",
)
ONDRA = document("The Ondra is a lake. It is 90 metres deep. It was dug in 1204.", title="Ondra")

TRUE: Script = {
    sentence: ("supported", sentence) for one in (LUMEN, ONDRA) for sentence in re.findall(r"[A-Z][^.]*\.", one.text)
}


async def check(draft: str, said: Script, *documents: Document, strict: bool = False, keep: bool = False) -> Checked:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "judge", script({**TRUE, **said}))
        return await cite(draft, evidence(*(documents or (LUMEN, ONDRA))), strict=strict, keep_unsupported=keep)


def texts(checked: Checked, *, by: str = "removed") -> list[str]:
    return [one.text for one in getattr(checked, by)]


async def test_four_of_six_sentences_stay_in_order() -> None:
    draft = (
        "The Lumen is a river. It is 412 kilometres long. Giants dug the Lumen. The Lumen does not freeze. "
        "The Lumen is made of gold. Ada Verne surveyed it."
    )
    checked = await check(draft, {})
    assert checked.text == (
        "The Lumen is a river. [1] It is 412 kilometres long. [1] The Lumen does not freeze. [1] "
        "Ada Verne surveyed it. [1]"
    )
    assert texts(checked) == ["Giants dug the Lumen.", "The Lumen is made of gold."]
    assert (checked.sentences, checked.supported, checked.unsupported) == (6, 4, ())


async def test_what_a_source_contradicts_is_kept_as_data_with_its_words() -> None:
    checked = await check(
        "The Lumen is a river. The Lumen is 900 kilometres long.",
        {"The Lumen is 900 kilometres long.": ("contradicted", "It is 412 kilometres long.")},
    )
    (removed,) = checked.removed
    assert (removed.text, removed.verdict) == ("The Lumen is 900 kilometres long.", "contradicted")
    (quote,) = removed.quotes
    assert quote.quote == LUMEN.text[quote.start : quote.end] == "It is 412 kilometres long."
    assert (quote.title, quote.document) == ("Lumen", LUMEN.id)


async def test_what_is_said_in_part_stays_without_a_mark_and_strict_takes_it_out() -> None:
    said: Script = {"The Lumen is a long river.": ("partly", "The Lumen is a river.")}
    checked = await check("The Lumen is a long river. The Lumen does not freeze.", said)
    assert checked.text == "The Lumen is a long river. The Lumen does not freeze. [1]"
    assert checked.partly == checked.unsupported == ((0, 26),)
    strict = await check("The Lumen is a long river. The Lumen does not freeze.", said, strict=True)
    assert strict.text == "The Lumen does not freeze. [1]"
    assert [(one.text, one.verdict, one.quotes) for one in strict.removed] == [
        ("The Lumen is a long river.", "partly", ())
    ]


async def test_all_stays_with_its_place_when_it_is_asked_for() -> None:
    draft = "The Lumen is a river. Giants dug the Lumen.\n\n- The Ondra is a lake.\n- The Ondra is warm."
    checked = await check(draft, {}, keep=True)
    assert checked.text.replace(" [1]", "").replace(" [2]", "") == draft
    assert [checked.text[slice(*one.sentence)] for one in checked.removed if one.sentence] == texts(checked)
    assert set(checked.unsupported) == {one.sentence for one in checked.removed}


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        # the sentence it refers to is gone
        ("The Lumen is a river. The Zeta is a town. It was dug in 1204.", "The Lumen is a river."),
        ("The Zeta is a town. It was dug in 1204. It is 90 metres deep.", ""),
        ("The Lumen is a river. The Zeta is a town. At 412 kilometres, it ends in the Ondra.", "The Lumen is a river."),
        ("The Zeta is a town. However, it was dug in 1204.", ""),
        # what it refers to is named before that, and is the same
        ("The Ondra is a lake. The Ondra is warm. It was dug in 1204.", "The Ondra is a lake. It was dug in 1204."),
        ("The Ondra is a lake. It is warm. It was dug in 1204.", "The Ondra is a lake. It was dug in 1204."),
        ("## Ondra\nThe Ondra is warm. It was dug in 1204.", "## Ondra\nIt was dug in 1204."),
        # its source speaks of another
        ("The Zara is a sea. It was dug in 1204.", "The Zara is a sea."),
        # its source speaks of another in the same text
        ("Frost splits the Lumen. It is 412 kilometres long.", "Frost splits the Lumen."),
        ("The Lumen is a river. It ends in the Ondra.", "The Lumen is a river. It ends in the Ondra."),
        # the question names it
        ("It was dug in 1204. Giants dug the Lumen.", "It was dug in 1204."),
        # it names its subject itself
        ("The Zeta is a town. However, the Lumen does not freeze.", "However, the Lumen does not freeze."),
    ],
)
async def test_a_sentence_never_stands_behind_another_subject_than_it_speaks_of(draft: str, left: str) -> None:
    zara = document("The Zara is a sea.", title="Zara")
    said: Script = {
        "At 412 kilometres, it ends in the Ondra.": ("supported", "It ends in the Ondra."),
        "However, it was dug in 1204.": ("supported", "It was dug in 1204."),
        "However, the Lumen does not freeze.": ("supported", "The Lumen does not freeze."),
        "The Zara is a sea.": ("supported", "The Zara is a sea."),
        "Frost splits the Lumen.": ("supported", "The Lumen does not freeze."),
    }
    checked = await check(draft, said, LUMEN, ONDRA, zara)
    assert re.sub(r" \[\d\]", "", checked.text) == left


async def test_what_went_with_what_it_refers_to_says_so() -> None:
    checked = await check("The Lumen is a river. The Zeta is a town. It was dug in 1204.", {})
    assert [(one.verdict, one.points_back) for one in checked.removed] == [("unsupported", False), ("supported", True)]


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("Yes. The Lumen is a river.", "Yes. The Lumen is a river. [1]"),
        ("Yes. Giants dug the Lumen. The Lumen is a river.", "The Lumen is a river. [1]"),
        ("# Rivers\n\nThe Lumen is a river.", "# Rivers\n\nThe Lumen is a river. [1]"),
        ("**Rivers**\n\nThe Lumen is a river.", "**Rivers**\n\nThe Lumen is a river. [1]"),
        ("Some facts:\n- The Lumen is a river.", "Some facts:\n- The Lumen is a river. [1]"),
        ("The Lumen is a river.\n\n```python\nx = 1\n```", "The Lumen is a river. [1]\n\n```python\nx = 1\n```"),
    ],
)
async def test_a_fragment_has_no_mark_and_is_no_sentence(draft: str, text: str) -> None:
    checked = await check(draft, {})
    assert checked.text == text
    assert checked.supported == 1
    assert checked.sentences == 1 + len(checked.removed)


async def test_a_sentence_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(stage, "judge", script(TRUE, asked))
    judged: dict[str, Judgement] = {}
    for draft in ("The Lumen is a river.", "The Lumen is a river. The Ondra is a lake. The Lumen is a river."):
        await cite(draft, evidence(LUMEN, ONDRA), judged=judged)
    assert asked == ["The Lumen is a river.", "The Ondra is a lake."]


SENTENCES = st.sampled_from(
    [*TRUE, "Giants dug it.", "The Lumen is gold.", "They sing.", "The Zeta is a town.", "Yes."]
)
LINES = st.tuples(
    st.sampled_from(["", "- ", "1. ", "2. ", "3. ", "  - ", "   1. ", "# ", "## ", "> "]),
    st.lists(SENTENCES, max_size=4).map(" ".join),
).map("".join)
DRAFTS = st.lists(LINES | st.sampled_from(["", "# Facts", "**Facts**", "It has:", "```", "x = 1"]), max_size=12)
EMPTY = re.compile(r"(?m)^[ \t]*(?:-|\d\.)[ \t]*$")
VERDICTS: st.SearchStrategy[Verdict] = st.sampled_from(["partly", "contradicted", "unsupported"])


@given(DRAFTS.map("\n".join), VERDICTS, st.booleans())
async def test_whatever_is_taken_out_the_rest_is_left_as_it_was(draft: str, verdict: Verdict, strict: bool) -> None:
    """Every sentence that stays is there word for word, in order; none that was removed is; all offsets are right."""
    checked = await check(draft, {"The Lumen is gold.": (verdict, "The Lumen is a river.")}, strict=strict)
    spans = sorted({cited.sentence for cited in checked.citations} | set(checked.unsupported))
    kept = [checked.text[start:end] for start, end in spans]
    known = {*TRUE, "Giants dug it.", "The Lumen is gold.", "They sing.", "The Zeta is a town."}
    assert known.issuperset(kept)
    assert len(kept) + len(checked.removed) == checked.sentences
    plain = re.sub(r" \[\d\]", "", checked.text)
    counts = {sentence: plain.count(sentence) for sentence in known}
    assert counts == {sentence: kept.count(sentence) for sentence in known}
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    for cited in checked.citations:
        source = LUMEN if cited.document == LUMEN.id else ONDRA
        assert source.text[cited.start : cited.end] == cited.quote
        assert re.match(r" (\[\d\])+", checked.text[cited.sentence[1] :])
    if checked.removed:
        assert "  " not in re.sub(r"(?m)^ +", "", checked.text)
        assert len(re.findall(EMPTY, checked.text)) <= len(re.findall(EMPTY, draft))
        assert "\n\n\n" not in checked.text or "\n\n\n" in draft


@given(DRAFTS.map("\n".join))
async def test_nothing_is_tidied_where_nothing_is_taken_out(draft: str) -> None:
    checked = await check(draft, dict.fromkeys(("Giants dug it.", "The Lumen is gold.", "They sing."), ("partly", "")))
    if not checked.removed and not re.search(r"(?m)Yes\.", draft):
        whole = "\n".join(line.rstrip() for line in draft.splitlines()).strip()
        assert re.sub(r" \[\d\]", "", checked.text) == whole
