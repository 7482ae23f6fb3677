"""A voter's booth against a served board: it believes signatures and its own bytes only.

What Node runs here is the code of the browser's worker; the board is served over HTTP.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

import pytest
from click.testing import CliRunner

from booth_node import BoothRefused, ask, built
from tsukuba_trust.board import registration
from tsukuba_trust.cli import address as address_of
from tsukuba_trust.cli import main
from tsukuba_trust.cli.address import AGENTS
from tsukuba_trust.errors import Refused
from web_world import SURVEY, web_world


@dataclass
class BoothVoter:
    """What the services ask of a voter, made by the booth."""

    fixed: object
    sealed: dict
    page_secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def blind(self):
        return bytes.fromhex(self.sealed["blind"])

    @property
    def credentials(self):
        return {item["contest"]: item["credential"] for item in self.sealed["credentials"]}

    @property
    def page_secret_hash(self):
        return hashlib.sha256(self.page_secret).digest()

    def proofs(self):
        return {item["contest"]: item["proof"] for item in self.sealed["credentials"]}

    def binding(self, attempt):
        return registration.binding(
            self.fixed.origin, self.fixed.digest, attempt, self.blind, self.credentials.items()
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("booth") / "state", file=SURVEY)
    yield made
    made.close()


@pytest.fixture(scope="module")
def board(world):
    with world.serve_in_thread() as port:
        yield f"http://127.0.0.1:{port}/board/{world.slug}/"


def _log(world):
    fixed = world.fixed
    return {"origin": fixed.origin, "logKey": fixed.defined["log_key"]}


def _contests(world):
    return [{"uuid": uuid, "record": world.fixed.records[uuid].text} for uuid in world.contests]


def _checkpoint(world):
    return world.services.board.checkpoint(world.fixed.origin)


def _entry(world, index):
    return world.services.board.entry(world.fixed.origin, index).decode()


def _choice(world, uuid, place=0):
    return [int(place == i) for i in range(len(world.election.contest(uuid).options))]


def _input(world, choices, **more):
    return {"origin": world.fixed.origin, "contests": _contests(world), "choices": choices, **more}


@pytest.fixture(scope="module")
def voted(world):
    """One voter, sealed by the booth, identified once, with all her ballots in."""
    choices = {uuid: _choice(world, uuid) for uuid in world.contests}
    [sealed] = ask(("seal", _input(world, choices)))
    claimed = world.identify(BoothVoter(world.fixed, sealed), 3)
    receipts = {
        uuid: world.services.casting.cast(uuid, made["text"], world.now)
        for uuid, made in sealed["ballots"].items()
    }
    return sealed, claimed, receipts


def test_the_election_it_was_given_is_the_one_the_log_has_fixed(world, board):
    given = {
        **_log(world),
        "definition": world.fixed.digest,
        "contests": _contests(world),
        "checkpoint": _checkpoint(world),
        "board": board,
    }
    [head] = ask(("checkFixed", given))
    assert head["size"] >= 5
    record = given["contests"][0]["record"].replace("tsukuba-trust definition", "another")
    given["contests"][0]["record"] = record
    with pytest.raises(BoothRefused, match="election_other"):
        ask(("checkFixed", given))


def test_its_ballots_are_accepted_and_its_own_leaves_are_receipted(world, voted):
    sealed, _, receipts = voted
    for uuid, made in sealed["ballots"].items():
        assert receipts[uuid].tracker == made["tracker"]
        given = {**_log(world), "leaf": made["leaf"], "receipt": receipts[uuid].proof}
        [checked] = ask(("checkReceipt", given))
        assert checked["index"] == receipts[uuid].index


def test_b06_a_receipt_for_another_ballot_is_seen(world, voted):
    sealed, _, receipts = voted
    first, second = list(sealed["ballots"])[:2]
    given = {
        **_log(world),
        "leaf": sealed["ballots"][first]["leaf"],
        "receipt": receipts[second].proof,
    }
    with pytest.raises(BoothRefused, match="inclusion_invalid"):
        ask(("checkReceipt", given))


def test_its_registration_is_in_the_log_under_its_own_keys(world, voted):
    sealed, claimed, _ = voted
    given = {
        **_log(world),
        "entry": _entry(world, claimed.index),
        "receipt": world.services.board.receipt(world.fixed.origin, claimed.index),
        "credentials": sealed["credentials"],
    }
    [checked] = ask(("checkRegistration", given))
    assert (checked["index"], checked["bound"]) == (claimed.index, True)
    assert "replaces" not in checked
    [other] = ask(("seal", _input(world, {})))
    with pytest.raises(BoothRefused, match="registration_other"):
        ask(("checkRegistration", {**given, "credentials": other["credentials"]}))


def test_it_follows_its_own_chain_when_it_comes_back_later(world, voted):
    _, claimed, _ = voted
    [again] = ask(("seal", _input(world, {})))
    later = world.identify(BoothVoter(world.fixed, again), 3)
    given = {
        **_log(world),
        "entry": _entry(world, later.index),
        "receipt": world.services.board.receipt(world.fixed.origin, later.index),
        "credentials": again["credentials"],
    }
    [checked] = ask(("checkRegistration", given))
    assert checked["replaces"] == claimed.index


def test_the_head_it_keeps_is_continued_by_what_it_sees_later(world, voted, board):
    before = _checkpoint(world)
    world.cast(world.registered(4))
    given = {**_log(world), "old": before, "checkpoint": _checkpoint(world), "board": board}
    [head] = ask(("checkConsistency", given))
    assert head["checkpoint"] == _checkpoint(world) != before


def test_b03_an_old_ballot_cannot_be_put_back_last(world):
    """The same bytes again are no new entry, and a head without the later ballot is refused.

    That a log in another order is no continuation of the head a voter holds is tested with
    the booth's own tests (heads.test.ts).
    """
    uuid = world.contests[0]
    [first] = ask(("seal", _input(world, {uuid: _choice(world, uuid, 0)})))
    world.identify(BoothVoter(world.fixed, first), 5)
    [second] = ask(("seal", _input(world, {uuid: _choice(world, uuid, 1)}, text=first["text"])))
    cast = world.services.casting.cast
    old = cast(uuid, first["ballots"][uuid]["text"], world.now)
    new = cast(uuid, second["ballots"][uuid]["text"], world.now)
    again = cast(uuid, first["ballots"][uuid]["text"], world.now)
    assert again.index == old.index < new.index
    # By another registration of hers it is no ballot at all: the key has lost its right.
    [third] = ask(("seal", _input(world, {})))
    world.identify(BoothVoter(world.fixed, third), 5)
    [late] = ask(("seal", _input(world, {uuid: _choice(world, uuid, 2)}, text=first["text"])))
    with pytest.raises(Refused):
        cast(uuid, late["ballots"][uuid]["text"], world.now)


# -- testing a ballot, and the booth itself ---------------------------------------------


def _verify(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


@pytest.fixture(scope="module")
def opening(world, tmp_path_factory):
    uuid = world.contests[0]
    call = ("seal", _input(world, {uuid: _choice(world, uuid, 1)}))
    [_, file] = ask(call, ("opening", uuid))
    path = tmp_path_factory.mktemp("opening") / file["name"]
    path.write_text(file["text"], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def record(world, tmp_path_factory):
    target = tmp_path_factory.mktemp("record") / "record"
    world.services.publishing.export(world.fixed, target)
    return target


def test_verify_opening_says_what_a_tested_ballot_holds(world, opening, record, board):
    name = world.election.contests[0].options[1].name.official
    for source in (record, board.rstrip("/")):
        done = _verify(source, "--opening", opening)
        assert done.exit_code == 0, done.output
        assert f"chosen\t{name}\n" in done.output
        assert world.fixed.digest in done.output
        assert f"mark\t{opening.stem.removeprefix('ballot-test-')}\n" in done.output


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda o: {"choices": [*o["choices"][1:], o["choices"][0]]}, "opening_differs"),
        (lambda o: {"randomness": o["randomness"][::-1]}, "opening_differs"),
        (lambda o: {"log": "board.example.jp/e/other"}, "opening_other"),
        (lambda o: {"contest": "Abcdefghijkmno"}, "opening_other"),
        (lambda o: {"choices": [2, *o["choices"][1:]]}, "opening_invalid"),
        (lambda o: {"choices": o["choices"][1:]}, "opening_invalid"),
        (lambda o: {"randomness": ["x", *o["randomness"][1:]]}, "opening_invalid"),
        (lambda o: {"type": "tsukuba-trust/opening/2"}, "opening_invalid"),
        (lambda o: {"more": 1}, "opening_invalid"),
        (lambda o: {"ballot": o["ballot"] + " "}, "ballot_form"),
        (lambda o: {"ballot": "{}"}, "ballot_form"),
    ],
)
def test_verify_opening_refuses_a_file_that_lies(opening, record, tmp_path, change, code):
    value = json.loads(opening.read_text(encoding="utf-8"))
    path = tmp_path / "lie.json"
    path.write_text(json.dumps({**value, **change(value)}), encoding="utf-8")
    done = _verify(record, "--opening", path)
    assert done.exit_code == 1
    assert code in done.output


def test_verify_opening_refuses_what_is_no_text(opening, record, tmp_path):
    path = tmp_path / "noise.json"
    for data in (b"", b"\xff\xfe", b"x" * 600_000):
        path.write_bytes(data)
        assert _verify(record, "--opening", path).exit_code == 1


def test_verify_booth_accepts_the_build_that_was_fixed(world, record):
    done = _verify(record, "--booth", built())
    assert done.exit_code == 0, done.output
    for name, digest in world.election.booth:
        assert f"{digest}  {name}\n" in done.output


def test_verify_booth_builds_a_checkout_again(record):
    done = _verify(record, "--booth", built().parents[4])
    assert done.exit_code == 0, done.output


def test_v06_verify_booth_names_the_file_that_differs(world, record, tmp_path):
    import shutil

    changed = shutil.copytree(built(), tmp_path / "build")
    manifest = json.loads((changed / "manifest.json").read_text())
    worker = changed / manifest["worker.js"]["path"]
    worker.write_bytes(worker.read_bytes() + b";")
    done = _verify(record, "--booth", changed)
    assert done.exit_code == 1
    assert "booth_differs: worker.js" in done.output
    worker.unlink()
    assert "booth_incomplete" in _verify(record, "--booth", changed).output


def test_v06_every_visitor_is_served_the_files_that_the_definition_names(world):
    """Other addresses, agents, languages, queries and cookies: the same bytes."""
    shell = dict(world.election.booth)["shell.html"]
    visits = [
        ({}, "", "127.0.0.1"),
        ({"Accept-Language": "en"}, "?lang=en", "192.0.2.1"),
        ({"Accept-Language": "ne", "User-Agent": AGENTS[0]}, "?size=2&contrast=1", "2001:db8::1"),
        ({"Cookie": "session=1", "User-Agent": AGENTS[1]}, "?contest=x&kiosk=1", "198.51.100.7"),
        ({"Authorization": "Basic eDp5", "User-Agent": "curl/8"}, "?a=b", "203.0.113.9"),
    ]
    for headers, query, address in visits:
        extra = {"REMOTE_ADDR": address}
        answer = world.vote.get(f"/{world.slug}{query}", headers=headers, extra_environ=extra)
        assert hashlib.sha256(answer.body).hexdigest() == shell
        assert "Set-Cookie" not in answer.headers


def test_v06_a_monitor_compares_what_a_voting_host_serves(world, record):
    with world.serve_in_thread() as port:
        done = _verify(record, "--booth", f"http://localhost:{port}/")
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) == len(world.election.booth) + 3


def test_v06_a_monitor_sees_a_file_made_for_one_visitor(world, record, monkeypatch):
    from tsukuba_trust.cli import honesty

    with world.serve_in_thread() as port:
        for part in (f"/{world.slug}", "booth.", "worker.", "/texts/ja"):

            def forged(address, part=part):
                data = address_of.fetch(address)
                return data + b"//" if part in address and data else data

            monkeypatch.setattr(honesty, "fetch", forged)
            done = _verify(record, "--booth", f"http://localhost:{port}")
            assert done.exit_code == 1
            assert "booth_differs" in done.output
        monkeypatch.setattr(honesty, "fetch", lambda _address: None)
        assert "booth_differs" in _verify(record, "--booth", f"http://localhost:{port}").output


def test_a_host_that_does_not_answer_is_no_evidence(record):
    done = _verify(record, "--booth", "http://localhost:9")
    assert done.exit_code == 2
    assert "address_unreachable" in done.output


def test_verify_booth_refuses_an_added_file_and_a_path_that_leads_away(record, tmp_path):
    import shutil

    changed = shutil.copytree(built(), tmp_path / "build")
    manifest = json.loads((changed / "manifest.json").read_text())
    (changed / "booth.more.js").write_text("1")
    more = {**manifest, "booth.more.js": {"path": "booth.more.js"}}
    (changed / "manifest.json").write_text(json.dumps(more))
    assert "booth_differs: booth.more.js" in _verify(record, "--booth", changed).output
    away = {**manifest, "worker.js": {"path": "../build/worker.js"}}
    (changed / "manifest.json").write_text(json.dumps(away))
    assert "booth_incomplete" in _verify(record, "--booth", changed).output


def test_a_path_is_needed_but_for_an_opening():
    assert _verify().exit_code == 2
    assert _verify("--booth", built()).exit_code == 2
