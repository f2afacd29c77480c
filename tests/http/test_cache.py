"""What was answered is had again: within its time without the network, after it when the network fails."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
from aiohttp import web

from research_agent.errors import BodyError, HttpStatusError, SourceError, SourceNotReadyError
from research_agent.http import Client, Limits, open_client
from research_agent.http.cache import FILE, Cache, NewEntry, forget, key_of, lifetime
from research_agent.http.response import Response
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.fake_clock import FakeClock

pytestmark = pytest.mark.anyio

HOUR = 3600.0


class Service:
    """Counts what it is asked, and answers as it was last told to."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.answer: Any = lambda request: web.json_response({"n": len(self.requests)})

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        response: web.Response = self.answer(request)
        return response


class Kit:
    """A service, a home, a clock, and searches of one source."""

    def __init__(self, home: Path) -> None:
        self.service, self.clock = Service(), FakeClock()
        self.settings = Settings.of(home=home, deadline=60.0)
        self.url = ""

    async def get(self, path: str = "/", *, good: bool = True, **options: Any) -> tuple[Any, Client]:
        changes = {name: options.pop(name) for name in ("offline", "fresh", "cache_mb") if name in options}
        async with open_client(self.settings.with_changes(**changes), clock=self.clock, trusted=[self.url]) as client:
            mine = client.of("s", Limits(), fresh=HOUR)
            body = await mine.get_json(self.url + path, **options)
            assert mine.source_client is not None
            mine.source_client.end(good=good)
            return body, mine


@asynccontextmanager
async def kit(home: Path) -> AsyncIterator[Kit]:
    made, app = Kit(home), web.Application()
    app.router.add_get("/{path:.*}", made.service.handle)
    async with serve(app) as made.url:
        yield made


def on_disk(home: Path, word: bytes) -> bool:
    return any(word in file.read_bytes() for file in home.iterdir())


def oldest(client: Client) -> float | None:
    assert client.source_client is not None
    return client.source_client.oldest


async def test_within_its_time_it_is_not_asked_for_again_and_told_how_old_it_is(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        first, client = await world.get()
        assert (first, oldest(client)) == ({"n": 1}, None)
        began = world.clock.wall()
        world.clock.seconds += HOUR - 1
        again, client = await world.get()
        assert (again, oldest(client)) == ({"n": 1}, began)
        world.clock.seconds += 2
        assert (await world.get())[0] == {"n": 2}
    assert len(world.service.requests) == 2


async def test_other_parameters_and_headers_are_another_question_a_key_is_not(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        others: tuple[dict[str, Any], ...] = ({}, {"params": {"q": "a"}}, {"params": {"q": "b"}})
        for options in (*others, {"headers": {"Accept-Language": "de"}}):
            await world.get(**options)
        assert len(world.service.requests) == 4
        await world.get(params={"q": "a"}, secret_params={"api_key": "s3cret"}, headers={"X-Api-Key": "s3cret"})
        assert len(world.service.requests) == 4


async def test_a_secret_parameter_is_sent_and_stands_in_no_error_and_no_file(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get("/a", params={"q": "x"}, secret_params={"api_key": "s3cret"})
        assert world.service.requests[0].query == {"q": "x", "api_key": "s3cret"}
        for answer in (web.Response(status=400, body=b"{}"), web.Response(body=b"<html>")):
            world.service.answer = lambda _, answer=answer: answer
            with pytest.raises(SourceError) as caught:
                await world.get("/b", secret_params={"api_key": "s3cret"})
            assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    assert not on_disk(tmp_path, b"s3cret")


async def test_after_its_time_the_service_is_asked_whether_it_still_holds(tmp_path: Path) -> None:
    def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.json_response({"v": 1}, headers={"ETag": '"v1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"})

    async with kit(tmp_path) as world:
        world.service.answer = answer
        await world.get()
        world.clock.seconds += 2 * HOUR
        body, client = await world.get()
        assert (body, oldest(client)) == ({"v": 1}, None)  # it was just said to hold
        assert world.service.requests[1].headers["If-Modified-Since"] == "Wed, 21 Oct 2015 07:28:00 GMT"
        world.clock.seconds += HOUR / 2
        await world.get()
    assert len(world.service.requests) == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", HOUR),
        ("public", HOUR),
        ("max-age=60", 60),
        ('Max-Age = "60", public', 60),
        ("max-age=999999", HOUR),
        ("private, must-revalidate, max-age=0", 0),
        ("no-cache", 0),
        ("private, no-store", None),
        ("max-age=soon", HOUR),
    ],
)
def test_what_the_service_says_of_its_age_is_obeyed(header: str, seconds: float | None) -> None:
    assert lifetime({"Cache-Control": header}, HOUR) == seconds


async def test_what_must_not_be_stored_is_not(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        world.service.answer = lambda _: web.json_response({}, headers={"Cache-Control": "no-store"})
        await world.get()
        with pytest.raises(SourceNotReadyError, match="offline, nothing stored"):
            await world.get(offline=True)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_when_the_service_fails_the_old_answer_stands_in_and_says_why(tmp_path: Path, status: int) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        began = world.clock.wall()
        world.clock.seconds += 3 * 86400
        world.service.answer = lambda _: web.Response(status=status)
        body, client = await world.get()
        assert (body, oldest(client)) == ({"n": 1}, began)
        assert client.source_client is not None
        assert f"HTTP {status}" in client.source_client.troubles[0]


async def test_when_nothing_listens_the_old_answer_stands_in(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        world.clock.seconds += 2 * HOUR
    assert (await world.get())[0] == {"n": 1}


async def test_a_refusal_of_the_request_itself_is_not_covered_up(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        world.clock.seconds += 2 * HOUR
        world.service.answer = lambda _: web.Response(status=403)
        with pytest.raises(HttpStatusError):
            await world.get()


async def test_offline_any_age_will_do(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        world.clock.seconds += 1000 * 86400
        body, client = await world.get(offline=True)
        assert body == {"n": 1}
        assert oldest(client) is not None
    assert len(world.service.requests) == 1


async def test_fresh_reuses_nothing_and_keeps_what_comes(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        assert (await world.get(fresh=True))[0] == {"n": 2}
        assert (await world.get())[0] == {"n": 2}
        world.service.answer = lambda _: web.Response(status=500)
        with pytest.raises(HttpStatusError):
            await world.get(fresh=True)


async def test_that_there_is_no_such_page_is_kept_for_ten_minutes(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        world.service.answer = lambda _: web.Response(status=404, text="none")
        for _ in range(3):
            async with open_client(world.settings, clock=world.clock, trusted=[world.url]) as client:
                mine = client.of("s", Limits(), fresh=HOUR)
                with pytest.raises(HttpStatusError) as caught:
                    await mine.get_json(world.url)
                assert caught.value.status == 404
                assert mine.source_client is not None
                mine.source_client.end(good=True)
        assert len(world.service.requests) == 1
        world.clock.seconds += 601
        world.service.answer = lambda _: web.json_response({})
        assert (await world.get())[0] == {}


@pytest.mark.parametrize("status", [200, 400, 500, 503])
async def test_no_error_is_kept_whatever_its_status(tmp_path: Path, status: int) -> None:
    """A page of a robot check with status 200 is one."""
    async with kit(tmp_path) as world:
        world.service.answer = lambda _: web.Response(
            status=status, text="<html>Are you human?", content_type="text/html"
        )
        with pytest.raises((BodyError, HttpStatusError)):
            await world.get()
        async with open_client(world.settings.with_changes(offline=True), trusted=[world.url]) as client:
            mine = client.of("s", Limits(), fresh=HOUR)
            assert mine.source_client is not None
            assert not await mine.source_client.has_stored()


async def test_what_a_search_with_problems_read_replaces_nothing_and_is_asked_for_again(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        await world.get()
        assert (await world.get(fresh=True, good=False))[0] == {"n": 2}
        assert (await world.get())[0] == {"n": 1}
        assert (await world.get("/other", good=False))[0] == {"n": 3}
        assert (await world.get("/other"))[0] == {"n": 4}


async def test_a_source_has_what_its_parts_have(tmp_path: Path) -> None:
    cache = Cache(tmp_path, megabytes=1)
    cache.store([new_entry(1)._replace(source="web:example.org")])
    assert [await cache.has(name) for name in ("web", "web:example.org", "we", "webs")] == [True, True, False, False]
    await cache.close()


async def test_size_zero_keeps_nothing(tmp_path: Path) -> None:
    async with kit(tmp_path) as world:
        for n in (1, 2):
            assert (await world.get(cache_mb=0))[0] == {"n": n}
    assert not (tmp_path / FILE).exists()


# The file


def new_entry(number: int, *, size: int = 100_000, at: float = 0.0) -> NewEntry:
    data = bytes((number * 7919 + index * index) % 251 for index in range(1000)) * (size // 1000)
    response = Response(status=200, data=data, content_type="", charset=None, url="u", retrieved=at)
    return NewEntry(key_of(f"u{number}", {}), "s", "u", response, HOUR)


class Noise:
    """Bodies that cannot be packed."""

    @staticmethod
    def of(number: int, size: int = 100_000) -> NewEntry:
        import random

        response = replace(
            new_entry(number).response, data=random.Random(number).randbytes(size), retrieved=float(number)
        )
        return new_entry(number)._replace(response=response)


async def test_what_was_not_used_for_longest_leaves_when_it_is_full(tmp_path: Path) -> None:
    cache = Cache(tmp_path, megabytes=1)
    for number in range(1, 7):
        cache.store([Noise.of(number)])
    assert await cache.find(key_of("u1", {}), now=2 * USED) is not None
    for number in range(7, 15):
        cache.store([Noise.of(number)])
    left = [number for number in range(1, 15) if await cache.find(key_of(f"u{number}", {}), now=3 * USED)]
    await cache.close()
    assert 5 <= len(left) <= 10
    assert left == [1, *range(15 - len(left) + 1, 15)]
    assert (tmp_path / FILE).stat().st_size < 1.5 * 1024 * 1024


USED = 10_000.0


async def test_a_damaged_file_is_thrown_away_and_begun_anew(tmp_path: Path) -> None:
    for damage in (b"garbage" * 1000, None):
        cache = Cache(tmp_path, megabytes=1)
        cache.store([new_entry(1)])
        assert await cache.find(key_of("u1", {}), now=1.0) is not None
        await cache.close()
        file = tmp_path / FILE
        whole = file.read_bytes()
        file.write_bytes(damage if damage is not None else whole[:4096] + bytes(len(whole) - 4096))
    cache = Cache(tmp_path, megabytes=1)
    assert await cache.find(key_of("u1", {}), now=1.0) is None
    cache.store([new_entry(2)])
    assert await cache.find(key_of("u2", {}), now=1.0) is not None
    await cache.close()


async def test_a_body_in_which_a_bit_was_flipped_is_not_given(tmp_path: Path) -> None:
    cache = Cache(tmp_path, megabytes=1)
    cache.store([Noise.of(1, 2000)])
    await cache.close()
    db = apsw.Connection(str(tmp_path / FILE))
    (body,) = db.execute("SELECT body FROM replies").fetchone()  # type: ignore[misc]
    altered = bytearray(body)
    altered[len(altered) // 2] ^= 1
    db.execute("UPDATE replies SET body = ?", (bytes(altered),))
    db.close()
    cache = Cache(tmp_path, megabytes=1)
    assert await cache.find(key_of("u1", {}), now=1.0) is None
    await cache.close()


async def test_an_unwritable_home_keeps_within_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "home", megabytes=1)
    cache.store([new_entry(1)])
    assert await cache.find(key_of("u1", {}), now=1.0) is not None
    await cache.close()


WRITE = """
import asyncio, sys
from pathlib import Path
from research_agent.http.cache import Cache, NewEntry, key_of
from research_agent.http.response import Response

async def main(home, mine):
    cache = Cache(Path(home), megabytes=1)
    for number in range(60):
        data = (f"{mine}:{number}:" * 3000).encode()
        response = Response(status=200, data=data, content_type="", charset=None, url="u", retrieved=float(number))
        cache.store([NewEntry(key_of(f"u{number % 20}", {}), "s", "u", response, 60.0)])
        entry = await cache.find(key_of(f"u{number * 7 % 20}", {}), now=1.0)
        if entry is not None:
            who, which, _ = entry.response.data.split(b":", 2)
            assert entry.response.data == b"%s:%s:" % (who, which) * 3000
    await cache.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_sixteen_processes_at_once_do_not_harm_it(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", WRITE, str(tmp_path)]
    running = [subprocess.Popen([*argv, str(number)], stderr=subprocess.PIPE, text=True) for number in range(16)]
    assert [process.communicate(timeout=300)[1] for process in running] == [""] * 16
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    db = apsw.Connection(str(tmp_path / FILE))
    assert db.pragma("integrity_check") == "ok"
    assert db.execute("SELECT count(*) FROM replies").fetchone() == (20,)
    db.close()


async def test_forgetting_leaves_no_word_of_it_on_the_disk(tmp_path: Path) -> None:
    word = b"Schwarzschild-radius-of-my-own"
    cache = Cache(tmp_path, megabytes=1)
    response = replace(new_entry(1).response, data=word, url=f"http://x.example/?q={word.decode()}")
    cache.store([new_entry(1)._replace(response=response)])
    await cache.close()
    assert on_disk(tmp_path, word)
    await asyncio.to_thread(forget, tmp_path)
    assert not on_disk(tmp_path, word)
    await asyncio.to_thread(forget, tmp_path / "nowhere")


@pytest.mark.parametrize("login", ["", "me:canary-pw@"])
async def test_where_a_redirect_led_is_kept_without_the_query(tmp_path: Path, login: str) -> None:
    def answer(request: web.Request) -> web.Response:
        if request.path == "/old":
            return web.Response(status=301, headers={"Location": f"/new?{request.query_string}"})
        return web.json_response({"n": 1})

    async with kit(tmp_path) as world:
        world.service.answer = answer
        urls = []
        for _ in range(2):
            async with open_client(world.settings, clock=world.clock, trusted=[world.url]) as client:
                mine = client.of("s", Limits(), fresh=HOUR)
                for path in ("/old", "/new"):
                    address = f"{world.url.replace('://', f'://{login}')}{path}?token=canary-key"
                    urls.append((await mine.get_bytes(address)).url)
                assert mine.source_client is not None
                mine.source_client.end(good=True)
        assert urls == [f"{world.url}/new?token=canary-key"] * 3 + urls[3:]
        assert urls[3].endswith("/new?token=canary-key")
    assert not on_disk(tmp_path, b"canary")
