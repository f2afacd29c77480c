"""Training loop's parts that the judge and the reader share: batches, optimizer, learning rate, checkpoints."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

__all__ = ["Encoded", "Progress", "cut", "learn", "optimizer_of", "restore", "save", "set_rate", "tensors"]

Encoded = tuple[list[int], list[int]]
"""Token ids and type ids of a pair of texts."""


@dataclass(slots=True)
class Progress:
    """Progress of a run, as it stands in a checkpoint."""

    step: int = 0
    pairs: int = 0
    losses: list[float] = field(default_factory=list)

    @property
    def loss(self) -> float:
        """Mean of the last hundred steps' losses."""
        return sum(self.losses) / max(len(self.losses), 1)


def optimizer_of(model: nn.Module, rate: float) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019) over what is not frozen; no decay of biases and norms."""
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [one for one in learned if one.ndim >= 2], "weight_decay": 0.01},
            {"params": [one for one in learned if one.ndim < 2], "weight_decay": 0.0},
        ],
        rate,
        betas=(0.9, 0.98),
        fused=True,
    )


def set_rate(
    optimizer: torch.optim.Optimizer, rate: float, step: int, *, warm_up: int, last: int, falling: float
) -> None:
    """Warm-up, then constant, then linearly to a fiftieth in the `falling` steps before the `last`."""
    factor = min(1.0, (step + 1) / warm_up, max(0.02, (last - step) / max(1.0, falling)))
    for group in optimizer.param_groups:
        group["lr"] = rate * factor


def learn(model: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, pairs: int, progress: Progress) -> None:
    """One step down the gradient of `loss`; prints a line every hundred steps."""
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    progress.step += 1
    progress.pairs += pairs
    progress.losses = [*progress.losses[-99:], loss.item()]
    if progress.step % 100 == 0:
        now = time.strftime("%H:%M:%S")
        print(f"{now} step {progress.step}: {progress.pairs:,} pairs, loss {progress.loss:.3f}", flush=True)


def cut(order: Sequence[int], encoded: Sequence[Encoded], tokens: int) -> list[list[int]]:
    """Row numbers, ordered by length, in batches of at most so many tokens with the padding."""
    batches: list[list[int]] = [[]]
    for at in order:
        if batches[-1] and (len(batches[-1]) + 1) * len(encoded[at][0]) > tokens:
            batches.append([])
        batches[-1].append(at)
    return batches


def tensors(encoded: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and types, each of shape (pairs, longest)."""
    longest = max(len(ids) for ids, _ in encoded)
    ids = torch.tensor([one + [0] * (longest - len(one)) for one, _ in encoded])
    types = torch.tensor([one + [0] * (longest - len(one)) for _, one in encoded])
    lengths = torch.tensor([len(one) for one, _ in encoded])
    return ids, torch.arange(longest)[None] < lengths[:, None], types


def save(file: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Write a checkpoint, whole or not at all."""
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "progress": asdict(progress)}, f"{file}.new"
    )
    Path(f"{file}.new").replace(file)


def restore(file: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Load a checkpoint into model and optimizer; the beginning when there is none."""
    if not file.exists():
        return Progress()
    stored = torch.load(file, weights_only=True)
    model.load_state_dict(stored["model"])
    optimizer.load_state_dict(stored["optimizer"])
    return Progress(**stored["progress"])
