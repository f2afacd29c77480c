"""Ids of responses name a run and a session, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.web.openai.kept_response import parts_of, response_id

RUN = "0123456789abcdef" * 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=50)
def test_an_id_leads_back_to_its_run_and_session(session: str) -> None:
    assert parts_of(response_id(RUN, session)) == (RUN, session)


@pytest.mark.parametrize("name", ["", "resp_", "resp_1", f"resp_{RUN}f", f"resp_{RUN}ff", f"{RUN}", f"resp_{RUN} "])
def test_what_is_no_id_names_nothing(name: str) -> None:
    assert parts_of(name) == ("", None)
