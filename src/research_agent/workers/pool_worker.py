"""
Script of a pool's worker process: runs the calls that come through a pipe, one at a time.

Started by `worker_process.py`, with the descriptors of the inherited pipe and lifeline as arguments. Only the standard
library is imported before the parent's import path has arrived, and the parent's `__main__` never is.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any


def serve(pipe: Connection) -> None:
    """Answer each `(function, args, kwargs)` with `(True, result)` or `(False, exception)`, until the pipe ends."""
    while True:
        try:
            call = pipe.recv_bytes()
            pipe.send_bytes(_answer(call))
        except (EOFError, OSError):
            return


def pickled(value: Any) -> bytes:
    """
    The pickle of a value, for the other process.

    Bytes, since the view that `ForkingPickler.dumps` returns crashes Python 3.12 and 3.13 when a traceback holds it and
    the garbage collector comes.
    """
    buffer = io.BytesIO()
    ForkingPickler(buffer).dump(value)
    return buffer.getvalue()


def _answer(call: bytes) -> bytes:
    """Run the call. Whatever it raises goes to the caller, even an `EOFError`."""
    try:
        function, args, kwargs = ForkingPickler.loads(call)
        answer: tuple[bool, Any] = (True, function(*args, **kwargs))
    except BaseException as error:  # noqa: BLE001
        error.add_note("In the worker process:\n" + "".join(traceback.format_tb(error.__traceback__)))
        answer = (False, error)  # tracebacks do not travel
    try:
        return pickled(answer)
    except Exception as error:  # noqa: BLE001 - what cannot be pickled has no common exception
        return pickled((False, TypeError(f"the result cannot be sent between processes: {_message_of(error)}")))


def _message_of(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the call's own class
        return type(error).__name__


def main(pipe_number: int, lifeline_number: int) -> None:
    """Take over the parent's import path, start the lifeline, then serve."""
    pipe = Connection(pipe_number)
    sys.path[:] = pipe.recv()
    from research_agent.workers.lifeline import die_with_parent

    die_with_parent(lifeline_number)
    serve(pipe)
    # Without the clean-up of native libraries: nothing here outlives the process.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
