"""
Vectors of passages in Postgres: int8 each, and a bit a dimension in a narrow table, which is scanned first.

A model's vectors are complete or being built. Those of another model stay beside them while any server uses that one:
servers may have different ones. What no server asked for in two weeks is dropped once a newer set is whole.
What a server embeds now is marked as taken while its connection lives, so that several servers share the work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from research_agent.library.postgres.postgres_database import Connection, rows
from research_agent.library.stored_values import blob, text_of
from research_agent.library.vectors import bits_of, encoded, to_embed

__all__ = [
    "add_vectors",
    "copy_vectors",
    "drop_vectors",
    "model_id",
    "take_waiting",
    "wait_for_vectors",
]

# What was taken is anyone's when its server is gone, and after ten minutes whatever it does.
TAKE = """
WITH chosen AS (
    SELECT waiting.document, waiting.passage FROM document
    JOIN waiting ON waiting.model = %s AND waiting.document = document.id
    WHERE taken_by IN (0, pg_backend_pid()) OR taken < now() - interval '10 minutes'
        OR taken_by NOT IN (SELECT pid FROM pg_stat_activity)
    ORDER BY asked DESC, added DESC, document.id DESC, waiting.passage LIMIT %s
), taking AS (
    UPDATE waiting SET taken_by = pg_backend_pid(), taken = now() FROM chosen
    WHERE waiting.model = %s AND waiting.document = chosen.document AND waiting.passage = chosen.passage
)
SELECT passage.id, section, above, substring(text FROM at::integer + 1 FOR length)
FROM chosen JOIN passage ON passage.id = chosen.passage JOIN document ON document.id = chosen.document
ORDER BY asked DESC, added DESC, document.id DESC, passage.id
"""
UNUSED = "SELECT id FROM model WHERE id <> %s AND asked < now() - interval '14 days'"
IN_USE = "UPDATE model SET asked = now() WHERE id = %s AND asked < now() - interval '1 hour'"
DROP_VECTORS = (
    "DELETE FROM vector WHERE model IN (SELECT id FROM model) AND passage BETWEEN %s AND %s",
    "DELETE FROM vector_bits WHERE model IN (SELECT id FROM model) AND passage BETWEEN %s AND %s",
)
DROP_MODEL = (
    "DELETE FROM vector WHERE model = %s",
    "DELETE FROM vector_bits WHERE model = %s",
    "DELETE FROM waiting WHERE model = %s",
    "DELETE FROM model WHERE id = %s",
)


def model_id(db: Connection, name: str) -> int | None:
    """Number of a model by its fingerprint; of the one whose vectors are complete (or the only one) by ""."""
    if name:
        found = rows(db, "SELECT id FROM model WHERE name = %s", (blob(name),))
    else:
        found = rows(db, "SELECT id FROM model WHERE used ORDER BY id DESC LIMIT 1")
    return int(found[0][0]) if found else None


def take_waiting(db: Connection, name: str, limit: int) -> list[tuple[int, str]]:
    """Passages without a vector of that model, and what to embed: of the most asked, newest documents first."""
    model = _register(db, name)
    found = []
    for passage, section, above, text in rows(db, TAKE, (model, limit, model)):
        headings = [text_of(line, "replace") for line in (section, above)]
        found.append((passage, to_embed(headings[0], headings[1], text_of(text, "replace"))))
    return found


def wait_for_vectors(db: Connection, document: int, first: int, last: int) -> None:
    """Have new passages wait for a vector of every model."""
    db.execute(
        "INSERT INTO waiting (model, document, passage)"
        " SELECT id, %s, number FROM model, generate_series(%s::bigint, %s::bigint) AS number",
        (document, first, last),
    )


def add_vectors(db: Connection, name: str, vectors: Mapping[int, NDArray[np.float32]]) -> None:
    """Store vectors by the passage's number; those of passages that are gone are dropped."""
    model = _register(db, name)
    there = {row[0] for row in rows(db, "SELECT id FROM passage WHERE id = ANY(%s)", ([*map(int, vectors)],))}
    _store(db, model, {passage: encoded(vector) for passage, vector in vectors.items() if passage in there})
    _swap_when_complete(db, model)


def copy_vectors(db: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """Give each passage the vectors of another one of the same text: (from, to) pairs."""
    for (model,) in rows(db, "SELECT id FROM model") if pairs else []:
        found = rows(
            db,
            "SELECT pair.other, scale, bytes FROM unnest(%s::bigint[], %s::bigint[]) AS pair (one, other)"
            " JOIN vector ON vector.model = %s AND vector.passage = pair.one",
            ([one for one, _ in pairs], [other for _, other in pairs], model),
        )
        _store(db, model, {passage: (scale, bytes(values)) for passage, scale, values in found})


def drop_vectors(db: Connection, first: int, last: int) -> None:
    """Remove all vectors of the passages of those numbers, the last included."""
    for sql in DROP_VECTORS:
        db.execute(sql, (first, last))


def _register(db: Connection, name: str) -> int:
    """Number of a model, which is added with all passages waiting when it is new."""
    known = model_id(db, name)
    if known is None:
        ((known,),) = rows(
            db,
            "INSERT INTO model (name, used) SELECT %s, NOT EXISTS (SELECT 1 FROM model) RETURNING id",
            (blob(name),),
        )
        db.execute("INSERT INTO waiting (model, document, passage) SELECT %s, document, id FROM passage", (known,))
    else:
        db.execute(IN_USE, (known,))
    return int(known)


def _store(db: Connection, model: int, found: Mapping[int, tuple[float, bytes]]) -> None:
    if not found:
        return
    passages = list(found)
    db.execute(
        "INSERT INTO vector SELECT %s, * FROM unnest(%s::bigint[], %s::float8[], %s::bytea[])"
        " ON CONFLICT (model, passage) DO UPDATE SET scale = excluded.scale, bytes = excluded.bytes",
        (model, passages, [scale for scale, _ in found.values()], [values for _, values in found.values()]),
    )
    db.execute(
        "INSERT INTO vector_bits SELECT %s, passage, bits::varbit FROM unnest(%s::bigint[], %s::text[])"
        " AS new (passage, bits) ON CONFLICT (model, passage) DO UPDATE SET bits = excluded.bits",
        (model, passages, [f"x{bits_of(values).hex()}" for _, values in found.values()]),
    )
    db.execute("UPDATE model SET dimensions = %s WHERE id = %s AND dimensions = 0", (len(found[passages[0]][1]), model))
    db.execute(
        "DELETE FROM waiting USING passage WHERE waiting.model = %s AND passage.id = ANY(%s)"
        " AND waiting.document = passage.document AND waiting.passage = passage.id",
        (model, passages),
    )


def _swap_when_complete(db: Connection, model: int) -> None:
    """Use a model from the moment when nothing waits for it; others are dropped that no server uses any more."""
    if rows(db, "SELECT 1 FROM waiting WHERE model = %s LIMIT 1", (model,)):
        return
    db.execute("UPDATE model SET used = true WHERE id = %s AND NOT used", (model,))
    for (other,) in rows(db, UNUSED, (model,)):
        for sql in DROP_MODEL:
            db.execute(sql, (other,))
