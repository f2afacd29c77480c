"""Words of rich text (.rtf): destinations that are skipped or shown, code pages, signs."""

from __future__ import annotations

__all__ = ["CHARSETS", "CODE_PAGES", "KEPT", "SHOWN", "SIGNS", "SKIPPED", "SYMBOLS"]

SKIPPED = frozenset(
    "colortbl pict objdata header headerl headerr headerf footer footerl footerr footerf xe tc fldinst generator "
    "themedata datastore listtable listoverridetable rsidtbl latentstyles annotation atnid atnauthor listtext pntext "
    "pntxta pntxtb nonshppict filetbl revtbl bkmkstart bkmkend sn sv ftnsep ftnsepc aftnsep keywords operator company "
    "category manager comment nonesttables doccomm hlinkbase subject private xmlnstbl mmathPr template".split()
)
# Destinations behind \* whose text is shown all the same.
SHOWN = frozenset("shpinst shptxt shprslt".split())
KEPT = frozenset("fonttbl stylesheet title author creatim footnote".split())
CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    255: "cp437",
}  # fmt: skip
CODE_PAGES = {10000: "mac-roman", 65001: "utf-8", 936: "gbk", 950: "big5", 1361: "johab"}
SIGNS = {
    "tab": "\t", "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}"}
