"""
Programs that a model writes over figures of the sources: which may run, and when their result may be believed.

The model chooses the figures and writes the arithmetic; nothing of what it claims is taken. A program may use the given
values alone, each of them must matter to its result, and the operation that the question names (a difference, a ratio,
a total, ...), done by our own code over the same values, must give the same. Else there is no result.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from research_agent.text.arithmetic import Operation
from research_agent.text.measures import MONEY
from research_agent.text.quantities import CURRENCIES, Quantity, amount_of, quantities
from research_agent.text.tokens import content_stems
from research_agent.text.units import dimension
from research_agent.types import Evidence, Passage

__all__ = [
    "GivenValue",
    "agrees",
    "altered",
    "given_values",
    "list_of",
    "named_operation",
    "program_in",
    "rows_of",
    "said_of",
    "used_values",
]

WORDS: tuple[tuple[Operation, str], ...] = (
    ("list", r"^(?:please )?(?:plot|chart|graph|draw)\b|\b(?:a|an|as a) (?:bar )?(?:plot|chart|graph|diagram)\b"),
    ("share", r"\bper ?cent(?:age)?\b|\bwhat (?:share|fraction)\b"),
    ("ratio", r"\bhow many times\b|\bratio\b|\btimes (?:as|more|larger|longer|higher|heavier)\b"),
    ("average", r"\baverage\b|\bmean\b"),
    ("sum", r"\btotal\b|\bsum\b|\bcombined\b|\baltogether\b|\btogether\b|\bin all\b"),
    ("difference", r"\bdifference\b|\bhow (?:much|many)\b.*\b(?:more|less|fewer|\w+er)\b.*\bthan\b|\bdiffer\b"),
)
"""Operation -> the words that name it; the first that a question has counts."""
NAMED = tuple((operation, re.compile(words, re.IGNORECASE)) for operation, words in WORDS)
MOST_VALUES = 12
MOST_USED = 5
CONSTANTS = frozenset({0, 1, 2, 100})
"""Numbers that a program may bring itself."""
OF_ITS_OWN = re.compile(rf"{MONEY}|pounds?|per ?cent|percentage", re.IGNORECASE)
"""Words behind a number that count no things."""
CLOSE = 1e-9  # relative
CODE = re.compile(r"```(?:python|py)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
LONGEST = 2_000  # characters


class GivenValue(NamedTuple):
    """Value that a model may use: a quantity of a sentence, a span of the passage's document."""

    name: str
    quantity: Quantity
    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The figure as it is written."""
        return self.sentence[self.quantity.start : self.quantity.end].strip()

    @property
    def sentence(self) -> str:
        """The sentence that says it."""
        return self.passage.document.text[self.start : self.end]


def named_operation(question: str) -> Operation | None:
    """The operation that a question names in words; None when it names none."""
    return next((operation for operation, words in NAMED if words.search(question)), None)


def given_values(evidence: Sequence[Evidence]) -> list[GivenValue]:
    """Quantities of the sentences that answer best, best first."""
    sentences = sorted(
        ((logit, item.passage, start, end) for item in evidence for start, end, logit in item.sentences),
        key=lambda one: -one[0],
    )
    values: list[GivenValue] = []
    for _, passage, start, end in sentences:
        for quantity in quantities(passage.document.text[start:end]):
            if quantity.doubtful:
                continue
            values.append(GivenValue(f"v{len(values) + 1}", quantity, passage, start, end))
            if len(values) == MOST_VALUES:
                return values
    return values


def program_in(reply: str) -> str | None:
    """The program of a reply; None when it has none that may run: it uses the given values, and no other number."""
    code = CODE.search(reply)
    text = (code[1] if code else reply).strip()
    if len(text) > LONGEST:
        return None
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    numbers = [one for one in constants if isinstance(one, int | float) and not isinstance(one, bool)]
    sets_result = any(isinstance(node, ast.Name) and node.id == "result" for node in ast.walk(tree))
    return text if sets_result and all(one in CONSTANTS for one in numbers) else None


def used_values(program: str, values: Sequence[GivenValue]) -> list[GivenValue]:
    """The given values that a program names."""
    named = {node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant)}
    return [value for value in values if value.name in named]


def altered(values: Mapping[str, float], name: str) -> dict[str, float]:
    """The values with one of them changed: a result that stays the same did not rest on it."""
    return {**values, name: values[name] * 1.37 + 1}


def agrees(operation: Operation, used: Sequence[GivenValue], result: Any) -> bool:
    """Whether the named operation over the used values, in some order and of one unit, gives the result."""
    if isinstance(result, bool) or not isinstance(result, int | float) or not math.isfinite(result):
        return False
    if not 2 <= len(used) <= MOST_USED or len({_kind(value.quantity.unit) for value in used}) > 1:
        return False
    amounts = [value.quantity.value for value in used]
    if operation == "sum":
        right = [math.fsum(amounts)]
    elif operation == "average":
        right = [math.fsum(amounts) / len(amounts)]
    elif len(amounts) != 2:
        return False
    else:
        right = [_of_two(operation, one, other) for one, other in itertools.permutations(amounts)]
    return any(math.isclose(result, one, rel_tol=CLOSE) for one in right)


def rows_of(used: Sequence[GivenValue], result: Any) -> list[tuple[str, GivenValue]]:
    """
    The rows of a list that a program gave, [label, value] each; [] when it is none, or says what no source does.

    Each value is one of those used, all of one unit, and each word of its label stands in its sentence or its title.
    """
    if not isinstance(result, list) or not 2 <= len(result) <= MOST_VALUES or len(result) != len(used):
        return []
    if len({_kind(value.quantity.unit) for value in used}) > 1:
        return []
    rows: list[tuple[str, GivenValue]] = []
    left = list(used)
    for row in result:
        label, number = row if isinstance(row, list) and len(row) == 2 else ("", None)
        found = next((one for one in left if _is_of(one, label, number)), None)
        if found is None:
            return []
        left.remove(found)
        rows.append((label.strip(), found))
    return rows


def _is_of(value: GivenValue, label: Any, number: Any) -> bool:
    if not isinstance(label, str) or not isinstance(number, int | float) or isinstance(number, bool):
        return False
    words = set(content_stems(label))
    said = set(content_stems(f"{value.passage.document.title} {value.sentence}"))
    return bool(words) and words <= said and math.isclose(number, value.quantity.value, rel_tol=CLOSE)


def list_of(rows: Sequence[tuple[str, GivenValue]]) -> str:
    """The sentence that says the rows of a list."""
    named = [f"{label} ({value.text})" for label, value in rows]
    return f"The figures are: {', '.join(named[:-1])} and {named[-1]}."


def _of_two(operation: Operation, one: float, other: float) -> float:
    if operation == "difference":
        return one - other
    return math.nan if not other else (100 if operation == "share" else 1) * one / other


def _kind(unit: str) -> str:
    """Units that may be reckoned with together: the same word; all words that count things are one."""
    return (
        unit if dimension(unit) is not None or unit.endswith(("%", *CURRENCIES)) or OF_ITS_OWN.fullmatch(unit) else ""
    )


def said_of(operation: Operation, used: Sequence[GivenValue], result: float) -> str:
    """The sentence that says the result, with the figures it rests on."""
    named = [f"{value.text} ({value.passage.document.title.strip()})" for value in used]
    listed = f"{', '.join(named[:-1])} and {named[-1]}"
    shown = abs(result) if operation == "difference" else result
    number = f"{shown:,.{max(value.quantity.digits for value in used) + (operation == 'average')}f}"
    ratio = f"{result:,.0f}" if abs(result) >= 100 else f"{float(f'{result:.3g}'):g}"
    unit = used[0].quantity.unit
    amount = amount_of(number, unit if _kind(unit) else "")
    return {
        "difference": f"The difference between {listed} is {amount}.",
        "sum": f"The total of {listed} is {amount}.",
        "average": f"The average of {listed} is {amount}.",
        "share": f"Of {listed}, the one is {ratio}% of the other.",
        "ratio": f"Of {listed}, the one is {ratio} times the other.",
    }[operation]
