"""The command line that faults and benchmarks share: `LEVEL [ROW ...]`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["usage_error"]


def usage_error(
    level: str, wanted: Collection[str], *, levels: Collection[str], rows: Sequence[str], setting: str
) -> str:
    """What is wrong with a call, with the rows there are; "" when nothing is."""
    unknown = set(wanted) - set(rows)
    if level in levels and not unknown:
        return ""
    wrong = f"There is no row {min(unknown)!r}." if unknown else f"{setting}={level} is neither quick nor full."
    return f"{wrong} Rows: {' '.join(rows)}"
