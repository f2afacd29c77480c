"""The main text is told by where the prose is, not by what its wrapper is called."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHARED
from research_agent.documents.html import read_html

TEXT = "The harbour froze in 1895, and the ferries waited for three weeks until the ice broke at last."
MORE = "The Lumen is 412 kilometres long, rises at Mount Oster, and carries timber to the delta in spring."
MENU = (
    "<nav><ul><li><a href=/>Home</a><li><a href=/a>About</a></ul></nav><footer>Imprint. All rights reserved.</footer>"
)


def text_of(body: str) -> str:
    text = read_html(body.encode(), "http://harbour.example/ice", None)["text"]
    assert isinstance(text, str)
    return text


WRAPPERS = [
    "<div class='site-content right-sidebar'>{}</div>",
    "<div id=sidebar>{}</div>",
    "<div class='with-sidebar toc-left'>{}</div>",
    "<aside>{}</aside>",
    "<aside class=sidebar role=complementary>{}</aside>",
    "<div role=complementary>{}</div>",
    "<div class='tabs'><div class='tab-pane' role=tabpanel>{}</div></div>",
    "<details><summary>More</summary>{}</details>",
    "<div style='display:none' id=content>{}</div><script>show()</script>",
    "<div hidden id='S:0'>{}</div>",
    "<div aria-hidden=true class=js-content>{}</div>",
    "<div style='visibility: hidden'>{}</div>",
    "<form id=aspnetForm action=/x>{}</form>",
    "<header>{}</header>",
    "<footer><div class=promo>{}</div></footer>",
    "<section class='social share'>{}</section>",
    "<x-sidebar class=sidebar>{}</x-sidebar>",
    "<div class=advertisement><aside>{}</aside></div>",
    "<article class='noprint'>{}</article>",
    "<div class=newsletter><table><tr><td>{}</td></tr></table></div>",
]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_what_holds_most_of_the_prose_is_the_page(wrapper: str) -> None:
    """The broken twin leaves out what is called a sidebar."""
    inside = wrapper.format(f"<h1>Ice</h1><p>{TEXT}</p><p>{MORE}</p>")
    page = f"<body>{MENU}{inside}<div class=sidebar>Ads here.</div>"
    text = text_of(page)
    assert TEXT in text
    assert MORE in text
    for junk in ("Home", "Imprint", "Ads"):
        assert junk not in text


@pytest.mark.parametrize(
    "junk",
    [
        "<aside><p>More like this: the ferries of Oster.</p></aside>",
        "<div class=sidebar><p>The weather is fine today. Rain is due on Sunday.</p></div>",
        "<div hidden><p>Rain fell. It was wet.</p></div>",
        "<div class='cookie-banner'><p>We use cookies to make this site better. Accept?</p></div>",
        "<div role=dialog><p>Take part in our survey. It takes two minutes.</p></div>",
        "<aside class=newsletter><p>Get our letter. It is free.</p><input><button>Go</button></aside>",
        "<footer><p>Published by the Gazette. All rights are reserved.</p></footer>",
        "<form><p>Write a comment. Be kind to others.</p><textarea></textarea></form>",
        "<div class='related-articles'><p>The ferry of 1912. A story.</p></div>",
        "<nav><p>You are here. The harbour.</p></nav>",
    ],
)
@pytest.mark.parametrize("main", ["<div>{}</div>", "<main>{}</main>", "<div class=right-sidebar>{}</div>"])
def test_what_holds_little_of_it_is_left_out(junk: str, main: str) -> None:
    body = f"<h1>Ice</h1><p>{TEXT}</p><p>{MORE}</p>"
    assert text_of(f"{junk}{main.format(body)}{junk}") == f"Ice\n\n{TEXT}\n\n{MORE}"
    assert text_of(main.format(f"{body}{junk}")) == f"Ice\n\n{TEXT}\n\n{MORE}"


@pytest.mark.parametrize(
    "page",
    [
        "<ul role=tablist><li><a href='#two'>Two</a></ul><div id=one><p>{}</p></div><div id=two "
        "style='display:none'><p>{}</p></div>",
        "<button aria-controls=b>Show more</button><p>{}</p><div id=b hidden><p>{}</p></div>",
        "<button onclick=\"show('more')\">More</button><p>{}</p><div id=more style='display: none'><p>{}</p></div>",
        "<a data-toggle=collapse data-target='#c'>Facts</a><p>{}</p><div id=c hidden><p>{}</p></div>",
        "<div role=tabpanel><p>{}</p></div><div role=tabpanel aria-hidden=true><p>{}</p></div>",
        "<div class='tab-pane active'><p>{}</p></div><div class=tab-pane hidden><p>{}</p></div>",
        "<div class='accordion-body'><p>{}</p></div><div class=accordion-body style='display:none'><p>{}</p></div>",
        "<details open><summary>A</summary><p>{}</p></details><details><summary>B</summary><p>{}</p></details>",
        "<main><p>{}</p><aside class=note><p>{}</p></aside></main>",
        "<article><p>{}</p><aside aria-label=Tip><p>{}</p></aside></article>",
    ],
)
def test_what_a_reader_can_unfold_is_read(page: str) -> None:
    text = text_of(MENU + page.format(TEXT, MORE))
    assert TEXT in text
    assert MORE in text


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<main><article><p>{0}</p></article><article><p>{1}</p></article></main>", 2),
        ("<html amp><body><amp-sidebar hidden><a href=/>x</a></amp-sidebar><p>{0}</p><p>{1}</p>", 2),
        ("<dl><dt>Ice</dt><dd>{0}</dd><dt>Length</dt><dd>{1}</dd></dl>", 2),
        ("<table><tr><td><a href=/>Menu</a></td><td><p>{0}</p><p>{1}</p></td></tr></table>", 2),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>{0}</p><p>{1}</p></body></html>", 2),
        ("<body dir=rtl><main><p>{0}</p></main>", 1),
        ("<section><blockquote>{0}</blockquote><figure><figcaption>{1}</figcaption></figure></section>", 2),
    ],
)
def test_other_shapes_of_pages_are_read(page: str, words: int) -> None:
    text = text_of(page.format(TEXT, MORE))
    assert all(said in text for said in (TEXT, MORE)[:words])


def test_the_wrapper_of_the_field_is_read() -> None:
    file = SHARED / "field" / "pages" / "sidebar_wrapper.html"
    if not file.exists():
        pytest.skip("the shared data is not beside the checkout")
    text = text_of(file.read_text())
    assert "It is 412 kilometres long" in text
    assert "nature reserve in 1987" in text


@pytest.mark.parametrize(
    "page",
    [
        "<article><a href='#a'>Go</a><h1 class=share>{}</h1></article>",
        "<h1 style='display:none'>{}</h1><a href='#a'>Go</a>",
        "<form class=cookie role=dialog><h2 aria-hidden=true>{}</h2><p><a href='#a'>Go</a></form>",
        "<nav><a href=/>Home</a></nav><section hidden><h1>{}</h1><a href='#a'>Go</a></section>",
        "<div role=dialog><h1>{}</h1></div><footer><a href=/>Home</a></footer>",
        "<aside class=toc><h2 hidden><span class=lineno>{}</span></h2><ul><li><a href='#a'>Go</a></ul></aside>",
        "<details><summary><a href='#a'>Go</a></summary><h3 class=sidebar>{}</h3></details>",
        "<main class=toc><p><a href='#a'>Go</a><h1 style='display:none'><span role=dialog>{}</span></h1></main>",
    ],
)
def test_a_heading_that_is_all_there_is_is_not_lost_beside_a_menu(page: str) -> None:
    assert TEXT in text_of(page.format(TEXT))


NAMES = st.sampled_from(["", "sidebar", "content", "cookie", "tab-pane", "toc", "share", "main"])
TAGS = st.sampled_from(
    ["h1", "div", "aside", "nav", "main", "form", "p", "table", "li", "details", "section", "x-y", "pre"]
)
HIDES = st.sampled_from(["", " hidden", " style='display:none'", " role=dialog", " role=tabpanel", " aria-hidden=true"])
ELEMENT = st.tuples(TAGS, NAMES, HIDES)
TREES = st.recursive(
    st.sampled_from([TEXT, MORE, "x", "1", "<a href=/>Home</a>", "<button>Go</button>", "<br>", "</div>", "<"]),
    lambda inner: st.tuples(ELEMENT, st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0][0]} class='{made[0][1]}'{made[0][2]}>{''.join(made[1])}</{made[0][0]}>"
    ),
    max_leaves=12,
)


@given(TREES)
@settings(max_examples=100)
def test_any_page_is_read_and_prose_is_never_all_lost(page: str) -> None:
    text = text_of(page)
    said = [one for one in (TEXT, MORE) if one in page]
    assert not said or text.strip()


@pytest.mark.parametrize("piece", ["<aside><p>A sentence it is. ", "<div class=sidebar><h1>x</h1>", "<div hidden>x"])
def test_judging_takes_no_longer_for_hostile_pages(piece: str) -> None:
    start = time.process_time()
    text_of(piece * 4_000)
    assert time.process_time() - start < 2.0


STANDS_IN = [
    "<x-article><template shadowrootmode=open><style>p{{}}</style><p>{}</template></x-article>",
    "<x-app><template shadowrootmode=open><b><template shadowrootmode=closed><p>{}</template></b></template></x-app>",
    "<x-a><template id=row></template><template shadowroot=open><p>{}</template></x-a><template>no</template>",
    "<x-card><template shadowrootmode=open><slot></slot></template><p>{}</p></x-card>",
    "<div id=root></div><noscript><p>{}</p></noscript><script src=a.js></script>",
    "<frameset cols=50%,50%><frame src=a.html><noframes><body><p>{}</body></noframes></frameset>",
    '<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{}"}}</script><div id=root></div>',
    '<script type="application/ld+json">{{"@graph": [{{"articleBody": "<p>{}</p>"}}]}}</script><p>Loading...</p>',
    "<dialog open><p>{}</p></dialog>",
    "<body style='opacity:0; visibility:hidden'><p>{}</p></body>",
]


@pytest.mark.parametrize("page", STANDS_IN)
def test_a_text_that_no_script_has_filled_in_is_read(page: str) -> None:
    assert text_of(page.format(f"{TEXT} {MORE}")) == f"{TEXT} {MORE}"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<script type="application/ld+json">{{"isAccessibleForFree": false, "articleBody": "{}"}}</script>', ""),
        ("<article><p>" + TEXT + "</p></article><noscript><p>{}</p></noscript>", TEXT),
        ("<p>" + TEXT + "</p><noscript>Please enable JavaScript in your browser. {}</noscript>", TEXT),
        ("<p>" + TEXT + "</p><dialog><p>{}</p></dialog>", TEXT),
        ("<article><p>" + TEXT + "</p></article><dialog open class=cookie><p>We use cookies.</p></dialog>", TEXT),
        ("<template id=row><p>{}</p></template><script></script>", ""),
    ],
)
def test_what_is_not_shown_stands_in_for_no_text_there_is(page: str, text: str) -> None:
    assert text_of(page.format(MORE)) == text


def test_many_templates_take_no_longer() -> None:
    start = time.process_time()
    text_of("<template shadowrootmode=open>" * 20_000)
    assert time.process_time() - start < 5


LINKS = "".join(f"<li><a href=/{at}>Section {at}</a></li> " for at in range(30))
DOUBTED = ["<nav><ul>{}</ul></nav>", "<footer class=promo><p>{}</p></footer>", "<aside><button>More</button>{}</aside>"]
BESIDE = [
    f"<p>{TEXT}</p>",
    f"<main><h1>Ice</h1><p>{TEXT}</p></main>",
    "<h1>Sections</h1>",
    "",
    f"<aside>{MORE}</aside>",
]


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("doubted", DOUBTED)
@pytest.mark.parametrize("said", ["", f"{MORE} ", "All of them "])
def test_menus_that_are_not_walked_through_change_no_text(
    doubted: str, beside: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin passes by whatever it doubts; then what is said among the links is missing."""
    body = f"<body>{doubted.format(said + LINKS)}{beside}{doubted.format(LINKS)}"
    quick = text_of(body)
    monkeypatch.setattr("research_agent.documents.page_walk.is_only_links", lambda _: False)
    assert quick == text_of(body)


def test_what_is_said_among_links_is_no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"<body><p>Short.</p><nav>{TEXT} {MORE} {LINKS}</nav><p>{MORE[:40]}.</p>"
    assert TEXT in text_of(body)
    monkeypatch.setattr("research_agent.documents.page_walk.is_only_links", lambda _: True)
    assert TEXT not in text_of(body)
