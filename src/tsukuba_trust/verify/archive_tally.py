"""Steps 9.6, 9.8 and 9.9: encrypted tally, decryptions and result of an archive.

protocol.md sections 8 to 11 and 13.
"""

from collections.abc import Collection, Mapping, Sequence

from tsukuba_trust.board.events import Tally, number
from tsukuba_trust.crypto import decryption, json_text
from tsukuba_trust.crypto.decryption import Partial, Shape
from tsukuba_trust.crypto.elgamal import ciphertext_json
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json
from tsukuba_trust.verify.archive_ballots import Counted
from tsukuba_trust.verify.archive_chain import Chain, Place, at_step
from tsukuba_trust.verify.archive_setup import Setup
from tsukuba_trust.verify.checks import check

SIZED = ("num_tallied", "total_weight", "encrypted_tally")


def tally_of(setup: Setup, counted: Counted) -> Tally:
    """Return what the tally records must say."""
    group = setup.record.group
    rows = [[ciphertext_json(group, c) for c in row] for row in counted.sums]
    return Tally(json_text.write(rows), counted.ballots, counted.total_weight)


def check_encrypted_tally(chain: Chain, setup: Setup, counted: Counted) -> None:
    """Check the EncryptedTally event, where there is one.

    :raises Rejected: step 9.6
    """
    wanted = tally_of(setup, counted)
    for tally, sized in chain.of_kind("EncryptedTally"):
        with at_step("9.6", "encrypted tally"):
            check_tally(chain.text(tally), wanted)
            text = chain.text(sized)
            value = json_text.read(text, code="sized_tally_form")
            json_text.fields(value, SIZED, code="sized_tally_form")
            check_sized_form(text, value)
            check_tally_digest(value, tally)
            check_num_tallied(value, wanted)
            check_total_weight(value, wanted)


def check_decryptions(
    chain: Chain, setup: Setup, rows: Shape
) -> dict[int, Sequence[Sequence[Element]]]:
    """Check every PartialDecryption event.

    :param rows: what is decrypted, one row per question
    :returns: factors by number of the owner
    :raises Rejected: step 9.8
    """
    of, factors = setup.record, dict[int, Sequence[Sequence[Element]]]()
    for nth, (place, owned) in enumerate(chain.of_kind("PartialDecryption"), 1):
        with at_step("9.8", f"decryption {nth}"):
            text = chain.text(owned)
            value = json_text.read(text, code="owner_form")
            owner, _ = json_text.fields(value, ("owner", "payload"), code="owner_form")
            if type(owner) is not int:
                raise Rejected("owner_form", "an owner is no number")
            check_owned(text, owner, place)
            check_owner(setup.trustees, owner)
            check_owner_once(factors, owner)
            part = decryption.parse_partial(of.group, chain.text(place))
            check_shape(part, rows)
            check_proofs(setup, setup.trustees.verification_keys[owner - 1], rows, part)
            factors[owner] = part.factors
    return factors


def check_results(
    chain: Chain,
    setup: Setup,
    counted: Counted,
    rows: Shape,
    factors: Mapping[int, Sequence[Sequence[Element]]],
) -> Json:
    """Check the Result event, where there is one.

    :param rows: what was decrypted, one row per question
    :returns: the result, one entry per question; None while there is none
    :raises Rejected: step 9.9
    """
    entries: Json = None
    for (place,) in chain.of_kind("Result"):
        with at_step("9.9", "result"):
            text = chain.text(place)
            value = json_text.read(text, code="result_form")
            (entries,) = json_text.fields(value, ("result",), code="result_form")
            if not isinstance(entries, list):
                raise Rejected("result_form", "not one entry per question")
            check_result_form(text, value)
            check_result_count(setup, entries)
            check_result(setup, (counted.total_weight, rows), factors, entries)
    return entries


@check("9.6")
def check_tally(text: str, wanted: Tally) -> None:
    """Check that the tally is the product of the counting ballots, in these bytes."""
    if text != wanted.text:
        raise Rejected("tally_differs", "not the product of the ballots")


@check("9.6")
def check_sized_form(text: str, value: Json) -> None:
    """Check that the sized tally is in canonical form."""
    if text != json_text.write({name: value[name] for name in SIZED}):
        raise Rejected("sized_tally_form", "not in canonical form")


@check("9.6")
def check_tally_digest(value: Json, tally: Place) -> None:
    """Check that the sized tally names the tally record."""
    if value["encrypted_tally"] != tally.digest:
        raise Rejected("tally_digest")


@check("9.6")
def check_num_tallied(value: Json, wanted: Tally) -> None:
    """Check how many ballots the tally says it holds; no Belenios release does."""
    if not _same(value["num_tallied"], wanted.ballots):
        raise Rejected("num_tallied", f"is {wanted.ballots}")


@check("9.6")
def check_total_weight(value: Json, wanted: Tally) -> None:
    """Check the weight that the tally says it holds; no Belenios release does."""
    if not _same(value["total_weight"], wanted.total_weight):
        raise Rejected("total_weight", f"is {wanted.total_weight}")


def _same(written: Json, value: int) -> bool:
    return type(written) is type(number(value)) and bool(written == number(value))


@check("9.8")
def check_owned(text: str, owner: int, place: Place) -> None:
    """Check that the owner's record names the decryption before it, in canonical form."""
    if text != json_text.write({"owner": owner, "payload": place.digest}):
        raise Rejected("owner_form", "other digest than that of the decryption")


@check("9.8")
def check_owner(of: Trustees, owner: int) -> None:
    """Check that there is a trustee of this number."""
    if not 1 <= owner <= len(of.verification_keys):
        raise Rejected("owner_unknown", f"trustee {owner}")


@check("9.8")
def check_owner_once(present: Collection[int], owner: int) -> None:
    """Check that no trustee decrypts twice."""
    if owner in present:
        raise Rejected("owner_twice", f"trustee {owner}")


@check("9.8")
def check_shape(part: Partial, rows: Shape) -> None:
    """Check that there is one factor and one proof per ciphertext."""
    decryption.check_shape(part, rows)


@check("9.8")
def check_proofs(setup: Setup, key: Element, rows: Shape, part: Partial) -> None:
    """Check the proof of every factor."""
    of = setup.record
    decryption.check_proofs(of.group, of.fingerprint, key, rows, part)


@check("9.9")
def check_result_form(text: str, value: Json) -> None:
    """Check that the result record is in canonical form."""
    if text != json_text.write(value):
        raise Rejected("result_form", "not in canonical form")


@check("9.9")
def check_result_count(setup: Setup, entries: Sequence[Json]) -> None:
    """Check that no question's entry is missing or too many."""
    if len(entries) != len(setup.schemes):
        raise Rejected("result_form", "not one entry per question")


@check("9.9")
def check_result(
    setup: Setup,
    opened: tuple[int, Shape],
    factors: Mapping[int, Sequence[Sequence[Element]]],
    entries: Sequence[Json],
) -> None:
    """Check that all trustees needed are there and that they decrypt to this result."""
    total_weight, rows = opened
    plaintexts = decryption.combine(setup.trustees, factors, rows)
    questions = zip(setup.schemes, setup.contexts(), plaintexts, entries, strict=False)
    for nth, (scheme, context, row, entry) in enumerate(questions, 1):
        with at_step("9.9", f"question {nth}"):
            scheme.check_result(context, row, entry, total_weight)
