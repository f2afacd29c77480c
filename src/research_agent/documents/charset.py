"""
Character sets: which one a body is in, as the WHATWG encoding standard names them.

Standard library only, and linear in the length of its input: the locked child imports it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

__all__ = ["UndecodableError", "charset_of", "decode"]

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the WHATWG's encoding standard knows. UTF-7 and Python's own (idna, unicode_escape) hide one text in another.
CHARSETS = frozenset(
    "utf-8 utf-16 utf-16-le utf-16-be iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 koi8-r koi8-u mac-roman mac-cyrillic cp874 cp1250 cp1251 cp1253 "
    "cp1254 cp1255 cp1256 cp1257 cp1258 gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949".split()
)
# Names that Python does not know, or takes for less than the web means by them.
MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "shift_jis": "cp932", "euc_kr": "cp949", "x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030",
    "windows-874": "cp874", "iso-8859-8-i": "iso8859-8", "x-euc-jp": "euc_jp", "x-mac-roman": "mac-roman",
    "cp1252": "cp1252",
}  # fmt: skip
DECLARED = re.compile(
    rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
DECLARED_WITHIN = 1024  # bytes, as HTML's standard has it


class UndecodableError(ValueError):
    """The bytes are no text in the charset they name, nor in UTF-8."""


def charset_of(data: bytes, named: str | None = None) -> str:
    """
    The Python codec for these bytes: by their byte order mark, else by the header, else by what stands in XML or HTML.

    A name that is none of the web's counts as no name; with no name it is UTF-8.
    """
    for mark, charset in BOMS:
        if data.startswith(mark):
            return charset
    found = DECLARED.search(data[:DECLARED_WITHIN])
    declared = _codec((found[1] or found[2]).decode("ascii", "replace")) if found else ""
    if declared.startswith("utf-16"):  # what could be read as ASCII is in no such charset
        declared = "utf-8"
    return _codec(named) or declared or "utf-8"


def decode(data: bytes, named: str | None = None) -> str:
    """The text, without its byte order mark; `named` is the header's charset. Raises `UndecodableError`."""
    charset = charset_of(data, named)
    try:
        return data.decode(charset).removeprefix("\ufeff")
    except (UnicodeError, LookupError) as error:
        if charset == "cp1252":  # five bytes have no character there: the controls they are in ISO 8859-1
            return "".join(_western(data))
        raise UndecodableError(f"not {charset}: {error}") from error


def _codec(name: str | None) -> str:
    """Python's name of a charset that the web knows; "" for any other."""
    label = (name or "").strip().lower()
    if not label.isascii() or len(label) > 40:
        return ""
    try:
        known = MEANT.get(label) or codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    known = MEANT.get(known, known)
    return known if known in CHARSETS or known == "cp1252" else ""


def _western(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), 4096):
        chunk = data[start : start + 4096]
        try:
            yield chunk.decode("cp1252")
        except UnicodeDecodeError:
            yield "".join(bytes([byte]).decode("cp1252" if byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1")
                          for byte in chunk)  # fmt: skip
