"""An instance of Lemmy, as its API is documented; not recorded."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from research_agent_devtools.world.matching import best

__all__ = ["lemmy"]

POSTS = {
    "Does anyone draw the attention of a transformer architecture by hand?": (
        "pencil",
        "I drew the attention of a small transformer architecture by hand and it took a whole weekend.",
    ),
    "Red lamps or white lamps for tomatoes?": (
        "ida",
        "My tomatoes did better under red lamps, and photosynthesis did not stop at noon.",
    ),
}


def lemmy(request: web.Request, url: str) -> web.Response:
    """`/api/v3/search`: posts, and no comments."""
    found = best(request.query.get("q", ""), {title: text for title, (_, text) in POSTS.items()})
    posts = [_view(number, title, url) for number, title in enumerate(found[: int(request.query.get("limit", 10))], 1)]
    return web.json_response({"type_": "All", "comments": [], "posts": posts, "communities": [], "users": []})


def _view(number: int, title: str, url: str) -> dict[str, Any]:
    author, text = POSTS[title]
    post = {
        "id": number, "name": title, "body": text, "published": "2026-10-02T08:00:00.000000Z", "removed": False,
        "deleted": False, "ap_id": f"{url}/post/{number}",
    }  # fmt: skip
    counts = {"score": 7, "comments": 2}
    return {"post": post, "creator": {"name": author}, "community": {"name": "handwork"}, "counts": counts}
