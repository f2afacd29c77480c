"""Address of a library in Postgres: what a home keeps of it, and how it is shown, which is without its password."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from research_agent.errors import StoreError, UsageError
from research_agent.files import write_atomically
from research_agent.messages import postgres, storing
from research_agent.text.sanitize import redacted_url

__all__ = ["StoreAddress", "is_store_address", "load_address", "save_address", "store_address"]

SCHEMES = ("postgresql", "postgres")
PREFIX = "research_agent_"  # of a library's schema
HIDDEN = "(hidden)"  # an address in which a password cannot be told from the rest
LONGEST = 63  # bytes of an identifier of Postgres


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Connection URL of a database, and the schema in it that is the library. Only `shown` is for people."""

    url: str
    schema: str

    def __repr__(self) -> str:
        return f"StoreAddress({self.shown})"

    @property
    def shown(self) -> str:
        """The address without user and password, and without its options."""
        return redacted_url(self.url)

    def lock(self, purpose: str) -> int:
        """Number of the advisory lock of this library for a purpose."""
        digest = hashlib.blake2b(f"{self.schema} {purpose}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True)


def is_store_address(text: str) -> bool:
    """Whether a text begins as the address of a database does."""
    return text.partition("://")[0].lower() in SCHEMES


def store_address(url: str, name: str) -> StoreAddress:
    """The address of the library of that name. Raises `UsageError` for what is none; it tells nothing of the text."""
    schema = f"{PREFIX}{name}"
    if not is_store_address(url) or redacted_url(url) == HIDDEN:
        raise UsageError(postgres.NO_ADDRESS(), hint=postgres.SUCH_AS())
    if len(schema.encode()) > LONGEST:
        raise UsageError(
            postgres.NAME_TOO_LONG(name=name), hint=storing.USE_AT_MOST_CHARACTERS(most=LONGEST - len(PREFIX))
        )
    return StoreAddress(url, schema)


def save_address(path: Path, address: StoreAddress) -> None:
    """Keep an address in a file that only the user can read: it may hold a password."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, json.dumps({"url": address.url, "schema": address.schema}).encode())


def load_address(path: Path) -> StoreAddress:
    """The address that a file keeps. Raises `StoreError`."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return StoreAddress(str(kept["url"]), str(kept["schema"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            postgres.UNREADABLE_ENTRY(path=path, kind=type(error).__name__),
            hint=postgres.SAY_IT_AGAIN(name=path.stem),
        ) from error
