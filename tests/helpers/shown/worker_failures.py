"""Rows of `messages.worker_failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "LET_GO": ("a cluster that is restarted", {}, "it dropped what it was computing"),
    "WORKERS_DIED": (
        "a text that kills the workers of a cluster",
        {"error": "not a database"},
        "Workers of the cluster died during one call: not a database.",
    ),
    "CANNOT_COMPUTE": (
        "a cluster of another version",
        {"error": "not a database"},
        "a worker cannot compute: not a database",
    ),
    "NO_WORKERS_LEFT": ("a cluster whose workers end", {}, "it has no workers any more"),
    "CLUSTER_UNUSABLE": (
        "each of these: the sentence",
        {"address": "tcp://192.0.2.1:8786", "why": "WHY"},
        "The cluster at tcp://192.0.2.1:8786 cannot be used: WHY.",
    ),
    "CHECK_CLUSTER": (
        "the same: what to do",
        {},
        "Check its scheduler and workers, or unset RESEARCH_AGENT_CLUSTER to compute on this machine.",
    ),
    "NO_PACKAGE": (
        "a cluster, without the extra",
        {"address": "tcp://192.0.2.1:8786"},
        "A cluster is set (tcp://192.0.2.1:8786), but the package for it is not installed.",
    ),
    "NO_CLUSTER": (
        "an address where nothing listens",
        {"address": "tcp://192.0.2.1:8786", "error": "not a database"},
        "There is no cluster at tcp://192.0.2.1:8786: not a database.",
    ),
    "START_CLUSTER": (
        "the same: what to do",
        {},
        "Start one (research-agent docs cluster), or unset RESEARCH_AGENT_CLUSTER to compute on this machine.",
    ),
    "NO_WORKERS": (
        "a cluster without workers",
        {"address": "tcp://192.0.2.1:8786"},
        "The cluster at tcp://192.0.2.1:8786 has no workers.",
    ),
    "RUN_WORKER": (
        "the same: what to do",
        {"address": "tcp://192.0.2.1:8786"},
        "Run: dask worker tcp://192.0.2.1:8786",
    ),
    "CANNOT_TAKE_MODEL": (
        "a cluster without the extra",
        {"error": "not a database"},
        "The cluster's workers cannot take the model: not a database.",
    ),
    "EACH_NEEDS": (
        "the same: what to do",
        {},
        "Each worker needs the extra `cluster` of the same version, and room for its scratch folder.",
    ),
    "LACKS_MODEL": (
        "a worker whose folder was emptied",
        {"worker": "WORKER"},
        "Worker WORKER does not hold the model it was sent.",
    ),
    "RESTART_WORKER": ("the same: what to do", {}, "Restart it."),
    "CHILD_NOT_STARTED": (
        "a machine that is full",
        {"error": "not a database"},
        "A child process could not be started: not a database.",
    ),
    "CHILD_TOO_SLOW": ("a document that hangs its reader", {"seconds": 8}, "A child process took longer than 8 s."),
    "CHILD_DIED": (
        "a document that kills its reader",
        {"reason": "permission denied"},
        "A child process died (permission denied).",
    ),
    "CHILD_TOO_MUCH": (
        "a document that makes its reader write without end",
        {"most": 12},
        "A child process answered with more than 12 bytes.",
    ),
    "EXIT_CODE": ("the same: how it ended", {"code": "CODE"}, "exit code CODE"),
    "POOL_CLOSED": ("Python: a call after the end", {}, "The worker pool has been shut down."),
    "WORKER_NOT_STARTED": (
        "a machine that is full",
        {"error": "not a database"},
        "A worker process could not be started: not a database.",
    ),
    "WORKER_TOO_SLOW": ("a model that hangs", {"seconds": 8}, "A worker process took longer than 8 s."),
    "WORKER_DIED": (
        "a machine without memory",
        {"reason": "permission denied"},
        "A worker process died (permission denied).",
    ),
    "RESULT_UNREADABLE": (
        "a worker that is killed while it answers",
        {"function": "FUNCTION", "error": "not a database"},
        "The result of 'FUNCTION' cannot be read: not a database.",
    ),
}
