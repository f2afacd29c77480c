"""What makes the page an application that can be installed: its manifest."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from research_agent.web.page.assets import asset

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/manifest.webmanifest")
async def manifest() -> Response:
    """The manifest: name, icons and colours; it opens at the question."""
    return JSONResponse(
        {
            "name": "research-agent",
            "short_name": "research",
            "description": "Answers in which every sentence is tied to the exact words of a source.",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#fdfcf9",
            "theme_color": "#fdfcf9",
            "icons": [
                {"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": asset("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": asset("icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        media_type="application/manifest+json",
    )
