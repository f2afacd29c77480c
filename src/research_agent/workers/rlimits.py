"""
Resource limits for a script: `python -I -S rlimits.py MEMORY SECONDS LIFELINE SCRIPT [ARGUMENT ...]`.

They are set here, in the child, before the script is read: setting them between fork and exec is not safe in a process
with threads. Standard library only. The limits hold against accidents and hostile input, not against a hostile script:
they are no sandbox for code that somebody else wrote.
"""

from __future__ import annotations

import resource
import runpy
import sys
import threading
from pathlib import Path

OPEN_FILES = 32


def main(memory: int, seconds: int, lifeline: int, script: str, *arguments: str) -> None:
    """Limit this process to `memory` bytes, `seconds` of CPU time and no file writes; then run the script in it."""
    threading.stack_size(256 * 1024)
    runpy.run_path(str(Path(__file__).with_name("lifeline.py")))["die_with_parent"](lifeline)
    limit(memory, seconds)
    sys.argv[:] = [script, *arguments]
    runpy.run_path(script, run_name="__main__")


def limit(memory: int, seconds: int) -> None:
    """
    Set the limits. Where the system has no limit of an address space, or refuses it (macOS), that one is left out.

    On Linux all are set or `OSError`, `ValueError` or `AttributeError` is raised.
    """
    for name, value in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            if sys.platform == "linux" or name != "RLIMIT_AS":
                raise


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
