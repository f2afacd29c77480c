"""What is new in an answer: rows of two askings, and which changes there are between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest

from helpers.shipped_judge import entail as shipped_judge
from research_agent.memory import Change
from research_agent.text.answer_forms import candidate_spans
from research_agent.types import Answer, Citation, Document, Status
from research_agent.watch.changes import find_changes

pytestmark = pytest.mark.anyio

ASKED = "2026-03-10T12:00:00+00:00"


@dataclass(frozen=True)
class S:
    """Sentence of an answer, the words that say it (its own, when empty), and the page that has them."""

    text: str
    page: str = "a"
    quote: str = ""
    published: str = ""


@dataclass(frozen=True)
class Row:
    """Two askings of a question; `pages` is what else a page says, `later` what it says at the second asking."""

    name: str
    question: str
    old: Sequence[S]
    new: Sequence[S]
    expected: Sequence[str] = ()
    pages: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    title: str = ""
    status: Status = "complete"
    judge: bool = False


def told(row: Row, sentences: Sequence[S], more: dict[str, str], turn: int, status: Status = "complete") -> Answer:
    """An answer with these sentences."""
    texts: dict[str, list[str]] = {}
    dates = {}
    for one in sentences:
        texts.setdefault(one.page, []).append(one.quote or one.text)
        dates[one.page] = one.published
    documents = {
        page: Document(
            source="web",
            title=row.title or page.title(),
            url=f"https://{page}.example/",
            text="\n".join([*own, more.get(page, "")]).strip(),
            retrieved=ASKED,
            published=dates[page] or None,
        )
        for page, own in texts.items()
    }
    text, citations = "", []
    for one in sentences:
        document, quote = documents[one.page], one.quote or one.text
        start = document.text.index(quote)
        citations.append(
            Citation(
                n=[*documents].index(one.page) + 1, sentence=(len(text), len(text) + len(one.text)),
                document=document.id, title=document.title, url=document.url, source="web", quote=quote, start=start,
                end=start + len(quote), score=1.0,
            )
        )  # fmt: skip
        text += f"{one.text} [{citations[-1].n}] "
    spans = [*candidate_spans(row.question, sentences[0].text)] if sentences else []
    return Answer(
        session="watch:x", turn=turn, question=row.question, text=text.strip(), answer_from="floor", status=status,
        citations=tuple(citations), documents=tuple(documents.values()), answer_span=spans[0] if spans else None,
    )  # fmt: skip


def shown(change: Change) -> str:
    return f"{change.kind}: {change.was} -> {change.now}" if change.was else change.kind


LONG, WHO, MANY, WHEN = (
    "How long is the Lumen?",
    "Who leads Acme?",
    "How many people live in Arvel?",
    "When is the vote?",
)
NEWS = "What is new about the Lumen dam?"
LUMEN = S("The Lumen is 412 kilometres long.")
BERG = S("Anna Berg is the chief executive of Acme.")
PEOPLE = S("Arvel has 24,100 inhabitants.")
VOTE = S("The vote is on 4 May 2026.")
DAM = S("The Lumen dam was opened in 1998.")
COST = S("The repair of the dam costs 40 million euros.")

SAME = [
    Row("the same answer", LONG, [LUMEN], [LUMEN]),
    Row("in another order", LONG, [LUMEN, DAM], [DAM, LUMEN]),
    Row("less of it", LONG, [LUMEN, DAM], [LUMEN]),
    Row("the first sentence is gone", LONG, [LUMEN, DAM], [DAM]),
    Row("another source", LONG, [LUMEN], [replace(LUMEN, page="b")]),
    Row("a third source beside", LONG, [LUMEN], [LUMEN, replace(LUMEN, page="b")]),
    Row("a source lost", LONG, [LUMEN, replace(DAM, page="b")], [LUMEN]),
    Row("from the rest of a page", LONG, [LUMEN], [LUMEN, DAM], pages={"a": DAM.text}, later={"a": DAM.text}),
    Row("reworded answer of the same words", LONG, [LUMEN], [S("It is 412 km long.", quote=LUMEN.text)]),
    Row("white space", LONG, [LUMEN], [S("The  Lumen is 412\nkilometres long.")]),
    Row("quotation marks", WHO, [S("Berg, “the boss”, leads Acme.")], [S('Berg, "the boss", leads Acme.')]),
    Row("no full stop", LONG, [LUMEN], [S("The Lumen is 412 kilometres long")]),
    Row("its unit in short", LONG, [LUMEN], [S("The Lumen is 412 km long.", "b")]),
    Row("a number in words", MANY, [S("Arvel has three villages.")], [S("Arvel has 3 villages.", "b")]),
    Row("thousands without commas", MANY, [PEOPLE], [S("Arvel has 24100 inhabitants.", "b")]),
    Row("millions in words", MANY, [S("Arvel has 2,000,000 inhabitants.")], [S("Arvel has 2 million people.", "b")]),
    Row("percent", MANY, [S("Of Arvel's people 5 percent farm.")], [S("Of Arvel's people 5 % farm.", "b")]),
    Row("name first", LONG, [S("In Arvel the Lumen is 412 km long.")], [S("The Lumen is 412 km long in Arvel.", "b")]),
    Row("in few words", WHO, [BERG], [S("The chief executive of Acme is Anna Berg.", "b")]),
    Row("family name alone", WHO, [BERG], [S("Berg is the chief executive of Acme.", "b")]),
    Row("a part of it", LONG, [S("The Lumen is 412 km long, from Vail on.")], [S("The Lumen is 412 km long.", "b")]),
    Row("date turned round", WHEN, [VOTE], [S("The vote is on May 4, 2026.", "b")]),
    Row("two pages in turn", LONG, [LUMEN, S("It is 380 km long.", "b")], [S("It is 380 km long.", "b")]),
    Row("known disagreement", LONG, [LUMEN], [S("It is 380 km long.")], pages={"a": "It is 380 km long."}),
    Row("an old document that is new to us", LONG, [LUMEN], [replace(LUMEN, page="b", published="2020-01-01")]),
    Row("a newer copy", LONG, [LUMEN], [replace(LUMEN, page="b", published="2026-04-01")]),
    Row("a document of next year", LONG, [LUMEN], [S("The Lumen is 412 km long.", "b", published="2999-01-01")]),
    Row("a year alone is no date", LONG, [LUMEN], [S("The Lumen is 412 km long.", "b", published="2026")]),
    Row("a date that is none", LONG, [LUMEN], [S("The Lumen is 412 km long.", "b", published="soon, we hope")]),
    Row("a known page with a new date", LONG, [LUMEN], [replace(LUMEN, published="2026-04-01")]),
    Row("reworded, by the judge", WHO, [BERG], [S("Acme is led by its chief executive, Anna Berg.", "b")], judge=True),
    Row("opened, by the judge", NEWS, [DAM], [S("The dam on the Lumen opened in 1998.", "b")], judge=True),
    Row("stretches, by the judge", LONG, [LUMEN], [S("The Lumen stretches over 412 km.", "b")], judge=True),
    Row("people, by the judge", MANY, [PEOPLE], [S("24,100 people live in Arvel.", "b")], judge=True),
]  # fmt: skip

NEW = [
    Row("another figure", LONG, [LUMEN], [S("The Lumen is 380 kilometres long.")],
        ["changed: 412 kilometres -> 380 kilometres"]),
    Row("another figure elsewhere", LONG, [LUMEN], [S("The Lumen is 380 kilometres long.", "b")],
        ["changed: 412 kilometres -> 380 kilometres"]),
    Row("another figure in other words", MANY, [PEOPLE], [S("There are 25,300 people in Arvel today.", "b")],
        ["changed: 24,100 inhabitants -> 25,300 people"]),
    Row("another unit", LONG, [S("The Lumen is 412 km long.")], [S("The Lumen is 412 miles long.", "b")],
        ["changed: 412 km -> 412 miles"]),
    Row("another office holder", WHO, [BERG], [S("Carl Dahl is the chief executive of Acme.")],
        ["changed: Anna Berg -> Carl Dahl"]),
    Row("another office holder elsewhere", WHO, [BERG], [S("Acme is led by Carl Dahl.", "b")],
        ["changed: Anna Berg -> Carl Dahl"]),
    Row("one of the family", WHO, [BERG], [S("Olaf Berg is the chief executive of Acme.", "b")],
        ["changed: Anna Berg -> Olaf Berg"]),
    Row("another day", WHEN, [VOTE], [S("The vote is on 11 May 2026.")], ["changed: 4 May 2026 -> 11 May 2026"]),
    Row("another month", WHEN, [VOTE], [S("The vote is on 4 June 2026.", "b")],
        ["changed: 4 May 2026 -> 4 June 2026"]),
    Row("another year", WHEN, [VOTE], [S("The vote is on 4 May 2027.", "b")], ["changed: 4 May 2026 -> 4 May 2027"]),
    Row("a page that says otherwise now", LONG, [LUMEN], [S("The Lumen is 380 kilometres long.", "b")],
        ["changed: 412 kilometres -> 380 kilometres"], later={"b": DAM.text}),
    Row("a decimal more", LONG, [S("The Lumen is 10 km long.")], [S("The Lumen is 10.5 km long.")],
        ["changed: 10 km -> 10.5 km"]),
    Row("one more fact", LONG, [LUMEN], [LUMEN, DAM], ["new"]),
    Row("one more fact elsewhere", LONG, [LUMEN], [LUMEN, replace(DAM, page="b")], ["new"]),
    Row("two more facts", LONG, [LUMEN], [LUMEN, DAM, COST], ["new", "new"]),
    Row("a fact in the place of another", NEWS, [DAM], [COST], ["new"]),
    Row("a figure of a later sentence", NEWS, [DAM, COST], [DAM, S("The repair of the dam costs 55 million euros.")],
        ["changed: 40 million euros -> 55 million euros"]),
    Row("the first answer and more", LONG, [LUMEN], [S("The Lumen is 380 kilometres long."), DAM],
        ["changed: 412 kilometres -> 380 kilometres", "new"]),
    Row("denied", NEWS, [S("The dam is safe.")], [S("The dam is not safe.", "b")], ["new"]),
    Row("a rise for a fall", NEWS, [S("The price of water rises.")], [S("The price of water falls.", "b")], ["new"]),
    Row("a newer document", NEWS, [DAM],
        [DAM, S("The Lumen dam was opened in 1998.", "b", "The Lumen dam was opened in 1998, the mayor recalled today.",
                "2026-04-01")], ["document"]),
    Row("a newer document of the same day", NEWS, [DAM],
        [S("The Lumen dam was opened in 1998.", "b", "The Lumen dam was opened in 1998, the mayor recalled today.",
           "2026-03-10")], ["document"]),
    Row("a document of an hour later", NEWS, [DAM],
        [S("The Lumen dam was opened in 1998.", "b", "The Lumen dam was opened in 1998, the mayor recalled today.",
           "2026-03-10T13:00:00Z")], ["document"]),
    Row("a newer document that says something new", NEWS, [DAM], [DAM, replace(COST, page="b", published="2026-04-01")],
        ["new"]),
    Row("names in other places", NEWS, [S("Arvel sold the dam to Vail.")], [S("Vail sold the dam to Arvel.", "b")],
        ["new"]),
    Row("not answered any more", LONG, [LUMEN], [], ["status: answered -> not answered"], status="unanswered"),
    Row("nothing found any more", LONG, [LUMEN], [], ["status: answered -> not answered"], status="none"),
    Row("answered at last", LONG, [], [LUMEN], ["status: not answered -> answered"]),
    Row("answered at last, and more", LONG, [], [LUMEN, DAM], ["status: not answered -> answered"]),
    Row("another holder, by the judge", WHO, [BERG], [S("Carl Dahl now runs Acme.", "b")],
        ["changed: Anna Berg -> Carl Dahl"], judge=True),
    Row("another figure, by the judge", LONG, [LUMEN], [S("The Lumen stretches over 380 km.", "b")],
        ["changed: 412 kilometres -> 380 km"], judge=True),
    Row("another fact, by the judge", WHO, [BERG], [BERG, S("Berg sued Acme over her pay.", "b")], ["new"], judge=True),
    Row("denied, by the judge", NEWS, [S("The dam is safe.")], [S("The dam is not safe.", "b")], ["new"], judge=True),
]  # fmt: skip

RULES = [row for row in (*SAME, *NEW) if not row.judge]


async def changes(row: Row, *, by: Literal["rules", "judge"]) -> list[str]:
    old = told(row, row.old, row.pages, 1, "complete" if row.old else "unanswered")
    new = told(row, row.new, row.later, 2, row.status if not row.new else "complete")
    entail = shipped_judge if by == "judge" else None
    found = await find_changes(row.question, [old], new, asked=ASKED, answered=bool(row.old), entail=entail)
    for change in found:
        for side in (change.old, change.new):
            for quote in side.quotes if side else ():
                assert quote.quote
    return [shown(change) for change in found]


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.name)
async def test_by_rules_alone(row: Row) -> None:
    assert await changes(row, by="rules") == list(row.expected)


@pytest.mark.parametrize("row", [row for row in (*SAME, *NEW) if row.judge], ids=lambda row: row.name)
async def test_by_the_judge(row: Row) -> None:
    assert await changes(row, by="judge") == list(row.expected)


HELD_BACK = [
    ("Who is the mayor of Varn?", "The mayor of Varn is Lena Ott.", [
        "Varn's mayor, Lena Ott, took office in 2021.", "Lena Ott lost the mayoral election in Varn.",
        "The mayor of Varn is Piet Haas."]),
    ("What is the price of the Nova 3 phone?", "The Nova 3 costs 499 euros.", [
        "The Nova 3 now sells for 449 euros.", "The Nova 3 costs 499 dollars."]),
    ("Is the bridge open?", "The Holm bridge is closed to traffic.", ["The Holm bridge is open to traffic again."]),
    ("What did the court decide on the merger?", "The court approved the merger of Acme and Brill.", [
        "The court blocked the merger of Acme and Brill.", "Brill has appealed against the merger with Acme."]),
    ("What causes tides?", "Tides are caused by the Moon and the Sun.", ["Tides also depend on the coast."]),
    ("When does the Ovid festival start?", "The Ovid festival starts on 12 July.", [
        "The Ovid festival was moved to 19 July.", "The Ovid festival of 12 July was called off."]),
    ("What are the side effects of Corvex?", "Corvex can cause headaches and nausea.", [
        "Corvex can cause headaches, nausea and liver damage."]),
    ("Which team won the Halden cup?", "Team Rivo won the Halden cup.", ["Team Rivo was stripped of the Halden cup."]),
    ("Who leads Acme?", "Anna Berg is the chief executive of Acme.", [
        "Anna Berg resigned as the chief executive of Acme.", "Anna Berg has left Acme.",
        "Anna Berg will step down as chief executive of Acme."]),
    ("Wer leitet die Nordbank?", "Die Nordbank wird von Jana Reuter geleitet.", [
        "Die Nordbank wird von Klaus Timm geleitet."]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "old", "news"), HELD_BACK, ids=lambda value: str(value)[:30])
async def test_with_the_judge_no_news_is_missed_though_its_words_are_the_same(
    question: str, old: str, news: list[str]
) -> None:
    for new in news:
        assert await changes(Row("", question, [S(old)], [S(new, "b")]), by="judge"), new


async def test_the_twin_that_compares_wordings_tells_what_is_no_news() -> None:
    told_apart = [row for row in SAME if [one.text for one in row.old] != [one.text for one in row.new]]
    assert len(told_apart) > len(SAME) / 2


async def sequence(question: str, *askings: Sequence[S]) -> list[list[str]]:
    """What each asking after the first finds; those that find something are stored, as `asking` does."""
    row = Row("", question, (), ())
    known, found = [told(row, askings[0], {}, 1)], []
    for sentences in askings[1:]:
        answer = told(row, sentences, {}, len(known) + 1)
        changed = await find_changes(question, known, answer, asked=ASKED, answered=True, entail=None)
        found.append([shown(change) for change in changed])
        known += [answer] * bool(changed)
    return found


OTHER = S("The Lumen is 380 kilometres long.")
MORE, LESS = S("The repair of the dam costs 55 million euros."), "changed: 55 million euros -> 40 million euros"
THERE, BACK = "changed: 412 kilometres -> 380 kilometres", "changed: 380 kilometres -> 412 kilometres"


@pytest.mark.parametrize(
    ("askings", "expected"),
    [
        (([LUMEN], [OTHER], [LUMEN]), [[THERE], [BACK]]),  # its page took it back
        (([LUMEN], [OTHER], [OTHER]), [[THERE], []]),
        (([LUMEN], [replace(OTHER, page="b")], [LUMEN], [replace(OTHER, page="b")]), [[THERE], [], []]),  # ranking
        (([LUMEN], [replace(OTHER, page="b")], [replace(LUMEN, page="c")]), [[THERE], [BACK]]),
        (([LUMEN], [LUMEN, DAM], [LUMEN], [LUMEN, DAM]), [["new"], [], []]),
        (([LUMEN], [LUMEN, DAM], [LUMEN, COST], [LUMEN, DAM]), [["new"], ["new"], []]),
        (([DAM, COST], [DAM, MORE], [DAM, COST]), [["changed: 40 million euros -> 55 million euros"], [LESS]]),
    ],
)
async def test_askings_in_a_row(askings: Sequence[Sequence[S]], expected: list[list[str]]) -> None:
    assert await sequence(LONG, *askings) == expected


async def test_a_change_shows_both_sentences_with_quotes_sources_and_dates() -> None:
    row = Row("", LONG, (), ())
    old = told(row, [S("It is 412 km long.", quote=LUMEN.text, published="2026-01-02")], {}, 1)
    new = told(row, [replace(OTHER, page="b", published="2026-03-12")], {}, 2)
    (change,) = await find_changes(LONG, [old], new, asked=ASKED, answered=True, entail=None)
    assert change.old
    assert change.new
    (was,), (now,) = change.old.quotes, change.new.quotes
    assert (change.old.text, was.quote, was.published, was.turn) == ("It is 412 km long.", LUMEN.text, "2026-01-02", 1)
    assert (now.quote, now.url, now.published, now.retrieved) == (
        OTHER.text, "https://b.example/", "2026-03-12", ASKED,
    )  # fmt: skip
    assert new.documents[0].text[now.start : now.end] == now.quote


async def test_so_many_changes_are_told_at_once() -> None:
    facts = [S(f"Bridge {number} of the Lumen carries {number * 7 + 100} trains.") for number in range(30)]
    old, new = told(Row("", NEWS, (), ()), [DAM], {}, 1), told(Row("", NEWS, (), ()), facts, {}, 2)
    assert len(await find_changes(NEWS, [old], new, asked=ASKED, answered=True, entail=None)) == 12
