"""Limits count what is guessed and what fails, not who sits behind an address (J12)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tsukuba_trust.elections import definition
from tsukuba_trust.elections.freezing import freeze, thaw
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.jobs import work_once
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.migrations import upgrade
from tsukuba_trust.web.limits import MOST_STARTS, Limits
from web_world import SCHOOL, web_world

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SCHOOL_HALL = "203.0.113.9"


@dataclass
class Asked:
    """What limits look at in a request."""

    address: str = SCHOOL_HALL
    admitted_at: datetime = NOON
    environ: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        self.environ = {"REMOTE_ADDR": self.address}


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path / 'attempts.sqlite'}"
    upgrade(address, "attempts")
    return address


@pytest.fixture
def limits(url, randomness):
    """Make limits of several processes over one store."""
    stores = []

    def make(most=3, networks=()):
        stores.append(AttemptStore(url, randomness))
        return Limits(stores[-1], most, lambda: networks)

    yield make
    for store in stores:
        store.close()


def fail(limits, times, asked=None):
    for _ in range(times):
        limits.count_failed(asked or Asked())


def test_j12_an_address_that_only_fails_waits_a_minute(limits):
    one = limits(most=3)
    fail(one, 2)
    one.check_address(Asked())
    fail(one, 1)
    with pytest.raises(Refused, match="too_many_tries"):
        one.check_address(Asked())
    one.check_address(Asked(admitted_at=NOON + timedelta(minutes=1)))


def test_another_address_goes_on(limits):
    one = limits(most=1)
    fail(one, 5)
    one.check_address(Asked("203.0.113.10"))


def test_one_network_of_ipv6_is_one_caller(limits):
    one = limits(most=2)
    fail(one, 1, Asked("2001:db8:1:2::1"))
    fail(one, 1, Asked("2001:db8:1:2:ffff::9"))
    with pytest.raises(Refused):
        one.check_address(Asked("2001:db8:1:2:abcd::"))
    one.check_address(Asked("2001:db8:1:3::1"))


def test_an_address_counts_once_in_both_its_spellings(limits):
    one = limits(most=2)
    fail(one, 1, Asked("::ffff:203.0.113.9"))
    fail(one, 1)
    with pytest.raises(Refused):
        one.check_address(Asked())


def test_all_processes_count_together(limits):
    first, second = limits(most=4), limits(most=4)
    fail(first, 3)
    fail(second, 1)
    with pytest.raises(Refused):
        second.check_address(Asked())


def test_a_network_of_the_election_file_may_fail_more(limits):
    one = limits(most=2, networks=[("203.0.113.0/24", 10)])
    fail(one, 9)
    one.check_address(Asked())
    fail(one, 1)
    with pytest.raises(Refused):
        one.check_address(Asked())


def test_900_voters_behind_one_address_are_nobody_s_failure(limits):
    """A school's 900 pupils start and finish in one minute, with production limits."""
    one = limits(most=3000)
    for pupil in range(900):
        one.check_address(Asked())
        one.count_start(Asked(), pupil.to_bytes(32, "big"))
        one.count_finished(Asked())
    one.check_address(Asked())


def test_attempts_that_nobody_finishes_count_as_abandoned(limits):
    one = limits(most=5)
    for page in range(5):
        one.count_start(Asked(), page.to_bytes(32, "big"))
    with pytest.raises(Refused):
        one.check_address(Asked())


def test_a_page_starts_a_few_times(limits):
    one, page = limits(most=3000), b"\x07" * 32
    for _ in range(MOST_STARTS):
        one.count_start(Asked(), page)
    with pytest.raises(Refused, match="too_many_tries"):
        one.count_start(Asked(), page)
    one.count_start(Asked(admitted_at=NOON + timedelta(minutes=10)), page)


def test_the_counters_name_no_address(limits, tmp_path):
    one = limits()
    fail(one, 1)
    data = b"".join(file.read_bytes() for file in tmp_path.glob("attempts.sqlite*"))
    assert b"address/" in data
    assert SCHOOL_HALL.encode() not in data


def test_counters_go_with_their_window(limits, url, randomness):
    one = limits()
    fail(one, 1)
    store = AttemptStore(url, randomness)
    with store.begin() as tx:
        assert tx.purge_counters("address", int(NOON.timestamp()) + 60) == 1
        assert tx.purge_counters("address", int(NOON.timestamp()) + 60) == 0
    store.close()


def test_a_box_without_attempts_counts_by_itself():
    one = Limits(None, 1, lambda: ())
    fail(one, 1)
    with pytest.raises(Refused):
        one.check_address(Asked())


def test_networks_stand_in_the_definition(tmp_path):
    world = web_world(tmp_path / "state", networks=(("203.0.113.0/24", 20_000),))
    election = world.election
    assert thaw(freeze(election)).networks == (("203.0.113.0/24", 20_000),)
    assert world.fixed.election.networks == election.networks
    world.close()


@pytest.mark.parametrize("address", ["203.0.113.9/24", "school", "", "203.0.113.0/33"])
def test_a_network_that_is_none_is_refused(address):
    from tsukuba_trust.data import data_dir
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load

    text = (data_dir("config") / "elections" / "namiki-2021.toml").read_text("utf-8")
    text += f'\n[[networks]]\naddress = "{address}"\nfailures_per_minute = 10\n'
    with pytest.raises(Misconfigured, match=r"network_malformed|text_empty"):
        definition.load(text, registry=load(DEFAULT_PLUGINS))


def test_j12_many_wrong_codes_raise_an_alarm(tmp_path):
    world = web_world(tmp_path / "state", file=SCHOOL)
    voter = world.voter()
    started = world.services.registrar.start_identification(
        world.fixed.origin,
        "roll-code",
        voter.credentials,
        voter.proofs(),
        voter.blind,
        voter.page_secret_hash,
        "ja",
        world.now,
    )
    with pytest.raises(Refused, match="wrong_token"):
        world.services.registrar.complete_identification(
            started.attempt, {"code": "0000-0000-0000"}, world.now
        )
    lines = work_once(world.services, world.now, timedelta())
    assert any("ALARM: 1 wrong codes for 8 electors" in line for line in lines)
    world.close()
