"""Requests go to the public internet and to what the user named, and nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from research_agent.errors import AddressError, BodyError, SourceError
from research_agent.http import open_client
from research_agent.http.proxies import Proxies
from research_agent.http.redirects import follow, headers_for, parsed
from research_agent.http.ssrf import NOT_PUBLIC_4, RefusedAddressError, SsrfGuard, is_public
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.unwritable_home import NOWHERE

pytestmark = pytest.mark.anyio

SETTINGS = Settings.of(home=NOWHERE, deadline=60.0)
ADDRESS = ("127.0.0.1", 80)


class Names(aiohttp.abc.AbstractResolver):
    """Names and the addresses they stand for; counts how often each was looked up."""

    def __init__(self, **names: list[str]) -> None:
        self.names = {name.replace("_", "."): addresses for name, addresses in names.items()}
        self.lookups: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        self.lookups.append(host)
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            for address in self.names.get(host, [])
        ]

    async def close(self) -> None:
        pass


def app_of(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    return app


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"path": request.path_qs, "headers": dict(request.headers)})


# Addresses


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00::1"]
)
async def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "0.1.2.3", "100.64.0.1"),
        *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("192.88.99.1", "198.51.100.1", "203.0.113.1", "::", "::1", "::127.0.0.1", "::ffff:8.8.8.8", "fe80::1"),
        *("fe80::1%eth0", "2606:4700::1%eth0", "fc00::1", "fd00::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
        *("2002:7f00:1::", "2001:0:1::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "fec0::1", "localhost", ""),
    ],
)
async def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


async def test_pythons_own_word_is_not_enough() -> None:
    """The broken twin: `is_global` lets NAT64, 6to4 or multicast through, depending on the version."""
    passed = [a for a in ("64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "224.0.0.1", "ff0e::1")
              if ipaddress.ip_address(a).is_global]  # fmt: skip
    assert passed


async def test_the_networks_are_those_of_the_registry() -> None:
    assert all(not is_public(str(network[0])) and not is_public(str(network[-1])) for network in NOT_PUBLIC_4)


# URLs


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/"),
        *("http://127.1/", "http://127.0.0.1./", "http://127.0.0.1../", "http://localhost/", "http://LOCALHOST./"),
        *("http://a.localhost/", "http://printer.local/", "http://metadata.google.internal/", "http://intranet/"),
        *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://１２７.０.０.１/"),
        *(
            "http://①②⑦.0.0.1/",
            "http://ⓛocalhost/",
            "http://127。0。0。1/",
            "http://%31%32%37.0.0.1/",
            "http://a..com/",
        ),
        *("http://me:pw@127.0.0.1/", "http://example.com@127.0.0.1/", "http://①②⑦.0.0.1/%41", "http://0/"),
        *("http://router.home.arpa/", "http://8.8.8.8.localhost/", "http://1.2.3/", "http://example.0x1/"),
    ],
)
async def test_local_places_are_not_asked_in_any_spelling(url: str) -> None:
    with pytest.raises(AddressError, match=r"not on the public internet|not http"):
        SsrfGuard().check(parsed(url))


@pytest.mark.parametrize("url", ["http://example.com/", "https://8.8.8.8/", "http://[2606:4700::1111]:8080/x",
                                 "https://bücher.example/", "http://localhost.example.com/", "http://3m.com/",
                                 "http://127.0.0.1.nip.example/"])  # fmt: skip
async def test_the_rest_of_the_web_is(url: str) -> None:
    SsrfGuard().check(parsed(url))


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "data:,x", "http:///x", "about:blank"])
async def test_nothing_but_http_is_asked(url: str) -> None:
    with pytest.raises(AddressError, match="not http or https"):
        SsrfGuard().check(URL(url))


async def test_what_the_user_named_is_exactly_that() -> None:
    guard = SsrfGuard(
        ["http://127.0.0.1:8080/w", "http://searx.lan", "http://[::1]:90"], proxies=["http://10.0.0.1:3128"]
    )
    for url in ("http://127.0.0.1:8080/other?x=1", "http://searx.lan:80/", "http://[0:0::1]:90/"):
        guard.check(URL(url))
    for url in (
        *("https://127.0.0.1:8080/", "http://127.0.0.1:8081/", "http://127.0.0.1/", "https://searx.lan:80/"),
        *("http://10.0.0.1:3128/", "http://localhost:8080/"),
    ):
        with pytest.raises(AddressError):
            guard.check(URL(url))


async def test_a_refusal_shows_no_password_and_no_query() -> None:
    with pytest.raises(AddressError) as caught:
        SsrfGuard().check(URL("http://me:secret@127.0.0.1/?key=secret"))
    assert "secret" not in caught.value.message + caught.value.hint


# Names


async def test_a_name_that_stands_for_a_local_address_is_not_asked() -> None:
    hosts = []

    async def handler(request: web.Request) -> web.Response:
        hosts.append(request.host)
        return web.json_response({})

    names = Names(evil_example=["127.0.0.1", "::1"])
    async with serve(app_of(handler)) as url, open_client(SETTINGS, resolver=names) as client:
        with pytest.raises(AddressError, match=r"evil\.example \(127\.0\.0\.1\)"):
            await client.get_json(f"http://evil.example:{URL(url).port}/")
        assert hosts == []

        # The naive way asks it.
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=names)) as session:
            await session.get(f"http://evil.example:{URL(url).port}/")
        assert hosts


async def test_of_a_names_addresses_only_public_ones_are_connected_to() -> None:
    assert SsrfGuard().allowed_addresses("mixed.example", 80, ["127.0.0.1", "8.8.8.8", "::1"]) == ["8.8.8.8"]
    assert SsrfGuard().allowed_addresses("none.example", 80, []) == []


async def test_a_name_that_the_user_gave_may_stand_for_a_local_address() -> None:
    """And only for it: another name, or another port of the same machine, does not profit."""
    names = Names(searx_lan=["127.0.0.1"], evil_example=["127.0.0.1"])
    async with serve(app_of(echo)) as url:
        port = URL(url).port
        async with open_client(SETTINGS, trusted=[f"http://searx.lan:{port}"], resolver=names) as client:
            assert (await client.get_json(f"http://searx.lan:{port}/x"))["path"] == "/x"
            for other in (f"http://evil.example:{port}/", f"{url}/", f"http://searx.lan:{port or 0 + 1}1/"):
                with pytest.raises(SourceError):
                    await client.get_json(other)


async def test_settings_name_what_is_trusted() -> None:
    async with (
        serve(app_of(echo)) as url,
        open_client(SETTINGS.with_changes(source_urls={"x": f"{url}/base"})) as client,
    ):
        assert await client.get_json(f"{url}/y")


async def test_the_last_look_is_at_the_very_address() -> None:
    """aiohttp looks up no literal, so the resolver alone would let it through."""
    guard = SsrfGuard(["http://127.0.0.1:8080"])
    with pytest.raises(RefusedAddressError):
        guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ADDRESS))
    guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 8080))).close()

    async with serve(app_of(echo)) as url:
        async with aiohttp.ClientSession(connector=SsrfGuard().connector(Names())) as session:
            with pytest.raises(aiohttp.ClientConnectorError, match="no public address"):
                await session.get(url)
        naive = aiohttp.TCPConnector(resolver=Names())  # refuses every name
        async with aiohttp.ClientSession(connector=naive) as session:
            assert (await session.get(url)).status == 200


async def test_a_proxy_is_used_and_nothing_that_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(app_of(echo)) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        async with open_client(SETTINGS) as client:
            assert await client.get_json("http://wiki.example/page")
            for inside in ("http://127.0.0.1/", "http://localhost/", url, "http://169.254.169.254/latest"):
                with pytest.raises(AddressError):
                    await client.get_json(inside)


async def test_the_netrc_of_the_user_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """aiohttp with `trust_env` would send what stands there to any host that a page names."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with serve(app_of(echo)) as url:
        async with open_client(SETTINGS, trusted=[url]) as client:
            assert "Authorization" not in (await client.get_json(url))["headers"]
        async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as response:
            assert "Authorization" in (await response.json())["headers"]


# Redirects


@pytest.mark.parametrize(
    ("location", "way", "error"),
    [
        ("/x", "same host", None),
        ("https://a.example/x", "same host", None),
        ("http://b.example/x", "same host", "another place"),
        ("http://b.example/x", "anywhere", None),
        ("//b.example/x", "anywhere", None),
        ("file:///etc/passwd", "anywhere", "not http or https"),
        ("http://b.example/?key=tell-nobody", "anywhere", "another place"),
        ("http://b.example/?key=tell%2dnobody", "anywhere", "another place"),
    ],
)
async def test_where_a_redirect_may_lead(location: str, way: Any, error: str | None) -> None:
    first = URL("http://a.example/start")
    if error is None:
        assert follow(first, first, location, way=way, secrets=("tell-nobody",))
    else:
        with pytest.raises(SourceError, match=error) as caught:
            follow(first, first, location, way=way, secrets=("tell-nobody",))
        assert "nobody" not in str(caught.value)


async def test_https_never_falls_back_to_http_on_any_hop() -> None:
    first = URL("http://a.example/")
    with pytest.raises(BodyError, match="from https to http"):
        follow(first, URL("https://b.example/"), "http://c.example/", way="anywhere")


async def test_another_host_hears_nothing_of_who_asks() -> None:
    headers = {"Authorization": "Bearer x", "X-Api-Key": "x", "Cookie": "x", "Accept": "text/html"}
    here, there = URL("https://a.example/1"), URL("https://b.example/")
    assert headers_for(headers, here, URL("https://a.example/2")) == headers
    assert headers_for(headers, here, there) == {"Accept": "text/html"}
    assert headers_for(headers, here, URL("https://a.example:8443/")) == {"Accept": "text/html"}


async def test_each_hop_is_judged_again() -> None:
    async def to(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async with serve(app_of(to)) as url, open_client(SETTINGS, trusted=[url], resolver=Names()) as client:
        for target in ("http://169.254.169.254/", "http://localhost:1/", "http://127.0.0.1:1/", "http://2130706433/"):
            with pytest.raises(AddressError):
                await client.get_bytes(url, params={"to": target}, follow="anywhere")


# Secrets


async def test_a_secret_parameter_is_sent_and_never_shown() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": f"http://b.example/?{request.query_string}"})
        return web.Response(status=int(request.path[1:]), text=request.query_string)

    secret = {"api_key": "tell&nobody"}
    async with serve(app_of(handler)) as url, open_client(SETTINGS, trusted=[url]) as client:
        body = await client.get_bytes(f"{url}/200", params={"q": "x"}, secret_params=secret)
        assert body.data == b"q=x&api_key=tell%26nobody"
        assert body.url == f"{url}/200?q=x"
        for path in ("/500", "/away", "/200"):
            with pytest.raises(SourceError) as caught:
                await client.get_json(f"{url}{path}", secret_params=secret)
            assert "nobody" not in f"{caught.value.message} {caught.value.hint}"


async def test_a_name_that_cannot_be_one_is_a_source_error() -> None:
    """Python's own look-up raises a UnicodeError then."""
    async with open_client(SETTINGS) as client:
        with pytest.raises(SourceError, match="DNS lookup failed"):
            await client.get_json(f"http://{'a' * 64}.example/")


@pytest.mark.parametrize("url", ["http://[", "http://x:99999/", "http://", "nonsense"])
async def test_a_base_url_that_is_none_is_trusted_with_nothing(url: str) -> None:
    async with open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(SourceError):
            await client.get_json(url)


async def test_the_users_proxies_and_exceptions_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:3128")
    monkeypatch.setenv("HTTPS_PROXY", "")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    proxies = Proxies()
    assert proxies.of(URL("http://a.example/")) == URL("http://proxy.example:3128")
    assert proxies.of(URL("http://inside.example/")) is proxies.of(URL("https://a.example/")) is None


@pytest.mark.parametrize("proxy", ["http://[", "socks5://127.0.0.1:1", "http://"])
async def test_a_proxy_that_cannot_be_used_is_not_gone_around(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    async with open_client(SETTINGS, resolver=Names()) as client:
        with pytest.raises(SourceError, match="HTTP_PROXY"):
            await client.get_json("http://a.example/")


def test_a_place_that_was_found_here_is_open_to_one_client_and_only_while_it_is_trusted() -> None:
    guard = SsrfGuard()
    one = guard.trusting("http://127.0.0.1:8888")
    one.check(URL("http://127.0.0.1:8888/search"))
    for url in ("http://127.0.0.1:8889/", "https://127.0.0.1:8888/", "http://localhost:8888/", "http://[::1]:8888/"):
        with pytest.raises(AddressError):
            one.check(URL(url))
    with pytest.raises(AddressError):
        guard.check(URL("http://127.0.0.1:8888/search"))
    assert guard.allows("127.0.0.1", 8888)
    guard.distrust("http://127.0.0.1:8888")
    assert not guard.allows("127.0.0.1", 8888)


def test_what_the_user_set_stays_trusted() -> None:
    guard = SsrfGuard(["http://127.0.0.1:8888"])
    guard.distrust("http://127.0.0.1:8888")
    assert guard.allows("127.0.0.1", 8888)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://例え.jp/%E3%81%82", "https://xn--r8jz45g.jp/%E3%81%82"),
        ("http://bücher.example/a%20ö?q=%C3%A4&b=ü", "http://xn--bcher-kva.example/a%20%C3%B6?q=%C3%A4&b=%C3%BC"),
        ("http://u:p@пример.рф:81/%D0%B0б#в", "http://u:p@xn--e1afmkfd.xn--p1ai:81/%D0%B0%D0%B1#%D0%B2"),
        ("/sök%20på", "/s%C3%B6k%20p%C3%A5"),
        ("http://a.example/%2F?b=%26", "http://a.example/%2F?b=%26"),
        ("http://[2001:db8::1]:81/%20ä", "http://[2001:db8::1]:81/%20%C3%A4"),
    ],
)
def test_an_address_in_any_script_is_sent_in_ascii_and_keeps_its_encoding(written: str, sent: str) -> None:
    """The broken twin: yarl alone leaves such a host as it is, and cannot say it afterwards."""
    assert str(parsed(written)) == sent
    assert parsed(written).host == parsed(sent).host
    if "://" in written and not URL(written, encoded=True).raw_host.isascii():  # type: ignore[union-attr]
        with pytest.raises(UnicodeEncodeError):
            assert URL(written, encoded=True).host


@pytest.mark.parametrize("written", ["http://a\u2028b.example/%20", "http://[::1/%20", "http://\u0130\ud800.example/%"])
def test_what_is_no_address_is_said_to_be_none(written: str) -> None:
    with pytest.raises(aiohttp.InvalidURL):
        parsed(written)


@pytest.mark.parametrize("url", ["http://[::1]:80@", "http://[::1", "http://a:b:c/", "http://a:99999999/"])
def test_what_is_no_address_is_refused_as_none(url: str) -> None:
    with pytest.raises(aiohttp.InvalidURL):
        parsed(url)
