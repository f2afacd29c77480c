"""Documents are read in a child that can do nothing else; what one of them breaks is its own reading."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SHARED
from research_agent.documents.html_links import absolute
from research_agent.documents.isolated_reader import IsolatedReader, open_reader
from research_agent.documents.reader import NO_READER, Node, Page
from research_agent.errors import BodyError, SourceError, SourceNotReadyError
from research_agent.sources import Tools
from research_agent_devtools.harness.processes import are_gone
from research_agent_devtools.samples.pdf_files import HOSTILE, LINES, pdf_of
from research_agent_devtools.samples.wrong_bodies import CHECKS

pytestmark = pytest.mark.anyio

URL = "http://harbour.example/news/ice"
TEXT = "The harbour froze in 1895, and the ferries waited for three weeks until the ice broke at last."
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def read(anyio_backend: str) -> AsyncIterator[IsolatedReader]:
    async with open_reader() as reader:
        yield reader


async def text_of(read: IsolatedReader, body: str) -> str:
    return (await read.html(body.encode(), url=URL)).text


# HTML


async def test_a_page_tells_what_it_is(read: IsolatedReader) -> None:
    page = await read.html(
        b"""<!DOCTYPE html><html lang="en-GB"><head><title>Ice in the harbour - News</title>
        <meta property="og:title" content="Ice in the harbour"><meta name="description" content="A winter.">
        <meta name="author" content="A. Writer"><meta property="article:published_time" content="2026-01-02T03:04:05Z">
        <base href="/other/"></head><body><nav><a href="/">Home</a></nav><main><h1>Ice</h1><p>The harbour froze in 1895,
        and <a href="x?y=1#z">the ferries</a> waited.</p></main><a href="javascript:alert(1)">no</a></body></html>""",
        url=URL,
    )
    assert page == Page(
        title="Ice in the harbour",
        text="Ice\n\nThe harbour froze in 1895, and the ferries waited.",
        description="A winter.",
        author="A. Writer",
        published="2026-01-02T03:04:05Z",
        language="en-GB",
        links=(("Home", "http://harbour.example/"), ("the ferries", "http://harbour.example/other/x?y=1")),
    )


async def test_facts_may_stand_in_linked_data(read: IsolatedReader) -> None:
    page = await read.html(
        b"""<script type="application/ld+json">
        {"@graph": [{"datePublished": "2025-12-31", "author": [{"name": "B. C."}]}]}</script>
        <script type="application/ld+json">{broken</script><h1>Head</h1><p>Words.</p>""",
        url=URL,
    )
    assert (page.title, page.author, page.published) == ("Head", "B. C.", "2025-12-31")


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        (
            '<script type="application/ld+json">{"@type": ["Product", "https://schema.org/Offer"]}</script>',
            "Product Offer",
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle"}, {"@type": 3}]}</script>',
            "NewsArticle",
        ),
        ('<meta property="og:type" content="product">', "product"),
        ('<script type="application/ld+json">{"@type": "<b>x</b>"}</script>', ""),
        ("<p>Words.</p>", ""),
    ],
)
async def test_what_a_page_says_that_it_is(read: IsolatedReader, body: str, schema: str) -> None:
    assert (await read.html(f"{body}<h1>Head</h1><p>Words.</p>".encode(), url=URL)).schema == schema


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One.<p>Two.", "One.\n\nTwo."),
        ("<p>A <b>bold</b><i>er</i> word.<br>Next line.</p>", "A bolder word.\nNext line."),
        ("<ul><li>one</li><li>two <b>x</b></li></ul>after", "one\ntwo x\n\nafter"),
        ("<table><tr><th>Year</th><th>Ice</th></tr><tr><td>1895</td><td><p>thick</p></td></tr></table>",
         "Year\tIce\n1895\tthick"),
        ("<table><tr><td><p>Laid</p><p>out.</p></td></tr></table>", "Laid\n\nout."),
        ("<pre>def f():\n    return 1\n</pre>", "def f():\n    return 1"),
        ("<h2>Head</h2><div>Loose <span>text</span><p>Then.</p></div>", "Head\n\nLoose text\n\nThen."),
        ("<p>Caf&eacute; &amp; 5 &lt; 6&nbsp;km &#x1F600;</p>", "Café & 5 < 6 km 😀"),
        ("<blockquote>Said.</blockquote><dl><dt>Ice</dt><dd>frozen water</dd></dl>", "Said.\n\nIce\nfrozen water"),
    ],
)  # fmt: skip
async def test_text_is_what_a_reader_sees(read: IsolatedReader, body: str, text: str) -> None:
    assert await text_of(read, body) == text


@pytest.mark.parametrize(
    "around",
    [
        *("<nav>Home About</nav>", "<footer>Imprint 2026</footer>", "<aside>More like this</aside>"),
        *("<script>var x = 'gone'</script>", "<style>p{}</style>", "<noscript>Turn it on</noscript>"),
        *("<div hidden>gone</div>", "<div style='display: none'>gone</div>", "<p aria-hidden=true>gone</p>"),
        *("<div role=navigation>Menu</div>", "<div class='cookie banner'>Accept</div>", "<form>Search</form>"),
        *("<ul><li><a href=/1>One thing</a></li><li><a href=/2>Other thing</a></li></ul>", "<svg><text>x</text></svg>"),
        *("<header>Site name</header>", "<template>gone</template>", "<!-- gone -->", "<textarea>gone</textarea>"),
    ],
)
async def test_what_stands_around_the_text_is_left_out(read: IsolatedReader, around: str) -> None:
    assert await text_of(read, f"<body>{around}<div><p>{TEXT}</p></div>{around}</body>") == TEXT


async def test_the_main_part_is_taken_where_it_holds_the_words(read: IsolatedReader) -> None:
    elsewhere = "<div><p>Today's weather is fine.</p></div>"
    assert (
        await text_of(read, f"{elsewhere}<article><header><h1>Ice</h1></header><p>{TEXT}</p></article>")
        == f"Ice\n\n{TEXT}"
    )
    assert TEXT in await text_of(read, f"<article>Tiny</article><div><p>{TEXT * 3}</p></div>")


async def test_a_list_is_judged_as_a_whole(read: IsolatedReader) -> None:
    """A term that is a link belongs to what is said of it; a heading that is a link is a heading."""
    body = f"<h1><a href=/>Ice</a></h1><h2>Words</h2><dl><dt><a href=/f>Floe</a><dd>A sheet of ice.</dl><p>{TEXT}</p>"
    assert await text_of(read, body) == f"Ice\n\nWords\n\nFloe\nA sheet of ice.\n\n{TEXT}"
    menu = "<h2>More</h2><ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul>"
    assert await text_of(read, f"<p>{TEXT}</p><p>{TEXT}</p>{menu}") == f"{TEXT}\n\n{TEXT}"


async def test_a_page_that_is_all_menu_is_still_read(read: IsolatedReader) -> None:
    assert await text_of(read, f"<nav><p>{TEXT}</p></nav>") == TEXT


async def test_the_charset_of_the_header_comes_before_the_pages_own(read: IsolatedReader) -> None:
    body = '<meta charset="utf-8"><p>Köln'.encode("latin-1")
    assert (await read.html(body, url=URL, charset="iso-8859-1")).text == "Köln"
    assert (await read.html(body, url=URL)).text == "K\ufffdln"


async def test_statistics_have_their_library_in_the_sandbox(read: IsolatedReader) -> None:
    body = "<p>루멘강은 바라섬에 있는 강으로 길이는 412킬로미터이다.".encode("euc-kr")
    assert "412킬로미터" in (await read.html(body, url=URL)).text


async def test_a_page_says_what_it_shows_in_place_of_its_text(read: IsolatedReader) -> None:
    page = await read.html(b"<meta http-equiv=refresh content='0;url=/b'><h1>404</h1><p>Page not found.", url=URL)
    assert (page.notice, page.refresh) == ("missing", "http://harbour.example/b")


async def test_a_page_in_the_way_says_so(read: IsolatedReader) -> None:
    assert (await read.html(CHECKS[0].body, url=URL)).is_challenge
    assert not (await read.html(b"<p>Words.", url=URL)).is_challenge


async def test_fragments_are_plain_text_one_for_each(read: IsolatedReader) -> None:
    jats = "<jats:title>Abstract</jats:title><jats:p>H<jats:sub>2</jats:sub>O &amp; ice.</jats:p><jats:p>Two.</jats:p>"
    assert await read.plain([jats, "&lt;p&gt;Twice&lt;/p&gt;", "", "a &lt; b", "one\n\n two\nlines"]) == [
        "Abstract\n\nH2O & ice.\n\nTwo.",
        "Twice",
        "",
        "a < b",
        "one\n\ntwo lines",
    ]
    assert await read.plain([]) == []


async def test_a_page_that_is_all_links_has_its_links(read: IsolatedReader) -> None:
    page = await read.html(b"<h2><a href='/a'>One</a></h2><p><a href='/b'>Two</a></p>", url="https://x.example/")
    assert page.links == (("One", "https://x.example/a"), ("Two", "https://x.example/b"))


async def test_what_an_author_wrote_of_markup_is_text(read: IsolatedReader) -> None:
    """The broken twin unescapes all twice: an answer about HTML loses what it is about."""
    code = "<pre><code>&lt;ul&gt;\n  &lt;li&gt;a&lt;/li&gt;</code></pre>"
    answer = f"<p>Use <code>&lt;p&gt;</code>, not &lt;div&gt;.</p>{code}"
    assert await read.plain([answer]) == ["Use <p>, not <div>.\n\n<ul>\n  <li>a</li>"]


async def test_fragments_without_markup_need_no_child() -> None:
    reader = IsolatedReader(script=Path("/nonexistent"))
    assert await reader.plain(["one\n \n two\nlines", " x "]) == ["one\n\ntwo lines", "x"]


# XML


async def test_xml_is_a_tree(read: IsolatedReader) -> None:
    root = await read.xml(
        b'<?xml version="1.0"?><f xmlns="urn:a" xmlns:b="urn:b"><e b:x="1">a<b:i>b</b:i>c</e><e/></f>'
    )
    assert root.tag == "{urn:a}f"
    entry = root.find("e")
    assert entry is not None
    assert (entry.text, entry.attributes, entry.find("i")) == ("abc", {"{urn:b}x": "1"}, Node("{urn:b}i", {}, ("b",)))
    assert len(root.findall("e")) == len(root.findall("{urn:a}e")) == 2
    assert root.find("i") is None


async def test_a_document_type_may_be_named_but_not_written(read: IsolatedReader) -> None:
    named = b'<!DOCTYPE a PUBLIC "-//X//EN" "http://127.0.0.1:1/a.dtd"><a>x&nbsp;y &unheard;</a>'
    assert (await read.xml(named)).text == "x\xa0y &unheard;"


@pytest.mark.parametrize("charset", ["Shift_JIS", "UTF-16", "GB18030", "EUC-JP"])
async def test_xml_may_be_in_any_charset_of_the_web(read: IsolatedReader, charset: str) -> None:
    body = f'<?xml version="1.0" encoding="{charset}"?><a>東京</a>'.encode(charset)
    assert (await read.xml(body)).text == "東京"


async def test_a_bad_byte_costs_a_feed_one_character(read: IsolatedReader) -> None:
    assert (
        await read.xml("<a>Köln und Zürich</a>".encode().replace(b"\xbc", b"\xff"))
    ).text == "Köln und Z\ufffd\ufffdrich"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a></b>",
        b"\x00",
        b"<a>\xff\x01</a>",
        b"<a/><b/>",
        b"<html><br></html>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1/'> %x;]><a/>",
        b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 10)
                                                    for i in range(9)) + b"]><l>&j;</l>",
        b"<a>" * 100_000,
        b"<a>" + b"<b/>" * 300_000 + b"</a>",
        b"<a " + b" ".join(b"a%d='1'" % i for i in range(300_000)) + b"/>",
    ],
    ids=range(14),
)  # fmt: skip
async def test_what_is_no_xml_or_does_harm_is_a_body_error(read: IsolatedReader, body: bytes) -> None:
    with pytest.raises(BodyError):
        await read.xml(body)


# PDF


async def test_a_pdf_is_its_text(read: IsolatedReader) -> None:
    body = pdf_of([LINES, ["Second page."]], info="/Title (Ice) /Author (A. Writer) /CreationDate (D:20260102030405Z)")
    page = await read.pdf(body)
    assert (page.title, page.author, page.published) == ("Ice", "A. Writer", "2026-01-02")
    assert page.text == "The harbour froze in 1895. Ferries waited for three weeks.\n\nSecond page."
    assert page.unread == ""


@pytest.mark.parametrize(
    ("pages", "unread"),
    [
        ([LINES, *[[]] * 9], "9 of 10 pages have no text"),
        ([[], LINES], "1 of 2 pages have no text"),
        ([[], *[LINES] * 9], "1 of 10 pages have no text"),
        ([LINES, [], LINES], "1 of 3 pages have no text"),
        ([[" "], LINES], "1 of 2 pages have no text"),
        ([LINES, ["7"]], ""),
        ([LINES] * 80, ""),
        ([[], *[LINES] * 80], "1 of 80 pages have no text, and only the first 80 of 81 pages were read"),
        ([*[LINES] * 80, []], "only the first 80 of 81 pages were read"),
        ([LINES] * 81, "only the first 80 of 81 pages were read"),
        ([LINES, *[[]] * 99], "79 of 80 pages have no text, and only the first 80 of 100 pages were read"),
    ],
)
async def test_what_of_a_pdf_was_not_read_is_counted(read: IsolatedReader, pages: list[list[str]], unread: str) -> None:
    assert (await read.pdf(pdf_of(pages))).unread == unread


@pytest.mark.parametrize("pages", [1, 2, 10, 81])
async def test_a_pdf_of_scans_alone_is_a_failure_that_says_so(read: IsolatedReader, pages: int) -> None:
    with pytest.raises(BodyError, match="text"):
        await read.pdf(pdf_of([[]] * pages))


async def test_the_partly_scanned_pdf_of_the_field_says_so(read: IsolatedReader) -> None:
    file = SHARED / "field" / "pages" / "partly_scanned.pdf"
    if not file.exists():
        pytest.skip("the shared data is not beside the checkout")
    assert (await read.pdf(file.read_bytes())).unread == "9 of 10 pages have no text"


def shifted(text: str, *, size: int = 8, rise: int = 5) -> str:
    """Digits that a PDF raises or lowers, to be put in a line of `pdf_of`."""
    return f") Tj /F1 {size} Tf {rise} Ts ({text}) Tj /F1 12 Tf 0 Ts ("


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (f"It carries 10{shifted('6')} tonnes.", "It carries 10^6 tonnes."),
        (f"At 10{shifted('-6')} m over 40 km{shifted('2')}.", "At 10^-6 m over 40 km^2."),
        (f"The H{shifted('2', rise=-3)}O froze{shifted('12')}.", "The H2O froze."),
        (f"It drops 3{shifted('1')}/{shifted('2', rise=-2)} metres.", "It drops 3 1/2 metres."),
        (f"Of x{shifted('12')}5 and 106.", "Of x^12 5 and 106."),
        (f"Not 10{shifted('6', size=12)} here.", "Not 106 here."),
    ],
)
async def test_raised_digits_of_a_pdf_are_no_digits_of_the_number_before(
    read: IsolatedReader, line: str, text: str
) -> None:
    assert " ".join((await read.pdf(pdf_of([[line]]))).text.split()) == text


async def test_a_power_that_a_pdf_has_lost_is_one_again(read: IsolatedReader) -> None:
    assert (
        await read.pdf(pdf_of([["It held 6.02 x 1023 atoms in 1023."]]))
    ).text == "It held 6.02 x 10^23 atoms in 1023."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-pages", "without pages|not a readable PDF"),
        ("not-a-pdf", "not a readable PDF"),
        ("encrypted", "password|no PDF"),
        ("empty", "not a readable PDF"),
    ],
)
async def test_a_pdf_that_cannot_be_read_says_why(read: IsolatedReader, name: str, message: str) -> None:
    with pytest.raises(BodyError, match=message):
        await read.pdf(HOSTILE[name]())


# The child


async def test_one_child_is_kept_for_all_documents() -> None:
    async with open_reader() as read:
        assert read.pids == ()
        await read.html(b"<p>One", url=URL)
        first = read.pids
        await read.xml(b"<a/>")
        assert read.pids == first
        assert len(first) == 1
    assert are_gone(first)


async def test_a_child_is_kept_however_large_its_parent_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process took at most, as `getrusage` has it, begins with what its parent took."""
    monkeypatch.setattr("research_agent.documents.isolated_reader.GROWN", 150 * 1024 * 1024)
    ballast = b"x" * (200 * 1024 * 1024)
    async with open_reader() as read:
        await read.html(b"<p>One", url=URL)
        assert len(read.pids) == 1
    del ballast


async def test_a_child_that_has_grown_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.documents.isolated_reader.GROWN", 1024)
    async with open_reader() as read:
        assert (await read.html(b"<p>One", url=URL)).text == "One"
        assert read.pids == ()


async def test_a_document_that_kills_the_child_costs_itself_only() -> None:
    async with OpenReader(seconds=30.0) as read:
        await read.html(b"<p>One", url=URL)
        (pid,) = read.pids
        async with asyncio.TaskGroup() as group:
            # nothing answers a stopped child's question: it is in the middle of one when it dies
            os.kill(pid, signal.SIGSTOP)
            hurt = group.create_task(outcome(read.html(b"<p>Two", url=URL)))
            other = group.create_task(outcome(read.html(b"<p>Three", url=URL)))
            assert isinstance(await other, Page)
            os.kill(pid, signal.SIGKILL)
        assert isinstance(hurt.result(), BodyError)
        assert (await read.html(b"<p>Four", url=URL)).text == "Four"


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    many = b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">x"  # quadratic in every parser we tried
    async with OpenReader(seconds=0.5) as read:
        start = time.monotonic()
        with pytest.raises(BodyError, match=r"takes longer than 0\.5 s"):
            await read.html(many, url=URL)
        assert time.monotonic() - start < 30
        assert (await read.html(b"<p>Next", url=URL)).text == "Next"


async def test_a_document_that_takes_too_much_memory_is_given_up() -> None:
    async with OpenReader(memory=200 * 1024 * 1024, seconds=30.0) as read:
        with pytest.raises(BodyError):
            await read.html(b"<b>x" * 1_500_000, url=URL)
        assert (await read.html(b"<p>Next", url=URL)).text == "Next"


async def test_a_cancelled_reading_leaves_no_child_behind() -> None:
    async with OpenReader(seconds=60.0) as read:
        await read.html(b"<p>One", url=URL)
        (pid,) = read.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await read.html(b"<p>Two", url=URL)
        assert are_gone([pid])


async def test_where_no_child_can_be_had_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    with pytest.raises(SourceError, match="could not be read"):
        await IsolatedReader().xml(b"<a/>")


async def test_an_answer_that_is_none_is_not_believed() -> None:
    """The child may have been taken over by what it reads."""
    for lie in (
        '{"value": {"pages": "9"}}',
        '{"value": {"notice": 1}}',
        "{}",
        "[1]",
        "{",
        '{"value": {"text": 1}}',
        '{"value": {"links": [1]}}',
        '{"value": 1}',
        "9" * 9,
    ):
        async with OpenReader(script=HERE / "lying_reader.py") as read:
            with pytest.raises(BodyError):
                await read.html(lie.encode(), url=URL)
    async with OpenReader(script=HERE / "lying_reader.py") as read:
        with pytest.raises(BodyError):
            await read.xml(b'{"value": ["a", {"b": 1}]}')


async def test_tools_without_a_reader_say_so() -> None:
    tools = Tools(client=None)  # type: ignore[arg-type]
    assert tools.read is NO_READER
    for reading in (tools.read.xml(b""), tools.read.html(b"", url=""), tools.read.pdf(b""), tools.read.plain([""])):
        with pytest.raises(SourceNotReadyError, match="reader"):
            await reading


class OpenReader(IsolatedReader):
    async def __aenter__(self) -> IsolatedReader:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()


async def outcome(reading: object) -> object:
    try:
        return await reading  # type: ignore[misc]
    except BodyError as error:
        return error


@given(
    st.sampled_from(["http://x.example/a/b?q", "https://u@h.example:80", "mailto:a", "file:///a"]),
    st.text("/.?#a%:~ -\\é", max_size=9),
)
def test_a_path_from_the_root_is_joined_as_any_address_is(base: str, href: str) -> None:
    """`urljoin` takes a quarter of the time that a page with many links does; the short way must not differ from it."""
    joined = urljoin(base, f"/{href}".strip()).partition("#")[0]
    assert absolute(base, f"/{href}") == (joined if joined.startswith(("http://", "https://")) else "")
