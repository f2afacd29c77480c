"""
Boundaries of sentences: whether a terminator ends one, by the form of what stands around it.

No language is asked for, since a text may hold several: the tables are short lists of abbreviations and of words that
begin a sentence, of English, Spanish, German, French, Portuguese and Italian together.
"""

from __future__ import annotations

import re

__all__ = ["TERMINATORS", "line_boundaries"]


def _table(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations that stand before a name, and so never end a sentence.
TITLES = _table(
    """Dr Mr Mrs Ms Mx Prof Gen Sen Gov Rep Rev Hon Pres Col Lt Capt Cpt Cmdr Maj Sgt Adm Supt Messrs Rt Mt Ft MM Mgr
    Mons Sra Sres Sras Srta Dra Profa Exmo Sig Sigg Dott Ing Avv Hr Frl Fa Av Avda vs cf Cf cfr Cfr vgl Vgl viz v
    M"""
)
# Abbreviations that stand before a figure: "No. 5", "fig. A", "Vol. II". Before another word they are words.
NUMBERED = _table(
    """no nos nr num núm n nn fig figs vol vols art arts sec secs ch chap cap kap p pp pg pág págs pag pagg op eq eqs
    tab abb bd ca approx aprox env circa sect para al ed eds apt v geb gest fl ex ej par abs ziff tel"""
)
# Abbreviations that end a sentence only before a word that begins one.
LOOSE = _table(
    """Inc Ltd Co Corp Bros Ltda Jr Sr St Ave Blvd Rd Chr EE UU RR HH FF AA Mio Mrd Univ Dept Jan Feb Mar Apr Jun Jul
    Aug Sep Sept Oct Nov Dec Hrsg dept univ approx aprox ca env etc usw ecc al ed eds éd trans sp spp subsp ssp
    var bzw ggf evtl inkl zzgl av apr Jh Jhs Ud Uds Vd Vds cit resp incl excl est assn govt dist sec ibid pop no
    nr pág núm vol"""
)
LISTED = TITLES | NUMBERED | LOOSE | {word.capitalize() for word in NUMBERED}
WHOLE = _table("e.g i.e z.b d.h u.a p.ex p.ej p.es s.o s.u")  # never at an end, whatever follows
# Words that begin a sentence and hardly ever a name.
STARTERS = _table(
    """The A An This That These Those He She It They We I You His Her Its Their Our In On At By For From With After
    Before When While If As But And Or So Then There However Although Since During Under Over Many Some Most Other
    Another Both All No Not What How Why Where Until Because Once Today To One Two Each Every Later Here Often
    Usually Sometimes Thus Therefore Despite Among Following According Through Within Between Der Die Das Den Dem
    Ein Eine Er Sie Es Wir Ich Im Am Nach Seit Mit Bei Auf Und Aber Dann Danach Dort Diese Dieser Dieses Als Zu
    Zum Zur Le La Les L Un Une Des Il Elle Ils Elles Ce Cette Ces C En Dans À Au Aux Et Mais El Los Las Una Él
    Ella Ellos Y Pero Su Sus Este Esta Se O Os Um Uma Ele Ela Eles Em Na E Mas Seu Sua Lo Gli Lui Lei Nel Nella Ma
    Questo Questa È É"""
)
UNITS = _table(
    """m km cm mm nm μm µm kg g mg t ha ft in mi yd lb lbs oz s ms min h hr hrs sec l ml L V W K kW MW GW Hz kHz MHz
    GHz Pa"""
)
COMPOUND = _table("ft lb lbs h hr hrs min yd")  # units that another figure may follow: "5 ft. 3 in."
ZONES = _table(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday Eastern Pacific Central Mountain Greenwich"""
)
LETTERED = _table(
    """War Part Act Book Type type Class class Group group Grade grade Phase phase Vitamin vitamin plan hepatitis"""
)
ORDINALS = _table("""am vom zum beim im der die das des dem den ein eine jede jeder jedes ab seit bis und""")  # German
MONTHS = _table("""Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember""")

NEAR = 40  # characters that are looked at before a terminator, so that no text takes long
INSIDE = 600  # characters of a quotation or parenthesis that is not split
MARK = r"\[e?\d{1,3}(?:\s?[,;–-]\s?e?\d{1,3})*\]"
TAIL = rf"[\"'”’»)\]*_\u200b-\u200d\u2060]*+(?:\[[^\[\]]{{1,30}}+\])*+(?:\s?{MARK})*+"
FULL = "。！？｡।॥؟۔։።။។"  # terminators that are nothing else, a space behind them or not
TERMINATORS = f".!?…．{FULL}"
"""Marks that can end a sentence."""
CASELESS = "\u0620-\u064a\u0671-\u06d3\u0904-\u0939\u0985-\u09b9\u3041-\u30ff\u4e00-\u9fff"  # Arabic, Indic, kana, Han
FLAT = rf"[^()\[\]]{{0,{INSIDE}}}+"
# What is scanned for, left to right, told by its first character, which alone is looked for everywhere.
SCAN = re.compile(
    rf"[{TERMINATORS}(\[（\"“„«‘「『](?:"
    r"(?P<plain>(?<=[a-zß-öø-ÿ]{5}\.)(?<!approx\.)(?<!circa\.)(?<!aprox\.)(?<!subsp\.)(?<!essrs\.)(?=\s[A-Z]))"
    r"|(?P<joined>(?<=[a-z]{4}\.)(?=[A-Z][a-z]*\s))"  # without a space: "the end.The next"
    rf"|(?P<tight>(?<=[{CASELESS}]{{2}}[.!?])(?=[{CASELESS}]))"
    rf"|(?P<latin>(?<=[.!?…])(?:\s?[.!?…]){{0,20}}+{TAIL}(?=\s|(?<=\])[A-Z]))"
    rf"|(?P<round>(?<=[(\[]){FLAT}(?:[(\[][^()\[\]]{{0,80}}+[)\]]{FLAT}){{0,9}}+[)\]]|(?<=（)[^（）]{{1,{INSIDE}}}+）)"
    rf"|(?P<quote>(?<=\")(?<![\w\"]\")(?=[^\s\"])[^\"]{{1,{INSIDE}}}+\"|(?<=“)[^“”]{{1,{INSIDE}}}+”"
    rf"|(?<=„)[^„“”]{{1,{INSIDE}}}+[“”]|(?<=«)[^«»]{{1,{INSIDE}}}+»|(?<=‘)(?:[^‘’]|’(?=\w)){{1,{INSIDE}}}+’(?!\w)"
    rf"|(?<=「)[^「」]{{1,{INSIDE}}}+」|(?<=『)[^『』]{{1,{INSIDE}}}+』)"
    rf"|(?P<full>(?:(?<=[{FULL}])|(?<=．)(?<!\d．)|(?<=．)(?!\d)|(?<=…)…+|(?<=[!?])(?=[{FULL}]))"
    rf"[{FULL}!?…]*[\"'”’»)\]」』）】》]*))"
)
NEXT = re.compile(r"\s*[\"'“‘«„(\[¿¡*_「『]*([^\W_]*(?:['’][^\W_]+)?)([.,]?)")
SEPARATED = re.compile(r"(?s:.*)[\s\"“”„«»‘(\[—–/*_]")
ELISION = re.compile(r"\w{1,4}['’](?=\w{2,}$)")
DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,3}$")  # "U.S", "J.-C", "Ph.D"
NUMERAL = re.compile(r"[IVXLC]+$|[A-Z]\d*$")
CERTAIN = frozenset({"plain", "full", "tight"})
FIGURE_BEFORE = re.compile(r"\d[\s\xa0-]?$")
YEAR_BEFORE = re.compile(r"\b(?:1\d|20)\d\d\s$")
INITIAL_BEFORE = re.compile(r"\b([^\W\d_])\.\s?$")
WORD_BEFORE = re.compile(r"(\w+)\s$")


def line_boundaries(line: str, begun: int = 0) -> list[int]:
    """Offsets within a line, whose sentences begin at `begun`, at which one sentence ends and the next begins."""
    found = []
    for match in SCAN.finditer(line, begun):
        kind = match.lastgroup
        if kind == "latin":
            ends = _ends(line, match.start(), match.end(), begun)
        elif kind == "joined":
            ends = _word(line, match.start(), begun).islower() and _following(line, match.end())[0] in STARTERS
        else:
            ends = kind in CERTAIN or _encloses_end(line, match, begun)
        if ends:
            begun = match.end()
            found.append(begun)
    return found


def _encloses_end(line: str, match: re.Match[str], begun: int) -> bool:
    """Whether a quotation, or a parenthesis that is a sentence of its own, ends one: by the terminator within it."""
    end = match.end()
    last = line[match.start() : end - 1].rstrip()[-1:]
    if last not in ".!?…" + FULL:
        return False
    if match.lastgroup == "round" and (
        line[match.start()] == "[" or line[max(begun, match.start() - NEAR) : match.start()].strip()
    ):
        return False
    return last in FULL or (line[end : end + 1].isspace() and not _lower(_following(line, end)[0]))


def _following(line: str, end: int) -> tuple[str, str]:
    """The next word, and the period or comma behind it."""
    match = NEXT.match(line, end)
    return (match[1], match[2]) if match else ("", "")


def _word(line: str, at: int, begun: int) -> str:
    """The word that ends at an offset."""
    near = line[max(begun, at - NEAR) : at]
    match = SEPARATED.match(near)
    return near[match.end() :] if match else near


def _lower(word: str) -> bool:
    """Whether a word is written as none is that begins a sentence: "and", but not "iPhone"."""
    return word[:1].islower() and not word[1:2].isupper()


def _ends(line: str, at: int, end: int, begun: int) -> bool:
    """Whether the terminator at `at`, with what belongs to it up to `end`, ends the sentence that `begun` there."""
    token, mark = _following(line, end)
    if line[at] != "." or line[at:end].count(".") > 1 or line[at + 1] in "!?…":
        return not _lower(token)
    word = _word(line, at, begun)
    if word.isalpha() and len(word) > 1 and word not in LISTED and word not in UNITS:
        if token[:1].isupper():
            return True
        if token[:1].isdigit():
            return not word.endswith("str")  # a German street: "Hauptstr. 5"
    word = ELISION.sub("", word).rpartition("-")[2]
    if _lower(token):
        if word.endswith("]") or (word.isdigit() and len(word) > 3):  # a mark, "[1]."; no ordinal, "1999."
            return True
        sloppy = line[begun : begun + NEAR].lstrip()[:1].islower()
        return word.isalpha() and word.islower() and word not in LISTED and len(word) >= (2 if sloppy else 4)
    start = at - len(word)
    return _ends_before(line[max(begun, start - NEAR) : start], word, token, mark)


def _ends_before(left: str, word: str, token: str, mark: str) -> bool:
    """Whether a word with a period ends a sentence before a capital or a figure; `left` is what precedes it."""
    initial = len(word) == 1 and word.isalpha()
    figure = token[:1].isdigit()
    if word in TITLES or _whole(left, word):
        return False
    if word in UNITS and FIGURE_BEFORE.search(left) and not (word.isupper() and YEAR_BEFORE.search(left)):
        return not (figure and word in COMPOUND)
    if word.lower() in {"a.m", "p.m"}:
        return token not in ZONES and not (len(token) > 1 and token.isupper() and token.isalpha())
    if word.isdigit():
        return not _ordinal(left, word, token)
    listed = word in LISTED or DOTTED.match(word) is not None
    if figure:
        return not (initial or listed)
    if word.lower() in NUMBERED and NUMERAL.match(token) and (word[0].isupper() or token not in STARTERS):
        return False
    if initial and (before := WORD_BEFORE.search(left)) and before[1] in LETTERED:
        return True  # "World War I. Following it"
    if initial or word in LOOSE or DOTTED.match(word):
        adverb = word in LOOSE and mark == "," and token.endswith("ly")  # "etc. Usually, it"
        return adverb or (token in STARTERS and not (mark == "." and len(token) == 1))
    return True


def _whole(left: str, word: str) -> bool:
    """Whether a word is the end of an abbreviation that is never at the end of a sentence: "z. B", "e.g"."""
    before = INITIAL_BEFORE.search(left) if len(word) <= 2 else None
    return (f"{before[1]}.{word}" if before else word).lower() in WHOLE


def _ordinal(left: str, number: str, token: str) -> bool:
    """Whether a number with a period is a German ordinal, or the day or month of a date: "3. Oktober", "12. 10."."""
    if len(number) > 2:
        return False
    before = WORD_BEFORE.search(left)
    return token in MONTHS or (before is not None and before[1].lower() in ORDINALS and token not in STARTERS)
