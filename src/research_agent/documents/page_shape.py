"""What a page is besides its words: its shape, and the page that it sends a browser on to."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from research_agent.documents.notices import Shape

__all__ = ["refresh_of", "shape_of"]

REFRESH = re.compile(
    r"\s*(\d{0,4})(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?P<quote>[\"']?)(?P<url>[^\"'\s]+)", re.IGNORECASE
)
AT_ONCE = 10  # seconds after which a browser is sent on at most; later ones renew a page
NOT_FREE = re.compile(rb'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
FIELDS = "button, input, select, textarea"


def shape_of(tree: Any, data: bytes) -> Shape:
    """The shape of a page, from its tree and its bytes."""
    body = tree.body
    names = f"{body.attributes.get('class') or ''} {body.attributes.get('id') or ''}" if body is not None else ""
    status = tree.css_first("meta[name='prerender-status-code']")
    return Shape(
        body_names=names[:500],
        status=(status.attributes.get("content") or "") if status is not None else "",
        has_password=tree.css_first("input[type='password']") is not None,
        has_controls=tree.css_first(FIELDS) is not None,
        has_scripts=tree.css_first("script") is not None,
        unscripted=" ".join((node.text() or "")[:1000] for node in tree.css("noscript")[:5]),
        is_free=NOT_FREE.search(data) is None,
    )


def refresh_of(tree: Any, url: str) -> str:
    """The absolute address that a browser is sent on to by <meta http-equiv="refresh">; "" without one."""
    for meta in tree.css("meta[http-equiv]")[:50]:
        if (meta.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        match = REFRESH.match((meta.attributes.get("content") or "")[:3000])
        if match is None or int(match[1] or 0) > AT_ONCE:
            continue
        try:
            target = str(urljoin(url, match["url"])).partition("#")[0]
        except ValueError:
            continue
        if target.startswith(("http://", "https://")) and target != url.partition("#")[0]:
            return target
    return ""
