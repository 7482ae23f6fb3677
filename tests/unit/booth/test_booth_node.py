"""The booth's own tests, under Node; its types; its build (frontend.md sections 2, 3)."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from booth_node import ROOT, build_into, built, node
from tsukuba_trust.verify.booth import booth_digests

TESTS = Path(__file__).parent
PARTS = sorted(path.name for path in TESTS.glob("*.test.ts"))
WORKER_LIMIT = 25_000  # bytes, gzip: the limit
FIRST_LOAD_LIMIT = 120_000  # shell, script, style, worker and the texts of one language
SOURCES = ("src/tsukuba_trust/booth", "src/tsukuba_trust/pages/static", "locales", "package.json")


@pytest.mark.parametrize("name", PARTS)
def test_the_booth_passes_its_own_tests(name):
    done = node("--test", "--test-reporter=tap", str(TESTS / name))
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 0, "\n".join([*failed, done.stdout[-4000:], done.stderr])
    assert "# tests 0" not in done.stdout


def test_its_types_hold():
    done = node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")
    assert done.returncode == 0, done.stdout + done.stderr


def _copy(root: Path) -> Path:
    for source in SOURCES:
        origin, target = ROOT / source, root / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("build"))
        elif origin.exists():
            shutil.copy(origin, target)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return root


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Two builds of the same sources in folders of different depth."""
    base = tmp_path_factory.mktemp("builds")
    roots = [_copy(base / "a"), _copy(base / "some" / "other place" / "b")]
    outs = [base / "out", roots[1] / "deep" / "out"]
    for root, out in zip(roots, outs, strict=True):
        build_into(out, root)
    return outs


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_it_is_built_byte_for_byte_the_same_anywhere(twice):
    first, second = map(_content, twice)
    assert first == second
    assert {"manifest.json", "licenses.txt"} < set(first)


def test_what_is_installed_is_what_the_sources_give(twice):
    assert booth_digests(built()) == booth_digests(twice[0])


def test_a_build_that_fails_leaves_the_last_one_alone(tmp_path):
    root = _copy(tmp_path / "checkout")
    out = root / "out"
    build_into(out, root)
    before = _content(out)
    (root / "src/tsukuba_trust/booth/worker.ts").write_text("import 'nowhere';")
    with pytest.raises(AssertionError, match="nowhere"):
        build_into(out, root)
    assert _content(out) == before
    assert sorted(path.name for path in root.glob("out*")) == ["out"]


def test_no_built_file_names_a_place_on_this_machine(twice):
    for name, data in _content(twice[0]).items():
        assert str(ROOT).encode() not in data, name
        assert b"sourceMappingURL" not in data, name


def test_names_and_integrity_are_those_of_the_content(twice):
    manifest = json.loads((twice[0] / "manifest.json").read_text())
    for name, item in manifest.items():
        stem, _, suffix = name.rpartition(".")
        assert item["path"] == f"{stem}.{item['sha256'][:16]}.{suffix}"
        assert item["integrity"].startswith("sha384-")


def test_it_carries_the_notices_of_what_it_contains():
    text = (built() / "licenses.txt").read_text()
    for package in ("@noble/curves", "@noble/hashes", "@digital-go-jp/design-tokens"):
        assert package in text
    assert text.count("MIT License") == 3


def _gzip(name: str) -> int:
    return len(gzip.compress((built() / name).read_bytes(), 9, mtime=0))


def test_it_is_small_enough_for_a_slow_phone(record_property):
    manifest = json.loads((built() / "manifest.json").read_text())
    sizes = {name: _gzip(item["path"]) for name, item in manifest.items()}
    record_property("gzip", sizes)
    print({**sizes})
    assert sizes["worker.js"] <= WORKER_LIMIT
    texts = max((size for name, size in sizes.items() if name.startswith("texts.")), default=0)
    parts = ("shell.html", "booth.js", "booth.css", "worker.js")
    assert sum(sizes.get(part, 0) for part in parts) + texts <= FIRST_LOAD_LIMIT


def test_no_registry_address_stands_in_the_lock_file():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [name for name, item in lock["packages"].items() if "resolved" in item]
    package = json.loads((ROOT / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(version.replace(".", "").isdigit() for version in versions)
