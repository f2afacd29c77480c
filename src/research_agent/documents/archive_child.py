"""
Script of a process that reads one archive of articles with the class of a plug-in, until its input ends.

The first frame says which class, which file, and what to import from; the process locks itself and opens the file. Each
further frame asks for the articles of some entries: they are read as files of their names are, and answered as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any, BinaryIO

MOST_BYTES = 4_000_000  # of articles in one answer; what comes behind is asked for again
LONGEST = 200  # characters of a failure


def main() -> None:
    """Import, lock, open, answer."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    with open(os.devnull, "wb", buffering=0) as nowhere:
        os.dup2(nowhere.fileno(), 1)
    start = json.loads(_frame(requests))
    sys.path.extend(start["folders"])
    from research_agent.messages import archive_failures  # the package is on the path only now

    try:
        opens = _class(start)
    except Exception as error:  # noqa: BLE001 - importing it runs a plug-in's code
        _answer(answers, _failed(archive_failures.BROKEN_PLUGIN(error=error), archive_failures.INSTALL_ANEW()))
        return
    try:
        archive = opens(start["path"])
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises for a file that it cannot open
        _answer(answers, _failed(archive_failures.DAMAGED(error=error), archive_failures.FETCH_AGAIN()))
        return
    _answer(answers, {"value": {"identity": archive.identity, "entries": archive.entries}})
    while request := _frame(requests):
        asked = json.loads(request)
        try:
            reply: dict[str, Any] = {"value": _part(archive, asked["first"], asked["count"])}
        except Exception as error:  # noqa: BLE001 - likewise, for an entry
            reply = _failed(archive_failures.DAMAGED_ENTRY(error=error), archive_failures.FETCH_AGAIN())
        _answer(answers, reply)


def _failed(why: str, hint: str) -> dict[str, Any]:
    return {"error": why[:LONGEST], "hint": hint}


def _class(start: dict[str, Any]) -> Any:
    """The class that opens the archive, imported before the process is locked."""
    from research_agent.documents.formats import by_format, html_text  # noqa: F401 - before it is locked
    from research_agent.workers.sandbox import lock

    opens = getattr(import_module(start["module"]), start["class"])
    lock(start["readable"])
    return opens


def _part(archive: Any, first: int, count: int) -> dict[str, Any]:
    articles: list[list[Any]] = []
    size = 0
    for number in range(first, first + count):
        for article in archive.articles(number, 1):
            articles.append([article.path, article.title, _read(article)])
            size += len(article.body)
        if size > MOST_BYTES:
            return {"articles": articles, "end": number + 1}
    return {"articles": articles, "end": first + count}


def _read(article: Any) -> Any:
    """Values of an article's text, or why it has none."""
    from research_agent.documents.formats.by_format import read_any

    try:
        return read_any(article.body, article.name)
    except (ValueError, MemoryError, RecursionError) as error:
        return str(error)[:LONGEST] or "It takes too much memory to read."


def _frame(stream: BinaryIO) -> bytes:
    """The next frame; empty at end of file."""
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else b""


def _answer(stream: BinaryIO, reply: dict[str, Any]) -> None:
    data = json.dumps(reply).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
