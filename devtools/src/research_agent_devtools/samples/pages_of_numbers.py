"""Generated pages whose numbers stand in markup, with what a reader is to make of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from html import escape

__all__ = ["numbered_fragment", "numbered_page", "tokens_with_digits"]

Piece = tuple[str, str]
"""HTML, and its text."""

WORDS = "the river carries sand water along its banks while ferries cross near old harbour walls every spring".split()
TAGS = ("b", "i", "em", "strong", "span", "u", "mark", "small", "a", "cite")
UNITS = ("m", "km", "cm", "mm")
NOTES = (
    "<sup>[{}]</sup>",
    '<sup><a href="#fn{}">{}</a></sup>',
    '<sup class="reference" id="cite_ref-{}"><a href="#cite_note-{}"><span>&#91;</span>{}<span>&#93;</span></a></sup>',
    '<a href="#fn{}"><sup>{}</sup></a>',
    '<a href="#fn{}" role="doc-noteref">{}</a>',
    '<sup><a href="#n{}">{},</a></sup>',
    "<sup>*</sup>",
    "<sup>&dagger;</sup>",
    '<sup>[<a href="#cite-{}">note {}</a>]</sup>',
)
UNSEEN = (
    '<span hidden>{}</span>', '<span style="display: none">{}</span>', '<span aria-hidden="true">{}</span>',
    "<del>{}</del>", "<s>{}</s>", "<!-- {} -->", "<template>{}</template>", "<noscript>{}</noscript>",
    "<script>var x = {};</script>", "<style>p {{ margin: {}px }}</style>",
)  # fmt: skip


def tokens_with_digits(text: str) -> list[str]:
    """What stands between spaces and holds a digit, in order, without the marks of a sentence around it."""
    tokens = (token.strip(".,;:()[]“”") for token in re.split(r"[ \t\n]+", text))
    return [token for token in tokens if any(char.isdigit() for char in token)]


def numbered_page(rng: random.Random) -> Piece:
    """Page with many numbers, and its text."""
    parts = [_block(rng) for _ in range(rng.randint(2, 6))]
    html = "".join(part for part, _ in parts)
    body = rng.choice(("{}", "<main>{}</main>", "<article><div>{}</div></article>", "<div><section>{}</section></div>"))
    opening = f"<p>{' '.join(WORDS)}.</p>"
    page = f"<!DOCTYPE html><html><head><title>Page</title></head><body>{body.format(opening + html)}</body></html>"
    return page, "\n".join(said for _, said in parts)


def numbered_fragment(rng: random.Random) -> Piece:
    """Paragraphs in the markup of JATS, and their text."""
    parts = [_sentence(rng, JATS) for _ in range(rng.randint(1, 4))]
    prefix = rng.choice(("jats:", ""))
    html = "".join(f"<p>{part}</p>" for part, _ in parts)
    html = re.sub(r"(</?)(?=(?:p|sup|sub|italic|bold|xref|sec|title)\b)", rf"\1{prefix}", html)
    return html, "\n".join(said for _, said in parts)


def _block(rng: random.Random) -> Piece:
    kind = rng.choice(("p", "p", "p", "open p", "ul", "table", "dl", "blockquote", "div", "br"))
    if kind == "table":
        return _table(rng)
    pieces = [_sentence(rng, ATOMS) for _ in range(rng.randint(1, 3))]
    said = "\n".join(text for _, text in pieces)
    inner = [html for html, _ in pieces]
    match kind:
        case "ul":
            closing = rng.choice(("</li>", ""))
            return f"<ul>{''.join(f'<li>{one}{closing}' for one in inner)}</ul>", said
        case "dl":
            return f"<dl>{''.join(f'<dt>Term<dd>{one}' for one in inner)}</dl>", said
        case "br":
            return f"<p>{rng.choice(('<br>', '<br/>')).join(inner)}</p>", said
        case "open p":
            return "".join(f"<p>{one}" for one in inner), said
        case "p":
            return "".join(f"<p>{one}</p>" for one in inner), said
        case _:
            return "".join(f"<{kind}>{one}</{kind}>" for one in inner), said


def _table(rng: random.Random) -> Piece:
    """Table whose cells touch: a number beside the next one."""
    columns = rng.randint(2, 4)
    rows = [[_atom(rng, ATOMS) for _ in range(columns)] for _ in range(rng.randint(1, 4))]
    head = "".join(f"<th>{WORDS[column]}</th>" for column in range(columns))
    cell = rng.choice(("<td>{}</td>", "<td>{}", "<td><p>{}</p></td>", "<td><div>{}</div></td>"))
    body = "".join(f"<tr>{''.join(cell.format(html) for html, _ in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>", "\n".join(" ".join(said for _, said in row) for row in rows)


def _sentence(rng: random.Random, atoms: tuple[Callable[[random.Random], Piece], ...]) -> Piece:
    html, said = [], []
    for _ in range(rng.randint(1, 4)):
        words = " ".join(rng.choices(WORDS, k=rng.randint(2, 5)))
        piece, text = _atom(rng, atoms)
        html += [words, piece]
        said += [words, text]
    end = " ".join(rng.choices(WORDS, k=2))
    return " ".join((*html, end)) + ".", " ".join((*said, end)) + "."


def _atom(rng: random.Random, atoms: tuple[Callable[[random.Random], Piece], ...]) -> Piece:
    html, said = rng.choice(atoms)(rng)
    if atoms is ATOMS and rng.random() < 0.2:
        tag = rng.choice([tag for tag in TAGS if f"<{tag}" not in html])  # a link in a link is two
        html = f"<{tag}>{html}</{tag}>"
    return html, said


def _number(rng: random.Random) -> str:
    return rng.choice(
        (
            str(rng.randint(2, 99)), str(rng.randint(1000, 2100)), f"{rng.randint(1, 999)},{rng.randint(100, 999)}",
            f"{rng.randint(0, 99)}.{rng.randint(1, 99)}", f"{rng.randint(2, 99)}%",
        )
    )  # fmt: skip


def _plain(rng: random.Random) -> Piece:
    number = _number(rng)
    return number, number


def _power(rng: random.Random) -> Piece:
    sign, exponent = rng.choice(("", "", "-", "−", "&minus;", "–")), rng.randint(2, 30)
    mantissa = rng.choice(("", f"{rng.randint(1, 9)} × ", f"{rng.randint(1, 9)}.{rng.randint(1, 9)}&times;"))
    form = rng.choice(("10<sup>{}</sup>", "<i>10</i><sup>{}</sup>", "10<sup><b>{}</b></sup>", "10<sup> {} </sup>"))
    said = f"10^{'-' if sign else ''}{exponent}"
    return mantissa + form.format(f"{sign}{exponent}"), mantissa.replace("&times;", "×") + said


def _styled_power(rng: random.Random) -> Piece:
    exponent = rng.randint(2, 30)
    form = rng.choice(
        (
            '10<span style="font-size:70%; vertical-align: super">{}</span>', '10<span class="sup">{}</span>',
            '10<sup><a href="/wiki/Power">{}</a></sup>', "10 <sup>{}</sup>", "10&nbsp;<sup>{}</sup>",
            "<span>10</span><sup><span>{}</span></sup>",
        )
    )  # fmt: skip
    return form.format(exponent), f"10^{exponent}"


def _area(rng: random.Random) -> Piece:
    number, unit, power = _number(rng).rstrip("%"), rng.choice(UNITS), rng.choice(("2", "3"))
    gap = rng.choice((" ", "&nbsp;"))
    return f"{number}{gap}{unit}<sup>{power}</sup>", f"{number} {unit}^{power}"


def _fraction(rng: random.Random) -> Piece:
    top, bottom = rng.choice(((1, 2), (1, 3), (3, 4), (5, 8)))
    whole = rng.choice(("", str(rng.randint(2, 99))))
    form = rng.choice(
        (
            "{}<sup>{}</sup>/<sub>{}</sub>", "{}<sup>{}</sup>&frasl;<sub>{}</sub>", "{} <sup>{}</sup>/<sub>{}</sub>",
            '<span class="frac">{}<span class="num">{}</span>&frasl;<span class="den">{}</span></span>',
            "{}<math><mfrac><mn>{}</mn><mn>{}</mn></mfrac></math>",
        )
    )  # fmt: skip
    return form.format(whole, top, bottom), f"{whole} {top}/{bottom}".strip()


def _spoken_fraction(rng: random.Random) -> Piece:
    whole = rng.choice(("", str(rng.randint(2, 99))))
    plus = '<span class="sr-only">+</span>' if whole else ""
    return (
        f'<span class="frac">{whole}{plus}<span class="num">1</span>&frasl;<span class="den">2</span></span>',
        f"{whole} 1/2".strip(),
    )


def _half(rng: random.Random) -> Piece:
    whole = rng.randint(1, 20)
    return f"{whole}{rng.choice(('&frac12;', '&#189;', '½'))}", f"{whole}½"


def _noted(rng: random.Random) -> Piece:
    number, note = _number(rng), rng.randint(1, 99)
    mark = rng.choice(NOTES)
    return number + mark.replace("{}", str(note)), number


def _formula(rng: random.Random) -> Piece:
    letter = rng.choice(("x", "T", "R"))
    index, follower = rng.randint(0, 9), rng.choice(("", str(rng.randint(10, 99))))
    return f"{letter}<sub>{index}</sub>{follower}", f"{letter}{index} {follower}".strip()


def _chemical(rng: random.Random) -> Piece:
    return rng.choice(
        (
            ("CO<sub>2</sub>", "CO2"), ("H<sub>2</sub>SO<sub>4</sub>", "H2SO4"), ("Ca<sup>2+</sup>", "Ca^2+"),
            ("SO<sub>4</sub><sup>2-</sup>", "SO4^2-"), ("<sup>14</sup>C", "14C"), ("<sup>235</sup>U", "235U"),
            ("C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>", "C6H12O6"),
        )
    )  # fmt: skip


def _ordinal(rng: random.Random) -> Piece:
    number = rng.choice((14, 15, 19, 20))
    return f"{number}<sup>th</sup>", f"{number}th"


def _mathml(rng: random.Random) -> Piece:
    exponent = rng.randint(2, 30)
    tree = f"<mrow><msup><mn>10</mn><mn>{exponent}</mn></msup></mrow>"
    tex = f"10^{{{exponent}}}"
    drawn = f'<span class="katex-html" aria-hidden="true"><span>10</span><span>{exponent}</span></span>'
    told = f'<math><semantics>{tree}<annotation encoding="application/x-tex">{tex}</annotation></semantics></math>'
    forms = (
        f"<math>{tree}</math>",
        f'<math alttext="{tex}">{tree}</math>',
        f'<span class="katex"><span class="katex-mathml">{told}</span>{drawn}</span>',
        f'<span style="display: none;">{told}</span><img class="mwe-math-fallback-image-inline" aria-hidden="true" '
        f'alt="{{\\displaystyle {tex}}}">',
        f"\\({tex}\\)",
        f'<script type="math/tex">{tex}</script>',
        f'<img class="latex" alt="{tex}">',
        f'<mjx-container><mjx-math aria-hidden="true"></mjx-math><mjx-assistive-mml>'
        f"<math>{tree}</math></mjx-assistive-mml></mjx-container>",
    )
    return rng.choice(forms), f"10^{exponent}"


def _unseen(rng: random.Random) -> Piece:
    number = _number(rng)
    return f"{number}{rng.choice(UNSEEN).format(rng.randint(2, 99))}", number


def _broken(rng: random.Random) -> Piece:
    """Number that may be broken in two lines, and is one."""
    one, other = rng.randint(10, 99), rng.randint(10, 99)
    between = rng.choice(("<wbr>", "&shy;", "&#8203;", "<!-- -->", "</span><span>"))
    return f"<span>{one}{between}{other}</span>", f"{one}{other}"


def _grouped(rng: random.Random) -> Piece:
    thousands, rest = rng.randint(1, 999), rng.randint(100, 999)
    space = rng.choice(("&nbsp;", "&thinsp;", "&#8239;"))
    return f"{thousands}{space}{rest}", f"{thousands}\u202f{rest}"


def _escaped(rng: random.Random) -> Piece:
    number = _number(rng)
    return "".join(f"&#{ord(char)};" if rng.random() < 0.5 else escape(char) for char in number), number


def _referred(rng: random.Random) -> Piece:
    number, note = _number(rng), rng.randint(1, 99)
    form = rng.choice(
        (
            '<sup><xref ref-type="bibr" rid="r{}">{}</xref></sup>',
            '<xref ref-type="bibr" rid="r{}"><sup>{}</sup></xref>',
            '<xref ref-type="fn" rid="f{}">{}</xref>',
        )
    )
    return number + form.format(note, note), number


JATS = (_plain, _power, _area, _formula, _chemical, _ordinal, _escaped, _grouped, _referred, _half)
ATOMS = (
    _plain, _power, _styled_power, _area, _fraction, _spoken_fraction, _half, _noted, _formula, _chemical, _ordinal,
    _mathml, _unseen, _broken, _grouped, _escaped,
)  # fmt: skip
