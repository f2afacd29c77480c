"""A PDF is read as a person reads it: columns one by one, rows of tables with their headings, no running heads."""

from __future__ import annotations

import pytest

from research_agent.documents.file_text import FileText, Place
from research_agent.documents.file_values import file_text_from
from research_agent.documents.pdf_file.reading import PdfReading
from research_agent_devtools.samples.pdf_files import placed

Line = tuple[float, float, str]


def read(body: bytes) -> FileText:
    reading = PdfReading(body)
    while "file" not in (value := reading.step()):
        pass
    return file_text_from(value["file"])


def text_of(*lines: Line) -> str:
    return read(placed([lines])).text


def column(left: float, words: str, *, top: float = 100) -> list[Line]:
    return [(left, top + 12 * at, line) for at, line in enumerate(words.split("/"))]


LEFT = (
    "The harbour of Oster froze over in/the winter of 1895, and all of its/"
    "ferries waited for three weeks till/the ice broke at last."
)
RIGHT = (
    "In the spring the council bought a/small steamer that could break thin/"
    "ice, and named her after the river/that feeds the harbour."
)
JOINED = [side.replace("/", " ") for side in (LEFT, RIGHT)]


# Order


def test_columns_are_read_one_after_another() -> None:
    left, right = column(60, LEFT), column(240, RIGHT)
    interleaved = [line for pair in zip(left, right, strict=True) for line in pair]
    for lines in ([*left, *right], interleaved, [*right, *left]):
        assert text_of(*lines).split("\n\n") == JOINED, lines


def test_what_stands_across_columns_parts_them() -> None:
    head: Line = (60, 70, "A heading that runs over all of the page and both of its columns, from edge to edge of it")
    lines = [head, *column(60, LEFT), *column(240, RIGHT), (60, 170, head[2]), *column(60, RIGHT, top=200)]
    assert text_of(*lines).split("\n\n") == [head[2], *JOINED, head[2], JOINED[1]]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["It froze in the win-", "ter of 1895."], "It froze in the winter of 1895."),
        (["A well-", "known winter, a well-known year."], "A well-known winter, a well-known year."),
        (["One line ends.", "Another one goes on to the edge."], "One line ends.\n\nAnother one goes on to the edge."),
    ],
)  # fmt: skip
def test_lines_are_joined_to_paragraphs(lines: list[str], text: str) -> None:
    assert text_of(*((60, 100 + 12 * at, line) for at, line in enumerate(lines))) == text


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    file = read(
        placed([column(60, LEFT.removesuffix("/the ice broke at last.")), [(60, 100, "the ice broke at last.")]])
    )
    assert file.text == JOINED[0]
    assert [file.text[page.start : page.end] for page in file.pages][1] == "the ice broke at last."


# Tables

FIGURES: list[Line] = [
    (60, 100, "In millions"), (300, 100, "2018"), (400, 100, "2017"),
    (60, 114, "Net sales"), (290, 114, "$"), (300, 114, "32,765"), (390, 114, "$"), (400, 114, "31,657"),
    (60, 128, "Cost of"),
    (60, 142, "sales"), (300, 142, "(16,682)"), (400, 142, "(16,055)"),
    (60, 156, "Goodwill"), (405, 156, "12"),
]  # fmt: skip
ROWS = (
    "In millions\t2018\t2017\n"
    "Net sales; 2018: $32,765; 2017: $31,657\n"
    "Cost of sales; 2018: (16,682); 2017: (16,055)\n"
    "Goodwill; 2017: 12"
)


@pytest.mark.parametrize("order", ["as shown", "by column"])
def test_rows_of_figures_keep_label_and_heading(order: str) -> None:
    lines = FIGURES if order == "as shown" else sorted(FIGURES, key=lambda line: (round(line[0] / 50), line[1]))
    file = read(placed([[(60, 60, "What we sold, and what it cost us, in both of the years."), *lines]]))
    (table,) = (place for place in file.places if place.kind == "table")
    assert file.text[table.start : table.end] == ROWS


def test_headings_that_are_not_sure_are_not_said() -> None:
    """The broken twin gives each column what stands nearest above it: "Change" here, which is of three."""
    lines: list[Line] = [
        *((300 + 50 * at, 100, text) for at, text in ((0, "2018"), (2, "Change"))),
        *((300 + 50 * at, 112, text) for at, text in ((0, "all"), (1, "ours"), (2, "theirs"), (3, "other"))),
        *((60, 126 + 14 * at, f"Row {name}") for at, name in enumerate(("one", "two"))),
        *((300 + 50 * at, 126 + 14 * row, f"{row}{at}.5") for row in range(2) for at in range(4)),
    ]
    assert text_of(*lines).split("\n")[2:] == ["Row one\t00.5\t01.5\t02.5\t03.5", "Row two\t10.5\t11.5\t12.5\t13.5"]


# Places


def test_running_heads_and_page_numbers_are_no_text() -> None:
    pages = [
        [
            (60, 40, "Annual report"),
            (60, 100, f"This page tells of the year {1890 + at}, in which the harbour froze."),
            (60, 300, f"Ferries that waited {40 + 3 * at}"),
            (300, 760, str(at + 7)),
        ]
        for at in range(5)
    ]
    text = read(placed(pages)).text
    assert "Annual report" not in text
    assert text.count("\n\n") == 9
    assert all(f"waited {40 + 3 * at}" in text and f"year {1890 + at}," in text for at in range(5))


def test_pages_have_their_printed_labels() -> None:
    body = placed(
        [[(60, 100, f"{word} of them.")] for word in ("One", "Two", "Six")], labels="0 << /S /r >> 2 << /S /D /St 5 >>"
    )
    file = read(body)
    assert [page.label for page in file.pages] == ["i", "ii", "5"]
    assert [file.text[page.start : page.end] for page in file.pages] == [
        f"{word} of them." for word in ("One", "Two", "Six")
    ]
    assert [page.label for page in read(placed([[(60, 100, "One.")], [(60, 100, "Two.")]])).pages] == ["1", "2"]


def test_headings_stand_where_the_outline_leads() -> None:
    pages = [
        [
            (60, 100, "Ice in the harbour"),
            (60, 140, "It froze in 1895."),
            (60, 180, "Steamers"),
            (60, 220, "One came."),
        ],
        [(60, 100, "They broke the ice.")],
    ]
    file = read(placed(pages, outline=[("Ice in the harbour", 0), ("Steamers", 0), ("Nowhere said", 1)]))
    told = [(place.label, file.text[place.start : place.end]) for place in file.places if place.kind == "heading"]
    assert told == [
        ("Ice in the harbour", "Ice in the harbour\n\nIt froze in 1895.\n\n"),
        ("Steamers", "Steamers\n\nOne came.\n\n"),
        ("Nowhere said", "They broke the ice."),
    ]


def test_a_page_that_is_not_tried_is_told_of() -> None:
    body = placed([[(60, 100, "One.")], [(60, 100, "Two.")], [(60, 100, "Three.")]])
    reading = PdfReading(body, skipped=[1], single=True)
    steps = [reading.step() for _ in range(4)]
    assert [step.get("at") for step in steps] == [1, 2, 3, None]
    file = file_text_from(steps[3]["file"])
    assert (file.text, file.notes) == (
        "One.\n\nThree.",
        ("page 2 could not be read: open the file in another program and save it again",),
    )
    assert file.pages[1] == Place(kind="page", start=4, end=4, label="2")


def test_metadata_that_says_nothing_is_left_out() -> None:
    body = placed([[(60, 100, "See doi:10.1000/Ice.1895, and no more.")]])
    for info, title, author in (
        (b"/Title (Ice) /Author (A. Writer)", "Ice", "A. Writer"),
        (b"/Title (report.docx) /Author (anonymous)", "", ""),
        (b"/Title (0001018724-20-000004)", "", ""),
    ):
        file = read(body.replace(b"4 0 obj\n<< >>", b"4 0 obj\n<< " + info + b" >>"))
        assert (file.title, file.author, file.doi) == (title, author, "10.1000/ice.1895")


def test_figures_whose_digits_are_drawn_one_by_one_are_whole() -> None:
    """The broken twin reads "8 2 4": pdfium ends a line after each."""
    digits = [(300 + 5.56 * at, 100.0 + at % 2 / 10, digit) for at, digit in enumerate("824")]
    other = [(60.0, 112.0, "Of ours"), (300.0, 112.0, "917")]
    assert text_of((60, 100, "Of others"), *digits, *other) == "Of others\t824\nOf ours\t917"
