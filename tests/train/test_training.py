"""A tiny training run on made rows: it learns, goes on where it ended, and writes what the export reads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from research_agent_train.answers.passages import Passage, write_passages
from research_agent_train.export import export, read_state

torch = pytest.importorskip("torch", reason="PyTorch is only there to train (make train-judge)")
network = pytest.importorskip("research_agent_train.network")
judge = pytest.importorskip("research_agent_train.judge")
reader = pytest.importorskip("research_agent_train.reader")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rows that a model can tell apart by one word, and an encoder of random weights."""
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", *"the number is odd even . 0 1 2 3 4 5 6 7 8 9".split()]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    (tmp_path / "encoder").mkdir()
    (tmp_path / "public").mkdir()
    tokenizer.save(str(tmp_path / "encoder" / "tokenizer.json"))
    monkeypatch.setattr(network, "LAYERS", 2)
    torch.manual_seed(1)
    save_file(network.PairClassifier().named_weights(), tmp_path / "encoder" / "model.safetensors")
    rows(tmp_path / "public" / "mnli.dev.jsonl.gz", 400)
    rows(tmp_path / "own.jsonl.gz", 100)
    return tmp_path


def rows(file: Path, count: int) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        for at in range(count):
            kind = "odd" if at % 2 else "even"
            row = {"claim": f"the number {at} is odd .", "evidence": f"the number is {kind} .", "kind": "made"}
            lines.write(json.dumps({**row, "label": "supported" if at % 2 else "refuted"}) + "\n")


def run(folder: Path, steps: tuple[int, int], out: str = "out") -> dict[str, Any]:
    recipe = judge.Recipe(steps=steps, warm_up=5, rate=5e-4, tokens=512, checkpoint=5, frozen_layers=0)
    paths = (folder / "encoder", folder / "public", folder / "own.jsonl.gz", folder / out)
    card: dict[str, Any] = judge.train(*paths, recipe)
    return card


def test_it_learns_what_is_to_learn(folder: Path) -> None:
    before, after = run(folder, (1, 1), "before"), run(folder, (30, 30))
    assert after["loss"] < 0.5 < before["loss"]
    assert after["accuracy_dev"] > 0.9
    assert set(after["data"]) == {"mnli.dev.jsonl.gz", "own.jsonl.gz"}


def test_a_run_goes_on_where_the_last_one_ended(folder: Path) -> None:
    whole = run(folder, (10, 10))
    run(folder, (10, 0), "parts")
    assert run(folder, (10, 10), "parts")["pairs"] == whole["pairs"]


def test_the_weights_have_the_names_that_the_export_reads(folder: Path) -> None:
    from research_agent_train.export import read_state

    run(folder, (1, 1))
    state = read_state(folder / "out" / "weights.safetensors")
    assert state["classifier.weight"].shape == (3, network.HIDDEN)
    assert state["encoder.layer.0.attention.self.query.weight"].shape == (network.HIDDEN, network.HIDDEN)
    again = network.PairClassifier()
    again.load_encoder({name: torch.tensor(array) for name, array in state.items()})
    for name, weight in again.named_weights().items():
        assert torch.equal(weight, torch.tensor(state[name])), name


def passages(file: Path, count: int) -> None:
    """Passages of which the sentence with the number that is asked for answers, or none has it."""
    made = []
    for at in range(count):
        numbers = [(at + shift) % 10 for shift in (0, 1, 3)]
        sentences = tuple(f"the number is {number} ." for number in numbers)
        held = at % 4 > 0
        asked = numbers[at % 3] if held else (at + 7) % 10
        made.append(Passage(f"the {asked}", "", sentences, (at % 3,) if held else (), "made"))
    write_passages(file, made)


def test_the_reader_learns_goes_on_and_its_weights_export(folder: Path) -> None:
    passages(folder / "train.jsonl.gz", 600)
    passages(folder / "dev.jsonl.gz", 60)
    paths = (folder / "encoder", folder / "train.jsonl.gz", folder / "dev.jsonl.gz")

    def run_reader(steps: int, out: str) -> dict[str, Any]:
        recipe = reader.Recipe(steps=steps, warm_up=5, rate=1e-3, tokens=512, checkpoint=10)
        card: dict[str, Any] = reader.train(*paths, folder / out, recipe)
        return card

    before, half = run_reader(1, "before"), run_reader(40, "out")
    after = run_reader(150, "out")
    assert after["passages"] > half["passages"]
    assert after["dev"]["hit@1"] > 0.9 > before["dev"]["hit@1"]
    assert after["dev"]["answer seen"] > 0.8 > 0.2 > after["dev"]["answer imagined"]
    assert export(
        read_state(folder / "out" / "weights.safetensors"), folder / "out" / "tokenizer.json", folder
    ).exists()
