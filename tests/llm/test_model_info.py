"""What is known of a chat model: its tokens, its estimates."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent import llm
from research_agent.llm.model_info import _infos, estimate_tokens, info_of
from research_agent.testing import FakeChat

pytestmark = pytest.mark.anyio


@pytest.mark.parts
async def test_tokens_are_counted_by_the_model_itself(open_embedded: Any) -> None:
    async with open_embedded() as chat:
        assert await llm.count_tokens(chat, ["Hello world", "", "half \ud800 of a pair"]) == [2, 0, 5]


@pytest.mark.parts
@pytest.mark.parametrize(
    "text",
    [
        "Photosynthesis is a system of biological processes by which photosynthetic organisms convert light energy.",
        "In 2021, 720,000 people lived in Macau (32.9 km²), i.e. 21,340 per km2 - up 1.6% on 2011!",
        "def fetch(url: str) -> bytes:\n    return urllib.request.urlopen(url, timeout=10).read()\n",
        "https://en.wikipedia.org/wiki/Special:Search?search=whale&ns0=1&fulltext=1#top",
        "Фотосинтез — процесс преобразования энергии света в энергию химических связей.",
        "光合作用是植物、藻类等生产者和某些细菌,利用光能把二氧化碳转化为碳水化合物的过程。",
        "عملية البناء الضوئي هي عملية كيميائية معقدة",
        "Der Donaudampfschifffahrtsgesellschaftskapitän grüßt die Äbtissin überschwänglich.",
        "🐳🐋 whales   \n\n\n   and \t tabs",
    ],
)
async def test_the_estimate_for_other_models_is_on_the_safe_side_but_not_absurd(text: str, shared_chat: Any) -> None:
    (real,) = await llm.count_tokens(shared_chat, [text])
    assert real <= estimate_tokens(text) <= 3 * real


def test_what_is_known_of_a_model_is_forgotten_with_it() -> None:
    chat = FakeChat()
    info_of(chat).ratio = 2.0
    key = id(chat)
    assert info_of(chat).ratio == 2.0
    del chat
    assert key not in _infos
