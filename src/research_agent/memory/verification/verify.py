"""
Whether an answer still says what its sources say: every quote, mark and number held against the kept texts.

Pure: no store, no network, no model. A `Record` is one turn as it is kept, in the store or in a bundle, with nothing
taken on trust; `check` gives every `Fault` of it. All offsets are Unicode code points.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from research_agent.text.sentences import LIST_MARKER, sentence_spans
from research_agent.types import Citation

__all__ = ["Fault", "Held", "Record", "Verdict", "check", "difference", "seal_of", "sha256_of"]

_ENCODER = json.JSONEncoder(separators=(",", ":"))
MARKS = re.compile(r" ?((?:\[\d{1,2}\])+)")
MARK = re.compile(r"\[(\d{1,2})\]")
# A sentence end within a span, plain enough to be one in every version of the sentence splitter.
INNER_END = re.compile(r"(?<=[^\W\d_]{4})[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document as it is kept: filed under `id`, which should be the sha256 of `text`; None when there is no text."""

    id: str
    text: str | None
    source: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    One turn as it is kept.

    `seal` is what `seal_of` gave when it was stored, None when nothing was kept of it. `digests` are the one stored
    over all rows of the turn and the one that they have now; equal, or both empty, when nothing speaks against them.
    """

    turn: int
    question: str
    text: str
    status: str
    citations: tuple[Citation, ...]
    unsupported: tuple[tuple[int, int], ...]
    documents: tuple[Held, ...]
    seal: str | None = None
    notes: tuple[str, ...] = ()
    digests: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold: which `check` (document, range, quote, ...), where, and what stands there instead."""

    check: str
    place: str
    message: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found about one turn. `standing` of its `quotes` are, to the character, in `documents` kept texts."""

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


@dataclass(slots=True)
class _Found:
    """The faults so far, and the citations (by place) whose quotes do not stand."""

    faults: list[Fault] = field(default_factory=list)
    fallen: set[int] = field(default_factory=set)


def check(record: Record) -> Verdict:
    """Every fault of one turn; deterministic, and the same in the store and on another machine."""
    found = _Found()
    texts = _documents(record.documents, found)
    origins: dict[str, set[tuple[str, str, str]]] = {}
    for held in record.documents:
        origins.setdefault(held.id, set()).add((held.source, held.title, held.url))
    for place, citation in enumerate(record.citations):
        faults = list(_quote(place, citation, origins, texts))
        found.faults += faults
        if faults or texts.get(citation.document) is None:
            found.fallen.add(place)
    found.faults += _numbering(record.citations)
    found.faults += _sentences(record)
    found.faults += _coverage(record)
    if record.seal is not None and record.seal != (now := seal_of(record)):
        found.faults.append(
            Fault("seal", "the turn", "question, answer or citations are not what was stored", record.seal, now)
        )
    if record.digests[0] != record.digests[1] and not found.faults:
        found.faults.append(
            Fault("digest", "the turn", "its date, model, sources or notes are not what was stored", *record.digests)
        )
    return Verdict(
        turn=record.turn,
        quotes=len(record.citations),
        standing=len(record.citations) - len(found.fallen),
        documents=len({citation.document for citation in record.citations}),
        faults=tuple(found.faults),
        notes=record.notes,
    )


def sha256_of(text: str) -> str:
    """The id of a document with that text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def seal_of(record: Record) -> str:
    """One sha256 over what a reader is shown of a turn, so that a change of any character of it is noticed."""
    shown = [
        [record.question, record.text, record.status, [list(span) for span in record.unsupported]],
        [[cited.n, cited.sentence, cited.document, cited.title, cited.url, cited.source] for cited in record.citations],
        [[cited.quote, cited.start, cited.end] for cited in record.citations],
    ]
    return hashlib.sha256(_ENCODER.encode(shown).encode()).hexdigest()


def difference(expected: str, found: str) -> str:
    """Where two texts part, by the names of the characters: look-alikes and hidden ones print the same."""
    at = next((at for at, (one, two) in enumerate(zip(expected, found, strict=False)) if one != two), None)
    if at is None:
        at = min(len(expected), len(found))
    told = [f"U+{ord(text[at]):04X}" if at < len(text) else "the end" for text in (expected, found)]
    return f"from character {at}: {told[1]} where {told[0]} is expected"


def _documents(documents: Sequence[Held], found: _Found) -> dict[str, str | None]:
    """The texts that are what their id says, by id; None for those that are not."""
    texts: dict[str, str | None] = {}
    for held in documents:
        if held.id in texts:
            continue
        place = f"document {held.id[:12]}"
        texts[held.id] = None
        if held.text is None:
            found.faults.append(Fault("document", place, "its text is missing", held.id, "no text"))
        elif (digest := sha256_of(held.text)) != held.id:
            found.faults.append(Fault("hash", place, "its text is not the text that was fetched", held.id, digest))
        else:
            texts[held.id] = held.text
    # The same id a second time, with another text.
    for held in documents:
        if held.text is not None and texts[held.id] is not None and held.text != texts[held.id]:
            place, digest = f"document {held.id[:12]}", sha256_of(held.text)
            found.faults.append(Fault("hash", place, "it is kept twice, with two texts", held.id, digest))
            texts[held.id] = None
    return texts


def _quote(
    place: int, citation: Citation, origins: Mapping[str, set[tuple[str, str, str]]], texts: Mapping[str, str | None]
) -> Iterator[Fault]:
    """What is wrong with one quote and with where it says it is from."""
    where = f"citation {place + 1} [{citation.n}]"
    if citation.document not in texts:
        yield Fault("document", where, "the document it cites is not kept", citation.document, "no such document")
        return
    kept = origins[citation.document]
    named = (citation.source, citation.title, citation.url)
    if named not in kept:
        expected = "; ".join(" | ".join(origin) for origin in sorted(kept))
        yield Fault("origin", where, "source, title or URL are not the document's", expected, " | ".join(named))
    text = texts[citation.document]
    if text is None:  # told of the document already
        return
    start, end = citation.start, citation.end
    if not 0 <= start < end <= len(text):
        expected = f"offsets within 0-{len(text)}"
        yield Fault("range", where, "its offsets are not in the text", expected, f"{start}-{end}")
    elif text[start:end] != citation.quote:
        message = f"the text at {start}-{end} is not the quote: {difference(text[start:end], citation.quote)}"
        yield Fault("quote", where, message, text[start:end], citation.quote)


def _numbering(citations: Sequence[Citation]) -> Iterator[Fault]:
    """The same number, the same document; counted up in order of first mention."""
    numbers: dict[str, int] = {}
    owners: dict[int, str] = {}
    for citation in sorted(citations, key=lambda cited: (cited.sentence[0], cited.n)):
        where = f"[{citation.n}]"
        if (owner := owners.setdefault(citation.n, citation.document)) != citation.document:
            yield Fault("number", where, "it stands for two documents", owner, citation.document)
        elif (number := numbers.setdefault(citation.document, citation.n)) != citation.n:
            yield Fault("number", where, "its document has another number too", f"[{number}]", where)
        elif citation.n > len(numbers) or citation.n < 1:
            yield Fault("number", where, "documents are not numbered in order of mention", f"[{len(numbers)}]", where)


def _sentences(record: Record) -> Iterator[Fault]:
    """Each span is one sentence of the answer and carries its citations' marks; no mark stands anywhere else."""
    marks: dict[tuple[int, int], set[int]] = {span: set() for span in record.unsupported}
    for citation in record.citations:
        marks.setdefault(citation.sentence, set()).add(citation.n)
    behind: set[int] = set()
    last = 0
    for (start, end), expected in sorted(marks.items()):
        where = f"sentence at {start}-{end}"
        if not 0 <= start < end <= len(record.text):
            offsets = f"offsets within 0-{len(record.text)}"
            yield Fault("sentence", where, "it is not in the answer", offsets, f"{start}-{end}")
            continue
        if start < last:
            yield Fault("sentence", where, "it overlaps the one before", f"a start from {last}", str(start))
        last = max(last, end)
        follows = _marks_behind(record.text, end)
        behind |= follows.keys()
        if set(follows.values()) != expected:
            message = "the marks behind it are not its citations'"
            yield Fault("mark", where, message, _shown(expected), _shown(set(follows.values())))
        if ends := _inner_ends(record.text[start:end]):
            yield Fault("sentence", where, "it is more than one", "one sentence", f"an end at {start + ends[0]}")
    for mark in MARK.finditer(record.text):
        if mark.start() not in behind:
            yield Fault("mark", f"{mark[0]} at {mark.start()}", "it is behind no cited sentence", "no mark", mark[0])


def _marks_behind(text: str, end: int) -> dict[int, int]:
    """The numbers of the marks that follow each other from there on, by where each stands."""
    follows = MARKS.match(text, end)
    return {mark.start(): int(mark[1]) for mark in MARK.finditer(text, *follows.span(1))} if follows else {}


def _inner_ends(sentence: str) -> list[int]:
    """Line breaks, and sentence ends where the splitter and the plain pattern agree: neither alone is sure enough."""
    plain = [match.end() for match in INNER_END.finditer(sentence)]
    if "\n" in sentence or not plain:
        return [sentence.index("\n")] if "\n" in sentence else []
    starts = {start for start, _ in sentence_spans(sentence)}
    return [at for at in plain if at in starts]


def _coverage(record: Record) -> Iterator[Fault]:
    """No words stand outside the sentences that are cited or listed as unsupported."""
    spans = sorted({*(citation.sentence for citation in record.citations), *record.unsupported})
    if not spans and record.status in {"none", "interrupted"}:  # it claims nothing: it says what was tried
        return
    at = 0
    for start, end in [*(span for span in spans if 0 <= span[0] < span[1]), (len(record.text), len(record.text))]:
        if words := _stray(record.text, at, start):
            message = "these words are neither cited nor listed as unsupported"
            yield Fault("coverage", f"answer at {at}-{start}", message, "no words", words)
        at = max(at, end)


def _stray(text: str, start: int, end: int) -> str:
    """What is left between two sentences without marks and the bullets and numbers of lists."""
    left = []
    for number, line in enumerate(MARK.sub("", text[start:end]).split("\n")):
        opens = number > 0 or start == 0 or text[start - 1 : start] == "\n"
        mark = LIST_MARKER.match(line) if opens else None
        left.append(line[mark.end() :] if mark else line)
    words = " ".join(left).strip()
    return words if any(char.isalnum() for char in words) else ""


def _shown(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in sorted(numbers)) or "no mark"
