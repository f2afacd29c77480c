"""
Character set detection and decoding, as browsers do it: by WHATWG labels, linear, for the sandbox.

Byte order mark, then the header, then the page's own declaration, then statistics (`charset_statistics.py`). A name
that the bytes refute is not believed. A byte that has no character costs one character, U+FFFD, never the text.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

__all__ = ["UndecodableError", "charset_of", "codec_of", "decode"]

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FEW = 8  # zeros that tell nothing
ZEROS = 0.15  # share of the bytes that are zero in text of two-byte units, markup or spaces at least
# The escape that only ISO-2022-JP has.
JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
# Those of the WHATWG encoding standard. UTF-7 and Python's own (idna, unicode_escape) hide one text in another.
CHARSETS = frozenset(
    "utf-8 utf-16-le utf-16-be iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 koi8-r koi8-u mac-roman mac-cyrillic cp874 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949".split()
)
# Labels that Python does not know, or takes for a subset of what the web means by them.
ALIASES = {
    **dict.fromkeys("iso8859-1 ascii ansi_x3.4-1968".split(), "cp1252"),
    **dict.fromkeys("iso8859-9 csisolatin5".split(), "cp1254"),
    **dict.fromkeys("tis-620 iso8859-11 dos-874 windows-874".split(), "cp874"),
    **dict.fromkeys("gb2312 gbk x-gbk gb_2312 gb_2312-80 csgb2312 csiso58gb231280".split(), "gb18030"),
    **dict.fromkeys("big5 cn-big5 x-x-big5".split(), "big5hkscs"),
    **dict.fromkeys("shift_jis x-sjis windows-31j".split(), "cp932"),
    **dict.fromkeys("euc_kr windows-949 cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601".split(), "cp949"),
    **dict.fromkeys("x-euc-jp cseucpkdfmtjapanese".split(), "euc_jp"),
    **dict.fromkeys("iso-8859-8-i csiso88598i csiso88598e logical visual".split(), "iso8859-8"),
    **dict.fromkeys("iso-8859-6-i iso-8859-6-e csiso88596i csiso88596e".split(), "iso8859-6"),
    "iso-8859-8-e": "iso8859-8", "sun_eu_greek": "iso8859-7", "csisolatin6": "iso8859-10", "csisolatin9": "iso8859-15",
    **dict.fromkeys("x-mac-roman csmacintosh mac".split(), "mac-roman"),
    **dict.fromkeys("x-mac-cyrillic x-mac-ukrainian".split(), "mac-cyrillic"),
    **dict.fromkeys("koi koi8 koi8_r cskoi8r".split(), "koi8-r"), "koi8-ru": "koi8-u",
    **dict.fromkeys("unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8".split(), "utf-8"),
    **dict.fromkeys("utf-16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff".split(), "utf-16-le"),
    "unicodefffe": "utf-16-be",
    **{f"x-cp125{number}": f"cp125{number}" for number in range(9)},
}  # fmt: skip
ISO_8859 = re.compile(r"^iso[-_]?8859[-_]?(\d{1,2})(?::\d{4})?$")
CONTROLS = {0xDC00 + byte: byte for byte in b"\x81\x8d\x8f\x90\x9d"}
DECLARED = re.compile(
    rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
DECLARED_WITHIN = 1024  # bytes, as HTML's standard has it
DECLARED_LATE = 64 * 1024  # bytes: further down a declaration is believed only if the bytes bear it out
EXAMINED = 512 * 1024  # bytes that are tried in a charset
SURE = 4  # sequences of UTF-8 without an error, which in any other charset are no accident
WRONG = 0.5  # share of the characters beyond ASCII that are none in a charset that was not meant
BINARY = 0.05  # share of control characters in what is no text
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CONTROL_BYTES = re.compile(CONTROL.pattern.encode())


class UndecodableError(ValueError):
    """The bytes are no text."""


class _Fit(NamedTuple):
    """How bytes read in a charset: characters beyond ASCII, and errors."""

    good: int
    bad: int

    @property
    def is_refuted(self) -> bool:
        """Whether the bytes were meant in another charset; one bad byte, of a whole character even, is damage."""
        return self.bad > (2 if self.good else 1) and self.bad > WRONG * (self.good + self.bad)


def charset_of(data: bytes, named: str | None = None) -> str:
    """Python codec of a body: by byte order mark, charset `named` in the header, declaration or statistics."""
    sample = data[:EXAMINED]
    if marked := next((charset for mark, charset in BOMS if data.startswith(mark)), "") or _wide(sample):
        return marked
    as_utf8 = _fit(sample, "utf-8")
    header, declared = codec_of(named), _declared(data[:DECLARED_WITHIN])
    names = [name for name in dict.fromkeys((header, declared)) if name and not _contradicts(name, sample, as_utf8)]
    if not as_utf8.bad and as_utf8.good and ("utf-8" in (header, declared) or as_utf8.good >= SURE):
        return "utf-8"
    if sample.isascii():
        if JAPANESE_ESCAPE.search(sample) and names in ([], ["utf-8"]):
            return "iso2022_jp"
        return names[0] if names else "utf-8"
    for name in names:
        if not (as_utf8 if name == "utf-8" else _fit(sample, name)).is_refuted:
            return _preferred(names, name, sample)
    if as_utf8.good and not as_utf8.is_refuted:
        return (as_utf8.bad > as_utf8.good and _clear(sample)) or "utf-8"
    return _by_statistics(data, sample)


def decode(data: bytes, named: str | None = None) -> str:
    """
    The decoded text without its byte order mark; `named` is the header's charset.

    Raises `UndecodableError` for bytes that are no text in any charset.
    """
    charset = charset_of(data, named)
    if charset == "cp1252":  # five bytes have no character there: the controls they are in ISO 8859-1
        text = data.decode(charset, "surrogateescape").translate(CONTROLS)
    else:
        text = data.decode(charset, "replace")
    is_wide = charset.startswith(("utf-16", "utf-32"))
    controls = CONTROL.findall(text[:EXAMINED]) if is_wide else CONTROL_BYTES.findall(data[:EXAMINED])
    if len(controls) > BINARY * min(len(text), EXAMINED):
        raise UndecodableError(f"not text, in {charset} or any other charset")
    return text.removeprefix("\ufeff")


def codec_of(label: str | None) -> str:
    """Python's name of the charset that the web knows by this label; "" for any other."""
    name = (label or "").strip().strip("\"'").lower()
    if not name.isascii() or len(name) > 40:
        return ""
    name = ISO_8859.sub(r"iso8859-\1", name)
    try:
        codec = ALIASES.get(name) or codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    codec = ALIASES.get(codec, codec)
    return codec if codec in CHARSETS else ""


def _wide(sample: bytes) -> str:
    """The charset of two-byte units that a text without a byte order mark is in: half of its markup is zeros."""
    zeros, odd = sample.count(0), sample[1::2].count(0)
    if zeros <= max(FEW, ZEROS * len(sample)):
        return ""
    if odd >= 0.95 * zeros:
        return "utf-16-le"
    return "utf-16-be" if odd <= 0.05 * zeros else ""


def _declared(beginning: bytes) -> str:
    """The charset that a page or XML document declares."""
    first, *comments = beginning.split(b"<!--")
    match = DECLARED.search(first + b"".join(comment.partition(b"-->")[2] for comment in comments))
    declared = codec_of((match[1] or match[2]).decode("ascii", "replace")) if match else ""
    return "utf-8" if declared.startswith("utf-16") else declared  # else the declaration could not be read as ASCII


def _contradicts(name: str, sample: bytes, as_utf8: _Fit) -> bool:
    """Whether a charset of two-byte units is named for text that is whole in units of one."""
    return name.startswith("utf-16") and not as_utf8.bad and b"\x00" not in sample


def _preferred(names: list[str], first: str, sample: bytes) -> str:
    """
    `first`, or the page's own charset where the two differ and only that one is borne out.

    A server names its default for all pages; of two charsets of one byte a character neither can be refuted.
    """
    from research_agent.documents.charset_statistics import likelier

    others = [name for name in names if name != first]
    return likelier(first, others[0], sample) if others and first == names[0] else first


def _by_statistics(data: bytes, sample: bytes) -> str:
    from research_agent.documents.charset_statistics import likeliest

    late = _declared(data[:DECLARED_LATE])
    return late if late and not _fit(sample, late).is_refuted else likeliest(sample)


def _clear(sample: bytes) -> str:
    from research_agent.documents.charset_statistics import likeliest

    return likeliest(sample, fitting=0.5)


def _fit(sample: bytes, charset: str) -> _Fit:
    """How the bytes read in `charset`; a character that is cut at the end of the sample is no error."""
    if sample.isascii():
        return _Fit(0, 0)
    text = sample.decode(charset, "replace")
    marks = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - marks
    bad = marks - (len(sample) == EXAMINED and text.endswith("\ufffd"))
    return _Fit(good, bad - sample.count(b"\xef\xbf\xbd") if charset == "utf-8" else bad)
