"""
ONNX sentence scorer: (question, passage in sentences) -> a logit for each sentence, in the calling process.

It runs inside the workers. A passage is read once, all its sentences together, so that each is read in its context; its
logit is the mean over its tokens. A passage too long for one reading is read in windows, each with the sentence before.
One passage at a time, for the reason that `pair_classifier` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent.encoders.cross_encoder import CrossEncoder, load_cross_encoder
from research_agent.encoders.onnx_encoder import clean
from research_agent.errors import ReaderError
from research_agent.messages import installing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_TOKENS", "NO_ANSWER", "Window", "load", "ready", "scores", "windows"]

MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_TOKENS = 224  # of a window with its question, three special tokens included: as long as those it was trained on
NO_ANSWER = -10.0  # logit of a sentence without tokens


# "E = mc\u00b2" and "E = mc^2" as most texts write it, "E = mc2": the reader has no word for a raised figure.
POWER = re.compile(r"(?<=[^\W\d_])\^(?=\d)")
LOWERED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")


class Window(NamedTuple):
    """Token ids and type ids of one reading; (sentence, first token, behind its last) of those it scores."""

    ids: list[int]
    types: list[int]
    sentences: list[tuple[int, int, int]]


def scores(file: Path, items: Sequence[tuple[str, str, Sequence[str]]]) -> list[list[float]]:
    """
    Logits of the sentences of each (question, title, sentences): above 0, it answers sooner than nothing there does.

    Raises `ReaderError` as `load`.
    """
    model = load(file)
    return [_scores(model, *item) for item in items]


def ready(file: Path) -> bool:
    """Load the model of `file` in this process. Raises `ReaderError` as `load`."""
    return load(file) is not None


@lru_cache(maxsize=1)
def load(file: Path) -> CrossEncoder:
    """
    Load model and tokenizer, once a process.

    Raises `ReaderError`: missing, not ONNX, no tokenizer of BERT's beside it, or not such a scorer.
    """
    return load_cross_encoder(
        file,
        output="scores",
        other=installing.NOT_SCORES,
        error=ReaderError,
        run=lambda model: _scores(model, "ready", "", ["ready"]),
    )


def windows(
    tokenizer: Any, start: int, end: int, question: str, title: str, sentences: Sequence[str]
) -> Iterator[Window]:
    """
    The readings `[CLS] question [SEP] title. sentence sentence ... [SEP]` that cover all sentences.

    Question, title and a sentence that is too long alone are cut.
    """

    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(clean(text), add_special_tokens=False).ids)

    first = [start, *tokens(POWER.sub("", question).translate(LOWERED))[:MAX_QUESTION_TOKENS], end]
    head = tokens(f"{title}.")[:MAX_TITLE_TOKENS] if title else []
    room = MAX_TOKENS - len(first) - len(head) - 1
    texts = [tokens(sentence)[:room] for sentence in sentences]
    at = 0
    while at < len(texts):
        before = texts[at - 1] if at and len(texts[at - 1]) + len(texts[at]) <= room else []
        ids = [*first, *head, *before]
        scored: list[tuple[int, int, int]] = []
        while at < len(texts) and (not scored or len(ids) + len(texts[at]) < MAX_TOKENS):
            scored.append((at, len(ids), len(ids) + len(texts[at])))
            ids += texts[at]
            at += 1
        yield Window([*ids, end], [0] * len(first) + [1] * (len(ids) + 1 - len(first)), scored)


def _scores(model: CrossEncoder, question: str, title: str, sentences: Sequence[str]) -> list[float]:
    """Logits of the sentences of one passage."""
    import numpy as np

    result = [NO_ANSWER] * len(sentences)
    for ids, types, scored in windows(model.tokenizer, model.start, model.end, question, title, sentences):
        feed = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [types]}
        arrays = {name: np.asarray(rows, dtype=np.int64) for name, rows in feed.items()}
        row: NDArray[np.float32] = model.session.run(["scores"], arrays)[0][0]
        for sentence, first, behind in scored:
            if behind > first:
                result[sentence] = float(row[first:behind].mean())
    return result
