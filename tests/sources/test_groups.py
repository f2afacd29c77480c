"""Groups of sources: every built-in one that a user would look for is in the group it belongs to."""

from __future__ import annotations

from pathlib import Path

from research_agent.settings import load_settings
from research_agent.sources.groups import GROUPS, MOST, source_groups
from research_agent.sources.registry import load_sources


def test_built_in_sources_are_grouped_and_none_without_its_key(tmp_path: Path) -> None:
    groups = source_groups(load_sources(load_settings({"RESEARCH_AGENT_HOME": str(tmp_path)})))
    assert list(groups) == [name for name in GROUPS if name != "library"]
    assert groups["web"] == ("web",)
    assert {"wikipedia", "encyclopedia", "wikidata"} == set(groups["encyclopedia"])
    assert groups["papers"][0] == "arxiv"
    assert groups["code"][0] == "stackexchange"
    assert "feed" not in groups.get("news", ())  # no address is set
    assert all(0 < len(names) <= MOST for names in groups.values())


def test_without_sources_there_are_no_groups() -> None:
    assert source_groups([]) == {}
