"""The corpus of bad certificates and messages: every check broken alone (attacks J01–J03)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tsukuba_trust import jpki
from tsukuba_trust.jpki.reasons import ANSWER, CERTIFICATE, REASONS, STATUS
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.defects import AUTH_DEFECTS, DEFECTS
from tsukuba_trust.testing.message_defects import MESSAGE_DEFECTS
from tsukuba_trust.testing.people import Person

DOCUMENT = Path(__file__).parents[3] / "docs" / "card-reasons.md"
PACKAGE = Path(jpki.__file__).parent
# Grounds that no defect of one certificate has: they depend on the instant.
PAGES = {"cert_refused", "cert_check_unavailable"}  # codes of pages, not grounds
BY_TIME = {"cert_issuer_not_valid"}


@pytest.mark.parametrize("name", AUTH_DEFECTS)
def test_j03_each_defect_of_an_authentication_certificate_has_its_own_ground(
    name: str, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    data = authority.issue(resident, purpose="auth", defect=name)
    with pytest.raises(CertificateRefused) as caught:
        validate(data, at, authority.anchors, "auth")
    assert caught.value.reason == AUTH_DEFECTS[name].reason


def test_the_corpus_has_at_least_150_bad_certificates_and_messages() -> None:
    assert len(DEFECTS) + len(AUTH_DEFECTS) + len(MESSAGE_DEFECTS) >= 150


def test_every_ground_has_a_defect_and_every_defect_a_public_ground() -> None:
    tables = (DEFECTS, AUTH_DEFECTS, MESSAGE_DEFECTS)
    found = {defect.reason for table in tables for defect in table.values()}
    assert found | BY_TIME | set(ANSWER) | set(STATUS) == set(REASONS)


def test_every_ground_in_the_sources_is_public() -> None:
    raised = {reason for path in PACKAGE.glob("*.py") for reason in named_in(path)}
    assert raised - set(REASONS) == PAGES


def test_the_document_says_the_same_as_the_program() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert dict(rows) == dict(REASONS)


def test_a_second_at_either_end_decides(authority: TestAuthority, resident: Person) -> None:
    draft = authority.draft(resident)
    data, second = draft.make(), timedelta(seconds=1)
    for good, bad, reason in (
        (draft.not_before, draft.not_before - second, "cert_not_yet_valid"),
        (draft.not_after, draft.not_after + second, "cert_expired"),
    ):
        validate(data, good, authority.anchors, "sign")
        with pytest.raises(CertificateRefused, match=reason):
            validate(data, bad, authority.anchors, "sign")


def test_the_same_certificate_without_its_defect_is_accepted(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    """Otherwise the corpus would prove nothing."""
    for purpose in ("sign", "auth"):
        validate(authority.issue(resident, purpose=purpose), at, authority.anchors, purpose)


def test_no_two_defects_make_the_same_certificate(
    authority: TestAuthority, resident: Person
) -> None:
    made = {authority.issue(resident, defect=name) for name in DEFECTS}
    assert len(made) == len(DEFECTS)
    assert set(CERTIFICATE) >= {defect.reason for defect in DEFECTS.values()}


def named_in(path: Path) -> Iterator[str]:
    if path.name == "reasons.py":
        return
    yield from re.findall(r'"((?:cert|cms)_[a-z_0-9]+)"', path.read_text(encoding="utf-8"))
