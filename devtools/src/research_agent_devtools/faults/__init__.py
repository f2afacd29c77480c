"""
The fault battery: each guarantee of the store, the shut-down and the workers, tried many times on purpose.

Each module of `rows` holds rows (`row.Row`) in `ROWS`. `make faults` runs them all, quick or full; the test suite runs
some of them, quick.
"""
