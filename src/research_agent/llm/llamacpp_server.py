"""
Entry point of the embedded model's process: xllamacpp's HTTP server on loopback.

Reads one line of JSON from standard input (a key on the command line could be read by any user), writes one line of
JSON to standard output when it is ready, and llama.cpp's log to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from typing import Any

from research_agent.workers.lifeline import die_with_parent

__all__ = ["main"]


def main() -> int:
    """Serve until killed or until the parent exits; returns 1 when the model cannot be loaded."""
    config = json.loads(sys.stdin.readline())
    die_with_parent(config["lifeline"])
    ready = os.dup(1)
    os.dup2(2, 1)  # llama.cpp writes to both

    xllamacpp: Any = importlib.import_module("xllamacpp")  # its names come from a native module

    try:
        server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), config))
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    os.write(ready, json.dumps({"url": server.listening_address}).encode() + b"\n")
    threading.Event().wait()
    return 0


def _parameters(params: Any, config: dict[str, Any]) -> Any:
    params.model.path = config["file"]
    params.n_parallel = config["slots"]
    params.n_ctx = config["n_ctx"] * config["slots"]  # they share it
    params.api_keys = [config["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # Its threads synchronise hundreds of times a token: they sleep instead of spinning, and one core stays free.
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.cpuparams.n_threads = max(1, config["threads"] - 1)
    params.cpuparams_batch.n_threads = config["threads"]
    params.n_batch = params.n_ubatch = 256  # a cancelled call runs to the end of its batch; larger ones are no faster
    params.offline = True
    params.ui = False
    params.endpoint_slots = False  # it shows prompts
    params.cache_ram_mib = 0  # the default keeps up to 8 GiB of prompts; a slot's own prefix is reused anyway
    params.fit_params = False  # loads the model twice to measure memory of a graphics card
    params.warmup = False  # an empty run; the first prompt does the same
    params.verbosity = 2
    params.sampling.seed = 1
    return params


if __name__ == "__main__":
    sys.exit(main())
