"""
The verification of an answer: every quote, mark and number is checked against the stored source texts.

Pure: no store, no network, no model. A `TurnRecord` is one turn as stored, or as read from a bundle, with nothing
trusted; `check` returns every `Fault` of it. All offsets are Unicode code points.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from research_agent.memory.verification.stored_turn import StoredDocument, TurnRecord
from research_agent.messages import remarks, verify_lines, wordings
from research_agent.text.fragments import fragment_spans, table_frames
from research_agent.text.sentences import LIST_MARKER, sentence_spans
from research_agent.types import Answer, Citation

__all__ = ["Fault", "StoredDocument", "TurnRecord", "Verdict", "check", "difference", "seal_of", "sha256_of"]

NOT_SAID = tuple(text.partition("{question}")[0] for text in wordings(remarks.NOT_SAID))
RELATED = wordings(remarks.RELATED)
"""How the text of an "unanswered" turn begins, in each language, and the line above the nearest facts."""
_ENCODER = json.JSONEncoder(separators=(",", ":"))
MARKS = re.compile(r" ?((?:\[\d{1,2}\])+)")
MARK = re.compile(r"\[(\d{1,2})\]")
# A sentence end within a span, plain enough to be one in every version of the sentence splitter.
INNER_END = re.compile(r"(?<=[^\W\d_]{4})[.!?][\"'”’]*\s+(?=[\"'“‘(\[]*[A-Z])")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed check: which one (document, range, quote, ...), where, what was expected and what is there."""

    check: str
    place: str
    message: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result for one turn. `standing` of its `quotes` are, to the character, in `documents` stored texts."""

    turn: int
    quotes: int
    standing: int
    documents: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


def check(record: TurnRecord) -> Verdict:
    """Every fault of one turn; deterministic, and the same in the store and on another machine."""
    texts, faults = _check_documents(record.documents)
    origins: dict[str, set[tuple[str, str, str]]] = {}
    for document in record.documents:
        origins.setdefault(document.id, set()).add((document.source, document.title, document.url))
    standing = 0
    for position, citation in enumerate(record.citations):
        of_quote = list(_check_quote(position, citation, origins, texts))
        faults += of_quote
        standing += not of_quote and texts.get(citation.document) is not None
    faults += _check_numbers(record.citations)
    faults += _check_sentences(record)
    faults += _check_computed(record)
    faults += _check_coverage(record)
    if record.seal is not None and record.seal != (actual := seal_of(record)):
        message = verify_lines.TURN_CHANGED()
        faults.append(Fault("seal", "the turn", message, record.seal, actual))
    if record.digests[0] != record.digests[1] and not faults:
        message = verify_lines.FACTS_CHANGED()
        faults.append(Fault("digest", "the turn", message, *record.digests))
    return Verdict(
        turn=record.turn,
        quotes=len(record.citations),
        standing=standing,
        documents=len({citation.document for citation in record.citations}),
        faults=tuple(faults),
        notes=record.notes,
    )


def sha256_of(text: str) -> str:
    """The sha256 of a text in hex, which is the id of its document."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def seal_of(turn: Answer | TurnRecord) -> str:
    """The seal of a turn: one sha256 (hex) over all that a reader sees of it, to the character."""
    visible = [
        [turn.question, turn.text, turn.status, [list(span) for span in turn.unsupported]],
        [[cited.n, cited.sentence, cited.document, cited.title, cited.url, cited.source] for cited in turn.citations],
        [[cited.quote, cited.start, cited.end] for cited in turn.citations],
    ]
    return hashlib.sha256(_ENCODER.encode(visible).encode()).hexdigest()


def difference(expected: str, actual: str) -> str:
    """Where two texts differ first, by code points, because look-alikes and hidden characters print the same."""
    at = next((at for at, (one, two) in enumerate(zip(expected, actual, strict=False)) if one != two), None)
    if at is None:
        at = min(len(expected), len(actual))
    names = [f"U+{ord(text[at]):04X}" if at < len(text) else "the end" for text in (expected, actual)]
    return verify_lines.DIFFERS(at=at, found=names[1], wanted=names[0])


def _check_documents(documents: Sequence[StoredDocument]) -> tuple[dict[str, str | None], list[Fault]]:
    """The texts by id, None for one that does not have that hash; and the faults."""
    texts: dict[str, str | None] = {}
    faults: list[Fault] = []
    for document in documents:
        place = f"document {document.id[:12]}"
        if document.id in texts:
            continue
        texts[document.id] = None
        if document.text is None:
            faults.append(Fault("document", place, verify_lines.TEXT_MISSING(), document.id, "no text"))
        elif (digest := sha256_of(document.text)) != document.id:
            faults.append(Fault("hash", place, verify_lines.NOT_FETCHED_TEXT(), document.id, digest))
        else:
            texts[document.id] = document.text
    # The same id a second time, with another text.
    for document in documents:
        if document.text is not None and texts[document.id] is not None and document.text != texts[document.id]:
            place, digest = f"document {document.id[:12]}", sha256_of(document.text)
            faults.append(Fault("hash", place, verify_lines.KEPT_TWICE(), document.id, digest))
            texts[document.id] = None
    return texts, faults


def _check_quote(
    position: int, citation: Citation, origins: Mapping[str, set[tuple[str, str, str]]], texts: Mapping[str, str | None]
) -> Iterator[Fault]:
    """The faults of one quote and of the origin it states."""
    where = f"citation {position + 1} [{citation.n}]"
    if citation.document not in texts:
        yield Fault("document", where, verify_lines.NOT_KEPT(), citation.document, "no such document")
        return
    known = origins[citation.document]
    stated = (citation.source, citation.title, citation.url)
    if stated not in known:
        expected = "; ".join(" | ".join(origin) for origin in sorted(known))
        yield Fault("origin", where, verify_lines.OTHER_ORIGIN(), expected, " | ".join(stated))
    text = texts[citation.document]
    if text is None:  # reported with the document
        return
    start, end = citation.start, citation.end
    if not 0 <= start < end <= len(text):
        expected = f"offsets within 0-{len(text)}"
        yield Fault("range", where, verify_lines.OFFSETS_OUTSIDE(), expected, f"{start}-{end}")
    elif text[start:end] != citation.quote:
        message = verify_lines.NOT_THE_QUOTE(
            start=start, end=end, difference=difference(text[start:end], citation.quote)
        )
        yield Fault("quote", where, message, text[start:end], citation.quote)


def _check_numbers(citations: Sequence[Citation]) -> Iterator[Fault]:
    """Each number stands for one document, and numbers count up in order of first mention."""
    numbers: dict[str, int] = {}
    owners: dict[int, str] = {}
    for citation in sorted(citations, key=lambda cited: (cited.sentence[0], cited.n)):
        where = f"[{citation.n}]"
        if (owner := owners.setdefault(citation.n, citation.document)) != citation.document:
            yield Fault("number", where, verify_lines.TWO_DOCUMENTS(), owner, citation.document)
        elif (number := numbers.setdefault(citation.document, citation.n)) != citation.n:
            yield Fault("number", where, verify_lines.ANOTHER_NUMBER(), f"[{number}]", where)
        elif citation.n > len(numbers) or citation.n < 1:
            yield Fault("number", where, verify_lines.NOT_IN_ORDER(), f"[{len(numbers)}]", where)


def _check_sentences(record: TurnRecord) -> Iterator[Fault]:
    """Each span is one sentence of the answer, followed by its citations' marks; there are no other marks."""
    marks: dict[tuple[int, int], set[int]] = {span: set() for span in record.unsupported}
    for citation in record.citations:
        marks.setdefault(citation.sentence, set()).add(citation.n)
    behind: set[int] = set()
    last = 0
    for (start, end), expected in sorted(marks.items()):
        where = verify_lines.CITES_NO_FIGURE()
        if not 0 <= start < end <= len(record.text):
            offsets = f"offsets within 0-{len(record.text)}"
            yield Fault("sentence", where, verify_lines.OUTSIDE_ANSWER(), offsets, f"{start}-{end}")
            continue
        if start < last:
            yield Fault("sentence", where, verify_lines.OVERLAPS(), f"a start from {last}", str(start))
        last = max(last, end)
        follows = _marks_behind(record.text, end)
        behind |= follows.keys()
        if set(follows.values()) != expected:
            message = verify_lines.WRONG_MARKS()
            yield Fault("mark", where, message, _marks(expected), _marks(set(follows.values())))
        if ends := _inner_ends(record.text[start:end]):
            yield Fault(
                "sentence", where, verify_lines.SEVERAL_SENTENCES(), "one sentence", f"an end at {start + ends[0]}"
            )
    for mark in MARK.finditer(record.text):
        if mark.start() not in behind:
            yield Fault("mark", f"{mark[0]} at {mark.start()}", verify_lines.STRAY_MARK(), "no mark", mark[0])


def _check_computed(record: TurnRecord) -> Iterator[Fault]:
    """Each computed sentence is cited, and each sentence that is said to be computed has its program."""
    programs = {one.sentence for one in record.computed}
    said = {cited.sentence for cited in record.citations if cited.by == "computed"}
    for start, end in sorted(programs - {cited.sentence for cited in record.citations}):
        yield Fault("computed", f"sentence at {start}-{end}", verify_lines.CITES_NO_FIGURE())
    for start, end in sorted(said - programs):
        yield Fault("computed", f"sentence at {start}-{end}", verify_lines.PROGRAM_MISSING())


def _marks_behind(text: str, end: int) -> dict[int, int]:
    """The numbers of the consecutive marks from offset `end` on, by their offsets."""
    follows = MARKS.match(text, end)
    return {mark.start(): int(mark[1]) for mark in MARK.finditer(text, *follows.span(1))} if follows else {}


def _inner_ends(sentence: str) -> list[int]:
    """Line breaks, and sentence ends on which the splitter and the pattern agree: neither alone is reliable enough."""
    plain = [match.end() for match in INNER_END.finditer(sentence)]
    if "\n" in sentence or not plain:
        return [sentence.index("\n")] if "\n" in sentence else []
    starts = {start for start, _ in sentence_spans(sentence)}
    return [at for at in plain if at in starts]


def _check_coverage(record: TurnRecord) -> Iterator[Fault]:
    """There are no words outside the sentences that are cited or listed as unsupported, but those of fragments."""
    spans = sorted({*(citation.sentence for citation in record.citations), *record.unsupported})
    if not spans and record.status in {"none", "interrupted"}:  # it makes no claim, but says what was tried
        return
    at, text = 0, _without_fragments(record.text)
    if record.status == "unanswered":
        at = _behind_question(record)
    for start, end in [*(span for span in spans if 0 <= span[0] < span[1]), (len(text), len(text))]:
        if words := _words_between(text, at, start):
            message = verify_lines.NOT_LISTED()
            yield Fault("coverage", f"answer at {at}-{start}", message, "no words", words)
        at = max(at, end)


def _behind_question(record: TurnRecord) -> int:
    """Where the nearest facts begin: behind the line that repeats the question, and no other words; else 0."""
    line = record.text.partition("\n")[0]
    before = next((words for words in NOT_SAID if line.startswith(words)), None)
    if before is None:
        return 0
    repeated = line.removeprefix(before).removesuffix(" ...")
    if not " ".join(record.question.split()).startswith(repeated):
        return 0
    headings = (f"\n\n{text}" for text in RELATED)
    return len(line) + next((len(one) for one in headings if record.text.startswith(one, len(line))), 0)


def _without_fragments(text: str) -> str:
    """The text with blanks for its marks, and for what states nothing: headings, of tables too, lead-ins, code."""
    text = MARK.sub(lambda mark: " " * len(mark[0]), text)
    for start, end in (*fragment_spans(text), *table_frames(text)):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _words_between(text: str, start: int, end: int) -> str:
    """The text between two sentences, without the bullets and numbers of lists."""
    left = []
    for number, line in enumerate(text[start:end].split("\n")):
        opens = number > 0 or start == 0 or text[start - 1 : start] == "\n"
        mark = LIST_MARKER.match(line) if opens else None
        left.append(line[mark.end() :] if mark else line)
    words = " ".join(left).strip()
    return words if any(char.isalnum() for char in words) else ""


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in sorted(numbers)) or "no mark"
