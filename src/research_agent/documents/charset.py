"""Character set detection and decoding by WHATWG labels: linear, standard library only, for the sandbox."""

from __future__ import annotations

import codecs
import re

__all__ = ["UndecodableError", "charset_of", "decode"]

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Those of the WHATWG encoding standard. UTF-7 and Python's own (idna, unicode_escape) hide one text in another.
CHARSETS = frozenset(
    "utf-8 utf-16 utf-16-le utf-16-be iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 koi8-r koi8-u mac-roman mac-cyrillic cp874 cp1250 cp1251 cp1253 "
    "cp1254 cp1255 cp1256 cp1257 cp1258 gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949".split()
)
# Labels that Python does not know, or takes for a subset of what the web means by them.
ALIASES = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "shift_jis": "cp932", "euc_kr": "cp949", "x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030",
    "windows-874": "cp874", "iso-8859-8-i": "iso8859-8", "x-euc-jp": "euc_jp", "x-mac-roman": "mac-roman",
    "cp1252": "cp1252",
}  # fmt: skip
CONTROLS = {0xDC00 + byte: byte for byte in b"\x81\x8d\x8f\x90\x9d"}
DECLARED = re.compile(
    rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
DECLARED_WITHIN = 1024  # bytes, as HTML's standard has it


class UndecodableError(ValueError):
    """The bytes cannot be decoded in their charset."""


def charset_of(data: bytes, named: str | None = None) -> str:
    """Python codec of a body: by byte order mark, known charset `named` in the header, or declaration; else UTF-8."""
    for mark, charset in BOMS:
        if data.startswith(mark):
            return charset
    match = DECLARED.search(data[:DECLARED_WITHIN])
    declared = _codec((match[1] or match[2]).decode("ascii", "replace")) if match else ""
    if declared.startswith("utf-16"):  # a declaration that is readable as ASCII is not in UTF-16
        declared = "utf-8"
    return _codec(named) or declared or "utf-8"


def decode(data: bytes, named: str | None = None) -> str:
    """The decoded text without its byte order mark; `named` is the header's charset. Raises `UndecodableError`."""
    charset = charset_of(data, named)
    try:
        return data.decode(charset).removeprefix("\ufeff")
    except (UnicodeError, LookupError) as error:
        if charset == "cp1252":  # five bytes have no character there: the controls they are in ISO 8859-1
            return data.decode(charset, "surrogateescape").translate(CONTROLS)
        raise UndecodableError(f"not {charset}: {error}") from error


def _codec(name: str | None) -> str:
    """Python's name of a charset of the web; "" for any other."""
    label = (name or "").strip().lower()
    if not label.isascii() or len(label) > 40:
        return ""
    try:
        codec = ALIASES.get(label) or codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    codec = ALIASES.get(codec, codec)
    return codec if codec in CHARSETS or codec == "cp1252" else ""
