"""The wheel carries what an office needs, and installs on every Python that is here."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUPPORTED = ("python3.11", "python3.12", "python3.13", "python3.14")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy, so that no build folder is left in the checkout."""
    source = tmp_path_factory.mktemp("source") / "checkout"
    left = (".git", ".venv", "var", "node_modules", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*left))
    shutil.rmtree(source / "build", ignore_errors=True)
    target = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"),
        *("-w", target, source),
    )
    return next(target.glob("*.whl"))


def candidates() -> list[str]:
    """Interpreters on the PATH, and those that pyenv keeps beside it."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [str(next(iter(sorted(kept.glob(f"*/bin/{name}"))), name)) for name in SUPPORTED]


def installed_pythons() -> list[str]:
    """Every supported interpreter that starts and can make a virtual environment."""
    found = []
    for name in candidates():
        try:
            done = subprocess.run([name, "-c", "import ensurepip"], capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            found.append(name)
    return found


def test_the_wheel_carries_election_files_trust_anchors_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "tsukuba_trust/config/elections/needs-survey-2025.toml" in names
    assert "tsukuba_trust/config/trust/jlis_sign_ca_2023.pem" in names
    assert any("store/migrations/" in name and name.endswith(".py") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_wheel_carries_pages_schemas_catalogues_and_the_built_booth(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "tsukuba_trust/graphql/schema.graphql" in names
    assert "tsukuba_trust/locales/ja/LC_MESSAGES/tsukuba_trust.po" in names
    assert "tsukuba_trust/pages/static/build/manifest.json" in names
    assert any(name.startswith("tsukuba_trust/pages/static/build/worker.") for name in names)
    assert any(name.startswith("tsukuba_trust/pages/templates/") for name in names)
    assert not any("node_modules" in name for name in names)


def test_without_the_built_booth_no_wheel_is_made(tmp_path: Path) -> None:
    """A wheel without it would serve pages that cannot vote; the sentence names the cure."""
    source = tmp_path / "checkout"
    left = (".git", ".venv", "var", "node_modules", "*.egg-info", "__pycache__", "build", "tests")
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*left))
    command = (sys.executable, "setup.py", "-q", "bdist_wheel")
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode != 0
    assert "make booth" in done.stderr


@pytest.mark.xdist_group("slow-install")
@pytest.mark.parametrize("python", installed_pythons(), ids=lambda path: Path(path).name)
def test_o18_the_wheel_runs_on_every_installed_python(
    python: str, wheel: Path, tmp_path: Path
) -> None:
    """O18, O17: the locked dependencies and the wheel install cleanly and the program works."""
    run(python, "-m", "venv", tmp_path / "venv")
    pip = tmp_path / "venv" / "bin" / "pip"
    run(
        *(pip, "install", "-q", "--disable-pip-version-check", "--require-hashes"),
        *("-r", ROOT / "requirements" / "run.txt", "-r", ROOT / "requirements" / "newer.txt"),
    )
    run(pip, "install", "-q", "--disable-pip-version-check", "--no-deps", wheel)
    program = tmp_path / "venv" / "bin" / "tsukuba-trust"
    listed = run(program, "plugins", cwd=tmp_path)
    assert "my-number-card" in listed
    checked = run(program, "check", ROOT / "config/elections/needs-survey-2025.toml", cwd=tmp_path)
    assert "ok" in checked
