"""Lines of `doctor` and of the list of sources: what was checked, and what to do next."""

from __future__ import annotations

from research_agent.messages import Message

# For which questions a source is asked.
ANY_QUESTION = Message("any question")
LIKE_ITS_EXAMPLES = Message("questions like its examples")
ONLY_WHEN_NAMED = Message("only when named")
ASKED_FOR = Message("asked for: {scope}")

# Sources.
ASKED_BY_ENGINES = Message("general questions go to the search engines of web_search")
SILENT = Message("did not answer within {seconds:g} s")
BROKEN = Message("is broken: {error}")

# This machine and its settings.
OLD_SQLITE = Message("SQLite {version} can damage a file that two programs write.")
CHOOSE_HOME = Message("Set RESEARCH_AGENT_HOME to a folder of yours.")
FREE_SPACE = Message("Free some space.")
NOT_WRITABLE = Message("{path} cannot be written: {reason}.")
LITTLE_SPACE = Message("{path} has only {megabytes:,} MB left.")
SPACE_LEFT = Message("{path}, {megabytes:,} MB free")
LOG_NOT_WRITABLE = Message("The log folder {path} cannot be written.")
CHMOD_LOG = Message("Run: chmod 700 {path}")
OLLAMA_HERE = Message("on this machine")
OLLAMA_ELSEWHERE = Message(
    "Ollama at {url} is another machine: questions, and what was found for them, are sent there."
)
UNSET_OLLAMA_HOST = Message("If you do not want that, unset OLLAMA_HOST.")
OLLAMA_SILENT = Message("Ollama at {url} does not answer: {reason}.")
START_OLLAMA = Message("Start it: ollama serve")
NO_SUCH_MODEL = Message("Ollama has no model {name!r}.")
PULL_MODEL = Message("Run: research-agent models pull {name}")
OPENAI_MISSING = Message("openai: models need an extra package.")
OPENAI_UNSET = Message("No key and no server is set for openai: models.")
SET_OPENAI_KEY = Message("Set OPENAI_API_KEY.")
WORDS_ONLY = Message("The encyclopedia is searched by words only.")
RANKED_BY_WORDS = Message("{problem} Ranking goes by words.")
ENCYCLOPEDIA_DAMAGED = Message("The encyclopedia is damaged: it is not what setup made.")
WORDS_AND_MEANING = Message("searched by words and by meaning")
NO_CONTACT = Message("No contact is set: Wikimedia asks programs to name one, and limits those that do not.")
SET_CONTACT = Message("Run: research-agent config set contact YOUR-EMAIL-OR-URL")
SEARXNG_WITHOUT_JSON = Message("A SearXNG is at {url}. {hint}")
MEASURED_LANGUAGES = Message("measured in {languages}")
WEAK_ONES = Message("weak: {languages}")
WEAK_LANGUAGE = Message(
    "Answers in {lang} are weak: {share} of questions find the right sentence, {english} in English."
)
ASK_IN_ENGLISH = Message("Ask in English, or use a large chat model.")
