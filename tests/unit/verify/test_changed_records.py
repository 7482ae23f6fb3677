"""A record that changes between its verification and its use."""

import shutil

import pytest

import records
from tsukuba_trust.errors import Refused
from tsukuba_trust.verify import trustee
from tsukuba_trust.verify.record import verify_record


def code_of(call) -> str:
    with pytest.raises(Refused) as error:
        call()
    return error.value.code


def test_a_trustee_decrypts_nothing_of_a_record_that_changed_behind_the_verifier(
    tmp_path, monkeypatch
):
    place, other = tmp_path / "record", tmp_path / "other"
    records.build(place, until="tallied")
    records.build(other, until="tallied", seed="another")

    def verify_then_swap(path, **options):
        report = verify_record(path, **options)
        shutil.rmtree(path)
        shutil.copytree(other, path)
        return report

    def opened():
        return trustee.open_for_trustee(place, registry=records.registry(), log_key=None)

    assert opened().tallies
    monkeypatch.setattr(trustee, "verify_record", verify_then_swap)
    assert code_of(opened) == "record_changed"
