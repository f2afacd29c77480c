"""
BERT cross-encoders in PyTorch, small and plain: what is trained, and their weights by Hugging Face's names.

Attention is written out: at heads of 32 dimensions PyTorch's fused kernel takes twice as long on a CPU, most of it in
the backward pass. There is no dropout: in one or two passes over the rows it only cost time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["CrossEncoder", "PairClassifier", "SentenceScorer"]

HIDDEN, HEADS, LAYERS, INNER, WORDS, POSITIONS, CLASSES = 384, 12, 6, 1536, 30522, 512, 3
EPSILON = 1e-12
MASKED = -1e4


class _Layer(nn.Module):
    """Transformer layer, post-norm (Devlin et al., 2019): shape (pairs, tokens, HIDDEN) in and out."""

    def __init__(self) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.widen = nn.Linear(HIDDEN, INNER)
        self.narrow = nn.Linear(INNER, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=EPSILON)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        pairs, tokens, _ = hidden.shape
        shape = (pairs, tokens, 3, HEADS, HIDDEN // HEADS)
        query, key, value = self.query_key_value(hidden).view(shape).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(query * (HIDDEN // HEADS) ** -0.5, key.transpose(-1, -2)) + mask
        attended = torch.softmax(scores, -1).to(value.dtype) @ value
        attended = self.output(attended.transpose(1, 2).reshape(pairs, tokens, HIDDEN))
        hidden = self.attention_norm(hidden + attended)
        normed: Tensor = self.output_norm(hidden + self.narrow(functional.gelu(self.widen(hidden))))
        return normed


class CrossEncoder(nn.Module):
    """Encoder of token ids of two texts -> hidden states, shape (pairs, tokens, HIDDEN); a head is its subclass's."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))

    def hidden(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Shapes: all (pairs, tokens); `mask` is true at tokens that are none of the padding."""
        places = torch.arange(ids.shape[1])[None]
        hidden: Tensor = self.norm(self.words(ids) + self.positions(places) + self.types(types))
        bias = torch.zeros(mask.shape).masked_fill(~mask, MASKED)[:, None, None, :].to(torch.bfloat16)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden

    def heads(self) -> dict[str, nn.Module]:
        """Modules over the encoder, by the names of their weights."""
        return {}

    def freeze(self, layers: int) -> None:
        """Keep the word embeddings and the first layers as they are: they cost a third of a step and learn little."""
        for part in [self.words, *list(self.layers)[:layers]]:
            for parameter in part.parameters():
                parameter.requires_grad = False

    def load_encoder(self, weights: Mapping[str, Tensor]) -> None:
        """Take an encoder's weights by Hugging Face's names; those of the classifier too, where they are there."""
        with torch.no_grad():
            for name, parameter, rows in self._names():
                if name in weights:
                    (parameter if rows is None else parameter[rows]).copy_(weights[name])

    def named_weights(self) -> dict[str, Tensor]:
        """All weights by Hugging Face's names, float32, for `export` and for the next run to begin with."""
        return {
            name: (parameter if rows is None else parameter[rows]).detach().float().clone()
            for name, parameter, rows in self._names()
        }

    def _names(self) -> Iterator[tuple[str, Tensor, slice | None]]:
        """(Hugging Face's name, parameter, rows of it that the name stands for)."""
        embeddings = {"word": self.words, "position": self.positions, "token_type": self.types}
        for name, table in embeddings.items():
            yield f"embeddings.{name}_embeddings.weight", table.weight, None
        modules = {"embeddings.LayerNorm": self.norm, **self.heads()}
        for number, layer in enumerate(self.layers):
            prefix = f"encoder.layer.{number}"
            for place, part in enumerate(("query", "key", "value")):
                rows = slice(place * HIDDEN, (place + 1) * HIDDEN)
                for kind in ("weight", "bias"):
                    parameter = getattr(layer.query_key_value, kind)
                    yield f"{prefix}.attention.self.{part}.{kind}", parameter, rows
            modules |= {
                f"{prefix}.attention.output.dense": layer.output,
                f"{prefix}.attention.output.LayerNorm": layer.attention_norm,
                f"{prefix}.intermediate.dense": layer.widen,
                f"{prefix}.output.dense": layer.narrow,
                f"{prefix}.output.LayerNorm": layer.output_norm,
            }
        for name, module in modules.items():
            for kind in ("weight", "bias"):
                yield f"{name}.{kind}", getattr(module, kind), None


class PairClassifier(CrossEncoder):
    """The judge: (claim, evidence) -> logits, shape (pairs, 3): supported, contradicted, not said."""

    def __init__(self) -> None:
        super().__init__()
        self.pooler = nn.Linear(HIDDEN, HIDDEN)
        self.classifier = nn.Linear(HIDDEN, CLASSES)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Logits by the first token. Shapes: all (pairs, tokens)."""
        hidden = self.hidden(ids, mask, types)
        logits: Tensor = self.classifier(torch.tanh(self.pooler(hidden[:, 0])))
        return logits

    def heads(self) -> dict[str, nn.Module]:
        """Modules over the encoder, by the names of their weights."""
        return {"pooler.dense": self.pooler, "classifier": self.classifier}


class SentenceScorer(CrossEncoder):
    """The reader: (question, passage) -> a logit for each token; a sentence's is the mean of its tokens'."""

    def __init__(self) -> None:
        super().__init__()
        self.scorer = nn.Linear(HIDDEN, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Logits of the tokens, shape (pairs, tokens)."""
        logits: Tensor = self.scorer(self.hidden(ids, mask, types))[..., 0]
        return logits

    def heads(self) -> dict[str, nn.Module]:
        """Modules over the encoder, by the names of their weights."""
        return {"scorer": self.scorer}
