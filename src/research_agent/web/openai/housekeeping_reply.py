"""Replies to a front end's housekeeping, made of the conversation's own words, in the form that is asked for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from research_agent.stages.plan import known_topics
from research_agent.text.languages import detect_language
from research_agent.text.question import interpret
from research_agent.text.sanitize import one_line
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems, content_words, words
from research_agent.types import History
from research_agent.web.openai.conversation import undecorated
from research_agent.web.openai.housekeeping import FORMS, Kind, Task

__all__ = ["reply_to"]

MAX_WORDS, MAX_CHARACTERS = 8, 60
MAX_TAGS, MAX_FOLLOW_UPS = 5, 3
WORD_LIMIT = re.compile(r"(\d+)[\s-]*(?:or (?:less|fewer) )?words?\b|\bunder (\d+) words", re.IGNORECASE)
CHARACTER_LIMIT = re.compile(r"(\d+)[\s-]*characters?\b|(\d+)\s*(?:个)?字以内", re.IGNORECASE)
NO_EMOJI = re.compile(r"\b(?:no|not|without|avoid|never)\b[^.\n]{0,30}\bemoji", re.IGNORECASE)
LONGEST_READ = 10_000
"""Of a long message so many characters are read for the question."""
SOURCES = re.compile(r"\n+Sources:\n.*", re.DOTALL)
MARK = re.compile(r"\s*\[(?:\d+|unsupported|partly supported)\]")
KIND_OF: Mapping[str, Kind] = {key: form.kind for form in reversed(FORMS) for key in form.keys}
KEY_OF: Mapping[Kind, str] = {form.kind: form.keys[0] for form in FORMS}
TEXT_LISTS: Mapping[Kind, str] = {"tags": ", ", "follow_ups": "\n", "queries": "\n"}
"""Kinds of several texts, and what stands between them outside of JSON."""


def reply_to(task: Task, form: str = "text") -> str:
    """The text of the reply: JSON when the request or `form` asks for it, else the bare text."""
    if task.schema:
        return json.dumps(_filled(task, task.schema), ensure_ascii=False)
    known = [key for key in task.keys if key in KIND_OF and _fits(task, key)]
    if not known and form == "json_object":
        known = [KEY_OF[task.kind]]
    if known:
        return json.dumps({key: _value(task, KIND_OF[key]) for key in known}, ensure_ascii=False)
    value = _value(task, task.kind)
    if isinstance(value, list):
        if re.search(r"\bjson\b", task.instruction, re.IGNORECASE):
            return json.dumps(value, ensure_ascii=False)
        return TEXT_LISTS.get(task.kind, "\n").join(value) or "None"
    return f"<title>{value}</title>" if task.kind == "title" and "<title>" in task.instruction else value


def _fits(task: Task, key: str) -> bool:
    """Whether a key that the request shows is of this task: a list of tools shows many others."""
    return KIND_OF[key] == task.kind or (task.kind == "title" and key in ("emoji", "tags", "summary"))


def _value(task: Task, kind: Kind) -> str | list[str]:
    match kind:
        case "title":
            return _title(task)
        case "tags":
            return _tags(task)
        case "follow_ups":
            return _follow_ups(task)
        case "queries":
            asked = _question(task, last=True)
            return [asked] if asked else []
        case "image_prompt":
            return _question(task, last=True)
        case "emoji":
            return "\U0001f4ac"
        case "summary":
            return _summary(task)
        case "memory" | "tool_choice":
            return []
    return ""  # autocomplete: nothing is made up


def _question(task: Task, *, last: bool = False) -> str:
    """The first, or the last, question of the conversation, without its company; "" when there is none."""
    asked = [line.text for line in task.conversation if line.by_user and line.text.strip()]
    if not asked:
        return ""
    text = asked[-1 if last else 0][:LONGEST_READ]
    return one_line(interpret(text).question or text)[:300]


def _answer(task: Task) -> str:
    """The last answer of the conversation, without marks and sources."""
    said = [line.text for line in task.conversation if not line.by_user]
    return one_line(MARK.sub("", SOURCES.sub("", undecorated(said[-1])))) if said else ""


def _topic(task: Task) -> str:
    """What the first question is about, in its own words."""
    question = _question(task)
    if not question:
        return ""
    return " and ".join(topic.text for topic in known_topics(question, History(session=""))) or question


def _title(task: Task) -> str:
    topic = _topic(task).strip(" ?\uff1f.!") or "New chat"
    most = max((int(one or two) for one, two in WORD_LIMIT.findall(task.instruction)), default=MAX_WORDS)
    longest = max((int(one or two) for one, two in CHARACTER_LIMIT.findall(task.instruction)), default=MAX_CHARACTERS)
    if len(topic.split()) > most:
        topic = " ".join([word for word in topic.split() if words(word) and words(word)[0] not in STOP_WORDS][:most])
    if len(topic) > longest:
        topic = topic[:longest].rpartition(" ")[0] or topic[:longest]
    title = topic[:1].upper() + topic[1:]
    wants_emoji = "emoji" in task.instruction.casefold() and not NO_EMOJI.search(task.instruction)
    return f"\U0001f50e {title}" if wants_emoji and "emoji" not in task.keys else title


def _tags(task: Task) -> list[str]:
    """Content words of the question, then those that the answer uses most; of a script without spaces the topic."""
    question, answer, lang = _question(task), _answer(task), _language(task)
    used = Counter(content_words(answer, lang)) if " " in answer else Counter[str]()
    common = [word for word, count in used.most_common() if count > 1 and word.isalpha()]
    asked = _spelled(question, lang) if " " in question else [topic] if (topic := _topic(task)) else []
    tags = _distinct([*asked, *common], lang)[:MAX_TAGS]
    return [f"{tag[0].upper()}{tag[1:]}" for tag in tags] or ["General"]


def _follow_ups(task: Task) -> list[str]:
    """Questions that join the topic to words of the answer; in other languages than English the words alone."""
    topic, answer, lang = _topic(task).strip(" ?\uff1f.!"), _answer(task), _language(task)
    if not topic:
        return []
    asked = set(content_stems(_question(task), lang))
    terms = [term for term in _terms(answer, lang) if not asked.intersection(content_stems(term, lang))]
    if lang != "en":
        return [f"{topic}: {term}?" for term in terms[:MAX_FOLLOW_UPS]] or [f"{topic}?"]
    related = [f"How is {topic} related to {term}?" for term in terms[: MAX_FOLLOW_UPS - 1]]
    return [*related, f"What else is known about {topic}?"]


def _language(task: Task) -> str:
    """The language of the conversation, as a code."""
    return detect_language(f"{_question(task)} {_answer(task)[:500]}")


def _summary(task: Task) -> str:
    """Each question, and the first sentence of its answer."""
    lines = []
    for line in task.conversation:
        text = one_line(MARK.sub("", SOURCES.sub("", undecorated(line.text))))
        end = len(text) if line.by_user else next((end for _, end in sentence_spans(text)), len(text))
        lines.append(f"{'User' if line.by_user else 'Assistant'}: {text[:end][:300]}")
    return "\n".join(lines)


def _spelled(text: str, lang: str) -> list[str]:
    """Content words as they are spelled."""
    spelled = {match[0].casefold(): match[0] for match in reversed(list(WORD.finditer(text)))}
    return [spelled.get(word, word) for word in content_words(text, lang)]


def _terms(text: str, lang: str) -> list[str]:
    """Pairs of content words that stand side by side, then single ones, the longest first."""
    content = set(content_words(text, lang))
    marks = [match for match in WORD.finditer(text) if match[0].isalpha() and match[0].casefold() in content]
    runs: list[list[str]] = []
    end = -1
    for mark in marks:
        if mark.start() == end + 1 and text[end] == " ":
            runs[-1].append(mark[0])
        else:
            runs.append([mark[0]])
        end = mark.end()
    pairs = [run for run in runs if len(run) == 2]
    paired = {word for pair in pairs for word in pair}
    single = sorted({mark[0]: 0 for mark in marks if mark[0] not in paired}, key=len, reverse=True)
    return _distinct([*map(" ".join, pairs), *single], lang)


def _distinct(terms: list[str], lang: str) -> list[str]:
    """Of terms with the same stems the first, spelled as it was."""
    first: dict[str, str] = {}
    for term in terms:
        first.setdefault(" ".join(content_stems(term, lang)), term)
    return list(first.values())


def _filled(task: Task, schema: Mapping[str, Any], key: str = "") -> Any:
    """A value of the schema: what the task asks for where a key names it, else the emptiest value there is."""
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "object" or "properties" in schema:
        return {
            name: _filled(task, one if isinstance(one, Mapping) else {}, name)
            for name, one in schema.get("properties", {}).items()
        }
    value = _value(task, KIND_OF[key.casefold()]) if key.casefold() in KIND_OF else ""
    if kind == "array":
        return value if isinstance(value, list) else [value] if value else []
    empty: Mapping[Any, Any] = {"integer": 0, "number": 0, "boolean": False, "null": None}
    return empty[kind] if kind in empty else ", ".join(value) if isinstance(value, list) else value
