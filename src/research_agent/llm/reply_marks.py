"""
Marks in a model's reply that are no part of its answer: tags of thoughts and tool calls, tokens of chat templates.

Every model family has its own; this is the one place that lists their forms. `ReasoningFilter` acts on them.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

__all__ = ["CUT_TOKEN", "FIELD_MARKS", "HOLD", "MARK", "REFUSAL", "THOUGHT", "TOOL", "Kind", "Mark", "classify"]

# Noncharacters by which our clients hand on what came beside the text of a reply, in fields of their own.
THOUGHT, TOOL, REFUSAL = "\ufdd0", "\ufdd1", "\ufdd2"
FIELD_MARKS = re.compile(f"[{THOUGHT}{TOOL}{REFUSAL}]")

THINKING = (
    r"(?:\w{1,20}[:_-])?(?:think|thinking|thoughts?|reason|reasoning|reflection|scratchpad|cot|monologue)(?:[_-]\w{1,20})?"
    "|思考|思考过程|思维|推理|推論|생각|추론|мысли|размышления|рассуждение|تفكير"
    "|pensée|pensamiento|pensamento|razonamiento|raisonnement|gedanken|überlegung|pensiero|ragionamento"
)
ANSWERING = r"(?:final_)?answer|final|response|solution"
CALLING = r"tool_calls?|tool_use|tool_code|function_calls?|invoke"
KNOWN = rf"(?:{THINKING}|{ANSWERING}|{CALLING}|details)"
PIPE = "[|\uff5c]"
BODY = r"/?[^\W\d][\w\u2581 .:/=-]{0,60}"  # of a token; DeepSeek writes its spaces as U+2581
TIGHT = r"/?[^\W\d][\w\u2581.:-]{0,40}"
NAME = r"[^\W\d][\w:.-]{0,40}"
ATTRIBUTES = r"[\s=/][^<>\n]{0,160}"

MARK = re.compile(
    rf"(?P<system><</?SYS>>)|<0x[0-9A-F]{{2}}>|</?co: ?[\d,]{{1,12}}>|\[e~\[|\]~!?b[\]\[](?:ai(?:\n|\Z))?"
    rf"|<(?P<off>/?){PIPE}DSML{PIPE}(?P<dsml>\w{{1,40}})[^<>\n]{{0,160}}>"
    rf"|[<\[](?:(?P<left>{PIPE})(?P<token>{BODY}){PIPE}?|(?P<closing>{TIGHT}){PIPE})[>\]]"
    rf"|(?<!`)<(?P<slash>/?)(?:function(?P<call>=)[^<>\n]{{1,160}}|(?P<known>{KNOWN})(?P<attributes>{ATTRIBUTES})?|(?P<name>{NAME}))>"
    r"|(?<!`)(?P<bracket>[\[◁〈【＜])(?P<over>/?)(?P<word>\w{1,40})[\]▷〉】＞]",
    re.IGNORECASE,
)
HOLD = re.compile(
    rf"(?:[<\[](?:/?|{PIPE}(?:/|{BODY})?{PIPE}?|{TIGHT}{PIPE}?)|<</?S?Y?S?>?|<0(?:x[0-9A-F]{{0,2}})?"
    rf"|</?(?:function=[^<>\n]{{0,160}}|{KNOWN}{ATTRIBUTES}|{NAME})|[\[◁〈【＜]/?\w{{0,40}}"
    rf"|</?co: ?[\d,]{{0,12}}|\[e~\[?|(?:(?<=\s)|\A)\](?:~(?:!?(?:b(?:[\]\[](?:ai?)?)?)?)?)?"
    rf"|</?{PIPE}(?:D?S?M?L?|DSML{PIPE}[^<>\n]{{0,200}}))\Z",
    re.IGNORECASE,
)
"""The end of a text that may become a mark when it goes on: any beginning of what `MARK` matches."""

CUT_TOKEN = re.compile(rf"[<\[]{PIPE}[\w\u2581]*{PIPE}?\Z")
"""A template token that the end of the stream cut."""

_THINKING = re.compile(THINKING, re.IGNORECASE)
_ANSWERING = re.compile(ANSWERING, re.IGNORECASE)
_CALLING = re.compile(CALLING, re.IGNORECASE)
_TEMPLATE_TAG = re.compile(
    r"s|[be]os|pad|unk|mask|cls|sep|[se]op|unused\d+|reserved_\d+|extra_id_\d+|(?:start|end)_of_\w+", re.IGNORECASE
)
_TEMPLATE_WORD = re.compile(r"/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT|TOOL_CONTENT|ARGS|CALL_ID)|g?MASK")
_ROLE = re.compile(r"(?:im_)?(assistant|model|bot|user|system|tool|observation|developer|human)")
_HEADER = re.compile(
    r"start|begin|im_start|header_start|start_header_id|start_of_role|turn|im_(?:assistant|user|system)"
)
_HEADER_END = re.compile(r"message|header_end|end_header_id|end_of_role|im_middle|content")
_MESSAGE_END = re.compile(
    r"(?:im_)?end|eo[a-z]{1,2}(?:_\w+)?|end_?of_?(?:text|turn|sentence|message|utterance)|return|call|turn"
)


class Kind(Enum):
    """What a mark does."""

    TEXT = auto()  # none of ours: it stays
    OPEN = auto()
    CLOSE = auto()
    ODD_OPEN = auto()  # a tag in letters of another script: thoughts, if an answer comes after its end
    ODD_CLOSE = auto()
    ANSWER = auto()  # what comes now is the answer, whatever was before
    TOOL_OPEN = auto()
    TOOL_CLOSE = auto()
    HEADER = auto()  # a role follows
    CHANNEL = auto()  # the name of a channel follows
    HEADER_END = auto()
    ROLE = auto()  # names the role itself
    MESSAGE_END = auto()
    NOTHING = auto()  # is taken out


class Mark(NamedTuple):
    """What a mark does, and its name in lower case."""

    kind: Kind
    name: str = ""


def classify(match: re.Match[str]) -> Mark:
    """The meaning of a match of `MARK`."""
    if token := match["token"] or match["closing"]:
        name = token.casefold().replace("\u2581", "_").strip().replace(" ", "_")
        return Mark(_token(name, one_sided=not match["left"], slash=name.startswith("/")), name.lstrip("/"))
    if name := match["word"]:
        return Mark(_word(match["bracket"], name, closes=bool(match["over"])), name.casefold())
    if name := match["dsml"]:
        if name != "function_calls" or not match["off"]:
            return Mark(Kind.TOOL_OPEN if name in ("function_calls", "invoke") and not match["off"] else Kind.NOTHING)
        return Mark(Kind.TOOL_CLOSE)
    if match["call"]:
        return Mark(Kind.TOOL_OPEN)
    name = (match["known"] or match["name"] or "").casefold()
    if not name:
        return Mark(Kind.NOTHING)
    return Mark(_tag(name, match["attributes"] or "", closes=bool(match["slash"])), name)


def _token(name: str, *, one_sided: bool, slash: bool) -> Kind:
    closes = one_sided or slash or bool(re.search(r"(?:^|_)(?:end|stop|close)(?:_|$)", name))
    kind = Kind.NOTHING
    if name == "channel":
        kind = Kind.CLOSE if one_sided else Kind.CHANNEL
    elif re.search("think|thought|reason", name):
        kind = Kind.NOTHING if "no" in name.split("_") else Kind.CLOSE if closes else Kind.OPEN
    elif re.search("tool|function|python_tag|invoke|(?:^|_)action(?:_|$)", name) and not _ROLE.fullmatch(name):
        kind = Kind.TOOL_CLOSE if closes else Kind.TOOL_OPEN
    elif re.search("response|answer|solution", name):
        kind = Kind.NOTHING if closes else Kind.ANSWER
    elif _HEADER_END.fullmatch(name):
        kind = Kind.HEADER_END
    elif _HEADER.fullmatch(name) and not closes:
        kind = Kind.HEADER
    elif _ROLE.fullmatch(name):
        kind = Kind.ROLE
    elif _MESSAGE_END.fullmatch(name):
        kind = Kind.MESSAGE_END
    return kind


def _tag(name: str, attributes: str, *, closes: bool) -> Kind:
    kind = Kind.TEXT
    if name == "details":
        kind = Kind.CLOSE if closes else Kind.OPEN if "reasoning" in attributes else Kind.TEXT
    elif attributes.endswith("/"):
        kind = Kind.NOTHING
    elif _THINKING.fullmatch(name) or name in {"unused94", "unused95"}:  # the last two are a pair, of MedGemma
        kind = Kind.CLOSE if closes or name == "unused95" else Kind.OPEN
    elif _ANSWERING.fullmatch(name):
        kind = Kind.NOTHING if closes else Kind.ANSWER
    elif _CALLING.fullmatch(name) or (name == "function" and closes):
        kind = Kind.TOOL_CLOSE if closes else Kind.TOOL_OPEN
    elif name == "start_of_turn":
        kind = Kind.HEADER
    elif name in ("end_of_turn", "eoa", "eoh") or (name == "s" and closes):
        kind = Kind.MESSAGE_END
    elif _TEMPLATE_TAG.fullmatch(name):
        kind = Kind.NOTHING
    elif not name.isascii():
        kind = Kind.ODD_CLOSE if closes else Kind.ODD_OPEN
    return kind


def _word(bracket: str, name: str, *, closes: bool) -> Kind:
    """In square brackets only capitals are a mark, but for [think]: editors of quotes put [thought] into them."""
    square = bracket == "["
    if _THINKING.fullmatch(name) and (not square or name.isupper() or name.casefold() == "think"):
        return Kind.CLOSE if closes else Kind.OPEN
    if square and name == "TOOL_CALLS":
        return Kind.TOOL_CLOSE if closes else Kind.TOOL_OPEN
    return Kind.NOTHING if square and _TEMPLATE_WORD.fullmatch(name) else Kind.TEXT
