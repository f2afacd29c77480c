"""
Painted words: do they equal what is cited? `python -m research_agent_devtools.evals.painting FOLDER [CITATIONS]`.

Citations are sentences and rows of tables, drawn at random from PDFs. What lies below the painted rectangles is read
back from the file itself, character by character, and must be the words of the citation; or nothing is painted. Words
that the text repeats for the heading of a column count once.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from research_agent.documents.file_text import FileText
from research_agent.documents.file_values import file_text_from
from research_agent.documents.pdf_file.painting import painted_rectangles
from research_agent.documents.pdf_file.reading import PdfReading
from research_agent.text.sentences import sentence_spans

CITATIONS = 500
SHORTEST = 12  # characters of a citation
PIECE = re.compile(r"[^\W_]+")
# A hyphen at the end of a line is the line's or the word's own: either is right.
SOFT = re.compile("[\ufffe\x02]\\s*")
PARTED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
EDGE = 0.01  # points


@dataclass(slots=True)
class Outcome:
    """How many citations were painted exactly, painted wrongly or not painted; the wrong ones with what was painted."""

    equal: int = 0
    unpainted: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share that was painted exactly, or not at all."""
        return 1 - len(self.wrong) / max(self.equal + self.unpainted + len(self.wrong), 1)


def measured(files: Sequence[Path], citations: int, seed: int = 18) -> Outcome:
    """The outcome over some citations, about as many of each file."""
    rng, outcome = random.Random(seed), Outcome()  # noqa: S311 - a draw, no secret
    for number, file in enumerate(files):
        count = citations * (number + 1) // len(files) - citations * number // len(files)
        body = file.read_bytes()
        for page, start, end, content in _chosen(read(body), count, rng):
            place = content.pages[page]
            text = content.text[place.start : place.end]
            boxes = painted_rectangles(body, page, text, [(start - place.start, end - place.start)])
            quote = content.text[start:end]
            _judge(outcome, f"{file.name} {page}", quote, _below(body, page, boxes), is_painted=bool(boxes))
    return outcome


def read(body: bytes) -> FileText:
    """Text of a PDF, read here."""
    reading = PdfReading(body)
    while "file" not in (value := reading.step()):
        pass
    return file_text_from(value["file"])


def _chosen(content: FileText, count: int, rng: random.Random) -> Iterator[tuple[int, int, int, FileText]]:
    pages = [number for number, page in enumerate(content.pages) if page.end - page.start > 200]
    for _ in range(count if pages else 0):
        number = rng.choice(pages)
        page = content.pages[number]
        spans = [
            (start, end)
            for start, end in sentence_spans(content.text[page.start : page.end])
            if end - start >= SHORTEST
        ]
        if spans:
            start, end = rng.choice(spans)
            yield number, page.start + start, page.start + end, content


def _judge(outcome: Outcome, where: str, quote: str, painted: str, *, is_painted: bool) -> None:
    if not is_painted:
        outcome.unpainted += 1
    elif _are_equal(quote, painted):
        outcome.equal += 1
    else:
        outcome.wrong.append((where, quote, painted))


def _are_equal(quote: str, painted: str) -> bool:
    """Whether both have the same words as often; of the words that a row of a table repeats, one of each is enough."""
    heads = re.findall(r"(?:^|; )([^;:]+):", quote)
    repeated = Counter(piece for head in heads for piece in _pieces(head))
    one = Counter(_pieces(quote))
    for by in ("", "- "):
        other = Counter(_pieces(SOFT.sub(by, painted)))
        if set(one) == set(other) and all(one[word] - repeated[word] <= other[word] <= one[word] for word in one):
            return True
    # Letters that are drawn one by one are no words to pdfium.
    return not heads and Counter("".join(_pieces(quote))) == Counter("".join(_pieces(SOFT.sub("", painted))))


def _pieces(text: str) -> list[str]:
    return PIECE.findall(PARTED.sub("", text.casefold()))


def _below(body: bytes, page: int, boxes: Sequence[tuple[float, float, float, float]]) -> str:
    """Text whose characters have their middle in some boxes, as the file has it; read with no code of the reader."""
    import pypdfium2

    document: Any = pypdfium2.PdfDocument(body)  # type: ignore[no-untyped-call]
    shown = document[page]
    layer = shown.get_textpage()
    said = []
    for at in range(layer.count_chars()):
        left, bottom, right, top = layer.get_charbox(at, loose=True)
        x, y = _from_top_left(shown, (left + right) / 2, (bottom + top) / 2)
        if any(box[0] - EDGE <= x <= box[2] + EDGE and box[1] - EDGE <= y <= box[3] + EDGE for box in boxes):
            said.append(layer.get_text_range(at, 1))
        elif said and said[-1] != " ":
            said.append(" ")
    text = "".join(said)
    document.close()
    return text


def _from_top_left(page: Any, x: float, y: float) -> tuple[float, float]:
    left, bottom, right, top = page.get_cropbox()
    turned = {
        0: (x - left, top - y),
        90: (y - bottom, x - left),
        180: (right - x, y - bottom),
        270: (top - y, right - x),
    }
    return turned[page.get_rotation()]


def main(folder: Path, citations: int) -> None:
    """Print the outcome, and each wrong one."""
    start = time.process_time()
    outcome = measured(sorted(folder.glob("*.pdf")), citations)
    for where, quote, painted in outcome.wrong:
        print(f"{where}\n  cited   {quote!r}\n  painted {painted!r}")
    print(f"{outcome.share:.1%} equal or unpainted: {outcome.equal} equal, {outcome.unpainted} unpainted,", end=" ")
    print(f"{len(outcome.wrong)} wrong; {time.process_time() - start:.0f} s of processor time")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else CITATIONS)
