"""Developer tools of research-agent, outside its wheel: evals, benchmarks, the fault battery, a fake world."""
