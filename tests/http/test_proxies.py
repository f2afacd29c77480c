"""One reading of the proxy variables for every client: what is used, what is passed by, and never a trace."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from research_agent.errors import HttpConnectionError
from research_agent.http.proxies import DIRECT, Proxies

PROXY = "http://proxy.example:3128"


def chosen(url: str, **variables: str) -> str:
    return str(Proxies(variables).of(URL(url)) or "direct")


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, "https://a.example", "direct"),
        ({"HTTPS_PROXY": PROXY}, "https://a.example", PROXY),
        ({"HTTPS_PROXY": PROXY}, "http://a.example", "direct"),
        ({"http_proxy": PROXY}, "http://a.example", PROXY),
        ({"ALL_PROXY": PROXY}, "http://a.example", PROXY),
        ({"all_proxy": PROXY}, "https://a.example", PROXY),
        ({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": PROXY}, "https://a.example", PROXY),
        ({"ALL_PROXY": "socks5://127.0.0.1:7891", "HTTPS_PROXY": PROXY}, "https://a.example", PROXY),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https://a.example", PROXY),
        ({"HTTPS_PROXY": f'"{PROXY}"'}, "https://a.example", PROXY),
        ({"HTTPS_PROXY": f"{PROXY}/"}, "https://a.example", PROXY),
        (
            {"HTTPS_PROXY": "http://me:p%40ss@proxy.example:3128"},
            "https://a.example",
            PROXY.replace("//", "//me:p%40ss@"),
        ),
        ({"HTTPS_PROXY": "https://proxy.example"}, "https://a.example", "https://proxy.example"),
        ({"HTTPS_PROXY": "http://[fd00::1]:3128"}, "https://a.example", "http://[fd00::1]:3128"),
    ],
)
def test_a_proxy_is_chosen_by_scheme(variables: Mapping[str, str], url: str, proxy: str) -> None:
    assert chosen(url, **variables) == proxy


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434", "http://LOCALHOST", "http://localhost.", "http://app.localhost", "http://127.0.0.1:1",
        "http://127.8.9.10", "http://127.1", "http://0.0.0.0:8080", "http://[::1]:11434", "http://[::ffff:127.0.0.1]",
        "http://[0:0:0:0:0:0:0:1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [PROXY, "socks5://127.0.0.1:7891", "socks://127.0.0.1:7891/", "nonsense://"])
def test_this_machine_is_never_reached_by_a_proxy(url: str, value: str) -> None:
    assert chosen(url, HTTP_PROXY=value, ALL_PROXY=value) == "direct"


HELD = [
    ("*", "https://a.example"),
    ("a.example", "https://a.example"),
    ("example", "https://a.example"),
    (".example", "https://a.example"),
    (".a.example", "https://a.example"),
    ("*.example", "https://a.example"),
    ("*.a.example", "https://a.example"),
    ("A.EXAMPLE.", "https://a.example"),
    ("a.example", "https://A.Example./path"),
    ("a.example:443", "https://a.example"),
    ("a.example:8080", "http://a.example:8080"),
    ("a.example:*", "http://a.example:8080"),
    ("https://a.example", "https://a.example"),
    ("all://a.example/", "https://a.example"),
    ("bücher.example", "https://xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "https://bücher.example"),
    ("10.1.2.3", "http://10.1.2.3"),
    ("10.1.2.3:80", "http://10.1.2.3"),
    ("10.0.0.0/8", "http://10.200.0.1:8080"),
    ("10.1.2.3/8", "http://10.200.0.1"),
    ("10.0.0.0/255.0.0.0", "http://10.200.0.1"),
    ("192.168.*", "http://192.168.7.7"),
    ("fd00::1", "http://[fd00::1]:80"),
    ("[fd00::1]", "http://[fd00::1]"),
    ("[fd00:0::0:1]", "http://[fd00::1]"),
    ("[fd00::1]:8443", "https://[fd00::1]:8443"),
    ("fd00::/8", "http://[fd12::9]"),
    ("[fd00::]/8", "http://[fd12::9]"),
    ("[fd00::/8]", "http://[fd12::9]"),
    ("::ffff:10.1.2.3", "http://10.1.2.3"),
    ("10.1.2.3", "http://[::ffff:10.1.2.3]"),
    ("fe80::1%eth0", "http://[fe80::1]"),
    ("localhost,127.0.0.1,::1,[::1], .internal ;a.example", "https://a.example"),
    ("localhost a.example", "https://a.example"),
    ('"a.example,b.example"', "https://a.example"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "url"), HELD)
def test_what_no_proxy_names_is_reached_directly(entries: str, url: str) -> None:
    everywhere = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "ALL_PROXY": PROXY}
    assert chosen(url, **everywhere) == PROXY
    assert chosen(url, **everywhere, NO_PROXY=entries) == "direct"
    assert chosen(url, **everywhere, no_proxy=f"x.invalid, {entries}") == "direct"


@pytest.mark.parametrize(
    ("entries", "url"),
    [
        ("a.example", "https://ba.example"),
        ("a.example", "https://a.example.org"),
        ("www.a.example", "https://a.example"),
        ("a.example:8080", "https://a.example"),
        ("http://a.example", "https://a.example"),
        ("10.1.2.3", "http://10.1.2.30"),
        ("2.3", "http://10.1.2.3"),
        ("10.0.0.0/8", "http://11.0.0.1"),
        ("10.0.0.0/8", "http://a.example"),
        ("fd00::1", "http://[fd00::2]"),
        ("[fd00::1]:8443", "https://[fd00::1]"),
        ("fd00::/8", "http://[fe00::1]"),
        ("[::1", "https://a.example"),
        ("http//a.example/x", "https://a.example"),
        (",,;", "https://a.example"),
        ("localhost", "https://notlocalhost"),
    ],
)
def test_what_it_does_not_name_goes_by_the_proxy(entries: str, url: str) -> None:
    assert chosen(url, HTTP_PROXY=PROXY, HTTPS_PROXY=PROXY, NO_PROXY=entries) == PROXY


def test_entries_that_name_nothing_are_told() -> None:
    assert Proxies({"NO_PROXY": "a.example, [::1], [::x], http//b/c,*"}).ignored == ("[::x]", "http//b/c")


@pytest.mark.parametrize(
    "value",
    [
        "socks5://me:canary@127.0.0.1:7891", "socks5h://127.0.0.1:7891", "socks://127.0.0.1:7891/", "socks4://h:1",
        "socks4a://h:1", "socks5://", "htp://proxy:1", "://", "http://", "http://proxy:99999", "http://proxy:port",
        "http://me:can#ary@proxy:1", "http://me:can/ary@proxy:1", "http://me:can?ary@proxy:1", "http://pro xy:1",
        "http://[::1", "ftp://proxy", "http://\udcff:x",
    ],
)  # fmt: skip
def test_one_that_cannot_be_used_is_one_line_that_names_the_variable(value: str) -> None:
    proxies = Proxies({"all_proxy": value})
    with pytest.raises(HttpConnectionError) as caught:
        proxies.of(URL("https://a.example"))
    line = f"{caught.value.message} {caught.value.hint}"
    assert "all_proxy" in caught.value.message
    assert "HTTPS_PROXY" in caught.value.hint
    assert "NO_PROXY" in caught.value.hint
    assert "canary" not in line
    assert "can" not in line.replace("cannot", "")
    assert "\n" not in line
    assert proxies.urls == ()
    assert [route.variable for route in proxies.routes] == ["all_proxy"]


def test_a_route_is_shown_without_login() -> None:
    proxies = Proxies({"HTTPS_PROXY": "http://me:canary@proxy.example:3128/?k=canary"})
    assert str(proxies.route(URL("https://a.example"))) == "HTTPS_PROXY = http://proxy.example:3128"
    assert str(DIRECT) == ""


@given(st.dictionaries(st.sampled_from(["HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY"]), st.text(max_size=40)))
def test_no_value_ever_raises_anything_else(variables: dict[str, str]) -> None:
    proxies = Proxies(variables)
    for url in ("http://a.example", "https://[fd00::1]:8443", "http://10.1.2.3"):
        str(proxies.route(URL(url)))
        with suppress(HttpConnectionError):
            proxies.of(URL(url))
    assert proxies.of(URL("http://127.0.0.1")) is None
