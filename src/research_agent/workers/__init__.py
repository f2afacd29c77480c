"""Worker processes: a pool for our own computing, isolated ones for untrusted input, a Dask cluster."""
