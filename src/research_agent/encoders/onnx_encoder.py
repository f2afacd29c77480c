"""
ONNX sentence encoder: texts -> vectors, in the calling process. It runs inside the workers.

One text at a time: a dynamically quantised model scales its activations by the whole batch, so a vector would depend on
the other texts. It is also fastest on a CPU: the activations of one text stay in the cache, and nothing is padded
(all-MiniLM-L6-v2, 102 tokens: 140 texts per CPU-second, 77 in batches of 32).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.errors import EmbeddingError
from research_agent.messages import installing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_CHARACTERS", "clean", "dimensions", "embed", "load", "open_session"]

MAX_TOKENS = 256
# More than 256 tokens of any prose; else a text of 1 MB would be tokenised as a whole and then cut.
MAX_CHARACTERS = 16_384
_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


@dataclass(frozen=True, slots=True)
class _Model:
    session: Any
    tokenizer: Any
    inputs: frozenset[str]
    dimensions: int


def clean(text: str) -> str:
    """Text the tokenizer accepts: at most `MAX_CHARACTERS`, lone surrogates replaced."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def embed(file: Path, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of `texts`, shape (len(texts), dimensions), rows L2-normalised. Raises `EmbeddingError` as `load`."""
    import numpy as np

    model = load(file)
    vectors = np.empty((len(texts), model.dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = _vector(model, clean(text))
    return vectors


def dimensions(file: Path) -> int:
    """Dimensions of the vectors of the model in `file`. Raises `EmbeddingError` when it cannot be loaded."""
    return load(file).dimensions


@lru_cache(maxsize=1)
def load(file: Path) -> _Model:
    """
    Load model and tokenizer, once a process.

    Raises `EmbeddingError`: missing, not ONNX, no tokenizer beside it, or not a sentence encoder's inputs and output.
    """
    tokenizer = _load_tokenizer(file.with_name("tokenizer.json"))
    session = _load_session(file)
    names = frozenset(node.name for node in session.get_inputs())
    output = session.get_outputs()[0]
    if "input_ids" not in names or not names <= _INPUTS:
        raise EmbeddingError(
            installing.WRONG_INPUTS(file=file, names=", ".join(names) or installing.NO_INPUTS()),
            hint=installing.EXPORT_WITH(inputs=", ".join(sorted(_INPUTS))),
        )
    if len(output.shape) != 3 or not isinstance(output.shape[2], int) or output.type != "tensor(float)":
        raise EmbeddingError(
            installing.WRONG_OUTPUT(file=file, type=output.type, shape=output.shape),
            hint=installing.EXPORT_EMBEDDINGS(),
        )
    model = _Model(session, tokenizer, names, output.shape[2])
    # The first run allocates the buffers; a model that cannot run at all fails here, with its name.
    try:
        _vector(model, "ready")
    except Exception as error:
        raise EmbeddingError(installing.NOT_RUN(file=file, error=str(error)[:200])) from error
    return model


def _vector(model: _Model, text: str) -> NDArray[np.float32]:
    """Mean of the token embeddings, L2-normalised; zeros when there is no token. A single text needs no mask."""
    import numpy as np

    encoding = model.tokenizer.encode(text)
    if not encoding.ids:
        return np.zeros(model.dimensions, dtype=np.float32)
    columns = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    feed = {name: np.asarray([columns[name]], dtype=np.int64) for name in model.inputs}
    hidden: NDArray[np.float32] = model.session.run(None, feed)[0][0]
    mean = hidden.mean(axis=0, dtype=np.float64)
    vector: NDArray[np.float32] = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return vector


def open_session(file: Path) -> Any:
    """ONNX Runtime session of one thread. Raises what ONNX Runtime raises: its errors share no base class."""
    import onnxruntime as ort

    ort.set_default_logger_severity(4)
    options = ort.SessionOptions()
    # One thread a process: the workers run in parallel, and sums are reproducible.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _load_session(file: Path) -> Any:
    try:
        return open_session(file)
    except Exception as error:
        raise EmbeddingError(
            installing.ENCODER_NOT_LOADED(file=file, error=str(error)[:200]),
            hint=installing.MUST_BE_ONNX(),
        ) from error


def _load_tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises plain Exception
        raise EmbeddingError(
            installing.TOKENIZER_NOT_LOADED(file=file, error=str(error)[:200]),
            hint=installing.PUT_TOKENIZER(),
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
