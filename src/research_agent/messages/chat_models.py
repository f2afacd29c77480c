"""Lines about chat models: which can be used here, and how to get one."""

from __future__ import annotations

from research_agent.messages import Message

NO_MODELS = Message("No chat model can be used here yet. Run: research-agent setup")
ELSEWHERE = Message("runs elsewhere")
FITS = Message("fits")
TOO_LARGE = Message("larger than this machine's memory")
OLLAMA_SILENT = Message("Ollama at {url} does not answer.")
NOT_OLLAMA = Message("What answers at {url} is not Ollama.")
START_OLLAMA = Message(
    "Start it: ollama serve (https://ollama.com). The built-in model needs none: research-agent setup"
)
NO_SUCH_MODEL = Message("Ollama knows no model {name!r}.")
SEE_MODELS = Message("Names are listed at https://ollama.com/library, such as llama3.2.")
PULL_REFUSED = Message("Ollama at {url} could not download it: {reason}")
PULL_BROKE_OFF = Message("The download of {name} broke off.")
PULL_AGAIN = Message("Run it again: research-agent models pull {name} goes on where it stopped.")
PULLED = Message("{name} is there. Use it: research-agent ask --model ollama:{name} QUESTION")
OLLAMA_SAYS = Message("Ollama at {url}: {reason}.")
NO_LIST_IN_TIME = Message("{url}: no answer within {seconds:g} s.")
NO_LIST = Message("{url} does not list its models.")
BUILT_IN_MISSING = Message("The built-in model is not downloaded. Run: research-agent setup")
THIS_MACHINE = Message("this machine")
