"""The rows of the fault battery; those of a module stand in its `ROWS`."""
