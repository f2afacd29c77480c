"""The fetch stage by itself: a plan of given sources, in a task group of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from research_agent.concurrency import task_group
from research_agent.events import Timeline
from research_agent.http.client import BODY_LIMIT, Client
from research_agent.http.clock import Clock
from research_agent.http.proxies import Proxies
from research_agent.http.request_budget import RequestBudget
from research_agent.http.ssrf import SsrfGuard
from research_agent.http.throttle import Throttle
from research_agent.settings import Settings
from research_agent.sources import Source, Tools
from research_agent.stages.fetch import Fetched, FetchPlan, fetch
from research_agent.types import UNRESTRICTED, Restriction, Topic

__all__ = ["fetch_from_all", "unconnected"]


def unconnected() -> Tools:
    """Tools whose client has no session, for sources that send nothing."""
    clock, home = Clock(), Path("/nonexistent")
    client = Client(
        cast(Any, None),
        Settings(home=home),
        guard=SsrfGuard(),
        proxies=Proxies(),
        throttle=Throttle(home, clock=clock),
        cache=None,
        clock=clock,
        body_limit=BODY_LIMIT,
    )
    return Tools(client=client)


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
    restriction: Restriction = UNRESTRICTED,
    budget: RequestBudget | None = None,
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
        restriction=restriction,
        budget=budget,
    )
    async with task_group() as group:
        return await fetch(plan, **{"tools": tools, "timeline": Timeline(), "start": group.create_task, **options})
