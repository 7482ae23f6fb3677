"""Who may vote, and what must stand before an election may be sealed.

:source: elections-jp.md section 7, architecture D2, D8, D9
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from tsukuba_trust.elections.dates import last_shown
from tsukuba_trust.elections.residence import check_residence
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Election, Eligibility


def age_on(birth: date, day: date) -> int:
    """Return the age in years on a day; a year is full on the day before the birthday.

    :source: 年齢計算ニ関する法律 (Act 50 of 1902), Civil Code art. 143: born 2006-10-28 is 18
        on 2024-10-27; born on 29 February reaches every age on 28 February
    """
    after = day + timedelta(days=1)
    return after.year - birth.year - ((after.month, after.day) < (birth.month, birth.day))


def age_day(election: Election) -> date:
    """Return the day on which ages are judged: as the file says, else the last day of voting."""
    if election.eligibility.age_on:
        return date.fromisoformat(election.eligibility.age_on)
    return last_shown(election.period.closes).date()


def judge(eligibility: Eligibility, attributes: Mapping[str, str], day: date) -> None:
    """Judge a person at identification; nationality is the roll's to know.

    1. residence; 2. age.

    :param attributes: of ``Identity``
    :param day: of ``age_day``
    :raises Refused: ``not_tsukuba``, ``not_eligible``, or ``counter_needed`` where a clerk
        must look
    """
    if eligibility.residence:
        check_residence(eligibility.residence, attributes)
    if eligibility.minimum_age:
        _check_age(eligibility.minimum_age, attributes.get("birth_date", ""), day)


def _check_age(minimum: int, birth_date: str, day: date) -> None:
    try:
        birth = date.fromisoformat(birth_date)
    except ValueError:  # unknown or partly unknown: no proof of age (jpki.md 3.2)
        raise Refused("counter_needed", "the birth date is not known") from None
    if age_on(birth, day) < minimum:
        raise Refused("not_eligible", f"under {minimum} on {day.isoformat()}")


def check_evidence(election: Election, *, bound: bool, not_checked: Collection[str]) -> None:
    """Check that the election accepts this quality of identification (D2).

    :param not_checked: what the provider could not check, for instance "revocation"
    :raises Refused: ``unbound_not_accepted`` or ``cert_check_unavailable``
    """
    if not bound and not election.accept_unbound:
        raise Refused("unbound_not_accepted", "this way of identification does not sign")
    if election.effect == "binding" and not_checked:
        what = ", ".join(sorted(not_checked))
        raise Refused("cert_check_unavailable", f"a binding vote needs: {what}")


def demands_strong_decryption(election: Election) -> bool:
    """Tell whether a decryption must be proven beyond what its format asks (attack P01)."""
    return election.effect not in ("advisory", "mock")


def lacks_legal_basis(election: Election) -> bool:
    """Tell whether this is a public-office election, no mock vote, that no law is named for."""
    public = election.kind == "public-office" and election.effect != "mock"
    return public and not election.legal_basis


def ready(election: Election, *, witness_policy: str, not_checked: Collection[str] = ()) -> None:
    """Check what must stand before an election may be sealed.

    1. every officer has a key; 2. a public-office election has a legal basis or is a mock
    vote; 3. a binding one has witnesses, and providers that check everything.

    :param witness_policy: text of ``ElectionDefined`` (board.md 4.2)
    :param not_checked: what the election's providers cannot check in this installation
    :raises Refused: ``officer_key_missing``, ``legal_basis_missing``, ``witnesses_missing``
        or ``identity_not_checked``
    """
    for officer in election.officers:
        if not officer.key:
            raise Refused("officer_key_missing", f"officer {officer.name} has no key")
    if lacks_legal_basis(election):
        raise Refused("legal_basis_missing", "a public-office election needs a legal basis")
    if election.effect != "binding":
        return
    if witness_policy.rstrip("\n").split("\n")[-1] == "quorum none":
        raise Refused("witnesses_missing", "no log has witnesses in this version: advisory or mock")
    check_all_checked(election, not_checked)


def check_all_checked(election: Election, not_checked: Collection[str]) -> None:
    """Check that a binding vote leaves nothing about people unchecked (attack J04).

    :param not_checked: what the election's providers cannot check in this installation
    :raises Refused: ``identity_not_checked``
    """
    if election.effect == "binding" and not_checked:
        what = ", ".join(sorted(not_checked))
        raise Refused("identity_not_checked", f"a binding vote needs: {what}")


def rehearsal_of(election: Election) -> Election:
    """Return the election as it may be rehearsed: a binding one becomes a mock vote.

    A rehearsal has no witnesses and asks nobody about revocation, so its record must not
    say that it binds.
    """
    if election.effect != "binding":
        return election
    return replace(election, effect="mock", slug=f"{election.slug}-mock")
