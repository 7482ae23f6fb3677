"""Who relays, guesses, lures, replays or reads along over the API gains nothing."""

import json
import logging
import re
import secrets

import pytest

from api_world import Booth, free, sealed, send, stored, token_of
from tsukuba_trust.board import entries
from tsukuba_trust.errors import Unavailable
from tsukuba_trust.plugins.identity.roll_code import new_code
from tsukuba_trust.services.attempting import MOST_REFUSED, MOST_WRONG_CLAIMS
from web_world import SCHOOL, WebWorld, web_world

GUESS = "completeIdentification(input: $input) { __typename ... on Refusal { code } }"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("attacks") / "state")
    yield made
    made.close()


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("school") / "state", file=SCHOOL, electors=4)
    yield made
    made.close()


# -- the relay, in both directions (D7) ---------------------------------------------


def test_d7_a_stranger_who_answers_an_attempt_he_saw_registers_nothing(world: WebWorld):
    """The stranger has the attempt id (a QR over a shoulder), never the page secret."""
    victim = Booth(world)
    victim.start()
    size = len(world.types())
    stolen = victim.sign(20)  # the stranger's card answers
    refused = victim.claim(token_of(stolen), secret=secrets.token_bytes(32))
    assert refused["code"] == "unknown_attempt"
    assert victim.poll()["state"] == "ANSWERED"
    assert len(world.types()) == size


def test_d7_a_voter_lured_into_a_strangers_attempt_registers_nothing_for_him(world: WebWorld):
    """The stranger has page and attempt; token and digits are on the voter's device only."""
    stranger = Booth(world)
    stranger.start()
    lured = stranger.sign(21)
    seen = json.dumps(stranger.poll()) + json.dumps(stranger.start())
    assert token_of(lured) not in seen and str(lured["digits"]) not in seen
    size = len(world.types())
    for guess in ("000000", "123456", secrets.token_hex(16), "", "999999"):
        refused = stranger.claim(guess)
        assert refused["code"] in ("wrong_token", "unknown_attempt", "not_answered")
    assert len(world.types()) == size


def test_five_wrong_tokens_void_an_attempt_even_for_the_right_one(world: WebWorld):
    booth = Booth(world)
    booth.start()
    done = booth.sign(22)
    told = [booth.claim("000000" if done["digits"] != "000000" else "000001") for _ in range(5)]
    left = [one["triesLeft"] for one in told]
    assert left == list(range(MOST_WRONG_CLAIMS - 1, -1, -1))
    assert booth.claim(token_of(done))["code"] == "too_many_tries"
    assert booth.poll()["code"] == "too_many_tries"


def test_another_page_learns_nothing_of_an_attempt(world: WebWorld):
    booth = Booth(world)
    booth.start()
    asked = {"id": booth.attempt, "pageSecret": secrets.token_hex(32)}
    wrong = booth.call("Attempt", asked)
    none = booth.call("Attempt", {**asked, "id": secrets.token_hex(16)})
    for told in (wrong, none):
        told.pop("incident")
    assert wrong == none and wrong["code"] == "unknown_attempt"


def test_what_a_device_is_shown_has_neither_key_nor_secret_nor_blind(world: WebWorld):
    booth = Booth(world)
    booth.start()
    for host in (world.vote, world.portal):
        booth.device = host
        seen = json.dumps(booth.request())
        voter = booth.voter
        hidden = (voter.blind, voter.page_secret, voter.page_secret_hash)
        assert not any(one.hex() in seen for one in hidden)
        assert not any(public in seen for public in voter.credentials.values())


def test_an_attempt_may_be_answered_on_both_hosts_with_the_same_answer(world: WebWorld):
    booth = Booth(world)
    booth.start()
    response = world.card(23).response(booth.request()["challenge"]["text"])
    assert booth.answer(response, world.portal) == booth.answer(response, world.vote)


@pytest.mark.parametrize("locale", ["123456789018", "日本語", ""])
def test_j07_an_attempt_with_anything_else_than_a_language_is_told_so_as_an_attempt(
    world: WebWorld, locale: str
):
    """Nothing was said about a ballot: no voter is sent back to choose again."""
    assert Booth(world).start(locale=locale)["code"] == "device_unsupported"


# -- guessing (J12) -------------------------------------------------------------------


def guesses(world: WebWorld, attempt: str, count: int) -> list[str]:
    """Guess codes by aliases in one request; return what each was told."""
    wanted = {
        f"i{n}": {"attempt": attempt, "response": {"code": new_code(secrets.token_bytes)}}
        for n in range(count)
    }
    given = ", ".join(f"${name}: CompleteIdentificationInput!" for name in wanted)
    calls = " ".join(f"g{name}: {GUESS.replace('$input', '$' + name)}" for name in wanted)
    answer = free(world, f"mutation({given}) {{ {calls} }}", wanted)
    if answer.status_int != 200:
        return []
    return [one["code"] for one in answer.json["data"].values()]


def test_j12_a_thousand_guesses_in_one_request_are_not_even_looked_at(school: WebWorld):
    booth = Booth(school)
    booth.start()
    before = tried(school)
    assert guesses(school, booth.attempt, 1_000) == []
    assert tried(school) == before and booth.poll()["state"] == "WAITING"


def test_j12_a_thousand_guesses_by_aliases_are_a_thousand_tries(school: WebWorld):
    """Ten aliases a request, a hundred requests: every guess is counted where it counts."""
    booth = Booth(school)
    before = tried(school)
    told = []
    for page in range(100):
        if page % 10 == 0:
            booth.voter = school.voter()
            booth.start()
        told += guesses(school, booth.attempt, 10)
    assert len(told) == 1_000
    assert set(told) == {"wrong_token", "too_many_tries"}
    # Each of ten attempts let five guesses be compared, and no more.
    assert told.count("wrong_token") == 10 * 5
    assert tried(school) - before == 10 * 5
    assert MOST_REFUSED >= 5


def tried(world: WebWorld) -> int:
    """Return how many wrong codes the election has seen."""
    with world.services.attempts.begin() as tx:
        return tx.counted(f"codes/{world.fixed.origin}")


def test_j12_failed_guesses_of_one_address_end_in_too_many_tries(tmp_path):
    world = web_world(tmp_path / "state", file=SCHOOL, settings={"max_failures": 12})
    first = Booth(world)
    first.start()
    guesses(world, first.attempt, 10)
    second = Booth(world)
    second.start()
    # Its own attempt has had no guess yet; the address has had eleven failures and a start.
    assert guesses(world, second.attempt, 1) == ["too_many_tries"]
    world.close()


def test_j12_a_page_may_start_a_few_times_only(school: WebWorld):
    booth = Booth(school)
    told = [booth.start().get("code") for _ in range(12)]
    assert told[0] is None and told[-1] == "too_many_tries"


# -- what is written where ---------------------------------------------------------------


def test_b08_bindings_and_attempts_with_the_whole_board_connect_nobody(world: WebWorld):
    """Whoever collects all QR codes, texts and answers finds none of them on the board."""
    seen = []
    for person in range(30, 34):
        booth = Booth(world)
        started = booth.start()
        seen.append(started["attempt"])
        asked = booth.request()
        seen.append(asked["challenge"]["text"].splitlines()[-1].split()[-1])
        done = booth.sign(person)
        seen += [token_of(done), booth.voter.blind.hex()]
        booth.claim(token_of(done))
        booth.cast(sealed(booth))
    origin = world.fixed.origin
    board = b"\n".join(data for _index, data in world.services.board.data(origin)).decode()
    assert "CredentialsRegistered" in board
    assert not [one for one in seen if one in board]


def test_o20_a_token_is_in_a_fragment_and_in_no_later_answer(world: WebWorld):
    booth = Booth(world)
    booth.start()
    done = booth.sign(40)
    token = token_of(done)
    address, _, fragment = done["returnAddress"].partition("#")
    assert token not in address and fragment == f"{booth.attempt}.{token}"
    assert token not in json.dumps([booth.poll(), booth.claim(token), booth.poll()])


def test_o20_a_claimed_attempt_cannot_be_used_a_second_time(world: WebWorld):
    booth = Booth(world)
    booth.start()
    text = booth.request()["challenge"]["text"]
    done = booth.sign(41)
    first = booth.claim(token_of(done))["index"]
    again = booth.answer(world.card(42).response(text))
    assert again["code"] == "attempt_expired"
    assert booth.claim(token_of(done))["index"] == first


def test_o23_the_log_of_a_whole_vote_names_nobody_and_nothing(world: WebWorld, caplog):
    caplog.set_level(logging.DEBUG)
    booth = Booth(world).identified(43)
    ballot = sealed(booth)
    told = booth.cast(ballot)["receipt"]
    booth.cast(ballot[:-2])
    booth.claim("000000")
    card = world.card(43)
    response = card.response("text")
    secret = [booth.attempt, booth.voter.page_secret.hex(), told["tracker"], ballot[:60]]
    secret += [response["certificate"][:40], response["signature"][:40]]
    secret += [*list(booth.voter.credentials.values()), world.slug, world.contests[0]]
    assert not [one for one in secret if one in caplog.text]
    assert "127.0.0.1" not in caplog.text


def test_the_voting_host_sets_no_cookie_and_lets_no_other_origin_read(world: WebWorld):
    booth = Booth(world)
    booth.election()
    assert booth.last is not None
    headers = booth.last.headers
    assert "Set-Cookie" not in headers and "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_the_portal_lets_every_origin_read_without_credentials(world: WebWorld):
    answers = [
        free(world, "{elections{edges{node{slug}}}}"),
        free(world, "{nothing}"),
        stored(world, "Elections", {}),
        world.portal.get("/schema.graphql"),
        world.portal.options("/graphql"),
    ]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_public_answers_may_be_cached_and_are_not_sent_twice(world: WebWorld):
    first = stored(world, "Election", {"slug": world.slug})
    assert first.headers["Cache-Control"].startswith("public") and first.etag
    seen = {"If-None-Match": f'"{first.etag}"'}
    assert stored(world, "Election", {"slug": world.slug}, headers=seen).status_int == 304
    Booth(world).identified(44)
    entries_before = stored(world, "BoardEntries", {"election": world.slug}).etag
    booth = Booth(world).identified(45)
    booth.cast(sealed(booth))
    assert stored(world, "BoardEntries", {"election": world.slug}).etag != entries_before


def test_posts_are_never_kept_by_a_cache(world: WebWorld):
    answer = free(world, "{elections{edges{node{slug}}}}")
    assert answer.headers["Cache-Control"] == "no-store"


def test_b01_a_copied_ballot_is_refused_with_its_step(world: WebWorld):
    owner, thief = Booth(world).identified(46), Booth(world).identified(47)
    ballot = json.loads(sealed(owner))
    assert (
        owner.cast(json.dumps(ballot, separators=(",", ":")))["__typename"] == "CastBallotSuccess"
    )
    contest = world.contests[0]
    copied = thief.voter.sign(contest, ballot["answers"])
    assert thief.cast(copied)["code"] in ("ballot_rejected", "component_seen")


def test_a_ballot_of_another_contest_is_refused(world: WebWorld):
    booth = Booth(world).identified(48)
    ballot = sealed(booth, 0, world.contests[0])
    assert booth.cast(ballot, world.contests[1])["code"] == "ballot_rejected"
    assert booth.cast(ballot, "unknown")["code"] == "ballot_rejected"


@pytest.mark.parametrize("ballot", ["", "{}", "null", "[]", '{"a":1}', "x" * 300_000, "\ud83d"])
def test_what_is_no_ballot_is_refused_as_data(world: WebWorld, ballot):
    told = Booth(world).cast(ballot)
    assert told["code"] in ("ballot_rejected", "too_large")


def test_refused_casts_leave_the_board_as_it_was(world: WebWorld):
    booth = Booth(world).identified(49)
    size = world.services.board.head(world.fixed.origin).size
    ballot = sealed(booth)
    for broken in (ballot[:-1], re.sub(r'"challenge":"\d', '"challenge":"1', ballot)):
        booth.cast(broken)
    assert world.services.board.head(world.fixed.origin).size == size
    assert entries.read_entry(world.services.board.entry(world.fixed.origin, size - 1))


def test_a_wrong_host_is_named_so_in_words_for_programs(world: WebWorld):
    answer = send(world.portal, "/graphql", {"operationName": "CastBallot"})
    assert answer.status_int == 421 and answer.json["errors"][0]["message"]


def test_a_store_that_does_not_answer_is_told_with_a_time_to_wait(world: WebWorld, monkeypatch):
    """Whether the ballot stands there is not known, so nothing is promised."""

    def busy(*_arguments, **_named):
        raise Unavailable("database_busy")

    booth = Booth(world).identified(50)
    ballot = sealed(booth)
    monkeypatch.setattr(type(world.services.board), "append", busy)
    told = booth.cast(ballot)
    assert (told["code"], told["retryAfterMs"]) == ("server_busy", 10_000)
    monkeypatch.undo()
    assert booth.cast(ballot)["__typename"] == "CastBallotSuccess"


def test_no_cache_of_documents_ever_holds_a_value(world: WebWorld):
    """Values travel in variables: a document with one inside is refused and a query has none."""
    code = new_code(secrets.token_bytes)
    literal = f'response: {{code: "{code}"}}'
    given = f'{{attempt: "{"0" * 32}", {literal}}}'
    query = f"mutation {{ completeIdentification(input: {given}) {{ __typename }} }}"
    assert free(world, query).status_int == 400


def test_a_registrar_does_not_cast_and_a_box_does_not_identify(world: WebWorld):
    """D5: two processes, told apart by path alone."""
    for role, path, name in (
        ("registrar", "/graphql/cast", "BoothContest"),
        ("box", "/graphql/identify", "Attempt"),
    ):
        other = world.with_settings(role=role)
        answer = send(other.vote, path, {"operationName": name, "variables": {"slug": world.slug}})
        assert answer.json["errors"][0]["extensions"]["code"] == "wrong_host"
        other.close()


def test_refusals_are_told_in_the_readers_language(world: WebWorld):
    query = "mutation($i: CompleteIdentificationInput!) { completeIdentification(input: $i) "
    query += "{ ... on Refusal { message { text locale official } } } }"
    given = {"i": {"attempt": "0" * 32, "response": {}}}
    for tag, official in (("ja", True), ("en", False)):
        answer = world.portal.post_json(
            "/graphql", {"query": query, "variables": given}, headers={"Accept-Language": tag}
        )
        message = answer.json["data"]["completeIdentification"]["message"]
        assert (message["locale"], message["official"]) == (tag, official)
