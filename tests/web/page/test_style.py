"""What the style sheet promises: contrast, and nothing that the policy would forbid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import research_agent.web.page as page
from research_agent.rendering import html

CSS = (Path(page.__file__).parent / "static" / "page.css").read_text("utf-8")
EXPORT = (Path(html.__file__).parent / "templates" / "session.css").read_text("utf-8")
PAIRS = (
    ("ink", "paper"),
    ("muted", "paper"),
    ("accent", "paper"),
    ("on-accent", "accent"),
    ("pen-ink", "pen"),
    ("paper", "ink"),
)
LEAST = 4.5  # WCAG 2.2, 1.4.3


def colours(css: str, scheme: int) -> dict[str, str]:
    return {name: pair[scheme] for name, *pair in re.findall(r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", css)}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str, scheme: int) -> None:
    found = colours(CSS, scheme)
    assert contrast(found[text], found[ground]) >= LEAST
    if text != "on-accent" and {text, ground} <= colours(EXPORT, scheme).keys():
        assert contrast(colours(EXPORT, scheme)[text], colours(EXPORT, scheme)[ground]) >= LEAST


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    "file", sorted((Path(page.__file__).parent / "templates").glob("*.html")), ids=lambda file: file.name
)
def test_no_template_has_what_the_policy_forbids(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|https?://|<script(?! src)", text)


def test_every_class_in_the_style_is_used() -> None:
    folder = Path(page.__file__).parent
    used = "".join(
        file.read_text("utf-8")
        for file in [*folder.glob("**/*.html"), *folder.glob("static/*.js"), *folder.glob("*.py")]
    )
    used += (Path(html.__file__).parent / "answer_html.py").read_text("utf-8")
    names = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/|\{[^}]*\}", "", CSS, flags=re.DOTALL)))
    assert not [name for name in sorted(names) if not re.search(rf"\b{name}\b", used)]
