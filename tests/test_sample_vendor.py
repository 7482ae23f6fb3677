"""The vendor's package of the tutorial: installed, switched on, chosen, conforming."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.elections.definition import plugins_of
from tsukuba_trust.registry import DEFAULT_PLUGINS, load

VENDOR = Path(__file__).parent / "sample_vendor"
SURVEY = data_dir("config") / "elections" / "needs-survey-2025.toml"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the package's metadata outside the checkout and put both on the path."""
    info = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "setup.py", "-q", "egg_info", "--egg-base", str(info)],
        cwd=VENDOR,
        check=True,
        capture_output=True,
    )
    paths = [str(info), str(VENDOR / "src")]
    sys.path[:0] = paths
    yield os.pathsep.join(paths)
    for path in paths:
        sys.path.remove(path)
    sys.modules.pop("acme_ballots", None)


def test_installed_but_unnamed_stays_off(installed):
    assert "acme-majority-2027" not in load(DEFAULT_PLUGINS).tally_methods
    assert "acme_ballots" not in sys.modules


def test_switched_on_it_is_chosen_by_an_election_file(installed):
    registry = load([*DEFAULT_PLUGINS, "acme"], {"acme.share": "2/3"})
    text = SURVEY.read_text().replace('"plurality"', '"acme-majority-2027"', 1)
    election = load_election(text, registry=registry)
    assert ("acme-majority-2027", "acme-ballots", "1.0") in plugins_of(election, registry)


def test_it_passes_the_kit_in_a_process_of_its_own(installed):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(VENDOR / "tests")],
        cwd=VENDOR,
        env={**os.environ, "PYTHONPATH": installed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
