"""
Recognising a front end's housekeeping: requests for titles, tags, follow-up questions, ..., which no user typed.

Front ends ask them of the chat's own model. They are told from a question by their form, whatever their wording: an
order for such a text (`FORMS`), a conversation embedded in it or named as its object, and an output form that is asked.
One of these alone is a question that mentions titles or tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from research_agent.web.openai.transcript import Line, find_transcript

__all__ = ["Kind", "Task", "recognise"]

Kind = Literal[
    "tool_choice",
    "autocomplete",
    "title",
    "follow_ups",
    "tags",
    "queries",
    "emoji",
    "memory",
    "image_prompt",
    "summary",
]


class Form(NamedTuple):
    """How a kind of text is named in an order, and the keys of JSON objects that hold it."""

    kind: Kind
    noun: re.Pattern[str]
    keys: tuple[str, ...]


def _noun(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


FORMS: tuple[Form, ...] = (
    Form("tool_choice", _noun(r"correct tool\(s\)"), ("tool_calls",)),
    Form("autocomplete", _noun(r"\bthe text in\b|\bautocomplet"), ("text", "completion")),
    Form(
        "title",
        _noun(
            r"\btitles?\b|\btitre\b|\btitel\b|\bt[ií]tulo\b|\btitolo\b|\bthread name\b|\ba name\b"
            r"|标题|主题|タイトル|제목"
        ),
        ("title", "chat_title", "conversation_title", "thread_title"),
    ),
    Form(
        "follow_ups",
        _noun(
            r"\bfollow[- ]?ups?\b(?! (?:(?:question|input|query|message) )?(?:to|into|as)\b)"
            r"|\b(?:next|related|suggested|likely) (?:questions|prompts)\b|追问"
        ),
        ("follow_ups", "followups", "follow_up_questions", "suggestions", "suggested_questions", "questions"),
    ),
    Form("tags", _noun(r"\btags?\b|\bkeywords\b|标签"), ("tags", "keywords")),
    Form(
        "queries",
        _noun(r"\bsearch (?:query|queries|terms)\b|\bqueries\b|\bstandalone\b"),
        ("queries", "search_queries", "query", "search_query", "standalone_question"),
    ),
    Form("emoji", _noun(r"\bemojis?\b"), ("emoji",)),
    Form("memory", _noun(r"\b(?:facts|memories|preferences)\b"), ("facts", "memories")),
    Form("image_prompt", _noun(r"\bprompt for an? image\b|\bimage generation\b"), ("prompt",)),
    Form("summary", _noun(r"\bsummary\b|\b(?:words|sentences)\b"), ("summary",)),
)
"""The forms. The noun that comes first behind an order decides; of JSON keys, the first form that has one."""

BY_SYSTEM: frozenset[Kind] = frozenset({"tool_choice", "title", "tags", "queries", "emoji", "memory"})
"""Kinds that a system message may order; a persona may well say how to suggest questions, or to sum up."""

NUMBER_WORD = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few)"
VERBS = (
    "generate|create|write|make|give|provide|suggest|propose|produce|compose|craft|reply|respond|return|output|summari[sz]e|"
    "extract|come up with|assign|list|predict|rephrase|rewrite|formulate|continue|choose|reflect|condense|identify|"
    "describe|answer with|predict|analy[sz]e|look at|decide|determine|erstelle|génère|genera|crea|generiere"
)
ORDER = re.compile(
    r"(?:^|(?<=[.!?:\n]))[ \t]*(?:[-*•#>]+[ \t]*|\d+[.)][ \t]*)?(?:(?:based on|given|from|using)[^.?\n]{0,120},[ \t]*)?"
    r"(?:(?:now|next|please|first|your (?:task|job|goal|role) is to|you (?:will|must|should|need to|are to)|"
    rf"i (?:want|need) you to|(?:can|could) you|help me|strictly)[,:]?[ \t]+){{0,3}}(?:{VERBS}|(?<=task is to )\w+)\b"
    r"(?P<rest>[^?]{0,200})"
    r"|(?:使用|总结|生成|概括|返回|提取|写)(?P<rest_zh>[^?\uff1f\n]{0,60})",
    re.IGNORECASE | re.MULTILINE,
)
"""An order: an imperative, at the beginning of a sentence; what it asks for is behind it."""

SUBORDINATE = re.compile(r"\b(?:about|regarding|explain\w*|who|which|what|how|why)\b", re.IGNORECASE)
"""What an order is about comes behind it, no longer what is to be written."""

ROLE = re.compile(
    r"(?:\byou are an? |\b(?:that|who|which) |\b(?:with|in|is to|to|at) |^[-* ]*you will |\A)"
    rf"(?P<rest>[^?.\n]{{0,80}}\b(?:(?:{VERBS})[sd]?|generating|creating|writing|extracting|storing|generator|writer)\b"
    r"[^?]{0,120})|(?P<rest_zh>(?:总结|生成|概括)[^?\uff1f\n]{0,60})",
    re.IGNORECASE | re.MULTILINE,
)
"""What a system message says that the model is for."""

OF_CONVERSATION = re.compile(
    r"\b(?:the|this|these|our|following|above|given|entire|short|user(?:['’]s|s)?|first)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:conversations?|chats?|dialogue?|discussion|threads?|messages?|exchange|user query|query|prompt|request)\b"
    r"(?=\s*(?:[^\w\s]|\n|\Z)|\s+(?:that|which|based|using|and|into|without|above|below|so far|is|by|of a|history|"
    r"briefly|a (?:user|title|name|tag)|in (?:less|its|the|\w+ words))\b)"
    r"|\b(?:this|following|above|given) texts?\b"
    r"|\b(?:chat|thread|conversation)s? (?:titles?|name|history|threads?)\b|\bfor (?:conversations|chats)\b"
    r"|\b(?:user['’]s|following) question\b|\bgiven the following|对话|会话|这句话|聊天",
    re.IGNORECASE,
)
"""That the order is about a conversation, or about a message in one."""

OUTPUT_FORM = re.compile(
    rf"\b(?:only|solely|just)\b[^.\n]{{0,40}}\b(?:title|json|tags?|object|array|name|quer(?:y|ies)|text|emoji|summary)\b"
    r"|\b(?:title|tags?|query|text) only\b|\bnothing (?:else|more)\b|\bjson\b|\bcomma[- ]separated\b|\bper line\b"
    r"|\b(?:no|without(?: any)?|do not (?:use|include)|don['’]t (?:use|include|need)) (?:any )?(?:additional|other|"
    r"extra|ending|lead-in|quot\w+|punctuation|explanations?|preamble|markdown)\b"
    rf"|\b{NUMBER_WORD}(?:\s*(?:-|–|to|or)\s*{NUMBER_WORD})?[- ](?:words?|characters)\b"
    r"|\bwords? or less\b|\bmax(?:imum)?\b"
    r"|\bformat (?:it|the \w+) (?:in|as)\b|不要|字以内|字的",
    re.IGNORECASE,
)
"""That only the text that is asked for may be written, or how long it may be."""

MESSAGE_LABEL = re.compile(
    r"^[ \t#*]*(?:here is the |the )?(?:user(?:['’]s)? |first )?(?:message|query|question|prompt|input|text)[ \t*]*:",
    re.IGNORECASE | re.MULTILINE,
)
TEMPLATE_KEY = re.compile(r"[{,]\s*\\?[\"“](\w{2,30})\\?[\"”]\s*:")
PASTED = re.compile(
    r"<(context|source|document|files?|user_query)\b[^<>]{0,200}>.*?(?:</\1>|\Z)|```.*?(?:```|\Z)",
    re.DOTALL | re.IGNORECASE,
)
REPHRASED = re.compile(r"\b(?:rephrased|standalone|condensed)\b[^\n:<>]{0,20}[:>]\s*\Z", re.IGNORECASE)
"""How a request ends whose reply is to be the question, made standalone."""

FILL_IN = re.compile(r"(?:<[|\uff5c]?fim[_\u2581](?:middle|end)[|\uff5c]?>|<MID>|\[MIDDLE\])\s*\Z|\{\{FILL_HERE\}\}")
"""How an editor marks the place that a model is to fill in (FIM)."""

FOLLOW_UP = re.compile(
    r"<follow_?up[^<>]{0,20}>\s*(?P<tagged>[^<]+)"
    r"|^[ \t]*(?:follow[- ]?up(?: input| question| query)?|(?:user )?query|question)[ \t]*:[ \t]*(?P<labelled>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The question that is to be made standalone, or searched for, beside the conversation."""

OPENING, REST = 4_000, 1_500
"""Of a long text so many characters of the beginning and of the end are read for an order."""
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Task:
    """
    A housekeeping request: what is asked for, in which words, and the conversation that it is about.

    `keys` are those of the JSON object that is asked for; empty when the request shows none.
    """

    kind: Kind
    instruction: str
    conversation: tuple[Line, ...]
    keys: tuple[str, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)


def recognise(system: str, conversation: Sequence[Line], schema: Mapping[str, Any] | None = None) -> Task | None:
    """
    The housekeeping that the messages ask for; None for a user's question.

    `system` is the text of the system messages; `conversation` ends with the user's last message. `schema` is the JSON
    schema that the answer must have.
    """
    last = conversation[-1].text
    if len(last) > LONGEST or len(system) > LONGEST:
        return None
    if FILL_IN.search(last):
        return Task("autocomplete", "", ())
    asked = _properties(schema)
    found = _in_message(last, conversation[:-1], asked)
    if found is None and system and not any(not line.by_user for line in conversation):
        found = _in_system(system, last, asked)
    return found if found is None or not schema else Task(found.kind, found.instruction, found.conversation, (), schema)


def _in_message(text: str, earlier: Sequence[Line], asked: Sequence[str]) -> Task | None:
    transcript = find_transcript(text)
    around = PASTED.sub(" ", transcript.around if transcript else text)
    keys = (*asked, *_template_keys(around))
    by_key, (by_order, where) = _kind_of(keys), _ordered(around)
    instruction = around
    if transcript and by_order is None and transcript.tail:
        by_order, where = _ordered(transcript.tail)
        instruction = f"{around}\n{transcript.tail}" if by_order else around
    kind: Kind | None = "queries" if REPHRASED.search(text) and FOLLOW_UP.search(text) else by_key or by_order
    is_form_alone = bool(earlier) and OUTPUT_FORM.search(where) is not None
    about = OF_CONVERSATION.search(where or around) or (is_form_alone and OF_CONVERSATION.search(around))
    form = OUTPUT_FORM.search(instruction)
    lines = transcript.lines if transcript else ()
    if kind is None or (kind == "autocomplete" and "<text>" not in around):
        return None
    if transcript is not None:
        sure = kind == "queries" or by_key is not None or by_order is not None
    elif by_order in (None, "memory") or not about:
        sure = False
    elif by_order == "summary":
        sure = bool(earlier) and form is not None
    else:
        labelled = MESSAGE_LABEL.search(around) is not None
        sure = by_key == by_order or form is not None or labelled or (bool(earlier) and len(text.split()) <= 30)
        lines = tuple(earlier) or (Line(True, _payload(text)),)
    if kind == "queries" and (beside := list(FOLLOW_UP.finditer(text))):
        lines = (*lines, Line(True, (beside[-1]["tagged"] or beside[-1]["labelled"]).strip()))
    return Task(kind, instruction, lines, _template_keys(instruction)) if sure else None


def _in_system(system: str, message: str, asked: Sequence[str]) -> Task | None:
    head = PASTED.sub(" ", system[:OPENING])
    keys = (*asked, *_template_keys(head))
    role = ROLE.search(head[:400])
    kind = _first_noun(role["rest"] or role["rest_zh"] or "") if role else None
    if kind in (None, "emoji"):
        kind = _ordered(head[:400])[0] or kind
    if "tool_calls" in keys and _ordered(head)[0] in ("tool_choice", None):
        kind = "tool_choice"
    transcript = find_transcript(message)
    if kind not in BY_SYSTEM or not (OUTPUT_FORM.search(head) or _kind_of(keys) == kind):
        return None
    if transcript is None and not OF_CONVERSATION.search(head) and kind != "tool_choice":
        return None
    lines = transcript.lines if transcript else (Line(True, message),)
    return Task(kind, system, lines, _template_keys(head))


def _ordered(text: str) -> tuple[Kind | None, str]:
    """What the first order of a text that names one of the `FORMS` asks for, and the order."""
    if len(text) > OPENING + REST:
        text = f"{text[:OPENING]}\n{text[-REST:]}"
    for order in ORDER.finditer(text):
        rest = order["rest"] or order["rest_zh"] or ""
        if kind := _first_noun(rest):
            return kind, order[0]
    return None, ""


def _first_noun(text: str) -> Kind | None:
    end = match.start() if (match := SUBORDINATE.search(text)) else len(text)
    found = [(match.start(), form.kind) for form in FORMS if (match := form.noun.search(text, 0, end))]
    named = [one for one in found if one[1] != "summary"] or found
    if named and min(named)[1] == "emoji" and min(found)[1] == "summary":
        return "title"  # a few words that an emoji begins
    return min(named)[1] if named else None


def _kind_of(keys: Iterable[str]) -> Kind | None:
    given = {key.casefold() for key in keys}
    return next((form.kind for form in FORMS if given.intersection(form.keys)), None)


def _template_keys(text: str) -> tuple[str, ...]:
    """The keys of JSON objects that a text shows, each once."""
    return tuple(dict.fromkeys(TEMPLATE_KEY.findall(text[: OPENING + REST])))


def _properties(schema: Mapping[str, Any] | None) -> tuple[str, ...]:
    properties = (schema or {}).get("properties")
    return tuple(map(str, properties)) if isinstance(properties, Mapping) else ()


def _payload(text: str) -> str:
    """What a message without a transcript is about: behind a label, in quotes, or its last paragraph or line."""
    labels = list(MESSAGE_LABEL.finditer(text))
    labelled = text[labels[-1].end() :].strip().split("\n\n")[0] if labels else ""
    quoted = re.search(r"[\"“]([^\"”]{3,})[\"”]", text)
    inline = re.search(r":[ \t]+([^\n]+)", text)
    paragraph = text.strip().rpartition("\n\n")[2] if "\n\n" in text.strip() else text.strip().rpartition("\n")[2]
    found = (labelled, quoted[1] if quoted else "", paragraph, inline[1] if inline else "")
    return next((one.strip("\"'` \n") for one in found if one and not OUTPUT_FORM.search(one)), "")
