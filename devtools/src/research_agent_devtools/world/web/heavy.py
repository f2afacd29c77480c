"""Pages as heavy as those of the real web: little text among much markup, scripts and data."""

from __future__ import annotations

import json
from html import escape

from research_agent_devtools.world.web.texts import PAGES, Page

__all__ = ["at_least", "more_text"]

STORIES = 5
"""Texts of others of its kind below a page's own, as sites that scroll on show them: about a thousand words in all."""


def more_text(page: Page) -> str:
    """The texts below a page's own, as HTML."""
    others = [other for other in PAGES.values() if other.kind == page.kind and other.address != page.address]
    texts = (paragraph for other in others[:STORIES] for paragraph in other.shown.split("\n\n"))
    return "".join(f'<p class="prose prose-lg leading-7 tracking-tight">{escape(text)}</p>' for text in texts)


def at_least(html: str, size: int) -> str:
    """The page with so much of menus, styles and state of scripts that it has `size` bytes."""
    missing = size - len(html.encode())
    if missing <= 0:
        return html
    menu = "".join(
        f'<li class="menu__item menu__item--level-{at % 3} js-menu-item" data-tracking="menu|{at}">'
        f'<a class="menu__link" href="/section-{at}">Section {at}</a></li>'
        for at in range(missing // 3 // 130)
    )
    state = [
        {"id": at, "slug": f"teaser-{at}", "w": 640, "h": 360, "tags": ["a", "b"]} for at in range(missing // 3 // 75)
    ]
    style = ".c{margin:0;padding:1px 2px}\n" * (missing // 3 // 28)
    body = f'<nav class="mega"><ul>{menu}</ul></nav><script type="application/json">{json.dumps(state)}</script>'
    return html.replace("</head>", f"<style>{style}</style></head>").replace("<body>", f"<body>{body}", 1)
