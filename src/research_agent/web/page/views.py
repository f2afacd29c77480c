"""Template contexts of the page: a turn, an entry of the session list, a run. Only the answer contains HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from research_agent.memory import SessionInfo
from research_agent.memory.versions import versions
from research_agent.messages import page_lines, remarks, request_refusals, research_lines, speaking, wordings
from research_agent.rendering.answer_html import answer_html
from research_agent.rendering.plots import plot_svg
from research_agent.rendering.timeline import waterfall
from research_agent.rendering.view import AnswerView, Reference, counted, label, safe_link, when
from research_agent.text.humanize import ago, duration
from research_agent.text.sanitize import one_line
from research_agent.text.sites import host_of, is_below, site_of
from research_agent.types import Answer, Citation, Conflict, Document, SourceReport, Turn
from research_agent.web.page.addresses import page_url, source_url
from research_agent.web.page.source_panel import Highlight
from research_agent.web.runs import Run
from research_agent.web.state import state_of

__all__ = [
    "own_document_url",
    "run_view",
    "session_view",
    "titles_of",
    "turn_view",
    "turn_views",
    "without_site",
]

Titles = Mapping[str, str]
"""Titles of sources by name."""

DISAGREE = (remarks.SOURCES_DISAGREE, remarks.SEVERAL_DISAGREE, remarks.COPIES_DISAGREE)
ALWAYS = wordings(remarks.FOR_EVERY_QUESTION)  # here, since languages are read from files


async def titles_of(request: Request) -> dict[str, str]:
    """Titles of sources by name; empty until the runtime is open."""
    state = state_of(request)
    return (await state.runtime()).source_titles if state.ready else {}


def turn_views(turns: Sequence[Turn], titles: Titles, *, show: int = 0) -> list[dict[str, Any]]:
    """The questions of a session, each by its latest version, or by the one to `show`; the last offers follow-ups."""
    views = []
    for group in versions(turns):
        at = next((at for at, turn in enumerate(group) if turn.number == show), len(group) - 1)
        views.append({**turn_view(group[at], titles), **_versions(group, at)})
    return [{**view, "follow_ups": view["follow_ups"] if view is views[-1] else ()} for view in views]


def _versions(group: Sequence[Turn], at: int) -> dict[str, Any]:
    """Which version of a question is shown, and the addresses of those before and behind it."""

    def address(place: int) -> str:
        if not 0 <= place < len(group):
            return ""
        turn = group[place]
        return f"{page_url('/session', id=turn.answer.session, show=turn.number)}#t{turn.number}"

    return {
        "root": group[0].number,
        "version": at + 1,
        "versions": len(group),
        "older": address(at - 1),
        "newer": address(at + 1),
    }


def own_document_url(document: Document, quotes: Sequence[Highlight]) -> str:
    """The URL of a document of the user's own in the library, at its first quote; "" for any other."""
    name = document.details.get("library")
    if not isinstance(name, str) or not name:
        return ""
    first = {"start": quotes[0].start, "end": quotes[0].end} if quotes else {}
    return page_url("/library/document", name=name, id=document.id, **first)


def turn_view(turn: Turn, titles: Titles) -> dict[str, Any]:
    """A turn with its answer, references, conflicts and sources."""
    answer, view = turn.answer, AnswerView(turn.answer, titles)
    return {
        "number": turn.number,
        "session": answer.session,
        "question": one_line(turn.question),
        **_versions((turn,), 0),
        "restriction": _restriction(answer.settings),
        "status": answer.status,
        "state": view.status,
        "summary": view.coverage,
        "made_by": view.made_by[:1].upper() + view.made_by[1:],
        "lang": view.language,
        "answer": answer_html(answer, lambda cited: _citation_url(answer, cited), prefix=f"t{turn.number}"),
        "plots": [(plot.title, plot_svg(plot)) for plot in view.plots],
        "notes": _notes(view),
        "removed": [
            (item, [(quote, source_url(answer, 0, quote.document, quote.start, quote.end)) for quote in item.quotes])
            for item in view.taken_out
        ],
        "conflicts": [_conflict(answer, conflict) for conflict in answer.conflicts],
        "cards": [_card(answer, reference) for reference in view.references],
        "follow_ups": answer.follow_ups if answer.status not in ("none", "interrupted") else (),
        "next": "",
        "unread": [(page, safe_link(page.url)) for page in view.unread],
        "sources": [_source_report(report, view.source_title(report.name)) for report in answer.sources],
        "waterfall": waterfall(answer.spans),
        "export": page_url("/session/export", id=answer.session, turn=turn.number),
        "file": page_url("/session/export", id=answer.session, turn=turn.number, format="html"),
        "watch": page_url("/watch/add", id=answer.session, turn=turn.number),
    }


def _notes(view: AnswerView) -> list[str]:
    """The lines about an answer but for those about conflicts, which have a place of their own."""
    if not view.answer.conflicts:
        return view.notes
    with speaking(view.language):
        return [note for note in view.notes if not any(line.is_in(note) for line in DISAGREE)]


def session_view(info: SessionInfo) -> dict[str, Any]:
    """An entry of the session list."""
    return {"info": info, "age": _age(info.updated), "href": page_url("/session", id=info.id)}


def run_view(run: Run, titles: Titles) -> dict[str, Any]:
    """A run in progress, or one that ended without a turn."""
    error = dict(run.ended.error) if run.ended and run.ended.error else {}
    return {
        "id": run.id,
        "session": run.session,
        "question": one_line(run.question),
        "restriction": _restriction(run.restriction.as_settings()),
        "replaces": run.options.replaces,
        "ended": run.ended is not None,
        "error": {
            "message": error.get("message", request_refusals.STOPPED_EARLY()),
            "hint": error.get("hint", ""),
        },
        "events": f"/api/runs/{run.id}/events",
        "turn": f"{page_url('/session/turn', id=run.session)}&turn=",
        "back": page_url("/session", id=run.session),
        "titles": dict(titles),
    }


def without_site(answer: Answer, url: str) -> dict[str, Any]:
    """The form that asks the question again without the site of a source; empty without one, or if it was asked for."""
    site, fields = site_of(url), _restriction(answer.settings)
    wanted = fields.get("sites", "").split(",")
    if not site or any(is_below(one, site) or is_below(site, one) for one in wanted):
        return {}
    excluded = " ".join(dict.fromkeys((*fields.get("exclude_sites", "").replace(",", " ").split(), site)))
    kept = {name: value for name, value in fields.items() if name != "exclude_sites"}
    return {
        "question": answer.question,
        "session": answer.session,
        "label": page_lines.ASK_WITHOUT(site=site),
        "restriction": {**kept, "exclude_sites": excluded},
    }


def _restriction(settings: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form that ask within the same sites, days, libraries and files again."""
    fields = {
        "site": "sites",
        "exclude_site": "exclude_sites",
        "since": "since",
        "until": "until",
        "library": "libraries",
        "only": "only",
    }
    return {field: str(settings[name]) for name, field in fields.items() if settings.get(name)}


def _citation_url(answer: Answer, cited: Citation) -> str:
    return source_url(answer, cited.n, cited.document, cited.start, cited.end)


def _reference_url(answer: Answer, reference: Reference) -> str:
    first = reference.quotes[0]
    return source_url(answer, reference.n, reference.document.id, first.start, first.end)


def _card(answer: Answer, reference: Reference) -> dict[str, Any]:
    """A source as a card: where it is, of when, and what it does in the answer; `cite` is its line in a copy."""
    document, sentences = reference.document, len({cited.sentence for cited in reference.citations})
    dated = when(document.published) if document.published else f"read {when(document.retrieved)}"
    told = (reference.source, reference.site_line, label(document.licence or ""), dated)
    return {
        "n": reference.n,
        "title": reference.title or "Untitled",
        "href": _reference_url(answer, reference),
        "where": host_of(document.url).removeprefix("www.") or reference.source or "this machine",
        "dated": dated.partition(",")[0],
        "state": f"supports {counted(sentences, 'sentence')}",
        "url": safe_link(document.url),
        "cite": f"{reference.title or 'Untitled'}, {' · '.join(filter(None, told))}",
    }


def _conflict(answer: Answer, conflict: Conflict) -> dict[str, Any]:
    others = page_lines.ANOTHER_SAYS()
    if conflict.documents > 1:
        others = page_lines.OTHERS_SAY(n=conflict.documents)
        if conflict.independent < conflict.documents:
            others = page_lines.OTHERS_SAY_COPIES(n=conflict.documents, independent=conflict.independent)
    url = source_url(answer, 0, conflict.document, conflict.start, conflict.end)
    return {"conflict": conflict, "others": others, "href": url}


def _source_report(report: SourceReport, title: str) -> dict[str, Any]:
    outcome = {
        "ok": f"{report.documents} text{'s' * (report.documents != 1)}",
        "empty": research_lines.FOUND_NOTHING(),
        "failed": "",
        "skipped": page_lines.NOT_ASKED(),
    }[report.status]
    cached = remarks.CACHED(age=duration(report.stored)) if report.stored is not None else ""
    parts = [outcome, report.reason or "", cached]
    return {
        "title": title,
        "status": report.status,
        "time": _seconds(report.ms) if report.status != "skipped" else "",
        "outcome": ", ".join(filter(None, parts)) + (", late" if report.late else ""),
        "why": report.why if report.why not in ALWAYS else "",
    }


def _seconds(ms: int) -> str:
    return f"{ms} ms" if ms < 100 else f"{ms / 1000:.1f} s"


def _age(stamp: str) -> str:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return one_line(stamp)
    return ago((datetime.now(UTC) - moment.astimezone(UTC)).total_seconds())
