"""Lines about an answer: how it came about, what is missing, what to know before relying on it."""

from __future__ import annotations

from research_agent.messages import Message

# Nothing to show.
NO_ANSWER = Message(
    "I found no answer. Searched: {sources}. I don't answer from the model's memory. Try rephrasing, or add a source."
)
NOTHING_SEARCHED = Message(
    "I found no answer: none of the sources could be searched. I don't answer from the model's memory."
)

NOT_SAID = Message("The sources do not say: {question}")
RELATED = Message("Related:")

# Sources.
SOME_ANSWERED = Message("{answered} of {asked} sources answered; {failures}")
NO_NETWORK = Message("No network: none of the {n} online sources could be reached. Check your connection.")
CACHED = Message("cached, {age} old")
CACHED_NOW = Message("cached just now")
CHOSEN_BY_YOU = Message("chosen by you")
QUESTION_ABOUT = Message("question about {kinds}")
HOLDS_AN_ADDRESS = Message("the question contains an address")
NOT_IN_TEXTS = Message("The cited texts do not mention: {words}.")
OTHER_LANGUAGE = Message(
    "The cited texts are in another language than the question; whether they answer it was not checked."
)
MOSTLY_ENGLISH = Message(
    "What is stored on this computer is mostly in English. Ask in English, or connect to the network for sources in "
    "your language."
)
BRING_LEADS = Message("`research-agent setup --lang {lang}` downloads Wikipedia leads in your language.")
SEARCHED_TOO = Message("Also searched for {words}.")
WEB_SEARCH_BEGINS = Message(
    "General questions are now searched on the web too: only the search terms are sent, to {engines}. "
    "To turn this off, set RESEARCH_AGENT_WEB_SEARCH=off."
)

# The model's draft.
DRAFT_NOT_VERIFIED = Message("The draft could not be verified; these are passages from the sources.")
DRAFT_OFF_THE_QUESTION = Message("The draft did not answer the question; a sentence from a source comes first.")
DRAFT_TOO_SHORT = Message("The draft was short; passages from the sources complete it.")
DRAFT_REPEATED_ORDERS = Message("Left out of the draft, as it repeated a page's instructions or earlier turns: {text}.")
EXTRACTS_INSTEAD = Message("{problem} Showing extracts instead. {hint}")
PASSAGES_LEFT_OUT = Message("{dropped} of {passages} passages did not fit the model's context of {tokens} tokens.")
REWRITTEN = Message("{n} sentences were rewritten from their sources.", one="1 sentence was rewritten from its source.")
TAKEN_OUT = Message(
    "{n} of {sentences} sentences of the draft were removed: no source supports them.",
    one="1 of {sentences} sentences of the draft was removed: no source supports it.",
)
STRUCK_THROUGH = Message(
    "{n} of {sentences} sentences of the draft are struck through: no source supports them.",
    one="1 of {sentences} sentences of the draft is struck through: no source supports it.",
)
TAKEN_OUT_WITH_OTHERS = Message(
    "{n} of {sentences} sentences of the draft were removed: no source supports them, or what they refer to.",
    one="1 of {sentences} sentences of the draft was removed: no source supports it, or what it refers to.",
)
STRUCK_THROUGH_WITH_OTHERS = Message(
    "{n} of {sentences} sentences of the draft are struck through: no source supports them, or what they refer to.",
    one="1 of {sentences} sentences of the draft is struck through: no source supports it, or what it refers to.",
)

# What sources say of it.
SOURCES_DISAGREE = Message("Sources disagree: {ours}{mark}, but {place} says {theirs}")
SEVERAL_DISAGREE = Message("Sources disagree: {ours}{mark}, but {n} documents say {theirs}, such as {place}")
COPIES_DISAGREE = Message(
    "Sources disagree: {ours}{mark}, but {n} documents say {theirs}, such as {place}; "
    "copies counted once, {independent} of them"
)
SAYS_OTHERWISE = Message('A source says otherwise: "{quote}" - {place}')
COMPUTED = Message("Computed from the cited figures: {values}; {program}. `verify` runs it again.")
NOTHING_OF_PERIOD = Message("Nothing I found dates from {period}.")
NEWEST_IS_OLDER = Message("Nothing I found dates from {period}; the newest source is from {day}.")
NONE_IS_DATED = Message("Nothing I found dates from {period}; none of the sources is dated.")

# Restrictions.
UNDATED_LEFT_OUT = Message("{n} pages without a date were left out.", one="1 page without a date was left out.")
OTHERS_LEFT_OUT = Message(
    "{n} texts of other sites or days were left out.", one="1 text of other sites or days was left out."
)
LEFT_OUT = Message("{n} texts were left out.", one="1 text was left out.")
FOR_EVERY_QUESTION = Message("asked for every question")
OWN_DOCUMENTS = Message("your own documents")
LIKE_EXAMPLE = Message("its questions are like {example!r}")
ANALYSIS_TOO_SLOW = Message("the analysis took longer than {seconds:g} s and was stopped")
ANALYSIS_FAILED = Message("the analysis failed: {reason}")
NO_REPORT_PRINTED = Message("it printed something that is not a report.")
