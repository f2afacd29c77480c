"""Stack Exchange and GitHub, as their APIs answered in 2026."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from research_agent_devtools.world.matching import best
from research_agent_devtools.world.posts import ANSWERS, ISSUES, QUESTIONS, REPOSITORIES

__all__ = ["answers", "issues", "questions", "readme", "repositories"]

Post = Mapping[str, Any]
ASKED = 1_780_000_000  # seconds since 1970


def questions(request: web.Request, url: str) -> web.Response:
    """`/2.3/search/advanced`, `filter=withbody`."""
    known = {str(post["question_id"]): post for post in QUESTIONS}
    texts = {name: f"{post['title']} {post['body']}" for name, post in known.items()}
    names = best(request.query.get("q", ""), texts)[: int(request.query.get("pagesize", 30))]
    return _wrapped([_question(known[name]) for name in names])


def answers(request: web.Request, url: str) -> web.Response:
    """`/2.3/questions/{ids}/answers`, `filter=withbody`."""
    wanted = request.match_info["ids"].split(";")
    return _wrapped([_answer(post) for post in ANSWERS if str(post["question_id"]) in wanted])


def _wrapped(items: list[dict[str, Any]]) -> web.Response:
    return web.json_response({"items": items, "has_more": False, "quota_max": 300, "quota_remaining": 281})


def _question(post: Post) -> dict[str, Any]:
    number = post["question_id"]
    replies = [answer for answer in ANSWERS if answer["question_id"] == number]
    return {
        **_post(post, f"https://stackoverflow.com/questions/{number}"),
        "question_id": number,
        "title": post["title"],
        "tags": post["tags"],
        "is_answered": bool(replies),
        "answer_count": len(replies),
        "view_count": 700,
    }


def _answer(post: Post) -> dict[str, Any]:
    numbers = {"answer_id": post["answer_id"], "question_id": post["question_id"]}
    return {**_post(post, None), **numbers, "is_accepted": post["is_accepted"]}


def _post(post: Post, link: str | None) -> dict[str, Any]:
    owner = {"account_id": 9, "reputation": 101, "user_type": "registered", "display_name": post["by"]}
    return {
        "owner": {**owner, "link": f"https://stackoverflow.com/users/9/{post['by']}"},
        "score": post["score"],
        "body": post["body"],
        "creation_date": ASKED,
        "last_activity_date": ASKED,
        "content_license": "CC BY-SA 4.0",
        **({"link": link} if link else {}),
    }


def repositories(request: web.Request, url: str) -> web.Response:
    """`/search/repositories`."""
    known = {str(post["full_name"]): post for post in REPOSITORIES}
    texts = {name: f"{post['description']} {' '.join(post['topics'])}" for name, post in known.items()}
    return _result([_repository(known[name]) for name in _named(request, texts)])


def issues(request: web.Request, url: str) -> web.Response:
    """`/search/issues`; qualifiers such as `is:issue` are no words."""
    known = {f"{post['repository']}#{post['number']}": post for post in ISSUES}
    texts = {name: f"{post['title']} {post['body']}" for name, post in known.items()}
    return _result([_issue(known[name]) for name in _named(request, texts)])


def readme(request: web.Request, url: str) -> web.Response:
    """`/repos/{owner}/{name}/readme`, as HTML."""
    name = f"{request.match_info['owner']}/{request.match_info['name']}"
    shown = next((post["readme"] for post in REPOSITORIES if post["full_name"] == name), "")
    if not shown:
        return web.json_response({"message": "Not Found", "status": "404"}, status=404)
    return web.Response(text=f'<div id="readme" class="md"><article>{shown}</article></div>', content_type="text/html")


def _named(request: web.Request, texts: Mapping[str, str]) -> list[str]:
    words = " ".join(word for word in request.query.get("q", "").split() if ":" not in word)
    return best(words, texts)[: int(request.query.get("per_page", 30))]


def _result(items: list[dict[str, Any]]) -> web.Response:
    limits = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "9", "X-RateLimit-Resource": "search"}
    body = {"total_count": len(items), "incomplete_results": False, "items": items}
    return web.json_response(body, headers=limits)


def _repository(post: Post) -> dict[str, Any]:
    name = post["full_name"]
    return {
        "name": name.partition("/")[2],
        "full_name": name,
        "private": False,
        "owner": {"login": name.partition("/")[0], "type": "Organization"},
        "html_url": f"https://github.com/{name}",
        "description": post["description"],
        "fork": False,
        "created_at": "2024-02-03T04:05:06Z",
        "pushed_at": "2026-09-30T12:00:00Z",
        "stargazers_count": post["stargazers_count"],
        "forks_count": post["stargazers_count"] // 9,
        "language": post["language"],
        "license": post["license"],
        "topics": post["topics"],
        "score": 1.0,
    }


def _issue(post: Post) -> dict[str, Any]:
    return {
        "html_url": f"https://github.com/{post['repository']}/issues/{post['number']}",
        "number": post["number"],
        "title": post["title"],
        "user": {"login": post["by"], "type": "User"},
        "labels": [{"name": "question", "color": "d876e3"}],
        "state": post["state"],
        "comments": post["comments"],
        "created_at": post["created_at"],
        "body": post["body"],
        "body_text": post["body"],
        "score": 1.0,
    }
