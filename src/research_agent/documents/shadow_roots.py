"""
Declarative shadow roots: `<template shadowrootmode="open">`, whose content a browser shows within its element.

The parser keeps the content of any template apart from the tree; here those of shadow roots become elements of it.
"""

from __future__ import annotations

import re

__all__ = ["with_shadow_roots"]

TEMPLATE = re.compile(r"<(/?)template\b([^>]{0,500})", re.IGNORECASE)
ATTRIBUTE = "shadowroot"
ELEMENT = "shadow-root"


def with_shadow_roots(markup: str) -> str:
    """The markup of a page in which each shadow root is an element, beside what stands in its place."""
    if ATTRIBUTE not in markup:
        return markup
    pieces: list[str] = []
    open_templates: list[bool] = []
    at = 0
    for match in TEMPLATE.finditer(markup):
        if not match[1]:
            open_templates.append(ATTRIBUTE in match[2].lower())
            is_root = open_templates[-1]
        else:
            is_root = bool(open_templates) and open_templates.pop()
        if is_root:
            pieces += markup[at : match.start()], f"<{match[1]}{ELEMENT}"
            at = match.start(2)
    return "".join([*pieces, markup[at:]])
