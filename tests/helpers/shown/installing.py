"""Rows of `messages.installing`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "RUN_SETUP": ("a part of `setup` is missing", {}, "Run: research-agent setup"),
    "NO_INPUTS": ("the same, with none", {}, "no inputs"),
    "OTHER_VECTORS": (
        "a cluster with another processor",
        {"workers": "WORKERS"},
        "Worker WORKERS of the cluster computes different vectors from this machine.",
    ),
    "SAME_VERSION": (
        "the same: what to do",
        {},
        "Use the same version of onnxruntime and the same kind of processor, or embed on one machine only.",
    ),
    "MODEL_NOT_LOADED": (
        "a machine without memory",
        {"file": "notes.pdf", "reason": "permission denied"},
        "The embedding model notes.pdf cannot be loaded. permission denied",
    ),
    "FREE_MEMORY_OR_SETUP": ("the same: what to do", {}, "Free some memory, or run: research-agent setup"),
    "GIVE_ONNX": ("a setting that names a folder: what to do", {}, "Give the path of an .onnx file."),
    "NO_EMBEDDING_MODEL": (
        "ask, before setup",
        {},
        "There is no embedding model yet: setup downloads it with the other parts (about 150 MB, 3 to 10 minutes).",
    ),
    "INCOMPLETE_MODEL": ("ask, with a part of the model removed", {}, "The embedding model is not complete"),
    "FILE_MISSING": ("the same: the sentence", {"what": "WHAT", "file": "notes.pdf"}, "WHAT: notes.pdf is missing."),
    "MODEL_UNREADABLE": (
        "an embedding model that may not be read",
        {"file": "notes.pdf", "reason": "permission denied"},
        "The embedding model notes.pdf cannot be read: permission denied.",
    ),
    "MODEL_DAMAGED": (
        "an embedding model that was changed",
        {"file": "notes.pdf"},
        "The embedding model is damaged: notes.pdf is not the one that setup made.",
    ),
    "INSTALL_AGAIN": ("a judge of the wheel that was changed: what to do", {}, "Reinstall research-agent."),
    "EXPORT_AGAIN": ("a judge of your own that was changed: what to do", {}, "Export the model again."),
    "NOT_THE_FILE": (
        "a model that is not what its card names",
        {"file": "notes.pdf", "name": "trip"},
        "notes.pdf is not the file that trip names",
    ),
    "FILE_IS_MISSING": ("a model without its tokenizer", {"file": "notes.pdf"}, "notes.pdf is missing"),
    "CARD_UNREADABLE": (
        "a model whose card is broken",
        {"file": "notes.pdf", "reason": "permission denied"},
        "notes.pdf or what it names cannot be read: 'permission denied'",
    ),
    "CANNOT_BE_LOADED": (
        "a machine without memory",
        {"file": "notes.pdf", "reason": "permission denied"},
        "notes.pdf cannot be loaded: permission denied",
    ),
    "FREE_MEMORY": ("the same: what to do", {}, "Free some memory."),
    "NOT_FOLDED": (
        "setup with a model of another form",
        {"source": "SOURCE", "error": "not a database"},
        "The embedding model SOURCE cannot be converted: not a database.",
    ),
    "SETUP_AGAIN": ("the same: what to do", {}, "Run setup again."),
    "WRONG_INPUTS": (
        "a model of your own for pictures",
        {"file": "notes.pdf", "names": "plans, trips"},
        "The model notes.pdf takes plans, trips, not the inputs of a sentence encoder.",
    ),
    "EXPORT_WITH": ("the same: what to do", {"inputs": "INPUTS"}, "Export it with INPUTS."),
    "WRONG_OUTPUT": (
        "a model of your own with another output",
        {"file": "notes.pdf", "type": "TYPE", "shape": "SHAPE"},
        "The first output of notes.pdf is TYPE SHAPE, not float [batch, sequence, dimensions].",
    ),
    "EXPORT_EMBEDDINGS": (
        "the same: what to do",
        {},
        "Export it with the token embeddings (last_hidden_state) as its first output.",
    ),
    "NOT_RUN": (
        "a model of your own that fails",
        {"file": "notes.pdf", "error": "not a database"},
        "The model notes.pdf cannot be run: not a database.",
    ),
    "ENCODER_NOT_LOADED": (
        "a model of your own that is none",
        {"file": "notes.pdf", "error": "not a database"},
        "The embedding model notes.pdf cannot be loaded: not a database.",
    ),
    "MUST_BE_ONNX": (
        "the same: what to do",
        {},
        "It must be an ONNX file; or leave the setting out and run: research-agent setup",
    ),
    "TOKENIZER_NOT_LOADED": (
        "a model of your own without its tokenizer",
        {"file": "notes.pdf", "error": "not a database"},
        "The tokenizer notes.pdf cannot be loaded: not a database.",
    ),
    "PUT_TOKENIZER": ("the same: what to do", {}, "Put the model's tokenizer.json beside the .onnx file."),
    "EXPORT_IT": (
        "a judge or reader of your own that is none: what to do",
        {},
        "Export it with `python -m research_agent_train.export`, or leave the setting out.",
    ),
    "NO_CLS": (
        "a judge of your own with another tokenizer",
        {"file": "notes.pdf"},
        "the tokenizer beside notes.pdf has no [CLS] and [SEP]",
    ),
    "NOT_LOGITS": (
        "a judge of your own with another form",
        {"file": "notes.pdf", "inputs": "INPUTS"},
        "notes.pdf does not take INPUTS and return logits",
    ),
    "CANNOT_BE_RUN": (
        "a judge of your own that fails",
        {"file": "notes.pdf", "error": "not a database"},
        "notes.pdf cannot be run: not a database",
    ),
    "NOT_SCORES": (
        "a reader of your own with another form",
        {"file": "notes.pdf", "inputs": "INPUTS"},
        "notes.pdf does not take INPUTS and return scores",
    ),
    "INDEXING": ("setup: a step", {}, "indexing by meaning"),
    "MEASURING": ("setup: a step", {}, "comparing int8 with fp32"),
    "WAITING": ("setup, twice at once", {}, "waiting for another setup to finish"),
    "UPDATE": ("setup, with a part that is not there any more: what to do", {}, "Update research-agent."),
    "CANNOT_READ": (
        "setup with a damaged encyclopedia",
        {"path": "/home/ada/notes", "reason": "permission denied"},
        "/home/ada/notes cannot be read: permission denied.",
    ),
    "NOT_EMBEDDED": (
        "setup on a machine without memory",
        {"n": 2},
        "2 articles could not be embedded: the worker processes were killed.",
    ),
    "FREE_MEMORY_AGAIN": (
        "the same: what to do",
        {},
        "Free some memory, then run setup again: it continues where it stopped.",
    ),
    "NOT_ENCYCLOPEDIA": (
        "setup with another file",
        {"name": "trip", "error": "not a database"},
        "trip is not the encyclopedia: not a database.",
    ),
    "RANKED_BY_WORDS": (
        "ask, before setup",
        {"problem": "PROBLEM", "hint": "Save a copy of it."},
        "PROBLEM Ranking uses words only. Save a copy of it.",
    ),
    "NO_READER": (
        "ask, with a damaged reader",
        {"reason": "permission denied"},
        "The reader could not be loaded (permission denied): answers are chosen by words and similarity.",
    ),
    "CUT_UTF": ("a text file that is cut", {"upper": "UPPER"}, "is saved as UPPER, and cut or damaged"),
    "NOT_UTF_AT": (
        "a text file in Latin-1",
        {"line": "LINE", "byte": 12},
        "is not UTF-8: line LINE has the byte 0x0C, as in Latin-1 or Windows-1252",
    ),
    "LOOP_RUNS": ("Python: research_sync in a coroutine", {}, "An event loop is already running."),
    "USE_AWAIT": ("the same: what to do", {}, "Use: await research(question)"),
}
