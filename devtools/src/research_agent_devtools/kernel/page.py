"""Pages of results in Markdown, and the JSON files that they are made from: one a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError

__all__ = ["read_results", "table", "table_row", "write_result"]


def write_result(folder: Path, name: str, result: Mapping[str, Any]) -> None:
    """Store the result of a row as `NAME.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, indent=1), "utf-8")


def read_results(folder: Path, names: Iterable[str], *, field: str) -> dict[str, Mapping[str, Any] | None]:
    """The stored results by name, None where there is none; raises `UsageError` for one without `field`."""
    return {name: _read(folder / f"{name}.json", field) for name in names}


def _read(file: Path, field: str) -> Mapping[str, Any] | None:
    try:
        result = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(file)!r} is no result: {error}", hint="Remove it and run it again.") from error
    if not isinstance(result, dict) or field not in result:
        raise UsageError(f"{str(file)!r} is no result.", hint="Remove it and run it again.")
    return result


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, an empty one at its end."""
    yield table_row(heads)
    yield f"|{'---|' * len(heads)}"
    yield from map(table_row, rows)
    yield ""


def table_row(cells: Iterable[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"
