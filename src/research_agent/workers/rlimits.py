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
    for name, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))
    sys.argv[:] = [script, *arguments]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
