"""The status says what happened, and every failure is a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.sample_evidence import document
from research_agent.messages import speaking
from research_agent.stages.status import conclude, foreign, nothing_found, unmentioned, unread
from research_agent.types import SourceReport, SourceStatus

TITLES = {"wiki": "Wikipedia", "hn": "Hacker News", "book": "Encyclopedia"}
LOCAL = frozenset({"book"})


def report(name: str, status: SourceStatus, reason: str | None = None, stored: float | None = None) -> SourceReport:
    return SourceReport(name=name, status=status, documents=int(status == "ok"), ms=5, reason=reason, stored=stored)


OK, EMPTY = report("wiki", "ok"), report("hn", "empty")
DOWN, SLOW = report("wiki", "failed", "answered with HTTP 500"), report("hn", "failed", "timed out after 8 s")
BOOK, OFF, UNSET = (
    report("book", "ok"),
    report("wiki", "skipped", "offline, nothing stored"),
    report("book", "skipped", "is not set up"),
)

STORED = report("wiki", "ok", stored=3 * 86400.0)
STALE = report("wiki", "ok", "reset the connection", stored=41.5)


@pytest.mark.parametrize(
    ("reports", "found", "model", "status"),
    [
        ([OK, EMPTY, BOOK], True, True, "complete"),
        ([OK, UNSET], True, True, "complete"),
        ([OK, SLOW], True, True, "partial"),
        ([report("wiki", "ok", "1 of 3 searches failed: x")], True, True, "partial"),
        ([DOWN, SLOW, BOOK], True, True, "offline"),
        ([OFF, BOOK], True, True, "offline"),
        ([BOOK], True, True, "complete"),
        ([OK, BOOK], True, False, "extracts"),
        ([DOWN, SLOW], False, True, "none"),
        ([EMPTY], False, False, "none"),
        ([], False, True, "none"),
    ],
)
def test_status(reports: list[SourceReport], found: bool, model: bool, status: str) -> None:
    assert conclude(reports, TITLES, LOCAL, has_text=found, model=model)[0] == status


@pytest.mark.parametrize(
    ("reports", "offline", "status"),
    [
        ([STORED, EMPTY], False, "complete"),
        ([STORED, BOOK], True, "offline"),
        ([STALE, BOOK], False, "offline"),
        ([STALE, EMPTY], False, "partial"),
    ],
)
def test_what_was_stored_is_an_answer_and_only_without_a_network_another_status(
    reports: list[SourceReport], offline: bool, status: str
) -> None:
    assert conclude(reports, TITLES, LOCAL, has_text=True, model=True, offline=offline)[0] == status


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (STORED, "Wikipedia: cached, 3 days old"),
        (STALE, "Wikipedia: reset the connection; cached, 42 s old"),
        (report("wiki", "ok", stored=0.2), "Wikipedia: cached just now"),
    ],
)
def test_what_is_not_new_is_said_with_its_age(found: SourceReport, line: str) -> None:
    assert conclude([found, OFF], TITLES, LOCAL, has_text=True, model=True)[1] == (line,)


def test_failures_are_one_line_with_names_and_reasons() -> None:
    _, lines = conclude([OK, SLOW, BOOK], TITLES, LOCAL, has_text=True, model=True)
    assert lines == ("2 of 3 sources answered; Hacker News timed out after 8 s",)


def test_nothing_found_says_what_was_searched_and_leaves_failures_to_their_line() -> None:
    end = "I don't answer from the model's memory. Try rephrasing, or add a source."
    assert nothing_found([DOWN, EMPTY, BOOK, OFF], TITLES) == (
        f"I found no answer. Searched: Hacker News, Encyclopedia. {end}"
    )
    assert nothing_found([DOWN], TITLES) == (
        "I found no answer: none of the sources could be searched. I don't answer from the model's memory."
    )


DNS = "could not be reached (DNS lookup failed)"
PAUSED = "paused after 5 failures; retrying in 28 s"


@pytest.mark.parametrize(
    ("reports", "lines"),
    [
        (
            [report("wiki", "failed", DNS), report("hn", "failed", PAUSED), BOOK],
            ("No network: none of the 2 online sources could be reached. Check your connection.",),
        ),
        (
            [
                report("wiki", "failed", f"found no search engine: Mojeek {DNS}"),
                report("hn", "failed", DNS),
            ],
            ("No network: none of the 2 online sources could be reached. Check your connection.",),
        ),
        ([report("wiki", "failed", DNS), BOOK], (f"1 of 2 sources answered; Wikipedia {DNS}",)),
        ([report("wiki", "failed", DNS), EMPTY], (f"1 of 2 sources answered; Wikipedia {DNS}",)),
        (
            [report("wiki", "failed", DNS), SLOW],
            (f"0 of 2 sources answered; Wikipedia {DNS}; Hacker News {SLOW.reason}",),
        ),
        ([report("wiki", "failed", PAUSED), report("hn", "failed", PAUSED)], None),
    ],
)
def test_no_network_is_one_line(reports: list[SourceReport], lines: tuple[str, ...] | None) -> None:
    said = conclude(reports, TITLES, LOCAL, has_text=True, model=True)[1]
    assert said == lines if lines else not said[0].startswith("No network")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Does caffeine cure cancer?", "caffeine"),
        ("Did Ada Verne survey the Lumen in 1902?", "Ada, 1902"),
        ("Who is the CEO of Lumen?", "CEO"),
        ("How long is the river Lumen?", None),
        ("How deep is it?", None),
        ("Does cancer have a cure?", None),
    ],
)
def test_what_no_cited_text_holds_is_said(question: str, missing: str | None) -> None:
    text = "Verne surveyed the Lumen. There is no cure for cancer, and in the 2020s none is near."
    expected = (f"The cited texts do not mention: {missing}.",) if missing else ()
    assert unmentioned(question, [document(text)]) == expected


def test_what_was_not_read_of_a_document_is_one_line() -> None:
    scan = replace(
        document(title="Bylaws", url="https://a.example/b.pdf"), details={"unread": "9 of 10 pages have no text"}
    )
    assert unread([document(), scan]) == ("Bylaws (https://a.example/b.pdf): 9 of 10 pages have no text",)


@pytest.mark.parametrize(
    ("lang", "to_bring", "said"),
    [("es-MX", {"es", "fr"}, "setup --lang es"), ("es", {"fr"}, ""), ("de", {"es", "fr"}, "")],
)
def test_leads_in_the_language_of_the_question_are_offered(lang: str, to_bring: set[str], said: str) -> None:
    with speaking(lang):
        lines = foreign(lang, [], [report("encyclopedia", "empty")], frozenset({"encyclopedia"}), to_bring)
    assert len(lines) == 1 + bool(said)
    assert said in lines[-1]


@pytest.mark.parametrize(
    ("lang", "languages", "searched", "said"),
    [
        ("de", ["en", "en"], {"encyclopedia", "wiki"}, "einer anderen Sprache"),
        ("de-AT", ["en", "de"], {"encyclopedia"}, ""),
        ("de", [None], {"encyclopedia"}, ""),
        ("en", ["fr"], {"wiki"}, ""),  # the reader reads the question, and drops what does not answer it
        ("de", [], {"encyclopedia"}, "meist auf Englisch"),
        ("de", [], {"encyclopedia", "wiki"}, ""),
        ("de", [], set(), ""),
        ("en", [], {"encyclopedia"}, ""),
    ],
)
def test_texts_in_another_language_are_told(
    lang: str, languages: list[str | None], searched: set[str], said: str
) -> None:
    cited = [replace(document("A lead."), language=language) for language in languages]
    reports = [report(name, "ok") for name in searched]
    with speaking(lang):
        lines = foreign(lang, cited, reports, frozenset({"encyclopedia"}))
    assert len(lines) == bool(said)
    assert said in " ".join(lines)
