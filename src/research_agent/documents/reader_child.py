"""
The inside of the locked child: reads documents that nobody vouches for, one at a time, until its input ends.

Started within the limits of `limits.py`. The first frame names the folders to import from; then it locks itself in and
says how far that went. Each further frame pair (a JSON head, the bytes) is answered by one JSON frame: `{"value": ...}`
or `{"error": "..."}`, with its processor seconds and largest memory. A frame is a length of four bytes, and as much.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any, BinaryIO

# Opened before the lock, which leaves nothing of /proc to open.
STATUS = os.open("/proc/self/status", os.O_RDONLY) if os.path.exists("/proc/self/status") else -1


def main() -> None:
    """Take the folders, lock, read."""
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    with open(os.devnull, "wb", buffering=0) as nowhere:
        os.dup2(nowhere.fileno(), 1)
    start = json.loads(_frame(asked))
    sys.path.extend(start["folders"])
    reached = _prepare(start["readable"])
    _answer(answers, {"locked": reached})
    while head := _frame(asked):
        body = _frame(asked)
        try:
            told = {"value": _read(json.loads(head), body)}
        except MemoryError:
            told = {"error": "takes too much memory to read", "spent": True}
        except ValueError as error:  # UnicodeError and the readers' own are among them
            told = {"error": str(error)[:200]}
        except RecursionError:
            told = {"error": "is nested too deep"}
        _answer(answers, told)


def _prepare(readable: list[str]) -> list[str]:
    """Import what the first document needs, then lock: later imports find only the folders that may be read."""
    import encodings.idna  # noqa: F401 - urljoin's

    import selectolax.lexbor  # noqa: F401

    from research_agent.documents import html, pdf, xml  # noqa: F401
    from research_agent.workers.sandbox import lock

    return lock(readable)


def _read(head: dict[str, Any], body: bytes) -> Any:
    from research_agent.documents import html, pdf, xml

    kind = head["kind"]
    if kind == "xml":
        return xml.read_xml(body)
    if kind == "pdf":
        return pdf.read_pdf(body)
    if kind == "plain":
        return html.read_plain(json.loads(body))
    return html.read_html(body, head["url"], head["charset"])


def _most_memory() -> int:
    """The most memory it had, in bytes; 0 where the system does not tell. `ru_maxrss` begins with the parent's."""
    told = os.pread(STATUS, 4096, 0) if STATUS >= 0 else b""
    return 1024 * int((told.partition(b"VmHWM:")[2].split() or [b"0"])[0])


def _frame(stream: BinaryIO) -> bytes:
    """The next frame; empty at the end."""
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else b""


def _answer(stream: BinaryIO, told: dict[str, Any]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {"seconds": used.ru_utime + used.ru_stime, "memory": _most_memory()}
    data = json.dumps(told).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
