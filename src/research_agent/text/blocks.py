"""
Blocks of what a user or a front end sends: prose, code, quoted text, elements, instructions. By form, in linear time.

What a block is follows from its marks (fences, `>`, tags, headings, mail headers) and, without marks, from how many of
its characters are a programming language's. Which of the prose is the question: `text.question`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, NamedTuple

__all__ = ["Block", "Kind", "split_blocks"]

Kind = Literal["prose", "told", "asked", "code", "quoted", "instruction"]


class Block(NamedTuple):
    """
    Block of a message, in the order of the text. `name` is that of the file it was taken from, "" when it has none.

    "asked" is text that the front end itself marks as the question; "quoted" is text of somebody else; "told" stands
    below the header of a mail, and may be the mail's or the user's.
    """

    kind: Kind
    text: str
    name: str = ""


# An element that stands at the beginning of a line: <context>, <source id="1" name="notes.pdf">, <user_query>.
OPENING = re.compile(r"^[ \t]*<([A-Za-z][\w.:-]{0,60})((?:\s[^<>]{0,500})?)>", re.MULTILINE)
CLOSING = re.compile(r"</([A-Za-z][\w.:-]{0,60})>")
COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
NAMED = re.compile(r"\b(?:name|path|file(?:_?(?:name|path))?|title)\s*=\s*[\"']([^\"'<>\n]{1,200})[\"']", re.IGNORECASE)
ASKING_NAME = re.compile(r"(?:query|question|request|prompt|message|task|ask|feedback)s?$", re.IGNORECASE)
NESTING = 4

FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})([^`\n]*)$")
# Code on a line of its own sentence; "What does ```map()``` do?" is one sentence, and stays.
INLINE_FENCE = re.compile(r"(?<=[:.!?\n])[ \t]*```[^`\n]+```|```[^`\n]+```(?=\s+[A-Z]|[ \t]*(?:\n|\Z))")
FILE_HEADING = re.compile(r"\s*# \"([^\"\n]{1,200})\"[ \t]*\n")
TEXT_LANGUAGES = frozenset({"", "md", "markdown", "text", "txt", "plain", "plaintext"})
QUOTE = re.compile(r"^[ \t]{0,3}>")
INDENTED = re.compile(r"^(?: {4}|\t)\s*\S")
# "### Guidelines:", with what stands below it up to a blank line, is what a front end tells a model.
SECTION = re.compile(r"^#{1,6}[ \t]+[^\n]{1,80}:[ \t]*$")
# "Question: ...": whoever wrote a template marks the question so.
LABEL = re.compile(
    r"^(?:#{1,6}[ \t]*)?(?:\*\*)?(?:(?:the |my |user(?:['’]s)? |final |quick )?(?:question|query)|q|user)(?:\*\*)?"
    r"[ \t]*(?::|$)(?:\*\*)?\s*",
    re.IGNORECASE | re.MULTILINE,
)
OTHER_LABEL = re.compile(r"^(?:answer|assistant|context|helpful answer|response)[ \t]*:", re.IGNORECASE | re.MULTILINE)
MAIL = re.compile(r"(?:^[A-Z][\w-]{1,15}: [^\n]+\n){2}", re.MULTILINE)
MAIL_HEADER = re.compile(r"^(?:from|to|sent|date|subject|cc): ", re.IGNORECASE | re.MULTILINE)
RULE = re.compile(r"^[ \t]*[-=_*]{3,}.*[-=_*]{3,}[ \t]*$")
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")

CODE_MARKS = re.compile(r"[{}()\[\];=<>_\\|&$#@*+/]")
CODE_SHARE = 0.1  # of a line's characters, from which it is code
LOG = re.compile(
    r"^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\w{3} \d+ \d\d:\d\d:\d\d |File \"|at [\w.$<>]+\(|Traceback \()"
)
IMPORT = re.compile(r"^\s*from [\w.]+ import \w")
LINE_END = re.compile(r"[.!?:。！？؟][\"'”’»)*_\]]*\s*$")
FORMULA = re.compile(r"\\[(\[].*\\[)\]]|\$[^$]+\$")


def split_blocks(text: str) -> list[Block]:
    """The blocks of a text, none of them empty."""
    blocks = [block for block in _elements(COMMENT.sub("\n\n", text), NESTING) if block.text.strip()]
    return blocks or [Block("prose", text)]


def _elements(text: str, depth: int) -> Iterator[Block]:
    """The blocks of a text with elements: those of an element's text are quoted, or asked, by its name."""
    if not depth or "</" not in text:
        yield from _lines(text)
        return
    closings: dict[str, list[tuple[int, int]]] = {}
    for match in CLOSING.finditer(text):
        closings.setdefault(match[1], []).append(match.span())
    at = 0
    for match in OPENING.finditer(text):
        ends = closings.get(match[1], [])
        place = bisect_left(ends, (match.end(), 0))
        if match.start() < at or place == len(ends):
            continue
        yield from _lines(text[at : match.start()])
        start, at = ends[place]
        yield from _element(match[1], match[2], text[match.end() : start], depth)
    yield from _lines(text[at:])


def _element(tag: str, attributes: str, content: str, depth: int) -> Iterator[Block]:
    name = NAMED.search(attributes)
    if ASKING_NAME.search(tag):
        inner = list(_elements(content, depth - 1))
        yield from (block._replace(kind="asked") if block.kind == "prose" else block for block in inner)
        return
    for block in _elements(content, depth - 1):
        kind: Kind = block.kind if block.kind in ("code", "instruction", "asked") else "quoted"
        yield Block(kind, block.text, block.name or (name[1] if name else ""))


def _lines(text: str) -> Iterator[Block]:
    """The blocks of a text without elements."""
    prose: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence := FENCE.match(line):
            yield from _paragraphs(prose)
            end = _end_of_fence(lines, at + 1, fence[1])
            yield from _fenced(fence[2].strip(), "\n".join(lines[at + 1 : end]))
            at = end + (end < len(lines) and FENCE.match(lines[end]) is not None)
        elif QUOTE.match(line):
            end = at
            while end < len(lines) and QUOTE.match(lines[end]):
                end += 1
            yield from _paragraphs(prose)
            yield Block("quoted", "\n".join(QUOTE.sub("", one, count=1).strip() for one in lines[at:end]))
            at = end
        else:
            prose.append(line)
            at += 1
    yield from _paragraphs(prose)


def _end_of_fence(lines: list[str], start: int, fence: str) -> int:
    """The place of the closing fence; without one, the code ends at the last blank line."""
    for at in range(start, len(lines)):
        stripped = lines[at].strip()
        if stripped.startswith(fence) and not stripped.strip(fence[0]):
            return at
    blank = (at for at in range(len(lines) - 1, start, -1) if not lines[at].strip())
    return next(blank, max(start, len(lines) - 1))


def _fenced(info: str, content: str) -> Iterator[Block]:
    """A fenced block: code, unless its language is none and it reads as prose (an attached document)."""
    language, _, name = info.partition(" ")
    if language.casefold() not in TEXT_LANGUAGES:
        yield Block("code", content, name or (language if "." in language or "/" in language else ""))
        return
    if title := FILE_HEADING.match(content):
        name, content = title[1], content[title.end() :]
    for block in _paragraphs(content.split("\n")):
        yield Block("code" if block.kind == "code" else "quoted", block.text, name)


def _paragraphs(lines: list[str]) -> Iterator[Block]:
    """The paragraphs of lines without fences and quotes, which are taken."""
    text = "\n".join(lines)
    lines.clear()
    if "```" in text:
        text = INLINE_FENCE.sub("\n\n", text)
    paragraphs = [body.strip("\n") for body in BLANK_LINES.split(text) if body.strip()]
    mail = next((at for at, body in enumerate(paragraphs) if _is_mail(body)), len(paragraphs))
    for at, body in enumerate(paragraphs):
        if at < mail:
            yield from _paragraph(body)
        elif at == mail or _is_mail(body):
            yield Block("quoted", body)
        else:
            yield from (one._replace(kind="told") if one.kind == "prose" else one for one in _paragraph(body))


def _is_mail(paragraph: str) -> bool:
    return len(MAIL_HEADER.findall(paragraph)) > 1 and MAIL.search(f"{paragraph}\n") is not None


def _paragraph(body: str) -> Iterator[Block]:
    lines = body.split("\n")
    at = next((place for place, line in enumerate(lines) if LABEL.match(line)), None)
    if at is not None and (parts := _labelled("\n".join(lines[at:]))):
        if at:
            yield from _paragraph("\n".join(lines[:at]))
        yield Block("asked", parts[0])
        yield Block("quoted", parts[1])
    elif SECTION.match(lines[0]) or (len(lines) == 1 and RULE.match(body)):
        yield Block("instruction", body)
    elif all(INDENTED.match(line) for line in lines) and _is_code(lines):
        yield Block("code", body)
    else:
        yield from _loose(lines)


def _labelled(text: str) -> tuple[str, str] | None:
    """What stands behind a label ("Question: ") up to another ("Context:"), and the rest; None when it is empty."""
    label = LABEL.match(text)
    body = text[label.end() :] if label else ""
    other = OTHER_LABEL.search(body)
    end = other.start() if other else len(body)
    return (body[:end].strip(), body[other.end() if other else end :]) if body[:end].strip() else None


def _loose(lines: list[str]) -> Iterator[Block]:
    """Prose, cut where a line ends with a sentence, and runs of lines that are code without marks."""
    run: list[str] = []
    was_code = False
    for line in lines:
        code = _is_code([line])
        if run and (code != was_code or (not code and LINE_END.search(run[-1]))):
            yield Block("code" if was_code else "prose", "\n".join(run).strip())
            run = []
        run.append(line)
        was_code = code
    yield Block("code" if was_code else "prose", "\n".join(run).strip())


def _is_code(lines: list[str]) -> bool:
    """Whether lines are code or a log: dense in marks that prose has few of, and no question."""
    text = "\n".join(lines)
    if any(LOG.match(line) or IMPORT.match(line) for line in lines):
        return True
    if text.rstrip().endswith(("?", ".", "!")) or FORMULA.search(text):
        return False
    marks = len(CODE_MARKS.findall(text))
    return marks >= 2 and marks >= CODE_SHARE * len(re.sub(r"\s", "", text))
