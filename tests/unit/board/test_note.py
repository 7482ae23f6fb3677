"""Notes, keys, checkpoints and receipts (board.md 1.4, 1.5, 1.7; section 7 rows 5, 12–15)."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.board import merkle, note, receipt
from tsukuba_trust.errors import Misconfigured, Rejected

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "board" / "vectors.json").read_text("utf-8")
)
LOG = VECTORS["keys"]["log"]
ORIGIN, VKEY = LOG["origin"], LOG["vkey"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(LOG["seed"]))
ROOT = {item["size"]: bytes.fromhex(item["root"]) for item in VECTORS["roots"]}
PLAIN = VECTORS["notes"][0]["note"]
LINE = PLAIN.rpartition("\n\n")[2]


def _is_ours(item):
    return item["checkpoint_ok"] and not item.get("we_refuse_although_go_accepts")


def _why(item):
    return item["why"]


@pytest.mark.parametrize("item", list(filter(_is_ours, VECTORS["notes"])), ids=_why)
def test_it_reads_each_good_checkpoint(item):
    checkpoint = note.read_checkpoint(item["note"].encode(), [VKEY], ORIGIN)
    assert (checkpoint.size, checkpoint.root) == (7, ROOT[7])
    lines = item["verified_signatures"] + item["unverified_signatures"]
    assert len(checkpoint.signatures) in (lines, lines + 1)  # ours may stand twice


@pytest.mark.parametrize(
    "item", [item for item in VECTORS["notes"] if not _is_ours(item)], ids=_why
)
def test_it_refuses_each_bad_checkpoint(item):
    with pytest.raises(Rejected) as caught:
        note.read_checkpoint(item["note"], [VKEY], ORIGIN)
    assert caught.value.step == "1"


@pytest.mark.parametrize("item", VECTORS["checkpoints"], ids=lambda item: str(item["size"]))
def test_it_signs_the_same_bytes_as_the_go_program(item):
    size = item["size"]
    root = ROOT[size] if size else merkle.EMPTY_ROOT
    assert note.sign_checkpoint(ORIGIN, size, root, ORIGIN, KEY) == item["checkpoint"]
    assert note.read_checkpoint(item["checkpoint"], [VKEY], ORIGIN).size == size


@pytest.mark.parametrize("item", VECTORS["vkeys"], ids=_why)
def test_it_reads_only_lower_case_keys_with_their_own_id(item):
    if item["ok"] and item["why"] != "upper-case key id":
        assert note.read_key(item["vkey"]).text == item["vkey"]
    else:
        with pytest.raises(Rejected, match="vkey_invalid"):
            note.read_key(item["vkey"])


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+493216ba", "a+493216ba+", "a+493216ba+AA=="])
def test_it_refuses_a_key_text_with_parts_missing(text):
    with pytest.raises(Rejected, match="vkey_invalid"):
        note.read_key(text)


SMALL = (
    "0100000000000000000000000000000000000000000000000000000000000000",  # order 1
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 2
    "0000000000000000000000000000000000000000000000000000000000000000",  # order 4
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # order 8
    "0200000000000000000000000000000000000000000000000000000000000000",  # not on the curve
)


@pytest.mark.parametrize("public", SMALL)
def test_it_refuses_a_log_key_under_which_anybody_signs(public):
    with pytest.raises(Rejected, match="vkey_invalid"):
        note.read_key(note.LogKey(ORIGIN, bytes.fromhex(public)).text)


@pytest.mark.parametrize("name", ["", "a b", "a\u3000b", "選挙", "a" * 256, "a\x7f"])
def test_it_refuses_a_key_with_a_name_that_no_log_has(name):
    with pytest.raises(Rejected, match="vkey_invalid"):
        note.read_key(note.LogKey(name, bytes(32)).text)


def test_it_wants_the_origin_it_asked_for():
    """board.md section 7 row 5: the right key, another log."""
    other = note.sign_checkpoint("other.example.jp/log", 7, ROOT[7], ORIGIN, KEY)
    with pytest.raises(Rejected, match="origin_other"):
        note.read_checkpoint(other, [VKEY], ORIGIN)


def test_a_bad_line_with_our_id_is_refused_before_and_after_the_good_one():
    bad = f"\u2014 {ORIGIN} {note.encodings.base64_text(note.read_key(VKEY).id + bytes(64))}\n"
    body = PLAIN.removesuffix(LINE)
    for lines in (bad + LINE, LINE + bad):
        with pytest.raises(Rejected, match="note_signature"):
            note.read_checkpoint(body + lines, [VKEY], ORIGIN)


def test_it_reads_100_signatures_and_refuses_101():
    foreign = "\u2014 x.example.jp/{} AQIDBAUG\n"
    lines = "".join(foreign.format(i) for i in range(99))
    assert len(note.read_checkpoint(PLAIN + lines, [VKEY], ORIGIN).signatures) == 100
    with pytest.raises(Rejected, match="note_malformed"):
        note.read_checkpoint(PLAIN + lines + foreign.format(99), [VKEY], ORIGIN)


def test_it_refuses_a_note_over_one_megabyte():
    with pytest.raises(Rejected, match="1 MB"):
        note.read_checkpoint(PLAIN + "\u2014 x " + "A" * 1_000_000 + "\n", [VKEY], ORIGIN)


def test_it_refuses_bytes_that_are_not_utf8():
    with pytest.raises(Rejected, match="note_malformed"):
        note.read_checkpoint(PLAIN.encode().replace(b"mock", b"mo\xff", 1), [VKEY], ORIGIN)
    with pytest.raises(Rejected, match="note_malformed"):
        note.read_checkpoint("\ud800" + PLAIN, [VKEY], ORIGIN)


def test_two_known_keys_alike_stop_the_start():
    with pytest.raises(Misconfigured, match="key_twice"):
        note.read_checkpoint(PLAIN, [VKEY, VKEY], ORIGIN)


def test_another_key_of_the_same_name_does_not_help():
    with pytest.raises(Rejected, match="note_unsigned"):
        note.read_checkpoint(PLAIN, [VECTORS["keys"]["log2"]["vkey"]], ORIGIN)


def test_a_checkpoint_can_be_looked_at_before_its_key_is_known():
    assert note.peek_checkpoint(PLAIN).origin == ORIGIN


@pytest.mark.parametrize(
    "line", ["\u2014 a+b AQIDBAUG", "\u2014 a\u3000b AQIDBAUG", "\u2014  AQIDBAUG", "\u2014 a"]
)
def test_it_refuses_malformed_signature_lines(line):
    with pytest.raises(Rejected, match="note_malformed"):
        note.read_checkpoint(f"{PLAIN}{line}\n", [VKEY], ORIGIN)


@pytest.mark.parametrize(
    "body", ["\n7\n{ROOT}\n", "o\n7\n", "o\n7\nAA==\n", "o\n7\n{ROOT}\n\n", "o\n7\n{ROOT}\nx\n"]
)
def test_it_refuses_bodies_that_are_no_checkpoint(body):
    with pytest.raises(Rejected, match="checkpoint_malformed"):
        root = note.encodings.base64_text(ROOT[7])
        note.peek_checkpoint(f"{body.format(ROOT=root)}\n{LINE}")


@given(st.data())
def test_no_changed_byte_of_a_checkpoint_is_accepted_as_another(data):
    """Whatever byte changes, the reader refuses or still reads what was signed."""
    raw = bytearray(PLAIN.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Rejected):
        note.read_checkpoint(bytes(raw), [VKEY], ORIGIN)


PROOF = VECTORS["tlog_proof"]
LEAF = merkle.leaf_hash(PROOF["entry"].encode())


def test_a_receipt_has_the_bytes_that_the_go_program_writes():
    read = receipt.read_receipt(PROOF["text"])
    assert receipt.write_receipt(read.index, read.hashes, read.checkpoint) == PROOF["text"]


def test_a_receipt_proves_its_entry_and_no_other():
    assert receipt.check_receipt(PROOF["text"], LEAF, [VKEY], ORIGIN).size == 7
    with pytest.raises(Rejected, match="inclusion_invalid"):
        receipt.check_receipt(PROOF["text"], merkle.leaf_hash(b"other"), [VKEY], ORIGIN)


def test_an_extra_line_of_a_receipt_is_ignored():
    text = PROOF["text"].replace("index", "extra AAAA\nindex", 1)
    receipt.check_receipt(text, LEAF, [VKEY], ORIGIN)


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("index 4", "index 04"),
        ("index 4", "index -4"),
        ("index 4", "4"),
        ("index 4\n", ""),
        ("\n\n", "\n"),
        ("index 4", "extra ?\nindex 4"),
        ("CR4s", "CR!s"),
        ("index 4\n", "index 4\n" + ("A" * 43 + "=\n") * 64),
    ],
)
def test_it_refuses_a_malformed_receipt(change):
    with pytest.raises(Rejected, match="receipt_malformed"):
        receipt.read_receipt(PROOF["text"].replace(*change, 1))
