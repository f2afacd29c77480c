"""What is wrong with a child process or a cluster."""

from __future__ import annotations

from research_agent.messages import Message

LET_GO = Message("it dropped what it was computing")
WORKERS_DIED = Message("Workers of the cluster died during one call: {error}.")
CANNOT_COMPUTE = Message("a worker cannot compute: {error}")
NO_WORKERS_LEFT = Message("it has no workers any more")
CLUSTER_UNUSABLE = Message("The cluster at {address} cannot be used: {why}.")
CHECK_CLUSTER = Message("Check its scheduler and workers, or unset RESEARCH_AGENT_CLUSTER to compute on this machine.")
NO_PACKAGE = Message("A cluster is set ({address}), but the package for it is not installed.")
NO_CLUSTER = Message("There is no cluster at {address}: {error}.")
START_CLUSTER = Message(
    "Start one (research-agent docs cluster), or unset RESEARCH_AGENT_CLUSTER to compute on this machine."
)
NO_WORKERS = Message("The cluster at {address} has no workers.")
RUN_WORKER = Message("Run: dask worker {address}")
CANNOT_TAKE_MODEL = Message("The cluster's workers cannot take the model: {error}.")
EACH_NEEDS = Message("Each worker needs the extra `cluster` of the same version, and room for its scratch folder.")
LACKS_MODEL = Message("Worker {worker} does not hold the model it was sent.")
RESTART_WORKER = Message("Restart it.")
CHILD_NOT_STARTED = Message("A child process could not be started: {error}.")
CHILD_TOO_SLOW = Message("A child process took longer than {seconds:g} s.")
CHILD_DIED = Message("A child process died ({reason}).")
CHILD_TOO_MUCH = Message("A child process answered with more than {most:,} bytes.")
EXIT_CODE = Message("exit code {code}")
POOL_CLOSED = Message("The worker pool has been shut down.")
WORKER_NOT_STARTED = Message("A worker process could not be started: {error}.")
WORKER_TOO_SLOW = Message("A worker process took longer than {seconds:g} s.")
WORKER_DIED = Message("A worker process died ({reason}).")
RESULT_UNREADABLE = Message("The result of {function!r} cannot be read: {error}.")
