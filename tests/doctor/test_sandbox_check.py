"""Doctor says which levels of the sandbox this machine has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from research_agent.doctor.sandbox_check import check_sandbox
from research_agent.errors import SandboxError
from research_agent.sandbox import Level, Limits
from research_agent.settings import Settings

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def missing(limits: Limits) -> AsyncIterator[Level]:
    raise SandboxError("this system lacks Landlock")
    yield


async def test_both_levels_are_named(tmp_path: Path) -> None:
    check = await check_sandbox(Settings.of(home=tmp_path))
    assert check.ok
    assert "interpreter (pydantic-monty" in check.text
    assert "locked process (landlock" in check.text


async def test_without_any_level_it_says_what_to_install(tmp_path: Path) -> None:
    check = await check_sandbox(Settings.of(home=tmp_path), levels={"interpreter": missing, "locked process": missing})
    assert not check.ok
    assert "this system lacks Landlock" in check.text
    assert check.hint.endswith("[sandbox]'")


async def test_when_it_is_off_nothing_is_started(tmp_path: Path) -> None:
    check = await check_sandbox(Settings.of(home=tmp_path, compute="off"), levels={"interpreter": missing})
    assert check.ok
    assert "off" in check.text
