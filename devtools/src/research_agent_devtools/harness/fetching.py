"""The fetch stage by itself: a plan of given sources, in a task group of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from research_agent.concurrency import task_group
from research_agent.events import Timeline
from research_agent.sources import Source, Tools
from research_agent.stages.fetch import Fetched, FetchPlan, fetch
from research_agent.types import Topic

__all__ = ["fetch_from_all"]


async def fetch_from_all(
    topics: Sequence[Topic],
    sources: Sequence[Source],
    *,
    tools: Tools,
    why: Mapping[str, str] | None = None,
    deadline: float = 60.0,
    soft_deadline: float = math.inf,
    sequential: bool = False,
    offline: bool = False,
    **options: Any,
) -> Fetched:
    """Fetch from all these sources; unless `start` is among the options of `fetch`, every search is waited for."""
    plan = FetchPlan(
        topics=topics,
        sources=[(source, (why or {}).get(source.name, "")) for source in sources],
        deadline=deadline,
        soft_deadline=soft_deadline,
        sequential=sequential,
        offline=offline,
    )
    async with task_group() as group:
        return await fetch(plan, **{"tools": tools, "timeline": Timeline(), "start": group.create_task, **options})
