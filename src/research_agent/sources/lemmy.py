"""Lemmy source: posts and comments of the instance that the user names, through its search API."""

from __future__ import annotations

import re
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError, SourceNotReadyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import failures, source_failures
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.text.json_fields import Json, details_of, int_of, object_of, objects_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["Lemmy"]

VARIABLE = "RESEARCH_AGENT_LEMMY_URL"
MAX_QUERY = 200  # characters
MIN_COMMENT = 6  # words
PUBLISHED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class Lemmy(HttpSource):
    """Source that makes one request per topic, to one instance; what was removed or deleted is left out."""

    name = "lemmy"
    title = "Lemmy"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0),
        licence="© the authors",
        attribution="author and community, link to the post",
        terms="https://join-lemmy.org/docs/users/01-getting-started.html",
        requests=1,
        kinds=frozenset({"discussion"}),
        description="What people say in the communities of a Lemmy instance: opinions, advice, experience.",
        examples=(
            "What do people think of the Framework laptop?",
            "Has anyone switched from Windows to Linux?",
            "Which podcast app do people recommend?",
            "What are good arguments for and against self-hosting mail?",
            "How do people organise their home server?",
        ),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search posts and comments. Raises `SourceNotReadyError` when the user named no instance."""
        if not self.base:
            raise SourceNotReadyError(
                source_failures.NEEDS_SETTING(variable=VARIABLE), hint=source_failures.SET_INSTANCE()
            )
        query = " ".join(topic.text.split())[:MAX_QUERY]
        if not content_words(query):
            return Found([])
        order = "New" if topic.since else "TopAll"
        try:
            body = await tools.client.get_json(
                f"{self.base}/api/v3/search",
                params={"q": query, "type_": "All", "listing_type": "All", "limit": limit, "sort": order},
            )
        except HttpStatusError as error:
            raise _refusal(error) from error
        documents = [one for one in self.read_results(body) if (one.published or "") >= topic.since]
        return Found(documents[: 2 * limit])

    def read_results(self, body: Any) -> list[Document]:
        """Posts, then comments, in a body of `/api/v3/search`. Raises `SourceError` for an error in it."""
        answer = object_of(body)
        if told := text_of(answer.get("error")):
            raise SourceError(source_failures.REFUSED_QUERY(reason=told), hint=failures.WENT_TO(host=self.base))
        posts, comments = answer.get("posts"), answer.get("comments")
        if not (isinstance(posts, list) and isinstance(comments, list)):
            raise BodyError(
                source_failures.WITHOUT_LIST(what="posts"),
                hint=source_failures.IS_IT(url=self.base, what="Lemmy instance"),
            )
        if (posts or comments) and not any("post" in one for one in (*objects_of(posts), *objects_of(comments))):
            raise BodyError(
                source_failures.LIST_OF_OTHERS(what="posts"),
                hint=source_failures.IS_IT(url=self.base, what="Lemmy instance"),
            )
        listed = [
            *(self._post(one) for one in objects_of(posts)),
            *(self._comment(one) for one in objects_of(comments)),
        ]
        return [document for document in listed if document is not None]

    def _post(self, view: Json) -> Document | None:
        post = object_of(view.get("post"))
        title, text = " ".join(text_of(post.get("name")).split()), text_of(post.get("body"))
        if not title or _is_gone(post):
            return None
        link = text_of(post.get("url"))
        return self._document(
            view, post, title, f"{title}\n\n{text}" if text else title, link=link if host_of(link) else ""
        )

    def _comment(self, view: Json) -> Document | None:
        comment, title = object_of(view.get("comment")), text_of(object_of(view.get("post")).get("name"))
        text = text_of(comment.get("content"))
        if _is_gone(comment) or len(text.split()) < MIN_COMMENT:
            return None
        by = f"Comment by {_author(view) or 'an unknown user'}"
        return self._document(
            view, comment, f"{by} on: {' '.join(title.split())}" if title else by, text, kind="comment"
        )

    def _document(self, view: Json, item: Json, title: str, text: str, **details: str) -> Document | None:
        url, number = text_of(item.get("ap_id")), int_of(item.get("id"))
        if not host_of(url):
            if number is None or number <= 0:
                return None
            url = f"{self.base}/{details.get('kind', 'post')}/{number}"
        author, community = _author(view), text_of(object_of(view.get("community")).get("name"))
        published = PUBLISHED.match(text_of(item.get("published")))
        counts = object_of(view.get("counts"))
        return Document(
            source=self.name,
            title=title,
            url=url,
            text=text,
            retrieved=iso_now(),
            published=published[0] if published else None,
            author=author or None,
            licence=self.policy.licence,
            attribution=f"{author or 'a user'} in {community or 'a community'}, Lemmy",
            details=details_of(score=int_of(counts.get("score")), comments=int_of(counts.get("comments")), **details),
        )


def _author(view: Json) -> str:
    creator = object_of(view.get("creator"))
    return " ".join((text_of(creator.get("display_name")) or text_of(creator.get("name"))).split())


def _is_gone(item: Json) -> bool:
    """Whether a post or a comment was removed by a moderator or deleted by its author."""
    return item.get("removed") is True or item.get("deleted") is True


def _refusal(error: HttpStatusError) -> HttpStatusError:
    """Error with the reason that the body gives: "rate_limit_error" comes as HTTP 400, too."""
    told = text_of(error.json().get("error"))
    if not told:
        return error
    if told == "rate_limit_error":
        return HttpStatusError(source_failures.LIMITS(), status=429, hint=error.hint)
    return HttpStatusError(source_failures.REFUSED_QUERY(reason=told), status=error.status, hint=error.hint)
