"""No SQL is put together while the program runs."""

from __future__ import annotations

import pytest

from research_agent_devtools.harness import sql_statements


def test_every_statement_of_the_program_is_a_constant() -> None:
    found, built = sql_statements.read_off(sql_statements.program())
    assert built == []
    assert len(found) > 50
    assert "UPDATE watches SET digest = ? WHERE id = ?" in found


@pytest.mark.parametrize(
    "code",
    [
        "db.execute(f'SELECT {name}')",
        "db.execute('SELECT ' + name)",
        "db.execute('SELECT %s' % name)",
        "db.execute('SELECT {}'.format(name))",
        "db.execute(' '.join(('SELECT', name)))",
        "sql = f'SELECT {name}'\n    db.execute(sql)",
        "db.executemany(name.upper(), ())",
        "fetch(db, f'SELECT {name}')",
        "fetch(db, name + ' LIMIT 1')",
        "name += ' LIMIT 1'\n    db.execute(name)",
        "[db.execute(sql) for sql in (name, 'SELECT 1')]",
        "sql = 'SELECT 1'\n    sql += name\n    db.execute(sql)",
        "sql = 'SELECT 1'\n    sql = name.upper()\n    db.execute(sql)",
        "db.execute('SELECT 1' if db else name.upper())",
        "for one, sql in ((1, name.upper()),):\n        db.execute(sql)",
    ],
)
def test_one_that_is_put_together_is_found(code: str) -> None:
    module = f"def fetch(db, sql):\n    db.execute(sql)\n\ndef do(db, name):\n    {code}\n\ndo(None, 'SELECT 1')\n"
    assert sql_statements.read_off({"module": module})[1]


def test_constants_by_name_and_through_a_function_are_none() -> None:
    module = """
ALL = (("SELECT 1", "SELECT 2"), ("SELECT 1", "SELECT 2"))
ONE = "SELECT 4"
def fetch(db, sql):
    db.execute(sql)
def do(db, over):
    for sql, other in ALL:
        fetch(db, sql)
        fetch(db, other)
    fetch(db, "SELECT 3" " LIMIT 1")
    later = ONE if over else "SELECT 5"
    fetch(db, later)
"""
    found, built = sql_statements.read_off({"module": module})
    assert (sorted(found), built) == (["SELECT 1", "SELECT 2", "SELECT 3 LIMIT 1", "SELECT 4", "SELECT 5"], [])


FILE = """
class File:
    def __init__(self, path, schema, *, name=""):
        self._path, self._schema = path, schema
    def make(self, db):
        db.execute(self._schema)
"""


def test_a_constant_that_an_object_is_made_with_is_none() -> None:
    found, built = sql_statements.read_off({"module": f"{FILE}\nFile(1, 'CREATE 1')\nFile(2, schema='CREATE 2')\n"})
    assert (found, built) == ({"CREATE 1", "CREATE 2"}, [])


@pytest.mark.parametrize("more", ["File(2, name.upper())", "file._schema = name.upper()"])
def test_one_that_an_object_is_made_with_or_given_later_is_found(more: str) -> None:
    assert sql_statements.read_off({"module": f"{FILE}\nfile = File(1, 'CREATE 1')\n{more}\n"})[1]
