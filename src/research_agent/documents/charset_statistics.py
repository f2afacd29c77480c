"""
Charset of text that names none: by its letters.

Letters beyond ASCII stand alone in Latin script and in runs in any other. Latin charsets are told apart by whose
language has all those letters, the others by charset-normalizer: it is sure of scripts, but takes Spanish for Czech.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["likelier", "likeliest"]

# The letters beyond ASCII of the languages that a charset is for; of two that fit alike the first is taken.
CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäĺľŕô", "áéíóöőúüű", "ăâîşţ", "čšžćđ")
LATIN = (
    ("cp1252", (
        "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åäöé", "æøåéöä", "éëïóöüèêáí",
        "àçèéíïòóúü",
    )),
    ("cp1250", CENTRAL),
    ("iso8859-2", CENTRAL),
    ("cp1254", ("çğıöşüâî\u0307",)),
    ("cp1252", ("áðéíóúýþæö",)),  # has a letter for each of Turkish
    ("cp1257", ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")),
    ("cp1258", ("ăâđêôơưàáèéìíòóùúý\u0300\u0301\u0303\u0309\u0323",)),
)  # fmt: skip
LATIN_CHARSETS = tuple(dict.fromkeys(charset for charset, _ in LATIN))
OTHER_SCRIPTS = (
    *("gb18030", "cp932", "cp949", "euc_jp", "big5hkscs", "cp1251", "koi8_r", "cp866", "iso8859_5"),
    *("cp1253", "iso8859_7", "cp1255", "cp1256", "cp874"),
)
MARKS = frozenset("“”‘’„‚«»‹›–—…·•°§©®™€£¡¿´¨ªº×½¼¾²³±\xa0\xad")
WITHIN_A_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s’–—·\x00-\x7f\xad\xa0\u0300-\u0323](?=[^\W\d_])")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
PIECE = re.compile(rb"<[^<>]*>|\n")
ALONE = 1.5  # mean length of a run of bytes beyond ASCII, up to which the script is Latin
RARE, NEARLY_ALONE = 0.2, 2.5  # the same where few bytes are beyond ASCII
KANA = (b"\x81", b"\x82", b"\x83")  # how they begin in Shift_JIS, often before a letter of ASCII; hardly used in Latin
ERRORS = 0.01  # share of characters that may be none in a charset that is meant; one always may
GROUP, GROUPS = 600, 12  # bytes of text that vote together, and how many do
MESS = 0.5  # of charset-normalizer: above it a charset is no candidate


def likeliest(data: bytes) -> str:
    """The charset whose letters fit best. `data` may be markup, and holds bytes beyond ASCII."""
    groups = list(_groups(data))
    if _is_latin(b"".join(groups)):
        return _latin(b"".join(groups))
    return _voted(groups, OTHER_SCRIPTS) or _latin(b"".join(groups))


def likelier(first: str, other: str, data: bytes) -> str:
    """Of two charsets that both read without errors the one whose letters fit; `first` unless the other fits better."""
    groups = list(_groups(data))
    text = b"".join(groups)
    fitting = [name for name in (first, other) if (name in LATIN_CHARSETS) == _is_latin(text)]
    if len(fitting) < 2:
        return fitting[0] if fitting else first
    if first in LATIN_CHARSETS:
        return _latin(text, (first, other))
    return _voted(groups, (first, other)) or first


def _groups(data: bytes) -> Iterator[bytes]:
    """The first texts between tags that hold bytes beyond ASCII, some together: an error spoils one vote only."""
    group, count = b"", 0
    for piece in PIECE.split(data):
        if piece.isascii():
            continue
        group += piece[: 4 * GROUP] + b"\n"
        if len(group) >= GROUP:
            yield group
            group, count = b"", count + 1
        if count == GROUPS:
            return
    if group:
        yield group


def _is_latin(text: bytes) -> bool:
    runs = HIGH_RUN.findall(text)
    high = sum(map(len, runs))
    if sum(map(text.count, KANA)) > RARE * high:
        return False
    return high <= ALONE * len(runs) or (high <= RARE * len(text) and high <= NEARLY_ALONE * len(runs))


def _latin(text: bytes, charsets: Sequence[str] = LATIN_CHARSETS) -> str:
    """The charset in which the letters are those of one language, and marks are not within words."""
    best, most = charsets[0], -1.0
    for charset, languages in LATIN:
        if charset not in charsets:
            continue
        words = text.decode(charset, "replace").lower()
        strange = len(WITHIN_A_WORD.findall(words))
        letters = Counter(letter for letter in words if letter > "\x7f" and letter not in MARKS)
        every = letters.total() + strange
        for language in languages:
            share = sum(letters[letter] for letter in language) / every if every else 1.0
            if share > most + 1e-9:
                best, most = charset, share
    return best


def _voted(groups: Iterable[bytes], charsets: Sequence[str]) -> str:
    """The charset that charset-normalizer finds the least mess in, for most of the text; "" when it finds none."""
    from charset_normalizer import CharsetMatches, from_bytes

    votes: Counter[str] = Counter()
    for group in groups:
        matches = CharsetMatches()
        for charset in charsets:
            if whole := _whole(group, charset):
                found = from_bytes(whole, cp_isolation=[charset], threshold=MESS, preemptive_behaviour=False)
                matches = CharsetMatches([*matches, *found])
        best = matches.best()
        if best is not None:
            votes[best.encoding] += len(group)
    return votes.most_common(1)[0][0] if votes else ""


def _whole(group: bytes, charset: str) -> bytes:
    """The bytes without the few that are no characters in `charset`; empty when they are not few."""
    text = group.decode(charset, "replace")
    errors = text.count("\ufffd")
    if errors > max(1, ERRORS * len(text)):
        return b""
    return text.replace("\ufffd", "").encode(charset, "ignore") if errors else group
