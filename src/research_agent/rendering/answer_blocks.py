"""Blocks of an answer, runs of text of one style each, for formats other than HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from research_agent.rendering.marked_text import Walk, markdown_of, steps, walk_through
from research_agent.types import Answer, Citation

if TYPE_CHECKING:
    from markdown_it.token import Token


__all__ = ["Block", "Run", "blocks"]

PLAIN = {"softbreak": " ", "hardbreak": "\n"}


class Run(NamedTuple):
    """Run of text of one style; or a `mark` (the number of a document), or the `verdict` behind a sentence."""

    text: str
    strong: bool = False
    em: bool = False
    code: bool = False
    state: str = ""
    mark: int = 0
    verdict: str = ""


class Block(NamedTuple):
    """Block of runs; `kind` is p, h (of a `level`), li or pre. A row of a table is a p whose `cells` are set too."""

    kind: str
    runs: tuple[Run, ...]
    cells: tuple[tuple[Run, ...], ...] = ()
    level: int = 0


def blocks(answer: Answer) -> list[Block]:
    """The answer's text as blocks of runs, for formats other than HTML."""
    text, walk = walk_through(answer)
    parsed, kind, level = [], "p", 0
    row: list[tuple[Run, ...]] | None = None
    for token in markdown_of(answer.answer_from).parse(text):
        if token.type == "list_item_open":
            kind = "li"
        elif token.type in ("list_item_close", "heading_close"):
            kind = "p"
        elif token.type == "heading_open":
            kind, level = "h", int(token.tag[1])
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            between = Run(" | ")
            joined = [run for cell in row for run in (between, *cell)][1:]
            parsed.append(Block("p", tuple(joined), cells=tuple(row)))
            row = None
        elif token.type == "inline" and row is not None:
            row.append(tuple(_runs(walk, token.children or [])))
        elif token.type == "inline" and token.children:
            parsed.append(Block(kind, tuple(_runs(walk, token.children)), level=level if kind == "h" else 0))
        elif token.type in ("fence", "code_block"):
            parsed.append(Block("pre", tuple(_leaf_runs(walk, token.content.rstrip("\n"), code=True))))
    return [block for block in parsed if block.runs]


def _runs(walk: Walk, children: Sequence[Token]) -> Iterator[Run]:
    strong = em = 0
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            strong += child.nesting
        elif child.type in ("em_open", "em_close"):
            em += child.nesting
        elif child.type in ("text", "code_inline"):
            yield from _leaf_runs(walk, child.content, bool(strong), bool(em), child.type == "code_inline")
        else:
            yield Run(PLAIN.get(child.type, ""))


def _leaf_runs(walk: Walk, text: str, strong: bool = False, em: bool = False, code: bool = False) -> Iterator[Run]:
    for step in steps(walk, text):
        if isinstance(step, str):
            state = walk.sentences[walk.open].state if walk.open is not None else ""
            yield Run(step, strong or walk.answering, em, code, state)
        elif isinstance(step, Citation):
            yield Run("", mark=step.n)
        elif step.verdict:
            yield Run("", verdict=step.verdict)
