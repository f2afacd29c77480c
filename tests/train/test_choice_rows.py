"""Rows of the model of question kinds: what is made of phrases, what is left out, what a fit learns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from research_agent.encoders.question_kinds import features
from research_agent_train.choice.fit import dense_fit, fit, quantized
from research_agent_train.choice.phrases import KINDS, LANGUAGES, Phrased, far_from, read_phrases

ASKED = "What are the symptoms of measles?"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_phrases_of_every_kind(lang: str) -> None:
    sections = read_phrases(lang)
    assert {*KINDS, "general"} <= sections.keys()
    for name, section in sections.items():
        assert set(name.split("+")) <= {*KINDS, "general"}
        assert all("{}" in ask for ask in section["ask"])
        assert min(len(section["ask"]), len(section["about"])) >= 2, name


def test_a_row_near_a_labelled_question_is_left_out(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(json.dumps({"question": ASKED}) + "\n")
    near, far = (
        Phrased(text, frozenset({"medicine"}), "en")
        for text in ("what are symptoms of measles", "How is gout treated?")
    )
    assert far_from([near, far], labelled) == [far]


def test_a_fit_tells_two_kinds_apart_and_survives_int8() -> None:
    questions = ["sore throat", "throat ache", "null pointer", "pointer crash"]
    targets = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    model = fit(questions, targets, buckets=512, decay=1e-6, steps=60, rate=0.3)
    weights, scales = quantized(model)
    table = np.frombuffer(weights, np.int8).reshape(512, 2) * np.array(scales)
    for question, wanted in zip(["my throat", "a pointer"], (0, 1), strict=True):
        found = features(question, 512)
        logits = table[found].sum(axis=0) / np.sqrt(len(found)) + model.biases
        assert logits.argmax() == wanted


def test_the_teacher_learns_vectors() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(200, 8)).astype(np.float32)
    targets = (vectors[:, :2] > 0).astype(np.float32)
    teacher = dense_fit(vectors, targets)
    right = ((vectors @ teacher.weights + teacher.biases > 0) == (targets > 0.5)).mean()
    assert right > 0.95
