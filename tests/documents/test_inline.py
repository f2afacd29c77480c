"""Markup that carries meaning: what a reader of the page sees is what is read, and no number is another one."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest

from research_agent.documents.html import read_html, read_plain
from research_agent_devtools.checkout import ROOT
from research_agent_devtools.samples.pages_of_numbers import numbered_fragment, numbered_page, tokens_with_digits

URL = "http://harbour.example/"
FIELD = ROOT.parent / "shared" / "field" / "pages"


def read(html: str) -> str:
    return str(read_plain([f"<p>{html}" if "<" in html or "&" in html else html])[0])


def page(html: str) -> str:
    return str(read_html(html.encode(), URL, None)["text"])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        # exponents
        ("10<sup>6</sup> tonnes", "10^6 tonnes"),
        ("10<sup>&minus;6</sup> m", "10^-6 m"),
        ("10 <sup>6</sup> cells", "10^6 cells"),
        ("10<sup>6</sup>5", "10^6 5"),
        ("10<sup>6</sup>tonnes", "10^6 tonnes"),
        ("10<sup>6&ndash;8</sup>", "10^(6–8)"),
        ("10<sup>6 tonnes of sand", "10^6 tonnes of sand"),
        ("10<span style='font-size:5px; vertical-align:super'>6</span>", "10^6"),
        ("10<span class='superscript'>6</span>", "10^6"),
        ("6.02&times;10<sup>23</sup>", "6.02×10^23"),
        ("40 km<sup>2</sup>.", "40 km^2."),
        ("5 m/s<sup>2</sup>", "5 m/s^2"),
        ("20 inches<sup>2</sup>", "20 inches^2"),
        ("mol<sup>-1</sup>", "mol^-1"),
        ("2<sup>n+1</sup> and 2<sup>2<sup>3</sup></sup>", "2^(n+1) and 2^(2^3)"),
        ("(a+b)<sup>2</sup>, R<sup>2</sup> = 0.9", "(a+b)^2, R^2 = 0.9"),
        ("1908<sup>3</sup>", "1908^3"),
        # letters and signs that are raised
        ("the 19<sup>th</sup> century, XIX<sup>e</sup> si&egrave;cle", "the 19th century, XIXe siècle"),
        ("20<sup>0</sup>C, 45<sup>o</sup> N", "20°C, 45° N"),
        ("Ca<sup>2+</sup>, Na<sup>+</sup>, CD4<sup>+</sup>", "Ca^2+, Na+, CD4+"),
        ("Brand<sup>TM</sup>, p<sup>*</sup>", "Brand™, p*"),
        ("of <sup>14</sup>C and <sup>235</sup><sub>92</sub>U atoms", "of 14C and 235_92U atoms"),
        # subscripts
        ("CO<sub>2</sub>, C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>", "CO2, C6H12O6"),
        ("SO<sub>4</sub><sup>2&minus;</sup>", "SO4^2−"),
        ("x<sub>1</sub>2, log<sub>2</sub>8", "x1 2, log2 8"),
        ("101<sub>2</sub>, a<sub>n+1</sub>, V<sub>max</sub>", "101_2, a_(n+1), Vmax"),
        # fractions
        ("3<sup>1</sup>/<sub>2</sub> metres", "3 1/2 metres"),
        ("3<sup>1</sup>&frasl;<sub>2</sub> metres", "3 1/2 metres"),
        ("<sup>1</sup>/<sub>2</sub> cup", "1/2 cup"),
        ("3&frac12; and 3 1/2", "3½ and 3 1/2"),
        ("<span class=frac>3<span class=sr-only>+</span><span class=num>1</span>&frasl;<span class=den>2</span></span>",
         "3 1/2"),
        ("<span class=sfrac><span class=num>1</span><span class=sr-only>/</span><span class=den>2</span></span>",
         "1/2"),
        ("<span class=frac><span class=num>1</span><span class=den>2</span></span>", "1/2"),
        # marks of notes
        ("frozen<sup>[1]</sup> in 1908<sup><a href='#fn1'>1</a></sup> it", "frozen in 1908 it"),
        ("1908<a href='#fn1'><sup>12</sup></a>, 1909<a href='#fn1'>3</a>.", "1908, 1909."),
        ("shown<sup>12,13</sup>. So.<sup>3</sup> 12.5%<sup>4</sup> of", "shown. So. 12.5% of"),
        ("1908<sup class=reference>2</sup>, 412<sup>1</sup>", "1908, 412"),
        ("412<sup>[<a href='#n'>note 1</a>]</sup> km, see section <a href='#s2'>2</a>", "412 km, see section 2"),
        ("0.05<sup>*</sup>, 12.1<sup>&dagger;</sup>", "0.05, 12.1"),
        ("(Smith and Jones)<sup>2</sup> froze<sup>2)</sup>", "(Smith and Jones) froze"),
        ("shown<sup><xref ref-type=bibr>1</xref></sup><sup>,</sup><sup><xref ref-type=bibr>2</xref></sup> and",
         "shown and"),
        ("<sup>1</sup> University of Arvel", "University of Arvel"),
        # what is not said, or said otherwise
        ("10<del>5</del> <ins>6</ins>, <s>12</s>8 euros", "10 6, 8 euros"),
        ("<span style='color:red; text-decoration: line-through'>199</span> 149 euros", "149 euros"),
        ("<span style='text-decoration-line:line-through'>199</span> 149", "149"),
        ("<span style='text-decoration:underline'>199</span> euros", "199 euros"),
        ("<span style='font-size:0'>8</span>1 <span style='font-size: 0.8em'>2</span>", "1 2"),
        ("1<del>0</del><ins>2</ins>6", "126"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>だ", "漢字(かんじ)だ"),
        ("He said <q>so <q>it</q> is</q>.", "He said “so ‘it’ is”."),
        ("<abbr title='kilometre'>km</abbr>", "km"),
        ("<span aria-hidden=true>7</span>8 <span hidden>9</span> <span style='display:none'>7</span>", "8"),
        ("10<template>5</template>6<noscript>7</noscript><!-- 8 -->", "106"),
        # words and numbers that touch, or do not
        ("10<wbr>6 sand&shy;bank", "106 sandbank"),
        ("10<br>6<br/>7", "10\n6\n7"),
        ("<b>10<div>6</div></b>", "10\n\n6"),
        ("10<button>x</button>6, 10<img src=x>6", "10 6, 10 6"),
        ("10<span style='display:block'>6</span>", "10\n\n6"),
        ("10&nbsp;000 men, 10&nbsp;men", "10\u202f000 men, 10 men"),
        ("<ul><li>10<li>6</ul>", "10\n6"),
        ("<table><tr><th>A<th>B<th>C<tr><td>10<br>6<td>5<tr><td><p>1</p>2<td><td>3</table>",
         "A\tB\tC\n10 6\t5\n1 2\t\t3"),
        ("<table><tr><td>4.1<sup>a</sup><td>5</table>", "4.1\t5"),
        # formulas, once
        ("<math><msup><mn>10</mn><mn>6</mn></msup></math>t", "10^6t"),
        ("3<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "3 1/2"),
        ("<math alttext='E=mc^{2}'><mi>E</mi></math>", "E=mc^2"),
        (r"<script type='math/tex'>\frac{1}{2}\times 10^{6}</script> tonnes", "1/2 × 10^6 tonnes"),
        (r"in \(3 \times 10^{-6}\) s, <code>\(x\)</code>", r"in 3 × 10^-6 s, \(x\)"),
        (r"<img class=latex alt='E=mc^2'>", "E=mc^2"),
        (r"<span style='display: none'><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>"
         r"{\displaystyle x^{2}}</annotation></semantics></math></span><img class=mwe-math-fallback-image-inline "
         r"alt='{\displaystyle x^{2}}'>", "x^2"),
        ("<span class=MathJax_Preview>x2</span><span class=MathJax>x2</span><script type=math/tex>x^2</script>", "x^2"),
        (r"<inline-formula><alternatives><tex-math>\documentclass{a}\begin{document}$$x^{2}$$\end{document}</tex-math>"
         "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></alternatives>"
         "</inline-formula>", "x^2"),
        (r"<inline-formula><tex-math>$$10^{6}$$</tex-math></inline-formula>", "10^6"),
        # figures in the markup of applications
        ("It is 10<span style='position:relative; top:-0.5em; font-size:80%'>6</span> tonnes", "It is 10^6 tonnes"),
        ("10<span style='position: relative; bottom: 3px'>6</span>, a<b style='position:relative;top:.5px'>bc</b>",
         "10^6, abc"),
        ("6.022<span style='margin-left:.25em'>140</span>&times;10<sup>23</sup>", "6.022140×10^23"),
        ("<span style='display:inline-block'><sup>238</sup><br><sub>92</sub></span>U atoms", "238_92U atoms"),
        ("12.5<b style='display:inline-block'><sup>+0.3</sup><br><sub>&minus;0.2</sub></b> km", "12.5^+0.3_-0.2 km"),
        ("for $19<sup>99</sup> or &euro;5.<sup>50</sup>, $400<sup>12</sup>", "for $19.99 or €5.50, $400^12"),
        ("412<sup>a,b</sup> boats, men<sup>b</sup>", "412 boats, men^b"),
        ("was <span class='text-sm line-through'>199</span> 149", "was 149"),
        ("<span class=sortkey>7003412</span>4,120", "4,120"),
        ("<div class='flex'><span>412</span><span>7</span></div>", "412 7"),
        ("<p style='display:flex'><b>412</b><b>7</b></p>", "412 7"),
        ("8<span style='position:absolute; left:-9999px'>7</span>8, 1<i style='float:left'>2</i>", "8 7 8, 1 2"),
        ("1<span>2</span><span class=digit>3</span>", "123"),
        ("<jats:p>10<jats:sup>6</jats:sup><jats:break/>7</jats:p>", "10^6\n7"),
    ],
)  # fmt: skip
def test_inline_markup_is_said_as_it_is_meant(html: str, text: str) -> None:
    assert read(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("It was <i aria-hidden=true>1.2k</i><i class=sr-only>1,200 visitors</i> here.", "It was 1,200 visitors here."),
        ("Now <b class=a-offscreen>$19.99</b><i aria-hidden=true>$19<u>99</u></i> only.", "Now $19.99 only."),
        ("<b class=visually-hidden>8412</b><b aria-hidden=true><i>8</i><i>4</i></b> souls.", "8412 souls."),
        ("Next <b aria-hidden=true>&rarr;</b><span class=sr-only>page of the list</span> here.", "Next here."),
        ("So <mjx-container><mjx-math aria-hidden=true><mjx-c>1</mjx-c></mjx-math><mjx-assistive-mml><math><msup>"
         "<mn>10</mn><mn>6</mn></msup></math></mjx-assistive-mml></mjx-container> tonnes.", "So 10^6 tonnes."),
    ],
)  # fmt: skip
def test_a_figure_that_is_drawn_and_said_is_read_once(html: str, text: str) -> None:
    sentence = "The harbour froze in 1895, and the ferries waited for three weeks until the ice broke."
    assert page(f"<article><p>{sentence}</p><p>{html}</p></article>") == f"{sentence}\n\n{text}"


@pytest.mark.skipif(not FIELD.is_dir(), reason="the shared data is not beside the checkout")
def test_pages_that_misled_others_are_read() -> None:
    def of(name: str) -> str:
        return str(read_html((FIELD / name).read_bytes(), URL, None)["text"])

    assert of("superscripts.html") == (
        "Sand of the Lumen\n\nThe Lumen carries 10^6 tonnes of sand a year to its delta. A grain holds about 10^19 "
        "atoms, and the river drops 3 1/2 metres at the weir. The delta covers 40 km^2, and its water holds 5 mg of "
        "CO2 a litre."
    )
    assert of("katex.html") == "The energy is E=mc^2 for a body at rest.\n\nIn MathJax: a^2+b^2=c^2."


def changed(how_many: int, *, read_page: object = page, read_fragment: object = read) -> list[str]:
    """Pages whose numbers come out as others."""
    wrong = []
    for number in range(how_many):
        rng = random.Random(f"numbers:{number}")
        is_page = number % 3 < 2
        html, said = numbered_page(rng) if is_page else numbered_fragment(rng)
        text = (read_page if is_page else read_fragment)(html)  # type: ignore[operator]
        if tokens_with_digits(text) != tokens_with_digits(said):
            wrong.append(html)
    return wrong


def test_no_number_of_a_page_is_another_one_when_it_is_read() -> None:
    assert changed(500) == []


def test_the_numbers_show_a_reader_that_drops_markup() -> None:
    def stripped(html: str) -> str:
        return unescape(re.sub(r"<[^>]*>", "", html.replace("</p>", "\n").replace("<td", " <td")))

    assert len(changed(30, read_page=stripped, read_fragment=stripped)) > 20


def test_a_page_nested_at_will_is_read() -> None:
    for tag in ("sup", "math", "a", "q", "ruby"):
        text = page("<p>10" + f"<{tag}>" * 20_000 + "6")
        assert len(text) < 1000, tag
        assert "106" not in text or tag in ("a", "ruby"), tag
