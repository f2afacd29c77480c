"""Crossref: an email address as contact raises the limits."""

from __future__ import annotations

import pytest

from helpers.paper_sources import SOURCES
from research_agent.sources import SourceSettings, policy_of

pytestmark = pytest.mark.anyio


async def test_who_names_a_mail_address_is_let_in_faster() -> None:
    crossref = SOURCES["crossref"]
    assert policy_of(crossref(SourceSettings())).limits.at_once == 1
    assert policy_of(crossref(SourceSettings(contact="https://me.example"))).limits.at_once == 1
    assert policy_of(crossref(SourceSettings(contact="me@example.org"))).limits.at_once == 3
