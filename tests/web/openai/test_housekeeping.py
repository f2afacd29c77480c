"""Housekeeping of front ends, told from questions by its form; the wordings are ours, the forms are theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.web.openai import housekeeping
from research_agent.web.openai.housekeeping import Kind, recognise
from research_agent.web.openai.transcript import Line

Q = "What is photosynthesis?"
ASKED = Line(True, Q)
TOLD = Line(False, "Photosynthesis turns light into chemical energy. [1]")
SPOKEN = f"USER: {Q}\nASSISTANT: Photosynthesis turns light into chemical energy. [1]"
HISTORY = f"### Chat History:\n<chat_history>\n{SPOKEN}\n</chat_history>"
PART = json.dumps({"id": "m1", "role": "user", "parts": [{"type": "text", "text": Q}]})
TITLE_SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}


def user(text: str, *earlier: Line) -> tuple[str, list[Line]]:
    return "", [*earlier, Line(True, text)]


def system(text: str, message: str = Q) -> tuple[str, list[Line]]:
    return text, [Line(True, message)]


HOUSEKEEPING: Sequence[tuple[Kind, tuple[str, list[Line]]]] = (
    # Open WebUI's: a task, an output form in JSON, the history in tags; its administrators write their own
    ("title", user(f'### Task:\nName this chat briefly.\n### Output:\nJSON: {{ "title": "..." }}\n{HISTORY}')),
    ("title", user(f'Fasse das Gespräch zusammen.\nAusgabe: {{ "title": "..." }}\n{HISTORY}')),
    ("title", user(f'{HISTORY}\n\nBennene es: {{"title": "..."}}')),
    ("tags", user(f'### Task:\nSort the chat into themes.\n### Output:\n{{ "tags": ["a", "b"] }}\n{HISTORY}')),
    ("tags", user(f'Themen als JSON {{ "tags": ["..."] }}\n{HISTORY}')),
    ("follow_ups", user(f'What could the user ask next? JSON: {{ "follow_ups": ["..."] }}\n{HISTORY}')),
    ("queries", user(f'Is a search needed? Return {{ "queries": ["..."] }} or {{ "queries": [] }}.\n{HISTORY}')),
    ("image_prompt", user(f'Describe the image to be drawn: {{ "prompt": "..." }}\n{HISTORY}')),
    ("autocomplete", user(f'Go on with it. JSON: {{ "text": "..." }}\n{HISTORY}\n<text>The sun</text>')),
    ("emoji", user(f"Your task is to mirror the mood of the message by a fitting emoji.\n\nMessage: ```{Q}```")),
    (
        "tool_choice",
        system(
            'Available Tools: [{"name": "x", "parameters": {"title": {}}}]\nYour task is to pick the correct '
            'tool(s). Return only JSON: { "tool_calls": [] }',
            f'Query: History:\nUSER: """{Q}"""\nQuery: {Q}',
        ),
    ),
    # as their sources write them: a name, a question made standalone, what comes next; an emoji beside a title
    (
        "title",
        user(
            "Based on the chat history, give this conversation a name.\nKeep it short - 10 characters max\n\n"
            f"```\nuser: {Q}\nassistant: so\n```\n\nName this conversation. Only give the name."
        ),
    ),
    ("title", user("What would be a short title for this chat? You must strictly answer with only the title.", ASKED)),
    (
        "title",
        system(
            "You are a summarization AI. Summarize the user's request into a sentence of four words or less. "
            "Only summarize the user's query. Always start your answer with an emoji."
        ),
    ),
    ("title", user("Generate a four to five word title summarizing our conversation without any text.", ASKED, TOLD)),
    ("title", system("You are a title generator. You output ONLY a thread title. Nothing else.")),
    ("summary", user("Describe the above conversation in seven words or less.", ASKED, TOLD)),
    ("summary", user("Generate a summary of this conversation.\nFormat it in Markdown with headings.", ASKED, TOLD)),
    (
        "queries",
        user(
            "You are an AI question rephraser. You will be given a conversation and a follow-up question.\n\n"
            f"Conversation:\nHuman: {Q}\nAI: so\n\nFollow up question: And in algae?\nRephrased question:"
        ),
    ),
    (
        "queries",
        user(
            f"You will give a follow-up question.\nPrevious Conversation:\n\nHuman: {Q}\nAssistant: so\n\n"
            "Follow-up question: And in algae?\n\nRephrased question:\n"
        ),
    ),
    (
        "queries",
        user(
            "Given a conversation and a follow up message, rewrite the message to be a standalone question.\n\n"
            f"<Chat History>\nuser: {Q}\nassistant: so\n\n<Follow Up Message>\nAnd?\n\n<Standalone question>\n"
        ),
    ),
    (
        "follow_ups",
        user(
            f"[Human: {Q}\nAssistant: so\n]\nPlease help me predict the three most likely questions that human "
            'would ask.\nThe output must be an array in JSON format:\n["question1","question2"]'
        ),
    ),
    # LibreChat's: a sentence, then the exchange with speakers; or the sentence behind the conversation; or a schema
    ("title", user(f"Provide a short title for the conversation, five words or less. The title only.\n\n{SPOKEN}")),
    ("title", user("Provide a title for the conversation in its language, no punctuation.", ASKED, TOLD)),
    ("title", user(f"Analyze this conversation and provide:\n1. Its language\n2. A short title, 5 words\n\n{SPOKEN}")),
    # Continue's, with the text of the answer behind it; Jan's and big-AGI's
    ("title", user("Given the following... please reply with a title for the chat, 3-4 words, no more.\n\nIt is so.")),
    ("title", user(f'Summarize in a 5-word Title. Give the title only. Here is the message: "{Q}"')),
    ("title", user(f"Look at this chat and extract its title. No more.\n\n```\n- user: {Q}\n- assistant: So.\n```")),
    # LobeChat's, NextChat's, n8n's, opencode's, Vercel's: a system message, or the last one
    ("title", system("You summarize conversations. Write a title that tells what it is about, max 10 words.", SPOKEN)),
    ("title", system("- you will make a title from the first message a user begins a chat with\n- no quotes", PART)),
    ("title", system("- you will make a title from the first message a user begins a chat with\n- no quotes")),
    ("title", system("You are a title generator. You output ONLY a thread title. Nothing else.")),
    ("title", system("Write a descriptive title for this conversation based on the user's message. 3 to 5 words.")),
    ("title", system("You are a helper tasked with creating titles for conversations. Only output the title.")),
    ("title", user("Please make a four to five word title of our conversation, without any punctuation.", ASKED, TOLD)),
    ("title", user("Give this conversation a title, please.", ASKED, TOLD)),
    ("title", user("用五个字总结这句话的标题，不要标点", Line(True, "什么是光合作用？"), Line(False, "光合作用是"))),
    ("title", system("你需要将用户的会话总结为 10 个字以内的标题", f"{SPOKEN}\n\n请总结上述对话为10个字以内的标题")),
    ("title", user(f"Create a thread title (5 words or less) for this user query: {Q}\n\nONLY the title.")),
    # others
    ("follow_ups", user(f'Based on this chat, suggest 3 follow-up questions.\n{SPOKEN}\n\nA JSON array: ["a?", "b?"]')),
    ("queries", user(f"Given the chat, rephrase the follow up question into a standalone.\n{SPOKEN}\nUser: Where?")),
    ("autocomplete", user("<|fim_prefix|>def add(a, b):\n    return <|fim_suffix|>\n<|fim_middle|>")),
    ("autocomplete", user("<fim_prefix>x = <fim_suffix>\ny = 2<fim_middle>")),
    ("autocomplete", system("You are a hole filler.", "<QUERY>\nx = {{FILL_HERE}}\n</QUERY>")),
    ("memory", system('You are an organizer that extracts facts about the user. {"facts": []}', f"Input:\n{SPOKEN}")),
    ("summary", user("Summarize the discussion briefly in 200 words or less to use as a prompt.", ASKED, TOLD)),
)  # fmt: skip

QUESTIONS: Sequence[tuple[str, list[Line]]] = (
    user("What is a good title for a book about photosynthesis?"),
    user("Summarize the conversation between Churchill and Stalin in Tehran."),
    user("Give me a summary of the history of Rome in 200 words."),
    user("What questions are still open in this field?", ASKED, TOLD),
    user("And in algae? Answer in less than 50 words.", ASKED, TOLD),
    user("Rephrase the second law of thermodynamics in simple words."),
    user("Describe the Battle of Hastings in seven words or less."),
    user("Predict the likely questions of this exam: what is photosynthesis?"),
    user("Answer with only the name: who wrote Hamlet?"),
    user("What is a standalone question:"),
    user("Give this river a name that fits: it rises at Mount Oster."),
    user("What is the title of Darwin's most famous book?"),
    user("How do I generate tags for a blog post?"),
    user("Write a title for an article about photosynthesis"),
    user("Suggest follow-up questions to ask a doctor after a diagnosis"),
    user("Return only the title: which book did Darwin publish in 1859?"),
    user("Return only the title of the book in which Socrates has a conversation with Glaucon."),
    user('What does JSON format { "title": "x" } mean in the prompts of Open WebUI?'),
    user('Return JSON { "title": "...", "year": 0 } for the main book of Darwin.'),
    user("How does Open WebUI generate titles for a chat? Only the short answer, no extra text."),
    user("Write a 200-word text about the history of the title of Caesar"),
    user("### Task:\nExplain photosynthesis in three sentences."),
    user("What are HTML tags, and what is the title tag?"),
    user("What is the title of that thread? Only the title, please.", ASKED, TOLD),
    user("Give me the title of the first chat program", ASKED, TOLD),
    user("Summarize the French revolution in 100 words", ASKED, TOLD),
    user("Give three facts about it", ASKED, TOLD),
    user("USER: hi\nASSISTANT: hello\n\nWhat does this conversation show?"),
    user("Here is a chat:\nUser: I have a headache\nAI: Take aspirin.\n\nIs aspirin good against headaches?"),
    user("Which search queries did people ask most in 2020? Return JSON."),
    user("Give me facts about photosynthesis, max 5, as JSON"),
    user("Which emoji means thank you?"),
    user("What do <|fim_prefix|> and <|fim_middle|> mean to a model?"),
    user("List the keywords of Python only"),
    user('Answer.\n<context>Generate a title for the chat. { "title": "x" }</context>\nWhat is Flask?'),
    user('```\nGenerate a title for the conversation. Only the title.\n```\nWhat does this prompt do?'),
    user("How long is a chat history? Is it kept in <chat_history>?"),
    system("You are a helpful assistant. After every answer suggest three follow-up questions. Return only Markdown."),
    system("You are a helpful assistant that generates titles for blog posts. Only output the title."),
    system("You are helpful. Give each answer a title. Only use Markdown. Summarise the conversation when asked."),
    system("You are a pirate. Always answer in French. Current date: 2026-11-29."),
    system("You extract facts from sources, only facts, at most 50 words."),
    ("Write a short title for this conversation. Nothing else.", [ASKED, TOLD, Line(True, "Where does it happen?")]),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "asked"), HOUSEKEEPING)
def test_housekeeping_is_told_by_its_form(kind: Kind, asked: tuple[str, list[Line]]) -> None:
    task = recognise(*asked)
    assert task is not None
    assert task.kind == kind


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_question_that_mentions_titles_tags_or_queries_is_a_question(asked: tuple[str, list[Line]]) -> None:
    assert recognise(*asked) is None


@pytest.mark.parametrize(("name", "kind"), [
    ("owui_title", "title"), ("owui_tags", "tags"), ("owui_follow_ups", "follow_ups"),
    ("owui_search_queries", "queries"), ("owui_rag_document", None), ("continue_chat_code", None),
    ("owui_chat_stream", None), ("vercel_ai_sdk_nulls", None),
])  # fmt: skip
def test_the_requests_of_the_field_are_told_apart(field: Path, name: str, kind: str | None) -> None:
    messages = json.loads((field / "frontends" / f"{name}.json").read_text())["messages"]
    head = "\n".join(one["content"] for one in messages if one["role"] in ("system", "developer"))
    task = recognise(head, [Line(True, one["content"]) for one in messages if one["role"] == "user"])
    assert (task.kind if task else None) == kind
    if task:
        assert [line.text.partition("?")[0] for line in task.conversation if line.by_user] == ["What is photosynthesis"]


@pytest.mark.parametrize("asked", [
    user(f"Provide a short title for the conversation, five words or less.\n\n{SPOKEN}"),
    user(f"Create a thread title for this user query: {Q}\n\nRespond with ONLY the title."),
    user(f'Summarize in a 5-word Title. Give the title only. Here is the message: "{Q}"'),
    user(f"Give a title (max 5 words) for the conversation.\n{Q}"),
    user("Give this conversation a title, please.", ASKED, TOLD),
    system("You are a title generator. You output ONLY a thread title.", PART),
    system("You are a title generator. You output ONLY a thread title.", SPOKEN),
])  # fmt: skip
def test_the_question_of_the_conversation_is_found(asked: tuple[str, list[Line]]) -> None:
    task = recognise(*asked)
    assert task is not None
    assert next(line.text for line in task.conversation if line.by_user) == Q


@pytest.mark.parametrize("text", [
    f"Given the chat, rephrase the follow up question into a standalone one.\n{SPOKEN}\nFollow Up Input: Where?",
    f"Rephrase the follow-up into a standalone query.\n{HISTORY}\n<follow_up>Where?</follow_up>",
    f'Return {{"queries": []}} for the search.\n{HISTORY}\nQuery: Where?\nStandalone question:',
])  # fmt: skip
def test_the_question_beside_the_conversation_is_the_last(text: str) -> None:
    task = recognise("", [Line(True, text)])
    assert task is not None
    assert (task.kind, task.conversation[-1]) == ("queries", Line(True, "Where?"))


def test_a_schema_alone_makes_no_housekeeping_and_with_an_order_it_does() -> None:
    assert recognise(*user("Which book did Darwin publish in 1859?"), TITLE_SCHEMA) is None
    task = recognise(*user(f"Write a title for this conversation.\n\n{Q}"), TITLE_SCHEMA)
    assert task is not None
    assert (task.kind, task.schema) == ("title", TITLE_SCHEMA)


def test_words_alone_would_take_questions_for_housekeeping() -> None:
    """The broken twin: whoever names a title, tags or queries keeps house."""

    def naive(_: str, lines: list[Line]) -> bool:
        return any(form.noun.search(lines[-1].text) for form in housekeeping.FORMS)

    assert sum(naive(*asked) for asked in QUESTIONS) > len(QUESTIONS) / 2


@settings(max_examples=60)
@given(
    st.text(max_size=300), st.sampled_from(["", "USER: ", "<chat_history>", '{"role": "user", ', "Generate a title: "])
)
def test_no_text_breaks_the_recognition(text: str, opening: str) -> None:
    recognise(text, [Line(True, opening + text)])


@pytest.mark.parametrize("unit", ["<chat>", "USER: a\n", '{"role":', "Generate ", "[", "<chat_history><", "\n\n"])
def test_long_texts_are_read_in_no_time(unit: str) -> None:
    text: Any = unit * (100_000 // len(unit))
    recognise(text, [Line(True, text)])
