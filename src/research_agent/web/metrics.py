"""Metrics in Prometheus' text format (version 0.0.4): counts by route and status, nothing about anyone's questions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)
"""Upper bounds of the histogram's buckets, in seconds."""


@dataclass
class Metrics:
    """The counters of one server since it started."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    rejections: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a finished request."""
        self.requests[method, route, status] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def text(self, *, active: int, ended: dict[str, int], ready: bool) -> str:
        """All metrics; runs (active, and ended by outcome) and readiness are passed in."""
        lines = [*_heading("requests_total", "counter", "Requests by method, route and status.")]
        for (method, route, status), count in sorted(self.requests.items()):
            labels = f'method="{_label(method)}",route="{_label(route)}",status="{status}"'
            lines.append(f"research_agent_requests_total{{{labels}}} {count}")
        lines += self._histogram()
        lines += _heading("refused_total", "counter", "Requests that were not let in, by reason.")
        for reason, count in sorted(self.rejections.items()):
            lines.append(f'research_agent_refused_total{{reason="{reason}"}} {count}')
        lines += _heading("questions_total", "counter", "Questions by how they ended.")
        lines += [f'research_agent_questions_total{{how="{how}"}} {count}' for how, count in sorted(ended.items())]
        lines += [*_heading("questions_active", "gauge", "Questions being answered."),
                  f"research_agent_questions_active {active}"]  # fmt: skip
        lines += [*_heading("streams_open", "gauge", "Streams that are open."),
                  f"research_agent_streams_open {sum(self.streams.values())}"]  # fmt: skip
        lines += [*_heading("ready", "gauge", "Whether sources and models are open."),
                  f"research_agent_ready {int(ready)}"]  # fmt: skip
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterator[str]:
        yield from _heading("request_seconds", "histogram", "Seconds from a request to the end of its answer.")
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.buckets, strict=True):
            total += count
            yield f'research_agent_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"research_agent_request_seconds_sum {self.seconds:.6f}"
        yield f"research_agent_request_seconds_count {total}"


def _heading(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return f"# HELP research_agent_{name} {meaning}", f"# TYPE research_agent_{name} {kind}"


def _label(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
