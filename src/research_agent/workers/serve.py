"""
The inside of a pool's worker process: run the calls that come through a pipe, one at a time.

Started as a script by `process.py`, with the numbers of the inherited pipe and lifeline as arguments. Only the
standard library is imported before the parent's import path has arrived, and the parent's `__main__` never is.
"""

from __future__ import annotations

import os
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any


def serve(pipe: Connection) -> None:
    """Answer each `(function, args, kwargs)` with `(True, result)` or `(False, exception)`, until the pipe ends."""
    while True:
        try:
            function, args, kwargs = pipe.recv()
            answer: tuple[bool, Any] = (True, function(*args, **kwargs))
        except EOFError:
            return
        except BaseException as error:  # noqa: BLE001 - whatever the call raised belongs to the caller
            answer = (False, _with_traceback(error))
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - what cannot be pickled has no common exception
            pipe.send((False, TypeError(f"the result cannot be sent between processes: {error}")))


def _with_traceback(error: BaseException) -> BaseException:
    """Tracebacks do not travel; their text does, as a note. A child never asks its parent to exit."""
    error.add_note("In the worker process:\n" + "".join(traceback.format_tb(error.__traceback__)))
    return error if isinstance(error, Exception) else RuntimeError(f"the call raised {error!r}")


def main(pipe_number: int, lifeline_number: int) -> None:
    """Take the parent's import path, tie this life to the parent's, then serve."""
    pipe = Connection(pipe_number)
    sys.path[:] = pipe.recv()
    from research_agent.workers.lifeline import die_with_parent

    die_with_parent(lifeline_number)
    serve(pipe)
    # Native libraries need not be taken down with care: nothing here outlives the process.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
