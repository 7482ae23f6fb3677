"""What the integrators' guide shows is what really happens.

``TSUKUBA_TRUST_WRITE=1 pytest tests/test_docs_examples.py`` writes the examples anew.
"""

import os
import re
from pathlib import Path

import pytest

from docs_examples import examples
from tsukuba_trust.api.operations import documents
from web_world import web_world

GUIDE = Path(__file__).parents[1] / "docs" / "integrator.md"
EXAMPLE = re.compile(r"<!-- example (.+?) -->\n(?:\n?```\n.*?\n```\n)?", re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    world = web_world(tmp_path_factory.mktemp("docs") / "state")
    yield examples(world)
    world.close()


def test_the_integrators_guide_shows_real_requests_and_answers(made):
    text = GUIDE.read_text(encoding="utf-8")

    def put(found):
        return f"<!-- example {found[1]} -->\n\n{made[found[1]]}\n"

    written = EXAMPLE.sub(put, text)
    if os.environ.get("TSUKUBA_TRUST_WRITE"):
        GUIDE.write_text(written, encoding="utf-8")
    assert GUIDE.read_text(encoding="utf-8") == written


def test_the_guide_shows_every_operation():
    shown = set(EXAMPLE.findall(GUIDE.read_text(encoding="utf-8")))
    assert set(documents()) <= shown
