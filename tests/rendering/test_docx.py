"""The Word document of a session: read back by mammoth and as XML; hostile texts are text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from helpers.stored_turns import INFO
from research_agent.rendering.docx import as_docx
from research_agent.types import Answer, Citation, Computation, Document, Plot, PlotPoint, Turn
from research_agent_devtools.harness.scripted_engine import answer

SOURCE = Document(
    source="shelf", title="Arvel", url="https://shelf.example/Arvel?a=1&b=2", text="Arvel is 6,100 km wide.",
    retrieved="2026-01-01T00:00:00+00:00",
)  # fmt: skip
TEXT = (
    "|  | Arvel | Brone |\n| --- | --- | --- |\n| Diameter | 6,100 km [1] |  |\n\n"
    "## Diameter\n\nArvel is 6,100 km wide. [1]\n\n### More"
)


def report(text: str = TEXT, *, title: str = "Arvel", computed: tuple[Computation, ...] = ()) -> Answer:
    start = text.find("Arvel is 6,100")
    cited = Citation(
        n=1, sentence=(start, start + 23), document=SOURCE.id, title=title, url=SOURCE.url, source="shelf",
        quote=SOURCE.text, start=0, end=23, score=1.0,
    )  # fmt: skip
    documents = (replace(SOURCE, title=title),)
    return replace(answer(text=text), question="How wide?", citations=(cited,), documents=documents, computed=computed,
                   unsupported=(), notes=("Spent: 1 s.",))  # fmt: skip


def made(*answers: Answer) -> bytes:
    return as_docx(INFO, [Turn(number=n, question=one.question, answer=one) for n, one in enumerate(answers, 1)])


def html(*answers: Answer) -> str:
    return read_html(made(*answers))


def read_html(data: bytes) -> str:
    import mammoth

    result = mammoth.convert_to_html(io.BytesIO(data))  # type: ignore[no-untyped-call]
    assert [message.message for message in result.messages if "style" not in message.message] == []
    return str(result.value)


def test_headings_tables_and_sources_are_real() -> None:
    read = html(report())
    assert re.search(r"<p>How wide\?</p>|<h1>.*How wide\?.*</h1>", read)
    assert re.search(r"<h2>.*Diameter</h2>", read)
    assert re.search(r"<h3>.*More</h3>", read)
    assert re.search(r"<table><thead><tr><th>.*</th><th><p>Arvel</p></th><th><p>Brone</p></th></tr></thead>", read)
    assert '<a href="#turn1_source1">[1]</a>' in read
    assert '<a id="turn1_source1"></a>1. Arvel' in read
    assert '<a href="https://shelf.example/Arvel?a=1&amp;b=2">' in read
    assert "Spent: 1 s." in read
    assert "Arvel is 6,100 km wide." in read.split("Sources")[1], "the quoted words"


def test_a_plot_is_a_table_whose_points_are_cited() -> None:
    point = PlotPoint(label="Arvel", value=6100.0, shown="6,100 km", document=SOURCE.id, start=0, end=23)
    plot = Plot(kind="bar", title="Diameter", unit="km", points=(point,))
    computed = Computation(sentence=(0, 1), program="result = 1", values={"a": 1}, result=1, plot=plot)
    assert "<td><p>6,100 km [1]</p></td>" in html(report(computed=(computed,)))


@pytest.mark.parametrize(
    "hostile",
    [
        "</w:t></w:r><w:r><w:t>x", "&lt;&amp;]]><!ENTITY x SYSTEM 'file:///etc/passwd'>", "a\x00\x08\x1b\ufffe\ud800b",
        "{\\field DDEAUTO}", "| a | b |", "\u202eevil", "x" * 40_000, '" onload="',
    ],
)  # fmt: skip
def test_hostile_texts_are_text(hostile: str) -> None:
    data = made(report(f"Arvel is 6,100 km wide. [1] {hostile}", title=hostile), report())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        trees = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    targets = [one.get("Target", "") for one in trees["word/_rels/document.xml.rels"]]
    assert all(target.startswith("https://shelf.example/") or target.endswith(".xml") for target in targets)
    names = {element.tag.rpartition("}")[2] for element in trees["word/document.xml"].iter()}
    assert not names & {"fldSimple", "instrText", "object", "pict", "drawing", "altChunk", "script"}
    assert "Sources" in read_html(data)


def test_a_link_that_no_browser_may_follow_is_text() -> None:
    one = report()
    odd = replace(one, documents=(replace(one.documents[0], url="javascript:alert(1)"),))
    with zipfile.ZipFile(io.BytesIO(made(odd))) as archive:
        assert b"javascript" not in archive.read("word/_rels/document.xml.rels")


def test_the_bytes_are_the_same_each_time() -> None:
    assert made(report(), report()) == made(report(), report())


def test_an_empty_answer_is_a_document() -> None:
    assert "How wide?" in html(replace(report(), text="", citations=(), documents=()))
