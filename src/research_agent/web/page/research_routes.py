"""The routes of deep research: a question, the plan as a form, the steps as they are asked, and the report."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from research_agent.memory import ResearchRun, RunRows, Step
from research_agent.messages import plans
from research_agent.rendering import FORMATS
from research_agent.text.restriction import read_restriction
from research_agent.text.sanitize import one_line
from research_agent.web.page.addresses import page_url
from research_agent.web.page.html_responses import PageRoute, form, redirect, render
from research_agent.web.page.views import turn_view
from research_agent.web.state import caller_of, memory_of, state_of

__all__ = ["router"]

NEWEST = 50
SEPARATED = re.compile(r"[^\s,;]+")
STATES = {"planned": "planned", "running": "at work", "done": "done", "stopped": "stopped early"}
STEP_STATES = {"waiting": "", "running": "searching", "done": "", "dropped": "left out"}
BUDGETS = {
    "quick": "Quick: a minute",
    "standard": "Standard: five minutes",
    "long": "Long: half an hour",
}
GAPS = {
    "no evidence": "nothing found",
    "one witness": "said by one source alone",
    "empty slot": "nothing to go on from",
    "not mentioned": "not mentioned",
    "too old": "older than asked",
}

Id = Annotated[str, Query(max_length=200)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/research")
async def research(request: Request) -> Response:
    """The form of a question for deep research, and the runs so far."""
    runs = await (await memory_of(request)).research.all()
    entries = [
        {"question": one_line(run.question), "state": _told(run), "href": page_url("/research/run", id=run.id)}
        for run in runs[:NEWEST]
    ]
    return render("research.html", here="/research", runs=entries, budgets=BUDGETS)


@router.post("/research")
async def plan(request: Request) -> Response:
    """Plan a question, and show the plan; nothing is searched for yet."""
    from research_agent.deep_research.budget import parse_budget

    fields = await form(request)
    given: dict[str, Any] = {
        "sites": SEPARATED.findall(fields.get("sites", "")),
        "libraries": SEPARATED.findall(fields.get("libraries", "")),
    }
    restriction = {name: value for name, value in given.items() if value}
    read_restriction(**restriction)
    options: dict[str, Any] = {"restriction": restriction} if restriction else {}
    if fields.get("offline"):
        options["offline"] = True
    run = await state_of(request).deep_runs.plan(
        caller_of(request).user,
        fields.get("question", ""),
        budget=parse_budget(fields.get("budget") or "standard"),
        options=options,
    )
    return redirect(page_url("/research/run", id=run.id))


@router.get("/research/run")
async def show(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """A run: the plan to be edited, the steps at work, or the report."""
    return render("research_run.html", here="/research", **await _run_view(request, id))


@router.get("/research/state")
async def progress(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """The state of a run as a fragment, which is asked for again while it is at work."""
    view = await _run_view(request, id)
    ended = not view["active"]
    response = render("research_state.html", **view)
    if ended:
        response.headers["HX-Redirect"] = page_url("/research/run", id=view["run"].id)  # the page has the report
    return response


@router.post("/research/plan")
async def edit(request: Request) -> Response:
    """Keep an edited plan; with "start", and run it."""
    from research_agent.deep_research.research_runs import edit_plan

    fields = await form(request)
    memory, name = await memory_of(request), fields.get("id", "")
    if fields.get("version", "").isdecimal():
        name = (await edit_plan(name, memory, int(fields["version"]), fields.get("plan", ""))).id
    if fields.get("start"):
        await state_of(request).deep_runs.begin(caller_of(request).user, name)
    return redirect(page_url("/research/run", id=name))


@router.post("/research/start")
async def start(request: Request) -> Response:
    """Go on with a run that was stopped, with another budget if one is given."""
    from research_agent.deep_research.budget import parse_budget

    fields = await form(request)
    runs, name = (await memory_of(request)).research, fields.get("id", "")
    if fields.get("budget"):
        await runs.set_budget(name, parse_budget(fields["budget"]))
    await state_of(request).deep_runs.begin(caller_of(request).user, name)
    return redirect(page_url("/research/run", id=name))


@router.post("/research/budget")
async def change_budget(request: Request) -> Response:
    """Raise or lower the budget, also while the run is at work."""
    from research_agent.deep_research.budget import parse_budget

    fields = await form(request)
    changed = await (await memory_of(request)).research.set_budget(
        fields.get("id", ""), parse_budget(fields.get("budget", ""))
    )
    return redirect(page_url("/research/run", id=changed.id))


@router.post("/research/stop")
async def stop(request: Request) -> Response:
    """Have the report of what is there written now."""
    run = await state_of(request).deep_runs.stop(caller_of(request).user, (await form(request)).get("id", ""))
    return redirect(page_url("/research/run", id=run.id))


async def _run_view(request: Request, name: str) -> dict[str, Any]:
    from research_agent.deep_research.budget import budget_text, spent_text
    from research_agent.deep_research.plan_text import plan_text
    from research_agent.deep_research.step_plan import active

    memory, state, user = await memory_of(request), state_of(request), caller_of(request).user
    rows = await memory.research.load((await memory.research.get(name)).id)
    run = rows.run
    turns = await memory.turns(run.id) if run.turn else ()
    titles = (await state.runtime()).source_titles if state.ready else {}
    turn = next((one for one in turns if one.number == run.turn), None)
    failure = state.deep_runs.failure(user, run.id)
    return {
        "run": run,
        "question": one_line(run.question),
        "state": _told(run),
        "resumed": run.resumed > 0,
        "active": state.deep_runs.is_active(user, run.id),
        "failure": "" if failure is None else f"{failure.message} {failure.hint}",
        "plan": plan_text(rows.steps),
        "steps": [_step_view(step, rows) for step in active(rows.steps)],
        "bars": _bars(run),
        "limit": budget_text(run.budget),
        "limit_parts": f"{run.budget.seconds:g}s,{run.budget.requests}req,{run.budget.tokens}tok",
        "spent": spent_text(run.spent, run.budget),
        "budgets": BUDGETS,
        "turn": turn_view(turn, titles) if turn is not None else None,
        "formats": FORMATS,
        "session": page_url("/session", id=run.id),
        "progress": page_url("/research/state", id=run.id),
    }


def _told(run: ResearchRun) -> str:
    """The state of a run in words; of one at work also that a server took it up."""
    return f"{STATES[run.state]} · {plans.RESUMED()}" if run.state == "running" and run.resumed else STATES[run.state]


def _step_view(step: Step, rows: RunRows) -> dict[str, Any]:
    found = [entry for entry in rows.ledger if entry.step == step.id]
    gaps = [gap for gap in rows.gaps if gap.step == step.id and not gap.closed and gap.asked == step.asked]
    witnesses = len({entry.witness for entry in found})
    told = (
        STEP_STATES[step.state],
        f"{witnesses} source{'s' * (witnesses != 1)}" if step.state == "done" else "",
        *dict.fromkeys(GAPS[gap.kind] for gap in gaps),
    )
    return {"text": one_line(step.asked or step.text), "state": step.state, "told": " · ".join(filter(None, told))}


def _bars(run: ResearchRun) -> list[tuple[str, float, float]]:
    """Time, searches and tokens: what is spent, of what."""
    pairs = (("Time", "seconds"), ("Searches", "requests"), ("Tokens", "tokens"))
    bars = [(label, float(getattr(run.spent, name)), float(getattr(run.budget, name))) for label, name in pairs]
    return [(label, min(spent, limit), limit) for label, spent, limit in bars if limit > 0]
