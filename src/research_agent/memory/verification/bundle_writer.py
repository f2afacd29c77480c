"""Writing bundles: packs turns into the bytes of a file, and saves it atomically."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from research_agent.errors import StoreError, UsageError
from research_agent.memory.verification.bundle import FORMAT, LARGEST, PROGRAM, VERSION, canonical, digest_of
from research_agent.messages import bundle_lines, command_results
from research_agent.text.timestamps import iso_now
from research_agent.types import Answer, Document, Turn
from research_agent.version import installed_version

__all__ = ["pack_bundle", "save"]

USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")


def pack_bundle(session: str, turns: Sequence[Turn], *, secrets: Sequence[str] = ()) -> bytes:
    """
    The bytes of a bundle, without the userinfo of URLs and without `secrets` in what sources and servers reported.

    Raises `UsageError` for what a bundle cannot hold: a secret in the session's own words, more than `LARGEST` bytes,
    or consecutive lone surrogates, which JSON would join.
    """
    packed, documents = _pack_turns(turns, secrets)
    bundle = _plain(
        {
            "format": FORMAT,
            "version": VERSION,
            "program": f"{PROGRAM} {installed_version()}",
            "exported": iso_now(),
            "session": session,
            "turns": packed,
            "documents": documents,
        }
    )
    bundle["sha256"] = digest_of(bundle)
    text = json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"
    if any(secret in text for secret in secrets):
        raise UsageError(
            bundle_lines.HOLDS_SECRET(),
            hint=bundle_lines.OTHER_TURNS(),
        )
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > LARGEST:
        raise UsageError(bundle_lines.WOULD_BE_TOO_LARGE(size=len(data), most=LARGEST), hint=bundle_lines.ONE_TURN())
    if json.loads(data) != bundle:
        raise UsageError(
            bundle_lines.LONE_SURROGATES(),
            hint=bundle_lines.OTHER_TURNS(),
        )
    return data


def _pack_turns(turns: Sequence[Turn], secrets: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The turns, and all their documents, each once; a turn refers to its documents by position."""
    documents: dict[str, dict[str, Any]] = {}
    packed = []
    for turn in turns:
        answer = _redact(turn.answer, secrets)
        retrieved = {canonical(document): document for document in map(_document, answer.documents)}
        documents |= retrieved
        positions = {key: position for position, key in enumerate(documents)}
        packed.append(
            {
                "answer": answer.as_json(),
                "documents": [positions[key] for key in retrieved],
                "settings": dict(answer.settings),
                "notes": list(answer.notes),
            }
        )
    return packed, list(documents.values())


def save(path: Path, data: bytes, *, force: bool) -> None:
    """Write the file atomically (mode 0600). Raises `UsageError` when it exists, unless `force`, or `StoreError`."""
    if path.is_dir():
        raise UsageError(bundle_lines.TARGET_FOLDER(path=str(path)), hint=bundle_lines.NAME_FILE())
    if not path.parent.is_dir():
        raise UsageError(bundle_lines.NO_FOLDER(parent=str(path.parent)), hint=command_results.MAKE_FOLDER())
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _rename(temporary, path, force)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except FileExistsError:
        raise UsageError(bundle_lines.EXISTS(path=str(path)), hint=bundle_lines.NAME_OR_FORCE()) from None
    except OSError as error:
        raise StoreError(
            bundle_lines.NOT_WRITTEN(path=str(path), reason=error.strerror), hint=bundle_lines.OTHER_DISK()
        ) from error


def _rename(temporary: str, path: Path, force: bool) -> None:
    """Move the finished file to `path`. A hard link, unlike a rename, never overwrites a file created meanwhile."""
    if not force:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError as error:  # a file system without hard links
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS} or os.path.lexists(path):
                raise
        else:
            return
    os.replace(temporary, path)


def _plain(value: Any) -> Any:
    """The value after a round trip through JSON: lists for tuples, strings for keys, null for NaN and infinities."""
    return json.loads(json.dumps(value, ensure_ascii=False), parse_constant=lambda _: None)


def _document(document: Document) -> dict[str, Any]:
    return {"sha256": document.id, **asdict(document), "details": dict(document.details)}


def _redact(answer: Answer, secrets: Sequence[str]) -> Answer:
    """The answer without secrets and credentials; its own words and those of the sources stay as they are."""

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "(hidden)")
        return USERINFO.sub("", text)

    return replace(
        answer,
        citations=tuple(replace(cited, url=clean(cited.url)) for cited in answer.citations),
        documents=tuple(replace(document, url=clean(document.url)) for document in answer.documents),
        sources=tuple(replace(report, reason=report.reason and clean(report.reason)) for report in answer.sources),
        notes=tuple(map(clean, answer.notes)),
        settings={name: clean(value) if isinstance(value, str) else value for name, value in answer.settings.items()},
    )
