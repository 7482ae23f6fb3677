"""Documents name only what exists: functions, tests, files, commands, options, targets."""

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

from tsukuba_trust.cli import main

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tsukuba_trust"
TRACES = ROOT / "docs" / "traceability.md"
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# A path of ours as documents write it; what the program makes below var/ is not one.
PATH = re.compile(
    r"(?<![\w./<⟨-])((?:docs|config|src|tests|benchmarks|requirements|graphql)/[\w./-]*\w)"
)
# "tsukuba-trust registration 1" and "tsukuba-trust definition D" are texts that people sign.
COMMAND = re.compile(r"tsukuba-trust (?!registration|definition)([a-z<][^\n`]*)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)\b")


def cells() -> list[list[str]]:
    """Return the rows of all tables of the traceability document, without their heads."""
    rows = [line.split("|")[1:-1] for line in TRACES.read_text("utf-8").splitlines() if "|" in line]
    return [row for row in rows if len(row) == 3 and row[2].strip() not in ("test", "---")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def known_tests() -> frozenset[str]:
    """Return the name of every test function below tests/."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"(?m)^ *(?:async )?def (test_\w+)\(", path.read_text("utf-8")))
    return frozenset(found)


def defines(name: str) -> bool:
    """Say whether ``room.module.function`` or ``room.module.Class.method`` is defined."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        path = SOURCE.joinpath(*parts[:cut])
        file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        if file.exists():
            return _holds(ast.parse(file.read_text("utf-8")).body, parts[cut:])
    return False


def _holds(body: list[ast.stmt], parts: list[str]) -> bool:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == parts[0]:
            return len(parts) == 1 or _holds(node.body, parts[1:])
    return False


def test_the_table_is_there() -> None:
    assert len(cells()) > 100


def test_every_function_of_the_table_exists() -> None:
    found = {name for row in cells() for name in names(row[1])}
    assert {name for name in found if not defines(name)} == set()


def test_every_test_of_the_table_exists() -> None:
    found = {name for row in cells() for name in names(row[2])}
    assert found - known_tests() == set()


def test_every_row_has_a_function_and_a_test() -> None:
    assert [row[0] for row in cells() if not (names(row[1]) and names(row[2]))] == []


def test_an_attack_is_closed_by_a_test_that_bears_its_name() -> None:
    table = TRACES.read_text("utf-8").split("## attacks.md")[1]
    attacks = [row for row in cells() if f"|{row[0]}|" in table]
    assert len(attacks) > 25
    for row in attacks:
        number = row[0].split()[0].lower()
        assert any(f"_{number}_" in name for name in names(row[2])), row[0]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_documents_name_no_missing_file(path: Path) -> None:
    found = {name.rstrip(".") for name in PATH.findall(path.read_text("utf-8"))}
    assert {name for name in found if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_documents_name_no_missing_target(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    known = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    code = "\n".join(re.findall(r"`[^`\n]+`|^ {0,4}make .*$", path.read_text("utf-8"), re.M))
    assert set(TARGET.findall(code)) - known == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_documents_name_no_missing_command(path: Path) -> None:
    """Each word is a command as long as commands have commands, and each option is known."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    for line in COMMAND.findall(text):
        command, rest = _resolve(main, line.split("#")[0].split())
        assert not isinstance(command, click.Group) or not rest or rest[0].startswith("-"), line
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        used = {word.split("=")[0] for word in rest if re.fullmatch(r"--[a-z][\w-]*(=.*)?", word)}
        assert used - options - {"--help"} == set(), line


def _resolve(command: click.Command, words: list[str]) -> tuple[click.Command, list[str]]:
    context = click.Context(command)
    if isinstance(command, click.Group) and words:
        inner = command.get_command(context, words[0].strip(".,;:)"))
        if inner is not None:
            return _resolve(inner, words[1:])
        if usual := getattr(command, "usual", ""):  # the one whose name need not be typed
            return _resolve(command.commands[usual], words)
    return command, words
