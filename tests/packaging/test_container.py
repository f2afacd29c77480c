"""The container's definition and the user unit hold their rules; each rule is shown to notice what breaks it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "Containerfile").read_text()
UNIT = ROOT / "packaging" / "research-agent.service"
SECRET = re.compile(r"(?i)\w*(?:password|token|secret|api_key)\w*=")
WEB = re.compile(r"https?://(?!127\.0\.0\.1[:/])")


def steps(text: str) -> list[tuple[str, str]]:
    """The instructions in order, lines that go on joined, comments out."""
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(kept))
    split = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return [(word.upper(), rest.strip()) for word, _, rest in split]


def wrong(text: str) -> list[str]:
    """What the definition does that it must not."""
    found = steps(text)
    last = found[max((at for at, (word, _) in enumerate(found) if word == "FROM"), default=0) :]
    users = [rest for word, rest in last if word == "USER"]
    health = [rest for word, rest in last if word == "HEALTHCHECK"]
    runs = [rest for word, rest in found if word == "RUN"]
    images = [rest.split()[0] for word, rest in found if word == "FROM"]
    installs = [run for run in runs if "pip install" in run]
    told = {
        "an image without a version": any(not re.search(r":\d[\w.-]*$", image) for image in images),
        "it runs as root": not users or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]),
        "ADD": any(word == "ADD" for word, _ in found),
        "fetches by hand": any(re.search(r"\b(?:curl|wget)\b", run) or WEB.search(run) for run in runs),
        "a secret": any(SECRET.search(rest) for word, rest in found if word in {"ENV", "ARG", "RUN"}),
        "no health check": not health or "/api/health" not in health[-1],
        "lists of apt": any("apt-get" in run and "rm -rf /var/lib/apt/lists" not in run for run in runs),
        "packages without hashes": any("--require-hashes" not in run and "--no-deps" not in run for run in installs),
        "no volume": ("VOLUME", "/data") not in last,
        "a shell as the first process": any(
            word in {"CMD", "ENTRYPOINT"} and not rest.startswith("[") for word, rest in last
        ),
    }
    return [name for name, is_so in told.items() if is_so]


def test_the_container_holds_its_rules() -> None:
    assert wrong(CONTAINERFILE) == []


@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        ("python:3.11-slim-bookworm\n", "python\n", "an image without a version"),
        ("python:3.11-slim-bookworm\n", "python:latest\n", "an image without a version"),
        ("USER 10001:10001\n", "", "it runs as root"),
        ("USER 10001:10001\n", "USER 0:0\n", "it runs as root"),
        ("USER 10001:10001\n", "USER research\n", "it runs as root"),
        ("VOLUME /data\n", "ADD https://example.org/x /x\nVOLUME /data\n", "ADD"),
        ("VOLUME /data\n", "RUN curl -o /x example.org\nVOLUME /data\n", "fetches by hand"),
        ("VOLUME /data\n", "ENV RESEARCH_AGENT_SERVE_PASSWORD=x\nVOLUME /data\n", "a secret"),
        ("VOLUME /data\n", "RUN apt-get install -y git\nVOLUME /data\n", "lists of apt"),
        ("/api/health", "/", "no health check"),
        ("--require-hashes", "", "packages without hashes"),
        ("VOLUME /data\n", "", "no volume"),
        ('ENTRYPOINT ["research-agent"]', "ENTRYPOINT research-agent", "a shell as the first process"),
    ],
)
def test_what_breaks_a_rule_is_noticed(good: str, bad: str, rule: str) -> None:
    assert good in CONTAINERFILE
    assert rule in wrong(CONTAINERFILE.replace(good, bad))


def test_what_it_copies_is_there_and_is_let_in() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copies = [rest.split()[:-1] for word, rest in steps(CONTAINERFILE) if word == "COPY" and not rest.startswith("--")]
    for name in (name for names in copies for name in names):
        assert (ROOT / name).exists()
        assert name.split("/")[0] in let_in


def test_what_it_serves_is_what_is_checked_and_opened() -> None:
    said = dict(steps(CONTAINERFILE))
    command = [*json.loads(said["ENTRYPOINT"]), *json.loads(said["CMD"])]
    assert command[:2] == ["research-agent", "serve"]
    port = command[command.index("--port") + 1]
    assert (said["EXPOSE"], f"127.0.0.1:{port}/" in said["HEALTHCHECK"]) == (port, True)
    code = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")


def test_its_packages_are_those_of_the_tests() -> None:
    pinned = {
        name: dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("serve.txt", "dev.txt")
    }
    assert {"fastapi", "uvicorn", "mcp", "hatchling"} <= pinned["serve.txt"].keys()
    assert pinned["serve.txt"].items() <= pinned["dev.txt"].items()


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    program = tmp_path / ".local" / "bin" / "research-agent"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    told = subprocess.run([analyze, "--user", "verify", UNIT], capture_output=True, text=True, env=environ, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_the_unit_is_hardened_and_serves_on_loopback() -> None:
    lines = [line.partition("=") for line in UNIT.read_text().splitlines() if "=" in line and not line.startswith("#")]
    said = {name: value for name, _, value in lines}
    command = shlex.split(said["ExecStart"])
    assert command[1:] == ["serve", "--no-browser", "--port", "8674"], "no --host: this machine only"
    assert said["Restart"] == "on-failure"
    for name in ("NoNewPrivileges", "PrivateUsers", "PrivateTmp", "RestrictSUIDSGID"):
        assert said[name] == "yes"
    assert said["ProtectSystem"] == "strict"
    home = said["Environment"].partition("RESEARCH_AGENT_HOME=")[2]
    assert said["ReadWritePaths"] == home, "it writes its own home and nothing else"
    assert not SECRET.search(UNIT.read_text())
