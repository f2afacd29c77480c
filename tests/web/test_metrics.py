"""Metrics in Prometheus' text format."""

from __future__ import annotations

from research_agent.web.metrics import Metrics


def test_requests_are_counted_by_route_and_by_time() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.02, 99.0):
        metrics.record("GET", '/api/"x"', 200, seconds)
    metrics.rejections["host"] += 1
    metrics.streams["ada"] += 2
    lines = metrics.text(active=1, ended={"answered": 3}, ready=True).splitlines()
    for line in (
        r'research_agent_requests_total{method="GET",route="/api/\"x\"",status="200"} 3',
        'research_agent_request_seconds_bucket{le="0.005"} 1',
        'research_agent_request_seconds_bucket{le="60.0"} 2',
        'research_agent_request_seconds_bucket{le="+Inf"} 3',
        "research_agent_request_seconds_count 3",
        'research_agent_refused_total{reason="host"} 1',
        'research_agent_questions_total{how="answered"} 3',
        "research_agent_questions_active 1",
        "research_agent_streams_open 2",
        "research_agent_ready 1",
    ):
        assert line in lines
    assert not [line for line in lines if "ada" in line]
