"""
Every SQL statement of the program, read off its source; and those that are put together while it runs, as none may be.

A statement is what `execute` and its like are called with: a constant, by itself or by its name. A function that hands
a parameter of its own on to them is looked at where it is called.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
RUNS_SQL = {"execute": 0, "executemany": 0, "executescript": 0, "pragma": 0}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def program() -> dict[str, str]:
    """The source of each module."""
    return {str(file.relative_to(SOURCE)): file.read_text("utf-8") for file in SOURCE.rglob("*.py")}


def read_off(modules: Mapping[str, str]) -> tuple[set[str], list[str]]:
    """All statements, and the places ("module:line") where one is no constant."""
    trees = {name: ast.parse(text) for name, text in modules.items()}
    constants = {name: _texts(value) for tree in trees.values() for name, value in _assigned(tree)}
    sinks = dict(RUNS_SQL)
    while True:
        statements: set[str] = set()
        built: list[str] = []
        handed_on: dict[str, int] = {}
        for module, tree in trees.items():
            for function, call in _calls(tree, None):
                if (sql := _sql_of(call, sinks)) is None:
                    continue
                if texts := _texts(sql) or constants.get(_name(sql)) or _looped(sql, function, constants):
                    statements |= texts
                elif (place := _parameter(sql, function)) is not None:
                    assert function
                    handed_on[function.name] = place
                else:
                    built.append(f"{module}:{call.lineno}")
        if handed_on.items() <= sinks.items():
            return statements, built
        sinks |= handed_on


def _calls(node: ast.AST, function: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        yield from _calls(child, child if isinstance(child, Function) else function)


def _sql_of(call: ast.Call, sinks: Mapping[str, int]) -> ast.expr | None:
    """The argument of a call that must be a statement; None when it takes none."""
    place = sinks.get(_name(call.func))
    if place is None or len(call.args) <= place:
        return None
    return call.args[place]


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr) -> set[str]:
    """The constants it is; none when it is anything else."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    found = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return found if len(found) == len(parts) else set()


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield _name(node.targets[0]), node.value


def _looped(sql: ast.expr, function: Function | None, constants: Mapping[str, set[str]]) -> set[str]:
    """The constants that a name takes one after the other."""
    loops: Iterable[ast.AST] = ast.walk(function) if function else ()
    for loop in loops:
        if isinstance(loop, ast.For | ast.comprehension) and _name(sql) and _name(loop.target) == _name(sql):
            return constants.get(_name(loop.iter), set())
    return set()


def _parameter(sql: ast.expr, function: Function | None) -> int | None:
    """Which parameter of its function it is, `self` not counted."""
    if function is None or not isinstance(sql, ast.Name):
        return None
    names = [one.arg for one in function.args.args if one.arg != "self"]
    assigned = {_name(node) for node in ast.walk(function) if isinstance(getattr(node, "ctx", None), ast.Store)}
    return names.index(sql.id) if sql.id in names and sql.id not in assigned else None
