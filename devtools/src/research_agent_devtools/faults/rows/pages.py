"""D20, D21: bytes in any charset under any name, and pages of any elements; read in this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from random import Random

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.html import read_html
from research_agent_devtools.faults.row import Row, Run

Decode = Callable[[bytes, str | None], str]
Read = Callable[[bytes], str]

TEXTS = (
    ("Река Люмен течёт по острову Вара, её длина 412 километров.", ("utf-8", "windows-1251", "koi8-r", "iso-8859-5")),
    ("루멘강은 바라섬에 있는 강으로 길이는 412킬로미터이며 오스터산에서 시작한다.", ("utf-8", "euc-kr", "utf-16")),
    ("流明河是瓦拉岛上的一条河流，全长412公里，发源于奥斯特山。", ("utf-8", "gbk", "gb18030", "gb2312")),
    (
        "ルーメン川はヴァラ島を流れる川である。全長は412キロメートルである。",
        ("utf-8", "shift_jis", "euc-jp", "iso-2022-jp"),
    ),
    ("La rivière Lumen, longue de 412 kilomètres, est protégée près du mont Oster.", ("utf-8", "iso-8859-1", "utf-16")),
    ("Řeka Lumen protéká ostrovem Vara, je dlouhá 412 kilometrů a její delta je chráněná.", ("utf-8", "windows-1250")),
    ("نهر لومن هو نهر في جزيرة فارا، يبلغ طوله 412 كيلومترا.", ("utf-8", "windows-1256")),
)
NAMES = (None, "utf-8", "iso-8859-1", "gbk", "shift_jis", "utf-16", "klingon", "utf-7", "iso-2022-jp", "")


def charsets(run: Run, decoded: Decode) -> None:
    for _, rng in run.trials():
        text, known = rng.choice(TEXTS)
        charset = rng.choice(known)
        right = rng.random() < 0.5
        name = charset if right else rng.choice(NAMES)
        body = bytearray(f"<p>{text}</p><p>{text}</p>".encode(charset))
        damage = rng.choice((0, 0, 1, 3, len(body)))
        for _ in range(damage):
            body[rng.randrange(len(body))] = rng.randrange(256)
        try:
            said = decoded(bytes(body), name)
        except UndecodableError:
            run.count("no text")
            run.check(damage > 1, f"{charset} as {name}: taken for no text")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            run.fail(f"{charset} as {name}, {damage} bytes changed: {type(error).__name__}, not handled")
        else:
            said.encode()
            run.check(damage or not right or text in said, f"{charset}: not read as what it says it is")


SENTENCES = (
    "The harbour froze in 1895, and the ferries waited for three weeks until the ice broke at last.",
    "The Lumen is 412 kilometres long, rises at Mount Oster, and carries timber to the delta in spring.",
)
TAGS = "div aside nav main article form p table tr td li ul details section x-y pre span header footer h1 h2".split()
CLASSES = ("", "sidebar", "content", "cookie", "tab-pane", "toc", "share", "article-body", "lineno", "error404")
MORE = ("", " hidden", " style='display:none'", " role=dialog", " role=tabpanel", " aria-hidden=true", " id=a")
BROKEN = re.compile("<!--|<x*T")  # the rest of the page is a comment, a sentence is a tag
SCRAPS = (
    *SENTENCES,
    "x",
    "1",
    "<a href='#a'>Go</a>",
    "<button>Go</button>",
    "<br>",
    "</div>",
    "<",
    "&amp",
    "\x00",
    "<!--",
)


def pages(run: Run, read: Read) -> None:
    for _, rng in run.trials():
        page = _element(rng, 0)
        try:
            text = read(page.encode())
        except ValueError:
            run.count("no text")
            run.check("\x00" in page, f"taken for no text: {page[:200]}")
            continue
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            run.fail(f"{type(error).__name__}, not handled: {page[:200]}")
            continue
        is_text = any(sentence in page for sentence in SENTENCES) and not BROKEN.search(page)
        run.check(text.strip() or not is_text, f"nothing read of {page[:200]}")


def _element(rng: Random, depth: int) -> str:
    if depth > 5 or rng.random() < 0.3:
        return rng.choice(SCRAPS)
    inside = "".join(_element(rng, depth + 1) for _ in range(rng.randrange(4)))
    tag = rng.choice(TAGS)
    return f"<{tag} class='{rng.choice(CLASSES)}'{rng.choice(MORE)}>{inside}</{tag}>"


def _read(page: bytes) -> str:
    return str(read_html(page, "http://x.example/", None)["text"])


def _by_name(page: bytes) -> str:
    """The naive way: what is called a sidebar is cut away, whatever stands in it."""
    kept = re.sub(rb"<(\w+) class='(?:sidebar|cookie|toc|share)'[^>]*>.*?</\1>", b"", page, flags=re.DOTALL)
    return re.sub(rb"<[^>]*>", b"", kept).decode("utf-8", "replace")


ROWS = (
    Row(
        id="D20",
        fault="text in 16 charsets, under its name, another or none, whole, with changed bytes, or all noise",
        guarantee="decoded, or said to be no text; what is whole and rightly named is read to the letter",
        quick=100,
        full=10_000,
        try_it=partial(charsets, decoded=decode),
        twin=partial(charsets, decoded=lambda body, name: body.decode(name or "utf-8")),
        twin_is="the charset of the header, taken at its word",
        unit="bodies",
    ),
    Row(
        id="D21",
        fault="pages of random elements, named as boilerplate, hidden, broken, within each other",
        guarantee="read without an exception; a page that holds a sentence is never read as empty",
        quick=100,
        full=10_000,
        try_it=partial(pages, read=_read),
        twin=partial(pages, read=_by_name),
        twin_is="a reader that cuts away what is called a sidebar",
        twin_trials=100,
        unit="pages",
    ),
)
