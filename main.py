"""`python main.py [--session ID] [--demo]`: the command line, run from a clone."""

import sys

HINT = "run: make setup   (then: .venv/bin/python main.py --demo)"


def run() -> None:
    """Start the command line, or say what is missing."""
    try:
        from research_agent.__main__ import main
    except ImportError as error:
        print(f"research-agent is not installed here ({error}).\n{HINT}", file=sys.stderr)
        raise SystemExit(1) from None
    main()


if __name__ == "__main__":  # worker processes import this file again
    run()
