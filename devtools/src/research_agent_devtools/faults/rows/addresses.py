"""D4, D5, D8: a page, a redirect or a name that leads where no page may lead."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

import aiohttp
from yarl import URL

from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import AddressError, SourceError
from research_agent.http import MAX_REDIRECTS, Client, open_client
from research_agent.http.ssrf import SsrfGuard, is_public
from research_agent.settings import Settings
from research_agent.sources.crawler import read_pages
from research_agent_devtools.faults.raw_server import Wire, answer, redirect, saying, serving
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.unwritable_home import NOWHERE

SETTINGS = Settings.of(home=NOWHERE, deadline=20.0)

# Thirty ways to write a place of this machine or its network; names by what the resolver below says.
SPELLINGS = (
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
    *("0.0.0.0", "0", "127.0.0.1.", "localhost", "LOCALHOST.", "a.localhost", "１２７.０.０.１", "①②⑦.0.0.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1%25lo]", "[fd00::1]", "169.254.169.254", "100.64.0.1"),
    *("inside.example", "me@10.0.0.1"),
)
assert len(SPELLINGS) == 30
PLACES = ("query", "redirect", "page link", "hit of an engine")


class Names(aiohttp.abc.AbstractResolver):
    """Names without a network: numbers as the system reads them, `inside.example` and the local ones, scripts."""

    def __init__(self, scripts: Mapping[str, Sequence[Sequence[str]]] | None = None) -> None:
        self._scripts = {name: list(answers) for name, answers in (scripts or {}).items()}

    def next(self, host: str) -> list[str]:
        """What a name stands for this time; the last word is repeated."""
        if script := self._scripts.get(host):
            return list(script.pop(0) if len(script) > 1 else script[0])
        if host.rstrip(".").lower().endswith(("localhost", "inside.example")):
            return ["127.0.0.1"]
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            raise OSError(errno.EIO, "no such name") from None
        return [str(place[0]) for *_, place in found]

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [
            {"hostname": host, "host": one, "port": port, "proto": 0, "flags": 0,
             "family": socket.AF_INET6 if ":" in one else socket.AF_INET}
            for one in self.next(host)
        ]  # fmt: skip

    async def close(self) -> None:
        pass


class Watched(SsrfGuard):
    """The guard; what it would let through is written down, and nothing but the fault server is connected to."""

    connected: list[str]
    server: int

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        opened = super().open_socket(info)
        if info[4][1] != self.server:
            opened.close()
            self.connected.append(str(info[4][0]))
            raise OSError(errno.ECONNREFUSED, "only written down")
        return opened


class Unguarded(Watched):
    """The naive way: what is asked for is connected to."""

    def check(self, url: URL) -> None:
        pass

    def allowed_addresses(self, host: str, port: int, addresses: Any) -> list[str]:
        return list(addresses)

    def allows(self, address: str, port: int) -> bool:
        return True


class CheckedBefore(Unguarded):
    """The usual way: the name is looked up and judged, and looked up once more to connect."""

    names: Names

    def check(self, url: URL) -> None:
        if not all(is_public(address) for address in self.names.next(url.raw_host or "")):
            raise AddressError("leads to a private address")


def watching(kind: type[Watched], server: Wire, names: Names) -> type[Watched]:
    return type("Watching", (kind,), {"connected": [], "server": server.port, "names": names})


def spellings(run: Run, kind: type[Watched]) -> None:
    asyncio.run(_spellings(run, kind))


async def _spellings(run: Run, kind: type[Watched]) -> None:
    async with serving({}) as server, open_reader() as read:
        guard = watching(kind, server, Names())
        with patch("research_agent.http.SsrfGuard", guard):
            async with open_client(SETTINGS, trusted=[server.url], resolver=Names()) as client:
                for number, _ in run.trials():
                    spelling, place = SPELLINGS[number % 30], PLACES[number // 30 % len(PLACES)]
                    target = f"http://{spelling}/latest?x=1"
                    guard.connected.clear()
                    try:
                        await _lead(client, read, server, place, target)
                        run.fail(f"{place}: {spelling} was answered")
                    except SourceError:
                        run.check(not guard.connected, f"{place}: {spelling} was connected, {guard.connected}")


async def _lead(client: Client, read: Any, server: Wire, place: str, target: str) -> None:
    if place == "redirect":
        server.scripts["/go"] = redirect(_ascii(target))
        target = f"{server.url}/go"
    elif place == "page link":
        page = await read.html(f'<p><a href="{target}">more</a>'.encode(), url="http://news.example/")
        if not page.links:  # what the page says is no address at all
            raise AddressError("is no link")
        target = page.links[0][1]
    elif place == "hit of an engine":
        if any(isinstance(page, str) for page in (await read_pages([target], client=client, read=read)).values()):
            raise AddressError("was not read")
        return
    await client.get_bytes(target, follow="anywhere")


def _ascii(target: str) -> str:
    return target.encode("ascii", "ignore").decode() if target.isascii() else str(URL(target))


PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:4700::1111", "1.1.1.1")
PRIVATE = ("127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "fd00::7", "192.168.0.1", "::ffff:127.0.0.1")


def rebinding(run: Run, kind: type[Watched]) -> None:
    asyncio.run(_rebinding(run, kind))


async def _rebinding(run: Run, kind: type[Watched]) -> None:
    async with serving({}) as server:
        for number, rng in run.trials():
            host = f"name{number}.example"
            names = Names({host: _answers(rng)})
            guard = watching(kind, server, names)
            with patch("research_agent.http.SsrfGuard", guard):
                async with open_client(SETTINGS, resolver=names) as client:
                    for _ in range(3):
                        try:
                            await client.get_bytes(f"http://{host}/")
                            run.fail(f"{host} was answered")
                        except SourceError:
                            pass
            inside = [address for address in guard.connected if not is_public(address)]
            run.check(not inside, f"{host} led to {inside}")
            run.count("connections to public addresses", len(guard.connected) - len(inside))


def _answers(rng: Random) -> list[list[str]]:
    """What a name stands for, one time after the other: public first as a rule, then not, or both at once."""
    good, bad = rng.sample(PUBLIC, 2), rng.sample(PRIVATE, 2)
    mixed = rng.sample([*good, *bad], 4)
    return rng.choice([[good, bad], [good[:1], bad[:1]], [mixed], [mixed, bad], [good, mixed, bad], [bad, good]])


# Redirects

SECRET = "tell-nobody"
SENT = {"Authorization": f"Bearer {SECRET}", "X-Api-Key": SECRET, "Cookie": f"id={SECRET}"}


async def naive_get(client: Client, url: str) -> None:
    """As many do: one session with the key in its headers, redirects left to the library."""
    async with aiohttp.ClientSession(headers=SENT, cookies={"id": SECRET}) as session:
        try:
            async with session.get(url, params={"key": SECRET}, max_redirects=30) as response:
                await response.read()
        except aiohttp.ClientError as error:
            raise SourceError(str(error)) from error


async def own_get(client: Client, url: str) -> None:
    await client.get_bytes(url, headers=SENT, secret_params={"key": SECRET}, follow="anywhere")


def redirects(run: Run, get: Any) -> None:
    asyncio.run(_redirects(run, get))


async def _redirects(run: Run, get: Any) -> None:
    async with serving({"/end": saying(answer(b"ok"))}) as other, serving({"/end": saying(answer(b"ok"))}) as here:
        here.scripts |= {f"/{left}": redirect(f"/{left - 1}" if left else "/end") for left in range(31)}
        here.scripts |= {
            "/loop": redirect("/loop"),
            "/file": redirect("file:///etc/passwd"),
            "/data": redirect("data:text/plain,ok"),
            "/script": redirect("javascript:alert(1)"),
            "/nowhere": redirect("http://["),
            "/other": redirect(f"{other.url}/end"),
            "/other-307": redirect(f"{other.url}/end", 307),
            "/told": redirect(f"{other.url}/end?{{query}}"),
            "/back": redirect(f"{other.url}/back"),
            "/user": redirect(other.url.replace("://", "://me:pw@") + "/end"),
        }
        other.scripts["/back"] = redirect(f"{here.url}/loop")
        kinds = ["4", "5", "30", *(path[1:] for path in here.scripts if not path[1:].isdigit() and path != "/end")]
        async with open_client(SETTINGS, trusted=[here.url, other.url]) as client:
            for number, _ in run.trials():
                kind = kinds[number % len(kinds)]
                here.heads.clear()
                other.heads.clear()
                try:
                    await get(client, f"{here.url}/{kind}")
                except SourceError:
                    run.count("refused")
                hops = len(here.heads) + len(other.heads) - 1
                run.worst("hops", hops)
                run.check(hops <= MAX_REDIRECTS, f"{kind}: {hops} hops")
                run.check(not any(SECRET in head for head in other.heads), f"{kind}: another host was told the key")


assert all(not ipaddress.ip_address(address).is_multicast for address in PUBLIC)

ROWS = (
    Row(
        id="D4",
        fault="30 spellings of private places, in a query, a redirect, a link of a page, a hit of an engine",
        guarantee="nothing is connected to",
        quick=120,
        full=120,
        try_it=partial(spellings, kind=Watched),
        twin=partial(spellings, kind=Unguarded),
        twin_is="aiohttp as it is: every address that is asked for is connected to",
        twin_trials=120,
        unit="addresses",
    ),
    Row(
        id="D5",
        fault="a name that stands for a public address first, then for a private one, or for both",
        guarantee="only addresses that were judged are connected to",
        quick=200,
        full=1000,
        try_it=partial(rebinding, kind=Watched),
        twin=partial(rebinding, kind=CheckedBefore),
        twin_is="the name is looked up and judged, and looked up once more to connect",
        twin_trials=30,
        unit="names",
    ),
    Row(
        id="D8",
        fault="redirects in a circle, 30 in a row, to file: and data:, to another host while a key is sent",
        guarantee="at most 5 are followed, and no other host hears who asks or with which key",
        quick=26,
        full=1300,
        try_it=partial(redirects, get=own_get),
        twin=partial(redirects, get=naive_get),
        twin_is="one aiohttp session with the key in its headers, redirects left to it",
        twin_trials=13,
        unit="redirects",
    ),
)
