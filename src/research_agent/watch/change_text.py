"""Changes and watches in words, for a terminal, a page and a feed alike. Everything in them is printable."""

from __future__ import annotations

from research_agent.memory import Change, Quoted, Said, Watch
from research_agent.messages import watch_lines
from research_agent.text.humanize import ago, duration
from research_agent.text.sanitize import escaped_url, one_line, printable
from research_agent.watch.intervals import interval_text
from research_agent.watch.known_statements import form_of

__all__ = ["change_lines", "dated", "headline", "last_asking", "next_asking", "own_words", "place_of"]

LONGEST = 160  # characters of a sentence in a headline


def headline(change: Change) -> str:
    """A change in one line: "380 km now, 412 km before"."""
    match change.kind:
        case "changed":
            was, now = (one_line(value) for value in (change.was, change.now))
            if max(len(was), len(now)) > LONGEST or not (was and now):
                return f"Changed: {_sentence(change.new)}"
            return watch_lines.NOW_BEFORE(now=now, was=was)
        case "status":
            return watch_lines.ANSWERED_NOW() if change.now == "answered" else watch_lines.NO_ANSWER_NOW()
        case "document":
            return watch_lines.NEWER_TEXT(change=_title(change))
        case _:
            return f"New: {_sentence(change.new)}"


def _sentence(said: Said | None) -> str:
    text = one_line(said.text) if said else ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def _title(change: Change) -> str:
    quotes = change.new.quotes if change.new else ()
    return one_line(quotes[0].title) or "untitled" if quotes else "untitled"


def change_lines(change: Change) -> list[str]:
    """A change as lines: the headline, then old and new sentence, each with its quotes, their sources and dates."""
    lines = [headline(change)]
    for label, said in (("before", change.old), ("now", change.new)):
        if said is None:
            continue
        quotes = [f'"{one_line(quote.quote)}" - {place_of(quote)}, {dated(quote)}' for quote in said.quotes]
        first = one_line(said.text) if own_words(said) or not quotes else quotes.pop(0)
        lines += [f"  {label}: {first}", *(f"    {quote}" for quote in quotes)]
    return lines


def own_words(said: Said) -> bool:
    """Whether a sentence says it in other words than its quotes: else they alone are shown."""
    return all(form_of(said.text) != form_of(quote.quote) for quote in said.quotes)


def place_of(quote: Quoted) -> str:
    """Title and address of a quoted text; one that the user gave has none."""
    title = one_line(quote.title) or "untitled"
    return f"{title} ({escaped_url(quote.url)})" if quote.url else title


def dated(quote: Quoted) -> str:
    """When a quoted text was published, as far as is known, and when it was read: days."""
    read = f"read {printable(quote.retrieved[:10])}"
    return f"published {printable(quote.published[:10])}, {read}" if quote.published else read


def last_asking(watch: Watch, now: float, tried: float | None) -> str:
    """What came of the last asking: "asked 3 h ago, nothing new"; `tried` is when, in Unix time."""
    if tried is None:
        return watch_lines.NOT_ASKED_YET()
    when = ago(max(0.0, now - tried))
    if watch.outcome == "failed":
        return watch_lines.COULD_NOT_ASK(when=when, reason=one_line(watch.reason))
    if watch.turn and watch.askings == 1 and not watch.changes:
        return watch_lines.FIRST_ANSWER(when=when) if watch.answered else watch_lines.NOT_ANSWERED(when=when)
    return f"asked {when}, {watch_lines.SOMETHING_NEW() if watch.outcome == 'new' else watch_lines.NOTHING_NEW()}"


def next_asking(watch: Watch, now: float) -> str:
    """How often it is asked, and when next: "every day, next in 21 h"."""
    every = f"every {interval_text(watch.every)}"
    if watch.paused:
        return f"{every}, paused"
    return (
        f"{every}, due"
        if watch.due <= now
        else watch_lines.NEXT(every=every, due=duration(min(watch.due - now, watch.every)))
    )
