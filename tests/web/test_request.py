"""The head of a request, as it is parsed from an ASGI scope."""

from __future__ import annotations

import pytest

from research_agent.web.request import RejectedError, RequestHead, is_api, rejection_response


def head(method: str = "GET", path: str = "/", query: bytes = b"", **headers: str | list[str]) -> RequestHead:
    pairs = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return RequestHead({"method": method, "path": path, "query_string": query, "headers": pairs})


def test_a_repeated_header_is_present_and_has_no_value() -> None:
    repeated = head(host=["a", "b"])
    assert repeated.has("host")
    assert repeated.header("host") == ""
    assert head(host=" a ").header("host") == "a"


@pytest.mark.parametrize(
    ("value", "token"), [("Bearer x", "x"), ("bearer  x ", "x"), ("Basic x", ""), ("x", ""), (["Bearer x"] * 2, "")]
)
def test_the_bearer_token_is_that_of_one_header(value: str | list[str], token: str) -> None:
    assert head(authorization=value).bearer == token
    assert head().bearer is None


def test_a_token_in_the_query_is_for_pages_alone() -> None:
    assert head(query=b"a=1&token=x").query_token == "x"
    for refused in (head(path="/api/ask", query=b"token=x"), head("POST", query=b"token=x"), head(query=b"token=\xff")):
        assert refused.query_token == ""


def test_cookies_that_are_none_are_passed_over() -> None:
    assert head(cookie="a=1; b=2").cookie("b") == "2"
    assert head(cookie="a=1").cookie("b") == ""
    assert head(cookie="\x00;;=").cookie("b") == ""


def test_the_roots_of_the_apis_are_whole_segments() -> None:
    assert [is_api(path) for path in ("/api", "/api/x", "/v1/x", "/mcp", "/apix", "/")] == [True] * 4 + [False] * 2


def test_navigation_is_a_safe_request_for_a_page() -> None:
    assert head(sec_fetch_mode="navigate").is_navigation
    for other in (head(), head("POST", sec_fetch_mode="navigate"), head(path="/api", sec_fetch_mode="navigate")):
        assert not other.is_navigation


def test_a_rejection_has_the_shape_of_what_was_asked() -> None:
    error = RejectedError(401, "No <token>.", "Send one.", reason="token")
    assert b'"code":"invalid_api_key"' in rejection_response(head(path="/v1/models"), error).body
    response = rejection_response(head(path="/api/x"), error)
    assert response.body == b'{"error":{"type":"UnauthorizedError","message":"No <token>.","hint":"Send one."}}'
    assert response.headers["Content-Type"] == "application/json"
    assert b"No &lt;token&gt;." in rejection_response(head(), error).body
