"""Lines of deep research: its plan, its progress, its report."""

from __future__ import annotations

from research_agent.messages import Message

# Commands.
MORE_STEPS = Message("{n} more steps: {steps}", one="1 more step: {steps}")
WRITTEN = Message("written: {heading}, {sentences}")
NOT_RUN_YET = Message("Nothing has been searched yet. Run it: research-agent research resume {run}")
KEPT = Message("Saved, not run: research-agent research resume {run}")
NO_RUNS = Message('No runs yet. Start one: research-agent research "QUESTION"')
WRITES_NOW = Message("{run} is writing its report now.")
NOT_RUNNING = Message("It is not running.")
NO_REPORT = Message("{run} has no report yet.")
RUN_IT = Message("Run it: research-agent research resume ID")
SAME_REPORT = Message("The report is identical, byte for byte.")
OTHER_REPORT = Message("The report differs from that of {run}.")
PDF_TO_FILE = Message("Write it to a file: ... > report.pdf")
AT_MOST = Message("At most {budget}.")
EDIT_PROMPT = Message(
    "Enter to run it, e to edit it, + TEXT to add a step, - N to remove one, N. TEXT to reword one, q to quit"
)
UNCHANGED = Message("The plan was not changed.")
PLAN_OF = Message("Plan of {run} ({shape}):")
STOPPED = Message("Stopped. To continue: research-agent research resume {run}")
ASK_ABOUT = Message("Ask about it: research-agent ask --session {id} QUESTION")
FOUND_NOTHING = Message("nothing found")
DISAGREE = Message("sources disagree: {ours} / {theirs}")
THE_REPORT = Message("the report")
WRITING_NOW = Message("writing the report from what is there; press again to end at once")
