"""The rows, a module for each thing that is promised; those of a module stand in its `ROWS`."""
