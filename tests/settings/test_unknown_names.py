"""Names that set nothing are reported with the nearest known one."""

from __future__ import annotations

from pathlib import Path

from helpers.config_files import configured
from research_agent.settings import load_settings


def test_names_that_set_nothing_are_known_with_what_was_meant(tmp_path: Path) -> None:
    env = configured(tmp_path, "modle = 'x'\nRESEARCH_AGENT_LANG = 'de'\nzzz = 1\n[urls]\nwikipedia = 'http://a'")
    env |= {"RESEARCH_AGENT_MODLE": "x", "RESEARCH_AGENT_MY_OWN_URL": "https://x", "RESEARCH_AGENT_TRACING": "1"}
    env |= {"RESEARCH_AGENT_FOO": "x"}
    settings = load_settings(env)
    file = str(tmp_path / "research-agent" / "config.toml")
    assert settings.unknown == (
        ("modle", file, "model"),
        ("RESEARCH_AGENT_LANG", file, "lang"),
        ("zzz", file, ""),
        ("RESEARCH_AGENT_MODLE", "the environment", "RESEARCH_AGENT_MODEL"),
        ("RESEARCH_AGENT_FOO", "the environment", ""),
    )
    assert settings.origins["urls.wikipedia"] == "config.toml"
