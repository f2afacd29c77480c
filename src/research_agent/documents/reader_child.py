"""
Script of a reader process: parses untrusted documents, one at a time, until its input ends.

Runs as an isolated process, and speaks in its frames. The first frame names the folders to import from; the process
then sandboxes itself and answers with what is in force. Each further pair of frames (a JSON head, the bytes) is
answered by one JSON frame: `{"value": ...}` or `{"error": "...", "hint": "..."}` (a hint for files only), with its
processor seconds and peak memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any, BinaryIO

# Opened before the sandbox, in which nothing of /proc can be.
STATUS = os.open("/proc/self/status", os.O_RDONLY) if os.path.exists("/proc/self/status") else -1


def main() -> None:
    """Import, sandbox, answer."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    with open(os.devnull, "wb", buffering=0) as nowhere:
        os.dup2(nowhere.fileno(), 1)
    start = json.loads(_frame(requests))
    sys.path.extend(start["folders"])
    from research_agent.messages import file_failures  # the package is on the path only now

    in_force = _prepare(start["readable"])
    _answer(answers, {"locked": in_force})
    while head := _frame(requests):
        body = _frame(requests)
        try:
            reply = {"value": _read(json.loads(head), body)}
        except MemoryError:
            reply = {"error": file_failures.TOO_MUCH_MEMORY(), "spent": True}
        except ValueError as error:  # UnicodeError and the parsers' own among them
            reply = {"error": str(error)[:200], "hint": getattr(error, "remedy", "")}
        except RecursionError:
            reply = {"error": file_failures.TOO_DEEP()}
        _answer(answers, reply)


def _prepare(readable: list[str]) -> list[str]:
    """Import what the first document needs, then enter the sandbox: later imports find only `readable` folders."""
    import encodings.idna  # noqa: F401 - urljoin's

    import selectolax.lexbor  # noqa: F401

    from research_agent.documents import html, pdf, xml  # noqa: F401
    from research_agent.workers.sandbox import lock

    return lock(readable)


def _read(head: dict[str, Any], body: bytes) -> Any:
    from research_agent.documents import html, pdf, xml

    kind = head["kind"]
    if kind == "file":
        from research_agent.documents.formats.by_format import read_any

        return read_any(body, head["name"])
    if kind == "xml":
        return xml.read_xml(body)
    if kind == "pdf":
        return pdf.read_pdf(body)
    if kind.startswith("pdf_"):
        from research_agent.documents.pdf_file.requests import answer_request

        return answer_request(head, body)
    if kind == "plain":
        return html.read_plain(json.loads(body))
    return html.read_html(body, head["url"], head["charset"], links=head["links"])


def _peak_memory() -> int:
    """Peak memory in bytes; 0 where it is unknown. `ru_maxrss` would start at the parent's."""
    status = os.pread(STATUS, 4096, 0) if STATUS >= 0 else b""
    return 1024 * int((status.partition(b"VmHWM:")[2].split() or [b"0"])[0])


def _frame(stream: BinaryIO) -> bytes:
    """The next frame; empty at end of file."""
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else b""


def _answer(stream: BinaryIO, reply: dict[str, Any]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    reply |= {"seconds": used.ru_utime + used.ru_stime, "memory": _peak_memory()}
    data = json.dumps(reply).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
