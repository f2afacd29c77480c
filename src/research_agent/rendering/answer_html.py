"""
HTML of an answer: its Markdown rendered, each sentence a span, each [n] mark a link to the quoted words.

The text of an answer is hostile until it has been through here. HTML, links and images in it become text (an answer's
only links are its marks), and the result has been sanitized by nh3 with a short list of tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import nh3

from research_agent.rendering.view import AnswerView
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Answer, AnswerFrom, Citation

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

__all__ = ["Block", "Href", "Run", "answer_html", "blocks", "clean_html"]

DISAGREE = "sources disagree"
ONE_SITE = "only one site"

Href = Callable[[Citation], str]
"""Link target of a mark: the address of the words that the citation quotes."""

MARK = re.compile(r"[ \t]*\[(\d{1,6})\]")
# Placeholders in the text that Markdown carries through unchanged: sentence i opens (o) or closes (c), mark j (m), the
# words that answer begin (a) or end (b). The sign counts as punctuation, so that emphasis opens and closes beside it as
# it does beside a full stop.
SIGN = "\U0001bc9f"
PLACEHOLDER = re.compile(f"{SIGN}([omcab])(\\d+){SIGN}")
JOINER = "\u2060"
"""Word joiner: no line break between a sentence and its mark."""
TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "blockquote",
    "h4",
    "h5",
    "h6",
    "hr",
    "br",
    "span",
    "a",
    "del",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {"span": {"id"}, "a": {"href", "aria-label", "title"}, "ol": {"start"}}
CLASSES = {
    "span": {"sentence", "partly", "unsupported", "removed", "verdict"},
    "a": {"mark", "disagree"},
}
OFF = ["html_inline", "html_block", "link", "image", "autolink", "reference", "code", "lheading", "entity", "escape"]
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


class Sentence(NamedTuple):
    """Checked sentence: its span, its state ("", "partly", "unsupported", "removed": struck), its verdict in words."""

    start: int
    end: int
    state: str
    verdict: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """Place in the answer's text."""
        return self.start, self.end


@dataclass(slots=True)
class Walk:
    """State of the walk through the tokens: the sentence that is open, and those whose first span was written."""

    answer: Answer
    sentences: Sequence[Sentence]
    marks: Sequence[Citation]
    href: Href
    prefix: str
    open: int | None = None
    answering: bool = False
    begun: set[int] = field(default_factory=set)


def answer_html(answer: Answer, href: Href, *, prefix: str = "") -> Markup:
    """
    Safe HTML of the answer's text. `prefix` begins the ids, so that several answers fit on one page.

    Sentence i is `<span class="sentence ..." id="{prefix}s{i}">`, followed by its verdict in words if it has one.
    """
    text, sentences, marks = _with_placeholders(answer)
    walk = Walk(answer, sentences, marks, href, prefix)
    markdown = _markdown(answer.answer_from)
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type == "inline" and token.children is not None:
            token.children = list(_inline(walk, token.children))
        elif token.type in ("fence", "code_block"):
            token.content = f"<pre><code>{''.join(_pieces(walk, token.content))}</code></pre>\n"
            token.type = "html_block"
        elif token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 3)}"
    return clean_html(markdown.renderer.render(tokens, markdown.options, {}))


def clean_html(html: str) -> Markup:
    """Sanitized HTML with the tags of an answer only: no image, no script, no style, no form."""
    from markupsafe import Markup

    return Markup(  # noqa: S704 - this is where it becomes safe
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            allowed_classes=CLASSES,
            url_schemes={"http", "https"},
            link_rel="noreferrer",
        )
    )


def blocks(answer: Answer) -> list[Block]:
    """The answer's text as blocks of runs, for formats other than HTML."""
    text, sentences, marks = _with_placeholders(answer)
    walk = Walk(answer, sentences, marks, lambda _: "", "")
    parsed, kind, level = [], "p", 0
    row: list[tuple[Run, ...]] | None = None
    for token in _markdown(answer.answer_from).parse(text):
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


@cache
def _markdown(author: AnswerFrom) -> MarkdownIt:
    """
    Parser of a model's CommonMark, without HTML, links and images; for words of the sources, of paragraphs, and of the
    headings and the table that a report has.
    """
    from markdown_it import MarkdownIt

    if author == "model":
        return MarkdownIt("commonmark", {"html": False}).enable("table").disable(OFF)
    return MarkdownIt("zero").enable(["heading", "table"])


def _sentences(answer: Answer) -> list[Sentence]:
    """Checked sentences in order; any that overlaps another, as none should, is left out."""
    named = (*(one.sentence for one in answer.citations), *(one.sentence for one in answer.conflicts))
    states = dict.fromkeys(named, "")
    states |= dict.fromkeys(answer.unsupported, "unsupported") | dict.fromkeys(answer.partly, "partly")
    view = AnswerView(answer)
    states |= dict.fromkeys(view.struck, "removed")
    sentences: list[Sentence] = []
    for start, end in sorted(states):
        if (sentences[-1].end if sentences else 0) <= start < end <= len(answer.text):
            sentences.append(Sentence(start, end, states[start, end], view.verdicts.get((start, end), "")))
    return sentences


def _with_placeholders(answer: Answer) -> tuple[str, list[Sentence], list[Citation]]:
    """Printable text with placeholders, the sentences and the marks that they number."""
    sentences, marks = _sentences(answer), list[Citation]()
    text = answer.text.replace(SIGN, "�")
    parts: list[str] = []
    cited: dict[Any, Citation] = {one.n: one for one in reversed(answer.citations)}
    cited |= {(one.sentence, one.n): one for one in reversed(answer.citations)}
    at, before = 0, (-1, -1)
    for number, sentence in enumerate(sentences):
        parts += _marked(text[at : sentence.start], before, cited, marks)
        at, before = sentence.end, sentence.span
        inner = [
            part if isinstance(part, str) else "".join(_marked(text[slice(*part)], before, cited, marks))
            for part in _with_answer(sentence.span, answer.answer_span)
        ]
        parts += [_placeholder("o", number), *inner, _placeholder("c", number)]
    return "".join([*parts, *_marked(text[at:], before, cited, marks)]), sentences, marks


def _with_answer(sentence: tuple[int, int], words: tuple[int, int] | None) -> list[str | tuple[int, int]]:
    """Spans of a sentence, with placeholders around the words that answer."""
    start, end = sentence
    if words is None or not start <= words[0] < words[1] <= end:
        return [sentence]
    return [(start, words[0]), _placeholder("a", 0), words, _placeholder("b", 0), (words[1], end)]


def _marked(
    text: str, sentence: tuple[int, int], cited: Mapping[Any, Citation], marks: list[Citation]
) -> Iterator[str]:
    """Printable text with a placeholder for each [n] of a citation: of this sentence, else of any other."""
    at = 0
    for match in MARK.finditer(text):
        number = int(match[1])
        citation = cited.get((sentence, number), cited.get(number))
        if citation is not None:
            yield printable(text[at : match.start()])
            yield _placeholder("m", len(marks))
            marks.append(citation)
            at = match.end()
    yield printable(text[at:])


def _placeholder(kind: str, number: int) -> str:
    return f"{SIGN}{kind}{number}{SIGN}"


def _steps(walk: Walk, text: str) -> Iterator[str | Citation | Sentence]:
    """Walk through one leaf of the text: its words, the citation of each mark, and each sentence at its end."""
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if at < match.start():
            yield text[at : match.start()]
        at, kind, number = match.end(), match[1], int(match[2])
        if kind == "m":
            yield walk.marks[number]
            continue
        if kind in "ab":
            walk.answering = kind == "a"
            continue
        walk.open = number if kind == "o" else None
        if kind == "c":
            yield walk.sentences[number]
    if at < len(text):
        yield text[at:]


def _inline(walk: Walk, children: Sequence[Token]) -> Iterator[Token]:
    from markdown_it.token import Token

    for child in children:
        if child.type in ("text", "code_inline"):
            wrap = "<code>{}</code>" if child.type == "code_inline" else "{}"
            yield Token("html_inline", "", 0, content="".join(_pieces(walk, child.content, wrap)))
        else:
            yield child


def _pieces(walk: Walk, text: str, wrap: str = "{}") -> Iterator[str]:
    """HTML of one leaf of the text; a sentence that runs over several leaves gets a span in each."""
    for step in _steps(walk, text):
        if isinstance(step, str):
            struck = walk.open is not None and walk.sentences[walk.open].state == "removed"
            html = wrap.format(escape(step))
            html = f"<strong>{html}</strong>" if walk.answering else html
            yield _words(walk, f"<del>{html}</del>" if struck else html)
        elif isinstance(step, Citation):
            yield _mark(walk, step)
        else:
            yield from _verdicts(walk, step)


def _words(walk: Walk, html: str) -> str:
    if walk.open is None:
        return html
    number = walk.open
    name = "" if number in walk.begun else f' id="{walk.prefix}s{number + 1}"'
    walk.begun.add(number)
    return f'<span class="{f"sentence {walk.sentences[number].state}".strip()}"{name}>{html}</span>'


def _verdicts(walk: Walk, sentence: Sentence) -> Iterator[str]:
    """Verdict and link to the conflict behind a sentence, in words, so that no colour is needed to see them."""
    if sentence.verdict:
        yield f' <span class="verdict">{sentence.verdict}</span>'
    if any(single.sentence == sentence.span for single in walk.answer.single_site):
        yield f' <span class="verdict">{ONE_SITE}</span>'
    for place, conflict in enumerate(walk.answer.conflicts, 1):
        if conflict.sentence == sentence.span:
            yield f' <a class="disagree" href="#{walk.prefix}x{place}">{DISAGREE}</a>'
            return


def _mark(walk: Walk, cited: Citation) -> str:
    title = one_line(cited.title)
    return (
        f'<a class="mark" href="{escape(walk.href(cited))}" title="{escape(title)}" '
        f'aria-label="Source {cited.n}: {escape(title)}">{JOINER}[{cited.n}]</a>'
    )


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
    for step in _steps(walk, text):
        if isinstance(step, str):
            state = walk.sentences[walk.open].state if walk.open is not None else ""
            yield Run(step, strong or walk.answering, em, code, state)
        elif isinstance(step, Citation):
            yield Run("", mark=step.n)
        elif step.verdict:
            yield Run("", verdict=step.verdict)
