"""The 12-digit My Number is taken nowhere (attack J07)."""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import click
import pytest

from tsukuba_trust import interfaces, values
from tsukuba_trust.cli import main
from tsukuba_trust.data import data_dir
from tsukuba_trust.my_number import holds_my_number, is_my_number, my_numbers_in
from tsukuba_trust.store import attempts_tables, board_tables, roll_tables

SOURCES = Path(values.__file__).parent
NUMBER = "123456789018"  # the ministry's own sample: valid check digit, nobody's number
# A name that would invite the number; the card's own name is not meant.
INVITING = re.compile(
    r"(my_?number|individual_?number|kojin_?bango|個人番号|マイナンバー)(?!_?card|カード|-card)",
    re.I,
)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４５６７８９０１８",
        "1234－5678ー9018",
        " 123456789018 ",
    ],
)
def test_j07_it_knows_the_number_however_it_is_typed(typed: str) -> None:
    assert is_my_number(typed)


@pytest.mark.parametrize("typed", ["", "123456789012", "12345678901", "1234567890180", "x" * 70])
def test_j07_other_digits_are_no_number(typed: str) -> None:
    assert not is_my_number(typed)


@pytest.mark.parametrize("last", range(10))
def test_j07_exactly_one_check_digit_fits(last: int) -> None:
    assert is_my_number(f"98765432109{last}") == _fits("98765432109", last)


def _fits(eleven: str, last: int) -> bool:
    """Compute the check digit as the ordinance writes it: Q_n = n+1 up to 6, n−5 from 7."""
    total = 0
    for n in range(1, 12):
        weight = n + 1 if n <= 6 else n - 5
        total += int(eleven[11 - n]) * weight
    rest = total % 11
    return last == (0 if rest <= 1 else 11 - rest)


@pytest.mark.parametrize(
    "value",
    [
        {"code": NUMBER},
        {"a": [{"b": ["x", NUMBER]}]},
        {NUMBER: ""},
        {"n": int(NUMBER)},
        ("x", NUMBER),
        NUMBER,
    ],
)
def test_j07_it_is_found_anywhere_in_a_value(value: object) -> None:
    assert holds_my_number(value)


def test_j07_numbers_and_hashes_of_the_protocol_are_left_alone() -> None:
    clean = {"index": 12, "size": 2**53 - 1, "c": "ab" * 32, "on": True, "none": None, "half": 0.5}
    assert not holds_my_number(clean)


def test_j07_a_log_line_is_scanned_for_it() -> None:
    assert my_numbers_in(f"typed {NUMBER}, refused") == [6]
    assert my_numbers_in(f"index 123456789012 a{NUMBER} {NUMBER}0") == []


@pytest.mark.parametrize(
    "text",
    [
        "typed 1234 5678 9018.",
        "1234-5678-9018,",
        "番号は１２３４５６７８９０１８です",
        "１２３４－５６７８－９０１８",
        '{"code":"123456789018"}',
    ],
)
def test_j07_a_running_text_is_scanned_however_it_is_written(text: str) -> None:
    assert len(my_numbers_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "0a1b2c3d-1234-5678-9018-aabbccddeeff",
        "deadbeef123456789018",
        "2025-03-10 03:00:00",
        "1234 56789018",
        "1234-5678 9018",
        "99123456789018",
    ],
)
def test_j07_other_numbers_in_a_running_text_are_none(text: str) -> None:
    assert my_numbers_in(text) == []


def test_j07_no_command_has_an_option_or_argument_for_it() -> None:
    asked = [
        name for command in _commands(main) for p in command.params for name in [p.name, *p.opts]
    ]
    assert asked
    assert [name for name in asked if INVITING.search(name or "")] == []


def test_j07_no_table_has_a_column_for_it() -> None:
    columns = [
        f"{table.name}.{column.name}"
        for store in (attempts_tables.ATTEMPTS, board_tables.BOARD, roll_tables.ROLL)
        for table in store.tables.values()
        for column in table.columns
    ]
    assert columns
    assert [name for name in columns if INVITING.search(name)] == []


def test_j07_no_value_or_contract_has_a_field_for_it() -> None:
    names = [
        name
        for module in (values, interfaces)
        for item in vars(module).values()
        if inspect.isclass(item)
        for name in getattr(item, "__annotations__", {})
    ]
    assert names
    assert [name for name in names if INVITING.search(name)] == []


def test_j07_no_election_file_has_a_key_for_it_or_holds_one() -> None:
    for path in sorted((data_dir("config") / "elections").glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not holds_my_number(content)
        assert [key for key in _keys(content) if INVITING.search(key)] == []


def test_j07_no_name_in_the_sources_invites_it() -> None:
    """Only the module that refuses the number may speak of it."""
    inviting = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.arg if isinstance(node, ast.arg | ast.keyword) else None
            if name and INVITING.search(name):
                inviting.add(f"{path.name}: {name}")
    assert inviting == set()


def _commands(command: click.Command) -> list[click.Command]:
    found = [command]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            found += _commands(inner) if inner else []
    return found


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*map(str, value), *(key for item in value.values() for key in _keys(item))]
    if isinstance(value, list):
        return [key for item in value for key in _keys(item)]
    return []
