"""
Zip archive that a document is: its members, within limits of their number and size.

A member is unpacked only when a reader asks for it, and an archive in it never: what a bomb costs is its name.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from research_agent.documents import TooHeavyError, UnreadableFileError
from research_agent.messages import file_failures
from research_agent.text.sanitize import one_line

__all__ = ["Archive"]

MEMBERS = 50_000
LARGEST = 150_000_000  # bytes that one member may unpack to
TOTAL = 400_000_000  # the same for all that are read
ENCRYPTED = 0x1


class Archive:
    """Members of a zip archive by name; reading raises `UnreadableFileError` or `TooHeavyError`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._file = ZipFile(BytesIO(data))
            members = self._file.infolist()
        except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise UnreadableFileError(file_failures.NO_MEMBERS(), file_failures.REPAIR()) from error
        if len(members) > MEMBERS:
            raise UnreadableFileError(file_failures.TOO_MANY_MEMBERS(most=MEMBERS), file_failures.DO_NOT_OPEN())
        self._members: dict[str, ZipInfo] = {member.filename: member for member in members}
        self._by_lower_case = {name.lower(): name for name in self._members}
        self._left = TOTAL

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members, in order."""
        return tuple(self._members)

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name.lower() in self._by_lower_case

    def read(self, name: str) -> bytes:
        """Bytes of a member; it is found whatever its case."""
        member = self._members.get(self._by_lower_case.get(name.lower(), ""))
        if member is None:
            raise UnreadableFileError(file_failures.LACKS_PART(name=one_line(name)[:80]), file_failures.REPAIR())
        self._check(member)
        try:
            return self._file.read(member)
        except (BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise UnreadableFileError(
                file_failures.BROKEN_PART(name=one_line(name)[:80]), file_failures.REPAIR()
            ) from error

    def _check(self, member: ZipInfo) -> None:
        if member.flag_bits & ENCRYPTED:
            raise UnreadableFileError(file_failures.NEEDS_PASSWORD(), file_failures.SAVE_UNLOCKED())
        self._left -= member.file_size
        if member.file_size > LARGEST or self._left < 0:
            raise TooHeavyError(file_failures.UNPACKS_TOO_LARGE(most=LARGEST // 1000000))
