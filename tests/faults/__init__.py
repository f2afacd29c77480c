"""
The fault battery: each guarantee of the store, the shut-down and the workers, tried many times on purpose.

A module holds rows (`row.Row`) in `ROWS`; `python -m faults quick|full` runs them all, `test_battery.py` runs their
quick part in the suite.
"""
