"""Rows of `messages.chat_failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "BROKEN_JSON": ("a server that sends broken JSON", {}, "broken JSON"),
    "THE_CALLER": ("the same, from Python", {}, "the caller"),
    "TRY_AGAIN": ("the server breaks off", {}, "Try again; if it keeps happening, check the server's own log."),
    "START_OLLAMA": ("Ollama is not running", {}, "Start it with: ollama serve, or set OLLAMA_HOST."),
    "SET_BASE_URL": ("nothing listens at OPENAI_BASE_URL", {}, "Set OPENAI_BASE_URL to where the server listens."),
    "PULL_MODEL": (
        "--model ollama: with a model that is not there",
        {"name": "trip"},
        "Run: research-agent models pull trip",
    ),
    "ASK_NAMES": (
        "--model openai: with a model that is not there",
        {},
        "Check the server's list: research-agent models",
    ),
    "ACCESS_REFUSED": (
        "a wrong key",
        {"model": "llama3.2", "reason": "permission denied"},
        "The server of llama3.2 refuses access: permission denied",
    ),
    "FAILED": (
        "a server that fails in another way",
        {"model": "llama3.2", "reason": "permission denied"},
        "llama3.2 failed: permission denied",
    ),
    "UNKNOWN_GGUF": (
        "setup, with a model file of another format",
        {"name": "trip", "error": "not a database"},
        "The chat model trip is not in a known GGUF format: not a database.",
    ),
    "RESTARTED": ("the built-in model's process dies", {}, "Ask again; the model restarts by itself."),
    "BUILT_IN_REFUSED": (
        "the built-in model's server refuses",
        {"reason": "permission denied"},
        "The built-in model refused: permission denied",
    ),
    "CRASHES": ("the built-in model's process dies at once, twice", {}, "keeps crashing"),
    "NOT_READY": ("a very slow disk", {"seconds": 8}, "was not ready within 8 s"),
    "NOT_STARTED": ("a broken model file", {}, "could not be started"),
    "KILLED_BY": ("the kernel ends the model's process", {"name": "trip"}, "killed by trip"),
    "MODEL_FORMS": (
        "--model smollm2",
        {},
        "Use ollama:llama3.2, openai:MODEL, llamacpp:smollm2 or llamacpp:/path/to/model.gguf.",
    ),
    "NOT_THIS_MACHINE": ("--offline, and OLLAMA_HOST is elsewhere", {}, "not on this machine, and --offline was given"),
    "NO_ANSWER_WITHIN": ("an Ollama that hangs", {"seconds": 8}, "no answer within 8 s"),
    "PROXY_SILENT": ("an Ollama behind a proxy that is down", {"proxy": "PROXY"}, "the proxy does not answer: PROXY"),
    "NOTHING_LISTENS": ("no Ollama", {}, "nothing listens there"),
    "NOT_OLLAMA": ("another server at Ollama's port", {"error": "not a database"}, "it is not Ollama: not a database"),
    "REFUSED_TO_ANSWER": ("a model that declines", {}, "refused to answer"),
    "FILTERED": ("a server with a content filter", {}, "was stopped by its server's content filter"),
    "REPHRASE_OR_OTHER": ("the same: what to do", {}, "Try rephrasing, or choose another model."),
    "CALLED_TOOL": ("a model that only calls tools", {}, "called a tool instead of answering"),
    "AGAIN_OR_OTHER": ("the same: what to do", {}, "Ask again, or choose another model."),
    "ONLY_THOUGHTS": (
        "a reasoning model at its limit",
        {"tokens": "TOKENS"},
        "only wrote its reasoningTOKENS and no answer",
    ),
    "MORE_CONTEXT": (
        "the same: what to do",
        {},
        "Give it a larger limit (RESEARCH_AGENT_NUM_CTX), or switch its reasoning off.",
    ),
    "WROTE_NOTHING": ("an empty reply", {}, "wrote nothing"),
    "MODEL_DID": (
        "a model gives no answer: the sentence",
        {"model": "llama3.2", "what": "WHAT"},
        "The model llama3.2 WHAT.",
    ),
    "ENDED_WITH_ERROR": ("a server that ends its stream with an error", {}, "the server ended its reply with an error"),
    "ENDLESS_OBJECT": ("a server that sends JSON without an end", {}, "JSON without an end"),
    "BAD_COMPRESSION": ("a server that sends broken gzip", {}, "compressed data that cannot be read"),
    "OTHER_TEXT": ("a server that sends plain text", {}, "other text"),
    "NAMED_BY": ("status of a model that was set: why it was taken", {"place": "PLACE"}, "named by PLACE"),
    "ONLY_MODEL": ("the same: why it was taken", {}, "the only chat model"),
    "NEWEST_OF": ("the same, with several models", {"n": 2}, "newest of 2 chat models"),
    "NO_CHATTING_MODEL": ("Ollama has embedding models only", {}, "no model that can chat"),
    "BUILT_IN_BECAUSE": (
        "without Ollama: why the built-in model is used",
        {"reason": "permission denied"},
        "built in, because Ollama is not usable (permission denied)",
    ),
    "NO_SOURCE_HERE": ("/api/ask with an unknown source", {"name": "trip"}, "There is no source 'trip' here."),
    "NO_MODEL_HERE": ("/api/ask with an unknown model", {"model": "llama3.2"}, "There is no model 'llama3.2' here."),
}
