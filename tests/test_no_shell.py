"""No name ever reaches a shell, because there is none (O05)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "benchmarks").rglob("*.py"))
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}


def shells(tree):
    """Give the lines that start a shell."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SHELLS or any(word.arg == "shell" for word in node.keywords):
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_o05_no_subprocess_has_a_shell(path):
    assert list(shells(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code", ["os.system(name)", "subprocess.run(x, shell=True)", "subprocess.getoutput(x)"]
)
def test_the_rule_itself_finds_a_shell(code):
    assert list(shells(ast.parse(code))) == [1]


SERVING = {"api", "board", "jobs", "pages", "plugins", "services", "store", "web"}
SERVED = [path for path in SOURCES if SERVING & set(path.parts)]


@pytest.mark.parametrize("path", SERVED, ids=lambda path: str(path.relative_to(ROOT)))
def test_o05_the_service_starts_no_other_program(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "subprocess" not in names
