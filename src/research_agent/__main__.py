"""`research-agent` and `python -m research_agent`. It imports nothing by itself: a Ctrl-C may come at any time."""

import sys

__all__ = ["main"]

# New objects before the collector looks for garbage. Imports make many objects and leave none: with Python's 700 it
# takes an eighth of the time until a command begins.
COLLECT_AFTER = 50_000

# What `ask --json` prints when it was interrupted; said here without importing what usually says it.
AS_JSON = '{"error": {"type": "Interrupted", "message": "Interrupted.", "hint": ""}}\n'


def main() -> None:
    """Run the command line. A Ctrl-C ends it with a line and exit code 130, also while it is still being imported."""
    try:
        import gc

        gc.set_threshold(COLLECT_AFTER)
        _require_unix()
        from research_agent.cli import main as run

        run()
    except KeyboardInterrupt:
        _hear(again=False)
        if "--json" in sys.argv:
            sys.stdout.write(AS_JSON)
        else:
            sys.stderr.write("error: Interrupted.\n")
        raise SystemExit(130) from None
    finally:
        _hear(again=True)


def _require_unix() -> None:
    """Exit with a line where the system lacks what locks, limits and signals are made of (Windows)."""
    try:
        import fcntl  # noqa: F401
    except ImportError:
        from research_agent.messages import command_line

        sys.stderr.write(f"error: {command_line.NEEDS_UNIX()}\n")
        raise SystemExit(1) from None


def _hear(*, again: bool) -> None:
    """Let a further Ctrl-C end the process at once, or do nothing: in neither case leaves it a trace of Python's."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL if again else signal.SIG_IGN)


if __name__ == "__main__":
    main()
