"""
Every SQL statement of the program, read off its source; and those that are put together while it runs, as none may be.

A statement is what `execute` and its like are called with: a constant, by itself or by its name. A function that hands
a parameter of its own on to them is looked at where it is called.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from research_agent_devtools.checkout import ROOT

SOURCE = ROOT / "src"
RUNS_SQL = {"execute": 0, "executemany": 0, "executescript": 0, "pragma": 0}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def program() -> dict[str, str]:
    """The source of each module."""
    return {str(file.relative_to(SOURCE)): file.read_text("utf-8") for file in SOURCE.rglob("*.py")}


def read_off(modules: Mapping[str, str]) -> tuple[set[str], list[str]]:
    """All statements, and the places ("module:line") where one is no constant."""
    trees = {name: ast.parse(text) for name, text in modules.items()}
    constants, own = _constants(trees)
    constants |= _attributes(trees.values(), constants)
    sinks = dict(RUNS_SQL)
    calls = {module: list(_calls(tree)) for module, tree in trees.items()}
    while True:
        statements: set[str] = set()
        built: list[str] = []
        handed_on: dict[str, int] = {}
        for module in trees:
            for function, call in calls[module]:
                if (sql := _sql_of(call, sinks, module)) is None:
                    continue
                if texts := _texts(sql, constants | own[module] | _locals(function, constants)):
                    statements |= texts
                elif (place := _parameter(sql, function)) is not None:
                    assert function
                    handed_on[_known_as(function.name, module)] = place
                else:
                    built.append(f"{module}:{call.lineno}")
        if handed_on.items() <= sinks.items():
            return statements, built
        sinks |= handed_on


def _constants(trees: Mapping[str, ast.Module]) -> tuple[dict[str, set[str]], dict[str, dict[str, set[str]]]]:
    """Texts by the name of their constant: of any module, and of each."""
    constants: dict[str, set[str]] = {}
    own: dict[str, dict[str, set[str]]] = {}
    for module, tree in trees.items():
        own[module] = {}
        for name, value in _assigned(tree.body):
            constants[name] = _texts(value, constants | own[module])
            if constants[name]:  # else the name may be that of a constant which is imported
                own[module][name] = constants[name]
    return constants, own


def _attributes(trees: Iterable[ast.AST], constants: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The constants of attributes that are set once, in `__init__`, to a parameter that gets constants only."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    stored = Counter(
        _name(node) for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )
    attributes: dict[str, set[str]] = {}
    called: dict[str, list[ast.Call]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.Call):
            called[_name(node.func)].append(node)
    for owner, init in ((node, each) for node in nodes if isinstance(node, ast.ClassDef) for each in node.body):
        if not isinstance(init, ast.FunctionDef) or init.name != "__init__":
            continue
        parameters = [each.arg for each in (*init.args.args[1:], *init.args.kwonlyargs)]
        calls = called[owner.name]
        for attribute, value in _assigned_all(init.body):
            if stored[attribute] == 1 and isinstance(value, ast.Name) and value.id in parameters:
                texts = [_argument(call, value.id, parameters.index(value.id), constants) for call in calls]
                if texts and all(texts):
                    attributes[attribute] = set().union(*texts)
    return attributes


def _assigned_all(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """The assignments of a body, those to several targets at once one by one."""
    for node in body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            yield from zip(map(_name, node.targets[0].elts), node.value.elts, strict=True)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield _name(node.target), node.value
    yield from _assigned(body)


def _argument(call: ast.Call, name: str, place: int, constants: Mapping[str, set[str]]) -> set[str]:
    """The constants that a call gives for a parameter."""
    values = [each.value for each in call.keywords if each.arg == name] or call.args[place : place + 1]
    return _texts(values[0], constants) if values else set()


def _calls(tree: ast.AST) -> Iterator[tuple[Function | None, ast.Call]]:
    """Each call of a module with the innermost function that it stands in."""
    waiting: list[tuple[Function | None, ast.AST]] = [(None, tree)]
    while waiting:
        function, node = waiting.pop()
        inner = node if isinstance(node, Function) else function
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield inner, child
            waiting.append((inner, child))


def _sql_of(call: ast.Call, sinks: Mapping[str, int], module: str) -> ast.expr | None:
    """The argument of a call that must be a statement; None when it takes none."""
    place = sinks.get(_known_as(_name(call.func), module))
    if place is None or len(call.args) <= place:
        return None
    return call.args[place]


def _known_as(function: str, module: str) -> str:
    """What is private to its module is another function than its namesake elsewhere."""
    return f"{module}:{function}" if function.startswith("_") else function


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr, constants: Mapping[str, set[str]]) -> set[str]:
    """The constants that it can be; none when it can be anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.Name | ast.Attribute):
        return constants.get(_name(node), set())
    if isinstance(node, ast.Tuple | ast.IfExp):
        parts = [
            _texts(part, constants) for part in (node.elts if isinstance(node, ast.Tuple) else (node.body, node.orelse))
        ]
        return set().union(*parts) if all(parts) else set()
    return set()


def _assigned(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield _name(node.targets[0]), node.value


def _locals(function: Function | None, constants: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The constants that names within a function take: all that is assigned to one, or what a loop gives it."""
    if function is None:
        return {}
    found: dict[str, list[set[str]]] = {one.arg: [set()] for one in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension):
            for target in ast.walk(node.target):
                found.setdefault(_name(target), []).append(_texts(node.iter, constants))
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr):
            plain = isinstance(node, ast.Assign) and len(node.targets) == 1
            texts = _texts(node.value, constants) if plain and node.value is not None else set()
            for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
                for part in ast.walk(target):
                    found.setdefault(_name(part), []).append(texts)
    return {name: set().union(*parts) if all(parts) else set() for name, parts in found.items() if name}


def _parameter(sql: ast.expr, function: Function | None) -> int | None:
    """Which parameter of its function it is, `self` not counted."""
    if function is None or not isinstance(sql, ast.Name):
        return None
    names = [one.arg for one in function.args.args if one.arg != "self"]
    assigned = {_name(node) for node in ast.walk(function) if isinstance(getattr(node, "ctx", None), ast.Store)}
    return names.index(sql.id) if sql.id in names and sql.id not in assigned else None
