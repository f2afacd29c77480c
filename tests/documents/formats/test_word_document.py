"""Word documents: headings, tables, raised figures and equations come through; notes leave no marks."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.formats.word_document import read_word
from research_agent_devtools.samples.office_files import WORD, docx, word_paragraph, word_table


def read(body: str, **more: str) -> FileText:
    told = TextBuilder()
    read_word(Archive(docx(body, **more)), told)
    return told.file_text()


def raised(text: str, how: str) -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="{how}"/></w:rPr><w:t>{text}</w:t></w:r>'


def test_headings_tables_and_what_it_says_of_itself() -> None:
    content = read(
        word_paragraph("Ice", style="H1")
        + word_paragraph("It froze in 1895.")
        + word_paragraph("Ships", style="H2")
        + word_table([["Ship", "2022", "2023"], ["Aurora", "1,234.5", "-17.3%"]])
    )
    assert content.text == (
        "Ice\n\nIt froze in 1895.\n\nShips\n\nShip; 2022; 2023\nShip: Aurora; 2022: 1,234.5; 2023: -17.3%"
    )
    assert [(place.kind, place.label, place.level) for place in content.places] == [
        ("heading", "Ice", 1), ("heading", "Ships", 2), ("table", "", 0)
    ]  # fmt: skip
    known = (content.title, content.author, content.published, content.language)
    assert known == ("Ice", "A. Writer", "2024-03-05", "en-GB")


def test_raised_figures_stay_apart() -> None:
    body = f"<w:p><w:r><w:t>At 10</w:t></w:r>{raised('6', 'superscript')}<w:r><w:t> Pa H</w:t></w:r>"
    assert read(f"{body}{raised('2', 'subscript')}<w:r><w:t>O.</w:t></w:r></w:p>").text == "At 10^6 Pa H2O."


def test_equations_are_said() -> None:
    power = "<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>6</m:t></m:r></m:sup></m:sSup>"
    body = f"<w:p><w:r><w:t>It was </w:t></w:r><m:oMath>{power}</m:oMath><w:r><w:t> Pa.</w:t></w:r></w:p>"
    assert (
        read(f"{body}<w:p><m:oMathPara><m:oMath>{power}</m:oMath></m:oMathPara></w:p>").text
        == "It was 10^6 Pa.\n\n10^6"
    )


def test_deleted_text_is_gone_and_inserted_text_is_there() -> None:
    gone = "<w:del><w:r><w:delText>In 1894. </w:delText></w:r></w:del>"
    assert read(f"<w:p>{gone}<w:ins><w:r><w:t>In 1895.</w:t></w:r></w:ins></w:p>").text == "In 1895."


def test_fields_keep_what_they_show() -> None:
    field = '<w:fldSimple w:instr="SEQ &quot;a &gt; b&quot;"><w:r><w:t>7</w:t></w:r></w:fldSimple>'
    base = "<w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase>"
    ruby = f"<w:r><w:ruby><w:rt><w:r><w:t>gone</w:t></w:r></w:rt>{base}</w:ruby></w:r>"
    turned = '<w:bdo w:val="rtl"><w:r><w:t>8</w:t></w:r></w:bdo><w:dir/>'
    assert read(f"<w:p><w:r><w:t>Table </w:t></w:r>{field}{ruby}{turned}</w:p>").text == "Table 7base8"


def test_notes_follow_without_their_marks() -> None:
    notes = (
        f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{word_paragraph("Note of 7.")}</w:footnote></w:footnotes>'
    )
    body = (
        '<w:p><w:r><w:t>Ice</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> of 1895.</w:t></w:r></w:p>'
    )
    assert read(body, footnotes=notes).text == "Ice of 1895.\n\nNote of 7."


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:styles xmlns:w="x">&b;</w:styles>'
    with pytest.raises(UnreadableFileError, match="entities"):
        read(word_paragraph("x"), other=bomb)
