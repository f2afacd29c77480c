"""Suggestions for an answer, made by a large chat model while it is idle; a new question ends them."""

from __future__ import annotations

import logging

from research_agent import llm, prompts
from research_agent.errors import ChatError
from research_agent.pipeline.answered_questions import answered_questions, questions_in
from research_agent.runtime import Runtime
from research_agent.stages.follow_up import MOST
from research_agent.types import Answer

__all__ = ["can_suggest", "suggest"]

log = logging.getLogger(__name__)
TOKENS = 120
SECONDS = 20.0
DOCUMENTS = 3


def can_suggest(runtime: Runtime, answer: Answer) -> bool:
    """
    Whether there is a model that is large enough, and an answer to go on from. The embedded one is not asked.

    Nor is another one than that of the answer: who asked offline, or a model of this machine, shows no other the texts.
    """
    if runtime.settings.serve.suggest == "off":
        return False
    answered = answer.status in ("complete", "partial", "offline") and bool(answer.citations)
    chat = runtime.chat
    if not answered or runtime.rerank is None or chat is None:
        return False
    return llm.is_large(chat) and llm.chat_id(chat) == answer.model


async def suggest(runtime: Runtime, answer: Answer) -> tuple[str, ...]:
    """
    At most three questions to go on with: the model's, then those that are there by rules.

    One of the model's is kept only when the reader finds that the documents of the answer answer it.
    """
    chat, rerank = runtime.chat, runtime.rerank
    if chat is None or rerank is None:
        return answer.follow_ups
    cited = {one.document for one in answer.citations}
    documents = [one for one in answer.documents if one.id in cited][:DOCUMENTS]
    prompt = prompts.suggestions(answer.question, [(one.title, one.text) for one in documents])
    try:
        reply = await llm.ask(chat, prompt, max_tokens=TOKENS, timeout=SECONDS)
    except ChatError as error:
        log.info("no suggestions", exc_info=error)
        return answer.follow_ups
    found = await answered_questions(
        [*questions_in(reply)],
        documents,
        rerank,
        asked=answer.question,
        said=[one.quote for one in answer.citations],
        embed=runtime.tools.embed,
    )
    return tuple(dict.fromkeys([*found, *answer.follow_ups]))[:MOST]
