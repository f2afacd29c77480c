"""Tables of a library in Postgres, and how those of an earlier version are brought to this one."""

from __future__ import annotations

from typing import Final

__all__ = ["FROM_FIRST", "LIBRARY_TABLES", "NOTE_IN_USE", "VERSION"]

VERSION: Final = 2

# All strings are bytea (UTF-8 with surrogatepass), since text holds no NUL, no lone surrogate and, in a database of
# another encoding, not every letter; and bytes sort alike everywhere. A passage's number is never given twice, nor is
# a document's: a sequence does not go back. Texts are kept uncompressed, so that a part of one is read as such.
LIBRARY_TABLES = """
CREATE TABLE library (version integer NOT NULL, made timestamptz NOT NULL DEFAULT now());
CREATE TABLE reading (done bigint NOT NULL, total bigint NOT NULL);
CREATE SEQUENCE passage_number;
CREATE TABLE folder (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path bytea NOT NULL UNIQUE,
    added bytea NOT NULL, away boolean NOT NULL DEFAULT false);
CREATE TABLE file (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path bytea NOT NULL UNIQUE,
    folder bytea NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL, inode numeric NOT NULL,
    digest bytea NOT NULL, document bytea NOT NULL, state bytea NOT NULL, why bytea NOT NULL, title bytea NOT NULL,
    pages integer NOT NULL, passages integer NOT NULL);
CREATE INDEX file_document ON file (document);
CREATE INDEX file_folder ON file (folder);
CREATE TABLE file_word (word bytea NOT NULL, file bigint NOT NULL, fields smallint NOT NULL,
    PRIMARY KEY (word, file));
CREATE INDEX file_word_file ON file_word (file);
CREATE TABLE document (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL UNIQUE,
    first bigint NOT NULL, last bigint NOT NULL, pages integer NOT NULL, passages integer NOT NULL,
    added bigint NOT NULL, asked bigint NOT NULL DEFAULT 0, ready boolean NOT NULL DEFAULT false,
    details bytea NOT NULL, text bytea NOT NULL);
ALTER TABLE document ALTER text SET STORAGE EXTERNAL;
CREATE INDEX document_turn ON document (asked DESC, added DESC, id DESC);
CREATE INDEX document_first ON document (first, last);
CREATE TABLE place (document bigint NOT NULL, position integer NOT NULL, kind bytea NOT NULL, starts integer NOT NULL,
    ends integer NOT NULL, label bytea NOT NULL, level integer NOT NULL, PRIMARY KEY (document, position));
CREATE TABLE boxes (document bigint NOT NULL, page integer NOT NULL, width float8 NOT NULL, height float8 NOT NULL,
    words bytea NOT NULL, PRIMARY KEY (document, page));
CREATE TABLE passage (id bigint PRIMARY KEY, document bigint NOT NULL, starts integer NOT NULL, ends integer NOT NULL,
    at bigint NOT NULL, length integer NOT NULL, page bytea NOT NULL, section bytea NOT NULL, above bytea NOT NULL,
    tabular boolean NOT NULL, digest bigint NOT NULL);
CREATE INDEX passage_document ON passage (document);
CREATE INDEX passage_digest ON passage (digest);
CREATE TABLE word (word bytea PRIMARY KEY, passages bigint NOT NULL) WITH (fillfactor = 80);
CREATE TABLE posting (word bytea NOT NULL, document bigint NOT NULL, passages bytea NOT NULL,
    PRIMARY KEY (word, document));
CREATE INDEX posting_document ON posting (document);
CREATE TABLE model (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL UNIQUE,
    used boolean NOT NULL, dimensions integer NOT NULL DEFAULT 0, asked timestamptz NOT NULL DEFAULT now());
CREATE TABLE waiting (model integer NOT NULL, document bigint NOT NULL, passage bigint NOT NULL,
    taken_by integer NOT NULL DEFAULT 0, taken timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, document, passage));
CREATE TABLE vector (model integer NOT NULL, passage bigint NOT NULL, scale float8 NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (model, passage));
CREATE TABLE vector_bits (model integer NOT NULL, passage bigint NOT NULL, bits varbit NOT NULL,
    PRIMARY KEY (model, passage));
"""
# Users who may only read call this for the model that they search with, so that its vectors are kept. What it writes is
# looked up in the library's schema, never in a caller's temporary tables.
NOTE_IN_USE = """
CREATE OR REPLACE FUNCTION note_in_use(fingerprint bytea) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path FROM CURRENT
    AS 'UPDATE model SET asked = now() WHERE name = fingerprint';
"""
FROM_FIRST = (
    "CREATE TABLE IF NOT EXISTS reading (done bigint NOT NULL, total bigint NOT NULL)",
    "ALTER TABLE model ADD COLUMN IF NOT EXISTS asked timestamptz NOT NULL DEFAULT now()",
    NOTE_IN_USE,
)
"""What brings a library of version 1 to version 2."""
