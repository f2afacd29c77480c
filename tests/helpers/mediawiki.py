"""
A real MediaWiki on loopback, made of Debian's package: SQLite, a dozen articles of our own, PHP's own web server.

The installation is built once into `.cache/mediawiki` and kept; the package's files are used where they lie.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from helpers.shared_build import locked
from research_agent_devtools.world.articles import ARTICLES

CODE = Path("/usr/share/mediawiki")

PAGES = {
    **ARTICLES,
    "Braces": "Templates are written as <nowiki>{{name}}</nowiki>, code as <nowiki>{}</nowiki>.",
    "AC/DC": "'''AC/DC''' are a rock band from [[Sydney]] & the world. Some say they're loud.\n\n== History ==\nLater.",
    "Çédille 雪": "Çédille 雪 is a page whose name needs more than ASCII.",
    "Powers": "A grain holds 10<sup>19</sup> atoms, CO<sub>2</sub> and 3<sup>1</sup>/<sub>2</sub> mg. It <s>sinks</s>\n"
    "<br>floats.\n\n* One\n* x<sup>2</sup>\n\n== Size ==\nIt covers 40&nbsp;km<sup>2</sup>.\n\n=== Weight ===\nLight.",
    "Blank": "{{#if:|x}}",
    "BERT": "#REDIRECT [[BERT (language model)]]",
}

ROUTER = """<?php
$entries = ['/w/api.php' => 'api.php', '/w/index.php' => 'index.php', '/w/rest.php' => 'rest.php'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
foreach ($entries as $prefix => $file) {
    if (str_starts_with($path, $prefix)) {
        $_SERVER['SCRIPT_NAME'] = $prefix;
        $_SERVER['SCRIPT_FILENAME'] = "/usr/share/mediawiki/$file";
        $_SERVER['PATH_INFO'] = substr($path, strlen($prefix));
        chdir('/usr/share/mediawiki');
        require "/usr/share/mediawiki/$file";
        return;
    }
}
http_response_code(404);
echo 'Not found';
"""

SETTINGS = """
wfLoadExtension( 'TextExtracts' );
$wgServer = WebRequest::detectServer();
$wgArticlePath = '/wiki/$1';
$wgJobRunRate = 0;
"""


def missing() -> str:
    """Why there can be no wiki here, or ""."""
    if shutil.which("php") and (CODE / "api.php").exists():
        return ""
    return "Debian's mediawiki is missing; run as root: sh tests/system.sh"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Build what is not built yet; give the wiki's base URL."""
    with locked(folder):
        build(folder)
    log = folder / f"server-{os.getpid()}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["php", "-S", "127.0.0.1:0", str(folder / "router.php")],
            stdout=output,
            stderr=output,
            env=environment(folder),
            start_new_session=True,
        )
    try:
        yield listening(server, log)
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # its workers outlive a polite end of their parent
        server.wait()


def build(folder: Path) -> None:
    """Install and fill a wiki; a moment when it was done before with the same pages and settings."""
    made_of = hashlib.sha256(repr((PAGES, ROUTER, SETTINGS, folder)).encode()).hexdigest()
    stamp = folder / "built"
    if stamp.exists() and stamp.read_text() == made_of:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    php(
        *("install.php", "--dbtype=sqlite", f"--dbpath={folder}", "--dbname=wiki", f"--confpath={folder}"),
        *("--server=http://127.0.0.1", "--scriptpath=/w", "--pass=correct-horse-9", "Small wiki", "Admin"),
        folder=folder,
    )
    with (folder / "LocalSettings.php").open("a") as settings:
        settings.write(SETTINGS)
    (folder / "router.php").write_text(ROUTER)
    (folder / "pages.xml").write_text(export(), "utf-8")
    php("importDump.php", "--quiet", str(folder / "pages.xml"), folder=folder)
    php("rebuildtextindex.php", "--quiet", folder=folder)
    stamp.write_text(made_of)


def php(script: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        ["php", str(CODE / "maintenance" / script), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment(folder),
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def environment(folder: Path) -> dict[str, str]:
    config = folder / "LocalSettings.php"
    return {"PATH": os.environ["PATH"], "PHP_CLI_SERVER_WORKERS": "4", "MW_CONFIG_FILE": str(config)}


def listening(server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the line in which PHP names its port."""
    for _ in range(2000):
        for line in log.read_text(errors="replace").splitlines():
            if "(http://" in line:
                return line.partition("(")[2].partition(")")[0]
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"PHP's server did not start: {log.read_text(errors='replace')}")


def export() -> str:
    """The pages as MediaWiki's own export format."""
    pages = "".join(
        f"<page><title>{escape(title)}</title><ns>0</ns><id>{number}</id>"
        f"<revision><id>{number}</id><timestamp>2026-01-01T00:00:00Z</timestamp>"
        "<contributor><username>Admin</username></contributor><model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{escape(text)}</text></revision></page>'
        for number, (title, text) in enumerate(PAGES.items(), 100)
    )
    return (
        f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">{pages}</mediawiki>'
    )
