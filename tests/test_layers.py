"""The house has floors; imports go down (architecture section 3). Read with ``ast``."""

import ast
import subprocess
import sys
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tsukuba_trust.cli import COMMANDS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tsukuba_trust"
PACKAGE = "tsukuba_trust"

FLOORS = {
    6: {"__init__"},
    5: {"api", "pages", "jobs", "cli"},
    4: {"web", "testing"},
    3: {"services"},
    2: {"plugins", "store", "card"},
    1: {"verify", "elections", "board", "jpki", "content", "crypto", "interfaces", "i18n"}
    | {"registry"}  # finds plugins, checks them against the interfaces
    | {"revocation"},  # a contract of its own: values only
    0: {"values", "counts", "errors", "settings", "data", "my_number"},
}
# On one floor only these; every other pair of rooms on a floor is strangers to each other.
BESIDE = {
    "verify": {"board", "elections", "interfaces", "crypto", "registry"},
    "elections": {"board", "interfaces", "crypto", "registry"},
    "board": {"crypto"},
    "interfaces": {"crypto"},
    "registry": {"interfaces", "revocation"},
    "settings": {"errors"},
    "my_number": {"values"},
    "values": {"counts"},
    "cli": {"jobs", "api"},  # `work` runs the jobs, `schema` prints the API's
}
# Rooms that may see less than their floor allows.
ONLY = {
    "services": {
        "store",
        "interfaces",
        "registry",
        "elections",
        "content",
        "board",
        "crypto",
        "i18n",
        "settings",
        "my_number",
        "values",
        "errors",
    },
    "testing": {
        "services",
        "interfaces",
        "registry",
        "elections",
        "content",
        "board",
        "crypto",
        "jpki",
        "verify",
        "settings",
        "data",
        "values",
        "errors",
    },
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
MODULES = sorted(SOURCE.rglob("*.py"))


def name_of(path):
    parts = [PACKAGE, *path.relative_to(SOURCE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


PATHS = {name_of(path): path for path in MODULES}


def is_module(name):
    return name in PATHS


@cache
def imports(path, *, nested=True):
    """Return the names that a file imports, as full modules where they are ours."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if nested else top_level(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                found.add(deeper if is_module(deeper) else node.module)
    return frozenset(found)


def top_level(tree):
    """Walk a module without its functions and type-only imports: what runs on import."""
    for node in ast.iter_child_nodes(tree):
        types_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not types_only and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from top_level(node)


def ours(path, *, nested=True):
    return {name for name in imports(path, nested=nested) if name.split(".")[0] == PACKAGE}


def closure(module, *, nested=True):
    """Return a module of ours and all that it imports, directly or not, and their packages.

    :param nested: whether imports inside functions count
    """
    seen, waiting = set(), {module}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        parents = {name.rsplit(".", 1)[0]} if "." in name else set()
        waiting |= (ours(PATHS[name], nested=nested) | parents) & set(PATHS) - seen
    return seen


def test_every_room_has_a_floor():
    rooms = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert rooms <= set(FLOOR)


def may_import(room, other):
    if room in ("__init__", other):
        return room == other
    if room in ONLY:
        return other in ONLY[room]
    if FLOOR[other] == FLOOR[room]:
        return other in BESIDE.get(room, ())
    return FLOOR[other] < FLOOR[room]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path):
    room = room_of(name_of(path))
    wrong = [other for other in ours(path) if not may_import(room, room_of(other))]
    assert wrong == []


def test_the_rule_itself_knows_up_from_down():
    assert may_import("services", "store")
    assert not may_import("services", "plugins")
    assert not may_import("store", "services")
    assert not may_import("plugins", "store")
    assert not may_import("testing", "store")
    assert not may_import("board", "elections")
    assert may_import("verify", "board")
    assert not may_import("__init__", "values")


def test_the_package_itself_imports_nothing_of_ours():
    assert ours(SOURCE / "__init__.py", nested=False) == set()


PLUGINS = {point.module for point in entry_points(group="tsukuba_trust.plugins")}


@pytest.mark.parametrize("path", [p for p in MODULES if "plugins" in p.parts], ids=name_of)
def test_a_plugin_never_imports_a_plugin(path):
    assert not (ours(path) & PLUGINS) - {name_of(path)}
    family = name_of(path).rsplit(".", 1)[0]
    others = {name for name in ours(path) if room_of(name) == "plugins"}
    assert all(name.startswith(family) for name in others)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if PACKAGE + ".services" in name_of(p)], ids=name_of
)
def test_no_service_knows_a_request(path):
    names = {
        node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
    }
    assert "request" not in names


def test_casting_never_reaches_the_roll():
    reached = closure(f"{PACKAGE}.services.casting")
    assert not {name for name in reached if name.startswith(f"{PACKAGE}.store.roll")}
    assert f"{PACKAGE}.store.board" in reached


def test_the_registrar_never_reaches_casting():
    assert f"{PACKAGE}.services.casting" not in closure(f"{PACKAGE}.services.registrar")


@pytest.mark.parametrize("command", sorted(COMMANDS.values()))
def test_a_command_imports_rooms_when_it_runs(command):
    loaded = closure(f"{PACKAGE}.cli.{command}", nested=False)
    assert {room_of(name) for name in loaded} <= {"__init__", "cli", *FLOORS[0]}


@pytest.mark.parametrize("command", ["verify", "trustee"])
def test_auditors_and_trustees_need_no_database(command):
    reached = closure(f"{PACKAGE}.cli.{command}")
    assert not {"store", "services", "testing"} & {room_of(name) for name in reached}
    # main() and vote_app() of the package import Pyramid when somebody calls them.
    modules = reached - {PACKAGE}
    outside = {name.split(".")[0] for module in modules for name in imports(PATHS[module])}
    assert not {"sqlalchemy", "alembic", "pyramid"} & outside


@pytest.mark.parametrize("path", sorted((SOURCE / "cli").rglob("*.py")), ids=name_of)
def test_no_edge_knows_tables(path):
    assert not [name for name in ours(path) if "store" in name and "tables" in name]


def test_only_rehearsing_commands_import_simulated_people():
    users = {
        name_of(path).split(".")[2]
        for path in (SOURCE / "cli").rglob("*.py")
        if any(room_of(name) == "testing" for name in ours(path))
    }
    assert users <= {
        "rehearse",
        "rehearsal",
        "authority",
        "demo",
        "demo_serving",
        "emulate",
        "phone",
    }


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_pyramid_is_known_on_the_upper_floors_only(path):
    if FLOOR[room_of(name_of(path))] < 4 and room_of(name_of(path)) != "i18n":
        assert not [name for name in imports(path) if name.split(".")[0] == "pyramid"]


def test_graphql_is_a_folder_of_documents():
    assert not (ROOT / "graphql" / "__init__.py").exists()


@pytest.mark.parametrize("room", ["verify", "crypto", "board", "elections", "jpki", "card", "cli"])
def test_a_room_loads_neither_pyramid_nor_a_database(room):
    modules = [name for name in PATHS if name.startswith(f"{PACKAGE}.{room}")]
    if room == "cli":
        modules = [f"{PACKAGE}.cli", f"{PACKAGE}.cli.verify", f"{PACKAGE}.registry"]
    heavy = "{'pyramid', 'sqlalchemy', 'alembic', 'pytest'} & set(sys.modules)"
    script = f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
    script += f"print(sorted({heavy}))"
    if room == "verify":
        script = script.replace(
            "print", f"from {PACKAGE}.registry import *\nload(DEFAULT_PLUGINS)\nprint"
        )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
