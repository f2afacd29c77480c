"""
Sixty bodies that servers really give in place of what was asked for, in kind: made up here, copied from nobody.

None of them may pass for an answer that found nothing, and none may end in anything but a `SourceError` or its text.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

__all__ = ["CHARSETS", "CHECKS", "CONSENTS", "INNOCENT", "NOT_JSON", "ODD", "Odd"]

FILLER = "Rain fell on the harbour while the ferries waited for the tide to turn and carry them out to sea. "


@dataclass(frozen=True, slots=True)
class Odd:
    """One body with its head. `text` is what reading it as text must give; None when that must fail."""

    name: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    text: str | None = None


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def script(code: str) -> str:
    return f"<script>{code}{'/* packed */' * 200}</script>"


CHECKS = tuple(
    Odd(name, body, status=status)
    for name, status, body in (
        ("cloudflare", 403, page("Just a moment...", "<div>Checking your browser</div>", script("_cf_chl_opt={}"))),
        ("cloudflare-503", 503, page("Just a moment...", "<noscript>Enable JavaScript and cookies</noscript>",
                                     script("window._cf_chl_opt={cType:'managed'}"))),
        ("cloudflare-200", 200, page("Just a moment...", "<h1>wiki.example</h1><p>Verifying you are human.</p>")),
        ("cloudflare-block", 403, page("Attention Required! | Cloudflare", '<div id="cf-error-details"><h1>Sorry, you '
                                       "have been blocked</h1><p>This site uses a security service.</p></div>")),
        ("turnstile", 200, page("Wiki", "<p>Please confirm you are human to go on.</p>",
                                '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>')),
        ("recaptcha", 200, page("Robot check", '<form><div class="g-recaptcha"></div>I am not a robot</form>')),
        ("recaptcha-202", 202, page("Search", '<p>Solve the CAPTCHA.</p><div class="g-recaptcha"></div>')),
        ("hcaptcha", 403, page("One more step", '<p>Please complete the captcha.</p><div class="h-captcha"></div>')),
        ("unusual-traffic", 429, page("Sorry...", '<form action="/sorry/index">Our systems have detected unusual '
                                      "traffic from your computer network.</form>")),
        ("unusual-traffic-200", 200, page("Search", "<p>Our systems have detected unusual traffic.</p>")),
        ("datadome", 403, page("shop.example", "<p>Please enable JS and disable any ad blocker</p>",
                               '<script src="https://geo.captcha-delivery.com/captcha/"></script>')),
        ("perimeterx", 403, page("Access to this page has been denied", '<div id="px-captcha">Press &amp; Hold</div>')),
        ("imperva", 200, page("", '<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>')),
        ("akamai", 200, page("Pardon Our Interruption", "<p>Something about your browser made us think that you are "
                             "a bot.</p>")),
        ("aws-waf", 202, page("", '<div id="challenge-container"></div>', script("window.gokuProps={}"))),
        ("aws-waf-405", 405, page("Human Verification", "<p>Let's confirm you are human.</p>",
                                  script("window.awsWafCaptcha=1;"))),
        ("anubis", 200, page("Making sure you&#39;re not a bot!", "<p>Loading...</p>",
                             '<script id="anubis_challenge" type="application/json">{}</script>')),
        ("ddg-anomaly", 202, page("Results", '<div class="anomaly-modal__title">Unfortunately, bots use it too.</div>'
                                  "<p>Please complete the following challenge.</p>")),
        ("sucuri", 200, page("You are being redirected...", "<noscript>JavaScript is required.</noscript>",
                             script("sucuri_cloudproxy_js='';"))),
        ("ddos-guard", 403, page("DDoS-Guard", "<p>Checking your browser before accessing forum.example.</p>")),
        ("characters", 200, page("Bookshop", '<p>Enter the characters you see below</p><form action="/errors/'
                                 'validateCaptcha"><input name="captchacharacters"></form>')),
        ("press-and-hold", 403, page("Robot or human?", "<p>Activate and hold the button to confirm you're human. "
                                     "Are you a robot?</p>", script("var perimeterx=1"))),
        ("arkose", 403, page("Verification", "<p>Please solve this puzzle so we know you are a real person.</p>",
                             script("arkoselabs.load()"))),
        ("plain", 403, b"<html><body><h1>Access denied</h1><p>Bot detection has been triggered.</p></body></html>"),
    )
)  # fmt: skip

CONSENTS = tuple(
    Odd(name, body)
    for name, body in (
        ("consent-search", page("Before you continue", '<form action="https://consent.google.example/save">We use '
                                "cookies and data to deliver services. Accept all Reject all</form>")),
        ("consent-video", page("Before you continue to Video", '<form action="https://consent.youtube.example/s">We '
                               "use cookies. Reject all</form>")),
        ("consent-portal", page("Your privacy choices", '<form action="/v2/collectConsent">We, and our 237 partners, '
                                "use cookies. Accept all. Manage options.</form>")),
        ("consent-news", page("News", '<div class="sp_message_container">We value your privacy. We and our partners '
                              "store cookies. Accept all</div>")),
        ("consent-german", page("Einwilligung", '<form id="consent-form">Datenschutz: Wir verwenden Cookies. Alle '
                                "akzeptieren</form>")),
        ("consent-french", page("Ici", '<form class="cookiewall">Nous utilisons des cookies. Tout accepter</form>')),
        ("consent-wall", page("Privacy", '<div id="onetrust-consent-sdk">Your privacy is important to us. Cookie '
                              "settings. Accept all cookies</div>")),
        ("consent-202", page("Cookie consent", "<form>We use cookies for personal data. Manage preferences</form>")),
    )
)  # fmt: skip

JSON = "application/json"
NOT_JSON = (
    Odd("cut-object", b'{"query": {"pages": [{"title": "Ha', JSON),
    Odd("cut-array", b'[{"title": "Ha"}, ', JSON),
    Odd("cut-string", b'{"title": "Ha', JSON),
    Odd("two-values", b'{"a": 1}{"a": 2}', JSON),
    Odd("empty", b"", JSON),
    Odd("blank", b" \r\n ", JSON),
    Odd("callback", b'jsonp({"hits": []})', "application/javascript"),
    Odd("guarded", b")]}',\n[]", JSON),
    Odd("single-quotes", b"{'hits': []}", JSON),
    Odd("word", b"Rate exceeded.", "text/plain"),
    Odd("html-as-json", page("Log in", "<p>Please log in.</p>"), JSON),
    Odd("html-error", page("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), status=200),
    Odd("xml-as-json", b'<?xml version="1.0"?><error>busy</error>', "application/xml"),
    Odd("garbage", bytes(range(256)), JSON),
)

SAID = "Köln – 東京"
CHARSETS = (
    Odd("utf-8-bom", codecs.BOM_UTF8 + SAID.encode(), "text/plain; charset=iso-8859-1", text=SAID),
    Odd("utf-16-le", codecs.BOM_UTF16_LE + SAID.encode("utf-16-le"), "text/plain", text=SAID),
    Odd("utf-16-be", codecs.BOM_UTF16_BE + SAID.encode("utf-16-be"), "text/plain; charset=utf-8", text=SAID),
    Odd("header", "Köln".encode("latin-1"), "text/plain; charset=ISO-8859-1", text="Köln"),
    Odd("header-wins", b'<meta charset="utf-8">' + "да".encode("koi8-r"), "text/html; charset=koi8-r",
        text='<meta charset="utf-8">да'),
    Odd("western", b"\x93quoted\x94 \x81", "text/plain; charset=latin1", text="“quoted” \x81"),
    Odd("meta", b'<meta charset="windows-1251"><p>' + "да".encode("cp1251"), "text/html",
        text='<meta charset="windows-1251"><p>да'),
    Odd("xml", b'<?xml version="1.0" encoding="Shift_JIS"?><a>' + "東京".encode("cp932") + b"</a>", "application/xml",
        text='<?xml version="1.0" encoding="Shift_JIS"?><a>東京</a>'),
    Odd("meta-lies", b'<meta charset="utf-16"><p>ok</p>', "text/html", text='<meta charset="utf-16"><p>ok</p>'),
    Odd("utf-7", b"+ADw-script+AD4-", "text/html; charset=utf-7", text="+ADw-script+AD4-"),
    Odd("unicode-escape", b"\\u003cscript\\u003e", "text/plain; charset=unicode_escape", text="\\u003cscript\\u003e"),
    Odd("no-such-charset", SAID.encode(), "text/plain; charset=klingon", text=SAID),
    Odd("one-bad-byte", b"K\xf6ln", "text/plain; charset=utf-8", text="K\ufffdln"),
    Odd("undecodable-unnamed", bytes(range(256)), "text/plain"),
)  # fmt: skip

ODD = (*CHECKS, *CONSENTS, *NOT_JSON, *CHARSETS)

INNOCENT = (
    Odd("article-about-captchas", page("CAPTCHA", f"<p>A CAPTCHA asks whether you are human. {FILLER * 40}</p>",
                                       '<script src="/recaptcha/api.js"></script>')),
    Odd("article-behind-a-shield", page("Harbour", f"<p>{FILLER * 10}</p>", '<script src="/cdn-cgi/challenge-platform/'
                                        'scripts/jsd/main.js"></script>')),
    Odd("article-with-banner", page("Harbour", f'<p>{FILLER * 20}</p><div id="onetrust-consent-sdk">We use cookies. '
                                    "Accept all</div>")),
    Odd("comment-form", page("Harbour", f'<p>{FILLER * 12}</p><form>Comment<div class="g-recaptcha"></div></form>')),
    Odd("short-page", page("Harbour", "<p>The harbour froze in 1895.</p>")),
    Odd("short-denial", page("Glossary", f"<p>Just so: the moment of a force. {FILLER * 3}</p>")),
    Odd("recaptcha-long", page("How reCAPTCHA works", f'<p>{FILLER * 30} Are you human?</p><div class="g-recaptcha">'
                               "</div>")),
    Odd("cookie-recipe", page("Cookie recipes", f"<form>Search</form><p>Accept all butter. {FILLER * 15}</p>")),
)  # fmt: skip
