"""Judge and reader of two narrow layers with random weights: the real graphs, tokenizer and cards, untrained."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from research_agent_train.export import export

WIDTH, INNER, LAYERS, HEAD, POSITIONS = 64, 128, 2, 32, 512
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'-"
WORDS = ("river", "stone", "sea", "water", "word", "the", "to")
VOCABULARY = (*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS)

Floats = NDArray[np.float32]
erf = np.vectorize(math.erf, otypes=[np.float32])


def tiny_state(seed: int = 0) -> dict[str, Floats]:
    """Random weights under the names of Hugging Face's BERT."""
    random = np.random.default_rng(seed)

    def some(*shape: int, scale: float = 0.2) -> Floats:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    state = {
        "embeddings.word_embeddings.weight": some(len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": some(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
        "classifier.weight": some(3, WIDTH, scale=1),
        "classifier.bias": some(3),
    }
    linear = {"pooler.dense": (WIDTH, WIDTH)}
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        linear |= {f"{layer}.attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")}
        linear |= {f"{layer}.attention.output.dense": (WIDTH, WIDTH)}
        linear |= {f"{layer}.intermediate.dense": (INNER, WIDTH), f"{layer}.output.dense": (WIDTH, INNER)}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    for name, shape in linear.items():
        state |= {f"{name}.weight": some(*shape), f"{name}.bias": some(shape[0])}
    for name in norms:
        state |= {f"{name}.weight": 1 + some(WIDTH), f"{name}.bias": some(WIDTH)}
    return state


def tiny_logits(state: Mapping[str, Floats], ids: NDArray[Any], mask: NDArray[Any], types: NDArray[Any]) -> Floats:
    """Logits of the judge with these weights, shape (n, 3)."""
    first = _hidden(state, ids, mask, types)[:, 0]
    return _linear(state, np.tanh(_linear(state, first, "pooler.dense")), "classifier")


def tiny_scores(state: Mapping[str, Floats], ids: NDArray[Any], mask: NDArray[Any], types: NDArray[Any]) -> Floats:
    """Scores of the reader with these weights, shape (n, tokens)."""
    return _linear(state, _hidden(state, ids, mask, types), "scorer")[..., 0]


def _linear(state: Mapping[str, Floats], x: Floats, name: str) -> Floats:
    return np.asarray(x @ state[f"{name}.weight"].T + state[f"{name}.bias"], np.float32)


def _hidden(state: Mapping[str, Floats], ids: NDArray[Any], mask: NDArray[Any], types: NDArray[Any]) -> Floats:
    """What BERT (Devlin et al. 2019) gives with these weights, written out; shape (n, tokens, WIDTH)."""

    def linear(x: Floats, name: str) -> Floats:
        return _linear(state, x, name)

    def normalised(x: Floats, name: str) -> Floats:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * state[f"{name}.weight"] + state[f"{name}.bias"], np.float32)

    def heads(x: Floats) -> Floats:
        return x.reshape(*x.shape[:2], WIDTH // HEAD, HEAD).transpose(0, 2, 1, 3)

    tables = (f"embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type"))
    words, places, segments = (state[name] for name in tables)
    x = normalised(words[ids] + places[: ids.shape[1]] + segments[types], "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        query, key, value = (heads(linear(x, f"{layer}.attention.self.{name}")) for name in ("query", "key", "value"))
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(HEAD) + np.where(mask, 0, -1e9)[:, None, None, :]
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        attended = (weights / weights.sum(-1, keepdims=True)) @ value
        attended = attended.transpose(0, 2, 1, 3).reshape(x.shape).astype(np.float32)
        output = linear(attended, f"{layer}.attention.output.dense")
        x = normalised(output + x, f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = normalised(linear(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    return x


def tiny_tokenizer() -> Tokenizer:
    """WordPiece over letters and a few words, with BERT's pairs."""
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", SPECIAL.index("[CLS]")), ("[SEP]", SPECIAL.index("[SEP]"))],
    )
    return tokenizer


def tiny_judge(folder: Path, seed: int = 0) -> Path:
    """Write such a judge into `folder`; the path of its model."""
    folder.mkdir(parents=True, exist_ok=True)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    return export(tiny_state(seed), folder / "tokenizer.json", folder)


def tiny_reader_state(seed: int = 0) -> dict[str, Floats]:
    """The weights of the judge's encoder, with a scorer in place of its classifier."""
    random = np.random.default_rng(seed)
    state = {name: array for name, array in tiny_state(seed).items() if not name.startswith(("pooler", "classifier"))}
    scorer = random.standard_normal((1, WIDTH)).astype(np.float32)
    return state | {"scorer.weight": scorer, "scorer.bias": np.array([0.3], np.float32)}


def tiny_reader(folder: Path, seed: int = 0) -> Path:
    """Write such a reader into `folder`; the path of its model."""
    folder.mkdir(parents=True, exist_ok=True)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    return export(tiny_reader_state(seed), folder / "tokenizer.json", folder)
