"""Files and functions stay short enough to be read at one go (style 2)."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tsukuba_trust"
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 300, 40
# Lists, one line for each thing that is named there; nothing is decided in them.
LISTS = {"services/assembly.py: assemble", "elections/building.py: build"}
# A migration says table after table, and is never changed again.
MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def lines_of(function):
    """Count the lines of a function without its docstring."""
    first = function.body[0]
    told = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - told * (first.end_lineno - first.lineno + 1)


def long_functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{name_of(path)}: {node.name}"
            if lines_of(node) > LINES_OF_A_FUNCTION:
                yield name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_has_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_has_at_most_40_lines(path):
    assert set(long_functions(path)) <= LISTS


def test_nothing_is_excused_that_needs_no_excuse():
    assert {name for path in MODULES for name in long_functions(path)} == LISTS
