"""Images of an HTML page: where they are, what is said of them, and the size that the page gives them."""

from __future__ import annotations

from typing import Any

from research_agent.documents.html_links import absolute

__all__ = ["images_in"]

IMAGES = 60
SMALLEST = 48  # pixels of a side: what is smaller is a sign, a spacer or counts visits
APART = frozenset(("nav", "footer"))
DEEPEST = 40  # elements that are looked at above an image
ADDRESSES = ("data-src", "src")  # the first is where a script would take it from when it is scrolled to


def images_in(tree: Any, url: str) -> list[tuple[str, str]]:
    """Images of the page at `url` as (text, absolute URL), in document order; that for previews where it has none."""
    base = tree.css_first("base[href]")
    root = (absolute(url, base.attributes.get("href") or "") if base is not None else "") or url
    images: dict[str, str] = {}
    for image in tree.css("img")[: 4 * IMAGES]:
        given = image.attributes
        if len(images) == IMAGES or _is_small(given) or _is_apart(image):
            continue
        found = (absolute(root, given[name]) for name in ADDRESSES if given.get(name))
        if target := next(filter(None, found), ""):
            images.setdefault(target, " ".join((given.get("alt") or "").split())[:300])
    if not images and (preview := tree.css_first('meta[property="og:image"][content]')) is not None:
        content = (preview.attributes.get("content") or "").strip()
        images = {target: "" for target in (content and absolute(root, content),) if target}
    return [(text, target) for target, text in images.items()]


def _is_small(attributes: Any) -> bool:
    sides = [(attributes.get(name) or "").removesuffix("px") for name in ("width", "height")]
    return any(side.isascii() and side.isdigit() and int(side[:6]) < SMALLEST for side in sides)


def _is_apart(node: Any) -> bool:
    """Whether it is in the page's navigation or foot."""
    for _ in range(DEEPEST):
        node = node.parent
        if node is None:
            return False
        if node.tag in APART:
            return True
    return False
