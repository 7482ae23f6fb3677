"""``tsukuba-trust purge`` and ``roll rearrange``: what the office types after the retention."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from election_world import World, close_all, opened_world
from record_parts import SLUG
from tsukuba_trust.cli import main, office
from tsukuba_trust.cli.approve import summary
from tsukuba_trust.services.key_folder import KeyFolder
from tsukuba_trust.testing.trustees import approve


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A certified vote on the day its retention ends, and its office's commands."""
    held: World = opened_world(tmp_path / "world")
    for person, choice in enumerate((0, 2, 2)):
        held.cast(held.registered(person), choice)
    held.counted()
    held.now = held.services.purging.ends(held.is_fixed)
    keys = KeyFolder(held.folder / "keys", held.folder / "signer.memory")
    keys.make(held.origin, held.draw)

    @contextmanager
    def opened(_settings):
        yield SimpleNamespace(services=held.services, keys=keys)

    monkeypatch.setattr(office, "opened", opened)
    monkeypatch.setattr(office, "now", lambda: held.now)
    yield held
    close_all()


def typed(*words, status=0):
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def test_p12_the_office_sees_proposes_and_enacts_a_purge(held, tmp_path):
    shown = typed("purge", SLUG)
    assert "kept\tlink\t3" in shown and "kept\tkeys\t3" in shown and "until\t2027-" in shown
    act = tmp_path / "purge.act"
    assert "have" in typed("purge", SLUG, act, "--reason", "the time is over")
    told = summary(office.read_proposal(act))
    assert "followed by: Purged: 0 enrolment, 3 evidence, 3 link, 3 person, 3 keys" in told
    act.write_text(approve(office.read_proposal(act), held.staff.officers).to_text())
    assert "stands at entry" in typed("election", "enact", SLUG, act)
    assert "kept\tlink\t0" in typed("purge", SLUG)
    assert typed("purge", SLUG, tmp_path / "again.act", status=1).endswith(
        "already_purged: nothing of it is left\n"
    )


def test_b08_the_roll_is_rearranged_by_command_before_a_backup(held, monkeypatch):
    called = []
    roll = type(held.services.roll)
    monkeypatch.setattr(roll, "rearrange", lambda store: called.append(id(store)))
    assert typed("roll", "rearrange") == "the roll tells no order; back it up now\n"
    assert called == [id(held.services.roll)]
