"""The result of an eval, with all that is needed to reproduce it; and the request that it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError
from research_agent.files import sha256_of
from research_agent.version import installed_version
from research_agent_devtools.kernel.machine import Machine, today

__all__ = ["Data", "Request", "Result", "data_of"]

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A file that was read: its name and the sha256 (hex) of its bytes."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    The figures of one eval.

    `n` counts what `metrics` are over. Counts and shares stand in `metrics` as they are; `ci95` holds the 95 %
    interval of a metric in the metric's own unit. `groups` are the same metrics over parts of the rows, or beside them
    what a naive version gives. `ms_p50` is the median time of one item, in milliseconds. `details` are fields that
    this eval alone has, by their names in JSON.
    """

    eval: str
    n: int
    metrics: Metrics
    ci95: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    groups: Mapping[str, Metrics] = field(default_factory=dict)
    ms_p50: float | None = None
    data: Sequence[Data] = ()
    seed: int = 1
    command: str = ""
    notes: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    machine: Machine = field(default_factory=Machine)
    version: str = field(default_factory=installed_version)
    date: str = field(default_factory=today)

    def as_json(self) -> dict[str, Any]:
        """The stable JSON contract of `eval --json`, ready for `json.dumps`."""
        return {
            "eval": self.eval,
            "n": self.n,
            "metrics": _rounded(self.metrics),
            "ci95": {name: [_round(low), _round(high)] for name, (low, high) in self.ci95.items()},
            "ms_p50": None if self.ms_p50 is None else round(self.ms_p50, 2),
            "groups": {name: _rounded(metrics) for name, metrics in self.groups.items()},
            "data": [asdict(item) for item in self.data],
            "seed": self.seed,
            "command": self.command,
            "notes": list(self.notes),
            "machine": asdict(self.machine),
            "version": self.version,
            "date": self.date,
            **{name: _rounded_all(value) for name, value in self.details.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What an eval is asked to do.

    `data` is a JSONL file, `more` are others, for the evals that take several; `limit` a seeded sample of that many
    items of each, None for all; `home` where the embedded parts are (None: as settings say). `baselines` has naive
    versions measured beside, where there are any; `plot` is the SVG file to draw, where there is a plot; `corpus` holds
    more passages, where passages are searched; `documents` is the folder of those that a library is made of.
    """

    data: Path | None = None
    more: tuple[Path, ...] = ()
    limit: int | None = None
    seed: int = 1
    home: Path | None = None
    baselines: bool = False
    plot: Path | None = None
    corpus: Path | None = None
    documents: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of rows."""
        return () if self.data is None else (self.data, *self.more)


def data_of(path: Path) -> Data:
    """Name and hash of a file; raises `UsageError` when it cannot be read."""
    try:
        return Data(file=path.name, sha256=sha256_of(path))
    except OSError as error:
        raise UsageError(
            f"The data file {str(path)!r} cannot be read: {error.strerror}.", hint="Give --data a JSONL file."
        ) from error


def _rounded(metrics: Metrics) -> dict[str, float | None]:
    return {name: _round(value) for name, value in metrics.items()}


def _rounded_all(value: Any) -> Any:
    """Numbers rounded at any depth."""
    if isinstance(value, Mapping):
        return {key: _rounded_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded_all(item) for item in value]
    return _round(value) if isinstance(value, float) else value


def _round(value: float) -> float | None:
    """Four digits of a share, a count as it is; None for what has no value, since JSON has no NaN."""
    if isinstance(value, int):
        return value
    return None if math.isnan(value) else round(value, 4)
