"""The markup of a page: its main text among menus, advertisements, banners and links, as on sites of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import escape

from research_agent_devtools.world.web.heavy import at_least, more_text
from research_agent_devtools.world.web.texts import PAGES, Page

__all__ = ["html_of"]

MENUS = {
    "official": ("Home", "Services", "Council", "Pay for it", "Report a problem", "Contact"),
    "press": ("News", "Sport", "Business", "Opinion", "Weather", "Jobs", "Subscribe"),
    "reference": ("Main page", "Contents", "Random article", "Talk", "Log in", "Donate"),
    "forum": ("Forums", "New posts", "Members", "Register", "Search", "Rules"),
    "shop": ("Shop", "Sale", "New in", "Basket (0)", "Wish list", "Help"),
    "university": ("Study", "Research", "Campus", "News", "People", "Library"),
    "documentation": ("Contents", "Previous", "Next", "Index", "Source", "Version"),
}
OTHERWISE = ("Home", "About", "Archive", "Newsletter", "Contact")
SCHEMAS = {
    "press": "NewsArticle",
    "recipe": "Recipe",
    "shop": "Product",
    "review": "Review",
    "health": "MedicalWebPage",
}
ADS = (
    "Advertisement. Tired of your old mattress? 40 % off until Sunday. Shop now",
    "Sponsored: Seven tricks that your bank does not want you to know. Read more",
    "Advertisement. Switch your energy supplier today and save up to £230 a year",
)
BANNER = "We use cookies to make this site work and to show you offers that suit you. Accept all. Reject. Settings"
WALLS = {
    "paywall": "<div class='paywall'><h2>Subscribe to read on</h2><p>This article is for subscribers only. Subscribe "
    "now for £1 in the first month to continue reading. Already a subscriber? Log in.</p></div>",
    "login": "<h1>Log in</h1><p>You must log in to view this page.</p><form><input name='user'><input "
    "type='password' name='password'><button>Log in</button></form>",
    "cookies": "<div class='cookiewall'><h1>Your privacy</h1><p>We and our 614 partners store and access information "
    "on your device. Accept all cookies to continue to the site, or take out a paid subscription without "
    "tracking.</p><button>Accept all</button></div>",
    "script": "<noscript>Please enable JavaScript to view this page.</noscript><div id='root'></div>",
}
POST = re.compile(r"^(\w+) wrote: ", re.MULTILINE)


def html_of(page: Page, size: int = 0) -> str:
    """The whole page, of `size` bytes at least; of one behind a wall, what a reader without an account is sent."""
    if page.wall in ("cookies", "login", "script"):
        return _document(page, WALLS[page.wall])
    more = more_text(page) if size else ""
    main = f"<h1>{escape(page.title)}</h1>{_byline(page)}{''.join(_blocks(page))}{WALLS.get(page.wall, '')}{more}"
    return at_least(_document(page, f"{_before(page)}{_holder(page, main)}{_after(page)}"), size)


def _document(page: Page, body: str) -> str:
    marks = ' amp="amp"' if page.amp else ""
    return (
        f'<!doctype html><html lang="en"{marks}><head><meta charset="utf-8"><title>{escape(page.title)} | '
        f"{escape(page.site)}</title>{''.join(_head(page))}</head><body>{body}</body></html>"
    )


def _head(page: Page) -> Iterator[str]:
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta property="og:site_name" content="{escape(page.site)}">'
    if page.amp:
        yield f'<link rel="canonical" href="http://{page.amp}">'
        yield '<script async src="https://cdn.ampproject.org/v0.js"></script>'
    elif not page.copy:
        yield f'<link rel="canonical" href="{page.url}">'
    if page.dated == "meta":
        yield f'<meta property="article:published_time" content="{page.published}T08:15:00+00:00">'
    if page.dated == "json-ld":
        schema = {
            "@context": "https://schema.org",
            "@type": SCHEMAS.get(page.kind, "WebPage"),
            "headline": page.title,
            "datePublished": f"{page.published}T08:15:00+00:00",
            "publisher": {"@type": "Organization", "name": page.site},
        }
        yield f'<script type="application/ld+json">{json.dumps(schema)}</script>'
    yield "<style>body{font:16px/1.5 sans-serif}nav a{margin:.5em}</style><script>window.dataLayer=[];</script>"


def _byline(page: Page) -> str:
    if page.dated == "visible":
        day = date.fromisoformat(page.published)
        return f'<p class="byline">Published {day.day} {day:%B %Y}</p>'
    if page.dated == "time":
        return f'<p class="meta"><time datetime="{page.published}">{page.published}</time></p>'
    return ""


def _blocks(page: Page) -> Iterator[str]:
    for block in page.shown.split("\n\n"):
        lines = block.split("\n")
        if block.startswith("## "):
            yield f"<h2>{escape(block[3:])}</h2>"
        elif block.startswith("- "):
            yield f"<ul>{''.join(f'<li>{escape(line[2:])}</li>' for line in lines)}</ul>"
        elif block.startswith("| "):
            rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines)
            cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
        elif (post := POST.match(block)) and page.kind == "forum":
            said = escape(block[post.end() :])
            yield f'<div class="post"><div class="author">{post[1]}</div><div class="body">{said}</div></div>'
        else:
            yield f"<p>{escape(block)}</p>"


def _holder(page: Page, main: str) -> str:
    """Sites of different make hold their text in different elements."""
    if page.kind in ("forum", "shop"):
        return f'<div id="content"><div class="{page.kind}">{main}</div></div>'
    if page.kind in ("documentation", "reference"):
        return f'<div class="body" role="main">{main}</div>'
    if page.kind in ("company", "unknown", "junk"):
        return f'<div class="wrap"><div class="col-8">{main}</div></div>'
    return f"<main><article>{main}</article></main>"


def _before(page: Page) -> str:
    menu = "".join(f'<li><a href="/{name.lower().split()[0]}">{name}</a></li>' for name in _menu(page))
    banner = "" if page.kind in ("reference", "documentation", "official") else f'<div id="cookie">{BANNER}</div>'
    return f'<header><a href="/">{escape(page.site)}</a></header><nav><ul>{menu}</ul></nav>{banner}'


def _after(page: Page) -> str:
    ads = "".join(f'<div class="ad">{text}</div>' for text in ADS) if page.kind not in MENUS or _sells(page) else ""
    related = "".join(f'<li><a href="{other.url}">{escape(other.title)}</a></li>' for other in _related(page))
    return (
        f'<aside class="sidebar">{ads}<h3>You may also like</h3><ul class="related">{related}</ul></aside>'
        '<section class="newsletter"><h3>Stay in the loop</h3><p>Sign up for our newsletter and never miss a thing.</p>'
        f"</section><footer><p>© 2026 {escape(page.site)}. All rights reserved.</p><p>Privacy Terms Imprint "
        "Accessibility</p></footer>"
    )


def _sells(page: Page) -> bool:
    return page.kind in ("press", "forum", "shop")


def _menu(page: Page) -> tuple[str, ...]:
    return MENUS.get(page.kind, OTHERWISE)


def _related(page: Page) -> list[Page]:
    """Others of its site, and then of its kind."""
    others = [other for other in PAGES.values() if other.address != page.address and not (other.amp or other.copy)]
    near = [other for other in others if other.host == page.host]
    return (near + [other for other in others if other.kind == page.kind and other.host != page.host])[:5]
