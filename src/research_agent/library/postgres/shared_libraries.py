"""Libraries of a home that are in Postgres: made or joined, forgotten here, deleted for all."""

from __future__ import annotations

from pathlib import Path

from research_agent.errors import StoreError, UsageError
from research_agent.library.database import elsewhere, library_path
from research_agent.library.postgres.postgres_database import PostgresDatabase
from research_agent.library.postgres.postgres_store import check_extra
from research_agent.library.postgres.store_address import StoreAddress, load_address, save_address, store_address
from research_agent.messages import postgres

__all__ = ["delete_for_all", "forget_library", "join_library"]


def join_library(home: Path, name: str, url: str) -> tuple[StoreAddress, bool]:
    """
    Make the library of that name in the database at `url`, or join the one that is there; whether it is new.

    Raises `UsageError` where the home has another library of that name, `StoreError` where the database says no.
    """
    path, address = library_path(home, name), store_address(url, name)
    entry = elsewhere(path)
    if path.exists():
        raise UsageError(postgres.IN_A_FILE(name=name), hint=postgres.ANOTHER_NAME())
    if entry.exists() and (known := load_address(entry)).shown != address.shown:
        raise UsageError(
            postgres.ANOTHER_STORE(name=name, place=known.shown),
            hint=postgres.FORGET_FIRST(name=name),
        )
    check_extra()
    made = PostgresDatabase(address, name).create()
    save_address(entry, address)
    return address, made


def forget_library(home: Path, name: str) -> str | None:
    """Take a library in Postgres out of the home: where others have it; None for one that is in a file."""
    entry = elsewhere(library_path(home, name))
    if not entry.exists():
        return None
    try:
        place = load_address(entry).shown
    except StoreError:  # whatever stood in it
        place = "its server"
    entry.unlink()
    return place


def delete_for_all(home: Path, name: str) -> None:
    """Delete a library in Postgres, and the home's entry. Raises `UsageError` for one in a file, `StoreError`."""
    entry = elsewhere(library_path(home, name))
    if not entry.exists():
        raise UsageError(postgres.NOT_SHARED(name=name), hint=postgres.WITHOUT_FOR_ALL())
    check_extra()
    PostgresDatabase(load_address(entry), name).drop()
    entry.unlink()
