"""The threshold key ceremony, and who is named when somebody cheats."""

import json
import os

import pytest

from ceremonies import Held, hold, item_of
from tsukuba_trust.crypto import ceremony, json_text, signed
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.trustees import read_trustees, trustees_text
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Json

OF = group("Ed25519")


@pytest.fixture(scope="module")
def held() -> Held:
    return hold(OF, 3, 2)


def _finish(held: Held, deals: list[str], member: int = 1) -> tuple[int, Json]:
    return ceremony.finish(OF, held.secrets[member - 1], held.certificates, deals, os.urandom)


def _resealed(held: Held, dealer: int, change: object) -> list[str]:
    """Change what a dealer deals; it signs that itself."""
    deals = list(held.deals)
    whole = json.loads(json.loads(deals[dealer - 1])["message"])
    change(whole)  # type: ignore[operator]
    text = json_text.write(whole)
    message = signed.sign(OF, text, held.secrets[dealer - 1].signing, os.urandom)
    deals[dealer - 1] = json_text.write(signed.signed_json(message))
    return deals


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_its_members_have_the_keys_of_the_record(name: str) -> None:
    of = group(name)
    made = hold(of, 2, 2)
    trustees = read_trustees(of, trustees_text([("Pedersen", item_of(of, made))]))
    publics = [of.power_secret(of.generator, secret) for secret, _ in made.keys]
    assert trustees.verification_keys == publics


def test_all_shares_have_one_length(held: Held) -> None:
    whole = [json.loads(json.loads(deal)["message"]) for deal in held.deals]
    assert len({len(share["box"]) for deal in whole for share in deal["shares"]}) == 1


def test_no_secret_stands_in_a_deal(held: Held) -> None:
    for secret, _ in held.keys:
        assert not any(str(secret) in deal for deal in held.deals)


def test_it_names_a_dealer_whose_share_is_not_the_committed_one(held: Held) -> None:
    def swap(whole: Json) -> None:
        coefficients = [5, 7]
        route = (2, 1)
        recipient = OF.power_secret(OF.generator, held.secrets[0].decryption)
        value = ceremony.shares.evaluate(OF, coefficients, 1)
        whole["shares"][0] = ceremony.shares.seal(OF, route, recipient, value, os.urandom)

    with pytest.raises(Rejected, match="share_invalid: dealer 2"):
        _finish(held, _resealed(held, 2, swap))


def test_it_names_a_dealer_whose_share_is_for_another_member(held: Held) -> None:
    def swap(whole: Json) -> None:
        whole["shares"].reverse()

    with pytest.raises(Rejected, match="share_invalid: dealer 3"):
        _finish(held, _resealed(held, 3, swap))


def test_it_names_a_dealer_of_too_few_shares(held: Held) -> None:
    with pytest.raises(Rejected, match="deal_invalid: dealer 2"):
        _finish(held, _resealed(held, 2, lambda whole: whole["shares"].pop()))


def test_it_names_a_dealer_who_says_another_number(held: Held) -> None:
    with pytest.raises(Rejected, match="deal_invalid: dealer 2"):
        _finish(held, _resealed(held, 2, lambda whole: whole.update(dealer=1)))


def test_it_names_a_dealer_without_a_number(held: Held) -> None:
    with pytest.raises(Rejected, match="deal_invalid: dealer 2: deal_form"):
        _finish(held, _resealed(held, 2, lambda whole: whole.update(dealer="2")))


@pytest.mark.parametrize("box", ["zz", 1, "00"])
def test_it_names_a_dealer_whose_box_is_broken(held: Held, box: object) -> None:
    with pytest.raises(Rejected, match="dealer 2"):
        _finish(held, _resealed(held, 2, lambda whole: whole["shares"][0].update(box=box)))


def test_it_names_a_dealer_of_another_degree(held: Held) -> None:
    other = hold(OF, 3, 3)

    def change(whole: Json) -> None:
        message = json.loads(json.loads(other.deals[1])["message"])["coefexps"]["message"]
        made = signed.sign(OF, message, held.secrets[1].signing, os.urandom)
        whole["coefexps"] = signed.signed_json(made)
        content = {"certs": held.certificates, **json.loads(message)}
        text = f"certs_sig|{json_text.write(content)}"
        proof = signed.sign(OF, text, held.secrets[1].signing, os.urandom).signature
        whole["signature"] = signed.signed_json(signed.Signed("", proof))["signature"]

    with pytest.raises(Rejected, match="deal_invalid: dealer 2: wrong degree"):
        _finish(held, _resealed(held, 2, change))


def test_it_names_a_dealer_who_saw_other_certificates(held: Held) -> None:
    other = hold(OF, 3, 2)
    certificates = [*held.certificates[:2], other.certificates[2]]
    deals = list(held.deals)
    deals[1] = ceremony.deal(OF, held.secrets[1], certificates, os.urandom)
    with pytest.raises(Rejected, match="deal_invalid: dealer 2"):
        _finish(held, deals)


def test_it_names_a_dealer_whose_deal_another_signed(held: Held) -> None:
    other = hold(OF, 3, 2)
    with pytest.raises(Rejected, match="deal_invalid: dealer 3"):
        _finish(held, [*held.deals[:2], other.deals[2]])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"message":"x","signature":{}}'])
def test_it_names_a_dealer_whose_deal_is_none(held: Held, text: str) -> None:
    with pytest.raises(Rejected, match="deal_invalid: dealer 1"):
        _finish(held, [text, *held.deals[1:]])


def test_it_refuses_a_missing_deal(held: Held) -> None:
    with pytest.raises(Rejected, match="deal_form"):
        _finish(held, list(held.deals[:2]))


def test_it_refuses_to_deal_on_anothers_place(held: Held) -> None:
    certificates = [held.certificates[1], held.certificates[0], held.certificates[2]]
    with pytest.raises(Rejected, match="context_invalid: member 1"):
        ceremony.deal(OF, held.secrets[0], certificates, os.urandom)


def test_it_refuses_certificates_without_the_own_one(held: Held) -> None:
    with pytest.raises(Rejected, match="certificate_invalid: member 1"):
        ceremony.deal(OF, held.secrets[0], hold(OF, 3, 2).certificates, os.urandom)


def test_it_refuses_a_threshold_above_the_number_of_members() -> None:
    secret, made = ceremony.certificate(OF, 1, 2, 1, os.urandom)
    with pytest.raises(Rejected, match="threshold_invalid"):
        ceremony.deal(OF, secret, [made], os.urandom)


def test_it_refuses_a_ceremony_without_members(held: Held) -> None:
    with pytest.raises(Rejected, match="certificate_invalid"):
        ceremony.deal(OF, held.secrets[0], [], os.urandom)


def test_it_refuses_a_certificate_without_context(held: Held) -> None:
    content = json.loads(held.certificates[0]["message"])
    del content["context"]
    made = signed.sign(OF, json_text.write(content), held.secrets[0].signing, os.urandom)
    certificates = [signed.signed_json(made), *held.certificates[1:]]
    with pytest.raises(Rejected, match="context_invalid: member 1"):
        ceremony.deal(OF, held.secrets[1], certificates, os.urandom)


def test_a_key_file_holds_one_decimal_number() -> None:
    text = ceremony.key_file(12345)
    assert text == '"12345"'
    assert ceremony.read_key_file(OF, text + "\n") == 12345


@pytest.mark.parametrize("text", ["", "12345", '"-1"', '"0x1"', f'"{OF.q}"', '["1"]', "secret"])
def test_it_refuses_a_wrong_key_file_without_repeating_it(text: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        ceremony.read_key_file(OF, text)
    assert refusal.value.code == "key_file_invalid"
    assert not text or text not in str(refusal.value)


def test_a_members_file_reads_back(held: Held) -> None:
    text = ceremony.secret_file(held.secrets[1])
    assert ceremony.read_secret_file(OF, text) == held.secrets[1]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"index":"1","signing":"1","decryption":"1"}', '{"index":1}']
)
def test_it_refuses_a_wrong_members_file(text: str) -> None:
    with pytest.raises(Misconfigured, match="member_file_invalid"):
        ceremony.read_secret_file(OF, text)
