"""arXiv: its limits, its pauses, its query syntax."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.paper_sources import SOURCES, TOPIC, Service, search
from research_agent.errors import SourceError
from research_agent.sources import SourceSettings, policy_of

pytestmark = pytest.mark.anyio


async def test_arxiv_is_asked_one_by_one_in_three_seconds() -> None:
    limits = policy_of(SOURCES["arxiv"](SourceSettings())).limits
    assert (limits.at_once, limits.spacing) == (1, 3.0)


@pytest.mark.parametrize("status", [200, 429])
async def test_arxiv_that_refuses_is_left_alone_for_a_minute(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("research_agent.http.Client.back_off", lambda self, seconds: pauses.append(seconds))
    with pytest.raises(SourceError, match="is limiting requests"):
        await search("arxiv", Service({"/": (status, b"Rate exceeded.", "text/plain")}))
    assert pauses == [60.0]


def test_a_long_topic_need_not_be_found_whole() -> None:
    assert SOURCES["arxiv"](SourceSettings()).query(replace(TOPIC, text="the mean of one two")) == 'all:"two"'
    asked = SOURCES["arxiv"](SourceSettings()).query(replace(TOPIC, text="caffeine sleep quality older adults"))
    assert asked.count(" OR ") == 4
