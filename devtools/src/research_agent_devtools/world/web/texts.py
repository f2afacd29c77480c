"""
The pages of the small web, read from `texts/`: in our own words, free to copy; all that they tell is invented.

A file holds pages of one kind of site, each below a line `=== host/path` with fields (`title: ...`) above its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib.resources import files

__all__ = ["PAGES", "Page"]

FOLDER = files("research_agent_devtools.world.web") / "texts"
HEAD = "=== "
BESIDE = "other"
"""The file of pages that answer nothing: copies, junk, walls, pages that are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    Page of the small web. `text` is its main text: paragraphs, `## ` headings, `- ` items, `| ` rows of a table.

    `kind` is the kind of its site, or "junk". `dated` says how the day `published` is told: meta, json-ld, visible,
    time, none. `role` is "old" for one that a newer page replaces. `copy` and `amp` are the address of the page whose
    text it has. `wall` is what is shown in place of all but the first paragraph, `robots` what its host's robots.txt
    does, `status` what it answers with, `slow` the seconds it takes.
    """

    host: str
    path: str
    kind: str
    text: str = ""
    title: str = ""
    site: str = ""
    published: str = ""
    dated: str = "none"
    role: str = ""
    copy: str = ""
    amp: str = ""
    wall: str = ""
    robots: str = ""
    status: str = ""
    slow: float = 0.0

    @property
    def address(self) -> str:
        """Host and path, without a scheme."""
        return f"{self.host}{self.path}"

    @property
    def url(self) -> str:
        """The URL under which it is asked for."""
        return f"http://{self.address}"

    @property
    def shown(self) -> str:
        """Its main text as far as a reader without an account gets to see it."""
        return self.text.partition("\n\n")[0] if self.wall else self.text


def _read() -> dict[str, Page]:
    found = [page for file in sorted(FOLDER.iterdir(), key=lambda file: file.name) for page in _pages(file)]
    known = {page.address: page for page in found}
    return {address: _with_copied_text(page, known) for address, page in known.items()}


def _pages(file: object) -> Iterator[Page]:
    kind = file.name.removesuffix(".txt")  # type: ignore[attr-defined]
    for part in file.read_text("utf-8").split(HEAD)[1:]:  # type: ignore[attr-defined]
        head, _, text = part.partition("\n\n")
        address, *lines = head.strip().split("\n")
        host, slash, path = address.partition("/")
        told = dict(line.split(": ", 1) for line in lines)
        if unknown := told.keys() - {field.name for field in fields(Page)}:
            raise ValueError(f"{address}: no such field: {sorted(unknown)!r}")
        told = {"kind": "unknown" if kind == BESIDE else kind, **told}
        slow = float(told.pop("slow", 0.0))
        yield Page(host=host, path=slash + path, text=text.strip(), slow=slow, **told)


def _with_copied_text(page: Page, known: dict[str, Page]) -> Page:
    if not (page.copy or page.amp):
        return page
    original = known[page.copy or page.amp]
    site = page.site or original.site
    return replace(
        page, title=original.title, text=original.text, site=site, published=original.published,
        dated=original.dated if page.amp else "none", kind=original.kind if page.amp else page.kind,
    )  # fmt: skip


PAGES = _read()
"""By address (host and path)."""
