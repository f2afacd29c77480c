"""A page for a browser that is not let in: one file with its style in it, since files of the page want a credential."""

from __future__ import annotations

import base64
import hashlib
import html
from typing import NamedTuple

__all__ = ["PlainPage", "plain_page"]

STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;background:light-dark(#fdfcf9,#161514);color:light-dark(#211f1c,#e8e4dc);"
    'font:1.0625rem/1.65 Charter,"Iowan Old Style","Source Serif 4","Noto Serif",Georgia,"DejaVu Serif",serif}'
    "main{max-width:36rem;margin:0 auto;padding:12vh 1.5rem 3rem}"
    "h1{font-weight:400;font-size:2rem;line-height:1.25;margin:0 0 1rem}"
    ".name{font-size:1.0625rem;margin:0 0 10vh}p{margin:0 0 .75rem}"
    ".told,label{font:.9375rem/1.55 system-ui,sans-serif;color:light-dark(#686259,#a19b90)}"
    "input{display:block;width:100%;box-sizing:border-box;margin:.25rem 0 1.25rem;padding:.375rem 0;border:0;"
    "border-bottom:1px solid currentColor;background:none;color:inherit;"
    "font-family:inherit;font-size:1.1875rem;line-height:1.5}"
    "button{font:500 .9375rem/1.5 system-ui,sans-serif;color:light-dark(#fdfcf9,#161514);"
    "background:light-dark(#7d5200,#dfb45f);padding:.45rem 1.15rem;border:0;border-radius:3px;cursor:pointer}"
    ":focus-visible{outline:2px solid light-dark(#7d5200,#dfb45f);outline-offset:3px}"
    "input:focus-visible{outline:0;border-color:light-dark(#7d5200,#dfb45f);"
    "box-shadow:0 1px 0 light-dark(#7d5200,#dfb45f)}"
    "code{font-size:.9em;overflow-wrap:anywhere}"
)
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Nothing is loaded and nothing runs; this very style is let in."""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · research-agent</title><style>{style}</style></head>
<body><main><p class="name">research-agent</p><h1>{title}</h1>{body}</main></body></html>
"""


class PlainPage(NamedTuple):
    """The HTML, and the headers that let its style in."""

    html: str
    headers: dict[str, str]


def plain_page(title: str, *lines: str, form: str = "") -> PlainPage:
    """The page with a title, lines of text, and a `form`, which is HTML."""
    first, *others = map(html.escape, filter(None, lines)) if any(lines) else ("",)
    told = "".join(f'<p class="told">{line}</p>' for line in others)
    body = (f"<p>{first}</p>" if first else "") + told + form
    page = PAGE.format(title=html.escape(title), style=STYLE, body=body)
    return PlainPage(page, {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"})
