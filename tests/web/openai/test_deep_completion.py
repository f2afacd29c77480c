"""Deep research by the official client of OpenAI: steps as reasoning, the report as the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openai
import pytest

from research_agent.testing import FakeChat
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

ASKED: Any = [{"role": "user", "content": QUESTION}]


async def test_its_steps_are_reasoning_and_its_report_the_answer(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, chat=FakeChat(replies=("",))) as served,
        openai.AsyncOpenAI(base_url=f"{served.url}/v1", api_key=served.state.auth.token, max_retries=0) as client,
    ):
        whole = await client.chat.completions.create(model="research-agent-deep", messages=ASKED)
        stream = await client.chat.completions.create(model="research-agent-deep", messages=ASKED, stream=True)
        deltas = [choice.delta async for chunk in stream for choice in chunk.choices]
        runs = (await served.get_json("/api/research"))["runs"]
    reasoning = "".join(getattr(delta, "reasoning_content", "") or "" for delta in deltas)
    text = "".join(delta.content or "" for delta in deltas)
    assert f"Searching: {QUESTION}" in reasoning
    assert whole.model == "research-agent-deep"
    assert whole.choices[0].message.content is not None
    assert "412 kilometres" in text
    assert "412 kilometres" in whole.choices[0].message.content
    assert [run["state"] for run in runs] == ["done", "done"]
