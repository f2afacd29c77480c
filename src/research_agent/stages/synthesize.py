"""Synthesis: evidence -> draft, streamed from the chat model. The prompt is budgeted with its own token count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from research_agent import llm, prompts
from research_agent.errors import ChatError
from research_agent.messages import question_lines
from research_agent.prompts import Prompt
from research_agent.text.boundaries import TERMINATORS
from research_agent.text.injection import order_spans
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, is_yes_no_question, words
from research_agent.types import Evidence, Finding, History, Turn

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["ANSWER_SHARE", "MOST_ANSWER_TOKENS", "Synthesis", "synthesize"]

ANSWER_SHARE, MOST_ANSWER_TOKENS = 16, 1024  # a sixteenth of the context is kept for the answer, at most 1,024 tokens
HISTORY_SHARE = 4  # a quarter of what is left may hold history
MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d])\w{5,}")
MARGIN = 48  # tokens for the chat template's own marks
CIRCLE, CIRCLES, CIRCLE_CHARACTERS = 6, 3, 1_000  # six words that came three times lately: it will not stop by itself
SAME = 0.85  # share of a sentence's stems in one before it from which it says nothing more
WHOLE = re.compile(rf"[{TERMINATORS}\"”’»」)\]]\s*$")  # how a sentence ends, a key behind it included
KEY = re.compile(r"\s*[\[(]\s*(?:e?\d{1,2}\s*[,;&]?\s*)+[\])]")


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Draft, the evidence in its prompt, counts of passages that did not fit and sentences that say back the input."""

    text: str
    evidence: tuple[Evidence, ...]
    dropped: int = 0
    left_out: int = 0


async def synthesize(
    question: str,
    evidence: Sequence[Evidence],
    *,
    history: History,
    finding: Finding,
    chat: Chat,
    timeout: float,
    on_token: Callable[[str], None],
    on_restart: Callable[[], None] = lambda: None,
    lang: str = "",
    today: date | None = None,
) -> Synthesis:
    """
    Draft an answer; every piece goes to `on_token` as it comes. The draft has no repeated or unfinished sentence.
    `on_restart` is called when all pieces so far were the model's thoughts.

    The question is never cut; evidence is dropped from the lowest. Raises `ChatError` when the model fails or its
    context cannot hold the question with one passage.
    """
    most = min(MOST_ANSWER_TOKENS, llm.context_size(chat) // ANSWER_SHARE)
    fitting, turns = await _fitting(
        prompts.synthesis(question, (), summary=history.summary, today=today), evidence, history, chat, most
    )
    prompt = prompts.synthesis(
        question,
        fitting,
        summary=history.summary if turns else "",
        turns=turns,
        report=finding.report,
        lang=lang,
        today=today,
    )
    text = await _stream(prompt, chat=chat, most=most, timeout=timeout, on_token=on_token, on_restart=on_restart)
    if llm.truncated(chat):
        raise ChatError(
            question_lines.PROMPT_CUT(chat=llm.context_size(chat)),
            hint=question_lines.SET_CONTEXT(),
        )
    own, left_out = _own(prompts.without_echo(text), prompt.system, question, evidence, history)
    return Synthesis(_without_repeats(own, question), fitting, len(evidence) - len(fitting), left_out)


async def _fitting(
    bare: Prompt, evidence: Sequence[Evidence], history: History, chat: Chat, most: int
) -> tuple[tuple[Evidence, ...], tuple[Turn, ...]]:
    """The evidence and the newest turns that fit into the `bare` prompt, beside the question and the answer to come."""
    texts = [f"{bare.system}\n{bare.user}"]
    texts += [prompts.evidence_line(item) for item in evidence]
    texts += [f"{prompts.asked(turn)} {prompts.quotable_answer(turn)}" for turn in history.turns]
    counts = await llm.count_tokens(chat, texts)
    room = llm.context_size(chat) - most - MARGIN - counts[0]
    lines, past = counts[1 : 1 + len(evidence)], counts[1 + len(evidence) :]
    fitting = _leading(lines, room)
    if evidence and not fitting:
        raise ChatError(
            question_lines.TOO_LONG_FOR_MODEL(chat=llm.context_size(chat)),
            hint=question_lines.ASK_SHORTER(),
        )
    left = min(room - sum(lines[:fitting]), room // HISTORY_SHARE)
    newest = _leading(list(reversed(past)), left)
    return tuple(evidence[:fitting]), tuple(history.turns[len(history.turns) - newest :])


def _leading(costs: Sequence[int], room: int) -> int:
    """How many of the first items fit; each costs a line's overhead besides its tokens."""
    used = 0
    for place, cost in enumerate(costs):
        used += cost + 4
        if used > room:
            return place
    return len(costs)


async def _stream(
    prompt: Prompt,
    *,
    chat: Chat,
    most: int,
    timeout: float,
    on_token: Callable[[str], None],
    on_restart: Callable[[], None],
) -> str:
    """The model's reply; the stream is ended when it begins to repeat itself."""
    text = ""

    def restart() -> None:
        nonlocal text
        text = ""
        on_restart()

    reply = llm.stream(chat, prompt, max_tokens=most, timeout=timeout, on_restart=restart)
    async with aclosing(reply) as pieces:
        async for piece in pieces:
            text += piece
            on_token(piece)
            if _circles(text) or (any(mark in piece for mark in ".!?\n") and _repeats(text)):
                break
    return text


def _own(text: str, system: str, question: str, evidence: Sequence[Evidence], history: History) -> tuple[str, int]:
    """The draft without sentences that leak orders of a page or private text of the prompt, and their number."""
    public, orders = [question], list[str]()
    for item in evidence:
        passage = item.passage
        ordering = order_spans(passage.document.text, passage.start, passage.end)
        for span in sentence_spans(passage.text):
            (orders if span in ordering else public).append(passage.text[slice(*span)])
        public.append(passage.document.title)
    private = [system, history.summary, *(turn.question for turn in history.turns)]
    known, sourced = _all_runs(public), frozenset(stem for part in public for stem in content_stems(part))
    ordered, secret = _all_runs(orders) - known, _all_runs(private) - known
    pieces, at, left_out = [], 0, 0
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        runs = frozenset(_runs(sentence))
        private_alone = runs & secret and not sourced.issuperset(content_stems(sentence))
        if runs & ordered or private_alone or _is_token(sentence, question):
            pieces.append(text[at:start])
            at, left_out = end, left_out + 1
    return "".join([*pieces, text[at:]]).strip(), left_out


def _all_runs(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in texts for run in _runs(text))


def _is_token(text: str, question: str) -> bool:
    """Whether a "sentence" is only a code word, such as pages ask the model to print."""
    tokens = words(text)
    return len(tokens) < 3 and any(MIXED.fullmatch(word) for word in tokens) and not set(tokens) & set(words(question))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Fingerprints of a text: runs of five words, of three with a number, words of letters and digits."""
    tokens = words(text)
    for size in (5, 3, 1):
        for at in range(len(tokens) - size + 1):
            run = tuple(tokens[at : at + size])
            if size == 5 or (size == 3 and any(map(str.isdigit, run))) or (size == 1 and MIXED.fullmatch(run[0])):
                yield run


def _repeats(text: str) -> bool:
    """Whether the last whole sentence repeats an earlier one: small models loop."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    whole = [sentence for sentence in sentences if WHOLE.search(sentence)]
    return len(whole) > 1 and whole[-1] in whole[:-1]


def _circles(text: str) -> bool:
    """Whether the same few words came again and again within a sentence."""
    last = words(text[-CIRCLE_CHARACTERS:])
    run = last[-CIRCLE:]
    runs = [last[at : at + CIRCLE] for at in range(len(last) - CIRCLE + 1)]
    return len(run) == CIRCLE and runs.count(run) >= CIRCLES


def _held(stems: Sequence[str], by: Sequence[str]) -> float:
    """Share of the stems that `by` has; 0 without stems."""
    mine = frozenset(stems)
    return len(mine.intersection(by)) / len(mine) if mine else 0.0


def _without_repeats(draft: str, question: str) -> str:
    """
    The draft without sentences that repeat, run in circles or were cut: cut words of a source would pass for a quote.

    One with no more words than the question ("The seat of Apple is Apple.") goes too, unless that asked if it is so.
    """
    spans = sentence_spans(draft)
    text = ""
    earlier: list[list[str]] = []
    terms = frozenset() if is_yes_no_question(question) else frozenset(content_stems(question))
    before = 0
    for place, (start, end) in enumerate(spans):
        between, before = draft[before:start], end
        stems = content_stems(KEY.sub("", draft[start:end]))
        cut = bool(earlier) and place == len(spans) - 1 and not WHOLE.search(draft[start:end])
        empty = bool(stems) and terms.issuperset(stems)
        again = any(_held(stems, other) >= SAME for other in earlier)
        if cut or empty or again or _circles(draft[start:end]):
            continue
        text += between + draft[start:end]
        earlier.append(stems)
    return text.strip()
