"""
Direct form of a sentence that asks: without greeting and thanks, and what is asked instead of how it is asked for.

"Hi, I was wondering whether you could tell me what photosynthesis is, thanks!" -> "What is photosynthesis?". By form:
a frame is what stands before the question word or "about", has a verb of asking, and speaks of you and me.
"""

from __future__ import annotations

import re
import unicodedata

from research_agent.text.tokens import STOP_WORDS, content_words, words

__all__ = ["REQUEST", "direct", "is_courtesy", "without_courtesy"]

COURTESY = frozenset(
    """hi hello hey hiya dear greetings good morning afternoon evening day night thanks thank thankyou thx ty pls plz
    please kindly regards best kind cheers sincerely hope well fine okay ok great welcome sorry excuse bother bothering
    trouble advance lot much appreciated appreciate grateful help helping helpful assist sir madam everyone everybody
    guys folks team friend bot assistant chatgpt ai question questions quick going doing today time love nice meet
    wonderful day""".split()
)
"""Words of greeting, thanks and politeness: a sentence without any other content word asks nothing."""

GREETING = re.compile(
    r"\s*(?:(?:hi|hello|hey|hiya|dear|greetings|good (?:morning|afternoon|evening|day))\b(?:[ \t]+(?:there|all|again"
    r"|everyone|everybody|guys|folks|team|sir|madam|friend|bot|assistant|chatgpt|ai)\b)*"
    r"(?:[ \t]*(?:,|!|\.|-|–|—|:)+|(?=[ \t]))|(?:ok|okay|so|well|please|excuse me|sorry|thanks|thank you)\b[ \t]*,)\s*",
    re.IGNORECASE,
)
NAMED_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear)\b[ \t]+[^\s,.!?]+(?:[ \t]+[^\s,.!?]+)?[ \t]*[,!]\s*", re.IGNORECASE
)

LEAD_IN = re.compile(r"[^?.!:]{0,60}\b(?:questions?|query|topic)\b[^?.!:]{0,30}:\s+(?=\S)", re.IGNORECASE)
QUESTION_WORD = r"(?:what|who|whom|whose|which|where|when|why|how)(?:['’]?s|['’]re|ever)?"
VERB = (
    r"(?:tell(?:ing)?|explain(?:ing)?|describe|know|wonder(?:ing|ed)?|ask(?:ing|ed|s)?|understand|learn|curious|question|idea|sure|say"
    r"|figure|see|show|help|clarify|give|need|want|look(?:ing)?|find|search|remind|teach|interested|confused|information"
    r"|info|details|facts|read|writing|write|define|answer|about|forgot(?:ten)?|remember|hear|heard)"
)
YOU_AND_ME = r"(?:i|i['’]\w+|im|id|me|my|mine|you|your|we|us|our|anyone|anybody|someone|somebody)"
FRAMED = re.compile(
    rf"(?=[^?]*?\b{VERB}\b)(?=(?:\s*(?:please|kindly|just|so|and|but|also|then)\b,?)*\s*"
    rf"(?:(?:tell|explain|describe|show|help|let|say|give|find|ask|clarify|remind|teach|define|answer)\b"
    rf"|[^?]*?\b{YOU_AND_ME}\b))",
    re.IGNORECASE,
)
VERBS = re.compile(rf"\b{VERB}\b", re.IGNORECASE)
EMBEDDED = re.compile(rf"\b(?:{QUESTION_WORD}|whether|if)\b", re.IGNORECASE)
ABOUT = re.compile(
    r"\b(?:(?:(?:tell(?:ing)?|teach|inform|know|learn|hear|read|understand|talk|ask|wondering|curious)"
    r"(?:\s+(?:me|us|to me|more|a (?:bit|little)(?: more)?|something|everything|anything|all|some))*"
    r"\s+(?:about|regarding|concerning))"
    r"|(?:(?:information|info|details|facts|overview|summary|explanation|idea|questions?|interested)"
    r"\s+(?:about|on|of|regarding|concerning|in)))\s+",
    re.IGNORECASE,
)
TOLD_ABOUT = re.compile(r"\s*tell me about\b", re.IGNORECASE)
POLITE_REQUEST = re.compile(
    r"\s*(?:(?:please|kindly|and|also|then|so)\b,?\s+)*(?:(?:can|could|would|will|may|might)\s+(?:you|i|we|anyone|someone"
    r"|somebody)\s+|i(?:['’]d| would)?\s+(?:like|want|need|love)\s+(?:you\s+)?to\s+|i\s+want\s+)"
    r"(?:(?:please|kindly|maybe|perhaps|possibly|just|quickly|briefly|be so kind as to|help me(?: to)?)\s+)*",
    re.IGNORECASE,
)
REQUEST = re.compile(
    r"\s*(?:(?:please|kindly|now|and|also|then|so|just|\d{1,2}[.)])\s+)*(?:tell (?:me|us)|explain|describe|define"
    r"|compare|summari[sz]e|outline|list|name|discuss|give (?:me|us|an?)|show me|find|look up|search(?: for)?|teach me"
    r"|calculate|identify|state)\b",
    re.IGNORECASE,
)
UNDERSTAND = re.compile(r"^(?:to\s+)?understand\s+", re.IGNORECASE)
FOR_ME = re.compile(r"\s+(?:(?:to|for|with) (?:me|us)|please|pls|plz|thanks|thank you)\s*$", re.IGNORECASE)
AUXILIARY = (
    r"(?:is|are|was|were|can|could|will|would|should|may|might|must|has|have|had|does|do|did|isn['’]t|aren['’]t|wasn['’]t"
    r"|weren['’]t|can['’]t|couldn['’]t|won['’]t|doesn['’]t|don['’]t|didn['’]t)"
)
INDIRECT = re.compile(
    rf"(?P<ask>(?:{QUESTION_WORD}|whether|if)(?:\s+(?:long|far|old|big|tall|high|deep|large|fast|heavy|often|hot|cold|many"
    rf"|much|kind of|sort of|type of|year|country|city|person|people)\b)*)\s+(?P<subject>.+?)\s+(?P<verb>{AUXILIARY})"
    r"(?P<rest>(?:\s.*)?)$",
    re.IGNORECASE | re.DOTALL,
)
INDIRECT_ADVERB = re.compile(r"how (?:long|far|old|big|tall|high|deep|large|fast|heavy|often|hot|cold)", re.IGNORECASE)
HOW_MANY = re.compile(r"how (?:many|much)\b", re.IGNORECASE)
# "My daughter asked again and I always forget: which planet is red?": what the user tells of themselves at length, with
# no name or figure in it, before a question that needs none of it.
OF_THEMSELVES = re.compile(
    rf"(?!(?i:{QUESTION_WORD})\b)(?=[^?:;]*\b(?i:{YOU_AND_ME})\b)(?:\S?[^\sA-Z\d?:;]*|I(?:['’]\w+)?,?)"
    r"(?:\s+(?:[^\sA-Z\d?:;]+|I(?:['’]\w+)?,?)){7,}?(?::|;|\s[-–—])\s+(?:so,?\s+)?"
    rf"(?=(?i:{QUESTION_WORD})\s+\w)"
    r"(?!.*\b(?i:it|its|he|his|him|she|her|hers|they|them|their|this|that|these|those)\b)",
    re.DOTALL,
)
SIGNED = re.compile(r"\w[+#](?!\w)|(?<![\w.'’])[B-HJ-Z](?![\w.'’])")  # C++, F#, R
EMOTICON = re.compile(r"(?:\s+[:;]['’]?-?[()DPp]+)+\s*$")
FRAMES = 4  # that may stand in one another
ASKED_MOST = 4_000  # characters of a sentence that are looked at


def is_courtesy(text: str) -> bool:
    """Whether a sentence only greets, thanks or is polite: it has no content word of another kind, nor a "C++"."""
    return COURTESY.issuperset(content_words(text)) and SIGNED.search(text) is None


def _says(text: str) -> bool:
    return bool(content_words(text)) or SIGNED.search(text) is not None


def without_courtesy(sentence: str) -> str:
    """A sentence without greeting before it, thanks behind it, and symbols at its ends."""
    text = _without_symbols(sentence)
    if len(text) > ASKED_MOST:
        return text
    for _ in range(FRAMES):
        greeting = NAMED_GREETING.match(text) or GREETING.match(text) or LEAD_IN.match(text)
        greeting = greeting or OF_THEMSELVES.match(text)
        if greeting is None or not _says(text[greeting.end() :]):
            break
        text = text[greeting.end() :].lstrip()
    mark = "?" if text.rstrip().endswith("?") else ""
    for _ in range(FRAMES):
        head, comma, tail = text.rpartition(",")
        if not comma or not _says(head) or not _is_thanks(tail):
            break
        text = head.rstrip() + mark
    return text.strip()


def direct(sentence: str) -> tuple[str, bool]:
    """What a sentence asks, standing by itself, and whether it was asked for indirectly."""
    text = without_courtesy(sentence)
    if len(text) > ASKED_MOST:
        return text, False
    core, framed = text.rstrip(" ?!.…"), False
    for _ in range(FRAMES):
        inner = _without_frame(core)
        if inner is None:
            break
        core, framed = inner, True
    if not framed:
        return text, False
    asked = _inverted(_without_thanks(FOR_ME.sub("", core)).strip(" ,;:–-"))
    asked = _without_request(asked) or asked
    return f"{_capital(asked)}{'.' if REQUEST.match(asked) else '?'}", True


def _without_frame(core: str) -> str | None:
    """What is asked in a frame, None when there is none: "could you tell me what X is" -> "what X is"."""
    if re.match(rf"\s*{QUESTION_WORD}\b", core, re.IGNORECASE):
        return None
    for match in EMBEDDED.finditer(core):
        if not _says(core[match.end() :]):
            break
        if _is_frame(core[: match.start()], match[0]):
            return core[match.start() :]
    if TOLD_ABOUT.match(core):
        return None
    about = ABOUT.search(core)
    if about and FRAMED.match(core[: about.end()]) and _says(core[about.end() :]):
        return f"tell me about {core[about.end() :]}"
    return _without_request(core)


def _without_request(core: str) -> str | None:
    """What is requested: "could you explain X" -> "explain X"; None where you is anybody ("can you sell a gun")."""
    polite = POLITE_REQUEST.match(core)
    rest = UNDERSTAND.sub("explain ", core[polite.end() :]) if polite else ""
    return rest if REQUEST.match(rest) and _says(rest) else None


def _is_frame(text: str, question_word: str) -> bool:
    """Whether a question word behind this text begins what is asked, rather than a relative clause."""
    if not FRAMED.match(text):
        return False
    tail = content_words(VERBS.split(text)[-1])
    return not tail or (len(tail) == 1 and question_word.casefold() in ("what", "how", "why", "whether", "if"))


def _inverted(clause: str) -> str:
    """An indirect question as a direct one, else as a request: "what photosynthesis is" -> "what is photosynthesis"."""
    match = INDIRECT.fullmatch(clause)
    if match is None:
        if re.match(r"(?:how|why)\b", clause, re.IGNORECASE):
            return f"explain {clause}"
        return re.sub(r"^(?:whether|if)\s+", "", clause, flags=re.IGNORECASE)
    ask, subject, verb, rest = match["ask"], match["subject"], match["verb"], match["rest"]
    # "how long did it take" is direct, and in "how many islands Indonesia has" no form tells where the subject begins.
    if INDIRECT_ADVERB.fullmatch(f"{ask} {subject}") or HOW_MANY.match(ask):
        return clause
    if re.match(rf"{AUXILIARY}\b", subject, re.IGNORECASE):  # it was direct: "tell me: what is photosynthesis"
        return clause
    last = re.search(rf"\s({AUXILIARY})$", rest, re.IGNORECASE)
    if last:  # "what the river that was found is"
        subject, verb, rest = f"{subject} {verb}{rest[: last.start()]}", last[1], ""
    ask = "" if ask.casefold() in ("whether", "if") else f"{ask} "
    return f"{ask}{verb} {subject}{rest}"


def _without_thanks(text: str) -> str:
    head, comma, tail = text.rpartition(",")
    return head if comma and _says(head) and _is_thanks(tail) else text


def _is_thanks(text: str) -> bool:
    """Whether a clause is polite and nothing else: "thanks a lot", "please"."""
    said = words(text)
    return bool(said) and COURTESY.union(STOP_WORDS).issuperset(said) and not COURTESY.isdisjoint(said)


def _without_symbols(text: str) -> str:
    """Text without emoji and other symbols at its ends, unless nothing else is there."""
    start, end = 0, len(EMOTICON.sub("", text[-40:])) + max(0, len(text) - 40)
    while start < end and _is_symbol(text[start]):
        start += 1
    while end > start and _is_symbol(text[end - 1]):
        end -= 1
    return text[start:end] if _says(text[start:end]) else text.strip()


def _is_symbol(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("So", "Sk", "Mn", "Cf")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
