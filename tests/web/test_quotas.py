"""The rate limiter."""

from __future__ import annotations

from research_agent.web.quotas import RateLimiter


def test_a_bucket_fills_with_time_and_no_further_than_its_rim() -> None:
    buckets = RateLimiter(rate=2.0, burst=2.0)
    assert [buckets.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 0.5) == 0.0
    assert [buckets.take("a", 1000.0) for _ in range(3)] == [0.0, 0.0, 0.5]
