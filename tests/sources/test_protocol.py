"""Tools for one search hold the rate limits of its source; settings keep the user's secrets out of logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Source, SourceSettings, Tools
from research_agent.testing import FakeSource


@pytest.mark.anyio
async def test_tools_of_a_source_differ_in_the_client_only(tmp_path: Path) -> None:
    async with open_client(Settings.of(home=tmp_path)) as client:
        tools = Tools(client=client, embedding="model")
        own = tools.of(FakeSource())
        assert tools.client.source_client is None
        assert own.client.source_client is not None
        assert (own.embed, own.embedding, own.read) == (tools.embed, tools.embedding, tools.read)


def test_settings_show_neither_key_nor_address() -> None:
    assert "canary" not in repr(SourceSettings(key="canary", url="https://canary.example"))


def test_what_has_a_name_and_a_search_is_a_source() -> None:
    assert isinstance(FakeSource(), Source)
    assert not isinstance(object(), Source)
