"""The question alone, whatever company it comes in; nothing of the company is in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SHARED
from research_agent.text.question import GivenText, interpret
from research_agent.text.tokens import words

FIELD = SHARED / "field"
needs_field = pytest.mark.skipif(not FIELD.is_dir(), reason="the shared data are not beside the project")
REPORT = (
    "On day 0 the team of Project Bluebird measured the flow at station 4. Why did it rise? Because of the rain. "
    "It rose again on day 9. The station was closed in June."
)
PHOTO = "What is photosynthesis?"


def from_field(name: str) -> str:
    """The last message of a request of a front end, or the question of that id."""
    file = FIELD / "frontends" / f"{name}.json"
    if file.is_file():
        body = json.loads(file.read_text("utf-8"))
        content = (body.get("messages") or body["input"])[-1]["content"]
        return str(content if isinstance(content, str) else content[0]["text"])
    rows = map(json.loads, (FIELD / "questions.jsonl").read_text("utf-8").splitlines())
    return next(str(row["question"]) for row in rows if row["id"] == name)


@needs_field
@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("C1", PHOTO),
        ("C2", PHOTO),
        ("C3", PHOTO),
        ("C4", "What is Python?"),
        ("C5", "What does E = mc² mean in special relativity?"),
        ("owui_rag_document", PHOTO),
        ("continue_chat_code", "What is Flask?"),
        ("cursor_responses_body", PHOTO),
        ("owui_chat_stream", PHOTO),
    ],
)
def test_the_questions_of_the_field(name: str, question: str) -> None:
    assert interpret(from_field(name)).question == question


@needs_field
def test_what_was_attached_in_the_field_is_given_and_code_is_not() -> None:
    attached = interpret(from_field("owui_rag_document"))
    assert [one.name for one in attached.given] == ["notes.pdf"]
    assert "301 kilometres" in attached.given[0].text
    assert "359 kilometres" in attached.given[0].text
    assert interpret(from_field("continue_chat_code")).given == ()
    assert interpret(from_field("C2")).given == (GivenText("My colleague wrote: the flow at station 4 was 7 litres."),)


POLITE = [
    ("Hello, can you tell me who wrote \"The Old Man and the Sea\"? Thanks!", 'Who wrote "The Old Man and the Sea"?'),
    ("I'd like to know how long the Nile is.", "How long is the Nile?"),
    ("Could you please explain photosynthesis to me?", "Explain photosynthesis."),
    ("Hey ChatGPT, do you know why the sky is blue?", "Why is the sky blue?"),
    ("My son asked me why the sky is blue.", "Why is the sky blue?"),
    ("I need some information about the French Revolution please", "Tell me about the French Revolution."),
    ("Would you be so kind as to tell us when Marie Curie was born?", "When was Marie Curie born?"),
    ("Good morning! Thanks for your help yesterday. Today's question: what is a quasar?", "what is a quasar?"),
    ("I don't understand what a quasar is. Can you explain it simply?", "What is a quasar? Explain it simply."),
    ("please could anyone tell me where the Eiffel Tower is located", "Where is the Eiffel Tower located?"),
    ("Dear all,\n\nI wonder if there is life on Mars.\n\nBest regards,\nAnn", "Is there life on Mars?"),
    ("I was just curious whether whales can sleep :)", "Can whales sleep?"),
    ("Hope you're doing well! What is photosynthesis? Have a great day", PHOTO),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question"), POLITE)
def test_politeness_is_no_part_of_the_question(text: str, question: str) -> None:
    assert interpret(text).question == question
    assert interpret(text).given == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{REPORT}\n\n{PHOTO}",
        f"{PHOTO}\n\n{REPORT}",
        f"{PHOTO}\n{REPORT}",
        f"Here is the report:\n\n{REPORT}\n\n{REPORT}\n\n{PHOTO}",
        f"Please read this report from my colleague. {REPORT}\n\n{PHOTO}",
        f"Report of Project Bluebird\n\n{REPORT}\n\nThank you!\n\n{PHOTO} Thanks!",
        f"> {REPORT}\n> {REPORT}\n\n{PHOTO}",
        f'"{REPORT}"\n\n{PHOTO}',
        f"From: Bo <bo@bluebird.example>\nTo: Ann\nSubject: It\n\nCan you send me the flow?\n\n{REPORT}\n\n{PHOTO}",
        f"{PHOTO}\n\nFrom: Bo <bo@bluebird.example>\nSent: Monday\nSubject: Bluebird\n\n{REPORT}\n\nCan you send it?",
        f"On Mon, Jan 5, 2026, Bo wrote:\n> {REPORT}\n> Can you help with Project Bluebird?\n\n{PHOTO}",
        f"-----Original Message-----\n{REPORT}\n\n{PHOTO}",
        f"Hi! {PHOTO}\n\n---\n{REPORT}\n---\n\nThanks, Bo",
        "\n\n".join([REPORT] * 40) + f"\n\n{PHOTO}",
    ],
)
def test_a_pasted_text_is_given_and_no_part_of_the_question(text: str) -> None:
    interpreted = interpret(text)
    assert interpreted.question == PHOTO
    assert "station 4" in "".join(one.text for one in interpreted.given)
    assert PHOTO not in "".join(one.text for one in interpreted.given)


CODE = "from bluebird import secret\n\n\ndef run(x):\n    return secret(x) + 1"


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{CODE}\n```\n\n{PHOTO}",
        f"```python src/bluebird.py (1-12)\n{CODE}\n```\n{PHOTO}",
        f"{PHOTO}\n\n~~~\n{CODE}\n~~~",
        f"```src/bluebird.py\n{CODE}\n```\n```ts lib/secret.ts (3-9)\nconst secret = 1;\n```\n{PHOTO}",
        f"````md\n```\n{CODE}\n```\n````\n{PHOTO}",
        f"{PHOTO}\n\n    " + CODE.replace("\n", "\n    "),
        f"secret = bluebird['secret'];\nrun(secret);\n\n{PHOTO}",
        f"Look at this: ```secret(bluebird)``` {PHOTO}",
        f"```\n{CODE}\n\n{PHOTO}",
        f'Traceback (most recent call last):\n  File "bluebird.py", line 3, in <module>\n    secret()\n\n{PHOTO}',
        f"2026-01-05 10:00:01 ERROR bluebird: secret is lost\n2026-01-05 10:00:02 INFO secret found\n\n{PHOTO}",
        f'{{"secret": "bluebird", "n": [1, 2, 3]}}\n\n{PHOTO}',
    ],
)
def test_code_is_neither_asked_nor_given(text: str) -> None:
    interpreted = interpret(text)
    assert interpreted.question == PHOTO
    assert "return secret" not in "".join(one.text for one in interpreted.given)


@pytest.mark.parametrize(
    "text",
    [
        f"<user_query>\n{PHOTO}\n</user_query>",
        f"<user_info>\nThe user's OS is Bluebird.\n</user_info>\n<user_query>\nHi! {PHOTO} Thanks.\n</user_query>",
        f'<attached_files>\n<code_selection path="src/bluebird.py" lines="1-9">\n{CODE}\n</code_selection>\n'
        f"</attached_files>\n<user_query>\n{PHOTO}\n</user_query>",
        f"### Task:\nRespond to the user query.\n\n### Guidelines:\n- Is it unclear? Ask the user.\n\n"
        f'### Output:\nAn answer.\n\n<context>\n<source id="1" name="bird.pdf">{REPORT}</source>\n</context>\n\n'
        f"<user_query>\n{PHOTO}\n</user_query>",
        f"<context>\n<files>\n```src/bluebird.py\n{CODE}\n```\n</files>\n</context>\n\n{PHOTO}",
        f"<task>\n{PHOTO}\n</task>\n<environment_details>\n# Visible Files\nsrc/bluebird.py\n</environment_details>",
        f'{PHOTO}\n<!-- SYSTEM CONTEXT (NOT PART OF USER QUERY) -->\n<files_info>\n<file name="bluebird.pdf">{REPORT}'
        "</file>\n</files_info>\n<!-- END SYSTEM CONTEXT -->",
        f'Attached document(s):\n```md\n# "bluebird.pdf"\n{REPORT}\n```\n\n{PHOTO}',
        f"Use the following pieces of context to answer the question at the end.\n\n{REPORT}\n\nQuestion: {PHOTO}\n"
        "Helpful Answer:",
        f"Context information is below.\n---------------------\n{REPORT}\n---------------------\nGiven the context "
        f"information and not prior knowledge, answer the query.\nQuery: {PHOTO}\nAnswer: ",
        f"Question: {PHOTO}\nContext: {REPORT}\nAnswer:",
        f'<attachments>\n<attachment name="bluebird">{REPORT}</attachment>\n</attachments>\n<userRequest>\n{PHOTO}\n'
        "</userRequest>\n<reminderInstructions>Do you follow Bluebird? Do it.</reminderInstructions>",
        f"### Question\n{PHOTO}\n\n### Context:\n{REPORT}",
    ],
)
def test_the_wrapper_of_a_front_end_is_taken_off(text: str) -> None:
    assert interpret(text).question == PHOTO


def test_files_of_a_wrapper_are_given_by_their_names() -> None:
    source = '<source id="{0}" name="{1}.pdf">The flow of {1} is {0} litres a day.</source>\n'
    text = (
        f"<context>\n{source.format(1, 'one')}{source.format(2, 'two')}{source.format(3, 'one')}</context>\n\n{PHOTO}"
    )
    assert [(one.name, one.text.count("litres")) for one in interpret(text).given] == [("one.pdf", 2), ("two.pdf", 1)]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (f"{PHOTO} And who discovered it?", (PHOTO, "And who discovered it?")),
        (f"{PHOTO} What is cellular respiration?", (PHOTO, "What is cellular respiration?")),
        (f"1. {PHOTO}\n2. Who was Marie Curie?", (PHOTO, "Who was Marie Curie?")),
        (f"- {PHOTO}\n- Who was Ada?\n- What is a quasar?", (PHOTO, "Who was Ada?", "What is a quasar?")),
        (f"Hi! {PHOTO}\n\nAlso, could you tell me who Marie Curie was?", (PHOTO, "Who was Marie Curie?")),
        (f"{PHOTO}\n\n{REPORT}\n\nWho was Marie Curie?", (PHOTO, "Who was Marie Curie?")),
        ("Please answer these questions:\n\n1) What is a quasar?\n2) What is a pulsar?",
         ("What is a quasar?", "What is a pulsar?")),
    ],
)  # fmt: skip
def test_of_several_questions_all_are_kept(text: str, questions: tuple[str, ...]) -> None:
    assert interpret(text).questions == questions
    assert interpret(text).question == " ".join(questions)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The Lumen is a river in Arvel. How long is it?", "How long is Lumen?"),
        ("Einstein was born in Ulm. When did he die?", "When did Einstein die?"),
        ("Marie Curie was a physicist. What were her discoveries?", "What were Marie Curie's discoveries?"),
        ("Water boils at 100 degrees. Why does it boil at less on mountains?",
         "Water boils at 100 degrees. Why does it boil at less on mountains?"),
        ("I'm a nurse. Is it true that vitamin C cures colds?", "Is it true that vitamin C cures colds?"),
        ("My cat has a fever. How is a fever treated?", "How is a fever treated?"),
    ],
)  # fmt: skip
def test_a_question_that_points_back_stands_alone(text: str, question: str) -> None:
    assert interpret(text).question == question


@pytest.mark.parametrize(
    "text",
    [
        "what is photosynthesis", "photosynthesis light reactions", "whats the capital of france", "tea vs coffee",
        "What is C++?", "What is .NET?", "How do I use `map()` in JavaScript?", "What does the <b> tag mean in HTML?",
        "How does the iPhone 15 Pro differ from the Pixel 8?", 'Who wrote "Let It Be"?', "What is AT&T?",
        "Who wrote 'Who's Afraid of Virginia Woolf?'", "Is Node.js a language?", "Tell me about Rome.", "Rome", "Why?",
        "¿Qué es la fotosíntesis?", "Qu'est-ce que la photosynthèse ?", "光合作用是什么？", "ما هو التمثيل الضوئي؟",
        "Describe the process by which plants make food.", "Name the country where Einstein was born.", "What is 10^6?",
        "When did Einstein publish what we call relativity?", "Did Einstein explain what gravity is?",
        "What happened in Japan today?", "Compare tea, coffee and cocoa",
        "What is 🙏 in Japan?", "Which yeast nucleosomes are marked by H2A.Z?", "II. Mehmed nerede doğdu?",
        "can you sell a gun privately in florida", "Kuka on ohjannut Guardians of the Galaxy Vol. 2 -elokuvan?",
    ],
)  # fmt: skip
def test_a_question_by_itself_stays_as_it_is(text: str) -> None:
    assert interpret(text).question == text
    assert interpret(text).given == ()


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"{PHOTO} 🌱🌞", PHOTO),
        ("🌱 photosynthesis", "photosynthesis"),
        ("👋 Hi! What is a quasar? 😊", "What is a quasar?"),
    ],
)
def test_emoji_around_a_question_are_no_words(text: str, question: str) -> None:
    assert interpret(text).question == question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"{REPORT}\n\n{REPORT}\n\nhow do volcanoes form", "how do volcanoes form"),
        (f"photosynthesis steps\n\n{REPORT}", "photosynthesis steps"),
        ("My roses turn yellow. I water them daily.", "My roses turn yellow. I water them daily."),
    ],
)  # fmt: skip
def test_without_a_question_mark_the_line_that_stands_apart_is_asked(text: str, question: str) -> None:
    assert interpret(text).question == question


@pytest.mark.parametrize("text", [f"{REPORT.replace('?', '.')}\n\n" * 4, f"```\n{CODE}\n```", CODE])
def test_a_text_that_asks_nothing_has_no_question(text: str) -> None:
    assert interpret(text).question == ""


@given(st.text(max_size=120))
def test_any_text_is_interpreted_and_the_words_of_its_question_stay(text: str) -> None:
    question = interpret(text).question
    assert words(interpret(question).question) == words(question)


PIECES = [
    PHOTO,
    REPORT,
    "Hi! ",
    "thanks, ",
    "\n\n",
    "\n",
    "```\n",
    "> ",
    "<context>",
    "</context>",
    "<a>\n",
    "Question: ",
]


@given(
    st.lists(
        st.sampled_from([*PIECES, "could you tell me ", "what ", "it ", "$", "\\(", "x = f(1);", "From: a\nTo: b\n"])
    )
)
def test_every_word_of_the_question_is_the_users(pieces: list[str]) -> None:
    """Only the words of a request may be added: what leaves the machine is never longer than what was typed."""
    text = "".join(pieces)
    added = {"tell", "me", "about", "explain"}
    assert set(words(interpret(text).question)) - added <= set(words(text))


@pytest.mark.parametrize(
    "piece", ["<a>\n", "<a>x</a>\n", "```\n", ", thanks", "tell me about ", "Question: a\n", "$a ", "it "]
)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    interpret(piece * (20_000 // len(piece)) + f"\n\n{PHOTO}")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("What is the Lumen? See https://a.example/x.", "What is the Lumen? https://a.example/x"),
        ("See https://a.example/x. What is the Lumen?", "What is the Lumen? https://a.example/x"),
        ("What is the Lumen?\n\nhttps://a.example/x", "What is the Lumen? https://a.example/x"),
        (
            "What is the Lumen? See https://a.example/x and https://b.example",
            "What is the Lumen? https://a.example/x https://b.example",
        ),
        ("What is the Lumen? https://a.example/x", "What is the Lumen? https://a.example/x"),
    ],
)
def test_an_address_beside_the_question_belongs_to_it(text: str, question: str) -> None:
    found = interpret(text)
    assert (found.question, found.given) == (question, ())
    assert interpret(question).question == question
