"""Who may come in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from research_agent.errors import StoreError, UsageError
from research_agent.web.auth import MAIN, Authenticator, Caller, TokenStore


def access(home: Path, **given: object) -> Authenticator:
    return Authenticator(tokens=TokenStore(home), **given)  # type: ignore[arg-type]


def test_a_token_is_kept_as_a_hash_that_nobody_else_may_read(tmp_path: Path) -> None:
    token = TokenStore(tmp_path).add("ada")
    file = tmp_path / "tokens.json"
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert access(tmp_path).authenticate_token(token) == Caller("ada", "token")
    assert list(TokenStore(tmp_path).created()) == ["ada"]


def test_a_token_that_is_taken_back_opens_nothing_from_then_on(tmp_path: Path) -> None:
    running, tokens = access(tmp_path), TokenStore(tmp_path)
    token = tokens.add("ada")
    cookie = running.exchange(token)
    assert cookie is not None
    assert running.authenticate_cookie(cookie) == Caller("ada", "cookie")
    tokens.remove("ada")
    assert running.authenticate_token(token) is None
    assert running.authenticate_cookie(cookie) is None
    again = tokens.add("ada")
    assert running.authenticate_cookie(cookie) is None, (
        "a new token of that name does not bring the old browser back in"
    )
    assert running.authenticate_token(again) == Caller("ada", "token")


def test_the_token_of_another_start_is_nobodys(tmp_path: Path) -> None:
    one, other = access(tmp_path), access(tmp_path)
    assert one.authenticate_token(one.token) == Caller(MAIN, "token")
    assert one.authenticate_token(other.token) is None
    assert one.authenticate_token("") is None
    assert one.authenticate_cookie("") is None


def test_a_cookie_is_not_the_token_and_ends(tmp_path: Path) -> None:
    now = [0.0]
    running = access(tmp_path, clock=lambda: now[0])
    cookie = running.exchange(running.token)
    assert cookie is not None
    assert running.token not in cookie
    assert running.authenticate_token(cookie) is None
    assert running.authenticate_cookie(running.token) is None
    now[0] = 31 * 24 * 3600.0
    assert running.authenticate_cookie(cookie) is None


def test_what_the_browser_is_started_with_opens_once_and_soon(tmp_path: Path) -> None:
    now = [0.0]
    running = access(tmp_path, clock=lambda: now[0])
    ticket = running.one_time_token()
    assert running.authenticate_token(ticket) is None, "it is for the browser alone"
    assert running.exchange(ticket)
    assert running.exchange(ticket) is None
    late = running.one_time_token()
    now[0] = 61.0
    assert running.exchange(late) is None


def test_a_password_lets_in_only_where_there_is_one(tmp_path: Path) -> None:
    guarded = access(tmp_path, password="correct horse")
    assert guarded.login("correct horse")
    assert guarded.login("wrong") is None
    assert access(tmp_path).login("") is None


def test_browsers_do_not_pile_up(tmp_path: Path) -> None:
    running = access(tmp_path)
    cookies = [running.exchange(running.token) or "" for _ in range(300)]
    assert running.authenticate_cookie(cookies[0]) is None
    assert running.authenticate_cookie(cookies[-1]) == Caller(MAIN, "cookie")


@pytest.mark.parametrize("name", ["", "Ada", "../x", "a/b", "a" * 33, ".", "-a", "a\n", "ä"])
def test_a_name_cannot_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        TokenStore(tmp_path).add(name)


def test_a_name_has_one_token(tmp_path: Path) -> None:
    tokens = TokenStore(tmp_path)
    tokens.add("ada")
    with pytest.raises(UsageError, match="has a token"):
        tokens.add("ada")
    with pytest.raises(UsageError, match="no token"):
        tokens.remove("bob")


def test_a_file_that_is_none_lets_nobody_in_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text('{"ada": 1}')
    with pytest.raises(StoreError, match="cannot be read"):
        access(tmp_path).authenticate_token("x")


def test_the_token_of_the_main_user_is_kept_until_a_new_one_is_asked_for(tmp_path: Path) -> None:
    tokens = TokenStore(tmp_path / "home")
    first = tokens.main_token()
    assert tokens.main_token() == first
    file = tmp_path / "home" / "serve.token"
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o600, first)
    second = tokens.main_token(new=True)
    assert second not in (first, "")
    assert TokenStore(tmp_path / "home").main_token() == second
    file.write_text("short")
    assert len(tokens.main_token()) == 43


def test_a_browser_is_known_after_a_restart_until_its_token_is_another(tmp_path: Path) -> None:
    tokens = TokenStore(tmp_path)

    def start(token: str) -> Authenticator:
        return Authenticator(tokens=tokens, token=token, password="a long password", browsers=tokens.browsers())

    before = start("t" * 43)
    cookie, other = before.exchange("t" * 43), before.login("a long password")
    assert cookie
    assert other
    assert cookie not in (tmp_path / "browsers.json").read_text()
    assert (tmp_path / "browsers.json").stat().st_mode & 0o777 == 0o600
    after = start("t" * 43)
    assert after.authenticate_cookie(cookie)
    assert after.authenticate_cookie(other) is None, "one that came in by the password is not kept"
    assert start("u" * 43).authenticate_cookie(cookie) is None
    after.logout(cookie)
    assert start("t" * 43).authenticate_cookie(cookie) is None
    (tmp_path / "browsers.json").write_text("[1]")
    assert start("t" * 43).authenticate_cookie(cookie) is None
