"""One environment for everything that needs a reader; tests here run in a pytest of their own.

``card_reader_environment`` moves this process into namespaces, where pcscd with its virtual
readers, and every server and browser started afterwards, are alone. ``insert(card)`` puts an
emulated card into the reader for the rest of a test and returns its link, whose ``remove()``
takes it out; ``whole_card`` and ``card`` are a resident's. ``opensc`` runs a program of OpenSC.
"""

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import card_world
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import WholeCard
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_link import ReaderLink, inserted
from tsukuba_trust.testing.people import FOREIGN_RESIDENT

PATIENCE_S = 60


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, before anybody asks who needs what."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.card)


@dataclass(frozen=True)
class ReaderEnvironment:
    """A running pcscd.

    :param port: where vpcd waits for a card; the next one is the second reader's
    :param log: what pcscd says; never commands, which hold passwords
    """

    port: int
    log: Path


@pytest.fixture(scope="session")
def card_reader_environment(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ReaderEnvironment]:
    """Move this process and all it starts into namespaces of their own, with a pcscd in them."""
    folder = tmp_path_factory.mktemp("pcscd")
    card_world.enter()
    with card_world.running_pcscd(folder):
        yield ReaderEnvironment(card_world.PORT, folder / "pcscd.log")
        gc.collect()  # what still holds a connection gives it back while there is a pcscd


@pytest.fixture(autouse=True)
def empty_readers(card_reader_environment: ReaderEnvironment) -> None:
    """Begin without a card: pcscd looks twice a second only whether the last one has left."""
    card_world.wait_for(card_world.EMPTY, card_world.EMPTY)


@pytest.fixture(scope="session")
def authority() -> TestAuthority:
    return TestAuthority(datetime.now(UTC))


@pytest.fixture(scope="session")
def whole_card(authority: TestAuthority) -> WholeCard:
    return authority.whole_card(FOREIGN_RESIDENT)


@pytest.fixture
def card(whole_card: WholeCard) -> EmulatedCard:
    return EmulatedCard(whole_card)


@pytest.fixture
def insert(card_reader_environment: ReaderEnvironment) -> Iterator[Callable[..., ReaderLink]]:
    """Give a function that puts a card into the (first) reader until the test ends."""
    with ExitStack() as until_the_end:

        def put(card: EmulatedCard, reader: int = 0) -> ReaderLink:
            port = card_reader_environment.port + reader
            link = until_the_end.enter_context(inserted(card, port=port))
            card_world.wait_for(*(card_world.PRESENT if at == reader else 0 for at in range(2)))
            return link

        yield put


@pytest.fixture
def opensc(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Give a function that runs a program of OpenSC with a configuration and home of its own."""
    (tmp_path / "opensc.conf").write_text("app default {\n}\n")
    own = {"OPENSC_CONF": str(tmp_path / "opensc.conf"), "HOME": str(tmp_path), "LC_ALL": "C"}

    def run(*words: str, says: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            words, input=says, capture_output=True, env=os.environ | own, timeout=PATIENCE_S
        )

    return run


@pytest.fixture
def default_browser(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """Give the environment of a default browser, and the file where it writes its address."""
    program, log = tmp_path / "browser", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {log}.part && mv {log}.part {log}\n')
    program.chmod(0o755)
    return {"BROWSER": f"{program} %s"}, log
