"""A responder that is down, over the API and with OpenSSL's own responder (attack J05)."""

from datetime import UTC, datetime

import pytest

from api_world import Booth, sealed, token_of
from responders import free_port, openssl_responder
from tsukuba_trust.errors import Unavailable
from tsukuba_trust.plugins.revocation import ocsp
from web_world import WebWorld, web_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("revocation") / "state")
    yield made
    made.close()


def ask_at(world: WebWorld, monkeypatch, address: str) -> None:
    provider = world.services.registry.identity_providers["my-number-card"]
    monkeypatch.setattr(provider, "_revocation", ocsp.make({"revocation.ocsp_url": address}))


def test_j05_down_refused_with_retry_after_then_up_and_nothing_is_chosen_again(
    world, monkeypatch, tmp_path
):
    registered = Booth(world).identified(1)
    booth, card = Booth(world), world.card(2)
    ballot = sealed(booth, 1)
    ask_at(world, monkeypatch, f"http://127.0.0.1:{free_port()}/")
    for _ in range(12):  # more than an attempt has tries
        booth.start()
        refused = booth.sign(card)
        assert refused["code"] == "cert_check_unavailable"
        assert refused["retryAfterMs"] == 60_000
        assert booth.last.headers["Retry-After"] == "60"
    polled = booth.poll()
    assert (polled["state"], polled["refusal"]) == ("REFUSED", "cert_check_unavailable")
    assert registered.cast(sealed(registered))["__typename"] == "CastBallotSuccess"

    with openssl_responder(tmp_path, world.authority, [card.serial]) as address:
        ask_at(world, monkeypatch, address)
        booth.start(blind="5" * 64)  # a new attempt, the same keys and the same ballot
        booth.voter.blind = bytes.fromhex("5" * 64)
        assert booth.claim(token_of(booth.sign(card)))["__typename"] == "ClaimIdentificationSuccess"
    assert booth.cast(ballot)["__typename"] == "CastBallotSuccess"


def test_j04_a_revoked_card_is_told_so_in_both_languages(world, monkeypatch, tmp_path):
    booth, card = Booth(world), world.card(3)
    with openssl_responder(
        tmp_path, world.authority, [], {card.serial: datetime.now(UTC)}
    ) as address:
        ask_at(world, monkeypatch, address)
        booth.start()
        refused = booth.sign(card)
    assert (refused["code"], refused["step"]) == ("cert_revoked", "cert_revoked")
    assert booth.poll()["refusal"] == "cert_revoked"


def test_other_trouble_is_no_refusal_of_the_certificate(world, monkeypatch):
    booth = Booth(world)
    booth.start()
    provider = world.services.registry.identity_providers["my-number-card"]

    def busy(*_arguments):
        raise Unavailable("database_busy")

    monkeypatch.setattr(provider, "complete", busy, raising=False)
    refused = booth.sign(world.card(4))
    assert (refused["code"], refused["retryAfterMs"]) == ("server_busy", 10_000)
    assert booth.poll()["refusal"] is None


def test_j13_only_the_claiming_page_learns_of_earlier_uses(world):
    """After a claim V6 and V7 say how often the card was used; nobody else is told, ever."""
    card = world.card(5)
    told = []
    for _ in range(3):
        booth = Booth(world)
        booth.start()
        answer = booth.sign(card)
        assert "earlierUses" not in answer
        told.append(booth.claim(token_of(answer)))
        assert "earlierUses" not in booth.poll()
    today = told[1]["lastDay"]
    assert [one["earlierUses"] for one in told] == [0, 1, 2]
    assert told[0]["lastDay"] is None
    assert today == told[2]["lastDay"]
    cast = booth.cast(sealed(booth))
    assert "earlierUses" not in cast
