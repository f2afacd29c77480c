"""
The results of a release as one page: `python -m research_agent_devtools.evals.page FOLDER FILE`.

Reads NAME.json of each eval from the folder, writes Markdown. An eval without a file is said to be not run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError
from research_agent_devtools.evals import EVALS

__all__ = ["page", "write"]

AGAIN = "Remove it and run it again."
HEAD = """# Results

What `research-agent eval` measures, each table with its n, 95 % interval, command, data and machine. Made by
`make evals` from the JSON of each eval; not edited by hand. Times are of the machine named under them, at its load.
"""


def write(folder: Path, file: Path) -> None:
    """Write the page of the results in `folder`. Raises `UsageError` for a file that is no result."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page({name: _read(folder / f"{name}.json") for name in EVALS}), "utf-8")


def page(results: Mapping[str, Mapping[str, Any] | None]) -> str:
    """The page of these results; None is an eval that was not run."""
    return "\n".join([HEAD, *(line for name, found in results.items() for line in _section(name, found))])


def _read(file: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{str(file)!r} is no result of an eval: {error}", hint="Remove it and run it again."
        ) from error
    if not isinstance(found, dict) or "metrics" not in found:
        raise UsageError(f"{str(file)!r} is no result of an eval.", hint="Remove it and run it again.")
    return found


def _section(name: str, found: Mapping[str, Any] | None) -> Iterator[str]:
    yield f"## {name}\n\n{EVALS[name].about}\n"
    if found is None:
        yield "Not run.\n"
        return
    yield from _table(("metric", "value", "95 %"), [_metric(found, metric) for metric in found["metrics"]])
    yield from _groups(found["groups"])
    yield from (f"- {note}" for note in found["notes"])
    data = "; ".join(f"`{item['file']}` (sha256 `{item['sha256'][:16]}…`)" for item in found["data"])
    machine = found["machine"]
    middle = "" if found["ms_p50"] is None else f", median {found['ms_p50']:,} ms"
    yield f"- n = {found['n']:,}{middle}; data: {data or 'made by the eval, from its seed'}; seed {found['seed']}"
    yield f"- `{found['command']}`"
    yield (
        f"- {found['date']}, version {found['version']}, {machine['cores']} cores of {machine['cpu']}, "
        f"Python {machine['python']}, load {machine['load']} a core\n"
    )


def _metric(found: Mapping[str, Any], metric: str) -> tuple[str, str, str]:
    ends = found["ci95"].get(metric)
    return metric, _shown(found["metrics"][metric]), " to ".join(_shown(end) for end in ends) if ends else ""


def _groups(groups: Mapping[str, Mapping[str, float | None]]) -> Iterator[str]:
    for names in dict.fromkeys(tuple(metrics) for metrics in groups.values()):
        rows = [(group, *map(_shown, held.values())) for group, held in groups.items() if tuple(held) == names]
        yield from _table(("", *names), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
