"""Stack Overflow source, through the Stack Exchange API: questions that match a topic, and their best answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler import as_plain
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, SourceSettings, Tools
from research_agent.text.json_fields import (
    Json,
    details_of,
    int_of,
    object_of,
    objects_of,
    text_of,
    texts_of,
    timestamp_of,
)
from research_agent.text.timestamps import iso_now, unix_time
from research_agent.types import Document, Topic

__all__ = ["StackExchange"]

SITE = "stackoverflow"
VERSION = "2.3"
MAX_QUERY = 200  # characters
QUESTIONS, ANSWERS = 5, 30  # page sizes; one page holds the answers to all questions
BEST_ANSWERS = 2  # of each question
SECONDS = re.compile(r"available in (\d{1,6}) seconds")


class StackExchange(HttpSource):
    """Source that makes two requests per topic: questions, then their answers. A body can ask for a pause."""

    name = "stackexchange"
    title = "Stack Overflow"
    address = "https://api.stackexchange.com"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=60, per_day=300),
        with_key=Limits(at_once=2, per_minute=60, per_day=10_000),
        key="optional",
        licence="CC BY-SA, the version each post names",
        attribution="author, link to the post",
        terms="https://stackoverflow.com/legal/api-terms-of-use",
        kinds=frozenset({"software"}),
        hosts=("stackoverflow.com",),
        description="Answered questions of programmers.",
        examples=(
            "How do I merge two dictionaries in Python?",
            "Why do I get a null pointer exception in Java?",
            "How can I undo a git commit?",
            "What is the difference between an inner and an outer join in SQL?",
            "Why is my CSS not applied?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._secret = {"key": settings.key} if settings.key else None

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the best answers to questions on the topic, then the questions."""
        query = " ".join(topic.text.split())[:MAX_QUERY]
        if not query:
            return Found([])
        params: dict[str, str | int] = {"q": query, "sort": "relevance", "pagesize": min(limit, QUESTIONS)}
        if topic.since:
            params["fromdate"] = unix_time(topic.since)
        body = await self._get("search/advanced", tools, **params, filter="withbody")
        problems = [source_failures.NONE_LEFT_TODAY()] if int_of(object_of(body).get("quota_remaining")) == 0 else []
        questions = {question.details["question"]: question for question in self.read_questions(body)}
        if not questions:
            return Found([], problems)
        path = f"questions/{';'.join(map(str, questions))}/answers"
        try:
            body = await self._get(path, tools, sort="votes", pagesize=ANSWERS, filter="withbody")
            answers = self.read_answers(body, questions)
        except SourceError as error:
            answers, problems = [], [*problems, source_failures.WITHOUT_ANSWERS(reason=error.message)]
        return Found(await as_plain([*answers, *questions.values()], read=tools.read), problems)

    async def _get(self, path: str, tools: Tools, **params: str | int) -> Any:
        try:
            body = await tools.client.get_json(
                f"{self.base}/{VERSION}/{path}",
                params={"site": SITE, "order": "desc", **params},
                secret_params=self._secret,
            )
        except HttpStatusError as error:
            raise _refusal(error, tools) from error
        if seconds := int_of(object_of(body).get("backoff")):
            tools.client.back_off(float(seconds))
        return body

    def read_questions(self, body: Any) -> list[Document]:
        """Questions in a body of `/search/advanced`, in its order; texts still HTML, the title first."""
        items = _items(body, "question_id")
        documents = (self._document(item, "question", unescape(text_of(item.get("title")))) for item in items)
        questions = [document for document in documents if document is not None]
        if items and not questions:
            raise BodyError(source_failures.QUESTIONS_WITHOUT_TEXT(), hint=source_failures.API_CHANGED())
        return questions

    def read_answers(self, body: Any, questions: Mapping[Any, Document]) -> list[Document]:
        """Best answers, still HTML, in a body of `/questions/{ids}/answers`; `questions` give titles and order."""
        by_question: dict[Any, list[Json]] = {number: [] for number in questions}
        for item in _items(body, "answer_id"):
            if (number := int_of(item.get("question_id"))) in by_question:
                by_question[number].append(item)
        return [
            document
            for number, items in by_question.items()
            for item in sorted(items, key=_rank, reverse=True)[:BEST_ANSWERS]
            if (document := self._document(item, "answer", questions[number].title))
        ]

    def _document(self, item: Json, kind: str, title: str) -> Document | None:
        number, html = int_of(item.get(f"{kind}_id")), text_of(item.get("body"))
        if number is None or not (title and html):
            return None
        owner = object_of(item.get("owner"))
        author = unescape(text_of(owner.get("display_name"))) or None
        link = text_of(item.get("link")) or f"https://stackoverflow.com/{kind[0]}/{number}"
        heading = f"<p>{escape(title)}</p>" if kind == "question" else ""
        return Document(
            source=self.name,
            title=title,
            url=link,
            text=heading + html,
            retrieved=iso_now(),
            published=timestamp_of(item.get("creation_date")),
            author=author,
            language="en",
            licence=text_of(item.get("content_license")) or "CC BY-SA",
            attribution=f"{author or 'a user'} on Stack Overflow, {link}",
            details=details_of(
                **{kind: number},
                kind=kind,
                score=int_of(item.get("score")),
                accepted="yes" if item.get("is_accepted") is True else "",
                answers=int_of(item.get("answer_count")),
                tags=" ".join(texts_of(item.get("tags"))),
                profile=text_of(owner.get("link")),
            ),
        )


def _items(body: Any, key: str) -> list[Json]:
    """Items of a response. Raises `BodyError` for a list in which no item has the `key` of its kind."""
    answer = object_of(body)
    if "error_id" in answer:
        raise SourceError(_message(answer), hint=source_failures.LIMIT_BY_ADDRESS())
    items = objects_of(answer.get("items"))
    if not isinstance(answer.get("items"), list) or (answer["items"] and not any(key in item for item in items)):
        raise BodyError(source_failures.NOT_WHAT_WAS_ASKED(), hint=source_failures.API_CHANGED())
    return items


def _refusal(error: HttpStatusError, tools: Tools) -> SourceError:
    """Error as the API reports it: the body has its own status, and a throttle comes as HTTP 400. May back off."""
    answer = error.json()
    if "error_id" not in answer:
        return error
    if wait := SECONDS.search(text_of(answer.get("error_message"))):
        tools.client.back_off(float(wait[1]))
    status = int_of(answer.get("error_id")) or error.status
    return HttpStatusError(_message(answer), status=429 if status == 502 else status, hint=error.hint)


def _message(answer: Json) -> str:
    name, message = text_of(answer.get("error_name")), text_of(answer.get("error_message"))
    line = source_failures.LIMITS_BY_API if name == "throttle_violation" else source_failures.REFUSED_BY_API
    return line(reason=message or source_failures.NO_EXPLANATION(), name=name or "error")


def _rank(item: Json) -> tuple[bool, int]:
    return item.get("is_accepted") is True, int_of(item.get("score")) or 0
