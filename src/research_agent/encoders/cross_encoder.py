"""ONNX cross-encoder with its tokenizer, loaded and tried in the calling process. It runs inside the workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from research_agent.encoders.onnx_encoder import open_session
from research_agent.errors import ResearchAgentError
from research_agent.messages import Message, installing

__all__ = ["CrossEncoder", "load_cross_encoder"]

INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


@dataclass(frozen=True, slots=True)
class CrossEncoder:
    """Session and tokenizer of a model, with the ids of its tokens [CLS] and [SEP]."""

    session: Any
    tokenizer: Any
    start: int
    end: int


def load_cross_encoder(
    file: Path, *, output: str, other: Message, error: type[ResearchAgentError], run: Callable[[CrossEncoder], object]
) -> CrossEncoder:
    """
    Load the model of `file`, which has an `output` of that name, and `run` it once.

    Raises `error`: missing, not ONNX, no tokenizer of BERT's beside it, with other inputs or outputs (`other` says it),
    or one that cannot be run.
    """
    from tokenizers import Tokenizer

    def refused(message: str) -> ResearchAgentError:
        return error(message, hint=installing.EXPORT_IT())

    try:
        tokenizer = Tokenizer.from_file(str(file.with_name("tokenizer.json")))
        session = open_session(file)
    except Exception as problem:  # neither library has an exception of its own
        raise refused(installing.CANNOT_BE_LOADED(file=file, reason=str(problem)[:200])) from problem
    tokenizer.no_padding()
    tokenizer.no_truncation()
    start, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if start is None or end is None:
        raise refused(installing.NO_CLS(file=file))
    names = frozenset(node.name for node in session.get_inputs())
    if names != INPUTS or output not in {node.name for node in session.get_outputs()}:
        raise refused(other(file=file, inputs=", ".join(sorted(INPUTS))))
    model = CrossEncoder(session, tokenizer, start, end)
    # The first run allocates the buffers; a model that cannot run at all fails here, with its name.
    try:
        run(model)
    except Exception as problem:
        raise refused(installing.CANNOT_BE_RUN(file=file, error=str(problem)[:200])) from problem
    return model
