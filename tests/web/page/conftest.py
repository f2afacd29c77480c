from __future__ import annotations

from collections.abc import Iterator

import pytest

from research_agent_devtools.harness import chromium as browsers


@pytest.fixture(scope="session")
def chromium() -> Iterator[browsers.Chromium]:
    """One browser for all tests of this process."""
    if reason := browsers.missing():
        pytest.skip(reason)
    with browsers.started() as found:
        yield found
