"""
Exception tree, by who must act. Every error that a user is shown is one of these.

    ResearchAgentError
    ├── UsageError                  you: the call was wrong, nothing was done        (exit 2)
    │   ├── QuestionError           empty, or larger than can be asked
    │   ├── SettingsError           a setting has a value that cannot be used
    │   │   └── ClusterError        the cluster that is set cannot be reached, lacks what it needs, or is gone
    │   ├── UnknownModelError       not `provider:model`, or no such provider
    │   ├── UnknownSourceError
    │   ├── UnknownSessionError
    │   ├── UnknownWatchError
    │   ├── UnknownRunError
    │   ├── PlanChangedError        the plan was edited meanwhile: compare and set
    │   ├── RunBusyError            another program is at this run
    │   └── BundleError             a file that should be an exported bundle and is none
    ├── SourceError                 the world: becomes a failed `SourceReport`, never nothing found
    │   ├── SourceNotReadyError     it must be set up first; reported as skipped
    │   │   └── OutOfScopeError     a topic that is none for it: no search at all
    │   ├── HttpStatusError         a status that is no answer
    │   ├── HttpTimeoutError        nothing, or not all, came in time
    │   ├── HttpConnectionError     refused, reset, no such host
    │   ├── AddressError            a place that is not asked: not on the public internet, not http or https
    │   ├── HttpLimitError          not sent: its limit, its wish for a pause, or a source that keeps failing
    │   └── BodyError               an answer that is not what was asked for: HTML, cut JSON, too large
    ├── ChatError                   the model: the answer becomes ranked extracts    (exit 4)
    │   ├── ChatUnavailableError    nothing answers, or this processor cannot run it
    │   ├── ModelNotFoundError      the server has no such model
    │   └── ChatResponseError       an error or an end in mid-stream, or not the protocol
    │       └── EmptyReplyError     thoughts alone, the call of a tool, nothing: the floor is shown
    ├── WorkerError                 a child process: costs its item
    │   ├── WorkerTimeoutError
    │   └── WorkerCrashError
    ├── EmbeddingError              no usable embedding model: ranking goes by words
    ├── JudgeError                  no usable judge: sentences are checked by rules alone
    ├── ReaderError                 no usable reader: evidence goes by words and vectors
    ├── StoreError                  the disk: disk full, read-only, newer file  (exit 1)
    │   └── DamagedStoreError       it does not hold what was written; the next start salvages what is intact
    └── SetupError                  a part could not be brought or is not what was pinned  (exit 1)
"""

import json
from typing import Any, ClassVar

__all__ = [
    "AddressError",
    "BodyError",
    "BundleError",
    "ChatError",
    "ChatResponseError",
    "ChatUnavailableError",
    "ClusterError",
    "DamagedStoreError",
    "EmbeddingError",
    "EmptyReplyError",
    "HttpConnectionError",
    "HttpLimitError",
    "HttpStatusError",
    "HttpTimeoutError",
    "JudgeError",
    "ModelNotFoundError",
    "OutOfScopeError",
    "PlanChangedError",
    "ProgramError",
    "QuestionError",
    "ReaderError",
    "ResearchAgentError",
    "RunBusyError",
    "SandboxError",
    "SettingsError",
    "SetupError",
    "SourceError",
    "SourceNotReadyError",
    "StoreError",
    "UnknownModelError",
    "UnknownRunError",
    "UnknownSessionError",
    "UnknownSourceError",
    "UnknownWatchError",
    "UsageError",
    "WorkerCrashError",
    "WorkerError",
    "WorkerTimeoutError",
    "known_error",
]


class ResearchAgentError(Exception):
    """The root, for everything that is not a bug; `message` says what happened, `hint` what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ResearchAgentError):
    """The call was wrong; nothing was done."""

    exit_code = 2


class QuestionError(UsageError):
    """The question is empty or larger than can be asked."""


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""


class ClusterError(SettingsError):
    """The cluster that is set cannot be reached, lacks what it needs, or is gone. Nothing is computed elsewhere."""


class UnknownModelError(UsageError):
    """A model id that is not `provider:model`, or whose provider is not known."""


class UnknownSourceError(UsageError):
    """No source of that name is installed."""


class UnknownSessionError(UsageError):
    """No session of that name is stored."""


class UnknownWatchError(UsageError):
    """No watched question has that id."""


class UnknownRunError(UsageError):
    """There is no run of deep research of that id."""


class PlanChangedError(UsageError):
    """The plan was edited by somebody else since it was read; nothing of this edit was taken."""


class RunBusyError(UsageError):
    """Another program is working on this run."""


class BundleError(UsageError):
    """The file is no bundle that this program can read."""


class SourceError(ResearchAgentError):
    """A source failed. `fetch` turns it into a failed `SourceReport`."""


class SourceNotReadyError(SourceError):
    """The source must be set up first; it is reported as skipped."""


class OutOfScopeError(SourceNotReadyError):
    """The topic is none that the source is for, such as one without an address; it counts as no search."""


class HttpStatusError(SourceError):
    """The server answered with a status that is no answer; `body` is the beginning of what came, at most 64 KB."""

    def __init__(self, message: str, *, status: int, hint: str = "", body: bytes = b"") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.body = body

    def json(self) -> dict[str, Any]:
        """Object in the JSON body, in which the API may explain itself; {} when there is none."""
        try:
            answer = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return answer if isinstance(answer, dict) else {}


class HttpTimeoutError(SourceError):
    """Nothing, or not all, came in time."""


class HttpConnectionError(SourceError):
    """The connection was refused, reset or never made."""


class AddressError(SourceError):
    """The address is none that may be asked: not on the public internet, or not http or https."""


class HttpLimitError(SourceError):
    """Nothing was sent: it would be too early. `seconds` says how long that is so; 0 when it is not known."""

    def __init__(self, message: str, *, seconds: float, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class BodyError(SourceError):
    """The body is not what was asked for: HTML in place of JSON, cut, too large, undecodable."""


class ChatError(ResearchAgentError):
    """The chat model failed; the answer falls back to ranked extracts."""

    exit_code = 4


class ChatUnavailableError(ChatError):
    """No chat model answers, or this machine cannot run it."""


class ModelNotFoundError(ChatError):
    """The server answers but has no model of that name."""


class ChatResponseError(ChatError):
    """The server broke its own protocol: an error line or an end in mid-stream, HTML, garbage."""


class EmptyReplyError(ChatResponseError):
    """The model ended its reply and gave no answer: thoughts alone, the call of a tool, a refusal, nothing."""


class WorkerError(ResearchAgentError):
    """A child process failed; it costs its item, nothing more."""


class WorkerTimeoutError(WorkerError):
    """A child process ran past its limit and was killed."""


class WorkerCrashError(WorkerError):
    """A child process died, or wrote something that is no result."""


class SandboxError(ResearchAgentError):
    """There is no sandbox in which a program could run. The message is part of a sentence."""


class ProgramError(ResearchAgentError):
    """A program in the sandbox did wrong, or more than it may. The message is the end of a sentence about it."""


class EmbeddingError(ResearchAgentError):
    """There is no usable embedding model; ranking goes by words."""


class JudgeError(ResearchAgentError):
    """There is no usable judge; sentences are checked by rules alone. The message is part of a sentence."""


class ReaderError(ResearchAgentError):
    """There is no usable reader; evidence goes by words and vectors. The message is part of a sentence."""


class StoreError(ResearchAgentError):
    """The session store cannot be opened or written."""


class DamagedStoreError(StoreError):
    """The session store does not hold what was written to it."""


class SetupError(ResearchAgentError):
    """A part could not be brought, or is not what was pinned."""


def known_error(error: BaseException) -> ResearchAgentError | None:
    """The error itself, or the first of a group of nothing but such errors; None for a bug."""
    if isinstance(error, BaseExceptionGroup):
        known = [known_error(one) for one in error.exceptions]
        return known[0] if all(known) else None
    return error if isinstance(error, ResearchAgentError) else None
