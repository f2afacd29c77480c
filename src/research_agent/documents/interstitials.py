"""
Detection of interstitial pages: a bot check or a consent form in place of the requested page.

Such a page comes with status 200, 202, 403 or 503; taken for an answer it would be "nothing found". A page counts as
one only when it shows little text: the same scripts stand in the pages they protect, and articles are written about
them. Standard library only, and linear in the length of its input: the sandboxed process imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from research_agent.messages import file_failures

__all__ = ["LITTLE_CONSENT", "interstitial", "is_html"]

EXAMINED = 256 * 1024  # bytes
LITTLE_TEXT = 2500  # characters that an interstitial shows at most
A_NOTICE = 600  # and one without any mark of a bot check
NO_TEXT = 300
LITTLE_CONSENT = 6000
"""Characters that any interstitial shows at most: consent pages show more than others."""
NOT_SHOWN = frozenset({b"script", b"style", b"noscript", b"template", b"svg", b"textarea"})
TOLD_APART = frozenset({b"s", b"n", b"t", b"!", b"", b" ", b"\t", b"\n", b"\r", b"\v", b"\f"})
"""What a tag begins with whose name matters: of one that is not shown, of a title, of a comment; or with a space."""
# Marks of bot checks: scripts, forms and elements that have no other use.
CHECK_MARKS = re.compile(
    rb"_cf_chl_opt|cf-challenge|cf-browser-verification|/cdn-cgi/challenge-platform/h/|cf-error-details"
    rb"|challenges\.cloudflare\.com/turnstile|g-recaptcha|recaptcha/(?:api|enterprise)\.js|h-captcha|hcaptcha\.com/1/api"
    rb"|captcha-delivery\.com|px-captcha|perimeterx|_incapsula_resource|awswafcaptcha|awswaf\.com|gokuprops"
    rb"|anubis_challenge|/\.within\.website/|anomaly-modal|anomaly\.js|friendlycaptcha|frc-captcha|geetest"
    rb"|arkoselabs|funcaptcha|distil_r_captcha|akam-sw|sec-if-cpt-container|validatecaptcha|captchacharacters"
    rb"|id=[\"']captcha|name=[\"']captcha|/sorry/index|smartcaptcha|ddos-guard|sucuri_cloudproxy",
)
CHECK_WORDS = re.compile(
    rb"just a moment|attention required|checking (?:if the site connection is secure|your browser)"
    rb"|verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:human|robot)|not a robot"
    rb"|confirm (?:that )?you are human"
    rb"|unusual traffic|pardon our interruption|access (?:to this page has been )?denied"
    rb"|bot (?:check|detection|protection)"
    rb"|human verification|security (?:check|verification)|enable javascript and cookies to continue"
    rb"|enable js and disable any ad blocker|complete the (?:captcha|challenge)|enter the characters you see"
    rb"|solve (?:this|the) (?:captcha|puzzle)|making sure you(?:'|&#39;|\xe2\x80\x99)re not a bot"
    rb"|automated (?:queries|requests)"
    rb"|press (?:&amp;|&|and) hold|ddos protection by",
)
CONSENT_MARKS = re.compile(
    rb"consent\.(?:google|youtube|yahoo)\.|guce\.|collectconsent|action=[\"'][^\"']{0,200}consent|consent-form|consent-page"
    rb"|sp_message_container|qc-cmp2|onetrust-consent-sdk|didomi-host|cookie-?wall|truste-consent",
)
CONSENT_WORDS = re.compile(
    rb"before you continue|your privacy (?:choices|is important)|we (?:value|care about) your privacy|accept all"
    rb"|cookies? (?:consent|policy|preferences|settings)|manage (?:options|preferences)|reject all|we use cookies"
    rb"|alle akzeptieren|tout accepter|aceptar todo",
)
START = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_html(data: bytes) -> bool:
    """Whether a body begins like an HTML page."""
    return START.match(data[:4096]) is not None


def interstitial(data: bytes) -> str:
    """The kind of interstitial, as the end of "answered with ...": a bot check, a consent page, or "" for neither."""
    page = data[:EXAMINED].lower()
    if b"<" not in page:
        return ""
    title, text = _visible_text(page)
    if len(text) > LITTLE_CONSENT:
        return ""
    words = title + b" " + text
    has_words = CHECK_WORDS.search(words) is not None
    has_marks = CHECK_MARKS.search(page) is not None
    if has_marks and len(text) <= LITTLE_TEXT and (has_words or b"captcha" in words or len(text) < NO_TEXT):
        return file_failures.A_BOT_CHECK()
    if has_words and len(text) <= A_NOTICE:
        return file_failures.A_BOT_CHECK()
    if CONSENT_WORDS.search(words) and (CONSENT_MARKS.search(page) or b"<form" in page) and _is_about_consent(text):
        return file_failures.A_CONSENT_PAGE()
    return ""


def _is_about_consent(text: bytes) -> bool:
    """Whether consent is the subject of the page: a banner over an article does not hide the article."""
    terms = re.findall(rb"cookie|privacy|consent|accept|personal data|partners|reject|datenschutz", text)
    return len(terms) * 120 >= len(text)


def _visible_text(page: bytes) -> tuple[bytes, bytes]:
    """
    Title and visible text, roughly: what is outside of tags and of elements that are not shown.

    The text of a page that shows more than any interstitial is cut there: most of a long page need not be looked at.
    """
    title, words = b"", list[bytes]()
    length = 0
    for tag, text in _pieces(page):
        if tag == b"title":
            title = title or text
        elif shown := text.split():
            words += shown
            length += len(shown) + sum(map(len, shown))
            if length > LITTLE_CONSENT + 1:
                break
    return b" ".join(title.split()), b" ".join(words)


def _pieces(page: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each tag's name, if it matters, with the text after it, up to the next tag; one pass, whatever is left open."""
    hidden = b""
    pieces = page.split(b"<")
    yield b"", pieces[0]
    for piece in pieces[1:]:
        if not hidden and piece[:1] not in TOLD_APART:
            yield b"", piece.partition(b">")[2]
            continue
        name = piece[:12].split(b">", 1)[0].split(None, 1)[0:1]
        tag = name[0].rstrip(b"/") if name else b""
        if hidden:
            hidden = b"" if tag == b"/" + hidden or (hidden == b"!--" and b"-->" in piece) else hidden
        elif tag in NOT_SHOWN:
            hidden = tag
        elif tag.startswith(b"!--") and b"-->" not in piece:
            hidden = b"!--"
        if not hidden:
            yield tag, piece.partition(b">")[2]
