"""
Readers of the formats of files, one a module; only the sandboxed process imports them.

Each takes the bytes of a file and a `TextBuilder`, which it tells what it reads, in order. Raises `UnreadableFileError`
or another `ValueError` for a file that cannot be read.
"""

__all__: list[str] = []
