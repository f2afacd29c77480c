"""Mail: head and text, the names of what is attached; mailboxes message by message; pages saved as one file."""

from __future__ import annotations

import pytest

from research_agent.documents.file_text import FileText
from research_agent.documents.formats.mail import read_mail
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import EML, SEPARATOR


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_mail(data, told)
    return told.file_text()


HEAD = "From: A. Writer <a@ice.example>\nTo: b@ice.example\nDate: Tue, 05 Mar 2024 10:00:00 +0100"
MESSAGE = f"Ice of 1895\n\n{HEAD}\n\nGr\u00fc\u00dfe, 12,5 km.\nAttached: report.pdf"
NOTE = "Attachments were not read: report.pdf. Save them and add them as files of their own."


def test_a_message() -> None:
    content = read(EML)
    assert (content.text, content.notes) == (MESSAGE, (NOTE,))
    known = (content.title, content.author, content.published)
    assert known == ("Ice of 1895", "A. Writer <a@ice.example>", "2024-03-05T10:00:00+01:00")
    assert [place.label for place in content.places] == ["Ice of 1895"]


def test_a_mailbox() -> None:
    second = b"Subject: Thaw\r\n\r\nIt came.\r\n>From then on 42.\r\nFrom here, 43.\r\n"
    content = read(SEPARATOR + EML + b"\n" + SEPARATOR + second)
    assert content.text == f"{MESSAGE}\n\nThaw\n\nIt came.\nFrom then on 42.\nFrom here, 43."
    assert [place.label for place in content.places] == ["Ice of 1895", "Thaw"]
    assert content.title == ""


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b"Subject: A\nContent-Type: text/html\n\n<p>One<p>Two<table><tr><th>a<th>b<tr><td>1<td>2</table>",
         "A\n\nOne\n\nTwo\n\na; b\na: 1; b: 2"),
        (b"Subject: A\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>H\n--x\n"
         b"Content-Type: text/plain\n\nP\n--x--\n", "A\n\nP"),
        (b"Subject: \n\nNo subject.", "(no subject)\n\nNo subject."),
        (b"Subject: A\nContent-Transfer-Encoding: base64\n\nSWNlIDE4OTU=", "A\n\nIce 1895"),
        (b"Subject: =?koi8-r?b?7MXE?= =?x-unknown?q?=41?=\n\nIce.", "\u041b\u0435\u0434A\n\nIce."),
        (b"Subject: A\nContent-Type: multipart/mixed; boundary=x\n\nno part", "A\n\nno part"),
    ],
)  # fmt: skip
def test_texts_of_messages(message: bytes, text: str) -> None:
    assert read(message).text == text


def test_a_page_saved_as_one_file() -> None:
    page = (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: http://ice.example\nSubject: Ice\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; charset=utf-8\n'
        b"Content-Transfer-Encoding: quoted-printable\n\n<title>Ice</title><nav>Home</nav><h1>Ice</h1><p>It froze in=\n"
        b" 1895, =E2=82=AC5.</p>\n--x\nContent-Type: image/png\n\nxx\n--x--\n"
    )
    content = read(page)
    assert (content.text, content.title) == ("Ice\n\nIt froze in 1895, \u20ac5.", "Ice")
