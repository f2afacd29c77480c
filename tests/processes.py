"""Whether processes have ended."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Sequence


def are_gone(pids: Sequence[int], within: float = 30.0) -> bool:
    """Whether all these processes end in time; a zombie that nobody reaps has ended too."""
    deadline = time.monotonic() + within
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if not select.select([watched], [], [], max(0, deadline - time.monotonic()))[0]:
                return False
        finally:
            os.close(watched)
    return True
