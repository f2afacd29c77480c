"""Sites of a turn: from the sources to the stored answer, and read back as they were told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from research_agent.errors import UsageError
from research_agent.pipeline import research
from research_agent.rendering.view import AnswerView
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Document, Restriction

pytestmark = pytest.mark.anyio

TEXT = "The Lumen is 412 kilometres long. It does not freeze in winter."
PAGE = Document(source="notes", title="Lumen", url="https://notes.example/lumen", text=TEXT, retrieved="2026-01-01")
COPY = replace(PAGE, url="https://mirror.example.net/lumen", text=f"{TEXT} Copied from elsewhere.")


async def answered(*pages: Document, **kinds: str) -> tuple[Answer, Answer]:
    """The answer as it is given, and as it is stored."""
    settings = load_settings().with_changes(site_kinds={name.replace("_", "."): kind for name, kind in kinds.items()})
    chat = FakeChat(replies=("Lumen", "The Lumen is 412 kilometres long [e1]."))
    async with open_runtime(settings, sources=[FakeSource("notes", list(pages))], chat=chat) as runtime:
        answer = await research("How long is the river Lumen?", session="s", runtime=runtime)
        (turn,) = await runtime.memory.turns("s")
    return answer, turn.answer


async def test_a_figure_of_one_unknown_site_is_marked_and_stored_so() -> None:
    for answer in await answered(PAGE):
        assert {(one.site, one.site_kind) for one in answer.citations} == {("notes.example", "unknown")}
        assert answer.sites == 1
        single = next(one for one in answer.single_site if "412" in answer.text[slice(*one.sentence)])
        assert (single.site, single.about) == ("notes.example", "figure")
        assert AnswerView(answer).ledger[0].endswith("supported by 1 source on 1 site")
        assert AnswerView(answer).ledger[1].startswith("Only one site says this: notes.example (unknown kind)")


async def test_copies_on_other_hosts_are_no_further_sites() -> None:
    answer, _ = await answered(PAGE, COPY)
    assert (answer.independent, answer.sites) == (1, 1)
    assert answer.single_site


async def test_the_users_own_kind_decides_and_is_kept_with_the_turn() -> None:
    for answer in await answered(PAGE, notes_example="official"):
        assert {one.site_kind for one in answer.citations} == {"official"}
        assert answer.single_site == ()


OFFICIAL = replace(PAGE, url="https://www.rivers.gov/lumen", text="The length of the river Lumen is 412 kilometres.")


@pytest.mark.parametrize(
    ("changes", "cited"),
    [
        ({"block_sites": ("notes.example",)}, {"rivers.gov"}),
        ({"allow_sites": ("gov",)}, {"rivers.gov"}),
        ({"block_sites": ("rivers.gov", "notes.example")}, set()),
    ],
)
async def test_blocked_sites_are_no_evidence_whatever_source_gives_them(
    changes: dict[str, Any], cited: set[str]
) -> None:
    source = FakeSource("notes", [PAGE, OFFICIAL])
    settings = load_settings().with_changes(**changes)
    async with open_runtime(settings, sources=[source], chat=FakeChat(replies=("Lumen", ""))) as runtime:
        answer = await research("How long is the river Lumen?", runtime=runtime)
    assert {one.site for one in answer.citations} == cited
    assert {document.url for document in answer.documents} <= {PAGE.url, OFFICIAL.url}
    if not cited:
        assert answer.status == "none"
        assert any("your settings block" in note and "2 texts were left out." in note for note in answer.notes)


async def test_a_question_that_asks_for_a_blocked_site_is_refused() -> None:
    settings = load_settings().with_changes(block_sites=("notes.example",))
    async with open_runtime(settings, sources=[FakeSource("notes", [PAGE])], chat=FakeChat(replies=("",))) as runtime:
        with pytest.raises(UsageError, match="blocked by your settings"):
            await research("How long is it?", runtime=runtime, restriction=Restriction(sites=("www.notes.example",)))
