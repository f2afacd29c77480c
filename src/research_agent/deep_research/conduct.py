"""
Conduct of a run: ready steps are asked at once, four at a time, until all have ended, the time is up, or it is stopped.

Each step is searched for, read and ranked; what it lacks leads to a few searches more; its finds fill the slots of
others. A step sees no other step's prose: only words of stored texts go from one to another. What a step found is one
commit: killed before it, the step is asked again from the searches that are stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from research_agent.concurrency import task_group
from research_agent.deep_research.elsewhere import elsewhere_entries, elsewhere_step
from research_agent.deep_research.facets import facet_values, is_section, of_section
from research_agent.deep_research.finds import ANSWERS, find
from research_agent.deep_research.gaps import find_gaps, queries_for
from research_agent.deep_research.journal import Journal
from research_agent.deep_research.leads import MOST, MOST_OF_LIST, Leads
from research_agent.deep_research.own_sections import own_sections
from research_agent.deep_research.searches import search, sources_of, topics_of, widely
from research_agent.deep_research.slot_values import filled, item_values, said_with, slot_values
from research_agent.deep_research.step_plan import active, heading_of, ready, slots
from research_agent.memory import Candidate, Gap, LedgerEntry, Step
from research_agent.runtime import Runtime
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.stages.fetch import Sources
from research_agent.stages.split import Pieces
from research_agent.text.copies import Alike, near_duplicates
from research_agent.types import UNRESTRICTED, Document, Evidence, Restriction, Topic

__all__ = ["AT_ONCE", "Conduct"]

AT_ONCE = 4
"""Steps that are asked at the same time."""
STOPPED_SECONDS, MOST_READING = 2.0, 10.0
"""Seconds in which what has come is still read when the report is wanted, and when the time for searching is up."""
SHORT_TEXT = 20_000  # characters of a text that is read then all the same
MOST_MADE = 24
"""Steps that the items of one list make."""
SHORT = 3
"""Items below which a list is looked for in what is said of each."""


@dataclass
class Conduct:
    """Searches of one run by this process."""

    journal: Journal
    runtime: Runtime
    restriction: Restriction = UNRESTRICTED
    _alike: Alike = field(default_factory=near_duplicates)
    _asking: dict[int, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._leads = Leads(self.runtime)
        self._senses: dict[int, Mapping[str, frozenset[str]]] = {}

    async def search(self) -> None:
        """Ask all steps that can be asked, until the time for searching is up or the report is wanted."""
        journal, running = self.journal, dict[int, asyncio.Task[None]]()
        async with task_group() as group:
            stopped = group.create_task(journal.stopping.wait())
            try:
                while not journal.stopping.is_set() and journal.search_seconds > 0:
                    for step in ready(tuple(journal.steps.values())):
                        if step.id not in running and len(running) < AT_ONCE and self._can_be_asked(step):
                            running[step.id] = group.create_task(self._ask(step))
                    if not running:
                        break
                    waited = {*running.values(), stopped}
                    timeout = max(0.0, journal.search_seconds)
                    await asyncio.wait(waited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
                    running = {key: task for key, task in running.items() if not _ended(task)}
                await self._read_on(running.values())
            finally:
                for task in (*running.values(), stopped):
                    task.cancel()
        await self._read_short(key for key, task in running.items() if task.cancelled())

    async def _read_on(self, running: Iterable[asyncio.Task[None]]) -> None:
        """Let the steps that are at work read what has come, for a while: nothing more is searched for now."""
        seconds = (
            STOPPED_SECONDS if self.journal.stopping.is_set() else min(MOST_READING, self.journal.write_seconds / 4)
        )
        left = set(running)
        if left and seconds > 0:
            await asyncio.wait(left, timeout=seconds)
            for task in left:
                _ended(task)

    async def _read_short(self, left: Iterable[int]) -> None:
        """Of steps that came to no end read what is short: a source that floods must not hide what another says."""
        journal = self.journal
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.1, min(MOST_READING, journal.write_seconds / 3))):
                for step in (self._asking[key] for key in left if key in self._asking):
                    found = [key for one in journal.requests.values() if one.step == step.id for key in one.documents]
                    documents = [journal.documents[key] for key in dict.fromkeys(found)]
                    short = [one for one in documents if len(one.text) <= SHORT_TEXT or one.parts]
                    if short:
                        topics = topics_of(step, self.runtime, self.restriction)
                        entries, _, step = await self._read(step, topics, short, {})
                        await self._end(step, entries, [])

    def _can_be_asked(self, step: Step) -> bool:
        """Whether there is budget left for a step, or it needs none: it is a template, or was searched for before."""
        known = any(request.step == step.id for request in self.journal.requests.values())
        return self.journal.requests_left > 0 or known or bool(slots(step))

    async def _ask(self, step: Step) -> None:
        """Ask a step whose slots can be filled; one of a list makes a step of each item."""
        journal = self.journal
        if made := await self._made(step):
            told = ("PlanChanged", {"version": journal.run.plan_version, "steps": [one.asked for one in made]})
            await journal.write(steps=[replace(step, state="done"), *made], events=[told])
            return
        values = {key: journal.steps[key].candidates for key in slots(step)}
        empty = [key for key, candidates in values.items() if not candidates]
        if empty and journal.steps[empty[0]].kind == "facets":  # a field without facets: there is nothing to ask
            await journal.write(steps=[replace(step, state="done")])
            return
        if empty:
            gap = Gap(step=step.id, asked=step.asked, kind="empty slot", what=journal.steps[empty[0]].text)
            await self._end(step, [], [gap])
            return
        asked = step if step.asked else filled(step, {key: self._said(found[0]) for key, found in values.items()})
        self._asking[step.id] = asked
        journal.note("StepStarted", {"step": step.id, "text": asked.asked})
        entries, gaps, ended = await self._find(asked)
        if not entries and any(len(found) > 1 for found in values.values()):  # the second candidate may be the one
            others = {key: self._said(found[min(1, len(found) - 1)]) for key, found in values.items()}
            second = await self._find(filled(step, others))
            entries, gaps, ended = second if second[0] else (entries, gaps, ended)
        await self._end(ended, entries, gaps)

    async def _made(self, template: Step) -> list[Step]:
        """The steps that the items of a list make of a template; none when no slot of it is that of a list."""
        steps = self.journal.steps
        lists = [key for key in slots(template) if steps[key].kind in {"list", "facets"}]
        if not lists or template.parent:
            return []
        first = 1000 * template.id + 1  # whatever else is made at the same time
        items = steps[lists[0]].candidates[:MOST_MADE]
        made = [self._of_item(template, lists[0], item, first + at) for at, item in enumerate(items)]
        overview = steps[lists[0]]
        if overview.kind != "facets" or await self.runtime.embed_ready() is None:
            return made
        last = elsewhere_step(template, overview, 1000 * template.id + 999)
        return [*made, last] if last else made

    def _of_item(self, template: Step, slot: int, item: Candidate, key: int) -> Step:
        overview = self.journal.steps[slot]
        text, candidates = template.text.replace(f"{{{slot}}}", self._said(item)), tuple[Candidate, ...]()
        if overview.kind == "facets" and is_section(item, self.journal.documents):
            candidates = (item,)
            text = of_section(overview.asked, item.text) if template.origin == "rule" else text
        made = replace(
            template, id=key, text=text, origin="found", parent=template.id, side=item.text, kind="find",
            candidates=candidates,
        )  # fmt: skip
        others = {
            other: self._said(found[0]) for other in slots(made) if (found := self.journal.steps[other].candidates)
        }
        return replace(filled(made, others), heading=heading_of(item.text, template))

    def _said(self, value: Candidate) -> str:
        return said_with(value, self.journal.documents)

    async def _find(self, step: Step) -> tuple[list[LedgerEntry], list[Gap], Step]:
        """What a step finds, with the searches that its gaps lead to; its gaps, and itself with its candidates."""
        topics = topics_of(step, self.runtime, self.restriction)
        sources = sources_of(step, self.runtime, self.restriction, share=self._share(step))
        if step.kind == "elsewhere":
            return await self._find_elsewhere(step, topics[0], sources), [], step
        unmeant = await self._unmeant(step)
        documents = await search(self.journal, self.runtime, step, topics, sources, self.restriction, unmeant)
        documents = self._with_outlined(step, documents)
        pieces: Pieces = {}
        entries, evidence, step = await self._read(step, topics, documents, pieces)
        if step.kind == "list" and len(step.candidates) < SHORT:  # no text lists them: many may say it of themselves
            found = await self._hop(step, topics, documents, sources)
            documents = list({one.id: one for one in (*documents, *found)}.values())
            entries, evidence, step = await self._read(step, topics, documents, pieces)
        gaps: list[Gap] = []
        for gap in self._gaps(step, entries):
            queries = queries_for(step, gap, topics[0], evidence) if self._is_worth_it(gap) else []
            if queries:
                more = [replace(topics[0], text=query) for query in queries]
                found = await search(self.journal, self.runtime, step, more, sources, self.restriction, unmeant)
                if gap.kind in {"no evidence", "empty slot"} and step.kind != "list":
                    found += await self._hop(step, more, [*documents, *found], sources)
                documents = list({one.id: one for one in (*documents, *found)}.values())
                entries, evidence, step = await self._read(step, topics, documents, pieces)
            closed = all(left.kind != gap.kind for left in self._gaps(step, entries))
            gaps.append(replace(gap, searched=tuple(queries), closed=closed))
        return entries, gaps, step

    async def _unmeant(self, step: Step) -> frozenset[str]:
        """Titles that only share the name of a step's side, or of any, as the sides that stand beside it show."""
        run, steps = self.journal.run, active(tuple(self.journal.steps.values()))
        if run.shape not in {"compare", "fan-out"} or self.journal.replays:
            return frozenset()
        if step.parent not in self._senses:
            sides = tuple(dict.fromkeys(one.side for one in steps if one.side and one.parent == step.parent))
            self._senses[step.parent] = await self._leads.unmeant(run.question, sides) if len(sides) > 1 else {}
        unmeant = self._senses[step.parent]
        return unmeant.get(step.side, frozenset()) if step.side else frozenset().union(*unmeant.values())

    async def _find_elsewhere(self, step: Step, topic: Topic, sources: Sources) -> list[LedgerEntry]:
        """What the texts of an overview, and many more of this machine, say of its topic."""
        journal = self.journal
        overview = journal.steps[slots(journal.steps[step.parent])[0]]
        known = [key for one in journal.requests.values() if one.step == overview.id for key in one.documents]
        asked = replace(topic, text=step.side, question=step.side)
        found = await search(journal, self.runtime, step, [asked], widely(sources), self.restriction)
        documents = {one.id: one for one in (*found, *(journal.documents[key] for key in known))}
        return await elsewhere_entries(step, overview.asked, [*documents.values()], await self.runtime.embed_ready())

    def _with_outlined(self, step: Step, documents: list[Document]) -> list[Document]:
        """The documents with the one whose section a step was made of, first."""
        known = [self.journal.documents[one.document] for one in step.candidates if step.parent]
        found = own_sections(step, known)
        return list({one.id: one for one in (found.document, *documents)}.values()) if found else documents

    async def _hop(
        self, step: Step, asked: Sequence[Topic], known: Sequence[Document], sources: Sources
    ) -> list[Document]:
        """What the encyclopedia has under the titles that hops lead to, where nothing answers."""
        own = [one for one in sources if isinstance(one[0], Encyclopedia)]
        if not own:
            return []
        if self.journal.replays:
            titles = self.journal.queries_of(step, Encyclopedia.name)
        else:
            most = MOST_OF_LIST if step.kind == "list" else MOST
            titles = await self._leads.titles(step.asked, {document.title for document in known}, most=most)
        more = [replace(asked[0], text=title, question=title) for title in titles]
        return await search(self.journal, self.runtime, step, more, own, self.restriction)

    def _share(self, step: Step) -> float:
        """Searches that the budget has for a step, whatever else was asked before: steps of a list share one's part."""
        steps = active(tuple(self.journal.steps.values()))
        lines = sum(one.parent == 0 for one in steps)
        return self.journal.run.budget.requests / lines / max(1, sum(one.parent == step.parent != 0 for one in steps))

    def _is_worth_it(self, gap: Gap) -> bool:
        """Whether a gap leads to searches: a second witness is looked for only while there is plenty of budget."""
        plenty = 2 * self.journal.requests_left > self.journal.run.budget.requests
        return gap.kind != "one witness" or (plenty and any(source.live for source in self.runtime.sources))

    async def _read(
        self, step: Step, topics: Sequence[Topic], documents: Sequence[Document], pieces: Pieces
    ) -> tuple[list[LedgerEntry], Sequence[Evidence], Step]:
        """The ledger entries of these documents, and the step with what may fill the slots of others."""
        entries, evidence = await find(self.runtime, step, topics, documents, self._alike, pieces)
        known = self.journal.documents
        if step.kind == "list":
            candidates = item_values(step, entries, known)
        elif step.kind == "facets":
            candidates = facet_values(step, entries, known)
        elif self._is_needed(step):
            candidates = await slot_values(step, entries, known, await self.runtime.rerank_ready())
        else:
            candidates = step.candidates if step.parent else ()  # the heading that it was made of
        return entries, evidence, replace(step, candidates=candidates)

    def _is_needed(self, step: Step) -> bool:
        return any(step.id in slots(other) for other in active(tuple(self.journal.steps.values())))

    def _gaps(self, step: Step, entries: Sequence[LedgerEntry]) -> list[Gap]:
        return find_gaps(
            step,
            entries,
            self.journal.documents,
            needs_value=step.kind != "facets" and self._is_needed(step),
            today=self.runtime.now.date(),
        )

    async def _end(self, step: Step, entries: Sequence[LedgerEntry], gaps: Sequence[Gap]) -> None:
        """Commit what a step found and lacks; from here on it is done."""
        open_gaps = [gap for gap in gaps if not gap.closed]
        witnesses = len({entry.witness for entry in entries if entry.score is None or entry.score >= ANSWERS})
        told = {
            "step": step.id, "text": step.asked or step.text, "entries": len(entries), "witnesses": witnesses,
            "gaps": [gap.kind for gap in open_gaps],
        }  # fmt: skip
        events = [("GapFound", {"step": gap.step, "kind": gap.kind, "what": gap.what}) for gap in open_gaps]
        await self.journal.write(
            rows=[*entries, *gaps],
            steps=[replace(step, state="done")],
            events=[*events, ("StepFinished", told)],
        )


def _ended(task: asyncio.Task[None]) -> bool:
    """Whether a step has ended. Raises what it raised."""
    if task.done():
        task.result()
    return task.done()
