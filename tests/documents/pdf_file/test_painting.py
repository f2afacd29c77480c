"""What is painted on the picture of a page is what is cited, and nothing when that is in doubt."""

from __future__ import annotations

import zlib
from base64 import b64decode
from pathlib import Path

import pytest

from conftest import SHARED
from research_agent.documents.page_picture import picture_from
from research_agent.documents.pdf_file.painting import page_picture, page_pixels, painted_rectangles
from research_agent.messages import file_failures
from research_agent_devtools.evals.painting import measured, read
from research_agent_devtools.samples.pdf_files import placed

UNPAINTED, PARTLY = file_failures.UNPAINTED(), file_failures.PARTLY_PAINTED()
TEXT = "Ferries waited for three weeks."
BODY = placed([[(72, 100, "The harbour froze in 1895."), (72, 114, TEXT)]], size=12)


def rounded(boxes: list[tuple[float, float, float, float]]) -> list[tuple[int, ...]]:
    return [tuple(round(edge) for edge in box) for box in boxes]


def pixels_of(png: bytes) -> tuple[bytes, int]:
    """RGB rows of a picture, and its width."""
    size = int.from_bytes(png[33:37], "big")
    width = int.from_bytes(png[16:20], "big")
    rows = zlib.decompress(png[41 : 41 + size])
    return b"".join(rows[at + 1 : at + 1 + 3 * width] for at in range(0, len(rows), 3 * width + 1)), width


def test_the_words_of_a_span_are_painted_and_no_others() -> None:
    content = read(BODY)
    start = content.text.index("waited")
    drawn = page_picture(BODY, 0, content.text, [(start, start + len("waited for"))])
    picture = picture_from(drawn, is_asked=True)
    ((left, top, right, bottom),) = picture.painted
    assert (round(left), round(right), picture.note) == (113, 165, "")
    assert 100 < top < 105 < 114 < bottom < 120
    shown, width = pixels_of(picture.png)
    plain, _ = pixels_of(picture_from(page_picture(BODY, 0, content.text, []), is_asked=False).png)
    changed = {at // 3 for at, (one, other) in enumerate(zip(plain, shown, strict=True)) if one != other}
    scale = width / 612
    assert {(at % width) / scale // 1 for at in changed} <= set(range(112, 167))
    assert {at // width / scale // 1 for at in changed} <= set(range(100, 121))
    assert len(changed) > 0.8 * (right - left) * (bottom - top) * scale**2
    assert all(shown[3 * at + 2] < 100 for at in changed)


@pytest.mark.parametrize(
    ("turned", "more", "box"),
    [
        (0, "", (72, 103, 236, 117)),
        (0, "/CropBox [50 50 562 742]", (22, 53, 186, 67)),
        (90, "", (72, 103, 236, 117)),
        (180, "", (72, 103, 236, 117)),
        (270, "", (72, 103, 236, 117)),
        (90, "/CropBox [50 50 562 742]", (22, 53, 186, 67)),
    ],
)
def test_boxes_are_where_the_page_shows_them(turned: int, more: str, box: tuple[int, ...]) -> None:
    body = placed([[(72, 114, TEXT)]], size=12, more=more, turned=turned)
    assert read(body).text == TEXT
    boxes = rounded(painted_rectangles(body, 0, TEXT, [(0, len(TEXT))]))
    around = [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        *(max(box[at] for box in boxes) for at in (2, 3)),
    ]
    assert all(abs(one - other) <= 3 for one, other in zip(around, box, strict=True)), around


def test_what_is_not_on_the_page_is_not_painted() -> None:
    """The broken twin paints what fits best: the wrong sentence."""
    for text, note, count in (
        ("Nothing of these words stands there.", UNPAINTED, 0),
        ("Ferries waited for many more years.", PARTLY, 2),
        ("Ferries sailed to far off lands in 1895.", UNPAINTED, 0),
    ):
        picture = picture_from(page_picture(BODY, 0, text, [(0, len(text))]), is_asked=True)
        assert (picture.note, len(picture.painted)) == (note, count), text


def test_headings_are_painted_above_their_figure() -> None:
    lines = [(60.0, 100.0, "In millions"), (300.0, 100.0, "2018"), (400.0, 100.0, "2017")]
    lines += [
        (60.0 + 120 * bool(at) + 100 * at, 114.0 + 14 * row, f"{row + 1},{at}00") for row in range(2) for at in (1, 2)
    ]
    lines += [(60.0, 114.0 + 14 * row, f"Sales in 201{8 - row}") for row in range(2)]
    body = placed([lines])
    text = read(body).text
    row = text.splitlines()[-1]
    assert row == "Sales in 2017; 2018: 2,100; 2017: 2,200"
    start = text.index(row)
    boxes = rounded(painted_rectangles(body, 0, text, [(start, len(text))]))
    assert sorted((left, top // 10 * 10) for left, top, _, _ in boxes) == [
        (60, 110),
        (280, 110),
        (300, 90),
        (380, 110),
        (400, 90),
    ]


def test_a_picture_is_never_larger_than_can_be_shown() -> None:
    body = BODY.replace(b"[0 0 612 792]", b"[0 0 14400 14400]")
    png = b64decode(page_picture(body, 0, "", [])["png"])
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (1600, 1600)
    assert page_pixels(body, 0)["size"][0] ** 2 <= 12_100_000


@pytest.mark.parametrize("citations", [4, pytest.param(500, marks=pytest.mark.measure)])
def test_painted_words_equal_the_quote_in_annual_reports(citations: int) -> None:
    files = sorted((SHARED / "documents" / "pdfs").glob("*.pdf"), key=lambda file: file.stat().st_size)
    if not files:
        pytest.skip("the shared data is not beside the checkout")
    few: list[Path] = files[:2] if citations < 28 else files
    outcome = measured(few, citations)
    assert outcome.equal >= 0.9 * citations
    assert outcome.share >= 0.99, outcome.wrong
