"""
The command line as it is, and when what happened in its life.

The last line of its output holds the moments, in seconds of the clock that all processes share.
"""

import time

START = time.perf_counter()

import json  # noqa: E402
import sys  # noqa: E402


def main() -> None:
    import research_agent.__main__ as program
    from research_agent import events

    moments: dict[str, float] = {"python runs": START}
    emit = events.Timeline.emit

    def noting(self: events.Timeline, event: events.Event) -> None:
        moments.setdefault(_name(event), time.perf_counter())
        emit(self, event)

    events.Timeline.emit = noting  # type: ignore[method-assign]
    try:
        program.main()
    finally:
        sys.stdout.write(json.dumps(moments) + "\n")


def _name(event: object) -> str:
    name = type(event).__name__
    if name == "StageStarted":
        return f"{event.name} begins"  # type: ignore[attr-defined]
    if name == "StageFinished":
        return f"{event.span.name} ends"  # type: ignore[attr-defined]
    return name


if __name__ == "__main__":
    main()
