"""
ONNX pair classifier: (claim, evidence) -> logits, in the calling process. It runs inside the workers.

One pair at a time, as `onnx_encoder` embeds one text at a time: a dynamically quantised model scales its activations by
the whole batch, so a verdict would depend on the other pairs. Batches would gain nothing either: at 110 tokens a pair
costs 9.2 ms alone and 9.0 ms in fours, padding not counted (docs/decisions/0017-the-judge.md).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.encoders.cross_encoder import CrossEncoder, load_cross_encoder
from research_agent.encoders.onnx_encoder import clean
from research_agent.errors import JudgeError
from research_agent.messages import installing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LABELS", "MAX_CLAIM_TOKENS", "MAX_TOKENS", "encode", "load", "logits", "ready"]

MAX_CLAIM_TOKENS = 96
MAX_TOKENS = 256  # of a pair, its three special tokens included
LABELS = 3


def logits(file: Path, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """Logits of `pairs`, shape (len(pairs), 3): supported, contradicted, not said. Raises `JudgeError` as `load`."""
    import numpy as np

    model = load(file)
    rows = np.empty((len(pairs), LABELS), dtype=np.float32)
    for row, pair in enumerate(pairs):
        rows[row] = _logits(model, *pair)
    return rows


def ready(file: Path) -> bool:
    """Load the model of `file` in this process. Raises `JudgeError` as `load`."""
    return load(file) is not None


@lru_cache(maxsize=1)
def load(file: Path) -> CrossEncoder:
    """
    Load model and tokenizer, once a process.

    Raises `JudgeError`: missing, not ONNX, no tokenizer of BERT's beside it, or not such a classifier.
    """
    return load_cross_encoder(
        file,
        output="logits",
        other=installing.NOT_LOGITS,
        error=JudgeError,
        run=lambda model: _logits(model, "ready", "ready"),
    )


def encode(tokenizer: Any, start: int, end: int, claim: str, evidence: str) -> tuple[list[int], list[int]]:
    """
    Token ids and type ids of `[CLS] claim [SEP] evidence [SEP]`.

    The claim is cut at `MAX_CLAIM_TOKENS`; what a pair is too long by is cut from the evidence.
    """
    first, second = (tokenizer.encode(clean(text), add_special_tokens=False).ids for text in (claim, evidence))
    first = [start, *first[:MAX_CLAIM_TOKENS], end]
    second = [*second[: MAX_TOKENS - len(first) - 1], end]
    return first + second, [0] * len(first) + [1] * len(second)


def _logits(model: CrossEncoder, claim: str, evidence: str) -> NDArray[np.float32]:
    """Logits of one pair, shape (3,)."""
    import numpy as np

    ids, types = encode(model.tokenizer, model.start, model.end, claim, evidence)
    feed = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [types]}
    arrays = {name: np.asarray(rows, dtype=np.int64) for name, rows in feed.items()}
    row: NDArray[np.float32] = model.session.run(["logits"], arrays)[0][0]
    return row
