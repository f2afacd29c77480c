"""Questions as people and front ends really send them, over the offline encyclopedia, without a chat model."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from conftest import SHARED
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources import SourceSettings
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.testing import FakeChat
from research_agent.types import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.parts]

FIELD = SHARED / "field"
PHOTO = r"(?i)photosynthesis is a system of biological processes"
OWN = {
    "Hello! Hope all is well. Would you mind telling me who Marie Curie was? Many thanks in advance!": r"physicist",
    "Project Bluebird is late.\n\nThe board will meet.\n\nwhat is a volcano": r"(?i)volcano is",
    "What is photosynthsis?": PHOTO,
    "how do erthquakes happen": r"(?i)earthquake",
    "What is \\(E = mc^2\\)?": r"(?i)mass.energy|relativity",
    "🌱 photosynthesis 🌱": PHOTO,
}


def questions() -> dict[str, str]:
    """What is asked, and what the answer must match."""
    if not FIELD.is_dir():
        pytest.skip("the shared data are not beside the project")
    rows = {row["id"]: row["question"] for row in map(json.loads, (FIELD / "questions.jsonl").read_text().splitlines())}
    body = json.loads((FIELD / "frontends" / "owui_rag_document.json").read_text("utf-8"))
    field = {rows["C1"]: PHOTO, rows["C2"]: PHOTO, rows["C3"]: PHOTO, rows["C5"]: r"(?i)mass.energy|relativity"}
    return {**field, body["messages"][-1]["content"]: PHOTO, **OWN}


@asynccontextmanager
async def _offline(parts_home: Path, folder: Path) -> AsyncIterator[Runtime]:
    (folder / "home").mkdir()
    shutil.copytree(parts_home / "parts", folder / "home" / "parts", copy_function=_link)
    settings = load_settings({"RESEARCH_AGENT_HOME": str(folder / "home")})
    sources = [Encyclopedia(SourceSettings(parts=settings.parts))]
    async with open_runtime(settings, sources=sources, chat=FakeChat(replies=("",))) as runtime:
        yield runtime


async def test_each_is_answered(parts_home: Path, tmp_path: Path) -> None:
    wrong: list[Answer] = []
    async with _offline(parts_home, tmp_path) as runtime:
        for text, expected in questions().items():
            answer = await research(text, runtime=runtime)
            if not re.search(expected, answer.text):
                wrong.append(answer)
    assert [(one.question[-80:], one.text[:200]) for one in wrong] == []


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
