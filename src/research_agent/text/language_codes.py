"""Codes of languages: whether a text can be one, by ISO 639-1 and by form."""

from __future__ import annotations

import re

__all__ = ["is_language_code"]

FORM = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8}){0,2}|simple")
TWO_LETTERS = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
    et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
    kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
"""ISO 639-1; longer codes, of which Wikipedia has hundreds, are known by their form."""


def is_language_code(code: str) -> bool:
    """Whether it is a code in lower case, such as en, pt-br or zh-min-nan; no two letters that stand for none."""
    base = code.partition("-")[0]
    return FORM.fullmatch(code) is not None and (len(base) != 2 or base in TWO_LETTERS)
