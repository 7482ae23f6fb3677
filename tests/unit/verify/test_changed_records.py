"""A record that changes between its verification and its use."""

import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import records
from tsukuba_trust.cli import auditing
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.keys import write_key
from tsukuba_trust.verify import trustee
from tsukuba_trust.verify.record import verify_record


def code_of(call) -> str:
    with pytest.raises(Refused) as error:
        call()
    return error.value.code


@pytest.fixture
def place(tmp_path):
    records.build(tmp_path / "record", until="tallied")
    return tmp_path / "record"


@pytest.fixture
def verify_then_swap(place, tmp_path):
    """A verification behind whose back another record takes the place of the verified one."""
    other = tmp_path / "other"
    records.build(other, until="tallied", seed="another")

    def verify(path, **options):
        report = verify_record(path, **options)
        shutil.rmtree(path)
        shutil.copytree(other, path)
        return report

    return verify


def test_a_trustee_decrypts_nothing_of_a_record_that_changed_behind_the_verifier(
    place, verify_then_swap, monkeypatch
):
    def opened():
        return trustee.open_for_trustee(place, registry=records.registry(), log_key=None)

    assert opened().tallies
    monkeypatch.setattr(trustee, "verify_record", verify_then_swap)
    assert code_of(opened) == "record_changed"


def test_an_auditor_finds_nothing_in_a_record_that_changed_behind_the_verifier(
    place, verify_then_swap, monkeypatch, tmp_path
):
    evidence, key = tmp_path / "evidence", tmp_path / "key.pem"
    evidence.write_text("")
    write_key(key, X25519PrivateKey.generate())

    def found():
        return auditing.find(place, evidence, key, records.registry(), None)

    assert found().report.checked
    monkeypatch.setattr(auditing, "verify_record", verify_then_swap)
    assert code_of(found) == "record_changed"
