"""What evals, benchmarks and faults share: statistics, the machine's record, processor time, pages, plots."""
