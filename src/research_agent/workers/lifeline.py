"""
Lifeline: a pipe through which a child notices the death of its parent, and ends.

Children outlive a parent that is killed with SIGKILL, whatever the start method; asking the kernel for a signal at
the parent's death does not reach a forkserver's children. A pipe does: the parent holds the write end and never writes,
the child waits for end-of-file. Standard library only, so that any child can import it.
"""

from __future__ import annotations

import os
import signal
import threading

__all__ = ["die_with_parent", "open_lifeline"]


def open_lifeline() -> tuple[int, int]:
    """A new pipe (read end for the child, write end for the parent); neither end is inherited unless passed on."""
    return os.pipe()


def die_with_parent(read_end: int) -> None:
    """End this process, and its group if it leads one, as soon as its parent has gone; called in the child."""

    def wait() -> None:
        while os.read(read_end, 1):
            pass
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
