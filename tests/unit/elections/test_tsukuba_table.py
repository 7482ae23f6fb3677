"""The table of jpki.md section 7: is this a resident of 茨城県つくば市?"""

import pytest

from tsukuba_trust.elections.residence import check_residence
from tsukuba_trust.errors import Refused

ACCEPTED, COUNTER, ELSEWHERE = "accepted", "counter_needed", "not_tsukuba"
TABLE = [
    # address as in the certificate, flags ("" = none substituted), verdict
    ("茨城県つくば市研究学園一丁目１番地１", "", ACCEPTED),
    ("茨城県つくば市１", "", ACCEPTED),
    ("茨城県つくば市みらい平１", "", ACCEPTED),  # the follower may be anything
    ("茨城県つくば市大\ufa10１", "", ACCEPTED),  # a compatibility ideograph behind the prefix
    ("茨城県つくば市葛城１", "0000000100", ACCEPTED),  # a substitute behind the prefix
    ("茨城県つくばみらい市福田１９５", "", ELSEWHERE),
    ("茨城県つくばみらい市", "", ELSEWHERE),
    ("つくばみらい市福田１９５", "", ELSEWHERE),
    ("茨城県ﾂｸﾊﾞﾐﾗｲ市福田１９５", "", ELSEWHERE),
    ("茨城県筑波郡谷田部町１", "", COUNTER),  # before 1987
    ("茨城県筑波市１", "", COUNTER),
    ("茨城縣つくば市１", "", COUNTER),  # old character
    ("茨城県ツクバ市１", "", COUNTER),
    ("茨城県ﾂｸﾊﾞ市１", "", COUNTER),  # half width
    ("茨城県㋡㋗ば市１", "", COUNTER),  # compatibility characters
    ("茨城県つくは\u3099市１", "", COUNTER),  # decomposed
    ("茨城県つくば市\ufe001", "", COUNTER),  # a variation selector at the seam
    ("茨\U000e0101城県つくば市１", "", COUNTER),
    ("\ufeff茨城県つくば市１", "", COUNTER),
    ("茨城県\u200bつくば市１", "", COUNTER),
    ("つくば市研究学園１", "", COUNTER),  # no prefecture
    ("茨城県つくば市", "", COUNTER),  # empty rest
    ("つくば市", "", COUNTER),
    ("茨城県つくば", "", COUNTER),
    ("", "", COUNTER),
    ("茨城県つくば市１", "10000000", COUNTER),  # a substitute in the prefix
    ("茨城県つくば市１", "00000010", COUNTER),
    ("〓城県つくば市１", "10000000", COUNTER),
    ("茨城県〓くば市１", "00010000", COUNTER),
    ("〓〓〓つくば市１", "11100000", COUNTER),
    ("茨城県つくば市１", "0000000", COUNTER),  # flags of another length
    ("茨城県土浦市大和町９－１", "", ELSEWHERE),
    ("茨城県牛久市中央３－１５－１", "", ELSEWHERE),
    ("福岡県筑紫野市石崎１", "", ELSEWHERE),
    ("東京都清瀬市観布子南１２－７－２０２", "", ELSEWHERE),
    ("北海道つくば市１", "", ELSEWHERE),
    ("国外　アメリカ合衆国", "", COUNTER),  # moved abroad
]


@pytest.mark.parametrize(("address", "flags", "verdict"), TABLE)
def test_the_tsukuba_rule(address: str, flags: str, verdict: str) -> None:
    attributes = {"address": address, "address_flags": flags or "0" * len(address)}
    try:
        check_residence("08220", attributes)
        found = ACCEPTED
    except Refused as refusal:
        found = refusal.code
        assert not address or address not in str(refusal)
    assert found == verdict
