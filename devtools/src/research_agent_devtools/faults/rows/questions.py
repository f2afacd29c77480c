"""Q1: a question in company of greetings, reports, mail, code and front ends' wrappers, put together at random."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from research_agent.text.question import interpret
from research_agent.text.tokens import words
from research_agent_devtools.faults.row import Row, Run

SUBJECTS = "photosynthesis,a quasar,the Nile,Marie Curie,C++,vitamin C,.NET,the Eiffel Tower,mitosis,special relativity"
QUESTIONS = (
    "What is {0}?",
    "Hi, could you tell me what {0} is?",
    "I was wondering whether you could please explain {0} to me, thanks a lot!",
    "Do you know why {0} is famous?",
    "Tell me about {0}.",
    "Question: What is {0}?",
    "<user_query>\nHello! What is {0}?\n</user_query>",
)
SECRETS = "zorblatt quuxley frobnitz wibble gribble snarf plugh xyzzy thud corge grault garply".split()
STATEMENTS = (
    "{0} lost the {1} of {2} on day nine.",
    "The {0} of {1} was 7 litres, and {2} rose by 12%.",
    "Why did {0} rise? Because of {1}. Then {2} fell.",
    "We agreed that {0} and {1} will meet {2} on Friday.",
)
WRAPPED: tuple[Callable[[str, str], str], ...] = (
    lambda said, name: said,
    lambda said, name: f"My colleague {name} wrote: {said}",
    lambda said, name: f'"{said}"',
    lambda said, name: "\n".join(f"> {line}" for line in said.splitlines()),
    lambda said, name: f"From: {name} <{name}@x.example>\nTo: {name}\nSubject: {name}\n\n{said}",
    lambda said, name: f'<source id="1" name="{name}.pdf">{said}</source>',
    lambda said, name: f'<context>\n<file path="{name}.py">\n{said}\n</file>\n</context>',
    lambda said, name: f'Attached document(s):\n```md\n# "{name}.md"\n{said}\n```',
    lambda said, name: f"```python {name}.py (1-9)\nfrom {name} import {name}\n{name}(1)\n```",
    lambda said, name: f"{name}({name}=1);\n{name}[0] = {{}};",
    lambda said, name: f'Traceback (most recent call last):\n  File "{name}.py", line 3\n    {name}()',
    lambda said, name: f"### Guidelines:\n- Answer as {name} does.\n- {said}",
)


def questions(run: Run, question_of: Callable[[str], str]) -> None:
    """Check that each question is found, and that no word of its company is in it."""
    for _, rng in run.trials():
        subject = rng.choice(SUBJECTS.split(","))
        asked = rng.choice(QUESTIONS).format(subject)
        before, after = (_company(rng) for _ in range(2))
        text = "\n\n".join((*before, asked, *after))
        began = time.perf_counter()
        question = question_of(text)
        run.worst("seconds", time.perf_counter() - began)
        said = set(words(question))
        run.check(set(words(subject)) <= said, f"{subject!r} is not asked: {question!r} of {text!r}")
        run.check(said.isdisjoint(SECRETS), f"{question!r} holds what came along: {text!r}")


def _company(rng: random.Random) -> list[str]:
    """Up to three texts that come along with a question."""
    texts = []
    for _ in range(rng.randrange(4)):
        said = " ".join(rng.choice(STATEMENTS).format(*rng.sample(SECRETS, 3)) for _ in range(rng.randint(1, 6)))
        texts.append(rng.choice(WRAPPED)(said, rng.choice(SECRETS)))
    return texts


def first_words(text: str) -> str:
    """The naive way: the text's first twelve words."""
    return " ".join(text.split()[:12])


ROWS = (
    Row(
        id="Q1",
        fault="questions between up to six texts: reports, mail, code, quotes, wrappers of front ends",
        guarantee="the question is found, and no word of its company is in what is searched for",
        quick=200,
        full=10_000,
        try_it=partial(questions, question_of=lambda text: interpret(text).question),
        twin=partial(questions, question_of=first_words),
        twin_is="the first twelve words of the text",
        twin_trials=20,
        unit="texts",
    ),
)
