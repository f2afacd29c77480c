"""Script of a reader process that a page (the second of three) breaks, unless it is not tried."""

from __future__ import annotations

import json
import sys


def frame() -> bytes:
    return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), "big"))


def say(value: object) -> None:
    data = json.dumps({"value": value, "seconds": 0.0, "memory": 0, "locked": []}).encode()
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()


frame()
say(None)
skipped: list[int] = []
single, at = False, 0
while head := frame():
    frame()
    asked = json.loads(head)
    if asked["kind"] == "pdf_file":
        skipped, single, at = asked["skipped"], asked["single"], 0
    else:
        last = at + 1 if single else 3
        if at <= 1 < last and 1 not in skipped:
            sys.exit(1)
        at = last
    if at < 3:
        say({"at": at, "of": 3})
    else:
        facts = dict.fromkeys(("title", "author", "published", "language", "doi"), "")
        say({"file": {"text": "One.", "places": [], "notes": [f"skipped {skipped}"], **facts}, "scans": []})
