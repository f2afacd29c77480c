"""Test harness: clocks, processes, servers and browsers that tests, faults and benchmarks drive the product with."""
