"""Processor time of children counts, of those that have ended and of those that live."""

from __future__ import annotations

import subprocess
import sys
import time

from research_agent_devtools.kernel import processor_time

BURN = "import time\nwhile time.process_time() < 0.2: pass"


def test_processor_time_of_a_child_counts_when_it_has_ended() -> None:
    before, own = processor_time.family_seconds(), time.process_time()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert processor_time.family_seconds() - before >= 0.2
    assert time.process_time() - own < 0.2  # the broken twin: this process alone has seen nothing of it


def test_processor_time_of_a_living_child_counts_unless_it_is_left_out() -> None:
    before = processor_time.family_seconds()
    code = f"{BURN}\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with_it = processor_time.family_seconds()
        processor_time.leave_out(child.pid)
        without = processor_time.family_seconds()
        child.kill()
    processor_time._left_out.discard(child.pid)
    assert with_it - before >= 0.18  # the kernel counts in steps of 10 ms
    assert with_it - without >= 0.18
