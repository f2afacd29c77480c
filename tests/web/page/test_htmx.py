"""htmx is brought by the build, pinned, or is not there and nothing depends on it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_beside_the_page_is_the_pinned_one(build: ModuleType) -> None:
    file = ROOT / build.PLACE
    if not file.exists():
        pytest.skip("the build had no network to bring it")
    assert build.is_pinned(file.read_bytes())


def test_other_bytes_are_never_put_in_its_place(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "htmx.min.js"
    place.write_bytes(b"alert(1)")
    monkeypatch.setattr(build, "by_npm", lambda folder: b"alert(1)")
    monkeypatch.setattr(build, "by_pip", lambda folder: b"alert(1)")
    assert not build.bring(place)
    assert not place.exists()


def test_what_is_there_is_not_brought_again(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "htmx.min.js"
    place.write_bytes(b"whole")
    monkeypatch.setattr(build, "is_pinned", lambda data: data == b"whole")
    monkeypatch.setattr(build, "tried", lambda way: pytest.fail("it was there"))
    assert build.bring(place)


def test_without_a_network_the_build_goes_on(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(build, "run", refused)
    assert not build.bring(tmp_path / "htmx.min.js")
    assert "plain links and forms" in build.MISSING
