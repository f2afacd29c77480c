"""What is promised of speed, measured against what else one could do: `make bench`. Results: benchmarks/RESULTS.md."""
