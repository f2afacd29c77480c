"""A store for each user."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

ASK = {"question": QUESTION}


async def test_named_users_have_stores_of_their_own(tmp_path: Path) -> None:
    async with serving(tmp_path, users=("ada", "bob")) as served:
        reply = await served.http.post(f"{served.url}/api/ask", json={**ASK, "session": "s"}, headers=served.of("ada"))
        answer = await reply.json()
        document = answer["citations"][0]["document"]
        for path in ("/api/sessions/s", "/api/export/s", "/api/citations/s?turn=1", f"/api/documents/{document}"):
            assert (await served.http.get(served.url + path, headers=served.of("ada"))).status == 200, path
            for headers in (served.of("bob"), served.bearer):
                assert (await served.http.get(served.url + path, headers=headers)).status == 404, path
        assert (tmp_path / "users" / "ada" / "sessions.db").exists()
        assert (tmp_path / "users" / "ada").stat().st_mode & 0o077 == 0


def holding(folder: Path, words: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


async def test_a_deleted_session_is_gone_with_what_services_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[Path] = []
    monkeypatch.setattr("research_agent.http.cache.forget", forgotten.append)
    async with serving(tmp_path, users=("ada",)) as served:
        await served.http.post(f"{served.url}/api/ask", json={**ASK, "session": "s"}, headers=served.of("ada"))
        reply = await served.http.delete(f"{served.url}/api/sessions/s", headers=served.of("ada"))
        assert reply.status == 204
        assert (await served.http.get(f"{served.url}/api/sessions/s", headers=served.of("ada"))).status == 404
        words = b"How long is the river Lumen"
        assert not holding(tmp_path, words)
    assert tmp_path in forgotten, "what services answered is the whole server's, and stays"
