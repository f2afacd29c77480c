"""Address of a library in Postgres: kept for the user alone, and shown without what is secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import StoreError, UsageError
from research_agent.library.postgres.store_address import load_address, save_address, store_address

URL = "postgresql://ada:s3cret@db.example:5433/lib?sslmode=require&password=s3cret"


def test_an_address_is_kept_whole_and_shown_without_its_password(tmp_path: Path) -> None:
    address = store_address(URL, "team")
    file = tmp_path / "libraries" / "team.postgres"
    save_address(file, address)
    assert load_address(file) == address
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert address.shown == "postgresql://db.example:5433/lib"
    assert "s3cret" not in repr(address)
    assert (address.url, address.schema) == (URL, "research_agent_team")


@pytest.mark.parametrize("url", ["mysql://db/lib", "lib", "/var/run", "", "postgresql://a:b@c@d/lib"])
def test_what_is_no_address_is_refused_without_being_said(url: str) -> None:
    with pytest.raises(UsageError, match=r"^That is no address of a Postgres database\.$"):
        store_address(url, "team")


def test_a_long_name_is_refused() -> None:
    assert len(store_address(URL, "x" * 48).schema) == 63
    with pytest.raises(UsageError, match="is too long"):
        store_address(URL, "x" * 49)


@pytest.mark.parametrize("kept", ["", "{}", "[1]", '{"url": "postgresql://db/lib"}'])
def test_a_damaged_entry_is_a_line(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "team.postgres"
    file.write_text(kept)
    with pytest.raises(StoreError, match="cannot be read") as raised:
        load_address(file)
    assert raised.value.hint.endswith("--store ADDRESS --library team")
