"""
HTML of an answer: its Markdown rendered, each sentence a span, each [n] mark a link to the quoted words.

The text of an answer is hostile until it has been through here. HTML, links and images in it become text (an answer's
only links are its marks), and the result has been sanitized by nh3 with a short list of tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import nh3

from research_agent.messages import answer_lines
from research_agent.rendering.marked_text import Href, Sentence, Walk, markdown_of, steps, walk_through
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, Citation

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markupsafe import Markup

__all__ = ["answer_html", "clean_html"]

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
    "h3",
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


def answer_html(answer: Answer, href: Href, *, prefix: str = "") -> Markup:
    """
    Safe HTML of the answer's text. `prefix` begins the ids, so that several answers fit on one page.

    Sentence i is `<span class="sentence ..." id="{prefix}s{i}">`, followed by its verdict in words if it has one.
    """
    text, walk = walk_through(answer, href, prefix)
    markdown = markdown_of(answer.answer_from)
    tokens = markdown.parse(text)
    highest = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for token in tokens:
        if token.type == "inline" and token.children is not None:
            token.children = list(_inline(walk, token.children))
        elif token.type in ("fence", "code_block"):
            token.content = f"<pre><code>{''.join(_pieces(walk, token.content))}</code></pre>\n"
            token.type = "html_block"
        elif token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) - highest + 3)}"  # below the question, which is an h2
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
    for step in steps(walk, text):
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
    if any(single.sentence == sentence.span for single in walk.view.answer.single_site):
        yield f' <span class="verdict">{walk.view.say(answer_lines.ONE_SITE)}</span>'
    for place, conflict in enumerate(walk.view.answer.conflicts, 1):
        if conflict.sentence == sentence.span:
            yield f' <a class="disagree" href="#{walk.prefix}x{place}">{walk.view.say(answer_lines.DISAGREE)}</a>'
            return


def _mark(walk: Walk, cited: Citation) -> str:
    title = one_line(cited.title)
    return (
        f'<a class="mark" href="{escape(walk.href(cited))}" title="{escape(title)}" '
        f'aria-label="Source {cited.n}: {escape(title)}">{JOINER}[{cited.n}]</a>'
    )
