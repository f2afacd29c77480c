from pathlib import Path

import numpy as np
import pytest

from research_agent.deep_research.encyclopedia_collection import open_encyclopedia
from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.sources import SourceSettings, Tools
from research_agent.sources.encyclopedia import DATABASE, FOLDER, VECTORS, Encyclopedia, vectors_made_by

pytestmark = pytest.mark.anyio


def tools(embedding: str = "") -> Tools:
    return Tools(None, embedding=embedding)  # type: ignore[arg-type]


def source(parts: Path) -> Encyclopedia:
    return Encyclopedia(SourceSettings(parts=parts))


async def test_articles_are_found_by_words_and_by_name_as_the_same_entries(tiny_home: Path) -> None:
    parts = tiny_home / "parts"
    collection = await open_encyclopedia(source(parts), parts, tools())

    found = await collection.search("Which water does River 17 carry?", limit=3)
    named = await collection.named_in(["Where River 17 and River 4 meet", "nowhere"])

    assert [entry.title for entry in named[0]] == ["River 17", "River 4"]
    assert found[0] is named[0][0]
    assert found[0].text == "River 17 carries water and stone."
    assert named[1] == []
    rarities = await collection.rarities(["river", "17", "zzz"])
    assert rarities["river"] < rarities["17"] < rarities["zzz"]


async def test_vectors_are_those_of_setup_when_the_model_is_the_same(tiny_home: Path) -> None:
    parts = tiny_home / "parts"
    made_by = vectors_made_by(parts / FOLDER) or ""
    vectors = np.load(parts / FOLDER / VECTORS)

    with_own = await open_encyclopedia(source(parts), parts, tools(made_by))
    with_other = await open_encyclopedia(source(parts), parts, tools("other"))

    ((own,),) = await with_own.named_in(["River 3"])
    ((other,),) = await with_other.named_in(["River 3"])
    assert own.vector is not None
    assert np.array_equal(own.vector, vectors[0, int(str(own.key)) - 1])
    assert other.vector is None
    assert len(await with_own.search("zzz", vectors[0, 6], limit=4)) == 4


async def test_one_that_is_not_there_or_damaged_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceNotReadyError, match="not set up"):
        await open_encyclopedia(source(tmp_path), tmp_path, tools())

    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 100)
    with pytest.raises(SourceError, match="cannot be read"):
        await open_encyclopedia(source(tmp_path), tmp_path, tools())
