"""Rules of robots.txt (RFC 9309): which pages of a host a robot that chooses where it goes may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.documents.charset import UndecodableError, decode
from research_agent.errors import HttpStatusError

if TYPE_CHECKING:
    from research_agent.http import Client

__all__ = ["allowed_by", "allowed_pages", "rules_url"]

ROBOT = "research-agent"  # our product token in a robots.txt
MAX_ROBOTS_TXT = 500 * 1024  # characters; the minimum that RFC 9309 demands


def rules_url(origin: str) -> str:
    """URL of the rules of a host."""
    return f"{origin}/robots.txt"


async def allowed_pages(origin: str, urls: Sequence[str], client: Client) -> list[str]:
    """
    URLs that the host's robots.txt lets us read; only the first when it demands a delay between two.

    A missing file (any 4xx) allows all, as RFC 9309 says. Raises `SourceError` when it cannot be read: then none is.
    """
    try:
        body = await client.get_bytes(rules_url(origin), follow="anywhere")
    except HttpStatusError as error:
        if 400 <= error.status < 500 and error.status != 429:
            return list(urls)
        raise
    return allowed_by(body.data, urls)


def allowed_by(robots_txt: bytes, urls: Sequence[str]) -> list[str]:
    """Those of the `urls` of one host that its robots.txt lets us read; an address that cannot be judged is not."""
    from protego import Protego

    rules = Protego.parse(_robots_text(robots_txt)[:MAX_ROBOTS_TXT])

    def may_read(url: str) -> bool:
        try:
            return bool(rules.can_fetch(url, ROBOT))
        except ValueError:  # no address, or with characters that none can have
            return False

    allowed = [url for url in urls if may_read(url)]
    return allowed[:1] if rules.crawl_delay(ROBOT) else allowed


def _robots_text(data: bytes) -> str:
    """Text of a robots.txt, without the byte order mark that would spoil its first rule."""
    try:
        return decode(data)
    except UndecodableError:
        return data.decode("utf-8", "replace")
