"""Printing of profiles: the age of the process."""

from __future__ import annotations

import pytest

from research_agent.cli import profile_output


def test_the_age_of_a_process_grows() -> None:
    first = profile_output.age()
    if first is None:
        pytest.skip("this system does not tell when a process was started")
    assert 0 < first <= (profile_output.age() or 0.0)
